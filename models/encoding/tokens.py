"""Passages as the network takes them: rows of token ids, and which share of each token a sentence has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mingcha.models.encoding.passages import BESIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mingcha.models.encoding.passages import Passage

START_ID, END_ID = 2, 3


@dataclass(frozen=True, slots=True)
class Rows:
    """``ids`` (passages, tokens), 0 where there is none; ``owned`` (passages, wanted sentences, tokens) 0 or 1.

    ``places`` names the wanted sentences in the order of ``owned``, passage by passage, −1 where there is none.
    """

    ids: NDArray[np.int64]
    owned: NDArray[np.float32]
    places: NDArray[np.int64]


def rows_of(tokens: Sequence[Sequence[int]], chosen: Sequence[Passage], room: int) -> Rows:
    """Lay out the passages *chosen* from a document whose sentences have these *tokens*."""
    most = max(len(passage.wanted) for passage in chosen)
    ids = np.zeros((len(chosen), room), np.int64)
    owned = np.zeros((len(chosen), most, room), np.float32)
    places = np.full((len(chosen), most), -1, np.int64)
    for row, passage in enumerate(chosen):
        places[row, : len(passage.wanted)] = passage.wanted
        _lay(tokens, passage, ids[row], owned[row])
    width = int((ids > 0).any(axis=0).sum())
    return Rows(ids[:, :width], owned[:, :, :width], places)


def _lay(tokens: Sequence[Sequence[int]], passage: Passage, ids: NDArray[np.int64], owned: NDArray[np.float32]) -> None:
    ids[0], place, met = START_ID, 1, 0
    for number in range(passage.first, passage.last + 1):
        wanted = met < len(passage.wanted) and passage.wanted[met] == number
        end = min(place + (len(tokens[number]) if wanted else min(len(tokens[number]), BESIDE)), len(ids) - 1)
        ids[place:end] = tokens[number][: end - place]
        if wanted:
            owned[met, place:end] = 1
            met += 1
        ids[min(end, len(ids) - 1)] = END_ID
        place = min(end + 1, len(ids) - 1)
