"""Marks of secrecy: what is one and what only talks of secrets, and that a marked file stays unread unless allowed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
import pytest

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reading.classification import load_mark_rules
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
        "正文\n" * 20 + "机密\n",
    ],
    ids=["plain", "about secrets", "no level", "a star", "far down"],
)
def test_talk_of_secrets_is_no_mark(tmp_path: Path, text: str) -> None:
    assert isinstance(_read(tmp_path, "商业秘密管理办法.txt", text.encode()), Document)
