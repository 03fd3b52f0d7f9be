"""How both readings are joined and which sentences are left open: fitted with scikit-learn on out-of-fold answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from mingcha.models.encoding.joining import BOUND, Band, Joining
from mingcha.models.sentence_model import HEADS
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FEW = 60  # positives below which three weights would follow single sentences
CLEAR = 0.97
LOST = 0.002  # share of the signals that may be passed over as clear; see decision 0018
DECIDED = ("risk", *EVIDENCE_CATEGORIES)  # the heads whose open sentences are read


def fit_joining(light: Floats, encoder: Floats, targets: NDArray[np.int8]) -> Joining:
    """Fit the weights of every head on log-odds (sentences, heads) that were both given out of fold."""
    rows = np.array([_weights(light[:, head], encoder[:, head], targets[:, head]) for head in range(targets.shape[1])])
    return Joining(*rows.astype(np.float32).T)


def _weights(light: Floats, encoder: Floats, answers: NDArray[np.int8]) -> tuple[float, float, float]:
    """Return the weights of one head; the light reading alone where it was hardly ever right to say yes."""
    if answers.sum() < FEW:
        return 1.0, 0.0, 0.0
    both = np.clip(np.column_stack([light, encoder]), -BOUND, BOUND)
    fitted = LogisticRegression(C=1.0).fit(both, answers)
    first, second = fitted.coef_[0]
    return float(first), float(second), float(fitted.intercept_[0])


def fit_band(probabilities: Floats, targets: NDArray[np.int8]) -> Band:
    """Return the band of the light model's out-of-fold *probabilities* outside which it is left alone.

    Below ``low`` lies the share :data:`LOST` of what a head has to find; above :data:`CLEAR` it is all but certain.
    """
    low = np.full(len(HEADS), 2.0)
    for head in map(HEADS.index, DECIDED):
        positives = probabilities[targets[:, head] == 1, head]
        low[head] = np.quantile(positives, LOST) if len(positives) else 2.0
    return Band(low.astype(np.float32), np.full(len(HEADS), CLEAR, np.float32))
