"""Learn the character statistics that judge repairs of damaged text; run by hand when the data changes."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.characters import CARD, STEP, UNKNOWN, WEIGHTS, fold, simplify

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Arrays = dict[str, Any]
"""NumPy arrays by name, as ``savez_compressed`` takes them."""

RECORD = "\x1e"
DISCOUNT = 0.75
LEAST_CHARACTER = 4
LEAST_PAIR = 2
RARE = 10_000
"""About how many characters share the chance of those that are too seldom to be kept."""


def build(data: Path, folder: Path, *, built: str) -> dict[str, Any]:
    """Write weights and model card learned from *data* into *folder*; return the card.

    *data* is xz-compressed UTF-8 text: documents, each after a record separator and a line with its name.
    *built* is the date for the card (ISO 8601); it is given, not read from the clock, so that a rebuild is byte-equal.
    """
    text = fold(simplify(_bodies(lzma.decompress(data.read_bytes()).decode())))
    arrays = learn(text)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / WEIGHTS, **arrays)
    card = _card(arrays, characters=len(text), data=data, weights=folder / WEIGHTS) | {"built": built}
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return card


def learn(text: str) -> Arrays:
    """Return the arrays of an interpolated bigram model with absolute discounting (Ney, Essen and Kneser, 1994).

    Probabilities are stored as ``-ln p / STEP`` in one byte. ``starts`` and ``rights`` list for every left
    character the right ones that are kept; the weight in ``backoff`` falls to those that are not.
    """
    vocabulary, indices = _indexed(text)
    size = len(vocabulary)
    once = np.bincount(indices, minlength=size)
    pairs = np.bincount(indices[:-1].astype(np.int64) * size + indices[1:], minlength=size * size).reshape(size, size)
    left = np.maximum(pairs.sum(axis=1), 1)
    share = np.maximum(once, 1) / max(len(indices), 1)
    share[0] /= RARE
    spare = np.maximum(DISCOUNT * (pairs > 0).sum(axis=1) / left, 1e-4)
    pairs[:, 0] = 0  # what is too seldom to be kept follows nothing in particular
    lefts, rights = np.nonzero(pairs >= LEAST_PAIR)
    chance = (pairs[lefts, rights] - DISCOUNT) / left[lefts] + spare[lefts] * share[rights]
    return {
        "vocabulary": np.array([ord(character) for character in vocabulary], dtype=np.uint32),
        "single": _quantized(share),
        "backoff": _quantized(spare),
        "starts": np.searchsorted(lefts, np.arange(size + 1)).astype(np.uint32),
        "rights": rights.astype(np.uint16),
        "values": _quantized(chance),
    }


def _bodies(text: str) -> str:
    return "\n".join(record.partition("\n")[2] for record in text.split(RECORD))


def _indexed(text: str) -> tuple[str, NDArray[np.uint16]]:
    common = [character for character, count in Counter(text).most_common() if count >= LEAST_CHARACTER]
    vocabulary = UNKNOWN + "".join(sorted(set(common) - {UNKNOWN}))
    table = np.zeros(0x110000, dtype=np.uint16)
    table[[ord(character) for character in vocabulary]] = np.arange(len(vocabulary))
    return vocabulary, table[np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)]


def _quantized(chance: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.clip(np.rint(-np.log(chance) / STEP), 0, 255).astype(np.uint8)


def _card(arrays: Arrays, *, characters: int, data: Path, weights: Path) -> dict[str, Any]:
    return {
        "name": "characters",
        "purpose": "judges candidate repairs of text whose GBK bytes have slipped; used for nothing else",
        "model": "character bigrams, interpolated absolute discounting, one byte per log-probability",
        "builder": "mingcha.models.character_training.build",
        "data": {
            "description": "public Chinese laws, news, reports and transcripts, simplified; only statistics are kept",
            "sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
            "characters": characters,
        },
        "parameters": {"discount": DISCOUNT, "least_character": LEAST_CHARACTER, "least_pair": LEAST_PAIR},
        "characters_kept": len(arrays["vocabulary"]),
        "pairs_kept": len(arrays["rights"]),
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
    }
