"""One amount at one place: a numeral with its unit, a share, a rank or a date, without the words around it."""

from __future__ import annotations

import re
from typing import Final

from mingcha.pipeline.amount import Amount
from mingcha.pipeline.bare_money import read_bare_money, read_spoken_money
from mingcha.pipeline.colloquial import read_colloquial
from mingcha.pipeline.currencies import currency_before, with_currency
from mingcha.pipeline.dates import read_date
from mingcha.pipeline.joined_amounts import with_second_part
from mingcha.pipeline.numerals import BLANK, NUMBER, read_range
from mingcha.pipeline.ranks import read_end_rank, read_rank
from mingcha.pipeline.set_phrases import counts_nothing
from mingcha.pipeline.shares import read_share
from mingcha.pipeline.signs import read_bracketed, with_sign
from mingcha.pipeline.units import UNIT, unit_name

_MEASURED = re.compile(
    rf"(?P<low>{NUMBER}){BLANK}"
    rf"(?:(?P<low_unit>{UNIT})?{BLANK}(?:——|[-—–~～至到]){BLANK}(?P<high>{NUMBER}){BLANK})?"
    rf"(?P<unit>{UNIT})(?P<tail>多(?![次个名方种样元年部家人层项头数])|(?<=[年月天])余(?![额款量地]))?"
)
_SINGLE = re.compile(
    rf"(?P<low>{NUMBER}){BLANK}(?P<unit>{UNIT})(?P<tail>多(?![次个名方种样元年部家人层项头数])|(?<=[年月天])余(?![额款量地]))?"
)
_HALF = re.compile(
    "半(?:个(?P<mid>多)?)?(?P<unit>年(?![度报级])|月(?![谈刊报])|天|小时|学期|钟头|亩|公里|里(?=[地路])|吨|公?斤(?!八两))(?P<tail>多(?![次个]))?"
)
_AFTER = re.compile(
    f"{BLANK}(?:（含[^）]{{0,8}}）)?(?:[及或](?=以))?(?:(?P<more>以上|之多|有余|出头|开外|挂零|冒头)|(?P<less>以下|以内)|(?P<about>左右|上下))"
)

_WORDS_BEFORE: Final = {
    "more": "不少于 不低于 不小于 至少 最少 不止 超过 多于 大于 高于 突破 不下 超 逾",
    "less": "不超过 未超过 不高于 不大于 不到 不足 未满 不满 少于 低于 小于 至多 最多 不超 未超",
    "nearly": "将近 接近 近",
    "about": "差不多 大约 大概 约莫 约",
}
_BEFORE: Final = {word: name for name, words in _WORDS_BEFORE.items() for word in words.split()}
_OTHER_WORDS = re.compile("[最附临邻远靠]近$|[节预合制违签履]约$|赶超$")
_RECENT = re.compile("(?:^|[，。；、：！？\n（(“ ]|最|在|对|从|据|其)近$")
_LASTED = re.compile("[了达长时历用拖等续停欠工]近$")

# 小两万 is less than two of them; 大小一百家, 缩小三百亩 are other words.
_LITTLE = re.compile(
    "[^大中缩减变微狭弱矮较过最从偏短略窄缩幼老国小]?小(?:[一两二三四五六七八九]?[十百千万]+(?![一二三四五六七八九])|[一两二三四五六七八九]年(?![级段]))"
)
_IN_CODE = re.compile(
    r"[A-Za-z×〔\[#＃№*]$|\d[:：/.,]$|[A-Za-z\d][-_—]$|(?:\d[时点分])$|第[\d一二三四五六七八九十、]{1,6}[至到—、和及-]$|[A-Za-z]\d{1,4}\+$"
)
_LIST_MARK = re.compile(r"(?:^|(?<=[\n。；：:]))\s*\d{1,2}\.$")


def read_amount(text: str, position: int) -> Amount | None:
    """Return the amount whose numeral begins at *position* of *text*, ``None`` where there is none.

    >>> amount = read_amount("惠及2400多名群众", 2)
    >>> amount.value, amount.unit, amount.approximator, amount.end
    (2400.0, '名', 'more', 8)
    """
    before = text[max(0, position - 8) : position]
    if before.endswith("第"):
        return read_rank(text, position - 1)
    dating = read_date(text, position)
    if dating is not None and not re.search(r"[A-Za-z\d][-_/]?$", before):
        return Amount(position, dating.end, dating.value, "日期", "date", dating.value_max)
    if _IN_CODE.search(before) and not (_LIST_MARK.search(before) or currency_before(text, position)):
        return None
    found = (
        read_end_rank(text, position)
        or _read_share(text, position)
        or _read_half(text, position)
        or read_colloquial(text, position)
        or read_spoken_money(text, position)
        or _read_measured(text, position)
        or read_bracketed(text, position)
        or read_bare_money(text, position)
    )
    return found and _with_words_before(text, found)


