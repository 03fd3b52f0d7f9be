"""The tables an office fills in: headings, kinds of cells, gaps, and what a wrong cell is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from mingcha.corpora.record_tables import read_records
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.calculations import Column, TableShape

SHAPE = TableShape(
    id="表",
    name="试行表",
    columns=(
        Column(id="单位", headings=("单位名称",), required=True),
        Column(id="件数", kind="number"),
        Column(id="办结", kind="yesno"),
        Column(id="日期", kind="date"),
    ),
)
CSV = '序号,单位 名称,件数,办结,日期\n1,甲局,"1,200",是,2025年3月1日\n2,乙局,,否,2025-03-02\n3,丙局,98.5%,—,2025.3.3\n'


def test_reads_cells_by_kind_and_keeps_gaps(tmp_path) -> None:
    path = tmp_path / "表.csv"
    path.write_text(CSV, encoding="gb18030")
    first, second, third = read_records(path, SHAPE)
    assert first.id == "表.csv 第2行"
    assert dict(first.values) == {"单位": "甲局", "件数": Decimal(1200), "办结": True, "日期": date(2025, 3, 1)}
    assert second.values["件数"] is None
    assert (third.values["件数"], third.values["办结"]) == (Decimal("98.5"), None)


def test_reads_a_workbook_exactly(tmp_path) -> None:
    import xlsxwriter

    path = tmp_path / "表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["单位", "件数", "办结", "日期"])
        sheet.write_row(1, 0, ["甲局", 0.1, True])
        sheet.write_datetime(1, 3, date(2025, 3, 1), day)
        sheet.write_row(3, 0, ["乙局", 12])
    first, second = read_records(path, SHAPE)
    assert dict(first.values) == {"单位": "甲局", "件数": Decimal("0.1"), "办结": True, "日期": date(2025, 3, 1)}
    assert second.id == "表.xlsx 第4行"
    assert second.values["件数"] == 12


WRONG = [
    ("", "是空的"),
    ("单位,件数\n甲,1\n", "表头缺少“办结”、“日期”"),
    ("单位,件数,办结,日期\n甲,一百,是,2025-01-01\n", "第2行，“件数”：“一百”不是数字"),
    ("单位,件数,办结,日期\n甲,nan,是,2025-01-01\n", "不是可以计算的数字"),
    ("单位,件数,办结,日期\n甲,1,办了,2025-01-01\n", "应当填“是”或“否”"),
    ("单位,件数,办结,日期\n甲,1,是,三月\n", "不是日期"),
    ("单位,件数,办结,日期\n甲,1,是,2025-02-30\n", "不是存在的日期"),
    ("单位,件数,办结,日期\n,1,是,2025-02-03\n", "“单位”：不能空着"),
    ("单位,件数,办结,日期\n" + "甲,x,是,2025-02-03\n" * 12, "另有2处"),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[words for _, words in WRONG])
def test_tells_file_row_and_column(tmp_path, text: str, words: str) -> None:
    path = tmp_path / "表.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"表\.csv") as caught:
        read_records(path, SHAPE)
    assert words in str(caught.value)


def test_a_missing_or_broken_file_is_told(tmp_path) -> None:
    with pytest.raises(DataError, match="找不到试行表文件"):
        read_records(tmp_path / "无.csv", SHAPE)
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04broken")
    with pytest.raises(DataError, match="不是可以读取的 xlsx"):
        read_records(path, SHAPE)
