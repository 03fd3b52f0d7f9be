"""A file that takes too much memory or time, or kills its process, is a failure of that file and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reading.isolation import Limits, limits_for, memory_limit, read_apart
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


def test_limits_grow_with_the_file_and_shrink_with_the_number_of_workers(tmp_path: Path) -> None:
    (tmp_path / "小.txt").write_bytes(b"x")
    (tmp_path / "大.txt").write_bytes(bytes(3 << 20))
    small = limits_for(tmp_path / "小.txt", 1, ocr=False)
    assert limits_for(tmp_path / "大.txt", 1, ocr=False).seconds > small.seconds
    assert (
        limits_for(tmp_path / "小.txt", 1, ocr=True) == small
    )  # an hour is for scans; a hostile text must not have it
    scan = limits_for(tmp_path / "没有.PDF", 1, ocr=True)
    assert (scan.seconds > 1000) is available()
    assert limits_for(tmp_path / "没有.txt", 1, ocr=False).seconds == 120
    assert memory_limit(1) >= memory_limit(8) >= 1 << 30
