"""The sentence model as it is served: plain arrays and numpy, no scikit-learn, checked against golden sentences.

A linear model for each head over hashed character n-grams of the sentence, of its neighbours, and the features of
``features.py``; what it says of all sentences around is then read again by a small network (``surroundings.py``).
Probabilities are calibrated (Platt); the calibration is folded into the weights.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.cards import WEIGHTS, load_card
from mingcha.models.features import WIDTH, dense_features
from mingcha.models.ngrams import BUCKETS, grams_of, sums_by_row
from mingcha.models.surroundings import SecondReading
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.marking import Marked

HEADS = ("risk", *RISK_CATEGORIES, *EVIDENCE_CATEGORIES, "reported", *MENTIONS)
CONTEXT_LONGEST = 2  # neighbours are looked at through windows of at most this many characters
GOLDEN_TOLERANCE = 1e-3  # weights are stored in half precision


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """Weights of all heads. ``own``, ``before`` and ``after`` are (BUCKETS, 1 + heads): column 0 is idf squared.

    ``joint`` are slope and offset of :func:`agreed`.
    """

    id: str
    own: NDArray[np.float32]
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    dense: NDArray[np.float32]
    bias: NDArray[np.float32]
    joint: NDArray[np.float32]
    second: SecondReading
    card: Mapping[str, Any]

    def probabilities(self, sentences: Sequence[Marked], genre: Genre) -> NDArray[np.float32]:
        """Return one row of probabilities per sentence, in the order of :data:`HEADS`."""
        if not sentences:
            return np.zeros((0, len(HEADS)), dtype=np.float32)
        return self.read([marked.text for marked in sentences], dense_features(sentences, genre))

    def read(self, texts: Sequence[str], dense: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probabilities of the consecutive sentences of one document, after both readings."""
        return sigmoid(self.second.read(agreed(self.logits(texts, dense), self.joint)))

    def logits(self, texts: Sequence[str], dense: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the linear scores of consecutive sentences of one document: the first reading."""
        scores = dense @ self.dense + self.bias
        scores += _normalized(texts, self.own)
        if len(texts) > 1:
            near = grams_of(texts, longest=CONTEXT_LONGEST)
            scores[1:] += _scaled(sums_by_row(near, self.before.take(near.columns, axis=0)))[:-1]
            scores[:-1] += _scaled(sums_by_row(near, self.after.take(near.columns, axis=0)))[1:]
        return np.asarray(scores, dtype=np.float32)


def _normalized(texts: Sequence[str], table: NDArray[np.float32]) -> NDArray[np.float32]:
    grams = grams_of(texts)
    return _scaled(sums_by_row(grams, table.take(grams.columns, axis=0)))  # twice as fast as table[...]


def _scaled(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide by the length of the sentence's idf vector, which column 0 adds up (squared)."""
    lengths = np.sqrt(np.maximum(sums[:, :1], np.float32(1e-9)))
    return np.asarray(sums[:, 1:] / lengths, dtype=np.float32)


def agreed(logits: NDArray[np.float32], joint: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return *logits* with that of "any risk" joined to that of the likeliest kind of risk, and calibrated again.

    A risk must be a risk of some kind. On writing of other hands the head for any risk errs where no kind is likely
    (decision 0009): long formal sentences, mostly.
    """
    out = logits.copy()
    out[:, 0] = joint[0] * (logits[:, 0] + logits[:, 1 : 1 + len(RISK_CATEGORIES)].max(axis=1)) + joint[1]
    return out


def sigmoid(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn linear scores into probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


@cache
def load_sentence_model(path: Path = WEIGHTS) -> SentenceModel:
    """Load the shipped weights; refuse a file whose hash differs from its card or whose golden scores differ."""
    model = _assembled(path, load_card(path))
    _check_golden(model, path)
    return model


def _assembled(path: Path, card: Mapping[str, Any]) -> SentenceModel:
    with np.load(path, allow_pickle=False) as arrays:
        if list(card["heads"]) != list(HEADS) or arrays["dense"].shape != (WIDTH, len(HEADS)):
            raise DataError(f"{path}：模型与本版软件的特征不一致。请运行 mingcha train 重新训练。")
        own, before, after = (
            _table(arrays[f"{name}_columns"], arrays[f"{name}_values"]) for name in ("own", "before", "after")
        )
        dense, bias = arrays["dense"].astype(np.float32), arrays["bias"].astype(np.float32)
        second = SecondReading(*(arrays[f"second_{field.name}"] for field in fields(SecondReading)))
        return SentenceModel(card["id"], own, before, after, dense, bias, arrays["joint"], second, card)


def _table(columns: NDArray[np.int64], values: NDArray[np.float16]) -> NDArray[np.float32]:
    table = np.zeros((BUCKETS, values.shape[1]), dtype=np.float32)
    table[columns] = values
    return table


def _check_golden(model: SentenceModel, path: Path) -> None:
    golden = model.card["golden"]
    scores = model.read(golden["texts"], np.zeros((len(golden["texts"]), WIDTH), dtype=np.float32))
    if not np.allclose(scores, np.array(golden["probabilities"]), atol=GOLDEN_TOLERANCE):
        raise DataError(f"{path}：模型在标准例句上的得分与模型卡不符，已拒绝使用。请重新安装或重新训练。")
