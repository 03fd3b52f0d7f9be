"""What speaks against a finding: a denial, a cure, an excuse, an achievement in the same matter, another figure."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain, product
from typing import TYPE_CHECKING

from mingcha.pipeline.agreement import agreements, is_telling
from mingcha.pipeline.denials import claims_whole, is_padded, says_undone
from mingcha.pipeline.likeness import excluded, years_named
from mingcha.pipeline.scopes import of_two_scopes

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.likeness import Utterance
    from mingcha.pipeline.quantity import Quantity

    Figure = tuple[Quantity, Finding, int]

_ANSWERS = frozenset({"negated", "resolved", "exculpatory"})
_OTHER_FIGURE = 0.4  # beyond doubt of the same matter: two figures may both be right
_ANSWERING = 0.26  # who answers a charge need not repeat it in its words
_ACROSS = 0.42  # a project has many sides: findings in two categories must be nearer to speak of the same
_NEAREST = 0.1  # an answer is to the charge that it is nearest to, and to those hardly farther
_TOLERANCE = 0.05
_SAME_ENDING = 3  # characters
_RATE_OF = re.compile("([一-龥]{2})[率度]$")
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


def opposed_in(
    groups: Sequence[Sequence[int]], spoken: Sequence[Utterance], against: Mapping[int, frozenset[str]]
) -> list[set[str]]:
    """Return for each of *groups* (places in *spoken* on one matter) the ids against it.

    Where a claim is denied by one passage of a charge, all passages of the charge deny it, in whatever words.
    """
    opposed = [{other for place in places for other in against[place]} for places in groups]
    home = {finding.id: number for number, places in enumerate(groups) for finding in _said(places, spoken)}
    for number, places in enumerate(groups):
        if _is_charge(spoken[places[0]]):
            ids = {finding.id for finding in _said(places, spoken)}
            for claim in {home[other] for other in opposed[number] if other in home}:
                opposed[claim].update(ids)
    return opposed


def _said(places: Iterable[int], spoken: Sequence[Utterance]) -> Iterator[Finding]:
    return (finding for place in places for finding in spoken[place].findings)


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
    if any(map(is_telling, agreements(charge.numbers, answer.numbers))) or _miscounted(answer, charge):
        return True
    if _of_other_years(charge, answer):
        return False
    if says_undone(charge.findings[0].text):
        return claims_whole(answer.findings[0].text) or _figures_differ(charge, answer)
    return is_padded(charge.findings, answer.findings)


def _of_other_years(one: Utterance, other: Utterance) -> bool:
    return bool(one.years and other.years and not one.years & other.years)


def _figures_differ(one: Utterance, other: Utterance) -> bool:
    if of_two_scopes(one.passage.plain, other.passage.plain):
        return False
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
    apart = one[1].document != other[1].document and not of_two_scopes(one[1].text, other[1].text)
    return apart and are_far(one[0], other[0])
