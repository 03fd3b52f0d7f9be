"""Figures that only restate others of their sentence: 实到84人，到会率97.7%; 由15件减至9件，下降40%; 19/25=76%."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from mingcha.pipeline.document import Span
from mingcha.pipeline.mismatch import (
    Bounds,
    Mismatch,
    agrees,
    bounds_of,
    is_exact,
    percentage,
    plain,
    printed_percentage,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.quantity import Quantity


class _Rate(NamedTuple):
    """Words of the whole, of its part and of the rate; ``capped``: the part can never be greater than the whole."""

    whole: re.Pattern[str]
    part: re.Pattern[str]
    rate: re.Pattern[str]
    capped: bool = False


def _rate(whole: str, part: str, rate: str, *, capped: bool = False) -> _Rate:
    return _Rate(re.compile(whole), re.compile(part), re.compile(rate), capped)


_RATES = (
    _rate(
        "应到|应参[加会]|应出[席勤]", "实到|到会|实际到会|实际参[加会]", "[到参与]会率|出[勤席]率|参加率", capped=True
    ),
    _rate("发出|发放|印发|发了", "收回|回收", "[回收][收回]率", capped=True),
    _rate("收回|回收|发出|发放|印发", "有效", "有效率", capped=True),
    _rate("应[收缴征]", "[实已][收缴征]|收缴", "[收征][缴收]率|收取率|缴[纳费]率"),
    _rate("抽[查检样]|检[查测]|巡查", "合格|达标", "合格率|达标率"),
    _rate("计划|任务|目标|应完成|应整改", "完成|整改到位", "完成率"),
    _rate("应还|到期", "已还|归还|收回", "回收率|还款率"),
)
_NO_PART = re.compile("未|无效|尚|没|不|待|其余|剩|拟|将|新增|比|较|半年|季度|月|同期")
_OUGHT = re.compile("应[到收参出缴征完整]|计划|任务|目标")
_MOVED = re.compile(
    "[，,（(]?(?:实际)?(?:增长|增加|提高|上升|提升|下降|减少|降低|压缩|缩短|压减|精简)(?:率|了|达到?|为|幅度)*|[，,（(]?[增降减]幅(?:达到?|为)?"
)
_OUT_OF = re.compile("占[^，。；、]{0,8}$")
_DONE = re.compile("[，,](?:其中)?(?:现?已|目前)?(?:完成|办结|整改到位|解决|合格|到位|开工|达标|通过)(?:整改)?")
_SHARE = re.compile("[，,（(]占(?:总数|比)?的?")
_TOTAL = re.compile("[，,](?:(?P<sure>合计|总计|共计|一共)|(?:全[年县市镇区])?共)")
_LISTED = re.compile("[、，,和及](?![^，、]*(?:其中|合计|共|比|每))[^，。；、]{0,8}")
_MAN, _WOMAN = re.compile("[，,]?其中[，,]?男性?|[（(]男性?"), re.compile("[，、,]女性?")
_WRITTEN = re.compile(
    r"(?<![\d.+\-×*÷/=A-Za-z%：:])(?P<terms>\d+(?:\.\d+)?(?:\s*[+＋\-×*÷/]\s*\d+(?:\.\d+)?)+)\s*[=＝]\s*(?P<result>\d+(?:\.\d+)?)\s*(?P<percent>[%％])?"
    r"(?![\d.+\-×*÷/=A-Za-z年月日])"
)
_DATE = re.compile(r"(?:19|20)\d\d[-/]\d{1,2}(?:[-/]\d{1,2})?")
_OPERATION = re.compile(r"[+＋\-×*÷/]|\d+(?:\.\d+)?")


def check_restatements(text: str, sentence: Span, quantities: Sequence[Quantity]) -> Iterator[Mismatch]:
    """Yield what the figures of one *sentence* restate wrongly; *quantities* are its own, without dates.

    Figures rounded to 万 or to a decimal are held to no more than they were printed with; where a rate may refer to
    either of two wholes (有效率 to what went out or what came back), it is wrong only if it fits neither.
    """
    leads = _leads(text, sentence, quantities)
    for rule in _RATES:
        yield from _check_rate(rule, quantities, leads)
    for place in range(1, len(quantities)):
        yield from _check_change(text, quantities, leads, place)
        yield from _check_share_of(quantities, leads, place)
        yield from _check_share(quantities, leads, place)
        yield from _check_total(quantities, leads, place)
        yield from _check_men_and_women(quantities, leads, place)


def check_written(text: str) -> Iterator[Mismatch]:
    """Yield what is reckoned out wrongly with signs: 19/25=78%, 120×0.15=20."""
    for match in _WRITTEN.finditer(text):
        value = _evaluated(_OPERATION.findall(match["terms"]))
        stated = Decimal(match["result"])
        if value is None or not re.search(r"[-×*÷/]", match["terms"]) or _DATE.fullmatch(match["terms"]):
            continue
        computed = Decimal(value.numerator) / Decimal(value.denominator) * (100 if match["percent"] else 1)
        if not agrees(Bounds(computed, computed), stated):
            shown = f"{plain(round(computed, 2))}{match['percent'] or ''}"
            words = f"“{match['terms']}”应等于{shown}，文中写作{match['result']}{match['percent'] or ''}，请核对。"
            yield Mismatch(Span(*match.span()), float(stated), float(round(computed, 4)), words)


def _evaluated(tokens: list[str]) -> Fraction | None:
    """Reckon × and ÷ before + and -."""
    total, product, sign = Fraction(0), Fraction(tokens[0]), 1
    for operation, number in zip(tokens[1::2], map(Fraction, tokens[2::2]), strict=True):
        if operation in "÷/" and not number:
            return None
        if operation in "×*÷/":
            product = product * number if operation in "×*" else product / number
        else:
            total, product, sign = total + sign * product, number, -1 if operation == "-" else 1
    return total + sign * product


def _leads(text: str, sentence: Span, quantities: Sequence[Quantity]) -> list[str]:
    """Return the words before each quantity, from the one before it on."""
    starts = [sentence.start, *(quantity.span.end for quantity in quantities)]
    return [text[start : quantity.span.start] for start, quantity in zip(starts, quantities, strict=False)]


def _check_rate(rule: _Rate, quantities: Sequence[Quantity], leads: list[str]) -> Iterator[Mismatch]:
    parts = [place for place, lead in enumerate(leads) if _is_part(rule, quantities[place], _last(lead))]
    if len(parts) != 1:
        return
    part = quantities[parts[0]]
    wholes = [
        quantities[place]
        for place in range(parts[0])
        if rule.whole.search(_last(leads[place])) and quantities[place].unit == part.unit
    ]
    if not wholes or not all(map(is_exact, (part, *wholes))):
        return
    if rule.capped and all(part.value > whole.value for whole in wholes) and part.kind == "count":
        yield _too_great(part, wholes[-1])
    following = quantities[parts[0] + 1 : parts[0] + 2]
    if following and rule.rate.search(leads[parts[0] + 1]) and following[0].direction == "none":
        yield from _compare(part, wholes, following[0])


def _is_part(rule: _Rate, quantity: Quantity, words: str) -> bool:
    sort = quantity.kind not in ("rate", "points")
    return sort and bool(rule.part.search(words)) and not (_NO_PART.search(words) or _OUGHT.search(words))


def _last(lead: str) -> str:
    return re.split("[，,；;。（(]", lead.rstrip("，,"))[-1]


def _too_great(part: Quantity, whole: Quantity) -> Mismatch:
    words = f"“{part.text}”多于“{whole.text}”，请核对。"
    return Mismatch(Span(whole.span.start, part.span.end), part.value, whole.value, words)


def _compare(part: Quantity, wholes: Sequence[Quantity], rate: Quantity) -> Iterator[Mismatch]:
    stated = printed_percentage(rate)
    shares = [share for whole in wholes if (share := percentage(bounds_of(part), bounds_of(whole)))]
    if stated is None or not is_exact(rate) or not shares or any(agrees(share, stated) for share in shares):
        return
    whole = wholes[-1]
    computed = Decimal(str(part.value)) * 100 / Decimal(str(whole.value))
    shown = plain(round(computed, max(2, -int(stated.as_tuple().exponent))))
    span = Span(min(whole.span.start, part.span.start), rate.span.end)
    words = f"“{part.text}”占“{whole.text}”应为{shown}%，文中写作{rate.text}，请核对。"
    yield Mismatch(span, rate.value, float(round(computed, 4)), words)


def _check_change(text: str, quantities: Sequence[Quantity], leads: list[str], place: int) -> Iterator[Mismatch]:
    """Check 由15件减少到9件，下降40% and 由85%提高到91%，提高6个百分点."""
    if place < 2 or not _MOVED.fullmatch(leads[place]):
        return
    first, second, change = quantities[place - 2 : place + 1]
    stated = printed_percentage(change)
    moved = second.baseline == first.text and first.unit == second.unit
    if stated is None or not moved or not all(map(is_exact, (first, second, change))):
        return
    computed = _change(first, second, change)
    if computed is None or agrees(computed, stated):
        return
    middle = (computed.low + computed.high) / 2
    unit = "个百分点" if change.kind == "points" else "%"
    words = f"由“{first.text}”到“{second.text}”应变动{plain(round(middle, 2))}{unit}，文中写作{change.text}，请核对。"
    yield Mismatch(Span(first.span.start, change.span.end), change.value, float(round(middle, 4)), words)


def _change(first: Quantity, second: Quantity, change: Quantity) -> Bounds | None:
    """Return by how much the second value differs: in points for rates, else in % of the first."""
    before, after = bounds_of(first), bounds_of(second)
    apart = sorted((after.low - before.high, after.high - before.low), key=abs)
    difference = Bounds(abs(apart[0]), abs(apart[1]))
    if (first.unit == "%") != (change.kind == "points"):
        return None
    return difference if change.kind == "points" else percentage(difference, before)


def _check_share_of(quantities: Sequence[Quantity], leads: list[str], place: int) -> Iterator[Mismatch]:
    """Check 完成投资5亿元，占年度计划8亿元的62.5%."""
    if place < 2 or leads[place] != "的" or not _OUT_OF.search(leads[place - 1]):
        return
    part, whole, rate = quantities[place - 2 : place + 1]
    if part.unit == whole.unit and rate.unit == "%" and is_exact(part) and is_exact(whole):
        yield from _compare(part, [whole], rate)


def _check_share(quantities: Sequence[Quantity], leads: list[str], place: int) -> Iterator[Mismatch]:
    """Check 整改25项，完成19项，占76%."""
    if place < 2 or not _SHARE.fullmatch(leads[place]) or not _DONE.fullmatch(leads[place - 1]):
        return
    whole, part, rate = quantities[place - 2 : place + 1]
    fits = whole.unit == part.unit and part.value <= whole.value and rate.unit == "%"
    if fits and is_exact(part) and is_exact(whole):
        yield from _compare(part, [whole], rate)


def _check_total(quantities: Sequence[Quantity], leads: list[str], place: int) -> Iterator[Mismatch]:
    """Check 东片5个、西片7个、南片9个，合计21个."""
    total, words = quantities[place], _TOTAL.fullmatch(leads[place])
    if words is None or total.kind == "rate":
        return
    listed = list(
        takewhile(lambda i: quantities[i].unit == total.unit and _LISTED.fullmatch(leads[i]), range(place - 1, 0, -1))
    )
    first = listed[-1] - 1 if listed else place
    parts = quantities[first:place]
    if (
        len(parts) < (2 if words["sure"] else 3)
        or "每" in leads[first]
        or parts[0].unit != total.unit
        or not all(map(is_exact, (*parts, total)))
    ):
        return
    yield from _compare_sum(parts, total)


def _check_men_and_women(quantities: Sequence[Quantity], leads: list[str], place: int) -> Iterator[Mismatch]:
    """Check 干部120人，其中男80人，女40人."""
    if place < 2 or not (_MAN.fullmatch(leads[place - 1]) and _WOMAN.fullmatch(leads[place])):
        return
    whole, *parts = quantities[place - 2 : place + 1]
    if all(part.unit == whole.unit and is_exact(part) for part in parts) and is_exact(whole):
        yield from _compare_sum(parts, whole)


def _compare_sum(parts: Sequence[Quantity], total: Quantity) -> Iterator[Mismatch]:
    bounds = [bounds_of(part) for part in parts]
    low, high = sum(one.low for one in bounds), sum(one.high for one in bounds)
    stated = bounds_of(total)
    if stated.low <= high and low <= stated.high:
        return
    computed = sum(Decimal(str(part.value)) for part in parts)
    listed = "、".join(f"“{part.text}”" for part in parts)
    span = Span(min(parts[0].span.start, total.span.start), max(parts[-1].span.end, total.span.end))
    words = f"{listed}合计{plain(Decimal(computed))}，与总数“{total.text}”不符，请核对。"
    yield Mismatch(span, total.value, float(computed), words)
