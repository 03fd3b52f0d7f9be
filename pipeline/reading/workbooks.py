"""Excel workbooks: the saved values of all sheets, cell by cell, and the comments on them."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from itertools import chain
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.packaging.relationship import get_dependents
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter
from openpyxl.xml.functions import fromstring

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, printable, shortened
from mingcha.pipeline.reading.packages import open_package

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from openpyxl.workbook import Workbook

_LAST_ROW = 1_048_576
_PERCENT = re.compile(r"(?:\.([0#?]+))?\s*%")
_QUOTED = re.compile(r'"[^"]*"|\\.')


def read_workbook(data: bytes) -> Reading:
    """Return the cells, tabs between those of a row, blank cells and rows left out; hidden sheets are noted.

    Numbers are written as stored, shares as the per cent that the sheet shows, dates as 2024-03-05.
    """
    with open_package(data) as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and drawings it leaves out
        book = _load(data, data_only=True)
        text, blocks = assemble(
            piece for sheet in book.worksheets for piece in chain(_cells(sheet), _comments(sheet, package))
        )
        uncalculated = list(_uncalculated(data, book)) if _has_formulas(package) else []
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    text, cleaned = printable(text)
    coverage = len(blocks) / (len(blocks) + len(uncalculated)) if uncalculated else 1.0
    return Reading(text, blocks, coverage=coverage, notes=(*_notes(hidden, uncalculated), *cleaned))


def _load(data: bytes, *, data_only: bool) -> Workbook:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # often wrong in files of other programs; rows would be cut off
    return book


def _cells(sheet: Any) -> Iterator[Piece]:
    for number, row in _rows(sheet):
        joint = "\n"
        for column, cell in enumerate(row, start=1):
            if cell.value is not None and (text := _shown(cell)).strip():
                yield Piece(text, Locator("sheet", sheet=sheet.title, row=number, column=column), "cell", joint)
                joint = "\t"


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > _LAST_ROW:
            # A damaged row number would have openpyxl count blank rows up to it for hours.
            raise ValueError(f"row beyond {_LAST_ROW}")
        yield number, row


def _shown(cell: Any) -> str:
    """Return the value of a cell as an analyst sees it."""
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        percent = _PERCENT.search(_QUOTED.sub("", cell.number_format or ""))
        return f"{value * 100:.{len(percent[1] or '')}f}%" if percent else _plain(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return str(value)


def _plain(number: float) -> str:
    """Return the decimal form to the 15 digits that Excel keeps.

    >>> _plain(0.1 + 0.2), _plain(12.0)
    ('0.3', '12')
    """
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _comments(sheet: Any, package: zipfile.ZipFile) -> Iterator[Piece]:
    """Yield the comments on a sheet, which openpyxl leaves out when it reads without loading the whole book."""
    folder, _, file = sheet._worksheet_path.rpartition("/")
    links = f"{folder}/_rels/{file}.rels"
    if links not in package.namelist():
        return
    for link in get_dependents(package, links):
        if link.Type.endswith("/comments"):
            tree: Any = fromstring(package.read(link.target))
            sheet_comments: Any = CommentSheet.from_tree(tree)
            for place, comment in sheet_comments.comments:
                row, column = coordinate_to_tuple(place)
                yield Piece(comment.text, Locator("comment", sheet=sheet.title, row=row, column=column))


def _has_formulas(package: zipfile.ZipFile) -> bool:
    sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    return any(b"<f" in package.read(name) for name in sheets)


def _uncalculated(data: bytes, book: Workbook) -> Iterator[str]:
    """Yield the places of formulas that were saved without their result; an empty text is a result."""
    formulas = _load(data, data_only=False)
    for sheet, formula_sheet in zip(book.worksheets, formulas.worksheets, strict=True):
        for (number, row), (_, formula_row) in zip(_rows(sheet), _rows(formula_sheet), strict=False):
            for column, (cell, formula) in enumerate(zip(row, formula_row, strict=False), start=1):
                if formula.data_type == "f" and cell.value is None and cell.data_type == "n":
                    yield f"“{sheet.title}”{get_column_letter(column)}{number}"


def _notes(hidden: list[str], uncalculated: list[str]) -> Iterator[str]:
    if hidden:
        yield f"隐藏的工作表也已读入：{shortened(hidden)}"
    if uncalculated:
        places = shortened(uncalculated, limit=5)
        yield f"{len(uncalculated)} 个公式没有保存计算结果，没有读入（{places}）；请用 Excel 打开并保存一次"
