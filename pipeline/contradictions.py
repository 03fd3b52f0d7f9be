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
_ACROSS = 0.4  # a project has many sides: findings in two categories must be nearer to speak of the same
_TOLERANCE = 0.05


def find_contradictions(
    spoken: Sequence[Utterance], same_matter: Iterable[tuple[int, int, float]]
) -> Mapping[int, frozenset[str]]:
    """Return for each place in *spoken* the ids of the findings against it; all of *spoken* is about one subject.

    *same_matter* are the pairs of places that speak of one matter, with their likeness.
    """
    against: dict[int, set[str]] = defaultdict(set)
    for i, j, similarity in same_matter:
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
    low, high = sorted((one[0], other[0]), key=lambda quantity: quantity.value)
    upper = low.value if low.value_max is None else low.value_max
    apart = high.value - upper > _TOLERANCE * max(abs(high.value), abs(upper))
    return apart and one[1].document != other[1].document
