"""Workbooks: rows under a fixed heading with filters, text that stays text, as many sheets as the rows need."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.exporting.cells import printable, shortened
from mingcha.pipeline.exporting.places import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mingcha.pipeline.exporting.tables import Cell, Column

_A4 = 9
_WRAPPED = 16  # the least width of a column whose text is wrapped
_LINE_HEIGHT, _MOST_LINES = 15, 6  # points; what is longer is read in the cell
_LATIN, _SEEN = 0x2E7F, 1000  # the last character that is narrow; how much of a cell is measured
MOST_ROWS = 1_048_576  # of a sheet, the heading included
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The title of the sheets, what a last sheet says about them, and how many rows a sheet takes with its heading."""

    title: str
    notes: tuple[tuple[str, str], ...] = ()
    most_rows: int = MOST_ROWS


def write_workbook(place: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], layout: Layout) -> int:
    """Write the rows on as many sheets as they need and return how many rows there were."""
    from xlsxwriter import Workbook

    with replacing(place) as part:
        book = Workbook(part, _OPTIONS)
        book.use_zip64()
        try:
            count = _write_sheets(book, columns, _pieces(rows, layout.most_rows - 1), layout.title)
            _write_notes(book, layout.notes)
        finally:
            book.close()
    return count


def _pieces(rows: Iterable[Sequence[Cell]], size: int) -> Iterator[Iterator[Sequence[Cell]]]:
    """Yield the rows in pieces; the first comes even if there is no row at all."""
    rest = iter(rows)
    yield islice(rest, size)
    for first in rest:
        yield chain((first,), islice(rest, size - 1))


def _write_sheets(book: Any, columns: Sequence[Column], pieces: Iterator[Iterator[Sequence[Cell]]], title: str) -> int:
    heading = book.add_format({"bold": True, "bg_color": "#DDE6F0", "bottom": 1, "valign": "top", "text_wrap": True})
    plain, wrapped = book.add_format({"valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    formats = [wrapped if column.width >= _WRAPPED else plain for column in columns]
    count = 0
    for number, piece in enumerate(pieces, 1):
        sheet = book.add_worksheet(title if number == 1 else f"{title}{number}")
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, formats[place])
            sheet.write_string(0, place, column.heading, heading)
        _lay_out(sheet)
        written = _write_rows(sheet, columns, piece, formats)
        sheet.autofilter(0, 0, written, len(columns) - 1)
        count += written
    return count


def _lay_out(sheet: Any) -> None:
    """Keep the heading in sight, on paper too."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)


def _write_rows(sheet: Any, columns: Sequence[Column], rows: Iterator[Sequence[Cell]], formats: Sequence[Any]) -> int:
    count = 0
    for count, row in enumerate(rows, 1):
        sheet.set_row(count, _LINE_HEIGHT * min(_MOST_LINES, max(map(_lines, row, columns))))
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            _write_cell(sheet, (count, place), cell, column, formats[place])
    return count


def _lines(cell: Cell, column: Column) -> int:
    """Return how many lines a cell takes; a Chinese character is as wide as two Latin ones."""
    if not isinstance(cell, str) or column.width < _WRAPPED:
        return 1
    wide = (sum(2 if ord(character) > _LATIN else 1 for character in line) for line in cell[:_SEEN].split("\n"))
    return sum(width // column.width + 1 for width in wide)


def _write_cell(sheet: Any, place: tuple[int, int], cell: Cell, column: Column, format_: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_string(*place, "是" if cell else "否", format_)
    elif column.sort == "text":
        sheet.write_string(*place, shortened(printable(str(cell))), format_)
    else:
        sheet.write_number(*place, float(cell), format_)


def _write_notes(book: Any, notes: Sequence[tuple[str, str]]) -> None:
    if not notes:
        return
    sheet = book.add_worksheet("说明")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 66, wrapped)
    for row, (name, words) in enumerate(notes):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, words, wrapped)
