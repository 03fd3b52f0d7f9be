"""The paper on security and privacy leaves out nothing that is stored, and every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mingcha.pipeline.commands.reviewing import _LOG as REVIEW_LOG
from mingcha.pipeline.logs import KEPT, LARGEST
from mingcha.pipeline.publishing import OUTCOMES
from mingcha.pipeline.store.retention import _KEPT, _belongs
from mingcha.pipeline.store.revisions import VERSION_TABLE
from mingcha.pipeline.store.schema import metadata
from mingcha.pipeline.store.visits import IDLE, LONGEST

if TYPE_CHECKING:
    from tests.conftest import Finished

ROOT = Path(__file__).parent.parent
PAPER = (ROOT / "docs" / "安全与隐私.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAPER)))


def rows_of(section: str) -> dict[str, list[str]]:
    """Return the rows of the tables of a section by the code in their first cell."""
    part = PAPER.partition(f"### {section}\n")[2].partition("\n### ")[0]
    lines = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return {name: cells for cells in lines for name in re.findall(r"`([^`]+)`", cells[0])}


def test_every_table_stands_in_the_paper_and_no_other() -> None:
    assert set(rows_of("数据库的表")) == {*metadata.tables, VERSION_TABLE}


def test_every_table_says_what_it_holds_and_how_long() -> None:
    assert [name for name, cells in rows_of("数据库的表").items() if not all(cell.strip() for cell in cells)] == []


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_what_goes_with_the_assessment_is_what_a_purge_removes(table: str) -> None:
    said = "随考核" in rows_of("数据库的表")[table][3]
    purged = _belongs(metadata.tables[table], "甲") is not None and table not in _KEPT
    assert said == (purged or table == "texts")  # texts go where nothing else needs them


def test_every_output_file_stands_in_the_paper(sample_run: Finished) -> None:
    written = {path.name for path in sample_run.out.iterdir()}
    assert len(written) > 8
    assert (
        sorted((written | {OUTCOMES, REVIEW_LOG}) - set(rows_of("文件")) - {"mingcha.db-wal", "mingcha.db-shm"}) == []
    )


def test_the_figures_are_those_of_the_software() -> None:
    assert f"满 {LARGEST >> 20} MB 换一个" in PAPER
    assert f"run.log.{KEPT}" in PAPER
    hours = [int(limit.total_seconds() // 3600) for limit in (IDLE, LONGEST)]
    assert f"闲置 {hours[0]} 小时或满 {hours[1]} 小时失效" in PAPER


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_every_test_that_the_paper_names_is_there(file: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_line_on_who_attacks_names_a_test() -> None:
    part = PAPER.partition("## 一、")[2].partition("## 二、")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ") and not line.startswith("| 谁")]
    assert len(lines) > 12
    assert [line for line in lines if "`" not in line.rstrip(" |").rpartition("|")[2]] == []
