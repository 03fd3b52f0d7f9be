"""A program run to its end: how long it took, how long it kept processors busy, how much memory it had at its peak."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_EVERY = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True)
class Measured:
    """Wall seconds, processor seconds and peak memory in MB, of a process and all that it started."""

    seconds: float
    busy: float
    peak: int


def measured(command: Sequence[object], *, allowed: Iterable[int] = (0,)) -> Measured:
    """Run *command*; a SystemExit tells what it wrote where its exit code is not among the *allowed*."""
    begun = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = [0]
    watch = threading.Thread(target=_observe, args=(process.pid, peak), daemon=True)
    watch.start()
    assert process.stderr is not None
    with process.stderr as stream:
        told = stream.read()
    _, status, usage = os.wait4(process.pid, 0)  # the processor time of one child, and of those it waited for
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.join()
    if process.returncode not in allowed:
        raise SystemExit(f"{' '.join(map(str, command))}\n{told.decode(errors='replace')}")
    # Not usage.ru_maxrss: a child begins with the most memory that its parent, this program, ever had.
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak[0] >> 20)


def middle(runs: Sequence[Measured]) -> Measured:
    """Return the medians of several runs."""
    columns = zip(*((run.seconds, run.busy, run.peak) for run in runs), strict=True)
    seconds, busy, peak = map(statistics.median, columns)
    return Measured(seconds, busy, round(peak))


def _observe(number: int, peak: list[int]) -> None:
    """Keep the most resident memory that the process and its descendants had together (shared pages count for each)."""
    try:
        process = psutil.Process(number)
        while process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            peak[0] = max(peak[0], sum(map(_resident, family)))
            time.sleep(_EVERY)
    except psutil.NoSuchProcess:
        return


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
