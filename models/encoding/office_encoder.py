"""``mingcha train --encoder FOLDER``: heads of ours over the vectors of an office's own encoder.

The encoder stays as it is. Linear heads are fitted on our labelled corpus, out of fold by writer to join them with the
light model, then on everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models import training
from mingcha.models.encoding.cards import ANSWERS, ENCODER
from mingcha.models.encoding.joining_card import HeldOut, write_card
from mingcha.models.encoding.readers import neighbourhoods
from mingcha.models.encoding.session import open_vectors
from mingcha.models.examples import prepare_examples
from mingcha.models.features import dense_features
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import load_stages
from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from mingcha.models.encoding.session import VectorSession
    from mingcha.models.examples import Example
    from mingcha.models.training import Matrix

    Floats = NDArray[np.float32]

LONGEST = 128  # tokens of a sentence that are read
STRENGTH = 1.0  # inverse regularization of the heads
FOLDS = 5


def fit_office_encoder(folder: Path, tell: Callable[[str], None], corpus: Path | None = None) -> dict[str, Any]:
    """Write heads and card into *folder*, where an encoder lies; return the card.

    *corpus* is a folder of labelled documents in place of our own.
    """
    if folder.resolve() == ENCODER.resolve():
        raise UsageError(f"“{folder}”是自带的编码器，不用配判断层。请写本单位编码器所在的文件夹。")
    session = open_vectors(folder)
    examples = prepare_examples(load_labelled(corpus) if corpus else load_labelled(), load_stages())
    matrix = training.design(examples, training.count_frequencies(examples))
    tell(f"语料：{len(examples)} 份文档，{len(matrix.targets)} 句；用编码器逐句读一遍")
    rows = np.concatenate([_rows(session, example) for example in examples])
    tell("留出作者，分别配判断层")
    held = HeldOut(training.read_again(matrix, training.cross_validate(matrix)).probabilities, _held_out(rows, matrix))
    weights, bias = _fit(rows[matrix.used], matrix.targets[matrix.used])
    np.savez(folder / ANSWERS, weights=weights, bias=bias)
    card = write_card(folder, examples, matrix, held, {"kind": "vectors", "longest": LONGEST})
    tell(f"已写出 {folder / ANSWERS} 和编码器卡；运行时用 mingcha run --encoder {folder}")
    return card


def _rows(session: VectorSession, example: Example) -> Floats:
    texts = [marked.text for marked in example.sentences]
    vectors = neighbourhoods(session, texts, range(len(texts)), LONGEST)
    return np.hstack([vectors, dense_features(example.sentences, example.genre)])


def _held_out(rows: Floats, matrix: Matrix) -> Floats:
    out = np.zeros((len(rows), len(HEADS)), np.float32)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=training.SEED)
    for fitted, held in folds.split(rows, groups=matrix.groups):
        sure = fitted[matrix.used[fitted]]
        weights, bias = _fit(rows[sure], matrix.targets[sure])
        out[held] = rows[held] @ weights + bias
    return out


def _fit(rows: Floats, targets: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """Fit a linear head for each question; one that nobody answers with yes says no."""
    heads = [_head(rows, targets[:, head]) for head in range(targets.shape[1])]
    weights, biases = zip(*heads, strict=True)
    return np.array(weights, np.float32).T, np.array(biases, np.float32)


def _head(rows: Floats, answers: NDArray[np.int8]) -> tuple[Floats, float]:
    if not np.any(answers):
        return np.zeros(rows.shape[1], np.float32), -8.0
    fitted = LogisticRegression(C=STRENGTH, max_iter=200).fit(rows, answers)
    return fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])
