"""Where the sentence model is unsure: the sentences near the operating point, worth asking a second reader about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.judgment import CONCEIVABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.judgment import OperatingPoint, Witness

MOST_ASKED = 20  # sentences of one document: at some seconds each a document stays a matter of minutes
_SHARE_BELOW, _SHARE_ABOVE = 0.5, 1.5  # of the operating point


@dataclass(frozen=True, slots=True)
class Band:
    """The probabilities of risk between which the model is unsure, both included; up to ``barely`` a flag is narrow."""

    low: float
    high: float
    barely: float


@dataclass(frozen=True, slots=True)
class Hesitation:
    """The numbers of the unsure sentences that are to be asked about, in order, and how many more there were."""

    chosen: tuple[int, ...]
    left_out: int = 0


def unsure_band(operating_point: float) -> Band:
    """Return the band around *operating_point*: from half of it to half as much again.

    It is bounded, as half as much again may be beyond certainty: above it ends half-way to 1, below at the probability
    that makes a category conceivable, under which the policy names none. A flag is narrow in the lower half of what
    lies above the operating point.

    >>> unsure_band(0.64)
    Band(low=0.32, high=0.82, barely=0.73)
    >>> unsure_band(0.3)
    Band(low=0.2, high=0.45, barely=0.375)
    """
    low = min(operating_point, max(_SHARE_BELOW * operating_point, CONCEIVABLE))
    high = min(_SHARE_ABOVE * operating_point, (operating_point + 1) / 2)
    return Band(*(round(one, 6) for one in (low, high, (operating_point + high) / 2)))


def unsure_sentences(witnesses: Sequence[Witness], point: OperatingPoint, *, most: int = MOST_ASKED) -> Hesitation:
    """Return which sentences to ask about: those in the band, the nearest to the operating point first to be taken.

    What can be no finding whatever anybody says is not asked about (the asker's turn, a heading that names its topic),
    and nothing that touches on integrity, which is for authorized reviewers alone.
    """
    band = unsure_band(point.risk)
    unsure = [
        number
        for number, witness in enumerate(witnesses)
        if band.low <= witness.probabilities["risk"] <= band.high
        and not (witness.asks or witness.topic or is_confidential(witness))
    ]
    nearest = sorted(unsure, key=lambda number: abs(witnesses[number].probabilities["risk"] - point.risk))
    return Hesitation(tuple(sorted(nearest[:most])), len(unsure) - len(nearest[:most]))


def is_confidential(witness: Witness) -> bool:
    """Tell whether a sentence has words that may be for authorized reviewers alone: it is shown to no second reader."""
    return any(hit.rule.kind == "referral" for hit in witness.hits)
