"""What an encoder says of sentences: our own answers the questions, an office's gives vectors for heads of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from mingcha.models.encoding.passages import passages
from mingcha.models.encoding.tokens import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mingcha.models.encoding.passages import Passage
    from mingcha.models.encoding.session import Network, VectorSession
    from mingcha.models.encoding.vocabulary import Vocabulary

    Floats = NDArray[np.float32]

AT_ONCE = 8  # passages, or sentences, given to the network together: more only take memory


class EncoderReading(Protocol):
    """What reads chosen sentences of a document."""

    def read(self, texts: Sequence[str], features: Floats, wanted: Sequence[int]) -> Floats:
        """Return the log-odds (wanted, heads) of the sentences *wanted* (rising) among all *texts* of a document."""
        ...


@dataclass(frozen=True, slots=True)
class OwnReading:
    """Our own encoder: reads passages of at most ``window`` tokens and answers for each wanted sentence in them."""

    network: Network
    vocabulary: Vocabulary
    window: int

    def read(self, texts: Sequence[str], features: Floats, wanted: Sequence[int]) -> Floats:
        """See :class:`EncoderReading`."""
        tokens: list[list[int]] = [[] for _ in texts]
        for place in _near(wanted, len(texts)):
            tokens[place] = self.vocabulary.tokens(texts[place])
        chosen = sorted(passages([len(one) for one in tokens], wanted, self.window), key=lambda one: _size(tokens, one))
        parts = [
            self._answers(tokens, chosen[first : first + AT_ONCE], features) for first in range(0, len(chosen), AT_ONCE)
        ]
        places, answers = (np.concatenate(part) for part in zip(*parts, strict=True))
        return np.asarray(answers[np.argsort(places, kind="stable")], dtype=np.float32)

    def _answers(
        self, tokens: Sequence[Sequence[int]], chosen: Sequence[Passage], features: Floats
    ) -> tuple[NDArray[np.int64], Floats]:
        rows = rows_of(tokens, chosen, self.window)
        there = rows.places >= 0
        dense = np.where(there[..., None], features[np.maximum(rows.places, 0)], np.float32(0))
        said = self.network.run({"ids": rows.ids, "owned": rows.owned, "features": dense})
        return rows.places[there], said[there]


def _near(wanted: Sequence[int], sentences: int) -> list[int]:
    """Return the numbers of the *wanted* sentences and of those beside them."""
    return sorted({place for number in wanted for place in (number - 1, number, number + 1) if 0 <= place < sentences})


def _size(tokens: Sequence[Sequence[int]], passage: Passage) -> int:
    return sum(len(tokens[number]) for number in range(passage.first, passage.last + 1))


@dataclass(frozen=True, slots=True)
class VectorReading:
    """An office's own sentence encoder with linear heads over the vectors of a sentence and of its two neighbours.

    ``weights`` is (3 · width + features, heads); ``longest`` counts tokens, what is beyond is not read.
    """

    session: VectorSession
    weights: Floats
    bias: Floats
    longest: int

    def read(self, texts: Sequence[str], features: Floats, wanted: Sequence[int]) -> Floats:
        """See :class:`EncoderReading`."""
        rows = neighbourhoods(self.session, texts, wanted, self.longest)
        return np.asarray(np.hstack([rows, features[list(wanted)]]) @ self.weights + self.bias, dtype=np.float32)


def neighbourhoods(session: VectorSession, texts: Sequence[str], wanted: Sequence[int], longest: int) -> Floats:
    """Return the vectors of each *wanted* sentence, of the one before and of the one after, side by side."""
    near = _near(wanted, len(texts))
    vectors = sentence_vectors(session, [texts[place] for place in near], longest)
    rows = np.zeros((len(texts) + 2, vectors.shape[1]), np.float32)  # an empty one before and after the document
    rows[np.array(near) + 1] = vectors
    middle = np.array(wanted) + 1
    return np.hstack([rows[middle], rows[middle - 1], rows[middle + 1]])


def sentence_vectors(session: VectorSession, texts: Sequence[str], longest: int) -> Floats:
    """Return one vector of length 1 for each of *texts*: the network's own, or the mean over its tokens."""
    encodings = [ids[:longest] for ids in session.ids(texts)]
    order = sorted(range(len(texts)), key=lambda place: len(encodings[place]))
    parts = [
        _vectors(session, [encodings[place] for place in order[first : first + AT_ONCE]])
        for first in range(0, len(order), AT_ONCE)
    ]
    rows = np.concatenate(parts)
    out = np.empty_like(rows)
    out[order] = rows
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _vectors(session: VectorSession, tokens: Sequence[Sequence[int]]) -> Floats:
    width = max(1, *map(len, tokens))
    ids = np.array([[*row, *[0] * (width - len(row))] for row in tokens], np.int64)
    there = np.array([[1] * len(row) + [0] * (width - len(row)) for row in tokens], np.int64)
    said = session.network.run(_inputs(session, ids, there))
    if said.ndim == 2:  # one vector a sentence: the network pools itself
        return np.asarray(said, np.float32)
    share = there[..., None].astype(np.float32)
    return np.asarray((said * share).sum(1) / np.maximum(share.sum(1), 1), np.float32)


def _inputs(session: VectorSession, ids: NDArray[np.int64], there: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return what the network asks for, by the names that are usual for such files."""
    known = {"input_ids": ids, "attention_mask": there, "token_type_ids": np.zeros_like(ids)}
    return {name: known[name] for name in session.network.inputs}
