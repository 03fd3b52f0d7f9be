"""How far the operating point may rise before the policy lets a sentence go.

The precision that a user asks for is one of the findings he gets, and these are made by the policy of
``pipeline/judgment.py``, not by the probability alone. So the policy itself is asked, and nothing of it is said twice.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mingcha.models.sentence_model import HEADS
from mingcha.pipeline.judgment import Witness, judge
from mingcha.pipeline.terms import ACTIVE_STATUSES, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mingcha.models.examples import Example
    from mingcha.pipeline.judgment import OperatingPoint
    from mingcha.pipeline.marking import Marked

STEPS = 10_000
"""The operating point is told to four decimals, as the model card writes it."""


def policy_scores(
    examples: Sequence[Example], probabilities: NDArray[np.float32], point: OperatingPoint
) -> NDArray[np.float64]:
    """Return for every sentence the highest operating point for risk at which it is still active; 0 where it never is.

    *probabilities* has a row for each sentence of *examples*, in their order; all of *point* but ``risk`` is kept.
    """
    places = ((example, marked) for example in examples for marked in example.sentences)
    witnesses = (witness_of(*place, row) for place, row in zip(places, probabilities.tolist(), strict=True))
    return np.array([_highest(witness, point) for witness in witnesses], dtype=np.float64)


def witness_of(example: Example, marked: Marked, row: Sequence[float]) -> Witness:
    """Return what the policy is told of a sentence; *row* are its probabilities in the order of ``HEADS``."""
    by_head = dict(zip(HEADS, row, strict=True))
    return Witness.of(marked, example.genre.id, by_head, of_sentences=len(example.sentences))


def _highest(witness: Witness, point: OperatingPoint) -> float:
    """Bisect: what is active at one operating point is active at every lower one."""

    def is_lost(step: int) -> bool:
        return not _is_active(witness, replace(point, risk=step / STEPS))

    if is_lost(1):
        return 0.0
    return (bisect_left(range(STEPS + 1), x=True, lo=1, key=is_lost) - 1) / STEPS


def _is_active(witness: Witness, point: OperatingPoint) -> bool:
    return any(one.category in RISK_CATEGORIES and one.status in ACTIVE_STATUSES for one in judge(witness, point))
