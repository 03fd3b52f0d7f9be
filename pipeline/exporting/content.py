"""What can be exported: each kind of record, drawn from the store one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.exporting import records
from mingcha.pipeline.exporting.records import Scope
from mingcha.pipeline.store import streams
from mingcha.pipeline.store.queries import load_assessment, load_glossary, missing_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection, Engine

    from mingcha.pipeline.exporting.records import Record

What = Literal["findings", "facts", "scores", "quantities", "documents", "decisions"]


def scope_of(store: Engine, assessment: str | None, *, superseded: bool = False, at: str = "") -> Scope:
    """Return what an export of *assessment*, or of the only one there is, needs to know beforehand."""
    found = load_assessment(store, assessment)
    return Scope(
        found.name,
        {subject.id: subject.name for subject in found.roster},
        frozenset(subject.id for subject in found.roster if subject.type == "team"),
        load_glossary(store, found.name).names,
        frozenset(missing_documents(store, found.name)),
        superseded,
        at,
    )


def draw(connection: Connection, what: What, scope: Scope) -> Iterator[Record]:
    """Yield the records of one kind; memory stays flat."""
    return _DRAWN[what](connection, scope)


def _findings(connection: Connection, scope: Scope) -> Iterator[Record]:
    found = streams.stream_findings(connection, scope.assessment, superseded=scope.superseded)
    return (records.finding_record(one, scope) for one in found)


def _facts(connection: Connection, scope: Scope) -> Iterator[Record]:
    return (records.fact_record(one, scope) for one in streams.stream_facts(connection, scope.assessment))


def _scores(connection: Connection, scope: Scope) -> Iterator[Record]:
    found = streams.stream_scorecards(connection, scope.assessment, superseded=scope.superseded)
    return (records.scorecard_record(one, scope) for one in found)


def _quantities(connection: Connection, scope: Scope) -> Iterator[Record]:
    found = streams.stream_quantities(connection, scope.assessment)
    return (records.quantity_record(document, one, scope) for document, one in found)


def _documents(connection: Connection, scope: Scope) -> Iterator[Record]:
    return (records.document_record(one, scope) for one in streams.stream_documents(connection, scope.assessment))


def _decisions(connection: Connection, scope: Scope) -> Iterator[Record]:
    for made in streams.stream_decisions(connection, scope.assessment):
        yield from records.decision_records(made, scope)


_DRAWN: Mapping[What, Callable[[Connection, Scope], Iterator[Record]]] = {
    "findings": _findings,
    "facts": _facts,
    "scores": _scores,
    "quantities": _quantities,
    "documents": _documents,
    "decisions": _decisions,
}
