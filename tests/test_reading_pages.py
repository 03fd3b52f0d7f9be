"""Lines and paragraphs on a page, and pictures where no engine reads them; made of plain values, without any file."""

from __future__ import annotations

import importlib.util
import struct
import sys
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Box, Locator
from mingcha.pipeline.reading import ocr
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.images import read_image
from mingcha.pipeline.reading.lines import Imprint, align, enclose, gather, pieces, straighten
from mingcha.pipeline.reading.ocr import Transcript, describe
from mingcha.pipeline.reading.pdf_pages import Frame

_FULL = "今年以来全局上下克服困难努力推进各项重点工作并且"


def _line(text: str, top: float, *, left: float = 50, height: float = 10) -> Imprint:
    return Imprint(text, Box(left, top, left + 10 * len(text), top + height))


def _texts(passages) -> list[str]:
    return [passage.text for passage in passages]


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        ([_line(_FULL, 100), _line("完成。", 120)], [f"{_FULL}\n完成。"]),
        ([_line(_FULL + "。", 100), _line("另起。", 120)], [f"{_FULL}。", "另起。"]),
        ([_line("短行", 100), _line(_FULL, 120)], ["短行", _FULL]),
        ([_line(_FULL, 100), _line("— 3 —", 200)], [_FULL, "— 3 —"]),
        ([_line(_FULL, 700), _line("下一栏接着写。", 100)], [f"{_FULL}\n下一栏接着写。"]),
        ([Imprint(_FULL), Imprint("无处可查。")], [f"{_FULL}\n无处可查。"]),
        ([Imprint(" "), Imprint("")], []),
        ([], []),
    ],
)
def test_lines_go_on_where_they_are_full_and_near(lines: list[Imprint], paragraphs: list[str]) -> None:
    assert _texts(gather(lines)) == paragraphs


_LINES = st.lists(
    st.builds(
        _line,
        st.text("甲乙a1 。", min_size=1, max_size=30),
        st.floats(0, 800),
        left=st.floats(0, 500),
        height=st.floats(1, 30),
    ),
    max_size=20,
)


@given(_LINES)
def test_gathering_loses_no_line_and_every_line_is_in_its_box(lines: list[Imprint]) -> None:
    paragraphs = list(gather(lines))
    inked = [line for line in lines if line.text.strip()]
    assert "\n".join(_texts(paragraphs)).split("\n") == ("\n".join(_texts(inked)).split("\n"))
    rest = iter(inked)
    for paragraph in paragraphs:
        for line in (next(rest) for _ in paragraph.text.split("\n")):
            assert paragraph.box.left - 0.1 <= line.box.left <= line.box.right <= paragraph.box.right + 0.1
            assert paragraph.box.top - 0.1 <= line.box.top <= line.box.bottom <= paragraph.box.bottom + 0.1


@given(_LINES)
def test_straightening_changes_the_order_alone_and_only_once(lines: list[Imprint]) -> None:
    straight = straighten(lines)
    assert sorted(map(repr, straight)) == sorted(map(repr, lines))
    assert straighten(straight) == straight


@given(_LINES)
def test_aligning_keeps_every_character(lines: list[Imprint]) -> None:
    aligned = align((line.text, line.box) for line in lines)
    assert sorted("".join("".join(_texts(aligned)).split())) == sorted("".join("".join(_texts(lines)).split()))


@given(st.permutations(range(9)), st.integers(1, 3))
def test_straight_lines_stand_from_top_to_bottom_or_as_they_came(order: list[int], columns: int) -> None:
    lines = [_line(str(index), 20 * (index // columns), left=100 * (index % columns)) for index in order]
    straight = straighten(lines)
    tops = [line.box.top for line in straight]
    assert straight == lines or all(above <= below for above, below in pairwise(tops))


def test_a_page_drawn_upside_down_is_left_as_it_is() -> None:
    lines = [_line(str(number), 700 - 20 * number) for number in range(9)]
    assert straighten(lines) == lines


def test_a_line_without_a_place_keeps_the_order() -> None:
    lines = [_line("甲", 100), _line("乙", 200), Imprint("丙"), _line("丁", 10)]
    assert straighten(lines) == lines


def test_pieces_are_numbered_within_their_page() -> None:
    box = Box(1, 2, 3, 4)
    assert [piece.locator for piece in pieces([Imprint("甲", box), Imprint("乙")], 7)] == [
        Locator(page=7, paragraph=1, box=box),
        Locator(page=7, paragraph=2),
    ]
    assert enclose([None, None]) is None


_CORNERS = st.tuples(st.floats(0, 600), st.floats(0, 800), st.floats(0, 600), st.floats(0, 800))


@given(_CORNERS, st.integers(0, 3))
def test_turning_a_page_four_times_brings_its_boxes_back(corners: tuple[float, ...], turns: int) -> None:
    left, bottom, right, top = corners
    box = Frame(0, 0, 600, 800, turns).box(left, bottom, right, top)
    width, height = (800, 600) if turns % 2 else (600, 800)
    for _ in range(4 - turns):
        box = Box(height - box.bottom, box.left, height - box.top, box.right)
        width, height = height, width
    upright = Frame(0, 0, 600, 800, 0).box(left, bottom, right, top)
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx(
        (upright.left, upright.top, upright.right, upright.bottom)
    )


def test_the_notes_name_pages_confidence_and_doubtful_words() -> None:
    good = Transcript((Imprint("甲"),), (1.0, 0.94))
    poor = Transcript((Imprint("乙"),), (0.4,), ("乙",))
    assert list(describe({3: good}, "扫描图像")) == [
        "第3页是扫描图像，文字由 OCR 识别（平均置信度 0.97），请对照原件核实"
    ]
    assert list(describe({1: good, 2: poor, 5: Transcript()}, "图像")) == [
        "第1页、第2页是图像，文字由 OCR 识别（平均置信度 0.78），请对照原件核实",
        "OCR 没有把握的文字（置信度低于 0.5）：第2页“乙”",
        "第5页是图像，OCR 没有识别出文字，请查看原件",
    ]
    assert list(describe({}, "图像")) == []


def make_png(width: int = 1, height: int = 1, *, rows: int | None = None) -> bytes:
    """Return a gray PNG, made without Pillow; *rows* is how many rows it really has."""
    data = zlib.compress((b"\0" + b"\x80" * width) * (height if rows is None else rows))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def test_pictures_are_refused_where_ocr_is_not_allowed() -> None:
    with pytest.raises(RefusalError, match=r"这是图片，没有文字层。请安装 OCR 组件（make install-ocr）") as refusal:
        read_image(make_png(), ocr=False)
    assert refusal.value.kind == "no_text"


def test_an_engine_that_is_not_installed_is_never_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "rapidocr" else find(name, *rest)
    )
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # importing it would now raise
    assert not ocr.available()
    with pytest.raises(RefusalError, match=r"make install-ocr"):
        read_image(make_png())
