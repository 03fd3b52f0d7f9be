"""What the client gets of each value: plain JSON, with what it may not see hidden."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.review.excerpts import HIDDEN, places_of, veil
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.pipeline.document import Locator
    from mingcha.pipeline.findings import Cue, Fact, Finding
    from mingcha.pipeline.review.veils import Veil
    from mingcha.pipeline.store.pages import Judged
    from mingcha.pipeline.store.rows import StoredDocument
    from mingcha.pipeline.subjects import Subject

Record = dict[str, Any]
_DOCUMENT = ("sha256", "status", "format", "genre", "characters", "coverage", "failure_kind", "run")
_FINDING = (
    *("id", "kind", "category", "subclass", "status", "subject", "relation", "responsibility"),
    *("source_kind", "strength", "confidence"),
)
_FACT = ("id", "subject", "kind", "category", "independent", "strength")
_FACT_LISTS = ("supports", "contradicts", "copies", "source_kinds")
_CARD = ("subject", "scheme", "scheme_version", "total", "preview", "at")
_LINE = ("indicator", "amount", "findings", "explanation")
_SUBJECT = ("id", "name", "unit", "post", "type", "category")


def subject_record(subject: Subject) -> Record:
    """Return a subject of the roster."""
    return {name: getattr(subject, name) for name in _SUBJECT}


def document_record(document: StoredDocument, key: str, *, named: bool) -> Record:
    """Return a document; its name and what quotes it only where the client may see names."""
    told = {name: getattr(document, name) for name in _DOCUMENT}
    return told | {
        "id": key,
        "name": document.name if named else None,
        "failure_message": document.failure_message if named else None,
        "file_missing": document.absent_since is not None,
    }


def finding_record(judged: Judged, key: str, hidden: Veil, names: Mapping[str, str]) -> Record:
    """Return a finding with what people made of it; *key* stands for its document."""
    finding = hidden.over(judged.finding)
    made = {f"decided_{name}": getattr(judged, name) for name in ("category", "status", "subject")}
    place = {"document": key, "start": finding.span.start, "end": finding.span.end}
    lists = {"candidates": list(finding.candidates), "sources": list(finding.sources)}
    return (
        {name: getattr(finding, name) for name in _FINDING}
        | place
        | lists
        | made
        | {
            "text": finding.text,
            "speaker": finding.speaker,
            "category_name": chinese(finding.category),
            "locator": _locator(finding.locator, hidden.names.get(finding.document, frozenset())),
            "cue": _cue(finding.cue),
            "versions": dict(finding.versions),
            "run": judged.run,
            "standing": judged.standing,
            "decided_subject_name": names.get(judged.subject or ""),
        }
    )


def fact_record(fact: Fact, supports: Sequence[Finding], hidden: Veil, names: Mapping[str, str]) -> Record:
    """Return a fact. Its words are those of a finding that supports it; where none has them they are all hidden."""
    said = (hidden.over(one).text for one in supports if one.text == fact.text)
    lists = {name: list(getattr(fact, name)) for name in _FACT_LISTS}
    return (
        {name: getattr(fact, name) for name in _FACT}
        | lists
        | {
            "text": next(said, HIDDEN * len(fact.text)),
            "category_name": chinese(fact.category),
            "subject_name": names.get(fact.subject or ""),
        }
    )


def scorecard_record(card: Mapping[str, Any], names: Mapping[str, str]) -> Record:
    """Return a scorecard with its ledger."""
    lines = [{name: line[name] for name in _LINE} for line in card["lines"]]
    number = {"number": card["seq"], "subject_name": names.get(card["subject"]), "lines": lines}
    return {name: card[name] for name in _CARD} | number


def _locator(locator: Locator, names: frozenset[str]) -> Record:
    """Return what a locator says; sheets, too, are named after people."""
    told = {name: value for name, value in asdict(locator).items() if value is not None}
    return {name: _masked(value, names) if isinstance(value, str) else value for name, value in told.items()}


def _masked(text: str, names: frozenset[str]) -> str:
    return veil(text, places_of(names, text), Span(0, len(text)))


def _cue(cue: Cue | None) -> Record | None:
    if cue is None:
        return None
    start, end = (cue.span.start, cue.span.end) if cue.span else (None, None)
    return {"id": cue.id, "start": start, "end": end}
