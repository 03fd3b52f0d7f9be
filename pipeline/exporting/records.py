"""What is told of each thing in an export, as JSON; the schemas lie in ``docs/schemas/export``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline import records
from mingcha.pipeline.scoring.decisions import decisions_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.findings import Decision, Fact
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.store.rows import StoredDocument
    from mingcha.pipeline.store.streams import Judged

Record = dict[str, Any]

_CORRECTABLE = ("category", "status", "subject")
_LINE = ("indicator", "amount", "findings", "explanation")
_CARD = ("subject", "scheme", "scheme_version", "total", "preview", "at")


@dataclass(frozen=True, slots=True)
class Scope:
    """The assessment that is exported, and what its ids mean to a reader.

    ``subjects`` are the names of the roster by id, ``teams`` the ids of its teams; ``names`` those of an office's own
    categories; ``gone`` the documents whose files the latest finished run did not meet; ``at`` the time of the
    export (ISO 8601).
    """

    assessment: str
    subjects: Mapping[str, str]
    teams: frozenset[str] = frozenset()
    names: Mapping[str, str] | None = None
    gone: frozenset[str] = frozenset()
    superseded: bool = False
    at: str = ""


def finding_record(judged: Judged, scope: Scope) -> Record:
    """Return a finding as people left it; ``detected`` has what the software had said where they corrected it."""
    stored, found = judged.stored, judged.reviewed.finding
    return {
        "assessment": scope.assessment,
        **records.finding_record(found),
        "subject_name": scope.subjects.get(found.subject or ""),
        "decision": decision_of(judged.reviewed),
        "detected": _detected(judged),
        "sha256": stored.sha256,
        "format": stored.format,
        "run": stored.run,
        "superseded_by_run": stored.superseded_by_run,
    }


def decision_of(reviewed: Reviewed) -> Record | None:
    """Return the decision in force: its verdict is ``change`` where a correction awaits confirmation."""
    if not reviewed.by:
        return None
    verdict = reviewed.verdict or "change"
    return {"verdict": verdict, "by": reviewed.by, "at": reviewed.at, "reason": reviewed.reason}


def _detected(judged: Judged) -> Record | None:
    before, after = judged.stored.finding, judged.reviewed.finding
    said = {name: getattr(before, name) for name in _CORRECTABLE}
    return said if any(getattr(after, name) != value for name, value in said.items()) else None


def fact_record(fact: Fact, scope: Scope) -> Record:
    """Return a fact with the name of its subject."""
    named = {"subject_name": scope.subjects.get(fact.subject or "")}
    return {"assessment": scope.assessment, **records.fact_record(fact, scope.teams), **named}


def quantity_record(document: str, quantity: Quantity, scope: Scope) -> Record:
    """Return a quantity after its document."""
    return {"assessment": scope.assessment, "document": document, **records.quantity_record(quantity)}


def document_record(document: StoredDocument, scope: Scope) -> Record:
    """Return a file that was met, read or not; ``gone`` says that the latest run did not meet it any more."""
    failed = document.status == "failed"
    return {
        "assessment": scope.assessment,
        "document": document.name,
        "status": document.status,
        "failure": {"kind": document.failure_kind, "message": document.failure_message} if failed else None,
        "sha256": document.sha256,
        "format": document.format,
        "encoding": document.encoding,
        "genre": document.genre,
        "genre_evidence": list(document.genre_evidence),
        "characters": document.characters,
        "coverage": document.coverage,
        "parts": dict(document.parts),
        "repairs": dict(document.repairs),
        "traces": [dict(trace) for trace in document.traces],
        "notes": list(document.notes),
        "gone": document.name in scope.gone,
        "run": document.run,
    }


def decision_records(made: Iterable[Decision], scope: Scope) -> Iterator[Record]:
    """Yield the decisions on one finding; ``in_force`` marks the one that counts."""
    made = tuple(made)
    standing = decisions_in_force(made)
    for decision in made:
        yield {
            "assessment": scope.assessment,
            "number": decision.number,
            "finding": decision.finding,
            "verdict": decision.verdict,
            "by": decision.by,
            "at": decision.at,
            "reason": decision.reason,
            "changes": dict(decision.changes),
            "round": decision.round,
            "account": decision.account,
            "withdraws": decision.withdraws or None,
            "in_force": standing.get(decision.finding) is decision,
        }


def scorecard_record(card: Mapping[str, Any], scope: Scope) -> Record:
    """Return a scorecard with its ledger; points are decimal text, null where undetermined."""
    return {
        "assessment": scope.assessment,
        **{name: card[name] for name in _CARD},
        "subject_name": scope.subjects.get(card["subject"]),
        "lines": [{name: line[name] for name in _LINE} for line in card["lines"]],
    }
