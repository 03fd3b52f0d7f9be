"""Laws of reading workbooks: whatever is planted anywhere in a book comes back once, at its place, in order."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.reading.workbooks import read_workbook

if TYPE_CHECKING:
    from mingcha.pipeline.reading.assembly import Reading

_PLACES = st.tuples(st.integers(1, 40), st.integers(1, 12))
_STATES = ("visible", "hidden", "very_hidden")


@dataclass(frozen=True)
class _Plan:
    """A sheet to be written; places are (row, column) from 1, *merged* gives the size of the cell that stands there."""

    title: str
    state: str
    cells: dict[tuple[int, int], tuple[int, int]]
    comments: frozenset[tuple[int, int]]
    boxes: frozenset[tuple[int, int]]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    margins: bool


def _apart(cells: dict[tuple[int, int], tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Shrink merged cells that would run into another cell to one cell each."""
    taken: set[tuple[int, int]] = set(cells)
    kept = {}
    for (row, column), (height, width) in cells.items():
        area = {(row + down, column + right) for down in range(height) for right in range(width)} - {(row, column)}
        kept[row, column] = (1, 1) if area & taken else (height, width)
        taken |= set() if area & taken else area
    return kept


_SIZES = st.sampled_from([(1, 1), (1, 1), (1, 1), (2, 1), (1, 3), (2, 2)])
_PLANS = st.builds(
    _Plan,
    title=st.text("甲乙丙丁表AB1 .-", min_size=1, max_size=8).map(lambda title: title.strip() or "甲"),
    state=st.sampled_from(_STATES),
    cells=st.dictionaries(_PLACES, _SIZES, max_size=12).map(_apart),
    comments=st.frozensets(_PLACES, max_size=3),
    boxes=st.frozensets(_PLACES, max_size=3),
    hidden_rows=st.frozensets(st.integers(1, 40), max_size=4),
    hidden_columns=st.frozensets(st.integers(1, 12), max_size=2),
    margins=st.booleans(),
)


def _write(plans: list[_Plan]) -> tuple[bytes, list[tuple[str, Locator]]]:
    """Return the book and what must be read from it: each marker with its place, in order."""
    buffer = io.BytesIO()
    markers: list[tuple[str, Locator]] = []
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for plan in plans:
            markers += _write_sheet(book, plan, len(markers))
    return buffer.getvalue(), markers


def _write_sheet(book: xlsxwriter.Workbook, plan: _Plan, count: int) -> list[tuple[str, Locator]]:
    sheet = book.add_worksheet(plan.title)
    markers: list[tuple[str, Locator]] = []

    def mark(part: str, place: tuple[int, int] | tuple[None, None]) -> str:
        text = f"标{count + len(markers)}记"
        markers.append((text, Locator(part, sheet=plan.title, row=place[0], column=place[1])))
        return text

    for row in plan.hidden_rows:
        sheet.set_row(row - 1, None, None, {"hidden": True})
    for column in plan.hidden_columns:
        sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
    for (row, column), (height, width) in sorted(plan.cells.items()):
        text = mark("sheet", (row, column))
        if (height, width) == (1, 1):
            sheet.write_string(row - 1, column - 1, text)
        else:
            sheet.merge_range(row - 1, column - 1, row + height - 2, column + width - 2, text)
    for row, column in sorted(plan.comments):
        sheet.write_comment(row - 1, column - 1, mark("comment", (row, column)), {"author": "王五"})
    for row, column in sorted(plan.boxes):
        sheet.insert_textbox(row - 1, column - 1, mark("textbox", (row, column)))
    if plan.margins:
        sheet.set_header("&L&P&C" + mark("header", (None, None)))
        sheet.set_footer('&R&"宋体"' + mark("footer", (None, None)))
    if plan.state != "visible":
        getattr(sheet, {"hidden": "hide"}.get(plan.state, plan.state))()
    return markers


def _check_tiling(reading: Reading) -> None:
    """Assert that the blocks follow one another with no more than one joint between them."""
    end = 0
    for number, block in enumerate(reading.blocks):
        assert block.span.start == end + (number > 0)
        assert len(block.span) > 0
        end = block.span.end
    assert end == len(reading.text)


