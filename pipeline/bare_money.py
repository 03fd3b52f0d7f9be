"""Money told without 元: 一点八六个亿, 两个多亿, 三百块, 尾款一亿二, 投入资金300万, ￥12,300."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.amount import Amount
from mingcha.pipeline.currencies import currency_before
from mingcha.pipeline.numerals import BLANK, NUMBER, Numeral, read_numeral, read_range

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONEY_NOUN = (
    "资金|投资|投入|补助|经费|税收|收入|营收|货款|贷款|工程款|欠款|存款|工钱|拨款|罚款|利润|产值|总值|补贴|工资|[月年]薪|尾款|押金|债务|资产|预算"
    "|造价|总价|概算|估算|销售额|交易额|总额|余额|成交额|合同额|GDP|资本|彩礼|礼金|房租|租金|保费|授信|积蓄|家底|造价|报价|[^免消浪]费"
)
_MONEY_WORD = re.compile(
    f"(?:{_MONEY_NOUN}|欠|债|还|退|投|卖|出(?!头)|拨|贷|借|给|花|赔|捐|掏|挣|亏|赚|值|付|交|罚|收|追加|利息|人民币|缺口|烧掉|凑|筹|垫|领|赊|到手|开支|报销|列支|补助?|搭进去)[^，。；、]{{0,6}}$"
)
# Right behind such a word no 元 and no pause is needed: 欠款三十多万没还.
_MONEY_RIGHT_BEFORE = re.compile(
    f"(?:{_MONEY_NOUN}|[欠拨投借贷罚赔付花给挣卖]了?)(?:了|是|为|共|约|近|达|到|有|才|只|仅|突破|超过|到位|还有)?$"
)
_MONEY_BEHIND = "(?:的)?(?:启动资金|资金|工程款|货款|贷款|补偿款|补助|欠款|罚款|债务|利润|经费)"
_BARE_MONEY = re.compile(
    rf"(?P<low>{NUMBER})(?:(?:[-—~～至到]|——)(?P<high>{NUMBER}))?(?<=[千万亿余多来几把一二三四五六七八九])"
    rf"(?=[，。；、！？,;）)\s]|$|左右|上下|以上|以下|以内|出头|不等|不止|的[，。]|(?P<noun>{_MONEY_BEHIND}))"
)
_HUNDRED_MILLIONS = re.compile(rf"(?P<low>{NUMBER})个(?P<more>多)?亿(?P<tail>多)?元?")
# 三百块 is money behind a word of money or before one; 三百块展板 are things.
_PIECES = re.compile(
    rf"(?P<low>{NUMBER})块(?:(?P<digit>[一二两三四五六七八九\d])(?:[毛角](?:(?P<cent>[一二三四五六七八九\d])分?)?)?(?![一二三四五六七八九十百千\d.毛角]))?(?P<tail>多)?(?P<money>钱)?"
    "(?P<noun>的?(?:押金|补助|补贴|饭补|工资|奖金|罚款|保证金|工钱|本钱))?"
)
# Beside bare numbers less is enough to doubt it: 一年多了三万二, 一年运送旅客两百万.
_PRICE_BEFORE = re.compile(
    "(?:每|一)(?:[斤亩吨次张份套平头只条趟方桌位盘顿课车箱袋瓶棵株户]|人次?)子?[^，。；、多少增减比]{0,3}$"
    "|(?:每|一)个?[天月年][^，。；、多少增减比]{0,2}$"
)
_PIECES_END = re.compile("[，。；、！？）]|$|左右|上下|以上|以下|一[斤亩吨个次天张人月年份户套]|的|都|也|，|[涨降跌]")
_PRICED = re.compile("(?:每|一)[斤亩吨个次天张人月年份户套平头只条件趟方桌位盘晚顿课车箱袋瓶棵株]子?[^，。；、]{0,4}$")
# With a unit behind it the number is read like any other and the currency taken in; 人民币一般 is no amount.
_SIGNED = re.compile(rf"(?P<low>(?>{NUMBER}))(?<=[\d十百千万亿拾佰仟余多来])(?!{BLANK}[元圆美欧港日英至到—~-])")
_SHORT = re.compile("[百千](?:[一二三四五六七八九]|好几|[把来多])$")
_MAGNITUDE = re.compile("[万亿]")
_THOUSANDS = re.compile("千[余多]?$")
_FAR = 24
_LARGE = re.compile("[百千万]")
_IN_PIECES = re.compile("[石砖板牌瓦碑匾屏田地饼糕肉表池布玉璃煤炭条桩][共约有了计近]?$")
_NO_MONEY = re.compile("[级字里分元]")
_OPEN = re.compile(rf"(?P<low>{NUMBER})(?:(?<=[万亿余多来])|(?<=[万亿][一二三四五六七八九]))")


def read_spoken_money(text: str, position: int) -> Amount | None:
    """Read money whose own words tell it: 一点八六个亿, 三块五, 两百块钱, ￥2.5万.

    >>> amount = read_spoken_money("两个多亿", 0)
    >>> amount.value, amount.unit, amount.approximator, amount.end
    (200000000.0, '元', 'more', 4)
    """
    ahead = text[position : position + _FAR]
    return (
        ("个" in ahead and _read_hundred_millions(text, position))
        or ("块" in ahead and _read_pieces(text, position))
        or _read_signed(text, position)
        or None
    )


def read_bare_money(text: str, position: int) -> Amount | None:
    """Read 投入资金300万, which leaves the 元 unsaid."""
    before = text[max(0, position - 14) : position]
    right_behind = bool(_MONEY_RIGHT_BEFORE.search(before))
    match = _BARE_MONEY.match(text, position) or (_OPEN.match(text, position) if right_behind else None)
    if (
        match is None
        or _NO_MONEY.match(text, match.end())
        or (match.groupdict().get("high") and before[-1:] in ("由", "从"))
    ):
        return None
    low, high = match["low"], match.groupdict().get("high")
    large = _MAGNITUDE.search(high or low) or _SHORT.search(low) or (right_behind and _THOUSANDS.search(low))
    told = right_behind or match.groupdict().get("noun") or _MONEY_WORD.search(before) or _PRICE_BEFORE.search(before)
    numeral = read_range(low, high) if large and told else None
    return _money(position, match.end("high" if high else "low"), numeral) if numeral else None


def _read_hundred_millions(text: str, position: int) -> Amount | None:
    match = _HUNDRED_MILLIONS.match(text, position)
    numeral = read_numeral(match["low"]) if match else None
    if match is None or numeral is None:
        return None
    high = None if numeral.value_max is None else round(numeral.value_max * 10**8, 2)
    vague = "more" if match["more"] or match["tail"] else numeral.approximator
    return _money(position, match.end(), Numeral(round(numeral.value * 10**8, 2), high, vague))


def _read_pieces(text: str, position: int) -> Amount | None:
    match = _PIECES.match(text, position)
    numeral = read_numeral(match["low"]) if match else None
    told = match is not None and (match["low"] != "一" or match["digit"] or match["money"])
    if match is None or numeral is None or not told or not any(_signs_of_money(text, match)):
        return None
    tenths = read_numeral(match["digit"]) if match["digit"] else None
    cents = read_numeral(match["cent"]) if match["cent"] else None
    value = round(numeral.value + (tenths.value / 10 if tenths else 0) + (cents.value / 100 if cents else 0), 2)
    end = match.start("noun") if match["noun"] else match.end()
    vague = "more" if match["tail"] else numeral.approximator
    return _money(position, end, Numeral(value, numeral.value_max, vague))


def _signs_of_money(text: str, match: re.Match[str]) -> Iterator[bool]:
    yield bool(match["money"] or match["noun"])
    ends = bool(_PIECES_END.match(text, match.end()))
    yield ends and (_is_money(text, match.start()) or bool(match["digit"] or _is_large(text, match)))
    yield ends and bool(_PRICED.search(text[max(0, match.start() - 7) : match.start()]))


def _is_large(text: str, match: re.Match[str]) -> bool:
    """Tell 赔了三百块 from 条石二百余块: hundreds are money, but not of what comes in pieces."""
    return bool(_LARGE.search(match["low"])) and not _IN_PIECES.search(text[max(0, match.start() - 2) : match.start()])


def _read_signed(text: str, position: int) -> Amount | None:
    currency = currency_before(text, position)
    match = _SIGNED.match(text, position) if currency else None
    numeral = read_numeral(match["low"]) if match else None
    if currency is None or match is None or numeral is None:
        return None
    return _money(currency[0], match.end(), numeral)._replace(unit=currency[1])


def _is_money(text: str, position: int) -> bool:
    return bool(_MONEY_WORD.search(text[max(0, position - 14) : position]))


def _money(start: int, end: int, numeral: Numeral) -> Amount:
    return Amount(start, end, numeral.value, "元", "money", numeral.value_max, numeral.approximator)
