"""Values as rows of the store, and rows as values again, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Box, Failure, Locator, Span
from mingcha.pipeline.findings import Cue, Decision, Fact, Finding, Referral, sharing, wording_key
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.rules import Glossary
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.pipeline.document import Document, Trace

Row = dict[str, Any]

_LOCATOR = ("part", "page", "paragraph", "line", "sheet", "table", "row", "column", "item")
_BOX = ("left", "top", "right", "bottom")
_QUANTITY = (
    *("text", "value", "unit", "kind", "value_max", "approximator"),
    *("direction", "baseline", "target", "period", "measure", "plan", "share"),
)
_FINDING = (
    *("id", "document", "text", "kind", "category", "subclass", "status"),
    *("subject", "speaker", "source_kind", "strength", "confidence", "relation", "responsibility"),
)
_REFERRAL = ("id", "document", "text", "category", "status", "speaker", "source_kind")
_FACT_LISTS = ("supports", "contradicts", "copies", "source_kinds")
_FACT = ("id", "subject", "kind", "category", "text", "independent", "strength")
_DECISION = ("finding", "verdict", "by", "reason", "at", "round", "account", "act", "withdraws")
_SUBJECT = ("id", "name", "unit", "post", "type", "category")


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What the store knows about a file; ``failure_kind`` and ``failure_message`` are set where it was not read.

    ``parts`` says how many characters came from which part of the file, ``repairs`` how many of which kind were made;
    ``traces`` are tracked changes and comments. ``absent_since`` is the run that no longer met the file.
    """

    assessment: str
    name: str
    sha256: str | None
    status: str
    format: str | None
    genre: str | None
    characters: int | None
    coverage: float | None
    encoding: str | None
    failure_kind: str | None
    failure_message: str | None
    notes: tuple[str, ...]
    run: str
    genre_evidence: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    repairs: Mapping[str, int] = field(default_factory=dict)
    traces: tuple[Mapping[str, Any], ...] = ()
    absent_since: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding with what leads back to its text: `load_text` takes ``sha256`` and ``format``.

    ``superseded_by_run`` is the run whose rules or files no longer give this finding.
    """

    finding: Finding
    assessment: str
    sha256: str
    format: str
    run: str
    superseded_by_run: str | None


def _present(value: object, names: tuple[str, ...]) -> Row:
    return {name: item for name in names if (item := getattr(value, name)) is not None}


def _all(value: object, names: tuple[str, ...]) -> Row:
    return {name: getattr(value, name) for name in names}


def document_row(document: Document | Failure, genre: str | None) -> Row:
    """Return the row of a file that was met, read or not, without what the analysis says of it."""
    if isinstance(document, Failure):
        nothing = dict.fromkeys(("genre", "characters", "coverage", "encoding"))
        failure = {"failure_kind": document.kind, "failure_message": document.message}
        reading: Row = {"notes": [], "parts": {}, "traces": []}
        return _all(document, ("name", "sha256", "format")) | nothing | failure | reading | {"status": "failed"}
    return _all(document, ("name", "sha256", "format", "coverage", "encoding")) | {
        "status": "read",
        "genre": genre,
        "characters": len(document.text),
        "failure_kind": None,
        "failure_message": None,
        "notes": list(document.notes),
        "parts": document.characters_by_part,
        "traces": [_trace_object(trace) for trace in document.traces],
    }


def _trace_object(trace: Trace) -> Row:
    place = {"start": trace.span.start, "end": trace.span.end}
    return _all(trace, ("kind", "author", "date", "text")) | place


def text_row(document: Document) -> Row:
    """Return the row of a document's text."""
    return _all(document, ("sha256", "format", "text"))


def document_value(row: Mapping[Any, Any]) -> StoredDocument:
    """Return the stored document of a row."""
    lists = {name: tuple(row[name] or ()) for name in ("notes", "genre_evidence", "traces")}
    counts = {name: row[name] or {} for name in ("parts", "repairs")}
    return StoredDocument(**(dict(row) | lists | counts))


def finding_row(finding: Finding) -> Row:
    """Return the row of a finding, without its assessment, run and the hash of its file."""
    return _all(finding, _FINDING) | {
        "start": finding.span.start,
        "end": finding.span.end,
        "locator": _locator_object(finding.locator),
        "cue": _cue_object(finding.cue),
        "candidates": finding.candidates,
        "quantities": [_quantity_object(quantity) for quantity in finding.quantities] or (),
        "sources": finding.sources,
        "versions": dict(finding.versions),
        "wording": wording_key(finding),
        "doubt": abs(finding.confidence - 0.5),
    }


def referral_row(referral: Referral) -> Row:
    """Return the row of a referral, without its assessment, run and the hash of its file."""
    return _all(referral, _REFERRAL) | {
        "start": referral.span.start,
        "end": referral.span.end,
        "locator": _locator_object(referral.locator),
        "sources": referral.sources,
        "versions": dict(referral.versions),
    }