@given(st.lists(_PLANS, min_size=1, max_size=3, unique_by=lambda plan: plan.title.lower()))
def test_markers_come_back_once_at_their_place(plans: list[_Plan]) -> None:
    # Excel wants one sheet to be seen.
    first = _Plan("前", "visible", {}, frozenset(), frozenset(), frozenset(), frozenset(), margins=False)
    data, markers = _write([first, *plans])
    reading = read_workbook(data)
    assert [(block.span.of(reading.text), block.locator) for block in reading.blocks] == _reordered(markers, plans)
    _check_tiling(reading)
    assert reading.coverage == 1.0
    assert len(reading.traces) == sum(len(plan.comments) for plan in plans)
    assert all(trace.span.of(reading.text) == trace.text and trace.author == "王五" for trace in reading.traces)
    hidden = [plan for plan in plans if plan.state != "visible"]
    assert any(note.startswith("隐藏的工作表也已读入") for note in reading.notes) == bool(hidden)


def _reordered(markers: list[tuple[str, Locator]], plans: list[_Plan]) -> list[tuple[str, Locator]]:
    """Hidden columns make the anchor of a text box slide to the next column that can be seen; follow it there."""
    unseen = {plan.title: plan for plan in plans}

    def slide(text: str, locator: Locator) -> tuple[str, Locator]:
        if locator.part != "textbox" or locator.row is None or locator.column is None or locator.sheet is None:
            return text, locator
        plan = unseen[locator.sheet]
        row = next(row for row in range(locator.row, 99) if row not in plan.hidden_rows)
        column = next(column for column in range(locator.column, 99) if column not in plan.hidden_columns)
        return text, Locator("textbox", sheet=locator.sheet, row=row, column=column)

    moved = [slide(text, locator) for text, locator in markers]
    order = ("sheet", "comment", "textbox", "header", "footer")
    titles = [plan.title for plan in plans]
    return sorted(
        moved,
        key=lambda item: (
            titles.index(item[1].sheet or ""),
            order.index(item[1].part),
            item[1].row or 0,
            item[1].column or 0,
        ),
    )


_VALUES = st.one_of(
    st.text("甲乙丙A1 &<", min_size=1, max_size=9).filter(str.strip),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 6)),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2090, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),  # noqa: DTZ001
    st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1)),
)


def _expected(value: object) -> str:
    """Return what a sheet shows for a value as openpyxl gives it back."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return str(value).removesuffix(" 00:00:00")
    return str(value)


@given(st.dictionaries(_PLACES, _VALUES, min_size=1, max_size=25))
def test_openpyxl_reads_the_same_values_at_the_same_places(values: dict[tuple[int, int], object]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for (row, column), value in values.items():
        sheet.cell(row, column).value = value  # type: ignore[assignment]
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read_workbook(buffer.getvalue())
    again = openpyxl.load_workbook(buffer, data_only=True).active
    assert again is not None
    cells = [cell for line in again.iter_rows() for cell in line if cell.value is not None]
    read = {(block.locator.row, block.locator.column): block.span.of(reading.text) for block in reading.blocks}
    assert read == {(cell.row, cell.column): _expected(cell.value) for cell in cells}
    assert reading.coverage == 1.0


@settings(max_examples=30)
@given(st.sets(_PLACES, min_size=1, max_size=10), st.sets(_PLACES, max_size=10))
def test_coverage_is_the_share_of_cells_with_a_result(
    valued: set[tuple[int, int]], formulas: set[tuple[int, int]]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, column in formulas:
        sheet.cell(row, column).value = "=1+1"
    for row, column in valued:
        sheet.cell(row, column).value = "甲"
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read_workbook(buffer.getvalue())
    assert len(reading.blocks) == len(valued)
    assert reading.coverage == len(valued) / len(valued | formulas)
    assert all(block.span.within(Span(0, len(reading.text))) for block in reading.blocks)
