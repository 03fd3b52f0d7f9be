"""Character n-grams of many sentences at once, hashed to columns with numpy: the same code trains and serves.

Sentences are laid end to end with a mark before and behind each, digits become one letter, and every window of
1 to 4 characters inside one sentence is hashed. Nothing here needs scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BUCKETS = 1 << 18
LONGEST = 4
_MULTIPLIER = np.uint32(0x9E3779B1)  # Knuth's multiplicative hash: 2**32 divided by the golden ratio, made odd
_STEP = np.uint32(0x01000193)  # the FNV prime joins the characters of a window
_SHIFT = np.uint32(32 - 18)
_START, _END, _DIGIT = 2, 3, ord("0")


@dataclass(frozen=True, slots=True)
class Grams:
    """All windows of a list of sentences: ``columns[i]`` occurs in sentence ``rows[i]``; rows are in order.

    ``size`` is how many sentences there are, the ones without any character included.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    size: int


def grams_of(sentences: Sequence[str], *, longest: int = LONGEST, known: NDArray[np.uint32] | None = None) -> Grams:
    """Return the hashed windows of 1 to *longest* characters of each sentence; only the *known* ones where given.

    What is known are the numbers of :func:`windows_of`, in their order.
    """
    rows, states = _windows(sentences, longest)
    if known is not None:
        kept = [_is_known(state, known) for state in states]
        rows = [row[keep] for row, keep in zip(rows, kept, strict=True)]
        states = [state[keep] for state, keep in zip(states, kept, strict=True)]
    return _ordered(rows, [(state * _MULTIPLIER) >> _SHIFT for state in states], len(sentences))


def windows_of(sentences: Sequence[str], *, longest: int = LONGEST) -> NDArray[np.uint32]:
    """Return a number of 32 bits for each different window, rising: by it a window is known again.

    Columns cannot serve for that: nearly all of them are taken by some window of the corpus.
    """
    _, states = _windows(sentences, longest)
    return np.unique(np.concatenate(states)) if states else np.zeros(0, np.uint32)


def _is_known(states: NDArray[np.uint32], known: NDArray[np.uint32]) -> NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(states), np.bool_)
    places = np.minimum(np.searchsorted(known, states), len(known) - 1)
    return np.asarray(known[places] == states)


def _windows(sentences: Sequence[str], longest: int) -> tuple[list[NDArray[np.int64]], list[NDArray[np.uint32]]]:
    """Return by length of window the sentence that each stands in, and its number."""
    characters, owners = _laid_out(sentences)
    rows, states = [], []
    state = np.zeros(len(characters), dtype=np.uint32)
    for length in range(1, longest + 1):
        count = len(characters) - length + 1
        if count <= 0:
            break
        state = state[:count] * _STEP + characters[length - 1 :] + np.uint32(1)
        inside = owners[:count] == owners[length - 1 :]
        rows.append(owners[:count][inside])
        states.append(state[inside])
    return rows, states


def _laid_out(sentences: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    text = "".join(f"{chr(_START)}{sentence}{chr(_END)}" for sentence in sentences)
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()
    characters[(characters >= ord("0")) & (characters <= ord("9"))] = _DIGIT
    lengths = np.fromiter((len(sentence) + 2 for sentence in sentences), dtype=np.int64, count=len(sentences))
    return characters, np.repeat(np.arange(len(sentences), dtype=np.int64), lengths)


def _ordered(rows: list[NDArray[np.int64]], columns: list[NDArray[np.uint32]], size: int) -> Grams:
    if not rows:
        return Grams(np.zeros(0, np.int64), np.zeros(0, np.int64), size)
    joined = np.concatenate(rows)
    order = np.argsort(joined, kind="stable")
    return Grams(joined[order], np.concatenate(columns).astype(np.int64)[order], size)


def sums_by_row(grams: Grams, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Add up *values* (one row per window) for each sentence; sentences without windows get zeros."""
    out = np.zeros((grams.size, values.shape[1]), dtype=np.float32)
    if len(grams.rows):
        starts = np.flatnonzero(np.r_[True, np.diff(grams.rows) > 0])
        out[grams.rows[starts]] = np.add.reduceat(values, starts, axis=0)
    return out
