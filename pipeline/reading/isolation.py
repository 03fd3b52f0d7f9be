"""What a worker process may use: a hostile or ruined file fails alone, in memory and in time."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from mingcha.pipeline.errors import MingchaError
from mingcha.pipeline.reading.failures import RefusalError, failure
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.formats import FORMAT_OF, PICTURES
from mingcha.pipeline.reading.ocr import available

if TYPE_CHECKING:
    from pathlib import Path

    from pebble import ProcessFuture

    from mingcha.pipeline.document import Document, Failure
    from mingcha.pipeline.reading.settings import ReadingSettings

log = logging.getLogger(__name__)

Read = TypeVar("Read")

_LEAST_MEMORY, _MOST_MEMORY = 1 << 30, 4 << 30
_SHARE = 0.7  # of the machine's memory, for all workers together
_SECONDS, _SECONDS_EACH_MB = 120.0, 20.0
_REMEDY = "请将文件另存为 docx 或 txt 后重试；仍不成功请联系技术支持并附上运行日志"
_WITH_SCANS = PICTURES | {"pdf", "zip", "eml"}
_SECONDS_OF_SCANS = 3600.0  # a scanned page takes some five seconds, a long scan has several hundred


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker process may use: bytes of memory, and seconds for one file."""

    memory: int
    seconds: float


def limits_for(path: Path, workers: int, *, ocr: bool) -> Limits:
    """Return the limits for the file at *path* when *workers* processes share the machine.

    *ocr* gives files that may hold scans the time to recognize them, where an engine is installed.
    """
    try:
        megabytes = path.stat().st_size / (1 << 20)
    except OSError:
        megabytes = 0.0
    seconds = _SECONDS + _SECONDS_EACH_MB * megabytes
    scans = ocr and FORMAT_OF.get(path.suffix.lower()) in _WITH_SCANS and available()
    return Limits(memory_limit(workers), seconds + (_SECONDS_OF_SCANS if scans else 0.0))


def memory_limit(workers: int) -> int:
    """Return how many bytes each of *workers* processes may take."""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows does not say
        physical = 8 << 30
    return max(_LEAST_MEMORY, min(_MOST_MEMORY, int(physical * _SHARE / workers)))


def limit_process(memory: int) -> None:
    """Bound the memory of this process, and leave Ctrl-C to its parent. Windows knows no such bound."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import resource
    except ImportError:
        return
    kind = getattr(resource, "RLIMIT_DATA", resource.RLIMIT_AS)
    _, hard = resource.getrlimit(kind)
    soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(kind, (soft, hard))


def read_apart(
    path: Path, name: str, settings: ReadingSettings, *, limits: Limits | None = None
) -> list[Document | Failure]:
    """Read one file as :func:`read` does, in a process of its own with *limits*, else those of :func:`limits_for`."""
    from pebble import ProcessPool

    limits = limits or limits_for(path, 1, ocr=settings.ocr)
    context = get_context("spawn")
    with ProcessPool(1, initializer=limit_process, initargs=(limits.memory,), context=context) as pool:
        future = pool.schedule(read, args=(path, name, settings), timeout=limits.seconds)
        try:
            return awaited(future)
        except RefusalError as refusal:
            return [failure(name, refusal)]


def awaited(future: ProcessFuture[Read]) -> Read:
    """Return what a worker process gave; raise ``RefusalError`` where it died or took too long."""
    from concurrent.futures import TimeoutError as TookTooLongError
    from concurrent.futures.process import BrokenProcessPool

    from pebble import ProcessExpired

    try:
        return future.result()
    except TookTooLongError as error:
        raise broken("处理时间超过上限，已放弃") from error
    except BrokenProcessPool as error:
        raise MingchaError("处理进程无法启动（内存不足，或安装不完整）。请关闭其他程序后重试，或重新安装。") from error
    except ProcessExpired as error:
        log.exception("worker died")
        raise broken("处理进程意外终止（文件可能损坏或过大）") from error


def broken(cause: str) -> RefusalError:
    """Return the refusal of a file that could not be dealt with to the end."""
    return RefusalError("corrupt", cause, _REMEDY)
