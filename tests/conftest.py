"""What several test modules share: the command line as a user calls it, and one run over the sample case."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says nothing here: the first one of a fresh machine builds hypothesis's own tables.
settings.register_profile("mingcha", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mingcha")

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "corpora" / "sample"
UNTOUCHED = "untouched"


@dataclass(frozen=True)
class Finished:
    """A finished call of the command line, with its folder of output."""

    code: int
    stdout: str
    stderr: str
    out: Path

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return the records of one output file."""
        lines = (self.out / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


def call(*arguments: object, out: Path = Path(), timeout: float = 240) -> Finished:
    """Call ``mingcha`` in a process of its own, as a user does."""
    command = [sys.executable, "-m", "mingcha.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=timeout, check=False, cwd=out.parent)
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode(), out)


@pytest.fixture(scope="session")
def mingcha():
    """The command line."""
    return call


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory) -> Finished:
    """One run over the sample case, with roster and sentence scores."""
    out = tmp_path_factory.mktemp("sample") / "out"
    named = ("--assessment", "青岭县2024年度考核", "--period", "2024")
    done = call("run", SAMPLE / "材料", "--out", out, *named, "--roster", SAMPLE / "花名册.csv", "--scores", out=out)
    shutil.copytree(out, out.with_name(UNTOUCHED))  # a report leaves a trace in the store: who takes one changes it
    return done


@pytest.fixture
def reviewed(sample_run, tmp_path):
    """A copy of the sample run's output, as the run left it, that a test may change."""
    return shutil.copytree(sample_run.out.with_name(UNTOUCHED), tmp_path / "out")
