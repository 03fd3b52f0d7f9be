"""The status cues in ``data/cues.toml`` as values."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.pipeline.assertion import CueBook, CueRule, compile_cues


@cache
def load_cues() -> CueBook:
    """Return the shipped status cues."""
    table = read_toml(CORPORA / "data" / "cues.toml")
    return compile_cues([_rule(row) for row in table["cue"]], re.compile(table["terminators"]))


def _rule(row: dict[str, Any]) -> CueRule:
    return CueRule(
        row["id"], row["status"], row["direction"], re.compile(row["pattern"]), row.get("scope", 0), row.get("rank", 0)
    )
