"""How fast a whole run is, beside rivals in the same run over the same files, turn about; what starting costs; growth.

    .venv/bin/python benchmarks/speed.py                  writes benchmarks/results/speed.md
    .venv/bin/python benchmarks/speed.py --documents 200 --office 10 --rounds 3 --sizes 100 300 1000     smaller
    .venv/bin/python benchmarks/speed.py --growth-only --sizes 1000 10000 100000                         growth alone

The files are our own labelled corpus. Every program is a process of its own, from start to end; the rivals are the
frozen scripts in benchmarks/rivals.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cost
import numpy as np
from material import rivals_commands, write_kit, write_office, write_texts
from processes import Measured, measured, middle

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models.choice import LIGHT
from mingcha.models.toolkit import load_toolkit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Call = Callable[[Path], list[object]]

RESULTS = Path(__file__).parent / "results" / "speed.md"
OURS, BARE, SCRIPT = "mingcha run --model light，1 个进程", "jieba 分词", "脚本（OpenCC、jieba、关键词、分类器）"
TWO = "mingcha run --model light，2 个进程"
ONE_CORE = "mingcha run --model light，只给一个核"
FULL = "mingcha run（加编码器），1 个进程"
HELP = "mingcha --help"
SHORT = 150  # characters of each document where the growth with their number is measured
START_GOALS = {OURS: 1.5, HELP: 0.3}  # seconds on an idle machine


@dataclass(frozen=True)
class Sizes:
    """How much is measured: documents as text and in each office format, rounds, and the numbers for the growth."""

    documents: int
    office: int
    rounds: int
    growth: tuple[int, ...]


def main() -> None:
    """Measure what is asked for; the page is written only where all of it was."""
    asked = _asked()
    sizes = Sizes(asked.documents, asked.office, asked.rounds, tuple(asked.sizes))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.growth_only:
            print(growth_part(folder, sizes))
            return
        page = "\n".join(parts(folder, sizes))
    RESULTS.write_text(page, encoding="utf-8")
    print(page)


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser()
    asked.add_argument("--documents", type=int, default=1000)
    asked.add_argument("--office", type=int, default=40)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    asked.add_argument("--growth-only", action="store_true")
    return asked.parse_args()


def parts(folder: Path, sizes: Sizes) -> Iterable[str]:
    """Yield the parts of the page; the head comes last into being and first on the page."""
    before, commit = os.getloadavg()[0], _commit()
    calls = ours(folder) | rivals_commands(write_kit(folder / "kit"), folder)
    start = turn_about(calls | {HELP: _help}, write_texts(folder / "one", 1), sizes.rounds)
    files = write_texts(folder / "texts", sizes.documents)
    runs = turn_about(calls, files, sizes.rounds)
    measures = [
        speed_part(runs, start, files),
        start_part(start),
        office_part(folder, calls, sizes),
        growth_part(folder, sizes, start[OURS]),
        "## 各步骤\n" + stage_part().replace("\n## ", "\n### "),
    ]
    yield head(sizes, commit, (before, os.getloadavg()[0]))
    yield from measures


def ours(folder: Path) -> dict[str, Call]:
    """Return how we are called: each run into a folder of its own, as a first run is."""

    def call(workers: int, model: str = "light") -> Call:
        def command(files: Path) -> list[object]:
            out = tempfile.mkdtemp(dir=folder)
            run = [sys.executable, "-m", "mingcha.cli", "run", files, "--out", out, "--assessment", "量"]
            return [*run, "--workers", workers, "--model", model]

        return command

    def confined(files: Path) -> list[object]:
        return ["taskset", "--cpu-list", "0", *call(1)(files)]

    one_core = {ONE_CORE: confined} if shutil.which("taskset") else {}
    return {OURS: call(1), TWO: call(2), **one_core, FULL: call(1, "full")}


def _help(_: Path) -> list[object]:
    return [sys.executable, "-m", "mingcha.cli", "--help"]


def turn_about(calls: Mapping[str, Call], files: Path, rounds: int) -> dict[str, Measured]:
    """Run every program once a round, one after the other, and return the medians."""
    runs: dict[str, list[Measured]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            runs[name].append(measured(call(files)))
    return {name: middle(several) for name, several in runs.items()}


def speed_part(runs: Mapping[str, Measured], start: Mapping[str, Measured], files: Path) -> str:
    texts = [path.read_text(encoding="utf-8") for path in files.iterdir()]
    count, characters = len(texts), sum(map(len, texts))
    rows = "".join(_speed_row(name, run, start[name], runs, (count, characters)) for name, run in runs.items())
    gain, busy = runs[OURS].seconds / runs[TWO].seconds, runs[OURS].busy / runs[TWO].busy
    core = (
        f"只给一个核时的用时是两个核、2 个进程的 {runs[ONE_CORE].seconds / runs[TWO].seconds:.2f} 倍。"
        if ONE_CORE in runs
        else ""
    )
    return (
        f"## 文本文件（{count:,} 份，{characters:,} 字）\n\n"
        "| | 秒 | 处理器秒 | 字/秒 | 份/秒 | 不计启动，字/秒 | 内存峰值 MB | 用时，mingcha（1 进程）是它的几倍 | 处理器秒，几倍 |\n"
        f"|---|---:|---:|---:|---:|---:|---:|---:|---:|\n{rows}\n1 个进程的用时是 2 个进程的 {gain:.2f} 倍（计启动；处理器秒 {busy:.2f} 倍）。{core}\n"
    )


def _speed_row(name: str, run: Measured, start: Measured, runs: Mapping[str, Measured], amount: tuple[int, int]) -> str:
    count, characters = amount
    net = run.seconds - start.seconds
    bare = f"{characters / net:,.0f}" if net > 0 else "—"  # where starting took as long as all the work
    times = (runs[OURS].seconds / run.seconds, runs[OURS].busy / run.busy)
    cells = [f"{run.seconds:.1f}", f"{run.busy:.1f}", f"{characters / run.seconds:,.0f}", f"{count / run.seconds:.0f}"]
    cells += [bare, run.peak, *(f"{one:.2f}" for one in times)]
    return f"| {name} | {' | '.join(map(str, cells))} |\n"


def start_part(start: Mapping[str, Measured]) -> str:
    goals = {name: f"≤ {goal}" for name, goal in START_GOALS.items()}
    rows = "".join(
        f"| {name} | {run.seconds:.2f} | {run.busy:.2f} | {run.peak} | {goals.get(name, '')} |\n"
        for name, run in start.items()
    )
    return (
        "## 启动（一份小文件，从启动到结束）\n\n| | 秒 | 处理器秒 | 内存峰值 MB | 目标（空闲的机器），秒 |\n"
        f"|---|---:|---:|---:|---:|\n{rows}"
    )


def office_part(folder: Path, calls: Mapping[str, Call], sizes: Sizes) -> str:
    """Office files: of the rivals only the script reads them; the other cells stay empty."""
    places = write_office(folder / "office", sizes.office)
    able = {name: call for name, call in calls.items() if name in {OURS, SCRIPT}}
    runs = {kind: turn_about(able, place, sizes.rounds) for kind, place in places.items()}
    rows = "".join(
        f"| {name} | "
        + " | ".join(f"{sizes.office / one[name].seconds:.1f}" if name in one else "" for one in runs.values())
        + " |\n"
        for name in calls
        if name not in {TWO, ONE_CORE, FULL}
    )
    ratios = "，".join(f"{kind} {one[OURS].seconds / one[SCRIPT].seconds:.2f}" for kind, one in runs.items())
    line = "".join("---:|" for _ in runs)
    return (
        f"## 办公文件（每种 {sizes.office} 份，份/秒，计启动）\n\n| | {' | '.join(runs)} |\n|---|{line}\n{rows}\n"
        f"用时，mingcha 是脚本的几倍：{ratios}。读不了的留空。\n"
    )


def growth_part(folder: Path, sizes: Sizes, start: Measured | None = None) -> str:
    """Time with the number of documents, one run each.

    The exponents are fitted to what is left without the start: wall time where the machine is idle, else the
    processor's, which other programs do not lengthen as much.
    """
    call = ours(folder)[OURS]
    start = start or measured(call(write_texts(folder / "alone", 1)))
    runs = [measured(call(write_texts(folder / f"growth{count}", count, SHORT))) for count in sizes.growth]
    wall = exponent(sizes.growth, [run.seconds - start.seconds for run in runs])
    busy = exponent(sizes.growth, [run.busy - start.busy for run in runs])
    rows = "".join(
        f"| {count:,} | {run.seconds:.1f} | {run.busy:.1f} | {count / run.seconds:.0f} | {run.peak} |\n"
        for count, run in zip(sizes.growth, runs, strict=True)
    )
    return (
        f"## 随份数增长（每份至多 {SHORT} 字，1 个进程，各一次）\n\n| 份数 | 秒 | 处理器秒 | 份/秒 | 内存峰值 MB |\n"
        f"|---:|---:|---:|---:|---:|\n{rows}\n不计启动，处理器秒按份数的 {busy:.2f} 次方增长，用时按 {wall:.2f} 次方（负载高时不可靠）。\n"
    )


def exponent(counts: Iterable[int], seconds: Iterable[float]) -> float:
    """Return the power of the count that the seconds grow with: the slope on logarithmic scales."""
    return float(np.polyfit(np.log(list(counts)), np.log(np.maximum(list(seconds), 0.01)), 1)[0])


def stage_part() -> str:
    """Return where the time of one analysis goes, as benchmarks/cost.py has it for dense text."""
    cost.jieba.lcut("预热")
    return cost.table(
        "自有语料（密集）", [document.text for document in load_labelled()][:150], load_toolkit(models=LIGHT)
    )


def head(sizes: Sizes, commit: str, loads: tuple[float, float]) -> str:
    return (
        f"# 速度\n\n{dt.date.today()}，{_processor()}，{os.cpu_count()} 核，Python {platform.python_version()}，"  # noqa: DTZ011
        f"提交 {commit}；机器负载：开始时 {loads[0]:.1f}，结束时 {loads[1]:.1f}。\n\n"
        f"`python benchmarks/speed.py --documents {sizes.documents} --office {sizes.office} --rounds {sizes.rounds} "
        f"--sizes {' '.join(map(str, sizes.growth))}`。材料取自自有语料，各程序轮流运行，每次都是单独的进程，从启动到结束；"
        f"{sizes.rounds} 轮取中位数。对手是 `benchmarks/rivals/` 里写定的脚本：它们只做表中所写的事，"
        "不读页码、不辨对象、不存库、不写报告。负载高于核数时，秒数偏大，请看处理器秒和比值；内存是进程与其子进程之和，共用的页按份数分摊。\n"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _commit() -> str:
    try:
        asked = ["git", "-C", str(RESULTS.parent), "describe", "--always", "--dirty", "--abbrev=9"]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "未知"


if __name__ == "__main__":
    main()
