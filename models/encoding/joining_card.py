"""The card of an encoder: joined to the light model on out-of-fold answers of both, with all that a run needs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import mingcha
from mingcha.corpora.digests import corpus_hash, stages_hash
from mingcha.models.building import calibration_of
from mingcha.models.cards import load_card
from mingcha.models.encoding.cards import CARD, encoder_card, file_hashes
from mingcha.models.encoding.fitting import fit_band, fit_joining
from mingcha.models.encoding.joining import log_odds
from mingcha.models.encoding.loading import load_reading
from mingcha.models.features import WIDTH
from mingcha.models.sentence_model import HEADS, sigmoid
from mingcha.models.training import GOLDEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mingcha.models.encoding.joining import Band, Joining
    from mingcha.models.examples import Example
    from mingcha.models.training import Matrix

    Floats = NDArray[np.float32]

SURE: Final = 0.87
"""Of what is flagged by default so many are right out of fold; whom that leaves unflagged a lower precision finds.

85 are wanted; two more, because what taught the encoder of public text (``schooling``) had seen all writers' labels.
How many more was chosen beside the development documents (decision 0018).
"""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Answers (sentences, heads) of models that saw nothing of a sentence's writer.

    ``light`` are probabilities, ``encoder`` log-odds.
    """

    light: Floats
    encoder: Floats


@dataclass(frozen=True, slots=True)
class Joined:
    """How the two are joined, and the ``probabilities`` of all sentences out of fold after it."""

    joining: Joining
    band: Band
    probabilities: Floats
    read: NDArray[np.int64]


def join(held: HeldOut, matrix: Matrix) -> Joined:
    """Choose the band, fit the joining on what lies in it, and join."""
    judging = matrix.judging
    band = fit_band(held.light[judging], matrix.targets[judging])
    read = band.unsure(held.light)
    fitted = np.intersect1d(read, np.flatnonzero(judging))
    joining = fit_joining(log_odds(held.light[fitted]), held.encoder[fitted], matrix.targets[fitted])
    out = held.light.copy()
    out[read] = sigmoid(joining.joined(log_odds(held.light[read]), held.encoder[read]))
    return Joined(joining, band, out, read)


def write_card(
    folder: Path, examples: Sequence[Example], matrix: Matrix, held: HeldOut, about: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the card of the encoder in *folder*; *about* says what kind it is and of what it was made."""
    joined = join(held, matrix)
    files = file_hashes(folder)
    card = {
        "id": f"encoder-{_digest(files, joined)[:10]}",
        "reason": "编码器复读：句子模型拿不准的句子，由读过大量公文的小型网络连同前后句再读一遍，两者合成概率",
        "purpose": "提示可能的风险信号与实绩证据，供人工核实；不得作为结论。",
        "software": mingcha.__version__,
        "light": load_card()["sha256"],
        "corpus": corpus_hash(),
        "stages": stages_hash(),
        "files": files,
        "heads": list(HEADS),
        "features": WIDTH,
        "joining": [np.round(row.astype(float), 5).tolist() for row in asdict(joined.joining).values()],
        "band": [np.round(row.astype(float), 5).tolist() for row in asdict(joined.band).values()],
        "share_read": round(float(np.isin(np.flatnonzero(matrix.judging), joined.read).mean()), 4),
        **about,
        **calibration_of(examples, matrix, joined.probabilities, right=SURE),
    }
    reading = load_reading(folder, card)
    said = reading.read(GOLDEN, np.zeros((len(GOLDEN), WIDTH), np.float32), range(len(GOLDEN)))
    card["golden"] = {"texts": list(GOLDEN), "answers": np.round(said.astype(float), 4).tolist()}
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    encoder_card.cache_clear()
    return card


def _digest(files: Mapping[str, str], joined: Joined) -> str:
    digest = hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode())
    for part in (*asdict(joined.joining).values(), *asdict(joined.band).values()):
        digest.update(np.round(part.astype(float), 5).tobytes())
    return digest.hexdigest()
