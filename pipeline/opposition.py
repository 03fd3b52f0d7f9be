"""Which claim a charge denies, where no single word says so: 全部通水 and 水龙头拧开是黄汤.

A charge is aimed at one claim: of all that is claimed about a subject it is nearest to that one, in its words or in
what these speak of. How much nearer, what both say and who says it are weighed together by a logistic regression; its
weights were fitted by :mod:`mingcha.models.opposition_training` on our labelled assessments (``corpora/gold/facts``);
a test fits them again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import exp
from typing import TYPE_CHECKING, Final

from mingcha.pipeline.denials import claims_always, claims_whole
from mingcha.pipeline.figures import figures_differ
from mingcha.pipeline.likeness import is_charge, likeness, of_one_author, of_other_years, of_two_places
from mingcha.pipeline.opposites import are_opposite
from mingcha.pipeline.scopes import of_two_branches
from mingcha.pipeline.similarity import name_others

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from mingcha.pipeline.likeness import Utterance
    from mingcha.pipeline.similarity import Scale

LEAST: Final = 0.5  # the probability from which a charge is said to deny a claim: 86 of 100 such do, held out
_IN_OTHER_WORDS = 0.5  # nearer ones share their words: what denies there must be said, see :mod:`.contradictions`
_FAR = 0.15  # a lead beyond it says no more: where little is claimed, any claim leads
_FAR_IN_SENSE = 0.3
_PLAINLY = 2.0  # beyond it a charge says no more plainly that something is not there
_LONG = 50  # characters of a sentence that count as one
_BY_SENSE = (
    3  # claims that are weighed for being nearest in sense alone: a charge may share no word with what it denies
)
_AT_A_TIME = 512  # charges
_DIGITS = 4  # beyond them machines multiply differently
_CLAIMS = frozenset({"achievement", "initiative"})
ANSWERS: Final = frozenset({"negated", "resolved", "exculpatory"})
"""How a passage stands that says that the charged is put right, or not so."""


@dataclass(frozen=True, slots=True)
class Senses:
    """What texts speak of: ``vectors`` (texts, width) of length one, near each other where it is one matter; and how
    much each says that something is not there (``denials``), nought where it may as well complain of another side.
    """

    vectors: NDArray[np.float32]
    denials: NDArray[np.float32]


SenseReader = Callable[[Sequence[str]], Senses]


@dataclass(frozen=True, slots=True)
class Aim:
    """How near a charge and a claim are (``near``, 0 to about 1), and by how much nearer than the charge is to any
    other claim (``lead``, negative where another is nearer); likewise ``sense`` and ``sense_lead`` of what they
    speak of, −1 to 1; and how much the charge says that something is not there (``denying``).
    """

    near: float
    lead: float
    sense: float
    sense_lead: float
    denying: float


# What is weighed of a pair, and how much; the last weighs every pair alike. ``answer`` is what is no claim of a result
# or of conduct but says that the charged is put right, or not so.
WEIGHTS: Final[Mapping[str, float]] = {
    "near": 7.271,  # likeness
    "lead": 7.886,  # how much nearer than the next claim
    "sense": 3.081,  # how near in what they speak of
    "sense_lead": 3.068,
    "denying": 0.576,  # says that something is not there
    "opposite": 0.343,  # the opposite is found of what is claimed: 建成, 基坑
    "whole": 0.156,  # claimed as done, or as holding without exception
    "always": 0.781,  # claimed as holding without exception
    "own_claim": 1.941,  # who claims it speaks of himself
    "names_apart": -1.199,  # each names another project or place
    "figures_differ": 0.422,  # figures of one sort, none near
    "counted": -0.922,  # claimed is how many, and the charge counts nothing of the sort
    "charge_length": -1.44,
    "claim_length": 1.494,
    "answer": -7.369,
    "answer_in_kind": 7.203,  # an answer to a charge of the same category
    "answer_near": 8.438,
    "answer_lead": -8.933,
    "answer_sense": -0.914,
    "answer_sense_lead": -1.358,
    "all": -6.342,
}


def traits(charge: Utterance, claim: Utterance, aim: Aim) -> tuple[float, ...]:
    """Return what is weighed of a charge and a claim, in the order of ``WEIGHTS``."""
    found, claimed, answers = charge.findings[0], claim.findings[0], float(not claim.active)
    claimed_as = (claims_whole(claimed.text), claims_always(claimed.text), claimed.source_kind == "S-SELF")
    nearness = (aim.near, _within(aim.lead, _FAR), aim.sense, _within(aim.sense_lead, _FAR_IN_SENSE))
    return (
        *nearness,
        _within(aim.denying, _PLAINLY),
        *map(float, (are_opposite(claimed.text, found.text), *claimed_as)),
        float(name_others(charge.passage, claim.passage)),
        float(figures_differ(charge, claim)),
        float(_only_counts(charge, claim)),
        _length(found.text),
        _length(claimed.text),
        answers,
        answers * (charge.category == claim.category),
        *(answers * one for one in nearness),
        1.0,
    )


def _only_counts(charge: Utterance, claim: Utterance) -> bool:
    """Tell a claim of so many, where the charge counts nothing of the sort: 新建公厕4座, and 公厕锁着门."""
    units = {number.unit for number in claim.numbers if number.unit != "日期"}
    return bool(units) and units.isdisjoint(number.unit for number in charge.numbers)


def _within(number: float, most: float) -> float:
    return max(-most, min(number, most))


def _length(text: str) -> float:
    return min(len(text) / _LONG, 2.0)


def probability(charge: Utterance, claim: Utterance, aim: Aim) -> float:
    """Return how likely *charge* denies *claim*, 0 to 1."""
    odds = sum(weight * trait for weight, trait in zip(WEIGHTS.values(), traits(charge, claim, aim), strict=True))
    return 1 / (1 + exp(-odds))


def denied(
    spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]], read: SenseReader, scale: Scale
) -> Iterator[tuple[int, int]]:
    """Yield charges, each with a claim that it probably denies, as places in *spoken*; *pairs* are those compared."""
    for (charge, claim), aim in aims(spoken, pairs, read, scale).items():
        if probability(spoken[charge], spoken[claim], aim) >= LEAST:
            yield charge, claim


def aims(
    spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]], read: SenseReader, scale: Scale
) -> dict[tuple[int, int], Aim]:
    """Return how each charge is aimed at the claims that it may deny in other words: those that it was compared with
    (*pairs*) and the nearest in sense, with which it may share no word. *read* tells what texts speak of.
    """
    charges = [place for place, one in enumerate(spoken) if is_charge(one)]
    claims = [place for place, one in enumerate(spoken) if _is_claim(one)]
    if not charges or not claims or not spoken[charges[0]].owner[0]:
        return {}
    told = read([spoken[place].findings[0].text for place in (*charges, *claims)])
    vectors = dict(zip((*charges, *claims), told.vectors, strict=True))
    denying = dict(zip(charges, map(float, told.denials), strict=False))
    further = {(i, j): likeness(spoken[i], spoken[j], scale) for i, j in _nearest(charges, claims, told.vectors)}
    near = further | _compared(spoken, pairs)
    sense = {(i, j): float(vectors[i] @ vectors[j]) for i, j in near}
    lead, sense_lead = _leads(near, spoken), _leads(sense, spoken)
    return {
        (i, j): Aim(near[i, j], lead[i, j], sense[i, j], sense_lead[i, j], denying[i])
        for i, j in near
        if near[i, j] < _IN_OTHER_WORDS and _may_deny(spoken[i], spoken[j])
    }


def _compared(spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]) -> dict[tuple[int, int], float]:
    """Return the charges and claims among *pairs* with their likeness."""
    return {
        (charge, claim): near
        for i, j, near in pairs
        for charge, claim in ((i, j), (j, i))
        if is_charge(spoken[charge]) and _is_claim(spoken[claim])
    }


def _nearest(charges: Sequence[int], claims: Sequence[int], vectors: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Yield each charge with the claims nearest to it in what they speak of; *vectors* are of both, charges first.

    Some charges at a time, so that the memory grows with their number and not with its square.
    """
    told = vectors[len(charges) :].T
    for first in range(0, len(charges), _AT_A_TIME):
        rows = vectors[first : min(first + _AT_A_TIME, len(charges))] @ told
        nearest = (-rows.round(_DIGITS)).argsort(axis=1, kind="stable")[:, :_BY_SENSE]
        yield from ((charge, claims[one]) for charge, row in zip(charges[first:], nearest, strict=False) for one in row)


