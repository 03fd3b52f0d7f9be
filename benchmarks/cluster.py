"""The same thousand files by this machine's pool of two and by a dask cluster of two on this machine.

    .venv/bin/python benchmarks/cluster.py            prints the table and writes benchmarks/results/cluster.md

The text is our own labelled corpus, one file per document. Scheduler and workers are processes of their own, with the
settings that docs/集群.md gives. One run loses a worker on the way: it is killed, and its nanny starts another.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from mingcha.corpora.labelled_documents import load_labelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "cluster.md"
COUNT = 1000
DASK = Path(sys.executable).parent / "dask"
FINDINGS = "findings.jsonl"


@dataclass(frozen=True)
class Measured:
    """One whole run: wall seconds, the driver's processor seconds, its peak memory in MB and that of all others."""

    seconds: float
    busy: float
    driver: int
    workers: int
    findings: bytes
    stored: int


def main() -> None:
    """Time the run here, on the cluster, and on the cluster with a loss."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_files(folder / "files")
        characters = sum(len(path.read_text(encoding="utf-8")) for path in files.iterdir())
        here = measured(files, folder / "here", "--workers", "2")
        with cluster(folder, workers=1, threads=2) as (address, _):
            there = measured(files, folder / "there", "--engine", address)
        with cluster(folder, workers=2, threads=1) as (address, workers):
            lossy = measured(files, folder / "lossy", "--engine", address, at=0.5, act=lambda: kill_one(workers))
    assert here.findings == there.findings == lossy.findings
    load = os.getloadavg()[0]
    RESULTS.write_text(page(characters, (here, there, lossy), load), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def write_files(folder: Path) -> Path:
    folder.mkdir()
    documents = [(copy, document) for copy in range(2) for document in load_labelled()]
    for number, (copy, document) in enumerate(documents[:COUNT]):
        (folder / f"{number:04d}.txt").write_text(f"{document.text}\n{copy}", encoding="utf-8")
    return folder


@contextmanager
def cluster(folder: Path, *, workers: int, threads: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    (settings,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "集群.md").read_text(encoding="utf-8"), re.DOTALL)
    (folder / "dask").mkdir(exist_ok=True)
    (folder / "dask" / "mingcha.yaml").write_text(settings, encoding="utf-8")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{one.getsockname()[1]}"
    host, port = place.split(":")
    local = ("--local-directory", str(folder / "dask-work"))
    calls = [("scheduler", "--host", host, "--port", port)]
    calls += [("worker", f"tcp://{place}", "--nworkers", "1", "--nthreads", str(threads), *local)] * workers
    started = [start(folder, call) for call in calls]
    try:
        yield f"dask://{place}", started[1:]
    finally:
        for process in [child for one in started for child in (*one.children(recursive=True), one)]:
            process.kill()
        psutil.wait_procs(started)


def start(folder: Path, call: tuple[str, ...]) -> psutil.Process:
    environment = os.environ | {"DASK_CONFIG": str(folder / "dask")}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return psutil.Popen([sys.executable, str(DASK), *call, "--no-dashboard"], env=environment, **quiet)


def kill_one(workers: list[psutil.Process]) -> None:
    for child in workers[0].children():
        if child.children():  # the worker, not what keeps count of resources
            child.kill()


def measured(files: Path, out: Path, *options: str, at: float = 0, act: Callable[[], object] | None = None) -> Measured:
    """Run, and call *act* once that share of the files is done."""
    command = [
        sys.executable,
        "-m",
        "mingcha.cli",
        "run",
        str(files),
        "--out",
        str(out),
        "--assessment",
        "量",
        "--model",
        "light",
        *options,
    ]
    begun = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak = [0.0, 0.0, 0.0]
    watch = threading.Thread(target=observe, args=(process, peak), daemon=True)
    watch.start()
    for line in process.stderr:
        done = re.match(r"已处理 (\d+)/", line)
        if done and act is not None and int(done[1]) >= at * COUNT:
            act()
            act = None
    code = process.wait()
    assert code == 0, code
    assert act is None
    seconds, memory = time.perf_counter() - begun, [int(one) >> 20 for one in peak[:2]]
    stored = sum(path.stat().st_size for path in out.glob("mingcha.db*"))
    return Measured(seconds, peak[2], *memory, (out / FINDINGS).read_bytes(), stored)


def observe(process: psutil.Process, peak: list[float]) -> None:
    """Keep the most memory that the driver had, and that other processes of ours had together."""
    while True:
        try:
            peak[0] = max(peak[0], process.memory_info().rss)
            peak[2] = sum(process.cpu_times()[:2])
            others = [one for one in psutil.Process().children(recursive=True) if one.pid != process.pid]
            peak[1] = max(peak[1], sum(one.memory_info().rss for one in others))
        except psutil.NoSuchProcess:
            if not process.is_running():
                return
        time.sleep(0.5)


def page(characters: int, runs: tuple[Measured, ...], load: float) -> str:
    names = (
        "pool of 2 on this machine",
        "cluster: one worker with 2 threads",
        "cluster: 2 workers, one killed half way",
    )
    rows = "".join(
        f"| {name} | {run.seconds:.1f} | {characters / run.seconds:,.0f} | {run.busy:.1f} | {run.driver} | {run.workers} |\n"
        for name, run in zip(names, runs, strict=True)
    )
    count = runs[0].findings.count(b"\n")
    return (
        f"# Cluster\n\n{dt.date.today()}, {platform.processor() or platform.machine()}, {os.cpu_count()} cores, "  # noqa: DTZ011
        f"Python {platform.python_version()}, load at the end {load:.1f}. Whole runs over the same {COUNT:,} files "
        f"({characters:,} characters), start of the toolkits, store and report included; scheduler and workers were "
        "started just before. The findings of the three runs are equal byte by byte.\n\n"
        "| | seconds | characters/s | driver's processor seconds | driver's peak MB | other processes, peak MB |\n|---|---|---|---|---|---|\n"
        f"{rows}\nOverhead of the cluster {runs[1].seconds / runs[0].seconds - 1:+.0%}, "
        f"of losing a worker {runs[2].seconds - runs[1].seconds:+.1f} s. The store: {runs[0].stored / 1e6:.1f} MB for "
        f"{count:,} findings.\n"
    )


if __name__ == "__main__":
    main()
