"""The lines of ``structure.jsonl``: one record for each field, part, ticket, ballot, item, decision and check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.records import locator_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.pipeline.ballots import Ballot, BallotRow
    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.parts import Check, Field
    from mingcha.pipeline.rectifications import Rectification, Totals
    from mingcha.pipeline.structure import Structure
    from mingcha.pipeline.tickets import Ticket

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes records of one document; takes spans of its clean text and writes those of the original."""

    clean: Clean

    def record(self, record: str, span: Span, **values: object) -> Record:
        """Return a record at *span*; what *values* leaves out is null."""
        document = self.clean.document
        place = self.clean.offsets.to_original(span)
        start: Record = {
            "document": document.name,
            "record": record,
            "kind": None,
            "group": None,
            "level": None,
            "label": None,
            "start": place.start,
            "end": place.end,
            "text": place.of(document.text),
            "locator": locator_record(document.locator_at(place)),
            "fields": [],
            "holds": None,
            "explanation": None,
        }
        return start | values

    def field(self, name: str, span: Span, label: str | None, value: float | str | None = None) -> Record:
        """Return one field of a record."""
        place = self.clean.offsets.to_original(span)
        return {
            "name": name,
            "label": label or None,
            "start": place.start,
            "end": place.end,
            "text": place.of(self.clean.document.text),
            "value": value,
        }

    def fields(self, fields: Iterable[Field]) -> list[Record]:
        """Return *fields* without values."""
        return [self.field(field.name, field.passage.span, field.label) for field in fields]

    def check(self, check: Check, group: int | None = None) -> Record:
        """Return the record of a check."""
        return self.record(
            "check", check.span, kind=check.id, group=group, holds=check.holds, explanation=check.explanation
        )


def structure_records(clean: Clean, structure: Structure) -> Iterator[Record]:
    """Yield the lines of ``structure.jsonl`` for one document; their spans count in its original text."""
    writer = _Writer(clean)
    for field in structure.fields:
        yield writer.record("metadata", field.passage.span, kind=field.name, label=field.label)
    for part in structure.parts:
        yield writer.record("part", part.span, kind=part.kind, group=part.group, level=part.level, label=part.label)
    for ticket in structure.tickets:
        yield _ticket(writer, ticket)
    for group, ballot in enumerate(structure.ballots, start=1):
        yield from _ballot(writer, group, ballot)
    for item in structure.rectifications:
        yield _rectification(writer, item)
    if structure.totals is not None:
        yield from _totals(writer, structure.totals)
    for decision in structure.minutes.decisions if structure.minutes else ():
        yield writer.record("decision", decision.span, group=decision.group, fields=writer.fields(decision.fields))


def _ticket(writer: _Writer, ticket: Ticket) -> Record:
    values = {"solved": ticket.solved, "satisfied": ticket.satisfied}
    fields = [
        writer.field(field.name, field.passage.span, field.label, values.get(field.name)) for field in ticket.fields
    ]
    return writer.record("ticket", ticket.span, group=ticket.group, fields=fields)


def _ballot(writer: _Writer, group: int, ballot: Ballot) -> Iterator[Record]:
    span = Span(ballot.rows[0].span.start, ballot.rows[-1].span.end)
    place = ballot.footer or span
    figures = {
        "issued": ballot.issued,
        "returned": ballot.returned,
        "valid": ballot.valid,
        "invalid": ballot.invalid,
    }
    fields = [writer.field(name, place, None, number) for name, number in figures.items() if number is not None]
    yield writer.record("ballot", span, group=group, fields=fields)
    for row in ballot.rows:
        yield _ballot_row(writer, group, row)
    for check in ballot.checks:
        yield writer.check(check, group)


def _ballot_row(writer: _Writer, group: int, row: BallotRow) -> Record:
    fields = [writer.field("post", row.post.span, None)] if row.post else []
    fields += [
        writer.field(count.kind, count.passage.span, f"{count.over}·{count.option}".lstrip("·"), count.number)
        for count in row.counts
    ]
    return writer.record("ballot_row", row.span, group=group, label=row.name.text, fields=fields)


def _rectification(writer: _Writer, item: Rectification) -> Record:
    fields = writer.fields(item.fields)
    return writer.record("rectification", item.span, kind=item.state, group=item.group, fields=fields)


def _totals(writer: _Writer, totals: Totals) -> Iterator[Record]:
    figures = [("total", totals.total), *totals.states, *([("rate", totals.rate)] if totals.rate is not None else [])]
    fields = [writer.field(name, totals.span, None, number) for name, number in figures]
    yield writer.record("totals", totals.span, fields=fields)
    for check in totals.checks:
        yield writer.check(check)
