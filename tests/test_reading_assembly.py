"""What every reading passes through before it becomes a document."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import olefile
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Block, Document, Failure, Locator, Span, Trace
from mingcha.pipeline.reading import formats
from mingcha.pipeline.reading.assembly import Reading, storable
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.workbooks import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = "有 {} 个无法显示的字符，已用“\ufffd”代替"


def _reading(text: str) -> Reading:
    return Reading(text, (Block(Span(0, len(text)), Locator(line=1)),), notes=("先前",))


def _book(text: str) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["B2"] = text
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("text", "stored", "count"),
    [
        ("甲\0乙", "甲\ufffd乙", 1),
        ("\ud800甲\udfff\0", "\ufffd甲\ufffd\ufffd", 3),
        ("甲\ufffd\x01😀", "甲\ufffd\x01😀", 0),
    ],
)
def test_what_cannot_be_stored_is_replaced_and_counted(text: str, stored: str, count: int) -> None:
    notes = ("先前", _NOTE.format(count)) if count else ("先前",)
    assert storable(_reading(text)) == replace(_reading(text), text=stored, notes=notes)


@given(st.text(st.characters() | st.sampled_from("\0\ud800\udfff甲"), max_size=30))
def test_every_reading_can_be_stored_keeps_its_places_and_is_cleaned_once(text: str) -> None:
    reading = replace(_reading(text), traces=(Trace("comment", text, text, Span(0, 0), text),), notes=(text,))
    stored = storable(reading)
    assert len(stored.text) == len(text)
    assert stored.blocks == reading.blocks
    assert "\0" not in str(stored).encode("utf-8").decode()
    assert storable(stored) == stored


@pytest.mark.parametrize("text", ["", " \n", "\ufeff\u200b", "\0 \0", "\ud800"])
def test_a_text_of_which_nothing_can_be_shown_is_blank(text: str) -> None:
    assert _reading(text).blank
    assert not _reading(text + "甲").blank


def test_the_readers_leave_that_to_the_last_step_which_says_so_once(tmp_path: Path) -> None:
    data = _book("工作_x0000_报告")
    (tmp_path / "甲.xlsx").write_bytes(data)
    (document,) = read(tmp_path / "甲.xlsx", "甲.xlsx")
    assert isinstance(document, Document)
    assert (document.text, document.notes) == ("工作\ufffd报告", (_NOTE.format(1),))
    assert (read_workbook(data).text, read_workbook(data).notes) == ("工作\0报告", ())


def test_a_workbook_of_nothing_that_can_be_shown_is_empty(tmp_path: Path) -> None:
    (tmp_path / "甲.xlsx").write_bytes(_book("_x0000_"))
    (failure,) = read(tmp_path / "甲.xlsx", "甲.xlsx")
    assert isinstance(failure, Failure)
    assert failure.kind == "empty"


def test_the_head_of_old_office_files_is_the_one_that_their_parser_knows() -> None:
    assert olefile.MAGIC == formats.COMPOUND
