"""The structure of one document: what each passage does in it, and the tables, tickets, ballots and items it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, groupby
from typing import TYPE_CHECKING

from mingcha.pipeline.ballots import ballot_parts, read_ballots
from mingcha.pipeline.document import Span
from mingcha.pipeline.interviews import interview_parts
from mingcha.pipeline.metadata import find_fields, metadata_of
from mingcha.pipeline.minutes import minutes_parts, read_minutes
from mingcha.pipeline.parts import Part, in_order, lines_of, passage_of
from mingcha.pipeline.rectifications import read_rectifications, read_totals, rectification_parts
from mingcha.pipeline.segmentation import heading_level
from mingcha.pipeline.tables import cell_fields, header_fields, read_tables
from mingcha.pipeline.tickets import read_tickets, ticket_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.ballots import Ballot
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.metadata import Metadata
    from mingcha.pipeline.minutes import Minutes
    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.parts import Field
    from mingcha.pipeline.rectifications import Rectification, Totals
    from mingcha.pipeline.segmentation import Segmented
    from mingcha.pipeline.tables import Table
    from mingcha.pipeline.tickets import Ticket

_SIGNED_LINES = 6
_DATE_LINE = re.compile(
    r"(?:\d{4}[ \t]*年[ \t]*\d{1,2}[ \t]*月(?:[ \t]*\d{1,2}[ \t]*日)?|\d{4}[-./]\d{1,2}[-./]\d{1,2}"
    r"|[一二][〇零○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}日)?)"
)
_MARKS = re.compile(r"(?:#{1,6}[ \t]+)?[*_]{0,3}")
_NAME_LINE = re.compile(r"[^。，；：！？:;!?\t\d]{2,30}")


@dataclass(frozen=True, slots=True)
class Structure:
    """What a document consists of; all spans count in its clean text.

    ``parts`` stand in document order, those of one kind do not overlap. ``fields`` are the metadata with their places.
    ``totals`` and ``minutes`` are ``None`` where the genre has none.
    """

    metadata: Metadata
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    parts: tuple[Part, ...]
    ballots: tuple[Ballot, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    rectifications: tuple[Rectification, ...] = ()
    totals: Totals | None = None
    minutes: Minutes | None = None


def read_fields(clean: Clean, tables: Sequence[Table], book: LabelBook) -> tuple[Field, ...]:
    """Return headers, the cells under them and the labelled passages of tickets, in order, for the segmentation."""
    tickets = read_tickets(clean.text, tables, book)
    told = [field for ticket in tickets for field in ticket.fields]
    kept: list[Field] = []
    cells = (*header_fields(tables, clean.text), *cell_fields(tables, clean.text))
    for field in sorted((*cells, *told), key=lambda field: field.passage.span):
        if not kept or field.passage.span.start >= kept[-1].passage.span.end:
            kept.append(field)
    return tuple(kept)


def read_structure(
    segmented: Segmented, genre: Genre, book: LabelBook, *, tables: Sequence[Table] | None = None
) -> Structure:
    """Return the structure of a segmented document of *genre*; *tables* are read where they are not given."""
    text = segmented.clean.text
    tables = read_tables(segmented.clean, book) if tables is None else tuple(tables)
    fields = find_fields(text)
    ballots, tickets = read_ballots(text, tables, book), read_tickets(text, tables, book)
    items = read_rectifications(text, tables, book, running=genre.id == "rectification")
    rectified = bool(items) or genre.id == "rectification"
    met = genre.id == "minutes" or any(table.form == "minutes" for table in tables)
    minutes = read_minutes(text, tables, book) if met else None
    ends = list(_ends(text, book))
    parts = chain(
        _headings(segmented, tables),
        interview_parts(segmented, fields, [part.span for part in ends], told=genre.id == "interview"),
        ends,
        ballot_parts(ballots),
        ticket_parts(tickets),
        rectification_parts(items),
        minutes_parts(minutes) if minutes else (),
    )
    return Structure(
        metadata_of(fields),
        fields,
        tables,
        in_order(parts),
        ballots,
        tickets,
        items,
        read_totals(text, items, book) if rectified else None,
        minutes,
    )


def _headings(segmented: Segmented, tables: Sequence[Table]) -> Iterator[Part]:
    """Yield the numbered headings with their level, and the headings that the reader knows by their style."""
    text, clean = segmented.clean.text, segmented.clean
    inside = [table.span for table in tables]
    numbered = (sentence for sentence in segmented.sentences if sentence.heading and not sentence.noise)
    for _, group in groupby(numbered, key=lambda sentence: sentence.line):
        places = [sentence.span for sentence in group]
        marks = _MARKS.match(text, places[0].start)
        span = Span(marks.end() if marks else places[0].start, places[-1].end)
        if not any(span.overlaps(table) for table in inside):
            yield Part("heading", span, level=heading_level(span.of(text)))
    for block in clean.document.blocks:
        place = clean.offsets.to_clean(block.span)
        styled = passage_of(text, place.start, place.end) if block.kind == "heading" else None
        if styled is not None:
            yield Part("heading", styled.span, level=heading_level(styled.text))


def _ends(text: str, book: LabelBook) -> Iterator[Part]:
    """Yield the lines that confirm a record and those that sign a paper: names, seals and the date below it."""
    lines = list(lines_of(text))
    for number, line in enumerate(lines):
        kind = book.field_of(line.of(text), "line") if len(line) < 100 else None
        last = number > 1 and number >= len(lines) - _SIGNED_LINES
        if kind == "closing":
            yield Part("closing", line)
        elif last and (kind == "signature" or _signs(lines, number, text)):
            yield Part("signature", line)


def _signs(lines: Sequence[Span], number: int, text: str) -> bool:
    """Tell whether a line is a date alone, or a name alone right above one."""
    if _DATE_LINE.fullmatch(lines[number].of(text)):
        return True
    below = lines[number + 1].of(text) if number + 1 < len(lines) else ""
    return bool(_NAME_LINE.fullmatch(lines[number].of(text)) and _DATE_LINE.fullmatch(below))
