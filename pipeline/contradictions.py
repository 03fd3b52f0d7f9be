"""What speaks against a finding: a denial, a cure, an excuse, an achievement in the same matter, another figure."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from mingcha.pipeline.agreement import agreements, is_telling
from mingcha.pipeline.likeness import excluded, years_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.likeness import Utterance
    from mingcha.pipeline.quantities import Quantity

    Figure = tuple[Quantity, Finding, int]

_ANSWERS = frozenset({"negated", "resolved", "exculpatory"})
_OTHER_FIGURE = 0.4  # beyond doubt of the same matter: two figures may both be right
_ANSWERING = 0.26  # who answers a charge need not repeat it in its words
_ACROSS = 0.42  # a project has many sides: findings in two categories must be nearer to speak of the same
_NEAREST = 0.1  # an answer is to the charge that it is nearest to, and to those hardly farther
_UNDONE = re.compile("未|没|停工|拖|欠|搁置|压着|卡在|仅|只[有拿完]|才|迟|慢|闲置")
_DONE = re.compile(
    "全部|全面|全额|均已|都已|已于|已经|竣工|完工|交工|交付|投入使用|到户|清零|见底|办结|解决|恢复|达标|合格|通车|接通|落实到位"
    "|(?:率|达)100%|百分之百|一个(?:没|不)"
)
_TOLERANCE = 0.05
_SAME_ENDING = 3  # characters
_POINT = 1.0  # percentage points by which a stated rate may differ from its counts
CLAIMED = frozenset({"money", "rate", "count", "length", "area", "weight", "other"})


def find_contradictions(
    spoken: Sequence[Utterance], near_ones: Iterable[tuple[int, int, float]]
) -> Mapping[int, frozenset[str]]:
    """Return for each place in *spoken* the ids of the findings against it; all of *spoken* is about one subject.

    *near_ones* are pairs of places with their likeness.
    """
    pairs = list(near_ones)
    against: dict[int, set[str]] = defaultdict(set)
    for i, j in chain(_disagreeing(spoken, pairs), _answered(spoken, pairs)):
        against[i].update(_elsewhere(spoken[j], spoken[i]))
        if spoken[j].active:
            against[j].update(_elsewhere(spoken[i], spoken[j]))
    for place, finding in _other_figures(spoken):
        against[place].add(finding)
    return defaultdict(frozenset, {place: frozenset(ids) for place, ids in against.items()})


def _disagreeing(spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    return ((i, j) for i, j, near in pairs if near >= _OTHER_FIGURE and disagree(spoken[i], spoken[j]))


def _answered(spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    """Yield charges, each with what answers it: a denial, a cure, or an achievement in the same matter."""
    answers: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for i, j, near in pairs:
        for charge, answer in ((i, j), (j, i)):
            if _opposes(spoken[charge], spoken[answer]) and near >= _least(spoken[charge], spoken[answer]):
                answers[answer].append((near, charge))
    for answer, charges in answers.items():
        nearest = max(charges)[0]
        yield from ((charge, answer) for near, charge in charges if near >= nearest - _NEAREST)


def _least(charge: Utterance, answer: Utterance) -> float:
    return _ANSWERING if charge.category == answer.category else _ACROSS


def _opposes(charge: Utterance, answer: Utterance) -> bool:
    if not _is_charge(charge):
        return False
    if not answer.active:
        return any(finding.status in _ANSWERS for finding in answer.findings)
    return answer.category == "achievement" and (charge.kind == "evidence" or _denies(charge, answer))


def _denies(charge: Utterance, answer: Utterance) -> bool:
    """Tell an achievement that a charge denies: done and not done, or the very number that is called into question."""
    if any(map(is_telling, agreements(charge.numbers, answer.numbers))):
        return True
    if not _UNDONE.search(charge.findings[0].text):
        return False
    return bool(_DONE.search(answer.findings[0].text)) or _figures_differ(charge, answer)


def _figures_differ(one: Utterance, other: Utterance) -> bool:
    first, second = _claims(one), _claims(other)
    return any(_apart(first[sort], second[sort]) for sort in first.keys() & second.keys())


def disagree(one: Utterance, other: Utterance) -> bool:
    """Tell whether two utterances on one matter claim different figures of one sort: 86万元 and 31.2万元.

    Plans are no claims, and where any telling figure agrees the others may be of something else.
    """
    if not (one.active and other.active and one.kind == other.kind == "evidence"):
        return False
    if _miscounted(one, other) or _miscounted(other, one):
        return True
    if excluded(one, other) or any(map(is_telling, agreements(one.numbers, other.numbers))):
        return False
    return _figures_differ(one, other)


def _miscounted(one: Utterance, other: Utterance) -> bool:
    """Tell whether *one* states a rate that the counts of *other* do not give: 412件, 100% and 412件, 398件."""
    rates = [
        rate.value for rate in _quantities(one) if rate.kind == "rate" and rate.unit == "%" and rate.direction == "none"
    ]
    known = {(count.unit, count.value) for count in _quantities(one) if count.kind == "count"}
    counts = [(count.unit, count.value) for count in _quantities(other) if count.kind == "count"]
    parts = [
        (whole[1], part[1])
        for whole in counts
        if whole in known
        for part in counts
        if part[0] == whole[0] and part[1] < whole[1]
    ]
    return len(rates) == 1 and len(parts) == 1 and abs(100 * parts[0][1] / parts[0][0] - rates[0]) > _POINT


def _quantities(one: Utterance) -> Iterator[Quantity]:
    for finding in one.findings:
        yield from finding.quantities


def _claims(one: Utterance) -> dict[tuple[str, str, str], list[Quantity]]:
    """Return the figures that an utterance claims, by sort; what fell to 41 % is at 41 %, which is no fall by 41."""
    claims: dict[tuple[str, str, str], list[Quantity]] = defaultdict(list)
    for finding in one.findings:
        for quantity in finding.quantities:
            if quantity.kind in CLAIMED and not quantity.plan:
                direction = "none" if _is_level(finding.text, quantity) else quantity.direction
                claims[quantity.kind, quantity.unit, direction].append(quantity)
    return claims


def _is_level(text: str, quantity: Quantity) -> bool:
    place = text.find(quantity.text)
    return place > 0 and text[place - 1] in "到至为达"


def _apart(first: Sequence[Quantity], second: Sequence[Quantity]) -> bool:
    """Tell whether no figure of the one is near any of the other; what they measure must not be known to differ."""
    pairs = [(left, right) for left in first for right in second]
    return all(_one_measure(left, right) and are_far(left, right) for left, right in pairs)


def _one_measure(left: Quantity, right: Quantity) -> bool:
    """Tell whether two figures may measure the same: 矛盾纠纷调解成功率 ends as 全年调解成功率 does."""
    if left.period and right.period and years_named(left.period) != years_named(right.period):
        return False
    if left.measure is None or right.measure is None:
        return True
    return left.measure[-_SAME_ENDING:] == right.measure[-_SAME_ENDING:]


def are_far(one: Quantity, other: Quantity) -> bool:
    """Tell whether two figures differ by more than a twentieth of the larger, whatever range the first leaves."""
    low, high = sorted((one, other), key=lambda quantity: quantity.value)
    upper = low.value if low.value_max is None else low.value_max
    return high.value - upper > _TOLERANCE * max(abs(high.value), abs(upper))


def _is_charge(one: Utterance) -> bool:
    return one.active and (one.kind == "risk" or one.category == "shortfall")


def _elsewhere(other: Utterance, one: Utterance) -> Iterator[str]:
    """Yield what stands at another place: a sentence with two sides does not contradict itself."""
    places = {(finding.document, finding.span) for finding in one.findings}
    for finding in other.findings:
        if (finding.document, finding.span) not in places and (other.active or finding.status in _ANSWERS):
            yield finding.id


def _other_figures(spoken: Sequence[Utterance]) -> Iterator[tuple[int, str]]:
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
    return are_far(one[0], other[0]) and one[1].document != other[1].document
