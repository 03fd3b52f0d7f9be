"""Training of the second reading with scikit-learn, on first answers that were given out of fold."""

from __future__ import annotations

from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from mingcha.models.surroundings import SecondReading, joined, surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mingcha.models.training import Matrix

    Floats = NDArray[np.float32]

READERS = 5  # networks of different beginnings, joined to one: a single one errs by chance
HIDDEN = 64
ROUNDS = 20
DECAY = 1.0  # L2; with these, out-of-fold average precision is the highest on our own corpus
RATE = 0.002
_WIDEST = 1e-3  # an input that never changes is not blown up


def inputs_of(first: Floats, sizes: Sequence[int]) -> Floats:
    """Return the surroundings of every sentence; *sizes* counts the sentences of each document."""
    documents = np.split(first, np.cumsum(sizes)[:-1])
    return np.vstack([surroundings(document) for document in documents])


def fit_reading(inputs: Floats, targets: NDArray[np.int8], seed: int) -> SecondReading:
    """Fit several networks and lay them side by side as one, which gives the mean of their log-odds."""
    center = inputs.mean(axis=0)
    scale = np.maximum(inputs.std(axis=0), _WIDEST)
    scaled = (inputs - center) / scale
    with threadpool_limits(1), catch_warnings():  # the last digits must not hang on the number of cores
        simplefilter("ignore", ConvergenceWarning)  # the rounds are few on purpose
        readers = [_network(seed + number).fit(scaled, targets) for number in range(READERS)]
    heads = targets.shape[1]
    arrays = (
        center,
        scale,
        np.hstack([reader.coefs_[0] for reader in readers]),
        np.hstack([reader.intercepts_[0] for reader in readers]),
        np.vstack([reader.coefs_[1] for reader in readers]) / READERS,
        np.mean([reader.intercepts_[1] for reader in readers], axis=0),
        np.ones(heads),
        np.zeros(heads),
    )
    return SecondReading(*(np.asarray(array, dtype=np.float32) for array in arrays))


def _network(seed: int) -> MLPClassifier:
    # The rounds are counted, not stopped by a held-out part: every sentence is needed.
    return MLPClassifier(
        (HIDDEN,), alpha=DECAY, learning_rate_init=RATE, max_iter=ROUNDS, n_iter_no_change=ROUNDS, random_state=seed
    )


def held_out_readings(first: Floats, matrix: Matrix, *, folds: int, seed: int) -> Floats:
    """Return the joined log-odds of every sentence by networks that saw nothing of its writer's."""
    inputs, out = inputs_of(first, matrix.sizes), np.zeros_like(first)
    for fitted, held in GroupKFold(folds, shuffle=True, random_state=seed).split(inputs, groups=matrix.groups):
        rows = fitted[matrix.weights[fitted] > 0]
        reading = fit_reading(inputs[rows], matrix.targets[rows], seed)
        out[held] = joined(first[held], reading.answers(inputs[held]))
    return out
