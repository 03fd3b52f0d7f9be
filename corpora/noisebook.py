"""The noise rules in ``data/noise.toml`` as values."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.pipeline.noise import parse_rules

if TYPE_CHECKING:
    from mingcha.pipeline.noise import NoiseRule


@cache
def load_noise_rules() -> tuple[NoiseRule, ...]:
    """Return the shipped rules for adverts, navigation and other lines that are no part of a document."""
    return parse_rules(read_toml(CORPORA / "data" / "noise.toml"))
