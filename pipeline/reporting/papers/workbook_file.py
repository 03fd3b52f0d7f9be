"""A report as an Excel workbook: a cover, all statements in a list to filter, and a sheet for each table."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.reporting.papers.figures import LACKING, amount, is_number, written
from mingcha.pipeline.reporting.papers.paper import MARKS, STANDINGS, Note, Statements, Table, outline
from mingcha.pipeline.reporting.papers.word_tables import clean
from mingcha.pipeline.reporting.papers.workbook_charts import add_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.reporting.papers.paper import Cell, Paper, Statement

# What a cell says is never a formula, a link or a number in disguise, whatever sign it begins with.
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME, _LONGEST_CELL = 31, 32_000
_UNIT = 14  # characters that a column of width 1 holds
_LINE = 15  # points
_HEAD_ROW = 2  # counted from 0: caption, section, header
_LISTED = ("序号", "部分", "状态", "类别", "内容", "说明", "文件", "位置", "来源", "线索编号")
_WIDTHS = (6, 26, 10, 22, 64, 34, 30, 22, 22, 24)


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of a workbook's cells."""

    title: Any
    head: Any
    text: Any
    number: Any
    total: Any
    soft: Any
    pending: Any


def workbook_file(paper: Paper) -> bytes:
    """Return the report as the bytes of an xlsx."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _SAFE) as book:
        book.set_properties({"title": clean(paper.title), "author": "明察"})
        formats = _formats(book)
        _write_cover(book.add_worksheet("说明"), paper, formats)
        if statements := list(_listed(paper)):
            _write_statements(book.add_worksheet("事项清单"), statements, formats)
        for number, (section, table) in enumerate(_tables(paper), start=1):
            sheet = book.add_worksheet(sheet_name(number, table.caption))
            _write_table(sheet, section, table, formats)
            add_chart(book, sheet, table, _HEAD_ROW)
    return out.getvalue()


def sheet_name(number: int, caption: str) -> str:
    """Return a name that Excel takes: short, without its signs, unlike any other.

    >>> sheet_name(3, "来源/类别[处]")
    '表3 来源 类别 处 '
    """
    return f"表{number} {_FORBIDDEN.sub(' ', clean(caption))}"[:_LONGEST_NAME]


def _formats(book: Any) -> Formats:
    plain = {"font_name": "宋体", "font_size": 11, "valign": "top"}
    cell = {**plain, "border": 1, "text_wrap": True}
    return Formats(
        title=book.add_format({**plain, "font_size": 16, "bold": True}),
        head=book.add_format({**cell, "bold": True, "bg_color": "#E4EAF0", "align": "center", "valign": "vcenter"}),
        text=book.add_format(cell),
        number=book.add_format({**cell, "align": "right"}),
        total=book.add_format({**cell, "bold": True, "bg_color": "#F3F5F7"}),
        soft=book.add_format({**plain, "text_wrap": True, "font_color": "#44525F"}),
        pending=book.add_format({**cell, "bg_color": "#FFF6E0", "font_color": "#6D4700"}),
    )


def _write_cover(sheet: Any, paper: Paper, formats: Formats) -> None:
    """Write title, facts and notices, then headings and paragraphs, then the open places for signatures."""
    sheet.set_column(0, 0, 100)
    lines = [(paper.title, formats.title)]
    lines += [(f"{name}：{value}", formats.soft) for name, value in paper.facts]
    lines += [(notice, formats.soft) for notice in paper.notices]
    for section, _ in outline(paper.sections):
        notes = [block.shown for block in section.blocks if isinstance(block, Note)]
        lines += [(section.title, formats.soft), *((note, formats.soft) for note in notes)] if notes else []
    lines += [(f"{role}（签名）：                    年    月    日", formats.soft) for role in paper.signatures]
    for row, (words, look) in enumerate(lines):
        sheet.set_row(row, _height([words], [100]) + (10 if row == 0 else 0))
        sheet.write_string(row, 0, _cut(words), look)


def _listed(paper: Paper) -> Iterator[tuple[str, Statement]]:
    for section, _ in outline(paper.sections):
        for block in section.blocks:
            if isinstance(block, Statements):
                yield from ((section.title, one) for one in block.items)


def _write_statements(sheet: Any, statements: list[tuple[str, Statement]], formats: Formats) -> None:
    """Write a line for each reference of each statement: every line can be filtered by document and standing."""
    lines = [
        (number, section, one, place)
        for number, (section, one) in enumerate(statements, start=1)
        for place in range(len(one.references))
    ]
    for column, (title, width) in enumerate(zip(_LISTED, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, formats.head)
    for row, (number, section, one, place) in enumerate(lines, start=1):
        look = formats.pending if one.standing == "pending" else formats.text
        _write_statement(sheet, row, (number, section, one, place), look)
    _print_on_a4(sheet, 0)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(lines), 1), len(_LISTED) - 1)


def _write_statement(sheet: Any, row: int, line: tuple[int, str, Statement, int], look: Any) -> None:
    number, section, one, place = line
    reference = one.references[place]
    standing = f"{MARKS[one.standing]} {STANDINGS[one.standing]}"
    words = (section, standing, one.tag, one.text, one.remark)
    where = (reference.document, reference.place, reference.voice, reference.finding)
    sheet.set_row(row, _height((number, *words, *where), _WIDTHS))
    sheet.write_number(row, 0, number, look)
    for column, text in enumerate((*words, *where), start=1):
        sheet.write_string(row, column, _cut(text), look)


def _print_on_a4(sheet: Any, head: int) -> None:
    """Print lengthwise, as wide as one page, the header on each."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


