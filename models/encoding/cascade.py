"""The cascade: the light model decides the clear sentences, an encoder reads those that it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.encoding.joining import log_odds
from mingcha.models.features import dense_features
from mingcha.models.sentence_model import sigmoid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mingcha.models.encoding.joining import Band, Joining
    from mingcha.models.encoding.readers import EncoderReading
    from mingcha.models.sentence_model import SentenceModel
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.marking import Marked

    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judged:
    """Probabilities of the sentences of a document, and which of them the encoder read."""

    probabilities: Floats
    read: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cascade:
    """The light model, an encoder, the band of what is left open, and how both are joined there.

    ``card`` tells what it is and holds its operating point.
    """

    light: SentenceModel
    encoder: EncoderReading
    band: Band
    joining: Joining
    card: Mapping[str, Any]

    def judge(self, sentences: Sequence[Marked], genre: Genre) -> Judged:
        """Judge the consecutive sentences of one document."""
        if not sentences:
            return Judged(self.light.probabilities(sentences, genre), np.zeros(0, np.int64))
        texts, features = [marked.text for marked in sentences], dense_features(sentences, genre)
        out = self.light.read(texts, features)
        wanted = self.band.unsure(out)
        if len(wanted):
            said = self.encoder.read(texts, features, wanted.tolist())
            out[wanted] = sigmoid(self.joining.joined(log_odds(out[wanted]), said))
        return Judged(out, wanted)
