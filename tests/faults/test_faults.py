"""Every fault of the table is brought about, told in Chinese with its remedy, and ends as it should."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.faults.elsewhere import ELSEWHERE
from tests.faults.scenes import FAULTS, ROOT, Fault, Stage, make_installation, make_run

if TYPE_CHECKING:
    from pathlib import Path

TABLE = ROOT / "benchmarks" / "results" / "faults.md"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the faults are those of POSIX systems")


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_installation(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def stage(run: Path, installed: Path, tmp_path: Path) -> Stage:
    return Stage(tmp_path, run, installed)


def possible(fault: Fault) -> bool:
    return not fault.needs or (shutil.which(fault.needs) is not None and (fault.needs != "mount" or os.geteuid() == 0))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_the_fault_is_told_with_its_remedy_and_ends_as_it_should(fault: Fault, stage: Stage) -> None:
    if not possible(fault):
        pytest.skip(f"{fault.needs} is not possible here")
    seen = fault.act(stage)
    assert seen.code == fault.code, seen.told
    assert [words for words in fault.words if words not in seen.told] == [], seen.told
    assert seen.after == fault.after, seen.told
    assert "Traceback" not in seen.told


def test_the_table_has_a_row_for_every_fault() -> None:
    table = TABLE.read_text(encoding="utf-8")
    assert [fault.about for fault in FAULTS if f"| {fault.about} |" not in table] == []
    assert [about for about, _, _ in ELSEWHERE if f"| {about} |" not in table] == []
    assert "没有做到" not in table


@pytest.mark.parametrize(("about", "expected", "test"), ELSEWHERE, ids=lambda value: str(value)[:40])
def test_the_tests_that_the_table_names_are_there(about: str, expected: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE), test
