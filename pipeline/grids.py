"""Rows and columns as the reader located them, as comma-separated records hold them, or as tabs and bars part them."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.parts import passage_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mingcha.pipeline.document import Block
    from mingcha.pipeline.normalization import Clean

_DELIMITERS = (",", "\t", ";")
_SNIFFED = 50_000
_QUOTED = re.compile(r'(?:^|(?<=[,\t;\r\n]))"(?:[^"]|"")*+"')
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_TITLES = 8  # that many lines may stand above the header, it among them
_BAR = re.compile(r"[|｜]")
_RULE = re.compile(r"[\s|｜:：\-—+]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not blank: its place in the clean text, and its row and column, counted from 1."""

    span: Span
    row: int
    column: int


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one table, header and all, and what parts its cells."""

    rows: tuple[Row, ...]
    origin: str  # located, records or lines

    @property
    def cells(self) -> Iterator[Cell]:
        """All cells in order."""
        return (cell for row in self.rows for cell in row)


def read_grids(clean: Clean) -> tuple[Grid, ...]:
    """Return every grid of the document, in the order in which they begin."""
    found = [*_located(clean), *_records(clean), *_line_grids(clean)]
    return tuple(sorted(found, key=lambda grid: next(grid.cells).span))


def delimiter_of(text: str) -> str:
    """Return what parts the fields of comma-separated values.

    The first line that holds a separator outside quotes is taken for the header: what it lacks parts nothing, and of
    what it has that counts which the lines below have as often. A line most others differ from is a title.

    >>> delimiter_of("编号,内容\\n1,灯坏了;水停了;路断了\\n2,井盖丢了;没人管")
    ','
    """
    lines = _QUOTED.sub("", text[:_SNIFFED]).replace("\r", "\n").split("\n")
    marked = [line for line in lines if any(mark in line for mark in _DELIMITERS)]
    for header in marked[:_TITLES]:
        found = max(_DELIMITERS, key=lambda mark: _support(mark, header, marked))
        if 2 * _support(found, header, marked)[0] > len(marked):
            return found
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))


def _support(mark: str, header: str, lines: Sequence[str]) -> tuple[int, int, int]:
    """Return how many lines have *mark* at least and exactly as often as the header has it, and how often that is."""
    number = header.count(mark)
    counts = [line.count(mark) for line in lines] if number else []
    return sum(count >= number for count in counts), counts.count(number), number


def split_record(record: str, delimiter: str) -> list[Span]:
    """Return the fields of a comma-separated *record*, quotes left out; a doubled quote stays doubled.

    >>> [span.of('a,"b,c",') for span in split_record('a,"b,c",', ",")]
    ['a', 'b,c', '']
    """
    spans, place = list[Span](), 0
    while place <= len(record):
        span, place = _field_at(record, place, delimiter)
        spans.append(span)
        place += 1
    return spans


def _field_at(record: str, start: int, delimiter: str) -> tuple[Span, int]:
    """Return the field that begins at *start* and where the delimiter behind it stands."""
    if record[start : start + 1] == '"':
        close = start + 1
        while (close := record.find('"', close)) >= 0 and record[close : close + 2] == '""':
            close += 2
        if close < 0:
            return Span(start + 1, len(record)), len(record)
        end = record.find(delimiter, close)
        end = len(record) if end < 0 else end
        # Words behind the closing quote belong to the field; spreadsheet programs read them so.
        return Span(start + 1, close if end == close + 1 else end), end
    end = record.find(delimiter, start)
    end = len(record) if end < 0 else end
    return Span(start, end), end


def _located(clean: Clean) -> Iterator[Grid]:
    """Yield the grids of blocks that bear a row and a column."""
    tables: dict[tuple[object, ...], list[Cell]] = {}
    run, before, last = 0, None, (0, 0)
    for number, block in enumerate(clean.document.blocks):
        place = block.locator
        if place.row is None or place.column is None or place.part == "comment":
            continue
        here = (place.row, place.column)
        if place.table is None and place.sheet is None and (before != number - 1 or here < last):
            run += 1  # an older reader does not count its tables
        key = (place.part, place.sheet, place.table or (run if place.sheet is None else 0))
        _add(tables.setdefault(key, []), _cell(clean, block), joined=before == number - 1 and here == last)
        before, last = number, here
    for cells in tables.values():
        if cells:
            yield Grid(_rows(cells), "located")


def _cell(clean: Clean, block: Block) -> Cell | None:
    span = clean.offsets.to_clean(block.span)
    passage = passage_of(clean.text, span.start, span.end)
    return Cell(passage.span, block.locator.row or 1, block.locator.column or 1) if passage else None


def _add(cells: list[Cell], cell: Cell | None, *, joined: bool) -> None:
    """Append *cell*; the second paragraph of a cell makes it longer."""
    if cell is None:
        return
    if joined and cells and (cells[-1].row, cells[-1].column) == (cell.row, cell.column):
        cells[-1] = Cell(Span(cells[-1].span.start, cell.span.end), cell.row, cell.column)
    else:
        cells.append(cell)


def _rows(cells: Iterable[Cell]) -> tuple[Row, ...]:
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return tuple(tuple(row) for row in rows.values())


def _records(clean: Clean) -> Iterator[Grid]:
    """Yield the grid of the records of a file of comma-separated values, whose blocks bear a row alone."""
    blocks = [block for block in clean.document.blocks if block.locator.row is not None]
    if not blocks or any(block.locator.column is not None for block in blocks):
        return
    delimiter = delimiter_of(clean.document.text)
    cells = [cell for block in blocks for cell in _record_cells(clean, block, delimiter)]
    if cells:
        yield Grid(_rows(cells), "records")


def _record_cells(clean: Clean, block: Block, delimiter: str) -> Iterator[Cell]:
    record = block.span.of(clean.document.text)
    for column, field in enumerate(split_record(record, delimiter), start=1):
        span = clean.offsets.to_clean(field.shifted(block.span.start))
        passage = passage_of(clean.text, span.start, span.end)
        if passage is not None and block.locator.row is not None:
            yield Cell(passage.span, block.locator.row, column)


def _line_grids(clean: Clean) -> Iterator[Grid]:
    """Yield the grids that tabs or bars make of neighbouring lines, outside what the reader located."""
    if not re.search(r"[\t|｜]", clean.text):
        return
    taken = _walker(clean)
    rows: list[Row] = []
    for number, match in enumerate(_LINE.finditer(clean.text), start=1):
        row = () if taken(match.start()) else _line_cells(clean.text, match, number)
        if row:
            rows.append(row)
        elif not _RULE.fullmatch(match[0].strip() or "甲"):  # the rule below a Markdown header parts nothing
            yield from _line_grid(rows)
            rows = []
    yield from _line_grid(rows)


def _line_grid(rows: Sequence[Row]) -> Iterator[Grid]:
    if len(rows) > 1:
        yield Grid(tuple(rows), "lines")


def _line_cells(text: str, line: re.Match[str], number: int) -> Row:
    words = line[0].rstrip("\r\n")
    if _RULE.fullmatch(words) or not ("\t" in words or _BAR.search(words)):
        return ()
    edge = len(words) - len(words.lstrip(" |｜"))
    cells, start = list[Cell](), line.start() + edge
    for column, piece in enumerate(re.split(r"[\t|｜]", words[edge:]), start=1):
        passage = passage_of(text, start, start + len(piece))
        if passage is not None:
            cells.append(Cell(passage.span, number, column))
        start += len(piece) + 1
    return tuple(cells) if len(cells) > 1 else ()


def _walker(clean: Clean) -> Callable[[int], bool]:
    """Return what tells, for rising places, whether a place lies in a block that bears a row."""
    blocks = (block for block in clean.document.blocks if block.locator.row is not None)
    ahead = deque(clean.offsets.to_clean(block.span) for block in blocks)

    def covers(place: int) -> bool:
        while ahead and ahead[0].end <= place:
            ahead.popleft()
        return bool(ahead) and ahead[0].start <= place

    return covers