def _with_words_before(text: str, amount: Amount) -> Amount:
    """Take in sign, currency and approximation; 人民币约3万元 has the currency first, 约人民币3万元 last."""
    amount = with_currency(text, with_sign(text, amount))
    whole = _approximated(text, amount)
    return whole if whole.start == amount.start else with_currency(text, whole)


def _read_share(text: str, position: int) -> Amount | None:
    share = read_share(text, position)
    if share is None:
        return None
    return Amount(
        share.start, share.end, share.value, "%", "rate", share.value_max, share.approximator, rising=share.rising
    )


def _read_half(text: str, position: int) -> Amount | None:
    match = _HALF.match(text, position)
    if match is None or text[max(0, position - 1) : position] in ("上", "下", "前", "后", "多", "每"):
        return None
    vague = {"大": "more", "小": "less"}.get(text[max(0, position - 1) : position])  # 大半年 is more than half of one
    approximator = "more" if match["tail"] or match["mid"] else vague
    start = position - 1 if vague else position
    return Amount(start, match.end(), 0.5, *unit_name(match["unit"]), approximator=approximator)


def _read_measured(text: str, position: int) -> Amount | None:
    from_to = text[max(0, position - 1) : position] in ("由", "从")
    match = (None if from_to else _MEASURED.match(text, position)) or _SINGLE.match(text, position)
    if match is None:
        return None
    parts = match.groupdict()
    if parts.get("low_unit") not in (None, parts["unit"]):
        match = _SINGLE.match(text, position)
        return _measured(text, match) if match else None
    return _measured(text, match)


def _measured(text: str, match: re.Match[str]) -> Amount | None:
    parts = match.groupdict()
    numeral = read_range(match["low"], parts.get("high"), alike=bool(parts.get("low_unit")))
    if numeral is None or counts_nothing(text, match):
        return None
    unit, kind = unit_name(match["unit"])
    start, value = match.start(), numeral.value
    if _holds_list_mark(text, match, kind):
        start = text.index(".", start) + 1
        value = float(text[start : match.end("low")])
    half = 0.5 if kind == "duration" and "半" in match["unit"] else 0.0
    approximator = _vagueness(match, kind) or numeral.approximator
    amount = Amount(start, match.end(), value + half, unit, kind, numeral.value_max, approximator)
    return with_second_part(text, amount)


def _vagueness(match: re.Match[str], kind: str) -> str | None:
    """Return what 多, 余 or 来 in or behind the unit says: 3个多月, 两年多, 一个来月."""
    if match["tail"] or (kind == "duration" and re.search("[多余]", match["unit"])):
        return "more"
    return "about" if kind == "duration" and "来" in match["unit"] else None


def _holds_list_mark(text: str, match: re.Match[str], kind: str) -> bool:
    """Tell whether the whole part of 1.12个 is the number of a list entry: nobody counts 1.12 villages."""
    if kind != "count" or not re.fullmatch(r"\d{1,2}\.\d+", match["low"]):
        return False
    return bool(re.search(r"(?:^|[\n。；：:])\s*$", text[max(0, match.start() - 4) : match.start()]))


def _approximated(text: str, amount: Amount) -> Amount:
    """Take in 近, 超过, 不到 before the numeral and 以上, 左右 behind the unit."""
    if after := _AFTER.match(text, amount.end):
        amount = amount._replace(end=after.end(), approximator=after.lastgroup)
    for length in (3, 2, 1):
        word = text[max(0, amount.start - length) : amount.start]
        approximator = _BEFORE.get(word)
        if approximator is None or _OTHER_WORDS.search(text[max(0, amount.start - 2) : amount.start]):
            continue
        if word == "近" and _is_recent(text, amount):
            return amount
        return amount._replace(start=amount.start - len(word), approximator=approximator)
    if text[amount.start - 1 : amount.start] in ("上", "过", "成", "破") and text[amount.start] in "百千万亿半":
        return amount._replace(start=amount.start - 1, approximator="more")
    if text[amount.start - 1 : amount.start] == "小" and _LITTLE.match(text, max(0, amount.start - 2)):
        return amount._replace(start=amount.start - 1, approximator="less")
    return amount


def _is_recent(text: str, amount: Amount) -> bool:
    """Tell whether 近三年 means the last three years and not almost three."""
    if amount.kind != "duration":
        return False
    before = text[max(0, amount.start - 3) : amount.start]
    return not _LASTED.search(before) if amount.unit == "年" else bool(_RECENT.search(before))
