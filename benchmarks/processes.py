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

_EVERY = 0.2  # seconds between two looks: to add up shared memory takes milliseconds of a processor that others need


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
    peak, busy = [0], dict[int, float]()
    watch = threading.Thread(target=_observe, args=(process.pid, peak, busy), daemon=True)
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
    # Not usage.ru_maxrss: a child begins with the most memory that its parent, this program, ever had. Workers are
    # forked from a process that nobody waits for: what they took is only known by having looked.
    return Measured(seconds, max(usage.ru_utime + usage.ru_stime, sum(busy.values())), peak[0] >> 20)


def middle(runs: Sequence[Measured]) -> Measured:
    """Return the medians of several runs."""
    columns = zip(*((run.seconds, run.busy, run.peak) for run in runs), strict=True)
    seconds, busy, peak = map(statistics.median, columns)
    return Measured(seconds, busy, round(peak))


def _observe(number: int, peak: list[int], busy: dict[int, float]) -> None:
    """Keep the most memory that the process and its descendants had together, and the processor's time of each."""
    try:
        process = psutil.Process(number)
        while process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            peak[0] = max(peak[0], sum(_looked_at(one, busy) for one in family))
            time.sleep(_EVERY)
    except psutil.NoSuchProcess:
        return


def _looked_at(process: psutil.Process, busy: dict[int, float]) -> int:
    """Return the memory of a process, its part of what it shares with others (all of it where that is not told)."""
    try:
        times = process.cpu_times()
        busy[process.pid] = times.user + times.system
        full = process.memory_full_info()
        return getattr(full, "pss", 0) or full.rss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
