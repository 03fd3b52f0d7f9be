"""Amounts told in two units, of which the second only refines the first: 一年零两个月, 2小时20分, 三亩二分, 一米八."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mingcha.pipeline.numerals import BLANK, DIGITS, NUMBER, parse_numeral, read_numeral
from mingcha.pipeline.units import unit_name

if TYPE_CHECKING:
    from mingcha.pipeline.amount import Amount

_SECOND = re.compile(
    rf"[零又]?{BLANK}(?P<number>{NUMBER}){BLANK}(?P<unit>个月|分钟|分(?![钟之数别类公工为])|秒钟?|两(?![个条名天])|尺|寸|厘米)(?!以)"
)
# First unit, second unit: how much of the joined unit each is, and its name.
_PARTS: Final = {
    ("年", "个月"): (12, 1, "月"),
    ("小时", "分钟"): (60, 1, "分钟"),
    ("小时", "分"): (60, 1, "分钟"),
    ("钟头", "分钟"): (60, 1, "分钟"),
    ("分钟", "秒"): (60, 1, "秒"),
    ("分", "秒"): (60, 1, "秒"),
    ("亩", "分"): (1, 0.1, "亩"),
    ("斤", "两"): (1, 0.1, "斤"),
    ("丈", "尺"): (1, 0.1, "丈"),
    ("尺", "寸"): (1, 0.1, "尺"),
    ("米", "厘米"): (1, 0.01, "米"),
}
_COIN = f"[{DIGITS}\\d]"
_COINS = re.compile(rf"(?:(?P<tenths>{_COIN})角(?:零?(?P<cents>{_COIN})分)?|零?(?P<only>{_COIN})分(?![之数别钟]))")
_DIGIT = re.compile("(?P<digit>\\d\\d|[1-9一二三四五六七八九])(?=[，。；、！？高长宽深厚）]|$)")
_HALF = re.compile("半(?![径山天年个月夜日小数成岛边])")
_REFINED: Final = frozenset("米亩斤里丈尺倍吨") | {"公里", "公斤"}


def with_second_part(text: str, amount: Amount) -> Amount:
    """Join the part that follows *amount*; an amount that nothing follows stays as it is.

    >>> from mingcha.pipeline.amount import Amount
    >>> with_second_part("一年零两个月", Amount(0, 2, 1.0, "年", "duration"))[1:4]
    (6, 14.0, '月')
    """
    if amount.value_max is not None or amount.approximator is not None:
        return amount
    if amount.kind == "money":
        return _with_coins(text, amount)
    joined = _with_lesser_unit(text, amount)
    return with_second_part(text, joined) if joined else _with_digit(text, amount) or amount


def _with_lesser_unit(text: str, amount: Amount) -> Amount | None:
    second = _SECOND.match(text, amount.end)
    part = second and _PARTS.get((amount.unit, _bare(second["unit"])))
    numeral = read_numeral(second["number"]) if second and part else None
    if second is None or part is None or numeral is None or numeral.value_max is not None:
        return None
    first_size, second_size, unit = part
    value = round(amount.value * first_size + numeral.value * second_size, 6)
    return amount._replace(end=second.end(), value=value, unit=unit, approximator=numeral.approximator)


def _with_coins(text: str, amount: Amount) -> Amount:
    """Read 三元五角 and 7元6角4分."""
    coins = _COINS.match(text, amount.end) if amount.unit == "元" else None
    if coins is None:
        return amount
    tenths, cents = parse_numeral(coins["tenths"] or "零"), parse_numeral(coins["cents"] or coins["only"] or "零")
    value = round(amount.value + (tenths or 0) / 10 + (cents or 0) / 100, 2)
    return amount._replace(end=coins.end(), value=value)


def _bare(unit: str) -> str:
    return unit if unit == "个月" else unit_name(unit)[0].removesuffix("钟" if unit == "秒钟" else "")


def _with_digit(text: str, amount: Amount) -> Amount | None:
    """Read 一米八 and 两亩半: a last digit is a tenth of the unit."""
    if amount.unit not in _REFINED or amount.value != int(amount.value):
        return None
    if half := _HALF.match(text, amount.end):
        return amount._replace(end=half.end(), value=amount.value + 0.5)
    digit = _DIGIT.match(text, amount.end)
    numeral = read_numeral(digit["digit"]) if digit and amount.unit == "米" else None
    if digit is None or numeral is None:
        return None
    return amount._replace(end=digit.end(), value=round(amount.value + numeral.value / 10 ** len(digit["digit"]), 6))
