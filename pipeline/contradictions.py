"""What speaks against a finding: a denial, a cure, an excuse, an achievement in the same matter, another figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from mingcha.pipeline.agreement import agreements, is_telling
from mingcha.pipeline.counted_things import of_one_thing
from mingcha.pipeline.denials import (
    claims_always,
    claims_whole,
    counts_again,
    dated_otherwise,
    is_padded,
    makes_good,
    says_undone,
)
from mingcha.pipeline.figures import disagree, figures_differ, miscount, miscounted, other_figures
from mingcha.pipeline.likeness import is_charge, of_one_author, of_other_years, of_two_places
from mingcha.pipeline.opposites import are_opposite
from mingcha.pipeline.opposition import ANSWERS, denied
from mingcha.pipeline.scopes import of_two_branches
from mingcha.pipeline.similarity import name_others

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.likeness import Utterance
    from mingcha.pipeline.opposition import SenseReader
    from mingcha.pipeline.similarity import Scale

_OTHER_FIGURE, _SURELY_ONE = 0.3, 0.5  # between them two figures may both be right, if not of one thing
_ANSWERING = 0.26  # who answers a charge need not repeat it in its words
_ACROSS = 0.41  # a project has many sides: findings in two categories must be nearer to speak of the same
_PLAINLY_ONE = 0.45
_NEAREST = 0.1  # an answer is to the charge that it is nearest to, and to those hardly farther
_OPPOSITE = 0.1  # so much nearer are two that say the opposite of one side of a matter
_OTHERS = 0.25  # many may deny one claim, in words nearer to it or farther


def find_contradictions(
    spoken: Sequence[Utterance], near_ones: Iterable[tuple[int, int, float]], read: SenseReader, scale: Scale
) -> Mapping[int, frozenset[str]]:
    """Return for each place in *spoken* the ids of the findings against it; all of *spoken* is about one subject.

    *near_ones* are pairs of places with their likeness; *read* tells what texts speak of.
    """
    pairs = list(near_ones)
    against: dict[int, set[str]] = defaultdict(set)
    for i, j in chain(_disagreeing(spoken, pairs), _answered(spoken, pairs), denied(spoken, pairs, read, scale)):
        against[i].update(_elsewhere(spoken[j], spoken[i]))
        if spoken[j].active:
            against[j].update(_elsewhere(spoken[i], spoken[j]))
    for place, finding in other_figures(spoken):
        against[place].add(finding)
    return defaultdict(frozenset, {place: frozenset(ids) for place, ids in against.items()})


def opposed_in(
    groups: Sequence[Sequence[int]], spoken: Sequence[Utterance], against: Mapping[int, frozenset[str]]
) -> list[set[str]]:
    """Return for each of *groups* (places in *spoken* on one matter) the ids against it.

    Where half of the passages of a charge deny a claim, all do, in whatever words.
    """
    opposed = [{other for place in places for other in against[place]} for places in groups]
    home = {finding.id: number for number, places in enumerate(groups) for finding in _said(places, spoken)}
    for places in groups:
        if is_charge(spoken[places[0]]):
            for claim in _denied_by_half(places, against, home):
                one = spoken[groups[claim][0]]
                alike = [place for place in places if not _of_another(spoken[place], one)]
                opposed[claim].update(finding.id for finding in _said(alike, spoken))
    return opposed


def _of_another(charge: Utterance, claim: Utterance) -> bool:
    """Tell a charge that names another place, project or branch than the claim."""
    of_two = of_two_branches(charge.passage.plain, claim.passage.plain)
    return of_two or of_two_places(charge, claim) or name_others(charge.passage, claim.passage)


def _denied_by_half(
    places: Sequence[int], against: Mapping[int, frozenset[str]], home: Mapping[str, int]
) -> Iterator[int]:
    """Yield the groups that at least half of *places* speak against; *home* has the group of each finding."""
    denying = Counter(group for place in places for group in {home[other] for other in against[place] if other in home})
    return (group for group, count in denying.items() if 2 * count >= len(places))


def _said(places: Iterable[int], spoken: Sequence[Utterance]) -> Iterator[Finding]:
    return (finding for place in places for finding in spoken[place].findings)


def _disagreeing(spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    return (
        (i, j)
        for i, j, near in pairs
        if near >= _OTHER_FIGURE and _give_two_figures(spoken[i], spoken[j], sure=near >= _SURELY_ONE)
    )


def _give_two_figures(one: Utterance, other: Utterance, *, sure: bool) -> bool:
    """Tell whether two authors give other figures; where it is not *sure* that they mean one matter, of one thing."""
    if of_one_author(one, other) or not disagree(one, other):
        return False
    return sure or miscount(one, other) or of_one_thing(one.findings[0], other.findings[0])


def _answered(spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    """Yield charges, each with what answers it: a denial, a cure, or an achievement in the same matter."""
    found = list(_answering(spoken, pairs))
    nearest: dict[int, float] = defaultdict(float)
    closest: dict[int, float] = defaultdict(float)
    for near, charge, answer in found:
        nearest[answer] = max(near, nearest[answer])
        if spoken[answer].active:
            closest[charge] = max(near, closest[charge])
    for near, charge, answer in found:
        claimed = spoken[answer].active
        if near >= nearest[answer] - (_OTHERS if claimed else _NEAREST) and near >= claimed * (
            closest[charge] - _NEAREST
        ):
            yield charge, answer


def _answering(
    spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]
) -> Iterator[tuple[float, int, int]]:
    """Yield how near each is, a charge and what may answer it."""
    for i, j, near in pairs:
        for charge, answer in ((i, j), (j, i)):
            least = _least(spoken[charge], spoken[answer])
            if near + _OPPOSITE >= least and _opposes(spoken[charge], spoken[answer], near):
                nearer = near + _OPPOSITE * _are_opposite(spoken[charge], spoken[answer])
                if nearer >= least:
                    yield nearer, charge, answer


def _least(charge: Utterance, answer: Utterance) -> float:
    """Return how near an answer must be: nearer in another category, and where nobody knows whom either is about."""
    subject, _ = charge.owner
    return _ANSWERING if subject and charge.category == answer.category and is_charge(charge) else _ACROSS


def _opposes(charge: Utterance, answer: Utterance, near: float) -> bool:
    if of_two_places(charge, answer):
        return False
    if not is_charge(charge):
        return _is_denied(charge, answer)
    if not answer.active:
        return any(finding.status in ANSWERS for finding in answer.findings)
    if answer.category != "achievement" or answer.planned or of_one_author(charge, answer):
        return False
    return charge.kind == "evidence" or _denies(charge, answer, near)


def _is_denied(claim: Utterance, answer: Utterance) -> bool:
    """Tell a claim of one's own that somebody else says is not so: 受到通报表扬, and 未予以通报表扬."""
    denied = not answer.active and any(finding.status == "negated" for finding in answer.findings)
    return claim.active and denied and claim.category == answer.category and not of_one_author(claim, answer)


