"""Marks of secrecy: what is one and what only talks of secrets, and that a marked file stays unread unless allowed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
import xlsxwriter

from mingcha.pipeline.document import Document, Failure, Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble
from mingcha.pipeline.reading.classification import find_mark, load_mark_rules
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.reading.classification import MarkRule

_RULES = [*load_mark_rules().lines, *load_mark_rules().names]
_BODY = "关于柳湾镇班子运行情况的报告。\n会议开了四次，没有定下一件事。\n"


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_the_examples_of_a_rule_are_its_tests(rule: MarkRule) -> None:
    assert rule.matches
    assert rule.misses
    assert [words for words in rule.matches if not rule.match(words)] == []
    assert [words for words in rule.misses if rule.match(words)] == []


def _read(folder: Path, name: str, data: bytes, *, allowed: bool = False) -> Document | Failure:
    (folder / name).write_bytes(data)
    (item,) = read(folder / name, name, ReadingSettings(allow_classified=allowed))
    return item


@pytest.mark.parametrize(
    ("head", "level"),
    [
        ("机密★1年\n", "机密★1年"),
        ("000001\n秘 密 ★ 10年\n特急\n", "秘 密 ★ 10年"),
        ("密级：绝密\n", "密级：绝密"),
        ("【秘密】\n", "【秘密】"),
        ("机密★1年   特急\n", "机密★1年   特急"),
        ("000001 机密★1年\n", "000001 机密★1年"),
        ("机密级★启用前\n", "机密级★启用前"),
        ("某县\n\n某局\n" * 5 + "内部\n机密★1年\n", "机密★1年"),
    ],
)
def test_a_marked_file_is_named_and_left_unread(tmp_path: Path, head: str, level: str) -> None:
    item = _read(tmp_path, "情况.txt", (head + _BODY).encode())
    assert isinstance(item, Failure)
    assert item.kind == "classified"
    assert item.message.startswith("“情况.txt”：文件带有密级标志")
    assert level in item.message
    assert "--allow-classified" in item.message


def test_a_marked_file_is_read_and_noted_where_that_is_allowed(tmp_path: Path) -> None:
    item = _read(tmp_path, "情况.txt", ("机密★1年\n" + _BODY).encode(), allowed=True)
    assert isinstance(item, Document)
    assert item.text == "机密★1年\n" + _BODY
    assert item.notes == ("文件带有密级标志“机密★1年”（第1行）",)


def test_the_name_and_the_margins_count_too(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("情况报告")
    document.sections[0].header.paragraphs[0].text = "秘密★5年"
    buffer = io.BytesIO()
    document.save(buffer)
    margin = _read(tmp_path, "报告.docx", buffer.getvalue())
    named = _read(tmp_path, "（机密）报告.txt", _BODY.encode())
    assert isinstance(margin, Failure)
    assert isinstance(named, Failure)
    assert "页眉" in margin.message
    assert "文件名" in named.message


@pytest.mark.parametrize(
    "text",
    [
        _BODY,
        "关于保守国家秘密工作的自查报告\n机密文件由专人保管，秘密载体登记造册。\n",
        "密级：无\n" + _BODY,
        "★ 重点工作\n" + _BODY,
        "正文\n" * 12 + "机密\n",
        "标有“机密★1年”的文件由专人保管\n",
    ],
    ids=["plain", "about secrets", "no level", "a star", "far down", "quoted"],
)
def test_talk_of_secrets_is_no_mark(tmp_path: Path, text: str) -> None:
    assert isinstance(_read(tmp_path, "商业秘密管理办法.txt", text.encode()), Document)


@pytest.mark.parametrize("name", ["机密/甲.txt", "材料/3.机密/甲.txt", "机密★1年某报告.txt", "某局机密.txt"])
def test_a_mark_in_the_name_of_a_file_or_its_folder_keeps_it_unread(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_text(_BODY, encoding="utf-8")
    (item,) = read(tmp_path / "a", name)
    assert isinstance(item, Failure)
    assert item.kind == "classified"
    (item,) = read(tmp_path / "a", name, ReadingSettings(allow_classified=True))
    assert isinstance(item, Document)


@pytest.mark.parametrize("name", ["保守秘密/甲.txt", "商业秘密.txt", "国家秘密/内部秘密.txt"])
def test_names_that_only_talk_of_secrets_are_no_mark(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_text(_BODY, encoding="utf-8")
    (item,) = read(tmp_path / "a", name)
    assert isinstance(item, Document)


def test_a_marked_archive_keeps_all_its_members_unread(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as package:
        package.writestr("甲.txt", _BODY)
        package.writestr("乙/丙.txt", _BODY)
    items = read(tmp_path / "a", "【机密】材料.zip")
    assert [(item.name, isinstance(item, Failure) and item.kind) for item in items] == [
        ("【机密】材料.zip!甲.txt", "classified"),
        ("【机密】材料.zip!乙/丙.txt", "classified"),
    ]
    assert {type(item) for item in read(tmp_path / "a", "材料.zip")} == {Document}


def _sheet(value: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("台账").write_column("A1", ["类别", value])
    return buffer.getvalue()


def test_the_value_of_a_cell_is_a_mark_only_with_its_star_or_label(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "秘密"
    buffer = io.BytesIO()
    document.save(buffer)
    values = {"甲.xlsx": _sheet("秘密"), "乙.csv": "类别\n秘密\n".encode(), "丙.docx": buffer.getvalue()}
    assert {type(_read(tmp_path, name, data)) for name, data in values.items()} == {Document}
    marks = {"丁.xlsx": _sheet("秘密★5年"), "戊.csv": "密级：秘密,甲\n".encode()}
    assert {type(_read(tmp_path, name, data)) for name, data in marks.items()} == {Failure}


@pytest.mark.parametrize(("page", "marked"), [(1, True), (2, False)])
def test_where_pages_are_known_all_of_the_first_is_looked_through(page: int, *, marked: bool) -> None:
    lines = ["正文"] * 30
    pieces = [Piece(line, Locator(page=1)) for line in lines] + [Piece("机密★1年", Locator(page=page))]
    text, blocks = assemble(pieces)
    assert (find_mark("甲.pdf", Reading(text, blocks)) is not None) == marked
