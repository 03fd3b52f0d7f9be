"""Every encoding Chinese files come in, long and short, whole and damaged."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.reading.encodings import Decoded, decode

_SIMPLIFIED = "关于龙潭镇工作情况的报告：\r\n一是推进不力，群众反映较多；\r\n二是2024年增长12.5%。\n"
_TRADITIONAL = "關於龍潭鎮工作情況的報告：\r\n一是推進不力，群眾反映較多；\r\n二是2024年增長12.5%。\n"


@pytest.mark.parametrize(
    "text", [_SIMPLIFIED, "述职报告", "李四同志不作为", "张三", "一目了然", "数据abc 2024年增长12%"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb2312", "gb18030", "utf-16"])
def test_simplified_text_comes_back(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.undecoded) == (text, ())
    assert decoded.encoding == ("gb18030" if encoding.startswith("gb") else encoding)


@pytest.mark.parametrize("text", [_TRADITIONAL, "述職報告", "關於工作", "該同志工作認真負責", "張三同志"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5", "gb18030", "utf-16"])
def test_traditional_text_comes_back(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, encoding)


@pytest.mark.parametrize("text", [_SIMPLIFIED, _TRADITIONAL, "述职报告", "abc 2024\n", "甲\r\n乙", "李四同志"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_known_with_or_without_mark(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, encoding)


@pytest.mark.parametrize("text", ["", "abc", "Müller", "A·B 12°", "这是一份报告", "naïve café"])
def test_plain_utf8_is_left_alone(text: str) -> None:
    decoded = decode(text.encode())
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_a_sample_that_ends_inside_a_character_is_no_damage(encoding: str, before: int) -> None:
    text = "x" * before + "工作情况汇报" * 30_000
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.encoding, decoded.undecoded) == (text, encoding, ())


def test_chinese_that_begins_late_is_still_recognized() -> None:
    text = "header line\n" * 20_000 + "工作情况汇报"
    decoded = decode(text.encode("gb18030"))
    assert decoded is not None
    assert decoded.text == text


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "utf-8"), ("gbk", "gb18030")])
def test_damage_is_counted_and_the_rest_kept(encoding: str, name: str) -> None:
    data = _SIMPLIFIED.encode(encoding)
    decoded = decode(data[:18] + b"\xff" + data[18:])
    assert decoded is not None
    assert (decoded.encoding, [lost.bytes for lost in decoded.undecoded]) == (name, [b"\xff"])
    assert decoded.text.replace("\ufffd", "") == _SIMPLIFIED
    assert decoded.coverage < 1
    assert decoded.notes == (f"有 1 处无法按 {name} 编码识别，已用“\ufffd”代替",)


def test_a_replacement_character_that_was_in_the_file_is_no_damage() -> None:
    decoded = decode("工作\ufffd报告".encode())
    assert decoded is not None
    assert decoded.undecoded == ()


def test_a_single_nul_does_not_make_text_binary() -> None:
    decoded = decode("工作\0报告".encode())
    assert decoded is not None
    assert decoded.text == "工作\0报告"


@pytest.mark.parametrize("declared", ["big5", "utf-8", "no-such-codec", "base64", None])
def test_a_wrong_declaration_loses(declared: str | None) -> None:
    decoded = decode(_SIMPLIFIED.encode("gbk"), declared=declared)
    assert decoded is not None
    assert decoded.text == _SIMPLIFIED


@pytest.mark.parametrize("size", [64, 1000, 5000])
def test_binary_data_is_no_text(size: int) -> None:
    assert decode(random.Random(size).randbytes(size)) is None
    assert decode(bytes(size)) is None


def _encoded(decoded: Decoded) -> bytes:
    """Encode the text again, with the undecoded bytes where they stood."""
    done, parts = 0, []
    for lost in decoded.undecoded:
        parts += [decoded.text[done : lost.position].encode(decoded.encoding), lost.bytes]
        done = lost.position + 1
    return b"".join([*parts, decoded.text[done:].encode(decoded.encoding)])


@given(st.lists(st.sampled_from([*"工作情况汇报督查整改。，a1\n\r", "𠮷"]), min_size=30), st.data())
def test_nothing_of_a_damaged_file_is_lost(characters: list[str], data: st.DataObject) -> None:
    whole = "".join(characters).encode(data.draw(st.sampled_from(["gb18030", "utf-8"])))
    place, junk = data.draw(st.integers(0, len(whole))), data.draw(st.binary(max_size=3))
    damaged = whole[:place] + junk + whole[place:]
    decoded = decode(damaged)
    # A codec may read damaged bytes as a character that it would write in another way: only then is there no way back.
    if decoded is not None and decoded.undecoded and decoded.encoding in {"gb18030", "utf-8"}:
        assert _encoded(decoded) == damaged


@given(st.binary(max_size=400))
def test_any_bytes_give_text_without_lone_surrogates_or_nothing(data: bytes) -> None:
    decoded = decode(data)
    if decoded is not None:
        decoded.text.encode("utf-8")
        assert 0 <= decoded.coverage <= 1


@pytest.mark.parametrize("text", [_SIMPLIFIED, "述职报告", "abc ~ 2024\n某局推进不力，李四不作为\n" * 9000])
@pytest.mark.parametrize("encoding", ["hz", "utf-7"])
def test_chinese_written_in_ascii_comes_back(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.encoding, decoded.undecoded) == (text, encoding, ())


@pytest.mark.parametrize(
    "text",
    [
        "a ~{abcd~} b",
        "~{VP9z~} at ~user",
        "1+1 = 2, C++",
        "+Template-",
        "x+T2BO-",
        "+3AA-" * 9,
        "data:image/png;base64,iVBORw0KGgo+AAAANSUhEUgAA+",
    ],
)
def test_ascii_that_only_looks_so_is_left_alone(text: str) -> None:
    decoded = decode(text.encode())
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, "utf-8")
