"""One amount at one place: a numeral with its unit, a share, a rank or a date, without the words around it."""

from __future__ import annotations

import re
from typing import Final

from mingcha.pipeline.amount import Amount
from mingcha.pipeline.bare_money import read_bare_money, read_hundred_millions
from mingcha.pipeline.dates import read_date
from mingcha.pipeline.numerals import BLANK, NUMBER, Numeral, read_numeral
from mingcha.pipeline.ranks import read_end_rank, read_rank
from mingcha.pipeline.shares import read_share
from mingcha.pipeline.units import UNIT, unit_name

# 一 before other measure words is mostly an article (一个, 一种, 一张), not a count.
_ONE_COUNTS: Final = frozenset("件户人名家次趟遍例亩台辆")
_VAGUE_ONE = re.compile("[这那每某另任哪其同统唯单逐专划归惟之独又再上下前后有新多一何]$")
_NOT_ONE = re.compile("(?:没有?|从未|从不|不曾|未曾)[^，。；、]{0,6}$")  # 没有开过一次会: not even once
_COUNTED_ONE = re.compile("(?:仅|只|共|仅有|只有|共有|计)$")

# “四个办”: a counted thing in quotation marks is the name of a program; 三番五次 is a phrase.
_HERD: Final = frozenset("牛猪羊驴马骡鹿")
_SET_OFF: Final = frozenset("“《「『番")
_SET_PHRASES = re.compile(
    "[一二两三四五六七八九十]个(?=[一二三四五六七八九十两])|两个(?:维护|确立|责任|务必|健康|毫不|结合)|三个(?:代表|区分|务必)"
    "|四个(?:意识|自信|全面|伟大|服从|最严)|六个必须|一个(?:中心|中国|声音)|八项规定|六项纪律|四项基本|[三四五]位一体|三次产业|四种形态"
    "|[四五]套班子|七天无理由|三天(?:两头|打[鱼渔])|五次三番|一次(?:性|次)|一年(?:一度|四季|到头|之计)|一天到晚|一家(?:之言|亲|一)"
    "|一条(?:龙|心|线)|一名一|一[人户企村事案件项县镇街校院厂品局](?=一)|十年(?:如一日|树木)|[一两]面[人派]|三人(?:成虎|行必)"
    "|七个有之|一(?P<again>[遍次趟轮回])又一(?P=again)|一块[去来儿]|一起|一件件|一票否决|一(?P<twice>.)一(?P=twice)|[一二三四五]期|一本(?:正经|通|账)|一张(?:网|蓝图|表|图)|一门(?:心思|式)|一层(?:次|楼)"
)
_MEASURED = re.compile(
    rf"(?P<low>{NUMBER}){BLANK}"
    rf"(?:(?P<low_unit>{UNIT})?{BLANK}(?:——|[-—–~～至到]){BLANK}(?P<high>{NUMBER}){BLANK})?"
    rf"(?P<unit>{UNIT})(?P<tail>多(?![次个名方种样元年部家人层项头数])|(?<=[年月天])余(?![额款量地]))?"
)
_SINGLE = re.compile(
    rf"(?P<low>{NUMBER}){BLANK}(?P<unit>{UNIT})(?P<tail>多(?![次个名方种样元年部家人层项头数])|(?<=[年月天])余(?![额款量地]))?"
)
_HALF = re.compile("半个?(?P<unit>年(?![度报级])|月(?![谈刊报])|天|小时|学期|钟头)(?P<tail>多(?![次个]))?")
_AFTER = re.compile(f"{BLANK}(?:(?P<more>以上|之多|有余)|(?P<less>以下|以内)|(?P<about>左右|上下))")
_SECOND_PART = re.compile(rf"[零又]?{BLANK}(?P<number>{NUMBER}){BLANK}(?P<unit>个月|分钟)(?!以)")
_PARTS: Final = {("年", "个月"): (12, "月"), ("小时", "分钟"): (60, "分钟")}

_WORDS_BEFORE: Final = {
    "more": "不少于 不低于 不小于 至少 超过 多于 大于 高于 突破 不下 超 逾",
    "less": "不超过 未超过 不高于 不大于 不到 不足 未满 不满 少于 低于 小于 至多 最多 不超 未超",
    "nearly": "将近 接近 近",
    "about": "大约 大概 约",
}
_BEFORE: Final = {word: name for name, words in _WORDS_BEFORE.items() for word in words.split()}
_OTHER_WORDS = re.compile("[最附临邻远靠]近$|[节预合制违签履]约$|赶超$")
_RECENT = re.compile("(?:^|[，。；、：！？\n（(“ ]|最|在|对|从|据|其)近$")
_LASTED = re.compile("[了达长时历用拖等续停欠工]近$")

