"""One pass over the XML of a sheet: its cells as shown, what of it is hidden, what is printed around it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils.datetime import from_ISO8601

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece
from mingcha.pipeline.reading.cell_values import NumberFormat, show, show_number
from mingcha.pipeline.reading.workbook_parts import is_true, parse_place, stream_part, text_of, unescape
from mingcha.pipeline.reading.xml_parts import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml import etree

    from mingcha.pipeline.reading.workbook_parts import Book, Sheet

    Element = etree._Element

_LAST_ROW = 1_048_576
_PLAIN = NumberFormat()
_TAGS = ("col", "row", "mergeCell", "headerFooter")
# Section marks and codes of a page header: fonts, sizes, colors, page numbers, dates, pictures.
_CODE = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d{1,3}|.)', re.DOTALL)
_SECTIONS = frozenset("LCRlcr")


class Cell(NamedTuple):
    """A cell that shows something; rows and columns count from 1."""

    row: int
    column: int
    text: str


class Area(NamedTuple):
    """A rectangle of cells, all four edges included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Grid:
    """What stands on a sheet; places are (row, column).

    ``repeated`` counts cells below a merged cell that say the same as it, and are left out; ``covered`` are those that
    say something else, ``uncalculated`` the formulas saved without a result, ``errors`` the cells like #DIV/0!.
    ``places`` is the size of the rectangle from the first to the last cell with a value, be it blank.
    ``hidden_rows`` and ``hidden_columns`` are those with cells, ``margins`` pairs of header or footer and its text.
    """

    cells: tuple[Cell, ...]
    repeated: int
    covered: tuple[tuple[int, int], ...]
    uncalculated: tuple[tuple[int, int], ...]
    errors: tuple[tuple[int, int], ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    margins: tuple[tuple[str, str], ...]
    places: int


@dataclass(frozen=True, slots=True)
class _Finds:
    """What the pass has met so far."""

    cells: list[Cell] = field(default_factory=list)
    blank: list[Cell] = field(default_factory=list)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    margins: list[tuple[str, str]] = field(default_factory=list)


def scan(book: Book, sheet: Sheet) -> Grid:
    """Return what stands on *sheet*; a sheet that is one large chart has no cells.

    Raises ``ValueError`` for a row number that no program can show, ``IndexError`` for a text that is not in the book.
    """
    finds = _Finds()
    number = 0
    for element in stream_part(book.package, sheet.path, *_TAGS):
        match local_name(element):
            case "row":
                number = _row_number(element, number + 1)
                _add_row(finds, book, element, number)
            case "col":
                _add_columns(finds, element)
            case "mergeCell":
                finds.merged.append(_area(element.get("ref", "")))
            case _:
                finds.margins.extend(_margins(element))
    return _grid(finds)


def place_cells(sheet: str, cells: Iterable[Cell]) -> Iterator[Piece]:
    """Yield the cells of the sheet called *sheet* as pieces, tabs between those of a row."""
    for row, group in groupby(cells, key=lambda cell: cell.row):
        joint = "\n"
        for cell in group:
            yield Piece(cell.text, Locator("sheet", sheet=sheet, row=row, column=cell.column), "cell", joint)
            joint = "\t"


def uncover(cells: Sequence[Cell], merged: Iterable[Area]) -> tuple[tuple[Cell, ...], tuple[tuple[int, int], ...]]:
    """Return *cells* without those that a merged cell hides and says itself, and the places of what else it hides."""
    below = list(_below(cells, list(merged)))
    if not below:
        return tuple(cells), ()
    texts = {(cell.row, cell.column): cell.text for cell in cells}
    repeated = {cell for cell, area in below if cell.text == texts.get((area.top, area.left))}
    covered = tuple((cell.row, cell.column) for cell, _ in below if cell not in repeated)
    return tuple(cell for cell in cells if cell not in repeated), covered


def _grid(finds: _Finds) -> Grid:
    cells, covered = uncover(finds.cells, finds.merged)
    used = {cell.column for cell in cells} if finds.hidden_columns else set()
    return Grid(
        cells=cells,
        repeated=len(finds.cells) - len(cells),
        covered=covered,
        uncalculated=tuple(finds.uncalculated),
        errors=tuple(finds.errors),
        hidden_rows=tuple(finds.hidden_rows),
        hidden_columns=tuple(
            sorted(column for column in used if any(column in hidden for hidden in finds.hidden_columns))
        ),
        margins=tuple(finds.margins),
        places=_extent(finds.cells + finds.blank),
    )


def _extent(cells: list[Cell]) -> int:
    rows, columns = {cell.row for cell in cells}, {cell.column for cell in cells}
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) if cells else 0


