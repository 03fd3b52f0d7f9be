"""Amounts, rates, ranks, durations and dates in clean text, as numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.amounts import read_amount
from mingcha.pipeline.colloquial import OPENINGS
from mingcha.pipeline.document import Span
from mingcha.pipeline.numerals import CHINESE_NUMERALS
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.quantity_context import NO_CONTEXT, read_context, sentence_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.amount import Amount

# The numerals of a text are few; everything else is looked at only around them.
_NUMERAL = re.compile(
    rf"[0-9]+|(?:(?<![人件次总户倍分指系票个天])数(?=[十百千万亿]))?[{CHINESE_NUMERALS}几半翻]+|参(?=[拾佰仟])[{CHINESE_NUMERALS}参]+|{OPENINGS}"
)
_GLUED = frozenset("统唯单同逐专万归")


def extract_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of clean *text* in order; their spans count code points and do not overlap.

    Approximators (近, 超过, 余, 以上) belong to the span. Dates have the unit 日期 and the value YYYYMMDD, YYYYMM
    or YYYY, without a written year MMDD or MM. Ranks have the unit 名 and the number as written (倒数第三 is 3,
    前三名 is 3 and ``less``); 倍 stays a unit of its own (增长1.5倍 is 1.5 倍 up), 三分之二 is 66.67 %, 半年 is
    0.5 年, 一年零两个月 is 14 月. 万 and 亿 before any unit are multiplied out (1.2万亩 is 12000 亩). A numeral
    without unit (文号, 电话, 十四五), ordinals (第二批, 第一书记) and set phrases (四个意识) are no quantities.

    >>> [(q.text, q.value, q.unit, q.approximator) for q in extract_quantities("三年投入近10万亿元，提拔40余人")]
    [('三年', 3.0, '年', None), ('近10万亿元', 10000000000000.0, '元', 'nearly'), ('40余人', 40.0, '人', 'more')]
    """
    quantities: list[Quantity] = []
    floor = 0
    for amount in amounts_in(text):
        quantities.append(_quantity(text, amount, floor, quantities))
        floor = floor if amount.kind == "date" else amount.end
    return _with_shared_targets(text, quantities)


def amounts_in(text: str) -> Iterator[Amount]:
    """Yield the amounts of *text* in order, without what the words around them say."""
    end = 0
    for numeral in _NUMERAL.finditer(text):
        position = max(numeral.start(), end)
        if position >= numeral.end():
            continue
        amount = read_amount(text, position) or _read_behind_one(text, position, numeral.end())
        if amount is not None and amount.start >= end:
            end = amount.end
            yield amount


def _read_behind_one(text: str, position: int, end: int) -> Amount | None:
    """Read the numeral that follows a word ending in 一, as in 统一三项标准."""
    if text[position] == "一" and position + 1 < end and text[position - 1 : position] in _GLUED:
        return read_amount(text, position + 1)
    return None


def _quantity(text: str, amount: Amount, floor: int, earlier: list[Quantity]) -> Quantity:
    span = Span(amount.start, amount.end)
    context = read_context(text, amount, floor) if amount.kind != "date" else NO_CONTEXT
    if earlier and _is_told_with(text, amount, earlier[-1]):
        context = context._replace(direction=earlier[-1].direction, baseline=earlier[-1].baseline)
    return Quantity(
        span,
        span.of(text),
        amount.value,
        amount.unit,
        amount.kind,
        amount.value_max,
        amount.approximator,
        direction="up" if amount.rising else context.direction,
        baseline=context.baseline or _start_value(text, amount, earlier),
        target=context.target,
        period=context.period,
        measure=context.measure,
        plan=context.plan,
        share=context.share,
    )


def _is_told_with(text: str, amount: Amount, last: Quantity) -> bool:
    """Tell whether one verb moves both, as in 分别下降18.2%和25%."""
    joined = text[last.span.end : amount.start] in ("和", "、", "与", "及")
    return joined and last.kind == amount.kind and "分别" in text[max(0, last.span.start - 12) : last.span.start]


def _start_value(text: str, amount: Amount, earlier: list[Quantity]) -> str | None:
    """Return the first value of 由30天缩短至5天, which is what the second is compared with."""
    last = next((quantity for quantity in reversed(earlier[-4:]) if quantity.kind != "date"), None)
    if last is None or amount.kind in ("date", "rank") or last.kind != amount.kind:
        return None
    between = text[last.span.end : amount.start]
    lead = text[max(0, last.span.start - 12) : last.span.start]
    changed = re.fullmatch("[^，。；、]{0,4}[增升涨高加降减短少缩大长跌落滑展][至到为](?:[^，。；、]{2,6}的)?", between)
    return last.text if changed and re.search("[由从自][^，。；、]{0,10}$", lead) else None


def _with_shared_targets(text: str, quantities: list[Quantity]) -> tuple[Quantity, ...]:
    """Let 完成108件 know the target of the same sentence and unit (目标120件), where there is exactly one."""
    stated = {i: q for i, q in enumerate(quantities) if q.target is not None and q.target.endswith(q.text)}
    for index, target in stated.items():
        start = sentence_start(text, target.span.start)
        for other in range(max(0, index - 2), min(len(quantities), index + 3)):
            quantity = quantities[other]
            same = quantity.unit == target.unit and sentence_start(text, quantity.span.start) == start
            if same and quantity.target is None and quantity.direction == "none":
                quantities[other] = replace(quantity, target=target.target)
    return tuple(quantities)
