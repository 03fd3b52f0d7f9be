"""What the store holds, read piece by piece for exports: memory stays flat however many rows there are."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, select

from mingcha.pipeline.scoring.decisions import Reviewed, current_findings
from mingcha.pipeline.store import rows, schema
from mingcha.pipeline.store.database import reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine, Select

    from mingcha.pipeline.findings import Decision, Fact
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.store.rows import StoredDocument, StoredFinding

_BATCH = 1000  # rows that are held at a time

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding as the software made it, the decisions on it as they were written, and what these left of it."""

    stored: StoredFinding
    reviewed: Reviewed
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document that was read, with its text and its findings in the order of the text, without superseded ones."""

    document: StoredDocument
    text: str
    judged: tuple[Judged, ...]


@contextmanager
def snapshot(store: Engine) -> Iterator[Connection]:
    """Give a connection all of whose reads see one moment of the store, whatever others write meanwhile."""
    with reading(store) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield connection


def stream_findings(connection: Connection, assessment: str, *, superseded: bool = False) -> Iterator[Judged]:
    """Yield the findings by document and place, each with its decisions applied; superseded ones if asked for."""
    table = schema.findings.c
    query = select(schema.findings).where(table.assessment == assessment)
    if not superseded:
        query = query.where(table.superseded_by_run.is_(None))
    for batch in _batches(connection, query.order_by(table.document, table.start, table.end, table.id)):
        yield from _judged(connection, assessment, [rows.stored_finding(row) for row in batch])


def stream_labelled(connection: Connection, assessment: str) -> Iterator[Labelled]:
    """Yield the documents that were read, by name."""
    for document in stream_documents(connection, assessment):
        texts = schema.texts.c
        wanted = and_(texts.sha256 == document.sha256, texts.format == document.format)
        text = connection.scalar(select(texts.text).where(wanted))
        if document.status == "read" and text is not None:
            yield Labelled(document, text, judged_in(connection, assessment, document.name))


def judged_in(connection: Connection, assessment: str, document: str) -> tuple[Judged, ...]:
    """Return the findings of one document, without superseded ones."""
    table = schema.findings.c
    mine = and_(table.assessment == assessment, table.document == document, table.superseded_by_run.is_(None))
    query = select(schema.findings).where(mine).order_by(table.start, table.end, table.id)
    found = [rows.stored_finding(row) for row in connection.execute(query).mappings()]
    return tuple(_judged(connection, assessment, found))


def stream_documents(connection: Connection, assessment: str) -> Iterator[StoredDocument]:
    """Yield every file that was met, read or not, by name."""
    table = schema.documents
    query = select(table).where(table.c.assessment == assessment).order_by(table.c.name)
    for batch in _batches(connection, query):
        yield from map(rows.document_value, batch)


def stream_facts(connection: Connection, assessment: str) -> Iterator[Fact]:
    """Yield the facts by id."""
    table = schema.facts
    query = select(table).where(table.c.assessment == assessment).order_by(table.c.id)
    for batch in _batches(connection, query):
        yield from map(rows.fact_value, batch)


def stream_quantities(connection: Connection, assessment: str) -> Iterator[tuple[str, Quantity]]:
    """Yield the quantities, each after the name of its document, in the order of the text."""
    table = schema.quantities
    query = select(table).where(table.c.assessment == assessment).order_by(table.c.document, table.c.position)
    for batch in _batches(connection, query):
        yield from ((row["document"], rows.quantity_value(row)) for row in batch)


def stream_decisions(connection: Connection, assessment: str) -> Iterator[tuple[Decision, ...]]:
    """Yield the decisions on one finding after the other, each finding's in the order of their writing."""
    table = schema.decisions
    query = select(table).where(table.c.assessment == assessment).order_by(table.c.finding, table.c.seq)
    every = (rows.decision_value(row) for batch in _batches(connection, query) for row in batch)
    for _, made in groupby(every, key=lambda decision: decision.finding):
        yield tuple(made)


def stream_scorecards(connection: Connection, assessment: str, *, superseded: bool = False) -> Iterator[Row]:
    """Yield scorecards with their ``lines`` as the store keeps them; earlier ones of a subject only if asked for."""
    table, lines = schema.scorecards, schema.ledger_lines
    query = select(table).where(table.c.assessment == assessment)
    if not superseded:
        query = query.where(~_has_later())
    for batch in _batches(connection, query.order_by(table.c.seq)):
        numbers = [row["seq"] for row in batch]
        found = select(lines).where(lines.c.scorecard.in_(numbers)).order_by(lines.c.scorecard, lines.c.position)
        ledgers: dict[int, list[Row]] = {number: [] for number in numbers}
        for line in connection.execute(found).mappings():
            ledgers[line["scorecard"]].append(dict(line))
        yield from (dict(row) | {"lines": ledgers[row["seq"]]} for row in batch)


def _has_later() -> Any:
    """Return the condition that a later scorecard of the same subject under the same scheme is there."""
    this, later = schema.scorecards.c, schema.scorecards.alias("later").c
    same = (getattr(this, name) == getattr(later, name) for name in ("assessment", "subject", "scheme"))
    return exists().where(and_(*same, later.seq > this.seq))


def _judged(connection: Connection, assessment: str, found: Sequence[StoredFinding]) -> Iterator[Judged]:
    decisions = _decisions(connection, assessment, {one.finding.id for one in found})
    reviewed = current_findings([one.finding for one in found], decisions)
    made: dict[str, list[Decision]] = {}
    for decision in decisions:
        made.setdefault(decision.finding, []).append(decision)
    for stored, now in zip(found, reviewed, strict=True):
        yield Judged(stored, now, tuple(made.get(stored.finding.id, ())))


def _decisions(connection: Connection, assessment: str, findings: Collection[str]) -> list[Decision]:
    table = schema.decisions
    mine = and_(table.c.assessment == assessment, table.c.finding.in_(findings))
    found = connection.execute(select(table).where(mine).order_by(table.c.seq)).mappings()
    return [rows.decision_value(row) for row in found]


def _batches(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Mapping[Any, Any]]]:
    """Yield rows as the database sends them, so that neither side holds all of them."""
    with connection.execute(query, execution_options={"yield_per": _BATCH}) as found:
        yield from found.mappings().partitions()