def _row_number(row: Element, following: int) -> int:
    number = int(float(row.get("r") or following))
    if number > _LAST_ROW:
        raise ValueError(f"row beyond {_LAST_ROW}")
    return number


def _add_row(finds: _Finds, book: Book, row: Element, number: int) -> None:
    column = 0
    before = len(finds.cells)
    for cell in row.iterchildren("{*}c"):
        place = cell.get("r")
        column = parse_place(place)[1] if place else column + 1
        value, formula = _raw(cell)
        kind = cell.get("t", "n")
        if not value:
            # An empty text is a result, an empty number is none.
            if formula and kind == "n":
                finds.uncalculated.append((number, column))
            continue
        text = _shown(value, kind, cell, book)
        if not text.strip():
            finds.blank.append(Cell(number, column, text))
        else:
            finds.cells.append(Cell(number, column, text))
            if kind == "e":
                finds.errors.append((number, column))
    if len(finds.cells) > before and (is_true(row.get("hidden")) or row.get("ht") == "0"):
        finds.hidden_rows.append(number)


def _raw(cell: Element) -> tuple[str | None, bool]:
    """Return the value of a cell as the file has it, and whether a formula made it."""
    value = None
    formula = False
    for child in cell:
        name = local_name(child)
        if name == "v":
            value = child.text
        elif name == "f":
            formula = True
        elif name == "is":
            value = text_of(child)
    return value, formula


def _shown(value: str, kind: str, cell: Element, book: Book) -> str:
    match kind:
        case "s":
            return book.texts[int(value)]
        case "inlineStr" | "e":
            return value
        case "str":
            return unescape(value)
        case "b":
            return show(is_true(value))
        case "d":
            return show(from_ISO8601(value))  # type: ignore[no-untyped-call]
    try:
        number = float(value) if set(value) & set(".eE") else int(value)
    except ValueError:
        return unescape(value)
    style = int(cell.get("s", 0))
    return show_number(number, book.formats[style] if style < len(book.formats) else _PLAIN, book.epoch)


def _add_columns(finds: _Finds, columns: Element) -> None:
    if is_true(columns.get("hidden")) or columns.get("width") == "0":
        finds.hidden_columns.append(range(int(columns.get("min", 0)), int(columns.get("max", 0)) + 1))


def _margins(element: Element) -> Iterator[tuple[str, str]]:
    """Yield (header or footer, text) of the margins, each text once; saved views of the sheet repeat them."""
    parent = element.getparent()
    if parent is not None and local_name(parent) == "customSheetView":
        return
    found = dict.fromkeys((_margin_part(child), plain_margin(child.text or "")) for child in element)
    yield from sorted((margin for margin in found if margin[1]), key=lambda margin: margin[0] == "footer")


def _margin_part(element: Element) -> str:
    return "header" if local_name(element).endswith("Header") else "footer"


def plain_margin(code: str) -> str:
    """Return what a header or footer says, tabs between its sections.

    >>> plain_margin('&L内部资料&C&"宋体,加粗"&14青岭县&R第&P页')
    '内部资料\\t青岭县\\t第页'
    """
    text = _CODE.sub(
        lambda match: "\t" if match[0][1] in _SECTIONS and len(match[0]) == 2 else _literal(match[0]), code
    )
    return "\t".join(filter(None, (section.strip() for section in unescape(text).split("\t"))))


def _literal(code: str) -> str:
    return "&" if code == "&&" else ""


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    top, left = parse_place(first)
    bottom, right = parse_place(last or first)
    return Area(left, top, right, bottom)


def _below(cells: Iterable[Cell], merged: list[Area]) -> Iterator[tuple[Cell, Area]]:
    """Yield the cells that a merged cell hides, with its area."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells if merged else ():
        rows[cell.row].append(cell)
    last = max(rows, default=0)
    for area in merged:
        for row in range(area.top, min(area.bottom, last) + 1):
            for cell in rows.get(row, ()):
                corner = cell.row == area.top and cell.column == area.left
                if area.left <= cell.column <= area.right and not corner:
                    yield cell, area
