"""Hashes of what a model was made of: the labelled corpus, and the data of the stages before the model."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mingcha.corpora.datafiles import CORPORA
from mingcha.corpora.labelled_documents import LABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def corpus_hash(folder: Path = LABELLED) -> str:
    """Return the hash of all labelled files, in the order of their names."""
    return _hash_of(folder.glob("*.txt"))


def stages_hash() -> str:
    """Return the hash of the cues, genres and noise rules, whose features the model was trained on."""
    return _hash_of((CORPORA / "data").glob("*.toml"))


def _hash_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()
