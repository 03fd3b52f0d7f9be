"""Labelled documents as the encoder is tuned on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mingcha.models.features import dense_features
from mingcha.models.training import targets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from mingcha.models.encoding.vocabulary import Vocabulary
    from mingcha.models.examples import Example


@dataclass(frozen=True, slots=True)
class Read:
    """A labelled document: the ``tokens`` of its sentences, their features, the answers, and how sure each is."""

    tokens: Sequence[Sequence[int]]
    dense: NDArray[np.float32]
    targets: NDArray[np.float32]
    sure: NDArray[np.float32]


def read_examples(examples: Iterable[Example], vocabulary: Vocabulary) -> Iterator[Read]:
    """Yield *examples* with the tokens of their sentences."""
    for example in examples:
        yield Read(
            [vocabulary.tokens(marked.text) for marked in example.sentences],
            dense_features(example.sentences, example.genre),
            np.array([targets_of(labels) for labels in example.labels], np.float32),
            np.array([0.0 if labels.unsure else 1.0 for labels in example.labels], np.float32),
        )
