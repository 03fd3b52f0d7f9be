"""Many documents: by worker processes, in the order of their names.

An error in one file is a failure of that file, be it an exception, a crash, a hang or memory without end: a file is
never read or analyzed in the process that holds the run together.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from mingcha.pipeline.analyzed import Analysis
from mingcha.pipeline.document import Failure
from mingcha.pipeline.logs import called, join_log, quiet_screen
from mingcha.pipeline.reading.failures import RefusalError, failure
from mingcha.pipeline.reading.files import file_hash, read
from mingcha.pipeline.reading.isolation import awaited, broken, limit_process, memory_limit, seconds_for
from mingcha.pipeline.reading.settings import ReadingSettings
from mingcha.pipeline.workers import FEW, worker_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pebble import ProcessFuture, ProcessPool

    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.document import Document

log = logging.getLogger(__name__)

Result = tuple[Analysis | Failure, ...]
Gain = TypeVar("Gain")

# Files handed out per worker before the first result is taken: a few, and more as long as they are small, for the
# workers go on while what some dozens gave is saved.
_AHEAD, _SMALL_AHEAD, _BYTES_AHEAD = 4, 48, 8 << 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is carried out: the files by name and how many worker processes share them.

    ``passed_over`` are folders of earlier output among the material, which are not read. The workers append to ``log``.
    ``patience`` are further seconds that a file may take, while a second reader is waited for.
    """

    files: tuple[tuple[str, Path], ...]
    workers: int
    passed_over: tuple[Path, ...] = ()
    settings: ReadingSettings = field(default_factory=ReadingSettings)
    log: Path | None = None
    patience: float = 0.0


def plan_run(files: Iterable[tuple[str, Path]], workers: int) -> Plan:
    """Return the plan for *files*; with *workers* 0 the number of processes is chosen by cores and files."""
    listed = tuple(files)
    chosen = workers or (1 if len(listed) <= FEW else min(os.cpu_count() or 1, 8))
    return Plan(listed, max(1, min(chosen, len(listed))))


def analyze_files(plan: Plan, load_kit: Callable[[], Toolkit]) -> Iterator[Result]:
    """Yield what each file gave, in the order of the plan; a file's failure is a result like any other."""
    from pebble import ProcessPool

    if not plan.files:
        return
    waiting: deque[_HandedOut] = deque()
    start = (load_kit, plan.settings, plan.log, memory_limit(plan.workers))
    with ProcessPool(plan.workers, initializer=_start_worker, initargs=start, context=worker_context()) as pool:
        try:
            for name, path in plan.files:
                waiting.append(_hand_out(pool, plan, name, path))
                while _is_enough(waiting, plan.workers):
                    yield _taken(waiting.popleft())
            while waiting:
                yield _taken(waiting.popleft())
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call] # else leaving the pool would first finish what was handed out
            raise


def analyze_file(name: str, path: Path, kit: Toolkit, settings: ReadingSettings) -> Result:
    """Read and analyze one file. Whatever goes wrong becomes a :class:`Failure` and a line in the log.

    A member of an archive or mail that cannot be analyzed fails alone and by its name.
    """
    from mingcha.pipeline.analysis import analyze  # the process that holds the run together never needs it

    items = _attempt(name, partial(read, path, name, settings), lambda: file_hash(path))
    if isinstance(items, Failure):
        return (items,)
    if kit.second_reader is not None:
        kit = replace(kit, second_reader=kit.second_reader.for_another_file())
    return tuple(
        item if isinstance(item, Failure) else _attempt(item.name, partial(analyze, item, kit), _hash_of(item))
        for item in items
    )


def _hash_of(document: Document) -> Callable[[], str | None]:
    return lambda: document.sha256


def _attempt(name: str, work: Callable[[], Gain], hashed: Callable[[], str | None]) -> Gain | Failure:
    try:
        return work()
    except MemoryError:
        return failure(name, RefusalError("too_large", "处理时内存超过上限"))
    except Exception as error:  # the one boundary where every exception is a recorded failure
        log.exception("analysis failed", extra={"document": called(hashed())})
        return failure(name, broken(f"处理时出现内部错误（{type(error).__name__}）"))


_worker: list[tuple[Toolkit, ReadingSettings]] = []  # filled once per worker process, by the pool's initializer


def _start_worker(
    load_kit: Callable[[], Toolkit], settings: ReadingSettings, log_file: Path | None, memory: int
) -> None:
    limit_process(memory)
    quiet_screen()
    if log_file is not None:
        join_log(log_file)
    _worker[:] = [(load_kit(), settings)]


def _work(name: str, path: Path) -> Result:
    return analyze_file(name, path, *_worker[0])


@dataclass(frozen=True, slots=True)
class _HandedOut:
    """A file that a worker has, or will have, in hand; ``size`` counts its bytes."""

    name: str
    size: int
    future: ProcessFuture[Result]


def _hand_out(pool: ProcessPool, plan: Plan, name: str, path: Path) -> _HandedOut:
    seconds = seconds_for(path, ocr=plan.settings.ocr) + plan.patience
    return _HandedOut(name, _size(path), pool.schedule(_work, args=(name, path), timeout=seconds))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the worker will tell
        return 0


def _is_enough(waiting: Sequence[_HandedOut], workers: int) -> bool:
    """Tell whether the next result is to be taken before another file is handed out: bounds the memory."""
    heavy = sum(one.size for one in waiting) > _BYTES_AHEAD
    return len(waiting) >= workers * (_AHEAD if heavy else _SMALL_AHEAD)


def _taken(handed: _HandedOut) -> Result:
    try:
        return awaited(handed.future)
    except RefusalError as refusal:
        return (failure(handed.name, refusal),)
