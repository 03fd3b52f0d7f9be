"""Hotline tickets, from the rows of a table or from labels in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mingcha.pipeline.parts import Field, Part, ends_of, first_of, passage_of, span_of
from mingcha.pipeline.tables import row_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.parts import PartKind, Passage
    from mingcha.pipeline.tables import Table

_NO = re.compile(r"否|未|不|没|N|n|×|0")
_YES = re.compile(r"是|已|满意|解决|办结|Y|y|√|✓|1")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_KINDS: MappingProxyType[str, PartKind] = MappingProxyType(
    {"content": "ticket_content", "reply": "ticket_reply", "callback": "ticket_callback"}
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket: number, time, caller (mask kept), content, unit, deadline, reply, callback and what else it keeps.

    ``group`` counts the tickets of a document from 1. Fields of one name may stand there more than once.
    """

    group: int
    fields: tuple[Field, ...]

    @property
    def span(self) -> Span:
        """From the first field to the last."""
        return span_of(self.fields)

    def passage(self, name: str) -> Passage | None:
        """Return what stands under a field's name (number, time, caller, content, reply, callback …)."""
        return first_of(self.fields, name)

    @property
    def solved(self) -> bool | None:
        """Whether the caller said that the matter is solved; ``None`` where nothing clear is said."""
        return truth_of(self.passage("solved"))

    @property
    def satisfied(self) -> bool | None:
        """Whether the caller was content; ``None`` where nothing clear is said."""
        return truth_of(self.passage("satisfied"))


def truth_of(passage: Passage | None) -> bool | None:
    """Return what a yes-or-no field says.

    >>> [truth_of(passage_of(words, 0, 9)) for words in ("是", "未解决", "不满意", "—")]
    [True, False, False, None]
    """
    if passage is None or len(passage.text) > 12:
        return None
    if _NO.match(passage.text):
        return False
    return True if _YES.search(passage.text) and not _NO.search(passage.text) else None


def read_tickets(text: str, tables: Sequence[Table], book: LabelBook) -> tuple[Ticket, ...]:
    """Return the tickets of a clean text in order: a row of a ticket table is one, so is a run of labels."""
    ticket_tables = [table for table in tables if table.form == "ticket"]
    rows = [row_fields(table, row, text) for table in ticket_tables for row in table.rows]
    told = () if ticket_tables else _told(text, book)
    found = [fields for fields in (*rows, *told) if _is_ticket(fields)]
    found.sort(key=lambda fields: fields[0].passage.span)
    return tuple(Ticket(group, fields) for group, fields in enumerate(found, start=1))


def ticket_parts(tickets: Iterable[Ticket]) -> Iterator[Part]:
    """Yield the fields of *tickets* as parts."""
    for ticket in tickets:
        for field in ticket.fields:
            kind = _KINDS.get(field.name, "ticket_field")
            yield Part(kind, field.passage.span, ticket.group, field.label)


def _is_ticket(fields: Sequence[Field]) -> bool:
    names = {field.name for field in fields}
    return bool(names & {"content", "reply", "callback"})


def _told(text: str, book: LabelBook) -> Iterator[tuple[Field, ...]]:
    """Yield the fields of each ticket that running text tells under labels."""
    labels = list(book.find(text, "ticket", 0, len(text)))
    if not _tells_tickets({name for _, name in labels}):
        return
    tickets = _grouped(labels)
    ends = ends_of([ticket[0][0].start() for ticket in tickets], len(text))
    for ticket, end in zip(tickets, ends, strict=True):
        yield tuple(_values(text, ticket, end))


def _grouped(labels: Sequence[tuple[re.Match[str], str]]) -> list[list[tuple[re.Match[str], str]]]:
    """Begin a ticket at each number, and at each label that the ticket before has had."""
    tickets: list[list[tuple[re.Match[str], str]]] = []
    for match, name in labels:
        if not tickets or name == "number" or any(name == had for _, had in tickets[-1]):
            tickets.append([])
        tickets[-1].append((match, name))
    return tickets


def _values(text: str, labels: Sequence[tuple[re.Match[str], str]], end: int) -> Iterator[Field]:
    """Yield what stands under each label, up to the next one; the last value ends with its paragraph."""
    ends = [*(match.start() for match, _ in labels[1:]), _paragraph_end(text, labels[-1][0].end(), end)]
    for (match, name), stop in zip(labels, ends, strict=True):
        passage = passage_of(text, match.end(), stop)
        if passage is not None:
            yield Field(name, match["label"], passage)


def _paragraph_end(text: str, start: int, end: int) -> int:
    value = text[start:end]
    gap = _PARAGRAPH.search(value, len(value) - len(value.lstrip()))
    return start + gap.start() if gap else end


def _tells_tickets(names: set[str]) -> bool:
    return "content" in names and len(names & {"number", "unit", "reply", "callback", "caller", "solved"}) > 1
