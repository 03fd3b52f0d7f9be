"""What speaks against a finding: a denial, a cure, an excuse, an achievement in the same matter, another figure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.likeness import Utterance
    from mingcha.pipeline.quantities import Quantity

    Figure = tuple[Quantity, Finding, int]

_ANSWERS = frozenset({"negated", "resolved", "exculpatory"})
_SAME_MATTER = 0.25
_ANSWERING = 0.1
_ACROSS = 0.4  # a project has many sides: findings in two categories must be nearer to speak of the same
_TOLERANCE = 0.05
_POINT = 1.0  # percentage points by which a stated rate may differ from its counts
_CLAIMED = frozenset({"money", "rate", "count", "length", "area", "weight", "other"})


def find_contradictions(
    spoken: Sequence[Utterance], near_ones: Iterable[tuple[int, int, float]]
) -> Mapping[int, frozenset[str]]:
    """Return for each place in *spoken* the ids of the findings against it; all of *spoken* is about one subject.

    *near_ones* are pairs of places with their likeness. Who answers a charge (整改报告, a denial) need not repeat it in
    its words: there less likeness will do.
    """
    against: dict[int, set[str]] = defaultdict(set)
    for i, j, similarity in near_ones:
        answer = spoken[i].active != spoken[j].active and spoken[i].category == spoken[j].category
        if similarity < (_ANSWERING if answer else _SAME_MATTER):
            continue
        if disagree(spoken[i], spoken[j]):
            against[i].update(_elsewhere(spoken[j], spoken[i]))
            against[j].update(_elsewhere(spoken[i], spoken[j]))
        near = similarity >= _ACROSS or spoken[i].category == spoken[j].category
        for one, other in ((i, j), (j, i)) if near else ():
            if spoken[one].active and _oppose(spoken[one], spoken[other]):
                against[one].update(_elsewhere(spoken[other], spoken[one]))
    for place, finding in _other_figures(spoken):
        against[place].add(finding)
    return defaultdict(frozenset, {place: frozenset(ids) for place, ids in against.items()})


def _oppose(one: Utterance, other: Utterance) -> bool:
    if not other.active:
        return _is_charge(one) and any(finding.status in _ANSWERS for finding in other.findings)
    achieved = (one.category == "achievement", other.category == "achievement")
    return (achieved[0] and _is_charge(other)) or (achieved[1] and _is_charge(one))


def disagree(one: Utterance, other: Utterance) -> bool:
    """Tell whether two utterances on one matter claim different figures of one sort: 86万元 and 31.2万元.

    Plans are no claims, and where any figure of the sort agrees the others may be of something else.
    """
    if not (one.active and other.active and one.kind == other.kind == "evidence"):
        return False
    if _miscounted(one, other) or _miscounted(other, one):
        return True
    first, second = _claims(one), _claims(other)
    return any(_apart(first[sort], second[sort]) for sort in first.keys() & second.keys())


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
    claims: dict[tuple[str, str, str], list[Quantity]] = defaultdict(list)
    for finding in one.findings:
        for quantity in finding.quantities:
            if quantity.kind in _CLAIMED and not quantity.plan:
                claims[quantity.kind, quantity.unit, quantity.direction].append(quantity)
    return claims


def _apart(first: Sequence[Quantity], second: Sequence[Quantity]) -> bool:
    """Tell whether no figure of the one is near any of the other; what they measure must not be known to differ."""
    pairs = [(left, right) for left in first for right in second]
    same = all(left.measure in (None, right.measure) or right.measure is None for left, right in pairs)
    return same and all(_far(left, right) for left, right in pairs)


def _far(one: Quantity, other: Quantity) -> bool:
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
    return quantity.measure is not None and quantity.kind != "date"


def _differ(one: Figure, other: Figure) -> bool:
    return _far(one[0], other[0]) and one[1].document != other[1].document
