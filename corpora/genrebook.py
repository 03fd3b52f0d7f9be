"""The genre rules in ``data/genres.toml`` as values."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.pipeline.genres import GenreBook, GenreRule, compile_genres


@cache
def load_genres() -> GenreBook:
    """Return the shipped genre rules."""
    table = read_toml(CORPORA / "data" / "genres.toml")
    return compile_genres([_rule(row) for row in table["genre"]], float(table["threshold"]))


def _rule(row: dict[str, Any]) -> GenreRule:
    return GenreRule(row["id"], row["source"], *(_patterns(row[key]) for key in ("name", "head", "body")))


def _patterns(rows: list[list[Any]]) -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(pattern), float(weight)) for pattern, weight in rows)
