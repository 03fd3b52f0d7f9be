"""The plainest checks of what a text reckons: a part of a whole as a rate, parts that make up a whole, ballots."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

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
from mingcha.pipeline.restatements import check_restatements, check_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.quantity import Quantity

_SENTENCE = re.compile("[^。！？!?\n]+")
_DONE_WORDS = "完成|办结|解决|整改|销号|化解|办理|回复|答复|签收|响应|满意|合格|达标|通过|到位|兑现|拨付"
_WHOLE = re.compile(
    "(?:反馈|发现|查出|指出|移交|受理|收到|接到|承担|下达|交办|转办|列入|梳理|排查|抽查|检查|抽取|应|年度|共|总)"
    "(?:[的各类出了共到]|问题|任务|事项|工单|诉求|线索|隐患|案件|信访件|投诉|整改|项目|线索|样本|产品|件|意见|建议|办|签收|回复)*(?:[总]?数)?[为是：:]?$"
    "|^(?:问题|任务|工单|诉求)(?:总?数)?[为是：:]?$"
)
_NO_PART = re.compile("未|正在|尚|没|不|待|应|计划|其余|剩|拟|将")
_RATE_WORD = re.compile(
    f"[，、,（(；;]?(?:问题|任务|整改|工单|总体|事项|按[时期])*(?P<word>{_DONE_WORDS})率(?:为|达到|达|是)?[：:]?$"
)
_SHARE_WORD = re.compile("[，,（(]?占(?:总数|全部|总量|比)?的?(?:比例)?(?:为|达)?$")

_STATE = re.compile(
    f"^[，、；,;]?(?:其中)?[：:]?(?:(?P<open>正在|尚未|未|还?没有?|待)(?:{_DONE_WORDS}|推进|进行|启动|审理|落实)*"
    f"|(?P<done>已经?|基本|全部)(?:{_DONE_WORDS})+|(?P<rest>剩余|剩下|尚余|长期坚持))(?:的|问题|有)*$"
)
_UNLISTED = re.compile("其余|其他|另有|另外|部分|等|左右|转入|合并|重复|撤销|退回")

_BREAKDOWN = re.compile(r"\s*按[^，。；]{1,8}(?:分|划分)[，：]")
_SUM = re.compile(
    r"(?<![\d.+\-×*/=A-Za-z%])(?P<terms>\d+(?:\.\d+)?(?:\s*[+＋]\s*\d+(?:\.\d+)?)+)\s*[=＝]\s*(?P<total>\d+(?:\.\d+)?)"
    r"(?![\d.+\-×*/=A-Za-z%％年月日])"
)
_BALLOTS = re.compile(
    r"发出\D{0,6}?(?P<issued>\d+)\D{0,4}?收回\D{0,6}?(?P<returned>\d+)\D{0,4}?有效\D{0,6}?(?P<valid>\d+)(?![\d.%％])"
)
_GRADES = re.compile(
    r"优秀\D{0,3}?(\d+)\D{1,4}?(?:称职|合格|良好)\D{0,3}?(\d+)\D{1,4}?(?:基本称职|基本合格|一般)\D{0,3}?(\d+)\D{1,4}?"
    r"(?:不称职|不合格|较?差)\D{0,3}?(\d+)(?:张|票)?[，,；;。]\D{0,8}?有效(?:票|票数)?[为：:]?(\d+)(?:张|票)"
)
_VOTE = re.compile(
    r"(?:参加|到会|应到|实到)(?P<whole>\d+)人[，,](?:得|获|同意)(?:推荐)?票?(?P<part>\d+)(?:张|票)"
    r"[，,（(](?:占|得票率|得票率为)?(?P<rate>\d+(?:\.\d+)?)[%％]"
)

_NEIGHBORS = 8
_REACH = 16  # nobody reckons with figures farther back


def check_sums(text: str, quantities: Sequence[Quantity]) -> tuple[Mismatch, ...]:
    """Return the plain miscalculations of *text*; *quantities* are those of the whole text.

    Only what the text itself clearly reckons is checked: one whole, one finished part and its rate in one sentence;
    a whole whose finished and open parts are all listed, or that the next sentence breaks down; written sums; the
    ballots of a vote; rates, changes and totals that restate what stands beside them. Everything approximate, every
    range and every doubtful reading is left alone.

    >>> from mingcha.pipeline.quantities import extract_quantities
    >>> text = "反馈问题25个，已完成19个，完成率80%。"
    >>> [mismatch.explanation for mismatch in check_sums(text, extract_quantities(text))]
    ['“19个”占“25个”应为76%，文中写作80%，请核对。']
    """
    found = [*_check_written_sums(text), *check_written(text), *_check_ballots(text), *_check_votes(text)]
    for sentence, inside in _by_sentence(text, quantities):
        found += _check_rates(text, sentence, inside)
        found += _check_parts(text, sentence, inside)
        found += check_restatements(text, sentence, inside)
    found += _check_breakdowns(text, list(_by_sentence(text, quantities)))
    return _told_once(found)


def _told_once(found: Iterable[Mismatch]) -> tuple[Mismatch, ...]:
    """Order by place, and tell each wrong figure once; only neighbors can speak of the same one."""
    kept: list[Mismatch] = []
    for one in sorted(found, key=lambda mismatch: mismatch.span):
        if not any(other.stated == one.stated and other.span.overlaps(one.span) for other in kept[-_NEIGHBORS:]):
            kept.append(one)
    return tuple(kept)


def _by_sentence(text: str, quantities: Sequence[Quantity]) -> Iterator[tuple[Span, list[Quantity]]]:
    """Give each sentence with any figures its quantities, leaving out dates."""
    figures = [quantity for quantity in quantities if quantity.kind != "date"]
    place = 0
    for match in _SENTENCE.finditer(text):
        inside = []
        while place < len(figures) and figures[place].span.start < match.end():
            if figures[place].span.start >= match.start():
                inside.append(figures[place])
            place += 1
        if inside:
            yield Span(*match.span()), inside


def _check_rates(text: str, sentence: Span, quantities: list[Quantity]) -> Iterator[Mismatch]:
    """Check 反馈问题25个，已完成19个，完成率76%: the part right before the rate, the whole right before the part."""
    for index, rate in enumerate(quantities):
        if rate.unit != "%" or rate.kind != "rate" or not is_exact(rate) or rate.direction != "none":
            continue
        counts = [quantity for quantity in quantities[max(0, index - _REACH) : index] if quantity.kind == "count"]
        pair = _part_and_whole(text, sentence, counts, _lead(text, sentence, quantities, index))
        if pair is not None:
            yield from _compare_rate(*pair, rate)


def _part_and_whole(text: str, sentence: Span, counts: list[Quantity], lead: str) -> tuple[Quantity, Quantity] | None:
    """Return the one part that the words before a rate speak of, and the whole that stands directly before it."""
    word = _RATE_WORD.search(lead)
    share = None if word else _SHARE_WORD.fullmatch(lead)
    if word is None and share is None:
        return None
    leads = [_lead(text, sentence, counts, index) for index in range(len(counts))]
    cue = word["word"] if word else "其中"
    parts = [i for i, before in enumerate(leads) if cue in _clause(before) and not _NO_PART.search(_clause(before))]
    if len(parts) != 1 or parts[0] == 0 or (share and parts[0] != len(counts) - 1):
        return None
    part, whole = counts[parts[0]], counts[parts[0] - 1]
    fits = part.unit == whole.unit and is_exact(part) and is_exact(whole) and 0 <= part.value <= whole.value
    is_whole = _WHOLE.search(_clause(leads[parts[0] - 1]))
    return (part, whole) if fits and is_whole and whole.value else None


def _compare_rate(part: Quantity, whole: Quantity, rate: Quantity) -> Iterator[Mismatch]:
    stated = printed_percentage(rate)
    if stated is None:
        return
    share = percentage(bounds_of(part), bounds_of(whole))
    if share is None or agrees(share, stated):
        return
    computed = Decimal(str(part.value)) * 100 / Decimal(str(whole.value))
    shown = plain(round(computed, max(2, -int(stated.as_tuple().exponent))))
    span = Span(min(whole.span.start, part.span.start), rate.span.end)
    explanation = f"“{part.text}”占“{whole.text}”应为{shown}%，文中写作{rate.text}，请核对。"
    yield Mismatch(span, rate.value, float(round(computed, 4)), explanation)


def _check_parts(text: str, sentence: Span, quantities: list[Quantity]) -> Iterator[Mismatch]:
    """Check that finished and open parts make up the whole: 25个，已完成19个，正在整改6个."""
    if _UNLISTED.search(sentence.of(text)):
        return
    for index, whole in enumerate(quantities):
        lead = _clause(_lead(text, sentence, quantities, index))
        if whole.kind != "count" or not is_exact(whole) or not _WHOLE.search(lead):
            continue
        parts = list(_listed_parts(text, sentence, quantities, index))
        states = {state for _, state in parts}
        if "done" in states and len(states) > 1 and _is_closed(quantities, index, len(parts)):
            yield from _compare_parts(whole, [part for part, _ in parts])


def _listed_parts(text: str, sentence: Span, quantities: list[Quantity], index: int) -> Iterator[tuple[Quantity, str]]:
    """Return the exact counts of the same unit that follow the whole one by one, each with its state."""
    for place in range(index + 1, len(quantities)):
        part = quantities[place]
        state = _STATE.fullmatch(_lead(text, sentence, quantities, place))
        if state is None or part.unit != quantities[index].unit or not is_exact(part):
            return
        yield part, state.lastgroup or ""


def _is_closed(quantities: list[Quantity], index: int, parts: int) -> bool:
    """Tell whether nothing of the same unit follows the listed parts, which might be one part more."""
    return all(quantity.unit != quantities[index].unit for quantity in quantities[index + parts + 1 :])


def _compare_parts(whole: Quantity, parts: list[Quantity]) -> Iterator[Mismatch]:
    total = sum(Decimal(str(part.value)) for part in parts)
    if total == Decimal(str(whole.value)):
        return
    listed = "、".join(f"“{part.text}”" for part in parts)
    explanation = f"{listed}合计{plain(Decimal(total))}，与总数“{whole.text}”不符，请核对。"
    yield Mismatch(Span(whole.span.start, parts[-1].span.end), whole.value, float(total), explanation)


def _check_breakdowns(text: str, sentences: Sequence[tuple[Span, list[Quantity]]]) -> Iterator[Mismatch]:
    """Check that a breakdown adds up to the whole of the sentence before: 反馈问题25个…。按类别分，…9个，…8个，…8个."""
    for (before, wholes), (sentence, parts) in pairwise(sentences):
        words = sentence.of(text)
        if not _BREAKDOWN.match(words) or _UNLISTED.search(words) or text[before.end : sentence.start].strip("。\n "):
            continue
        whole = next((quantity for quantity in wholes if quantity.unit == parts[0].unit), None)
        counts = whole is not None and whole.kind == "count" and is_exact(whole)
        if counts and whole and all(part.unit == whole.unit and is_exact(part) for part in parts):
            yield from _compare_parts(whole, parts)


def _check_written_sums(text: str) -> Iterator[Mismatch]:
    """Check sums that are written out: 18+9+2+1=30."""
    for match in _SUM.finditer(text):
        total = sum(Decimal(term.strip()) for term in re.split("[+＋]", match["terms"]))
        stated = Decimal(match["total"])
        if total != stated:
            explanation = f"“{match['terms']}”应等于{plain(Decimal(total))}，文中写作{match['total']}，请核对。"
            yield Mismatch(Span(*match.span()), float(stated), float(total), explanation)


def _check_ballots(text: str) -> Iterator[Mismatch]:
    """Check that ballots never grow between going out and being counted, and what the grades add up to."""
    for match in _BALLOTS.finditer(text):
        issued, returned, valid = (int(match[name]) for name in ("issued", "returned", "valid"))
        if returned > issued:
            explanation = f"收回{returned}张，多于发出的{issued}张，请核对票数。"
            yield Mismatch(Span(*match.span()), float(returned), float(issued), explanation)
        elif valid > returned:
            explanation = f"有效{valid}张，多于收回的{returned}张，请核对票数。"
            yield Mismatch(Span(*match.span()), float(valid), float(returned), explanation)
    for match in _GRADES.finditer(text):
        *grades, valid = map(int, match.groups())
        if sum(grades) != valid:
            explanation = f"各等次{'、'.join(map(str, grades))}票合计{sum(grades)}票，与有效票{valid}票不符，请核对。"
            yield Mismatch(Span(*match.span()), float(valid), float(sum(grades)), explanation)


def _check_votes(text: str) -> Iterator[Mismatch]:
    """Check 参加38人，得31票，81.58%."""
    for match in _VOTE.finditer(text):
        if match["rate"] is None or not int(match["whole"]) > 0 or int(match["part"]) > int(match["whole"]):
            continue
        stated = Decimal(match["rate"])
        computed = Decimal(match["part"]) * 100 / Decimal(match["whole"])
        if not agrees(Bounds(computed, computed), stated):
            shown = plain(round(computed, 2))
            explanation = f"{match['whole']}人中得{match['part']}票应为{shown}%，文中写作{match['rate']}%，请核对。"
            yield Mismatch(Span(*match.span()), float(stated), float(round(computed, 4)), explanation)


def _lead(text: str, sentence: Span, quantities: list[Quantity], index: int) -> str:
    """Return the words between a quantity and the one before it in the sentence."""
    start = quantities[index - 1].span.end if index else sentence.start
    return text[start : quantities[index].span.start]


def _clause(lead: str) -> str:
    return re.split("[，,；;。：:（(]", lead.rstrip("：:"))[-1]
