"""Shares in words: 百分之五, 千分之三, 三分之二, 七成五, 一半, 翻两番, and 千分号; all as the number before %."""

from __future__ import annotations

import re
from typing import NamedTuple

from mingcha.pipeline.numerals import BLANK, DIGITS, NUMBER, parse_numeral, read_numeral

_WHOLES = {"百": 100, "千": 1000, "万": 10000}
_NUMERAL = rf"[{DIGITS}十百千万]+(?:点[{DIGITS}]+)?|\d+(?:\.\d+)?"
_VAGUE = {"近": "nearly", "约": "about", "超": "more", "超过": "more"}
_OF = re.compile(
    rf"(?P<whole>[{DIGITS}十百千万]+|\d+)分之(?P<part>{_NUMERAL})(?P<vague>[几多余])?"
    rf"(?:[至到](?:(?P=whole)分之)?(?P<high>{_NUMERAL})(?![年月日个件次人户名]))?"
)
_SLASH = re.compile(
    r"(?P<part>\d{1,2})/(?P<whole>\d{1,3})(?=的|以上|以下|左右|强)"
)  # 2/3以上; 24/27 alone may be anything
_PERMILLE = re.compile(rf"(?P<number>\d+(?:\.\d+)?){BLANK}(?P<sign>[‰‱])")
_TENTHS = re.compile(
    rf"(?P<low>[一二两三四五六七八九\d])(?P<high>[二三四五六七八九])?{BLANK}成(?:[至到—~-](?P<upper>[一二两三四五六七八九])成)?(?P<half>半)?(?P<part>[一二三四五六七八九](?![成年月人名个家户张条件次份项处场种本]))?"
    "(?P<more>多)?(?![立为果效本员功交都绩熟长就型品套不分因活功])"
)
_HALF = re.compile("(?P<half>一半|半数)|(?P<tenth>(?<!个)半成(?![品功年熟立人]))|(?<=[过近超])半(?![年月天个小生])")
_FOLD = re.compile(rf"翻了?(?P<vague>近|约|超过?)?(?:(?P<times>{NUMBER})?番(?P<more>多)?|一?倍(?![数率增]))")
_JOINED = frozenset("统单同归合")  # 统一成一张表 has no tenth in it
_HUNDRED = re.compile("百分之?百")


class Share(NamedTuple):
    """A share or growth in %, and whether the word itself says growth (翻番)."""

    start: int
    end: int
    value: float
    value_max: float | None = None
    approximator: str | None = None
    rising: bool = False


def read_share(text: str, position: int) -> Share | None:
    """Return the share in words that begins at *position*.

    >>> read_share("千分之三", 0).value, read_share("七成五", 0).value, read_share("翻两番", 0).value
    (0.3, 75.0, 300.0)
    """
    sign = text[position]
    if sign == "翻":
        return _read_fold(text, position)
    return (
        _read_hundred(text, position)
        or _read_of(text, position)
        or _read_slash(text, position)
        or _read_permille(text, position)
        or _read_tenths(text, position)
        or _read_half(text, position)
    )


def _read_hundred(text: str, position: int) -> Share | None:
    match = _HUNDRED.match(text, position)
    return Share(position, match.end(), 100.0) if match else None


def _read_of(text: str, position: int) -> Share | None:
    match = _OF.match(text, position)
    if match is None:
        return None
    whole = _WHOLES.get(match["whole"]) or parse_numeral(match["whole"])
    part = read_numeral(match["part"] + (match["vague"] or ""))
    if not whole or part is None:
        return None
    high = parse_numeral(match["high"]) if match["high"] else part.value_max
    value_max = _percent(high, whole) if high is not None and high > part.value else None
    return Share(position, match.end(), _percent(part.value, whole), value_max, part.approximator)


def _read_slash(text: str, position: int) -> Share | None:
    match = _SLASH.match(text, position)
    if match is None or not 0 < int(match["part"]) < int(match["whole"]):
        return None
    return Share(position, match.end(), _percent(int(match["part"]), int(match["whole"])))


def _read_permille(text: str, position: int) -> Share | None:
    match = _PERMILLE.match(text, position)
    if match is None:
        return None
    return Share(position, match.end(), _percent(float(match["number"]), 1000 if match["sign"] == "‰" else 10000))


def _read_tenths(text: str, position: int) -> Share | None:
    match = _TENTHS.match(text, position)
    if match is None:
        return None
    names = ("low", "high", "part", "upper")
    low, high, part, upper = (parse_numeral(match[name]) if match[name] else None for name in names)
    if low is None or (high is not None and high != low + 1) or _is_joined(text, position):
        return None
    value = low * 10 + (part or 0) + (5 if match["half"] else 0)
    if high is not None:
        return Share(position, match.end(), value, high * 10, "about")
    if upper is not None:
        return Share(position, match.end(), low * 10, upper * 10) if upper > low else None
    return Share(position, match.end(), value, approximator="more" if match["more"] else None)


def _read_half(text: str, position: int) -> Share | None:
    match = _HALF.match(text, position)
    return Share(position, match.end(), 5.0 if match["tenth"] else 50.0) if match else None


def _read_fold(text: str, position: int) -> Share | None:
    """Read doublings: 翻番 and 翻倍 add 100 %, 翻两番 is four times as much and adds 300 %."""
    match = _FOLD.match(text, position)
    numeral = read_numeral(match["times"] or "一") if match else None
    if match is None or numeral is None or numeral.value > 20:
        return None
    approximator = "more" if match["more"] else _VAGUE.get(match["vague"], numeral.approximator)
    return Share(position, match.end(), (2**numeral.value - 1) * 100, approximator=approximator, rising=True)


def _is_joined(text: str, position: int) -> bool:
    return text[position] == "一" and text[position - 1 : position] in _JOINED


def _percent(part: float, whole: float) -> float:
    return round(part * 100 / whole, 10)
