"""Choice of the operating point on out-of-fold probabilities of our own corpus; dev data play no part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.sentence_model import HEADS
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A false accusation is worse than a missed one: precision counts twice as much as recall for a risk, and somewhat
# more for evidence, which is praise or blame too.
RISK_BETA = 0.5
EVIDENCE_BETA = 0.7


def best_threshold(probabilities: NDArray[np.float32], answers: NDArray[np.int8], *, beta: float = 1.0) -> float:
    """Return the threshold with the highest F-beta; 1.0 where there is nothing to find.

    >>> best_threshold(np.array([0.9, 0.8, 0.3, 0.1], np.float32), np.array([1, 1, 0, 0], np.int8))
    0.8
    """
    total = int(answers.sum())
    if total == 0:
        return 1.0
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(answers[order])
    flagged = np.arange(1, len(order) + 1)
    scores = (1 + beta**2) * hits / (flagged + beta**2 * total)
    return round(float(probabilities[order[int(np.argmax(scores))]]), 4)


def choose_point(probabilities: NDArray[np.float32], targets: NDArray[np.int8]) -> dict[str, Any]:
    """Return the operating point as it is written in the model card; see ``OperatingPoint`` for its parts."""
    column = {head: number for number, head in enumerate(HEADS)}
    risk = best_threshold(probabilities[:, 0], targets[:, 0], beta=RISK_BETA)
    evidence = {
        category: best_threshold(probabilities[:, column[category]], targets[:, column[category]], beta=EVIDENCE_BETA)
        for category in EVIDENCE_CATEGORIES
    }
    mentions = [column[mention] for mention in MENTIONS]
    mention = best_threshold(probabilities[:, mentions].max(axis=1), targets[:, mentions].max(axis=1))
    active = probabilities[:, 0] >= risk
    codes = [column[category] for category in RISK_CATEGORIES]
    share = best_share(probabilities[active][:, codes], targets[active][:, codes])
    return {"risk": risk, "share": share, "evidence": evidence, "mention": mention}


def best_share(probabilities: NDArray[np.float32], targets: NDArray[np.int8]) -> float:
    """Return how near to the likeliest category another must come to be named too: the share with the highest F1."""
    if not len(targets):
        return 1.0
    nearness = probabilities / probabilities.max(axis=1, keepdims=True)
    return best_threshold(nearness.ravel(), targets.ravel())
