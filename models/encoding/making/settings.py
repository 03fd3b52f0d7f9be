"""The numbers of ``settings.toml``, by part."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("settings.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the encoder is made with: the seed and tables of numbers; ``longer`` and ``schooling`` have one a part."""

    seed: int
    vocabulary: dict[str, Any]
    network: dict[str, Any]
    pretraining: dict[str, Any]
    longer: list[dict[str, Any]]
    schooling: list[dict[str, Any]]
    tuning: dict[str, Any]
    senses: dict[str, Any]


@cache
def load_settings(path: Path = PATH) -> Settings:
    """Read the settings."""
    return Settings(**tomllib.loads(path.read_text(encoding="utf-8")))
