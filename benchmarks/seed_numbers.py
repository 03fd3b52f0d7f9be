"""The numbers that the five scraped documents are known to state, and which of them are found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.corpora.quantity_gold import SeedNumber, load_seed_numbers
from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Document
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.reading.files import read

if TYPE_CHECKING:
    from mingcha.pipeline.quantity import Quantity

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


def found_numbers(seeds: Path = SEEDS) -> list[tuple[SeedNumber, str]]:
    """Return each known number with the words in which it was found, empty where it was not.

    Each finding answers for one number only: two groups of 20 need two findings.
    """
    stages = load_stages()
    left: dict[str, list[Quantity]] = {}
    for path in sorted(seeds.iterdir()):
        (document,) = read(path, path.name)
        assert isinstance(document, Document), document
        left[path.name[:3]] = list(extract_quantities(stages.normalize(document).text))
    return [(number, _taken(left[number.seed], number)) for number in load_seed_numbers()]


def _taken(quantities: list[Quantity], number: SeedNumber) -> str:
    for place, one in enumerate(quantities):
        same = (one.value, one.value_max, one.unit, one.approximator)
        if same == (number.value, number.value_max, number.unit, number.approximator):
            return quantities.pop(place).text
    return ""


def seeds_table() -> str:
    """Return the table of expected and found numbers, or why there is none."""
    if not SEEDS.is_dir():
        return "\n五篇网页文章不在此处（`../shared/seeds`），未核对。\n"
    rows = found_numbers()
    total = sum(bool(words) for _, words in rows)
    head = f"\n应有 {len(rows)} 个，找到 {total} 个。\n\n| 文章 | 是什么 | 应有 | 原文 |\n|---|---|---:|---|\n"
    return head + "".join(f"| {one.seed} | {one.what} | {_shown(one)} | {words or '**缺**'} |\n" for one, words in rows)


def _shown(number: SeedNumber) -> str:
    high = "" if number.value_max is None else f"–{number.value_max:.15g}"
    vague = f"（{number.approximator}）" if number.approximator else ""
    return f"{number.value:.15g}{high} {number.unit}{vague}"
