"""Which character follows which in Chinese, and the converter to simplified characters: what normalisation needs."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mingcha.corpora.noisebook import load_noise_rules
from mingcha.models.words import fitting_words
from mingcha.pipeline.normalization import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mingcha.pipeline.document import Document
    from mingcha.pipeline.normalization import Clean

WEIGHTS = "characters.npz"
CARD = "characters.json"
STEP = 0.08
"""Nats per unit of the stored bytes."""
UNKNOWN = "\0"

_FOLDED = str.maketrans(
    dict.fromkeys("123456789０１２３４５６７８９", "0")
    | {chr(code + shift): "A" for code in (*range(65, 91), *range(97, 123)) for shift in (0, 0xFEE0)}
    | dict(zip(",;:?!()", "，；：？！（）", strict=True))
)


def fold(text: str) -> str:
    """Return *text* with every digit as 0, every Latin letter as A and half-width marks as full-width ones."""
    return text.translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class CharacterStatistics:
    """Bigram log-probabilities of folded simplified text, in rows of right-hand characters per left-hand one."""

    index: Mapping[str, int]
    single: bytes
    backoff: bytes
    starts: array[int]
    rights: array[int]
    values: bytes

    def log_probability(self, left: str, right: str) -> float:
        """Return the natural logarithm of the chance that *right* follows *left*; both are folded first."""
        first, second = self.index.get(fold(left), 0), self.index.get(fold(right), 0)
        low, high = self.starts[first], self.starts[first + 1]
        place = bisect_left(self.rights, second, low, high)
        if place < high and self.rights[place] == second:
            return -STEP * self.values[place]
        return -STEP * (self.backoff[first] + self.single[second])


def load_normalizer() -> Callable[[Document], Clean]:
    """Return the shipped normaliser; OpenCC, statistics and word list are loaded when a text first needs them."""
    return partial(
        normalize, convert=simplify, score=log_probability, noise_rules=load_noise_rules(), words=fitting_words
    )


def simplify(text: str) -> str:
    """Return *text* in simplified characters by OpenCC's t2s tables; the length may change."""
    return text if text.isascii() else str(_converter().convert(text))


def log_probability(left: str, right: str) -> float:
    """Return the natural logarithm of the chance that *right* follows *left* by the shipped statistics."""
    return load_statistics().log_probability(left, right)


@cache
def load_statistics() -> CharacterStatistics:
    """Read the shipped weights, once per process."""
    import numpy as np

    with files("mingcha.models").joinpath("weights", WEIGHTS).open("rb") as stream, np.load(stream) as arrays:
        return CharacterStatistics(
            index={chr(code): place for place, code in enumerate(arrays["vocabulary"].tolist())},
            single=arrays["single"].tobytes(),
            backoff=arrays["backoff"].tobytes(),
            starts=array("I", arrays["starts"].tobytes()),
            rights=array("H", arrays["rights"].tobytes()),
            values=arrays["values"].tobytes(),
        )


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
