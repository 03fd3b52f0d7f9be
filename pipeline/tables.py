"""Tables: which row is the header, what each column keeps, and which rows are its entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.grids import read_grids
from mingcha.pipeline.labels import bared
from mingcha.pipeline.parts import HEADER, Field, Passage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.pipeline.grids import Cell, Grid, Row
    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.normalization import Clean

_HEADER_ROWS = 8  # titles and notes may stand above the header, but not more than these
_LONGEST_NAME = 16
_PAGE_BREAK = 40  # characters of page header and footer between two halves of one table
_QUESTION = "是否"
_FIGURE = re.compile(r"[\d.,%±+\-—/\s]+")
_FORMS = ("ticket", "rectification", "minutes", "ballot")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its number, its header as written, what it keeps, and the header that spans it and its neighbours."""

    number: int
    name: str
    field: str | None
    over: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header. ``form`` is ticket, rectification, minutes or ballot where its columns are known ones.

    ``rows`` are its entries: titles above the header, and the header itself wherever it stands again, are left out.
    ``labels`` are the cells of the header, wherever it stands, that surely are names of columns and say nothing.
    """

    form: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    header: Span
    origin: str
    labels: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        """From the header to the last entry."""
        ends = [cell.span.end for row in self.rows for cell in row]
        return Span(self.header.start, max([self.header.end, *ends]))

    def column_of(self, cell: Cell) -> Column | None:
        """Return the column that *cell* stands in."""
        return next((column for column in self.columns if column.number == cell.column), None)


def read_tables(clean: Clean, book: LabelBook) -> tuple[Table, ...]:
    """Return the tables of a clean text that have a header, in order.

    A table that begins without a header and has the columns of the one before it goes on with that one's header, as
    where a page ends.
    """
    tables: list[Table] = []
    for grid in read_grids(clean):
        table = _read(grid, clean.text, book) or _continued(grid, tables) or _plain(grid, clean.text)
        if table is not None:
            tables.append(table)
    return tuple(tables)


def cell_fields(tables: Sequence[Table], text: str) -> tuple[Field, ...]:
    """Return every cell under a header as a field, in order.

    The cells of comma-separated values are left out where their columns are not known ones: a line of figures is
    read as a whole.
    """
    wanted = (table for table in tables if table.origin != "records" or table.form is not None)
    fields = [field for table in wanted for row in table.rows for field in row_fields(table, row, text)]
    return tuple(sorted(fields, key=lambda field: field.passage.span))


def header_fields(tables: Sequence[Table], text: str) -> tuple[Field, ...]:
    """Return the names of the columns of *tables* as fields, in order."""
    spans = sorted(span for table in tables for span in table.labels)
    return tuple(Field(HEADER, "", Passage(span, span.of(text))) for span in spans)


def row_fields(table: Table, row: Row, text: str) -> tuple[Field, ...]:
    """Return the cells of one entry, each with what its column keeps."""
    return tuple(
        Field(column.field or "other", column.name, Passage(cell.span, cell.span.of(text)))
        for cell in row
        if (column := table.column_of(cell)) is not None
    )


@dataclass(frozen=True, slots=True)
class _Header:
    """Rows taken for a header: the first of them, the first entry, the form, and the columns that come of it."""

    first: int
    entries: int
    form: str
    columns: tuple[Column, ...]

    @property
    def score(self) -> int:
        """How many columns the form knows; 0 where the table cannot be of that form."""
        fields = [column.field for column in self.columns if column.field is not None]
        return len(fields) if _FITS[self.form](fields) else 0


def _read(grid: Grid, text: str, book: LabelBook) -> Table | None:
    """Return the table whose header bears the most known columns; of equal ones the first."""
    rows = range(min(len(grid.rows), _HEADER_ROWS))
    headers = [_header(grid, number, form, text, book) for number in rows for form in _FORMS]
    best = max(headers, key=lambda header: header.score)
    if not best.score:
        return None
    return _table(best.form, best.columns, grid, range(best.first, best.entries), text)


def _table(form: str | None, columns: tuple[Column, ...], grid: Grid, header: range, text: str) -> Table:
    """Return the table whose header are the rows *header* of *grid*, and whose entries stand below."""
    above, below = grid.rows[header.start : header.stop], grid.rows[header.stop :]
    names = {column.number: bared(column.name) for column in columns}
    entries = tuple(row for row in below if not _repeats(row, names, text))
    # A row of one cell is a title; so may be what stands above the names of columns.
    heads = (*(row for row in above if len(row) > 1), *(row for row in below if _repeats(row, names, text)))
    named = (cell.span for row in heads for cell in row if names.get(cell.column) == bared(cell.span.of(text)))
    labels = tuple(span for span in named if _is_label(span.of(text), form))
    return Table(form, columns, entries, Span(above[0][0].span.start, above[-1][-1].span.end), grid.origin, labels)


def _is_label(words: str, form: str | None) -> bool:
    """Tell whether the name of a column surely is one.

    The header of a table of unknown columns may be its first entry, so only what asks whether something is so counts.
    """
    name = "".join(words.split())
    return _is_name(name) and (form is not None or name.startswith(_QUESTION))


def _header(grid: Grid, first: int, form: str, text: str, book: LabelBook) -> _Header:
    """Read row *first* as the header, together with the rows below it that hold nothing but labels of the form."""
    end = first + 1
    while end < len(grid.rows) and _is_lower(grid.rows[end - 1], grid.rows[end], form, text, book):
        end += 1
    return _Header(first, end, form, _columns(grid.rows[first:end], form, text, book))


def _is_lower(upper: Row, row: Row, form: str, text: str, book: LabelBook) -> bool:
    """Tell whether *row* is the lower half of a header: nothing but labels, and not the upper row once more."""
    names = [cell.span.of(text) for cell in row]
    repeated = [cell.span.of(text) for cell in upper] == names
    return len(row) > 1 and not repeated and all(book.field_of(name, form) is not None for name in names)


def _columns(header: Sequence[Row], form: str | None, text: str, book: LabelBook) -> tuple[Column, ...]:
    """Return the columns of a header of one or several rows; a lower cell counts, the one above spans it."""
    found: dict[int, Column] = {}
    for row in header:
        above = dict(found)
        for cell in row:
            name = "".join(cell.span.of(text).split())
            field = book.field_of(name, form) if form else None
            found[cell.column] = Column(cell.column, name, field, _spanning(above, cell.column))
    return tuple(found[number] for number in sorted(found))


def _spanning(above: Mapping[int, Column], number: int) -> str:
    before = [place for place in above if place <= number]
    return above[max(before)].name if before else ""


def _is_ticket(fields: Sequence[str]) -> bool:
    told = {"content", "reply", "callback"}.intersection(fields)
    return len(fields) > 2 and ("content" in told or ("number" in fields and bool(told)))


def _is_rectification(fields: Sequence[str]) -> bool:
    rest = {"result", "state", "owner", "deadline"}.intersection(fields)
    return ("problem" in fields and bool(rest or "measure" in fields)) or ("measure" in fields and len(rest) > 1)


def _is_minutes(fields: Sequence[str]) -> bool:
    return "decision" in fields and bool({"owner", "deadline"}.intersection(fields))


def _is_ballot(fields: Sequence[str]) -> bool:
    return fields.count("option") > 1


_FITS = {"ticket": _is_ticket, "rectification": _is_rectification, "minutes": _is_minutes, "ballot": _is_ballot}


def _plain(grid: Grid, text: str) -> Table | None:
    """Read a table of unknown columns: the first full row of short words is its header. Lines of text have none."""
    if grid.origin == "lines":
        return None
    widest = max(len(row) for row in grid.rows)
    for number, row in enumerate(grid.rows[:_HEADER_ROWS]):
        names = ["".join(cell.span.of(text).split()) for cell in row]
        if len(row) == widest > 1 and all(_is_name(name) for name in names) and number + 1 < len(grid.rows):
            columns = tuple(Column(cell.column, name, None) for cell, name in zip(row, names, strict=True))
            return _table(None, columns, grid, range(number, number + 1), text)
    return None


def _is_name(words: str) -> bool:
    return len(words) <= _LONGEST_NAME and not _FIGURE.fullmatch(words) and words[-1] not in "。；！？"


def _repeats(row: Row, names: Mapping[int, str], text: str) -> bool:
    """Tell whether *row* says the header again."""
    return len(row) > 1 and all(names.get(cell.column) == bared(cell.span.of(text)) for cell in row)


def _continued(grid: Grid, tables: Sequence[Table]) -> Table | None:
    """Return *grid* as the next page of the last table, whose columns it has and which it follows at once."""
    table, first = (tables[-1] if tables else None), next(grid.cells).span
    if table is None or table.form is None or grid.origin != table.origin:
        return None
    same = {cell.column for cell in grid.cells} == {column.number for column in table.columns}
    if not same or first.start - table.span.end > _PAGE_BREAK:
        return None
    return Table(table.form, table.columns, grid.rows, Span(first.start, first.start), grid.origin)