_IN_CODE = re.compile(r"[A-Za-z×〔\[#＃№*]$|\d[:：/.,]$|[A-Za-z\d][-_—]$|(?:\d[时点分])$")
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
    if _IN_CODE.search(before) and not _LIST_MARK.search(before):
        return None
    found = (
        read_end_rank(text, position)
        or _read_share(text, position)
        or _read_half(text, position)
        or read_hundred_millions(text, position)
        or _read_measured(text, position)
        or read_bare_money(text, position)
    )
    return found and _approximated(text, found)


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
    approximator = "more" if match["tail"] else vague
    start = position - 1 if vague else position
    return Amount(start, match.end(), 0.5, match["unit"], "duration", approximator=approximator)


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
    numeral = _numeral(match)
    if numeral is None or _is_no_count(text, match):
        return None
    unit, kind = unit_name(match["unit"])
    start, value = match.start(), numeral.value
    if _holds_list_mark(text, match, kind):
        start = text.index(".", start) + 1
        value = float(text[start : match.end("low")])
    half = 0.5 if kind == "duration" and "半" in match["unit"] else 0.0
    open_ended = match["tail"] or (kind == "duration" and re.search("[多余]", match["unit"]))
    approximator = "more" if open_ended else numeral.approximator
    amount = Amount(start, match.end(), value + half, unit, kind, numeral.value_max, approximator)
    if kind == "rate" and unit == "%" and re.search(r"(?<![\d%A-Za-z])[-−负]$", text[max(0, start - 2) : start]):
        return amount._replace(start=start - 1, value=-value)
    return _with_second_part(text, amount, match["unit"])


def _numeral(match: re.Match[str]) -> Numeral | None:
    """Read the number or the two of a range; 5至10万 shares the 万, 5万至10万 has it twice."""
    low, high = match["low"], match.groupdict().get("high")
    numeral = read_numeral(low)
    if numeral is None or high is None:
        return numeral
    upper = read_numeral(high)
    if upper is None or upper.value_max is not None or numeral.value_max is not None:
        return None
    scale = re.search("[万亿]+$", high)
    if scale and not re.search("[万亿]", low) and not match["low_unit"]:
        shared = read_numeral(low + scale[0])
        numeral = shared if shared and shared.value < upper.value else numeral
    if numeral.value >= upper.value:
        return None
    return Numeral(numeral.value, upper.value, numeral.approximator or upper.approximator)


def _is_no_count(text: str, match: re.Match[str]) -> bool:
    """Tell whether a numeral with a measure word is a set phrase, an article or a bare 万 as in 万元."""
    low, unit, start = match["low"], match["unit"], match.start()
    if low[0].isdigit():
        return unit.startswith("年") and bool(re.search(r"\.\d\d", low))
    before = text[max(0, start - 3) : start]
    if low[0] in "百千万亿" and not _is_counted_magnitude(low, unit, before):
        return True
    if unit == "头" and text[match.end() : match.end() + 1] not in _HERD:
        return True
    if unit == "分" and not re.search("[得扣加减评打满计为达高低]$", before):
        return True
    if _SET_PHRASES.match(text, start) or before[-2:] in ("民国", "民國"):
        return True
    if before[-1:] in _SET_OFF and unit_name(unit)[1] == "count":
        return True
    return low == "一" and (_is_article(unit, before) or bool(_NOT_ONE.search(text, max(0, start - 9), start)))


def _is_counted_magnitude(low: str, unit: str, before: str) -> bool:
    money = unit == "元" and len(low) > 1
    return (
        money
        or low == "百十"
        or bool(re.search("[余多]", low))
        or bool(re.search("[近超逾过约上成]$|接近|超过|不足", before))
    )


def _is_article(unit: str, before: str) -> bool:
    if _COUNTED_ONE.search(before):
        return False
    return (unit_name(unit)[1] == "count" and unit not in _ONE_COUNTS) or bool(_VAGUE_ONE.search(before))


def _holds_list_mark(text: str, match: re.Match[str], kind: str) -> bool:
    """Tell whether the whole part of 1.12个 is the number of a list entry: nobody counts 1.12 villages."""
    if kind != "count" or not re.fullmatch(r"\d{1,2}\.\d+", match["low"]):
        return False
    return bool(re.search(r"(?:^|[\n。；：:])\s*$", text[max(0, match.start() - 4) : match.start()]))


def _with_second_part(text: str, amount: Amount, unit: str) -> Amount:
    """Join 一年零两个月 into 14 月 and 2小时30分钟 into 150 分钟."""
    second = _SECOND_PART.match(text, amount.end)
    part = second and _PARTS.get((unit, second["unit"]))
    numeral = read_numeral(second["number"]) if second and part else None
    if second is None or part is None or numeral is None:
        return amount
    factor, name = part
    return amount._replace(end=second.end(), value=amount.value * factor + numeral.value, unit=name)


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
    if text[amount.start - 1 : amount.start] in ("上", "过", "成") and text[amount.start] in "百千万亿半":
        return amount._replace(start=amount.start - 1, approximator="more")
    return amount


def _is_recent(text: str, amount: Amount) -> bool:
    """Tell whether 近三年 means the last three years and not almost three."""
    if amount.kind != "duration":
        return False
    before = text[max(0, amount.start - 3) : amount.start]
    return not _LASTED.search(before) if amount.unit == "年" else bool(_RECENT.search(before))
