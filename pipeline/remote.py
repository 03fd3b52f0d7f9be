"""What a worker of a cluster does with one file: in a process of its own, bounded in time and memory.

The worker itself neither reads nor analyzes anything; it hands the file to a guarded process beside it, which has
loaded the toolkit once, and passes on what that one gives. A file that crashes or hangs costs itself alone.
"""

from __future__ import annotations

import os
import pickle
import threading
from concurrent.futures import CancelledError, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import current_process, get_context, parent_process
from typing import TYPE_CHECKING, Literal, TypeAlias

from mingcha.pipeline.errors import MingchaError
from mingcha.pipeline.logs import join_log, quiet_screen
from mingcha.pipeline.outfits import differences, outfit
from mingcha.pipeline.reading.failures import RefusalError, failure
from mingcha.pipeline.reading.isolation import awaited, limit_process, memory_limit, seconds_for
from mingcha.pipeline.running import analyze_file
from mingcha.pipeline.scratch import scratch_folder, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pebble import ProcessPool

    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.reading.settings import ReadingSettings

_IDLE = 60.0  # seconds after which guarded processes without work end: their driver may be dead
_STARTING = 600.0  # seconds in which a guarded process has loaded its toolkit, on the busiest machine
_CLOCKS_DIFFER = 2.0  # seconds to which some shared file systems round the time of a change
_LEAST_MEMORY, _MOST_MEMORY, _SHARE = 1 << 30, 4 << 30, 0.7  # of what the worker may have, for all of its processes

# "done": *told* is the pickled result; "unseen": the file does not lie there; "unlike": the machine must not be used.
Outcome: TypeAlias = Literal["done", "unseen", "unlike", "broken"]


@dataclass(frozen=True, slots=True, repr=False)
class Setup:
    """What all files of a run share; ``key`` tells one run from another.

    ``kit`` is the pickled function that loads the toolkit: only the guarded processes unpack it. ``outfit`` is what
    the machine must have, ``files`` others that count in it. ``longest`` are the seconds that a file may take, where
    they are not to be those of :func:`seconds_for`.
    """

    key: str
    kit: bytes
    settings: ReadingSettings
    log: Path | None
    outfit: Mapping[str, str]
    files: tuple[Path, ...] = ()
    longest: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Errand:
    """One file: its name, where it lies, its size in bytes and time of change there; ``data`` where it is sent along.

    It has no representation, because dask writes that of what fails into its log.
    """

    name: str
    path: Path
    size: int
    changed: float
    data: bytes | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What became of an errand."""

    outcome: Outcome
    told: bytes = b""

    @property
    def words(self) -> str:
        """What is wrong, in Chinese, where the errand was not done."""
        return self.told.decode()


def work(errand: Errand, setup: Setup) -> Reply:
    """Have one file read and analyzed. Never raises for what the file does."""
    try:
        with _guarded(setup) as pool, _lent(errand) as path:
            return Reply("unseen") if path is None else _worked(errand.name, path, setup, pool)
    except _UnlikeError as error:
        return Reply("unlike", str(error).encode())
    except (MingchaError, CancelledError) as error:
        _end(setup.key)
        return Reply("broken", str(error).encode())


def _worked(name: str, path: Path, setup: Setup, pool: ProcessPool) -> Reply:
    seconds = setup.longest or seconds_for(path, ocr=setup.settings.ocr)
    future = pool.schedule(_analyzed, args=(name, path), timeout=seconds)
    if not wait([future], seconds + _STARTING).done:  # its seconds count only from when a process takes it up
        raise MingchaError("受保护的子进程一直没有启动（内存不足，或安装不完整）。请检查后重新启动 dask worker。")
    try:
        return Reply("done", awaited(future))
    except RefusalError as refusal:
        return Reply("done", pickle.dumps((failure(name, refusal),)))


def survey(files: tuple[Path, ...]) -> tuple[dict[str, str], bool]:
    """Return what this worker's machine has, and whether the worker may start processes of its own."""
    return outfit(files), not current_process().daemon


class _UnlikeError(Exception):
    """This machine has not what the driver has; the message (Chinese) says in what they differ."""


@contextmanager
def _lent(errand: Errand) -> Iterator[Path | None]:
    """Give the file: where it lies if it is the one that the driver sees, else from its bytes, else ``None``."""
    if errand.data is None:
        yield errand.path if _is_seen(errand) else None
        return
    with scratch_folder() as folder:
        path = folder / f"file{errand.path.suffix}"
        path.write_bytes(errand.data)
        yield path


def _is_seen(errand: Errand) -> bool:
    try:
        status = errand.path.stat()
    except OSError:
        return False
    return status.st_size == errand.size and abs(status.st_mtime - errand.changed) <= _CLOCKS_DIFFER


@dataclass(slots=True)
class _Guarded:
    """The guarded processes for one run, how many files they have in hand, and what ends them when idle."""

    pool: ProcessPool
    files: int = 0
    timer: threading.Timer | None = None


_held: dict[str, _Guarded] = {}  # of this worker process, by the key of the setup
_lock = threading.Lock()


@contextmanager
def _guarded(setup: Setup) -> Iterator[ProcessPool]:
    """Give the guarded processes for a run: started with its first file, ended when long without one."""
    with _lock:
        held = _held.get(setup.key) or _held.setdefault(setup.key, _Guarded(_started(setup)))
        held.files += 1
        if held.timer is not None:
            held.timer.cancel()
    try:
        yield held.pool
    finally:
        with _lock:
            held.files -= 1
            if not held.files:
                held.timer = threading.Timer(_IDLE, _end, (setup.key,))
                held.timer.daemon = True
                held.timer.start()


def _started(setup: Setup) -> ProcessPool:
    from pebble import ProcessPool

    unlike = list(differences(setup.outfit, outfit(setup.files)))
    if unlike:
        raise _UnlikeError("；".join(unlike))
    sweep()
    threads, memory = _share()
    start = (setup, memory)
    return ProcessPool(threads, initializer=_start_guarded, initargs=start, context=get_context("spawn"))


def _share() -> tuple[int, int]:
    """Return how many files this worker has in hand at once, and the bytes of memory for each."""
    from distributed import get_worker

    worker = get_worker()
    threads, limit = worker.state.nthreads, worker.memory_manager.memory_limit
    if not limit:
        return threads, memory_limit(threads)
    return threads, max(_LEAST_MEMORY, min(_MOST_MEMORY, int(limit * _SHARE / threads)))


def _end(key: str) -> None:
    with _lock:
        held = _held.pop(key, None) if not _busy(key) else None
    if held is not None:
        held.pool.stop()  # type: ignore[no-untyped-call]
        held.pool.join()


def _busy(key: str) -> bool:
    return key in _held and _held[key].files > 0


_kit: list[tuple[Toolkit, ReadingSettings]] = []  # filled once per guarded process, by the pool's initializer


def _start_guarded(setup: Setup, memory: int) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limit_process(memory)
    quiet_screen()
    if setup.log is not None and setup.log.exists():  # the driver's machine, or a folder that both see
        join_log(setup.log)
    load_kit = pickle.loads(setup.kit)  # noqa: S301 - from the scheduler, which may run any code here
    _kit[:] = [(load_kit(), setup.settings)]


def _end_with_parent() -> None:
    """End this process with its worker: whoever was killed cannot end those it started."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _analyzed(name: str, path: Path) -> bytes:
    """Return the pickled result: the worker passes it on as bytes, without ever unpacking it."""
    return pickle.dumps(analyze_file(name, path, *_kit[0]))
