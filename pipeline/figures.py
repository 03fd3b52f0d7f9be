"""Figures of one thing that do not agree: 86万元 and 31.2万元, 43公里 and 31700米, a rate and its counts."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from mingcha.pipeline.agreement import agreements, is_telling
from mingcha.pipeline.common_units import common_unit
from mingcha.pipeline.counted_things import kind_of_figure, of_two_things, text_before
from mingcha.pipeline.likeness import excluded, years_named
from mingcha.pipeline.scopes import of_two_scopes

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.likeness import Utterance
    from mingcha.pipeline.quantity import Quantity

    Figure = tuple[Quantity, Finding, int]

_TOLERANCE = 0.05
_SAME_ENDING = 3  # characters
_RATE_OF = re.compile("([一-龥]{2})[率度]$")
# What only says that a measure is a number: 教师交流轮岗 and 教师交流轮岗人数 are one.
_NUMBER_WORD = re.compile("(?:人数|户数|件数|面积|里程|长度|总?数量?|总?量|总?额|金额|规模)$")
_NEW = re.compile("新[增建造改扩铺栽植][一-龥]{0,8}$")  # so many new ones, not so many more
_RAISED = re.compile("[从由][^，。；]*[到至为]$")  # 从两万吨提到三万吨
_POINT = 1.0  # percentage points by which a stated rate may differ from its counts


def figures_differ(one: Utterance, other: Utterance) -> bool:
    """Tell whether two utterances give figures of one sort, none near any of the other's, of one scope and thing."""
    if of_two_scopes(one.passage.plain, other.passage.plain) or of_two_things(one.findings[0], other.findings[0]):
        return False
    first, second = _claims(one), _claims(other)
    return any(_apart(first[sort], second[sort]) for sort in first.keys() & second.keys())


def disagree(one: Utterance, other: Utterance) -> bool:
    """Tell whether two utterances on one matter claim different figures of one sort: 86万元 and 31.2万元.

    Plans are no claims, and where any telling figure agrees the others may be of something else.
    """
    if not (one.active and other.active and one.kind == other.kind == "evidence"):
        return False
    if miscount(one, other):
        return True
    if excluded(one, other) or any(map(is_telling, agreements(one.numbers, other.numbers))):
        return False
    return figures_differ(one, other)


def miscount(one: Utterance, other: Utterance) -> bool:
    """Tell whether either states a rate that the counts of the other do not give."""
    return miscounted(one, other) or miscounted(other, one)


def miscounted(one: Utterance, other: Utterance) -> bool:
    """Tell whether *one* states a rate that the counts of *other* do not give: 412件, 100% and 412件, 398件.

    The whole is known to both, or the part is what the rate is of: 满意度96.5% and 400人, 满意的312人.
    """
    rates = [rate for rate in _quantities(one) if rate.kind == "rate" and rate.unit == "%" and rate.direction == "none"]
    if len(rates) != 1 or of_two_scopes(one.passage.plain, other.passage.plain):
        return False
    known = {(count.unit, count.value) for count in _quantities(one) if count.kind == "count"}
    shares = list(_shares(other, rates[0].measure, known))
    return len(shares) == 1 and abs(shares[0] - rates[0].value) > _POINT


def _shares(one: Utterance, measure: str | None, known: Container[tuple[str, float]]) -> Iterator[float]:
    """Yield the percentages that the counts of *one* give, whole before part."""
    counts = [(finding, count) for finding in one.findings[:1] for count in finding.quantities if count.kind == "count"]
    for (_, whole), (finding, part) in product(counts, counts):
        if (
            whole.unit == part.unit
            and part.value < whole.value
            and ((whole.unit, whole.value) in known or _is_of(measure, finding.text, part))
        ):
            yield 100 * part.value / whole.value


def _is_of(measure: str | None, text: str, part: Quantity) -> bool:
    """Tell whether *part* counts what a rate is of: 合格率, and 合格41份."""
    named = _RATE_OF.search(measure or "")
    return named is not None and re.search(rf"(?<![不未]){named[1]}的?{re.escape(part.text)}", text) is not None


