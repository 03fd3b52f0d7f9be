"""Workbooks of older and other programs (xls, et, xlsb, ods): the values that calamine gives.

How they look, and what stands beside them, is known for xls and et files alone.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble
from mingcha.pipeline.reading.cell_values import parse_duration, show, show_number
from mingcha.pipeline.reading.failures import DAMAGE, RefusalError
from mingcha.pipeline.reading.packages import open_package
from mingcha.pipeline.reading.panics import panics_refused
from mingcha.pipeline.reading.sheet_cells import Area, Cell, place_cells, plain_margin, uncover
from mingcha.pipeline.reading.sheet_comments import trace_comments
from mingcha.pipeline.reading.workbook_notes import (
    DEEPLY_HIDDEN,
    name_places,
    note_hidden,
    note_hidden_sheets,
    note_pictures,
    note_places,
)
from mingcha.pipeline.reading.xls_records import SheetRecords, walk_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet

    from mingcha.pipeline.reading.cell_values import NumberFormat, Value

# calamine hands on a length of time in an ods file as it is spelled there; nothing that people type looks like it.
_DURATION = re.compile(r"PT\d+H\d+M\d+(?:[.,]\d+)?S")
_MANIFEST = "META-INF/manifest.xml"
_LIMITS = (
    "这种格式只读了各格的值；批注、文本框、图片、图表、页眉页脚、{values}没有读入，隐藏的行列没有注明，百分数读作小数"
)
_VALUES = {"ods": "错误值和没有保存结果的公式"}  # the other formats always save a result
_REMEDY = "；如需要，请用 Excel 或 WPS 另存为 xlsx 后再读"


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet as read; ``records`` is what an xls file tells of it beside the values."""

    title: str
    cells: tuple[Cell, ...]
    covered: tuple[tuple[int, int], ...]
    records: SheetRecords

    def pieces(self) -> Iterator[Piece]:
        """Yield the cells, then the comments, text boxes and charts, the header and the footer."""
        yield from place_cells(self.title, self.cells)
        for comment in self.records.comments:
            place = Locator("comment", sheet=self.title, row=comment.row, column=comment.column)
            yield Piece(comment.text, place)
        for part, texts in (("textbox", self.records.texts), ("chart", self.records.charts)):
            for text in texts:
                yield Piece(text, Locator(part, sheet=self.title))
        for part, code in self.records.margins:
            yield Piece(plain_margin(code), Locator(part, sheet=self.title))


def read_binary_workbook(data: bytes, *, format: str) -> Reading:  # noqa: A002
    """Return the cells of all sheets, hidden ones too; *format* is xls (also for et), xlsb or ods.

    Of an xls file also comments, text boxes, charts, headers and footers. Coverage is always 1, as no other reader is
    at hand to count against; a note says what is kept from us.

    Raises ``RefusalError`` for a book that needs a password or is damaged.
    """
    # calamine tries one format after the other and forgets that one of them asked for a password.
    if format != "xls" and _is_locked_package(data):
        raise RefusalError("encrypted")
    records = _records(data) if format == "xls" else None
    try:
        with panics_refused():
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            pages = list(_pages(book, records or {}, format))
    except CalamineError as error:
        raise RefusalError("corrupt") from error
    text, blocks = assemble(piece for page in pages for piece in page.pieces())
    limits = () if records else (_LIMITS.format(values=_VALUES.get(format, "错误值")) + _REMEDY,)
    comments = [comment for page in pages for comment in page.records.comments if comment.text.strip()]
    notes = (*_notes(book, pages), *limits)
    return Reading(text, blocks, notes=notes, traces=tuple(trace_comments(text, blocks, comments)))


def _records(data: bytes) -> dict[str, SheetRecords] | None:
    """Return what an xls file tells beside the values, ``None`` where it is too damaged or too old to tell."""
    try:
        return walk_records(data) or None
    except RefusalError:
        raise
    except DAMAGE:
        return None


def _is_locked_package(data: bytes) -> bool:
    """Tell whether a package lists encrypted members; refuses one that would unpack to too much."""
    with open_package(data) as package:
        return _MANIFEST in package.namelist() and b"encryption-data" in package.read(_MANIFEST)


def _pages(book: CalamineWorkbook, records: dict[str, SheetRecords], format_: str) -> Iterator[_Page]:
    for title in book.sheet_names:
        sheet_records = records.get(title, SheetRecords())
        try:
            sheet = book.get_sheet_by_name(title)
        except WorksheetNotFound:  # a chart that takes up a whole sheet
            yield _Page(title, (), (), sheet_records)
            continue
        cells, covered = uncover(sorted(_cells(sheet, sheet_records, format_)), _merged(sheet))
        yield _Page(title, cells, covered, sheet_records)


def _cells(sheet: CalamineSheet, records: SheetRecords, format_: str) -> Iterator[Cell]:
    # calamine leaves out the blank rows and columns before the first cell; start counts from 0.
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(), start=top + 1):
        for column, value in enumerate(values, start=left + 1):
            text = _shown(value, records.formats.get((row, column)), format_)
            if text.strip():
                yield Cell(row, column, text)
    for (row, column), error in records.errors.items():
        yield Cell(row, column, error)


def _shown(value: Value, number_format: NumberFormat | None, format_: str) -> str:
    if isinstance(value, str):
        duration = parse_duration(value) if format_ == "ods" and _DURATION.fullmatch(value) else None
        return show(duration) if duration else value.replace("\r\n", "\n")
    if number_format and isinstance(value, int | float) and not isinstance(value, bool):
        return show_number(value, number_format)
    return show(value)


def _merged(sheet: CalamineSheet) -> Iterator[Area]:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield Area(left + 1, top + 1, right + 1, bottom + 1)


def _notes(book: CalamineWorkbook, pages: list[_Page]) -> Iterator[str]:
    deep = SheetVisibleEnum.VeryHidden
    found = [sheet for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible]
    hidden = [sheet.name + (DEEPLY_HIDDEN if sheet.visible == deep else "") for sheet in found]
    yield from note_hidden_sheets(hidden)
    for page in pages:
        rows = sorted({cell.row for cell in page.cells} & page.records.hidden_rows)
        used = {cell.column for cell in page.cells}
        columns = sorted(column for column in used if any(column in span for span in page.records.hidden_columns))
        yield from note_hidden(page.title, rows, columns)
    yield from note_pictures(sum(page.records.pictures for page in pages))
    yield from note_places(
        covered=[place for page in pages for place in name_places(page.title, page.covered)],
        errors=[place for page in pages for place in name_places(page.title, page.records.errors)],
    )
