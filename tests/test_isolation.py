"""A file that takes too much memory or time, or kills its process, is a failure of that file and of nothing else."""

from __future__ import annotations

import base64
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reading.isolation import Limits, memory_limit, read_apart, seconds_for
from mingcha.pipeline.reading.ocr import available
from mingcha.pipeline.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = ReadingSettings(ocr=False)
_LINE = "会议开了四次，没有定下一件事。\n"


def _read(path: Path, text: str, limits: Limits | None = None) -> Document | Failure:
    path.write_text(text, encoding="gb18030")
    (item,) = read_apart(path, path.name, _SETTINGS, limits=limits)
    return item


def test_a_sound_file_comes_back_from_its_process(tmp_path: Path) -> None:
    item = _read(tmp_path / "好.txt", _LINE)
    assert isinstance(item, Document)
    assert item.text == _LINE


def test_too_much_memory_costs_the_file_only(tmp_path: Path) -> None:
    item = _read(tmp_path / "大.txt", _LINE * 1_500_000, Limits(memory=120 << 20, seconds=120))
    assert isinstance(item, Failure)
    assert item.kind == "too_large"
    assert item.message == "“大.txt”：读取时内存超过上限。请拆分成几个较小的文件。"


def test_too_much_time_costs_the_file_only(tmp_path: Path) -> None:
    item = _read(tmp_path / "慢.txt", _LINE * 1_500_000, Limits(memory=4 << 30, seconds=0.05))
    assert isinstance(item, Failure)
    assert "“慢.txt”：处理时间超过上限，已放弃。请将文件另存为" in item.message


def test_too_much_memory_costs_the_member_only(tmp_path: Path) -> None:
    piece = random.Random(1).randbytes(8 << 10) + bytes(1 << 20)  # packs well, yet not as well as a bomb
    with zipfile.ZipFile(tmp_path / "包.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("大.txt", piece * 190)
        package.writestr("好.txt", _LINE)
    limits = Limits(memory=160 << 20, seconds=120)
    items = {item.name: item for item in read_apart(tmp_path / "包.zip", "包.zip", _SETTINGS, limits=limits)}
    assert isinstance(items["包.zip!好.txt"], Document)
    bad = items["包.zip!大.txt"]
    assert isinstance(bad, Failure)
    assert bad.kind == "too_large"


def _pack(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return path


@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("文.doc", True),
        ("附 件/谈话.WPS", True),
        ("a.rtf", True),
        ("a.odt", True),
        ("a.xml", True),
        ("来信.eml", True),
        ("文.docx", False),
        ("表.xls", False),
        ("doc", False),
        ("文.doc/说明.txt", False),
    ],
)
def test_an_archive_has_more_time_for_each_old_document(tmp_path: Path, name: str, old: bool) -> None:
    plain = seconds_for(_pack(tmp_path / "无.zip", "a.txt", "b.txt"), ocr=False)
    one = seconds_for(_pack(tmp_path / "一.zip", "a.txt", name), ocr=False)
    two = seconds_for(_pack(tmp_path / "二.zip", name, f"又{name}"), ocr=False)
    assert (one > plain + 60, two > one + 9) == (old, old)


def test_a_mail_has_more_time_for_old_documents_and_no_file_without_end(tmp_path: Path) -> None:
    start = b"Subject: a\nContent-Transfer-Encoding: base64\n\n"
    for name, data in {
        "旧.eml": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(99),
        "新.eml": b"PK\x03\x04" + bytes(99),
    }.items():
        (tmp_path / name).write_bytes(start + base64.encodebytes(data))
    assert seconds_for(tmp_path / "旧.eml", ocr=False) > seconds_for(tmp_path / "新.eml", ocr=False) + 60
    many = _pack(tmp_path / "多.zip", *(f"{number}.doc" for number in range(2000)))
    assert seconds_for(many, ocr=False) < 4000


@pytest.mark.parametrize("data", [b"", b"PK\x01\x02", b"PK\x01\x02" + b"\xff" * 42 + b".doc"])
def test_ruined_archives_have_a_limit_like_others(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "坏.zip").write_bytes(data)
    assert 120 <= seconds_for(tmp_path / "坏.zip", ocr=False) < 300


def test_limits_grow_with_the_file_and_shrink_with_the_number_of_workers(tmp_path: Path) -> None:
    (tmp_path / "小.txt").write_bytes(b"x")
    (tmp_path / "大.txt").write_bytes(bytes(3 << 20))
    small = seconds_for(tmp_path / "小.txt", ocr=False)
    assert seconds_for(tmp_path / "大.txt", ocr=False) > small
    # An hour is for scans; a hostile text must not have it.
    assert seconds_for(tmp_path / "小.txt", ocr=True) == small
    assert (seconds_for(tmp_path / "没有.PDF", ocr=True) > 1000) is available()
    assert seconds_for(tmp_path / "没有.txt", ocr=False) == 120
    assert memory_limit(1) >= memory_limit(8) >= 1 << 30
