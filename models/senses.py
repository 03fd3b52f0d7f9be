"""What sentences speak of, and whether they say that it is not there: learnt from our own claims and denials.

路灯全部亮化 and 一擦黑各家把门头灯拉着照路 share hardly a character. Each word has a row of numbers; a sentence is
the sum of its words' rows, of length one, and two that speak of one matter are near each other. 门上贴着封条 denies,
收费太贵 does not: each word has a weight for that. Both were learnt from ``corpora/denials``, beginning with what our
encoder knows of words (:mod:`mingcha.models.encoding.making.senses`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.cards import load_card
from mingcha.models.encoding.vocabulary import Vocabulary
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.opposition import Senses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights" / "senses.npz"
GOLDEN_TOLERANCE = 1e-3
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class SenseModel:
    """The ``vocabulary`` and, for each of its words, a row of ``table`` (words, width) and how much it ``denies``.

    ``offset`` is how much a sentence without any of them does.
    """

    vocabulary: Vocabulary
    table: Floats
    denies: Floats
    offset: float

    def __call__(self, texts: Sequence[str]) -> Senses:
        """Return what *texts* speak of; a vector of noughts where no word is known."""
        words = [self.vocabulary.tokens(text) for text in texts]
        sizes = np.array([len(one) for one in words], np.int64)
        owners, places = np.repeat(np.arange(len(words)), sizes), np.array([w for one in words for w in one], np.int64)
        sums = np.zeros((len(words), self.table.shape[1]), np.float32)
        np.add.at(sums, owners, self.table[places])
        said = np.bincount(owners, self.denies[places], len(words)) / np.sqrt(sizes.clip(1))
        return Senses(sums / np.linalg.norm(sums, axis=1, keepdims=True).clip(_LEAST), said + self.offset)


@cache
def load_sense_model(path: Path = WEIGHTS) -> SenseModel:
    """Read the model, once per process; refuse one that does not say of the golden sentences what its card says."""
    card = load_card(path)
    with np.load(path, allow_pickle=False) as arrays:
        denies, offset = arrays["denies"].astype(np.float32), float(arrays["offset"])
        table = arrays["rows"].astype(np.float32) * arrays["scales"].astype(np.float32)
        model = SenseModel(Vocabulary.of(arrays["words"].tolist()), table, denies, offset)
    _check_golden(model, card, path)
    return model


def _check_golden(model: SenseModel, card: Mapping[str, Any], path: Path) -> None:
    for golden in card["golden"]:
        if np.abs(said_of(model, golden["texts"]) - golden["said"]).max() > GOLDEN_TOLERANCE:
            raise DataError(f"{path}：对照句算出的结果与模型卡不符，文件可能不完整，已拒绝使用。请重新安装。")


def said_of(model: SenseModel, texts: Sequence[str]) -> Floats:
    """Return how near two *texts* are, and how much each denies."""
    read = model(texts)
    return np.array([read.vectors[0] @ read.vectors[1], *read.denials], np.float32)