def _quantities(one: Utterance) -> Iterator[Quantity]:
    for finding in one.findings:
        yield from finding.quantities


def _claims(one: Utterance) -> dict[tuple[str, str, str], list[Quantity]]:
    """Return the figures that an utterance claims, by sort; what fell to 41 % is at 41 %, which is no fall by 41."""
    claims: dict[tuple[str, str, str], list[Quantity]] = defaultdict(list)
    for finding in one.findings:
        for quantity in finding.quantities:
            kind = kind_of_figure(finding.text, quantity)
            if kind and not quantity.plan:
                direction = _way(finding.text, quantity) if kind == quantity.kind else "none"
                unit, size = common_unit(quantity.unit)
                claims[kind, unit, direction].append(_sized(quantity, size))
    return claims


def _sized(quantity: Quantity, size: float) -> Quantity:
    """Return *quantity* as so many of the common unit, of which its own is *size*."""
    if size == 1:
        return quantity
    most = None if quantity.value_max is None else size * quantity.value_max
    return replace(quantity, value=size * quantity.value, value_max=most)


def _way(text: str, quantity: Quantity) -> str:
    """Return where a figure goes: what fell to 41 % is at 41 %; so many new ones are not so many more."""
    before = text_before(text, quantity)
    if before.endswith(("从", "由")) or _RAISED.search(before):
        return "reached"
    return "none" if before.endswith(("到", "至", "为", "达")) or _NEW.search(before) else quantity.direction


def _apart(first: Sequence[Quantity], second: Sequence[Quantity]) -> bool:
    """Tell whether no figure of the one is near any of the other; what they measure must not be known to differ."""
    pairs = [(left, right) for left in first for right in second]
    return all(_one_measure(left, right) and are_far(left, right) for left, right in pairs)


def _one_measure(left: Quantity, right: Quantity) -> bool:
    """Tell whether two figures may measure the same: 矛盾纠纷调解成功率 ends as 全年调解成功率 does."""
    years, others = years_named(left.period or ""), years_named(right.period or "")
    if years and others and years.isdisjoint(others):
        return False
    if left.measure is None or right.measure is None:
        return True
    first, second = (_NUMBER_WORD.sub("", one) or one for one in (left.measure, right.measure))
    return first[-_SAME_ENDING:] == second[-_SAME_ENDING:]


def are_far(one: Quantity, other: Quantity) -> bool:
    """Tell whether two figures differ by more than a twentieth of the larger, whatever range the first leaves."""
    low, high = sorted((one, other), key=lambda quantity: quantity.value)
    upper = low.value if low.value_max is None else low.value_max
    return high.value - upper > _TOLERANCE * max(abs(high.value), abs(upper))


def other_figures(spoken: Sequence[Utterance]) -> Iterator[tuple[int, str]]:
    """Yield the utterances with a figure that another document gives otherwise, each with the farthest other."""
    figures: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for place, one in enumerate(spoken):
        for finding in one.findings if one.active else ():
            for quantity in filter(_comparable, finding.quantities):
                key = (quantity.measure, quantity.unit, quantity.period, quantity.direction, quantity.kind)
                figures[key].append((quantity, finding, place))
    for found in figures.values():
        found.sort(key=lambda figure: (figure[0].value, figure[1].id))
        for figure in found:
            for other in (found[0], found[-1]):
                if _differ(figure, other):
                    yield figure[2], other[1].id


def _comparable(quantity: Quantity) -> bool:
    """Tell a figure whose measure says of what it is (通水户数); 投资 and 面积 are of many things."""
    return (
        quantity.kind != "date"
        and not quantity.plan
        and quantity.measure is not None
        and len(quantity.measure) > _SAME_ENDING
    )


def _differ(one: Figure, other: Figure) -> bool:
    apart = one[1].document != other[1].document and not of_two_scopes(one[1].text, other[1].text)
    return apart and are_far(one[0], other[0])
