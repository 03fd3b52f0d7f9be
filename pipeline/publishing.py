"""Scorecards and the report of an assessment, made from the store alone: what people decided counts at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Failure
from mingcha.pipeline.exposures import find_exposures
from mingcha.pipeline.outputs import Outputs
from mingcha.pipeline.reporting.content import Material, ReportContent
from mingcha.pipeline.reporting.page import report_pieces
from mingcha.pipeline.scoring.assessment import assess
from mingcha.pipeline.scoring.decisions import current_findings, decisions_in_force, decisions_until
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.outcome_records import outcome_record
from mingcha.pipeline.scoring.registers import inputs_of
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.queries import (
    load_documents,
    load_facts,
    load_findings,
    load_findings_at,
    load_glossary,
    load_roster,
)
from mingcha.pipeline.store.registering import drop_unused_registers, keep_registers, typed_rows
from mingcha.pipeline.store.schemes import keep_scheme, text_version
from mingcha.pipeline.store.scorecards import save_scorecards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Assessment
    from mingcha.pipeline.exposures import Exposure, ExposureRule
    from mingcha.pipeline.findings import Decision, Fact, Finding
    from mingcha.pipeline.rules import Glossary
    from mingcha.pipeline.scoring.assessment import Assessed
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.scoring.outcomes import Record
    from mingcha.pipeline.scoring.registers import Register
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.store.rows import StoredDocument
    from mingcha.pipeline.store.schemes import SchemeRow
    from mingcha.pipeline.store.scorecards import LedgerRow, ScorecardRow
    from mingcha.pipeline.subjects import Subject

SCORECARDS, OUTCOMES, REPORT = "scorecards.jsonl", "outcomes.jsonl", "report.html"


@dataclass(frozen=True, slots=True)
class Edition:
    """What a publication needs beside the store: assessment, scheme, and what explains a shipped rule to the reader.

    ``inputs`` are the figures people typed in, by subject and indicator; ``tables`` are what they filled in for the
    scheme's calculations; ``registers`` are the files of both, by rows. ``as_of`` asks for a replay: by the decisions
    made up to that moment, nothing saved. ``workload`` tells the counts of work behind a figure.
    """

    assessment: Assessment
    scheme: Scheme
    reasons: Mapping[str, str]
    versions: Mapping[str, str]
    inputs: Mapping[str, Mapping[str, Decimal | bool | None]] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    as_of: datetime | None = None
    workload: tuple[ExposureRule, ...] = ()
    registers: tuple[Register, ...] = ()


@dataclass(frozen=True, slots=True)
class _Holding:
    """What the store holds of one assessment."""

    roster: tuple[Subject, ...]
    reviewed: tuple[Reviewed, ...]
    facts: tuple[Fact, ...]
    documents: tuple[StoredDocument, ...]
    decisions: Mapping[str, Decision]
    glossary: Glossary


def publish(store: Engine, edition: Edition, out: Path) -> Assessed:
    """Score every subject of the roster, save the scorecards, and write what the scheme says and the report.

    The files are ``scorecards.jsonl``, ``report.html`` and, for a scheme with calculations, ``outcomes.jsonl``.
    """
    at = (edition.as_of or datetime.now(UTC).astimezone()).isoformat(timespec="seconds")
    name = edition.assessment.name
    held = _holding(store, name, edition.as_of)
    evidence = Evidence(held.reviewed, held.facts, edition.inputs, edition.tables, edition.assessment.period)
    assessed = assess(edition.scheme, held.roster, evidence)
    cards = assessed.scorecards
    if edition.as_of is None:
        _save(store, edition, cards, at)
    content = _content(held, edition, assessed, at)
    with Outputs(out) as outputs:
        outputs.begin(SCORECARDS)
        outputs.write(SCORECARDS, (card.as_json() for card in cards))
        if edition.scheme.calculations:
            outputs.begin(OUTCOMES)
            outputs.write(OUTCOMES, map(outcome_record, assessed.outcomes))
        outputs.write_pieces(REPORT, report_pieces(content))
    return assessed


def _save(store: Engine, edition: Edition, cards: Iterable[Scorecard], at: str) -> None:
    """Write scheme, filled-in files and scorecards, each line with the rows it rests on: all of it or nothing."""
    name, scheme = edition.assessment.name, edition.scheme
    fed, typed = inputs_of(scheme), typed_rows(scheme.id, edition.registers)
    with writing(store) as connection:
        keep_scheme(connection, _scheme_row(scheme, at))
        keep_registers(connection, name, scheme.id, edition.registers, at=at)
        rows = (_with_sources(scorecard_row(card, scheme, at), fed, typed) for card in cards)
        save_scorecards(connection, name, rows)
        drop_unused_registers(connection, name)


def _with_sources(
    card: ScorecardRow, fed: Mapping[str, Sequence[str]], typed: Mapping[tuple[str, str], tuple[str, int]]
) -> ScorecardRow:
    if not typed:
        return card
    for line in card["lines"]:
        asked = ((card["subject"], key) for key in fed.get(line["indicator"], ()))
        line["sources"] = [typed[one] for one in asked if one in typed]
    return card


def reviewed_findings(store: Engine, assessment: str, *, as_of: datetime | None = None) -> tuple[Reviewed, ...]:
    """Return the findings as people left them: now, or as they stood at the moment *as_of*."""
    return current_findings(_findings(store, assessment, as_of), _decisions(store, assessment, as_of))


def _findings(store: Engine, assessment: str, as_of: datetime | None) -> tuple[Finding, ...]:
    return load_findings_at(store, assessment, as_of) if as_of else load_findings(store, assessment)


def _decisions(store: Engine, assessment: str, as_of: datetime | None) -> tuple[Decision, ...]:
    made = load_decisions(store, assessment)
    return decisions_until(made, as_of) if as_of else made


def _holding(store: Engine, assessment: str, as_of: datetime | None) -> _Holding:
    findings, decisions = _findings(store, assessment, as_of), _decisions(store, assessment, as_of)
    return _Holding(
        roster=load_roster(store, assessment),
        reviewed=current_findings(findings, decisions),
        facts=load_facts(store, assessment),
        documents=load_documents(store, assessment),
        decisions=decisions_in_force(decisions, findings),
        glossary=load_glossary(store, assessment),
    )


def _content(held: _Holding, edition: Edition, assessed: Assessed, at: str) -> ReportContent:
    cards = tuple(card.as_json() for card in assessed.scorecards)
    return ReportContent(
        assessment=replace(edition.assessment, roster=held.roster),
        materials=tuple(_materials(held.documents)),
        failures=tuple(_failures(held.documents)),
        findings=tuple(entry.finding for entry in held.reviewed),
        generated_at=at.replace("T", " ")[:16] + ("（按此时刻以前的决定重现）" if edition.as_of else ""),
        facts=held.facts,
        decisions=held.decisions,
        reasons={**edition.reasons, **held.glossary.reasons},
        names=held.glossary.names,
        scorecards=cards,
        versions=edition.versions,
        preview=all(card["preview"] for card in cards),
        outcomes=assessed.outcomes,
        waiting=assessed.waiting,
        exposures=_exposures(held.reviewed, edition.workload),
    )


def _exposures(reviewed: Iterable[Reviewed], rules: tuple[ExposureRule, ...]) -> dict[str, tuple[Exposure, ...]]:
    found = ((one.finding.id, tuple(find_exposures(one.finding, rules))) for one in reviewed)
    return {finding: exposures for finding, exposures in found if exposures}


def scheme_version(scheme: Scheme) -> str:
    """Return a short hash of everything a scheme says."""
    return text_version(scheme.model_dump_json())


def _scheme_row(scheme: Scheme, at: str) -> SchemeRow:
    text = scheme.model_dump_json()
    return {"id": scheme.id, "version": text_version(text), "name": scheme.name, "text": text, "first_used": at}


def scorecard_row(card: Scorecard, scheme: Scheme, at: str) -> ScorecardRow:
    """Return a scorecard reckoned at *at* (ISO 8601 with zone) as the store keeps it."""
    shown = card.as_json()
    return {
        "subject": card.subject,
        "scheme": card.scheme,
        "scheme_version": scheme_version(scheme),
        "total": shown["total_raw"],
        "preview": card.preview,
        "at": at,
        "lines": [_line(line) for line in shown["lines"]],
    }


def _line(line: Mapping[str, Any]) -> LedgerRow:
    return {
        "indicator": line["indicator"],
        "amount": line["amount_raw"],
        "findings": line["findings"],
        "explanation": line["explanation"],
    }


def _materials(documents: Iterable[StoredDocument]) -> Iterator[Material]:
    for document in documents:
        if document.status == "read":
            yield Material(
                document.name,
                document.format or "",
                document.genre or "other",
                document.characters or 0,
                document.coverage or 0.0,
                document.notes,
            )


def _failures(documents: Iterable[StoredDocument]) -> Iterator[Failure]:
    for document in documents:
        if document.status == "failed":
            kind, message = document.failure_kind or "unreadable", document.failure_message or ""
            yield Failure(document.name, kind, message, document.sha256, document.format)  # type: ignore[arg-type]
