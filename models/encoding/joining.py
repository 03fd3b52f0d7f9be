"""How two readings become one: what the light model says and what an encoder says, weighed head by head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BOUND = 8.0  # log-odds beyond this are certainty


@dataclass(frozen=True, slots=True)
class Joining:
    """Per head the weights of both readings and an offset: log-odds = light · l + encoder · e + offset."""

    light: Floats
    encoder: Floats
    offset: Floats

    def joined(self, light: Floats, encoder: Floats) -> Floats:
        """Return the joined log-odds of sentences that both have read, one row each."""
        held = np.clip(light, -BOUND, BOUND), np.clip(encoder, -BOUND, BOUND)
        return np.asarray(held[0] * self.light + held[1] * self.encoder + self.offset, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Band:
    """Which sentences the light model leaves open: a probability from ``low`` to ``high`` on any of the *heads*."""

    low: Floats
    high: Floats

    def unsure(self, probabilities: Floats) -> NDArray[np.int64]:
        """Return the rows of *probabilities* (sentences, heads) that lie in the band of at least one head."""
        return np.flatnonzero(((probabilities >= self.low) & (probabilities <= self.high)).any(axis=1))


def log_odds(probabilities: Floats) -> Floats:
    """Return the log-odds of *probabilities*, within the bounds of certainty.

    >>> float(log_odds(np.array([0.5], np.float32))[0])
    0.0
    """
    held = np.clip(probabilities.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.clip(np.log(held / (1 - held)), -BOUND, BOUND).astype(np.float32)
