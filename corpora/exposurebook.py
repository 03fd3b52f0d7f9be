"""The rules of workload in ``data/exposures.toml`` as values."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.pipeline.exposures import ExposureRule


@cache
def load_exposures() -> tuple[ExposureRule, ...]:
    """Return the shipped rules in their order."""
    return tuple(_rule(row) for row in exposure_rows())


def exposure_rows() -> list[dict[str, Any]]:
    """Return the rules as the file has them, with their examples."""
    rows: list[dict[str, Any]] = read_toml(CORPORA / "data" / "exposures.toml")["exposure"]
    return rows


def _rule(row: dict[str, Any]) -> ExposureRule:
    patterns = (re.compile(row[key]) for key in ("before", "unless"))
    return ExposureRule(row["id"], row["load"], row["reason"], frozenset(row["units"]), *patterns)
