"""The hand-made table of detection errors: every kind is defined and has an example, and no text stands in it.

That no example stands in the evaluation documents is tested with all our texts in test_leakage.
"""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

ERRORS = Path(__file__).resolve().parents[1] / "benchmarks" / "errors"
KINDS = tomllib.loads((ERRORS / "kinds.toml").read_text(encoding="utf-8"))
with (ERRORS / "kinds.tsv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t"))


def test_every_error_has_a_kind_that_is_explained() -> None:
    assert ROWS
    for row in ROWS:
        assert row["kind"] in KINDS[row["error"]]
        assert int(row["start"]) >= 0
    assert len({(row["document"], row["start"], row["error"]) for row in ROWS}) == len(ROWS)


def test_every_kind_occurs_and_has_an_example() -> None:
    for error, kinds in KINDS.items():
        for kind, told in kinds.items():
            assert all(told[field] for field in ("name", "english", "definition"))
            assert told["example"].endswith(("。", "？"))
            assert any(row["error"] == error and row["kind"] == kind for row in ROWS)


def test_the_table_bears_no_text() -> None:
    assert all(set(row) == {"document", "start", "error", "kind"} and row["document"].isascii() for row in ROWS)