def _tables(paper: Paper) -> Iterator[tuple[str, Table]]:
    for section, _ in outline(paper.sections):
        yield from ((section.title, block) for block in section.blocks if isinstance(block, Table))


def _write_table(sheet: Any, section: str, table: Table, formats: Formats) -> None:
    sheet.write_string(0, 0, _cut(table.caption), formats.title)
    sheet.write_string(1, 0, _cut("　".join(part for part in (section, table.note) if part)), None)
    widths = [max(8, round(_UNIT * each.width)) for each in table.columns]
    sheet.set_row(0, 24)
    sheet.set_row(_HEAD_ROW, _height([each.title for each in table.columns], widths))
    for column, each in enumerate(table.columns):
        sheet.set_column(column, column, widths[column])
        sheet.write_string(_HEAD_ROW, column, _cut(each.title), formats.head)
    for row, cells in enumerate(table.rows, start=_HEAD_ROW + 1):
        sheet.set_row(row, _height(cells, widths))
        for column, cell in enumerate(cells):
            _write(sheet, (row, column), cell, formats)
    _write_total(sheet, table, formats)
    _print_on_a4(sheet, _HEAD_ROW)
    sheet.freeze_panes(_HEAD_ROW + 1, 1)
    if table.rows:
        sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + len(table.rows), len(table.columns) - 1)


def _write(sheet: Any, place: tuple[int, int], cell: Cell, formats: Formats) -> None:
    if cell is None:
        sheet.write_string(*place, LACKING, formats.number)
    elif is_number(cell):
        sheet.write_number(*place, amount(cell), formats.number)
    else:
        sheet.write_string(*place, _cut(written(cell)), formats.text)


def _write_total(sheet: Any, table: Table, formats: Formats) -> None:
    """Write sums that follow the filter; their values are given, too, for readers that do not reckon."""
    from xlsxwriter.utility import xl_range

    first, last = _HEAD_ROW + 1, _HEAD_ROW + len(table.rows)
    for column, cell in enumerate(table.total):
        if isinstance(cell, int):
            formula = f"=SUBTOTAL(9,{xl_range(first, column, last, column)})"
            sheet.write_formula(last + 1, column, formula, formats.total, cell)
        else:
            sheet.write_string(last + 1, column, written(cell), formats.total)


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Return how high a row must be, in points, for its longest cell; a Chinese character is two signs wide."""
    lines = (
        sum(max(1, -(-_breadth(line) // max(int(width) - 1, 1))) for line in written(cell).split("\n"))
        for cell, width in zip(cells, widths, strict=True)
    )
    return float(min(_LINE * max(lines, default=1), 400))


def _breadth(text: str) -> int:
    return sum(1 if ord(each) < 0x2000 else 2 for each in text)


def _cut(text: str) -> str:
    """Return text that one cell holds; what is cut says so."""
    shown = clean(text)
    return shown if len(shown) <= _LONGEST_CELL else f"{shown[:_LONGEST_CELL]}…（太长，余下部分见 Word 或网页版）"
