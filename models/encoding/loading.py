"""The encoder that a run uses: loaded with its card, refused where hash or golden answers differ."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.encoding.cards import ANSWERS, ENCODER, MODEL, encoder_card
from mingcha.models.encoding.cascade import Cascade
from mingcha.models.encoding.joining import Band, Joining
from mingcha.models.encoding.readers import OwnReading, VectorReading
from mingcha.models.encoding.session import open_network, open_vectors
from mingcha.models.features import WIDTH
from mingcha.models.sentence_model import HEADS, load_sentence_model
from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mingcha.models.encoding.readers import EncoderReading

GOLDEN_TOLERANCE = 0.05
"""Log-odds: eight-bit products are rounded differently by processors with and without instructions for them."""


@cache
def load_cascade(folder: Path = ENCODER) -> Cascade:
    """Return the cascade of the shipped light model and the encoder in *folder*."""
    card = encoder_card(folder)
    if list(card["heads"]) != list(HEADS) or card["features"] != WIDTH:
        raise DataError(f"{folder}：编码器与本版软件的特征不一致。请运行 mingcha train --encoder {folder} 重新训练。")
    reading = load_reading(folder, card)
    _check_golden(reading, card, folder)
    joining = Joining(*(np.array(row, np.float32) for row in card["joining"]))
    band = Band(*(np.array(row, np.float32) for row in card["band"]))
    return Cascade(load_sentence_model(), reading, band, joining, card)


def load_reading(folder: Path, card: Mapping[str, Any]) -> EncoderReading:
    """Return the reading that *card* describes: one that answers itself, or vectors with heads of ours."""
    if card["kind"] == "own":
        network = open_network(folder)
        return OwnReading(network, network.vocabulary(), card["window"])
    with np.load(folder / ANSWERS, allow_pickle=False) as arrays:
        return VectorReading(open_vectors(folder), arrays["weights"], arrays["bias"], card["longest"])


def _check_golden(reading: EncoderReading, card: Mapping[str, Any], folder: Path) -> None:
    golden = card["golden"]
    texts = golden["texts"]
    said = reading.read(texts, np.zeros((len(texts), WIDTH), np.float32), range(len(texts)))
    if not np.allclose(said, np.array(golden["answers"]), atol=golden.get("tolerance", GOLDEN_TOLERANCE)):
        raise DataError(f"{folder / MODEL}：在标准例句上的得分与编码器卡不符，已拒绝使用。请重新安装或重新训练。")
