"""How well probabilities put the sentences that assert a risk before the others, and how far they can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOUND = 0.95
"""The share of all risks that a reader wants to have met."""
BINS = 10


def ranking_of(probabilities: NDArray[np.float64], answers: NDArray[np.bool_]) -> dict[str, float]:
    """Return average precision, recall at precision 0.8 and 0.9, and the share to be read for 95 % of the risks.

    Sentences of equal probability stay in the order given. All are NaN where nothing is to be found.
    """
    total = int(answers.sum())
    if total == 0:
        return dict.fromkeys(("average_precision", "recall_at_p80", "recall_at_p90", "share_read_for_95"), float("nan"))
    right = answers[np.argsort(-probabilities, kind="stable")]
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(right) + 1)
    return {
        "average_precision": float(precision[right].sum() / total),
        "recall_at_p80": _recall_at(0.8, precision, hits / total),
        "recall_at_p90": _recall_at(0.9, precision, hits / total),
        "share_read_for_95": float((np.argmax(hits >= FOUND * total) + 1) / len(right)),
    }


def _recall_at(level: float, precision: NDArray[np.float64], recall: NDArray[np.float64]) -> float:
    return float(recall[precision >= level].max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Bin:
    """The sentences whose probability lies from ``low`` up to ``high``: how many, how likely, how many truly are."""

    low: float
    high: float
    count: int
    mean: float
    share: float


def reliability_of(
    probabilities: NDArray[np.float64], answers: NDArray[np.bool_], *, bins: int = BINS
) -> tuple[Bin, ...]:
    """Return bins of equal width; ``mean`` and ``share`` of an empty one are NaN."""
    places = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    return tuple(
        _bin(number, bins, probabilities[places == number], answers[places == number]) for number in range(bins)
    )


def _bin(number: int, bins: int, probabilities: NDArray[np.float64], answers: NDArray[np.bool_]) -> Bin:
    empty = not len(answers)
    mean, share = (float("nan"), float("nan")) if empty else (float(probabilities.mean()), float(answers.mean()))
    return Bin(number / bins, (number + 1) / bins, len(answers), mean, share)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Return the expected calibration error (Naeini et al. 2015): |mean - share| over the bins, weighted by count."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.mean - one.share) for one in bins if one.count) / total if total else 0.0
