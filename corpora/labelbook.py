"""The labels and column headers in ``data/structure.toml`` as values."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.pipeline.labels import parse_labels

if TYPE_CHECKING:
    from mingcha.pipeline.labels import LabelBook


@cache
def load_labels() -> LabelBook:
    """Return the shipped labels of tickets, ballots, rectification lists and minutes."""
    return parse_labels(read_toml(CORPORA / "data" / "structure.toml"))