def referral_value(row: Mapping[Any, Any]) -> Referral:
    """Return the referral of a row."""
    return Referral(
        **{name: row[name] for name in _REFERRAL},
        span=Span(row["start"], row["end"]),
        locator=_locator_value(row["locator"]),
        sources=tuple(row["sources"]),
        versions=row["versions"],
    )


def glossary_object(glossary: Glossary) -> Row:
    """Return a glossary as the ``runs`` table has it."""
    return {"reasons": dict(glossary.reasons), "names": dict(glossary.names)}


def glossary_value(written: Row | None) -> Glossary:
    """Return the glossary of a run, an empty one where an older version wrote it."""
    return Glossary(**written) if written else Glossary()


def finding_value(row: Mapping[Any, Any]) -> Finding:
    """Return the finding of a row."""
    value = Finding(
        **{name: row[name] for name in _FINDING},
        span=Span(row["start"], row["end"]),
        locator=_locator_value(row["locator"]),
        cue=_cue_value(row["cue"]),
        candidates=tuple(row["candidates"]),
        quantities=tuple(quantity_value(item) for item in row["quantities"]),
        sources=tuple(row["sources"]),
        versions=row["versions"],
    )
    return sharing(value)


def stored_finding(row: Mapping[Any, Any]) -> StoredFinding:
    """Return the finding of a row with its origin."""
    origin = {name: row[name] for name in ("assessment", "sha256", "format", "run", "superseded_by_run")}
    return StoredFinding(finding=finding_value(row), **origin)


def _locator_object(locator: Locator) -> Row:
    box = {} if locator.box is None else {"box": _all(locator.box, _BOX)}
    return _present(locator, _LOCATOR) | box


def _locator_value(written: Row) -> Locator:
    box = Box(**written["box"]) if "box" in written else None
    return Locator(**(written | {"box": box}))


def _cue_object(cue: Cue | None) -> Row | None:
    if cue is None:
        return None
    place = {} if cue.span is None else {"start": cue.span.start, "end": cue.span.end}
    return {"id": cue.id, "text": cue.text} | place


def _cue_value(written: Row | None) -> Cue | None:
    if written is None:
        return None
    span = Span(written["start"], written["end"]) if "start" in written else None
    return Cue(written["id"], written["text"], span)


def _quantity_object(quantity: Quantity) -> Row:
    return {"start": quantity.span.start, "end": quantity.span.end} | _present(quantity, _QUANTITY)


def quantity_row(quantity: Quantity) -> Row:
    """Return the row of a quantity, without its document and position."""
    return {"start": quantity.span.start, "end": quantity.span.end} | _all(quantity, _QUANTITY)


def quantity_value(row: Mapping[Any, Any]) -> Quantity:
    """Return the quantity of a row, or of an object in a finding's list."""
    return Quantity(Span(row["start"], row["end"]), **{name: row[name] for name in _QUANTITY if name in row})


def fact_row(fact: Fact) -> Row:
    """Return the row of a fact, without its assessment and run."""
    return _all(fact, _FACT + _FACT_LISTS)


def member_rows(fact: Fact) -> Iterator[Row]:
    """Yield a row for each finding that a fact speaks of, without the assessment."""
    for role, members in (("support", fact.supports), ("contradict", fact.contradicts), ("copy", fact.copies)):
        for position, finding in enumerate(members):
            yield {"fact": fact.id, "role": role, "position": position, "finding": finding}


def fact_value(row: Mapping[Any, Any]) -> Fact:
    """Return the fact of a row."""
    lists: Row = {name: tuple(row[name]) for name in _FACT_LISTS}
    return Fact(**{name: row[name] for name in _FACT}, **lists)


def subject_row(subject: Subject, position: int) -> Row:
    """Return the row of a subject that stands at *position* in the roster."""
    return _all(subject, _SUBJECT) | {"aliases": subject.aliases, "position": position}


def subject_value(row: Mapping[Any, Any]) -> Subject:
    """Return the subject of a row."""
    return Subject(**{name: row[name] for name in _SUBJECT}, aliases=tuple(row["aliases"]))


FORM = ("subject", "category", "status")
"""What a finding says that a decision on it rests on."""


def decision_row(decision: Decision) -> Row:
    """Return the row of a decision, without its assessment."""
    return _all(decision, _DECISION) | {"changes": decision.changes}


def decision_value(row: Mapping[Any, Any]) -> Decision:
    """Return the decision of a row."""
    changes = tuple((field, value) for field, value in row["changes"])
    form = (row["before"] or {}).get("form") or {}
    seen = tuple((name, form[name]) for name in FORM if name in form)
    return Decision(**{name: row[name] for name in _DECISION}, changes=changes, number=row["seq"], form=seen)
