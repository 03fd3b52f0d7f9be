"""Coverage-guided fuzzing of everything that comes from outside: files, schemes, rules, requests, forms.

Each target runs under atheris for a bounded time in a process of its own, with a corpus in a temporary folder.
Writes benchmarks/results/fuzzing.md; ends with 1 where anything was found. ``make fuzzing`` puts atheris into
.venv/fuzzing, where there is a wheel of it for this machine; where there is none, nothing is run and that is said.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from findings import Finding, noted

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "benchmarks" / "results" / "fuzzing.md"
LIBRARY = ROOT / ".venv" / "fuzzing"
TARGETS = {
    "readers": "files of every format that mingcha reads itself",
    "schemes": "scheme files, and scores by those that are read",
    "rules": "an office's own rule files, and their examples tried",
    "interface": "requests to the read-only interface",
    "forms": "pages and forms of the review page",
    "replies": "what the server of a second reader answers",
}
_MOST_STARTS = 12  # an input that hangs or crashes the interpreter ends the process; the rest of the time goes on
_AFTER = 180  # seconds for starting and for the last input
_STATE = re.compile(r"^#\d+\s.*?cov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)
_STEP = re.compile(r"^#(\d+)\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one target: how often its check ran in how many seconds, what it reached and what was found."""

    target: str
    executions: int
    seconds: float
    edges: int
    features: int
    corpus: int
    findings: tuple[Finding, ...]


def main() -> int:
    given = _given()
    if not (LIBRARY / "atheris").is_dir():
        print("未安装 atheris（`make fuzzing`；这台机器或这个 Python 可能没有它的安装包），没有运行。")
        return 0
    with ThreadPoolExecutor(given.at_once) as pool:
        outcomes = list(pool.map(lambda name: fuzz(name, given.seconds, given.keep), given.targets or TARGETS))
    if not given.targets:
        RESULT.write_text(report(outcomes, given.seconds), encoding="utf-8")
    print(report(outcomes, given.seconds))
    return 1 if any(outcome.findings for outcome in outcomes) else 0


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)}; all by default, and only then written")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--at-once", type=int, default=1, help="targets at the same time")
    parser.add_argument("--keep", type=Path, help="copy the inputs of findings into this folder")
    return parser.parse_args()


def fuzz(target: str, seconds: int, keep: Path | None) -> Outcome:
    """Run one target until its time is over."""
    with tempfile.TemporaryDirectory(prefix="mingcha-fuzzing-") as place:
        folder, spent, said = Path(place), 0.0, []
        for _ in range(_MOST_STARTS):
            start = time.monotonic()
            said.append(_once(target, folder, max(5, round(seconds - spent))))
            spent += time.monotonic() - start
            if "\nDone " in said[-1] or spent >= seconds:
                break
        found = (*noted(folder / "findings"), *_left(folder))
        if keep is not None and found:
            shutil.copytree(folder / "findings", keep / target, dirs_exist_ok=True)
            for path in folder.glob("left-*"):
                shutil.copy(path, keep / target)
        return _outcome(target, said, found)


def _once(target: str, folder: Path, seconds: int) -> str:
    shutil.rmtree(folder / "place", ignore_errors=True)
    command = [sys.executable, str(Path(__file__).parent / "loop.py"), target, str(folder), str(seconds)]
    environment = os.environ | {"PYTHONPATH": str(LIBRARY)}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + _AFTER,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as late:
        return (late.stderr or b"").decode(errors="replace") if isinstance(late.stderr, bytes) else late.stderr or ""
    if not _STATE.search(done.stderr):
        raise SystemExit(f"{target} did not start:\n{done.stderr[-3000:]}")
    return done.stderr


def _left(folder: Path) -> list[Finding]:
    """Return what libFuzzer left of inputs that ended the process: ``left-timeout-…``, ``left-crash-…``, ``left-oom-…``."""
    paths = sorted(folder.glob("left-*"))
    return [Finding(path.name.split("-")[1], "the process", "", path.name) for path in paths if "slow" not in path.name]


def _outcome(target: str, said: list[str], found: tuple[Finding, ...]) -> Outcome:
    states = [tuple(map(int, state)) for one in said for state in _STATE.findall(one)]
    steps = [max(map(int, _STEP.findall(one)), default=0) for one in said]
    seconds = sum(float(match[1]) for one in said if (match := re.search(r"runs in (\d+) second", one)))
    edges, features, corpus = (max(column) for column in zip(*states, strict=True))
    return Outcome(target, sum(steps), seconds, edges, features, corpus, found)


def report(outcomes: list[Outcome], seconds: int) -> str:
    head = "| target | what it is given | executions | executions/s | edges | features | corpus | findings |\n|---|---|--:|--:|--:|--:|--:|--:|\n"
    rows = "".join(
        f"| {one.target} | {TARGETS[one.target]} | {one.executions:,} | {one.executions / max(one.seconds, 1):.0f} |"
        f" {one.edges:,} | {one.features:,} | {one.corpus:,} | {len(one.findings)} |\n"
        for one in outcomes
    )
    listed = "".join(
        f"- {one.target}: {finding.kind} at {finding.place}: {finding.message}\n"
        for one in outcomes
        for finding in one.findings
    )
    return (
        f"# Coverage-guided fuzzing\n\n`make soak` or `python benchmarks/fuzzing/drive.py --seconds {seconds}`: atheris"
        f" changes inputs and keeps those that reach a branch of mingcha that none reached before, {seconds} s a target"
        f" ({platform.machine()}, Python {platform.python_version()}). A finding is any exception but the project's"
        " own refusals with a Chinese cause and remedy, an answer of 500, an input that takes more than 5 s of the processor or 30 s at all, or one"
        " that ends the interpreter. LibreOffice and the OCR engine take no part; `fuzz.md` has them.\n\n"
        f"{head}{rows}\n{listed or 'Nothing was found.' + chr(10)}"
    )


if __name__ == "__main__":
    sys.exit(main())
