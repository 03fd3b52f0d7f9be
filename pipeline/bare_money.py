"""Money told without 元: 一点八六个亿, 投入资金300万, 尾款一亿二, 拨了六十万."""

from __future__ import annotations

import re

from mingcha.pipeline.amount import Amount
from mingcha.pipeline.numerals import NUMBER, read_numeral

_MONEY_WORD = re.compile(
    "(?:资金|投资|投入|补助|经费|税收|收入|货款|贷款|工程款|欠款|拨款|罚款|利润|产值|补贴|工资|尾款|欠|债|还|退|投|出|拨|贷|借|给|花|赔|捐"
    "|掏|挣|亏|赚|值|付|交|罚|收|追加|利息)[^，。；、]{0,6}$"
)
_MONEY_BEHIND = "(?:的)?(?:启动资金|资金|工程款|货款|贷款|补偿款|补助|欠款|罚款|债务|利润|经费)"
_BARE_MONEY = re.compile(
    rf"(?P<low>{NUMBER})(?<=[万亿余多一二三四五六七八九])(?=[，。；、！？,;）)\s]|$|左右|以上|(?P<noun>{_MONEY_BEHIND}))"
)
_HUNDRED_MILLIONS = re.compile(rf"(?P<low>{NUMBER})个亿(?:元)?")
_MAGNITUDE = re.compile("[万亿]")


def read_hundred_millions(text: str, position: int) -> Amount | None:
    """Read 一点八六个亿, as money is told by mouth."""
    match = _HUNDRED_MILLIONS.match(text, position)
    numeral = read_numeral(match["low"]) if match else None
    if match is None or numeral is None:
        return None
    high = None if numeral.value_max is None else round(numeral.value_max * 10**8, 2)
    return Amount(position, match.end(), round(numeral.value * 10**8, 2), "元", "money", high, numeral.approximator)


def read_bare_money(text: str, position: int) -> Amount | None:
    """Read 投入资金300万, which leaves the 元 unsaid."""
    match = _BARE_MONEY.match(text, position)
    if match is None or not _MAGNITUDE.search(match["low"]):
        return None
    if not match["noun"] and not _MONEY_WORD.search(text[max(0, position - 14) : position]):
        return None
    numeral = read_numeral(match["low"])
    if numeral is None:
        return None
    return Amount(position, match.end(), numeral.value, "元", "money", numeral.value_max, numeral.approximator)
