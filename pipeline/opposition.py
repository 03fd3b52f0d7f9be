"""Which claim a charge denies, where no single word says so: 全部通水 and 水龙头拧开是黄汤.

A charge is aimed at one claim: of all that is claimed about a subject it is nearest to that one. How much nearer, what
both say and who says it are weighed together by a logistic regression; its weights were fitted by
:mod:`mingcha.models.opposition_training` on our labelled assessments (``corpora/gold/facts``); a test fits them again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import nlargest
from math import exp
from typing import TYPE_CHECKING, Final

from mingcha.pipeline.denials import claims_always, claims_whole
from mingcha.pipeline.likeness import is_charge, of_one_author, of_other_years, of_two_places
from mingcha.pipeline.opposites import are_opposite
from mingcha.pipeline.scopes import of_two_branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.likeness import Utterance

LEAST: Final = 0.5  # the probability from which a charge is said to deny a claim: 83 of 100 such do, held out
_IN_OTHER_WORDS = 0.5  # nearer ones share their words: what denies there must be said, see :mod:`.contradictions`
_FAR = 0.15  # a lead beyond it says no more: where little is claimed, any claim leads
_LONG = 50  # characters of a sentence that count as one


@dataclass(frozen=True, slots=True)
class Aim:
    """How near a charge and a claim are (``near``, 0 to about 1), and by how much nearer than the charge is to any
    other claim (``lead``, negative where another is nearer).
    """

    near: float
    lead: float


# What is weighed of a pair, and how much; the last weighs every pair alike.
WEIGHTS: Final[Mapping[str, float]] = {
    "near": 11.101,  # likeness
    "lead": 10.609,  # how much nearer than the next claim
    "opposite": 0.609,  # the opposite is found of what is claimed: 建成, 基坑
    "whole": 0.492,  # claimed as done, or as holding without exception
    "always": 0.758,  # claimed as holding without exception
    "own_claim": 2.8,  # who claims it speaks of himself
    "charge_length": 1.538,  # a long charge tells what was seen
    "claim_length": 1.639,
    "formalism": 0.533,  # made up for show: some claim rests on it
    "peer": 0.935,  # colleagues know what was claimed
    "ticket": -0.244,  # callers mostly complain of another side of the matter
    "all": -9.874,
}


def traits(charge: Utterance, claim: Utterance, aim: Aim) -> tuple[float, ...]:
    """Return what is weighed of a charge and a claim, in the order of ``WEIGHTS``."""
    found, claimed = charge.findings[0], claim.findings[0]
    claimed_as = (claims_whole(claimed.text), claims_always(claimed.text))
    said = (are_opposite(claimed.text, found.text), *claimed_as)
    told = (charge.category == "formalism", found.source_kind == "S-PEER", found.source_kind == "S-12345")
    return (
        aim.near,
        max(-_FAR, min(aim.lead, _FAR)),
        *map(float, said),
        float(claimed.source_kind == "S-SELF"),
        _length(found.text),
        _length(claimed.text),
        *map(float, told),
        1.0,
    )


def _length(text: str) -> float:
    return min(len(text) / _LONG, 2.0)


def probability(charge: Utterance, claim: Utterance, aim: Aim) -> float:
    """Return how likely *charge* denies *claim*, 0 to 1."""
    odds = sum(weight * trait for weight, trait in zip(WEIGHTS.values(), traits(charge, claim, aim), strict=True))
    return 1 / (1 + exp(-odds))


def denied(spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    """Yield charges, each with a claim that it probably denies, as places in *spoken*; *pairs* are those compared."""
    for (charge, claim), aim in aims(spoken, pairs).items():
        if probability(spoken[charge], spoken[claim], aim) >= LEAST:
            yield charge, claim


def _may_deny(charge: Utterance, claim: Utterance) -> bool:
    """Tell whether a charge can deny a claim: of the same known subject, place, year and branch, and no plan, by
    somebody else.
    """
    known, _ = charge.owner
    apart = of_two_places(charge, claim) or of_other_years(charge, claim)
    of_two = apart or of_two_branches(charge.passage.plain, claim.passage.plain)
    return bool(known) and not (of_two or claim.planned or of_one_author(charge, claim))


def aims(spoken: Sequence[Utterance], pairs: Iterable[tuple[int, int, float]]) -> dict[tuple[int, int], Aim]:
    """Return how each charge among *pairs* is aimed at the claims that it may deny in other words."""
    near = {
        (charge, claim): likeness
        for i, j, likeness in pairs
        for charge, claim in ((i, j), (j, i))
        if is_charge(spoken[charge]) and _is_claim(spoken[claim])
    }
    of_charge: dict[int, list[float]] = defaultdict(list)
    for (charge, _), likeness in near.items():
        of_charge[charge].append(likeness)
    nearest = {charge: [*nlargest(2, likenesses), 0.0] for charge, likenesses in of_charge.items()}
    return {
        (charge, claim): Aim(own, own - nearest[charge][own == nearest[charge][0]])
        for (charge, claim), own in near.items()
        if own < _IN_OTHER_WORDS and _may_deny(spoken[charge], spoken[claim])
    }


def _is_claim(one: Utterance) -> bool:
    return one.active and one.category == "achievement"