def _are_opposite(charge: Utterance, answer: Utterance) -> bool:
    if not answer.active:
        return False
    claimed, found = answer.findings[0].text, charge.findings[0].text
    recounted = counts_again(found) and figures_differ(charge, answer)
    return recounted or are_opposite(claimed, found) or dated_otherwise(charge, answer)


def _denies(charge: Utterance, answer: Utterance, near: float) -> bool:
    """Tell an achievement that a charge denies: done and not done, or the very number that is called into question."""
    if _questions(charge, answer) or miscounted(answer, charge):
        return True
    if of_other_years(charge, answer) or of_two_branches(charge.passage.plain, answer.passage.plain):
        return False
    if _are_opposite(charge, answer):
        return True
    claimed = answer.findings[0].text
    if claims_whole(claimed) and says_undone(charge.findings[0].text):
        return True
    return (claims_always(claimed) and _of_one(charge, near)) or is_padded(charge.findings, answer.findings)


def _of_one(charge: Utterance, near: float) -> bool:
    """Tell a charge so near that whatever it says is against a claim without exception; but not where money went."""
    return near >= _PLAINLY_ONE and {number.unit for number in charge.numbers} != {"元"}


def _questions(charge: Utterance, answer: Utterance) -> bool:
    """Tell a charge and a claim that share a number: made good, or called into question (386户, 实为251户)."""
    agreed = agreements(charge.numbers, answer.numbers)
    if not any(map(is_telling, agreed)):
        return False
    more = any(number not in agreed for number in charge.numbers if number.unit != "日期")
    return more or says_undone(charge.findings[0].text) or makes_good(answer.findings[0].text)


def _elsewhere(other: Utterance, one: Utterance) -> Iterator[str]:
    """Yield what stands at another place: a sentence with two sides does not contradict itself."""
    places = {(finding.document, finding.span) for finding in one.findings}
    for finding in other.findings:
        if (finding.document, finding.span) not in places and (other.active or finding.status in ANSWERS):
            yield finding.id
