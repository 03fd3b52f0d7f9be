"""Names and signs of currencies before a number: 人民币3万元, RMB 3,500元, ¥86,400, US$35万, 新台币50万元."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mingcha.pipeline.amount import Amount

# What stands before the number, and the unit of the money that it names.
_CURRENCIES: Final = {
    **dict.fromkeys(("￥", "¥", "RMB￥", "RMB¥", "RMB", "rmb", "CNY", "人民币￥", "人民币¥", "人民币"), "元"),
    **dict.fromkeys(("US$", "USD", "USD$", "$", "＄"), "美元"),
    **dict.fromkeys(("HK$", "HKD"), "港元"),
    **dict.fromkeys(("€", "EUR"), "欧元"),
    **dict.fromkeys(("£", "GBP"), "英镑"),
    **dict.fromkeys(("NT$", "新台币"), "新台币"),
    "JPY": "日元",
    "港币": "港币",
    "美元": "美元",
    "欧元": "欧元",
}
_LAST: Final = frozenset(name[-1] for name in _CURRENCIES)
_BEFORE = re.compile(f"(?P<name>{'|'.join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))})[ \u00a0]?$")
_LONGEST = 6


def currency_before(text: str, position: int) -> tuple[int, str] | None:
    """Return where the name or sign of a currency right before *position* begins, and the unit it stands for.

    >>> currency_before("押金RMB 2000", 6), currency_before("押金2000", 2)
    ((2, '元'), None)
    """
    last = text[position - 1 : position]
    if last in (" ", "\u00a0"):
        last = text[position - 2 : position - 1]
    if last not in _LAST:
        return None
    start = max(0, position - _LONGEST)
    found = _BEFORE.search(text[start:position])
    return (start + found.start(), _CURRENCIES[found["name"]]) if found else None


def with_currency(text: str, amount: Amount) -> Amount:
    """Take in the currency before an amount in 元: 人民币 is part of its words, 新台币 its unit as well."""
    if amount.kind != "money" or amount.unit not in ("元", "圆"):
        return amount
    found = currency_before(text, amount.start)
    return amount if found is None else amount._replace(start=found[0], unit=found[1])
