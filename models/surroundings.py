"""A second reading: what the model said of a sentence, read again among what it said of the sentences around it.

The first reading sees a sentence and its two neighbours. Whether a document complains, comments, commends or lays down
the law shows in a dozen sentences, not in one, and no list of genres has them all: so a small network reads the first
answers of all heads together with their means and maxima around the sentence (decision 0011).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR, FAR = 2, 12  # sentences on each side
FIRST_SHARE = 1 / 3  # what the first reading keeps of the final word
_BOUND = 15.0  # log-odds beyond this are certainty


@dataclass(frozen=True, slots=True)
class SecondReading:
    """A network with one hidden layer: ``center`` and ``scale`` of its inputs, then weights and biases.

    ``slopes`` and ``offsets`` turn the joined log-odds of both readings into calibrated ones, by head.
    """

    center: NDArray[np.float32]
    scale: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]
    slopes: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def joined(self, first: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log-odds of both readings together for the consecutive sentences of one document."""
        return np.asarray(joined(first, self.answers(surroundings(first))), dtype=np.float32)

    def answers(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the network's own log-odds for rows of :func:`surroundings`."""
        scaled = (inputs - self.center) / self.scale
        seen = np.maximum(scaled @ self.hidden + self.hidden_bias, 0)
        return np.asarray(seen @ self.out + self.out_bias, dtype=np.float32)

    def read(self, first: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return calibrated log-odds, one row per sentence, one column per head."""
        return np.asarray(self.joined(first) * self.slopes + self.offsets, dtype=np.float32)


def joined(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of two readings by their shares, each within the bounds of certainty."""
    return FIRST_SHARE * bounded(first) + (1 - FIRST_SHARE) * bounded(second)


def bounded(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log-odds within the bounds of certainty."""
    return np.clip(logits, -_BOUND, _BOUND)


def surroundings(first: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return four blocks of columns: *first* itself, its mean near by, its mean and its maximum farther around."""
    held = bounded(first)
    return np.hstack([held, _means(held, NEAR), _means(held, FAR), _maxima(held, FAR)]).astype(np.float32)


def _means(rows: NDArray[np.float32], reach: int) -> NDArray[np.float64]:
    """Return for each row the mean of the rows at most *reach* away."""
    sums = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    places = np.arange(len(rows))
    first, last = np.maximum(places - reach, 0), np.minimum(places + reach + 1, len(rows))
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None])


def _maxima(rows: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    padded = np.full((len(rows) + 2 * reach, rows.shape[1]), -np.inf, dtype=rows.dtype)
    padded[reach : reach + len(rows)] = rows
    return np.asarray(sliding_window_view(padded, 2 * reach + 1, axis=0).max(axis=-1))
