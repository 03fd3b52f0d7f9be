"""Amounts that speech has words of its own for: 俩月, 仨人, 个把小时, 块八毛, 一毛钱, 三毛五, 八折, 半亩."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.amount import Amount
from mingcha.pipeline.numerals import NUMBER, read_numeral
from mingcha.pipeline.units import unit_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMES = "月|小时|钟头|星期|礼拜"
# Where these words stand a numeral begins, though none of the usual ones does.
OPENINGS = f"[俩仨](?=人(?!物|民)|{_TIMES})|个把(?=人|{_TIMES})|块(?=儿?[八把]毛)"
_TWO_OR_THREE = re.compile(f"(?P<number>[俩仨])(?P<unit>人|{_TIMES})")
_ONE_OR_SO = re.compile(f"个把(?P<unit>人|{_TIMES})")
_LESS_THAN_TWO = re.compile("块儿?[八把]毛")
# 毛 and 角 begin many words; only with 钱, with a digit behind, or where a price is told are they money.
_TENTHS = re.compile(
    rf"(?P<low>{NUMBER})(?P<unit>[毛角]|分(?=钱))(?:(?P<digit>[一二三四五六七八九\d])分?(?![一二三四五六七八九\d]))?(?P<money>钱)?"
)
_PRICE = re.compile("[收卖涨降跌付交找花给每差为要价][了价]?[^，。；、\\d]{0,3}$")
_NOT_EVEN_ONE = re.compile("[^，。；]{0,4}[没不也都未]|一分货")  # 一分钱也没给
_PRICE_ENDS = re.compile("[，。；、！？）]|$|一|左右|的")
_SIZES = {"毛": 0.1, "角": 0.1, "分": 0.01}
_MARKS, _FAR = frozenset("毛角折分"), 14
_OFF = re.compile(
    r"(?P<whole>[一二两三四五六七八九\d])(?:\.?(?P<part>[一二三四五六七八九\d]))?折(?![合算旧扣腾磨叠返断射线中价的实子])"
)
_OFF_BEFORE = re.compile("[打按享受以]了?$")


def read_colloquial(text: str, position: int) -> Amount | None:
    """Return the amount in words of speech that begins at *position*.

    >>> read_colloquial("俩月", 0)[2:5], read_colloquial("三毛五", 0)[2:5], read_colloquial("个把小时", 0)[2:4]
    ((2.0, '月', 'duration'), (0.35, '元', 'money'), (1.0, '小时'))
    """
    if text[position] in "俩仨个块":
        return next(_without_numeral(text, position), None)
    if _MARKS.isdisjoint(text[position : position + _FAR]):  # most numerals; no pattern need be tried
        return None
    return _read_tenths(text, position) or _read_reduction(text, position)


def _without_numeral(text: str, position: int) -> Iterator[Amount]:
    if match := _TWO_OR_THREE.match(text, position):
        yield Amount(position, match.end(), 2.0 if match["number"] == "俩" else 3.0, *unit_name(match["unit"]))
    if (match := _ONE_OR_SO.match(text, position)) and text[position - 1 : position] not in ("这", "那", "每"):
        yield Amount(position, match.end(), 1.0, *unit_name(match["unit"]), approximator="about")
    if match := _LESS_THAN_TWO.match(text, position):
        yield Amount(position, match.end(), 1.0, "元", "money", approximator="about")


def _read_tenths(text: str, position: int) -> Amount | None:
    match = _TENTHS.match(text, position)
    numeral = read_numeral(match["low"]) if match else None
    if match is None or numeral is None or not _is_price(text, match):
        return None
    size = _SIZES[match["unit"]]
    digit = read_numeral(match["digit"]) if match["digit"] else None
    value = round(numeral.value * size + (digit.value * size / 10 if digit else 0), 3)
    high = None if numeral.value_max is None else round(numeral.value_max * size, 3)
    return Amount(position, match.end(), value, "元", "money", high, numeral.approximator)


def _is_price(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 6) : match.start()]
    if match["low"] == "一" and (_NOT_EVEN_ONE.match(text, match.end()) or match["unit"] == "分"):
        return bool(_PRICE.search(before)) and not _NOT_EVEN_ONE.match(text, match.end())
    if match["money"]:
        return True
    ends = bool(_PRICE_ENDS.match(text, match.end()))
    return ends and bool(match["digit"] or _PRICE.search(before))


def _read_reduction(text: str, position: int) -> Amount | None:
    """Read 打八折 and 八五折, a price in tenths of the former one."""
    match = _OFF.match(text, position)
    if match is None or not _OFF_BEFORE.search(text[max(0, position - 3) : position]):
        return None
    whole, part = (read_numeral(match[name] or "零") for name in ("whole", "part"))
    return whole and part and Amount(position, match.end(), whole.value + part.value / 10, "折", "rate")