def _leads(near: Mapping[tuple[int, int], float], spoken: Sequence[Utterance]) -> dict[tuple[int, int], float]:
    """Return by how much each charge is nearer to a claim than to any other of its sort, claims or answers."""
    of_charge: dict[tuple[int, bool], list[float]] = defaultdict(list)
    for (charge, claim), own in near.items():
        of_charge[charge, spoken[claim].active].append(own)
    nearest = {key: [*nlargest(2, found), 0.0] for key, found in of_charge.items()}
    first = {(charge, claim): nearest[charge, spoken[claim].active] for charge, claim in near}
    return {pair: own - first[pair][own == first[pair][0]] for pair, own in near.items()}


def _may_deny(charge: Utterance, claim: Utterance) -> bool:
    """Tell whether a charge can deny a claim: of the same known subject, place, year and branch, and no plan, by
    somebody else.
    """
    known, _ = charge.owner
    apart = of_two_places(charge, claim) or of_other_years(charge, claim)
    of_two = apart or of_two_branches(charge.passage.plain, claim.passage.plain)
    return bool(known) and not (of_two or claim.planned or of_one_author(charge, claim))


def _is_claim(one: Utterance) -> bool:
    """Tell what a charge may deny: a result, conduct of one's own, or that what was charged is put right or not so."""
    if one.active:
        return one.category in _CLAIMS
    return any(finding.status in ANSWERS for finding in one.findings)
