"""Numerals: what they are worth, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.numerals import Numeral, parse_numeral, read_numeral

_DIGITS = "零一二三四五六七八九"


def _below_ten_thousand(number: int) -> str:
    words = ""
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            words += _DIGITS[digit] + name
        elif words and not words.endswith("零") and number % size:
            words += "零"
    return words


def chinese(number: int) -> str:
    """Write a whole number below a million million as Chinese does."""
    if number == 0:
        return "零"
    words = ""
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group = number // size % 10**4
        if group:
            gap = bool(words) and group < 1000
            words += ("零" if gap else "") + _below_ten_thousand(group) + name
    return words.removeprefix("一") if words.startswith("一十") else words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1,200", 1200),
        ("1,200 万", 12_000_000),
        ("3.2亿", 320_000_000),
        ("10万亿", 10**13),
        ("3亿5000万", 350_000_000),
        ("零", 0),
        ("十", 10),
        ("二十", 20),
        ("廿", 20),
        ("廿三", 23),
        ("卅一", 31),
        ("一百零五", 105),
        ("一百五", 150),
        ("一千二", 1200),
        ("两万三", 23_000),
        ("两万三千", 23_000),
        ("一亿二", 120_000_000),
        ("一亿二千万", 120_000_000),
        ("三百五十万", 3_500_000),
        ("一万零五十", 10_050),
        ("三点五", 3.5),
        ("一点二亿", 120_000_000),
        ("二十三点八", 23.8),
        ("二〇二四", 2024),
        ("一九九八", 1998),
        ("壹佰贰拾叁万", 1_230_000),
        ("百万", 1_000_000),
    ],
)
def test_reads_numerals_exactly(text: str, value: float) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize("text", ["", "个", "三心二意", "十十", "万万万", "二三", "一二三十", "点五", "3.", "1.2.3"])
def test_refuses_what_is_no_numeral(text: str) -> None:
    assert parse_numeral(text) is None


@pytest.mark.parametrize(
    ("text", "numeral"),
    [
        ("40余", Numeral(40, None, "more")),
        ("2400多", Numeral(2400, None, "more")),
        ("二十余万", Numeral(200_000, None, "more")),
        ("10多万", Numeral(100_000, None, "more")),
        ("百余", Numeral(100, None, "more")),
        ("十来", Numeral(10, None, "about")),
        ("十几", Numeral(10, 20, "about")),
        ("二十几", Numeral(20, 30, "about")),
        ("30几", Numeral(30, 40, "about")),
        ("十几万", Numeral(100_000, 200_000, "about")),
        ("几十", Numeral(20, 90, "about")),
        ("几十万", Numeral(200_000, 900_000, "about")),
        ("数百", Numeral(200, 900, "about")),
        ("二三十", Numeral(20, 30, "about")),
        ("三五", Numeral(3, 5, "about")),
        ("十五六", Numeral(15, 16, "about")),
        ("三四百", Numeral(300, 400, "about")),
        ("一两万", Numeral(10_000, 20_000, "about")),
        ("17", Numeral(17, None, None)),
    ],
)
def test_reads_vague_numerals_as_ranges_and_approximations(text: str, numeral: Numeral) -> None:
    assert read_numeral(text) == numeral


@pytest.mark.parametrize("text", ["几", "一一", "五三", "二九", "九九", "余", "多少"])
def test_refuses_vague_words_without_a_number(text: str) -> None:
    assert read_numeral(text) is None


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_every_whole_number_written_in_chinese_reads_back(number: int) -> None:
    assert parse_numeral(chinese(number)) == number


@given(st.integers(min_value=0, max_value=10**12))
def test_every_arabic_number_reads_back_with_and_without_separators(number: int) -> None:
    assert parse_numeral(str(number)) == parse_numeral(f"{number:,}") == number


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿廿卅壹点几数余多来半0123456789.,，成% ", max_size=30))
def test_never_fails_on_a_heap_of_numerals(text: str) -> None:
    parse_numeral(text)
    read_numeral(text)
