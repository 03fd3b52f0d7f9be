"""Excel workbooks made on the spot: values as shown, places, hidden sheets, formulas."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from mingcha.pipeline.document import Document, Failure, Locator
from mingcha.pipeline.reading.files import read

if TYPE_CHECKING:
    from pathlib import Path


def _saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _changed(data: bytes, changes: dict[str, tuple[bytes, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(*changes.get(name, (b"\0", b""))))
    return buffer.getvalue()


def _read(folder: Path, data: bytes, name: str = "表.xlsx") -> Document | Failure:
    path = folder / name
    path.write_bytes(data)
    (item,) = read(path, name)
    return item


def _document(folder: Path, data: bytes) -> Document:
    item = _read(folder, data)
    assert isinstance(item, Document), item
    return item


def test_cells_bear_sheet_row_and_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "工单"
    first.append(["姓名", "分数"])
    first.append([])
    first.append(["张三", None, 90])
    second = book.create_sheet("底稿")
    second.sheet_state = "hidden"
    second["B2"] = "HIDDEN"
    document = _document(tmp_path, _saved(book))
    assert document.text == "姓名\t分数\n张三\t90\nHIDDEN"
    places = [(block.locator.sheet, block.locator.row, block.locator.column) for block in document.blocks]
    assert places == [("工单", 1, 1), ("工单", 1, 2), ("工单", 3, 1), ("工单", 3, 3), ("底稿", 2, 2)]
    assert {(block.kind, block.locator.part) for block in document.blocks} == {("cell", "sheet")}
    assert document.notes == ("隐藏的工作表也已读入：底稿",)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.125, "0.0%", "12.5%"),
        (0.125, "0%", "12%"),
        (1, "0.00%", "100.00%"),
        (12.5, '0.0"%"', "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (12.0, "General", "12"),
        (1234567.5, "#,##0.00", "1234567.5"),
        (True, "General", "TRUE"),
        (dt.datetime.fromisoformat("2024-03-05"), "yyyy-mm-dd", "2024-03-05"),
        (dt.datetime.fromisoformat("2024-03-05 14:30"), "yyyy-mm-dd hh:mm", "2024-03-05 14:30:00"),
        ("张三\n李四", "General", "张三\n李四"),
    ],
)
def test_values_read_as_they_are_shown(tmp_path: Path, value: object, number_format: str, shown: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = value  # type: ignore[assignment]
    book.active["A1"].number_format = number_format
    assert _document(tmp_path, _saved(book)).text == shown


def test_saved_results_of_formulas_are_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("汇总")
        sheet.write_formula("A1", "=1+1", value=2)
        sheet.write_formula("A2", '=IF(1=2,"甲","")', value="")
        sheet.write("A3", "合计")
    # Excel marks an empty result as text; xlsxwriter does not.
    empty_result = {"xl/worksheets/sheet1.xml": (b'<c r="A2"', b'<c r="A2" t="str"')}
    document = _document(tmp_path, _changed(buffer.getvalue(), empty_result))
    assert (document.text, document.notes, document.coverage) == ("2\n合计", (), 1.0)


def test_formulas_without_result_are_noted_with_their_place(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "汇总"
    book.active["A1"] = "合计"
    book.active["C5"] = "=SUM(A2:A4)"
    document = _document(tmp_path, _saved(book))
    assert (document.text, document.coverage) == ("合计", 0.5)
    assert document.notes == ("1 个公式没有保存计算结果，没有读入（“汇总”C5）；请用 Excel 打开并保存一次",)


def test_comments_are_read_at_their_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "表"
    book.active["B3"] = "数据"
    book.active["B3"].comment = Comment("数据存疑", "王五")
    document = _document(tmp_path, _saved(book))
    assert document.text == "数据\n数据存疑"
    assert document.blocks[1].locator == Locator("comment", sheet="表", row=3, column=2)


def test_a_blank_workbook_is_empty(tmp_path: Path) -> None:
    item = _read(tmp_path, _saved(openpyxl.Workbook()))
    assert isinstance(item, Failure)
    assert item.kind == "empty"


def test_escaped_characters_that_no_file_can_hold_are_replaced(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write("A1", "甲_xD800_乙")
    _document(tmp_path, buffer.getvalue()).text.encode()
