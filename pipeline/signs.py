"""Amounts below nought: 同比-3.2%, 负120万元, 零下18度, and the accountant's （350.6）万元."""

from __future__ import annotations

import re
from typing import Final

from mingcha.pipeline.amount import Amount
from mingcha.pipeline.numerals import parse_numeral

_MINUS: Final = frozenset("-−－负")
_DEGREES: Final = frozenset("度 ℃ 摄氏度".split())  # noqa: SIM905 - one line reads better
# A dash behind a number, a letter or a unit joins: 3-5%, A-12件, 3万元-5万元.
_JOINS = re.compile("[0-9A-Za-z%％‰元万亿—–~～）)\\-−－]")
_BEARS = frozenset("担背肩抱自承欠辜减正胜重降")  # 担负30万元, 减负19亿元, 正负0.1个百分点
# Before a count the dash is more often a mark of a list; behind such words it is a minus.
_TELLS_MINUS = re.compile("[为是比年月至到额余差口量数（(]")
_ALWAYS: Final = frozenset(("rate", "points", "money"))


def with_sign(text: str, amount: Amount) -> Amount:
    """Return *amount* with the minus before it, if there is one, taken in.

    >>> with_sign("同比-3.2%", Amount(3, 7, 3.2, "%", "rate"))[:3]
    (2, 7, -3.2)
    """
    width = _width_of_sign(text, amount)
    if not width:
        return amount
    high = None if amount.value_max is None else -amount.value
    low = amount.value if amount.value_max is None else amount.value_max
    return amount._replace(start=amount.start - width, value=-low, value_max=high)


def _width_of_sign(text: str, amount: Amount) -> int:
    sign = text[amount.start - 1 : amount.start]
    if amount.unit in _DEGREES and (sign in _MINUS or text[max(0, amount.start - 2) : amount.start] == "零下"):
        return 2 if sign == "下" else int(not _is_joined(text, amount.start - 1))
    if sign not in _MINUS or _is_joined(text, amount.start - 1):
        return 0
    if amount.kind in _ALWAYS:
        return int(amount.start > 1 or amount.unit == "%")
    return int(sign != "负" and bool(_TELLS_MINUS.match(text, max(0, amount.start - 2))))


def _is_joined(text: str, position: int) -> bool:
    before = text[position - 1 : position] if position else ""
    return bool(before) and (before in _BEARS if text[position] == "负" else bool(_JOINS.match(before)))


_BRACKETED = re.compile(r"(?P<number>\d[\d,，]*(?:\.\d+)?)[）)](?P<scale>[万亿]{0,2})元")


def read_bracketed(text: str, position: int) -> Amount | None:
    """Read a number in brackets whose unit stands behind them, as accountants write what is below nought.

    >>> read_bracketed("利润（350.6）万元", 3)[:3], read_bracketed("（350.6万元）", 1)
    ((2, 11, -3506000.0), None)
    """
    found = _BRACKETED.match(text, position) if text[position - 1 : position] in ("（", "(") else None
    value = parse_numeral(found["number"] + found["scale"]) if found else None
    return Amount(position - 1, found.end(), -value, "元", "money") if found and value else None
