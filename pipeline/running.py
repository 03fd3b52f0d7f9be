"""Many documents: one after the other or by worker processes, in the order of their names.

An error in one file is a failure of that file. With worker processes that holds for a crash or a hang too; a run
within one process (few files, or ``--workers 1``) has no such shield.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.analysis import Analysis, analyze
from mingcha.pipeline.document import Failure
from mingcha.pipeline.reading.files import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pebble import ProcessFuture, ProcessPool

    from mingcha.pipeline.analysis import Toolkit

log = logging.getLogger(__name__)

Result = tuple[Analysis | Failure, ...]

FILE_SECONDS = 600  # a file that takes longer is given up; the largest allowed file takes about a minute
_AHEAD = 4  # files handed out per worker before the first result is taken: bounds the memory
_FEW = 12  # up to so many files the start of worker processes costs more than it saves


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is carried out: the files by name and how many processes share them (1: none but this one).

    ``passed_over`` are folders of earlier output among the material, which are not read.
    """

    files: tuple[tuple[str, Path], ...]
    workers: int
    passed_over: tuple[Path, ...] = ()


def plan_run(files: Iterable[tuple[str, Path]], workers: int) -> Plan:
    """Return the plan for *files*; with *workers* 0 the number of processes is chosen by cores and files."""
    listed = tuple(files)
    chosen = workers or (1 if len(listed) <= _FEW else min(os.cpu_count() or 1, 8))
    return Plan(listed, max(1, min(chosen, len(listed))))


def analyze_files(plan: Plan, load_kit: Callable[[], Toolkit]) -> Iterator[Result]:
    """Yield what each file gave, in the order of the plan; a file's failure is a result like any other."""
    if plan.workers > 1:
        yield from _by_processes(plan, load_kit)
        return
    kit = load_kit() if plan.files else None
    for name, path in plan.files:
        assert kit is not None
        yield analyze_file(name, path, kit)


def analyze_file(name: str, path: Path, kit: Toolkit) -> Result:
    """Read and analyze one file. Whatever goes wrong becomes a :class:`Failure` and a line in the log."""
    try:
        return tuple(item if isinstance(item, Failure) else analyze(item, kit) for item in read(path, name))
    except Exception as error:  # the one boundary where every exception is a recorded failure
        log.exception("analysis failed: %s", name)
        return (_broken(name, f"处理时出现内部错误（{type(error).__name__}）"),)


def _broken(name: str, cause: str) -> Failure:
    remedy = "请将文件另存为 docx 或 txt 后重试；仍不成功请联系技术支持并附上运行日志。"
    message = f"{name}：{cause}，该文件未能完成分析。{remedy}"
    return Failure(name, "corrupt", message)


_kit: list[Toolkit] = []  # one toolkit per worker process, loaded by the pool's initializer


def _start_worker(load_kit: Callable[[], Toolkit]) -> None:
    _kit[:] = [load_kit()]


def _work(name: str, path: Path) -> Result:
    return analyze_file(name, path, _kit[0])


def _by_processes(plan: Plan, load_kit: Callable[[], Toolkit]) -> Iterator[Result]:
    from multiprocessing import get_context

    from pebble import ProcessPool

    context = get_context("spawn")  # forking a process that holds threads (SQLAlchemy, numpy) may deadlock
    waiting: deque[tuple[str, ProcessFuture[Result]]] = deque()
    with ProcessPool(plan.workers, initializer=_start_worker, initargs=(load_kit,), context=context) as pool:
        for name, path in plan.files:
            waiting.append((name, _hand_out(pool, name, path)))
            if len(waiting) >= plan.workers * _AHEAD:
                yield _taken(*waiting.popleft())
        while waiting:
            yield _taken(*waiting.popleft())


def _hand_out(pool: ProcessPool, name: str, path: Path) -> ProcessFuture[Result]:
    return pool.schedule(_work, args=(name, path), timeout=FILE_SECONDS)


def _taken(name: str, future: ProcessFuture[Result]) -> Result:
    from concurrent.futures import TimeoutError as TookTooLong

    from pebble import ProcessExpired

    try:
        return future.result()
    except TookTooLong:
        return (_broken(name, f"处理超过{FILE_SECONDS}秒，已放弃"),)
    except ProcessExpired:
        log.exception("worker died: %s", name)
        return (_broken(name, "处理进程意外终止（文件可能损坏或过大）"),)
