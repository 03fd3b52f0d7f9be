"""Choice of the operating point on out-of-fold probabilities of our own corpus; dev data play no part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.sentence_model import HEADS
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A false accusation is worse than a missed one: precision counts twice as much as recall for a risk. Evidence is
# mostly to somebody's credit, and to overlook it wrongs him as much as to find too much: both count alike.
RISK_BETA = 0.5
EVIDENCE_BETA = 1.0

PRECISIONS = tuple(percent / 100 for percent in range(50, 100))
LEAST_FLAGGED = 30
"""A precision seen on fewer sentences than this may be luck and is not promised."""


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


def precision_points(scores: NDArray[np.float64], answers: NDArray[np.int8]) -> dict[str, dict[str, float]]:
    """Return by precision ("0.50" to "0.99") the lowest operating point that reaches it, and the recall left there.

    *scores* are those of ``policy_scores``: a sentence is flagged where the operating point is not above its score.
    A precision that is nowhere reached is left out.
    """
    thresholds, flagged, hits = _steps(scores, answers)
    total = max(int(answers.sum()), 1)
    points = {}
    for wanted in PRECISIONS:
        reached = np.flatnonzero((flagged >= LEAST_FLAGGED) & (hits >= wanted * flagged))
        if len(reached):
            last = reached[-1]
            points[f"{wanted:.2f}"] = {"risk": float(thresholds[last]), "recall": round(float(hits[last] / total), 4)}
    return points


def reached_at(threshold: float, scores: NDArray[np.float64], answers: NDArray[np.int8]) -> dict[str, float]:
    """Return precision, recall and F1 of the sentences whose score reaches *threshold*."""
    flagged = scores >= threshold
    hits = int(answers[flagged].sum())
    precision, recall = hits / max(int(flagged.sum()), 1), hits / max(int(answers.sum()), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _steps(
    scores: NDArray[np.float64], answers: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct scores above 0, falling, and how many sentences and risks reach each of them."""
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > 0]
    falling, hits = scores[order], np.cumsum(answers[order], dtype=np.int64)
    last = np.flatnonzero(np.append(falling[:-1] > falling[1:], True)[: len(falling)])
    return falling[last], last + 1, hits[last]
