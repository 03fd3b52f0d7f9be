"""What a worker process may use: a hostile or ruined file fails alone, in memory and in time."""

from __future__ import annotations

import logging
import mmap
import os
import re
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from mingcha.pipeline.errors import MingchaError
from mingcha.pipeline.reading.failures import RefusalError, failure
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.formats import CONVERTED, FORMAT_OF, PICTURES, SUFFIXES
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

# Old documents inside: one on which LibreOffice hangs costs its whole call, then itself and those left over go singly.
_SECONDS_CONVERTING, _SECONDS_EACH_OLD, _MOST_SECONDS_CONVERTING = 120.0, 10.0, 3600.0
_MAY_HOLD_OLD = frozenset({None, "zip", "eml"})
_OLD_SUFFIXES = tuple(
    suffix.encode() for format_ in (*CONVERTED, "eml") for suffix in SUFFIXES.get(format_, (".xml",))
)  # Word documents in XML go by .xml; a mail may bring old documents along
# [APPNOTE 4.3.12] An entry of a zip file's directory up to the name, with the length of the name.
_ENTRY = re.compile(rb"PK\x01\x02.{24}(?P<length>..).{16}", re.DOTALL)
# How attachments begin in base64: a compound file, rtf, OpenDocument, XML.
_ATTACHED = re.compile(rb"\n(?:0M8R4KGx|e1xydGY|UEsDB.{35}bWltZXR5cGVhcHBsaWNhdGlvbi92bmQub2Fz|PD94bWw)")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker process may use: bytes of memory, and seconds for one file."""

    memory: int
    seconds: float


def seconds_for(path: Path, *, ocr: bool) -> float:
    """Return how many seconds the file at *path* may take: more for a large one, and for old documents inside it.

    *ocr* gives files that may hold scans the time to recognize them, where an engine is installed.
    """
    try:
        megabytes = path.stat().st_size / (1 << 20)
    except OSError:
        megabytes = 0.0
    seconds = _SECONDS + _SECONDS_EACH_MB * megabytes
    format_ = FORMAT_OF.get(path.suffix.lower())
    scans = ocr and format_ in _WITH_SCANS and available()
    old = _count_old(path) if format_ in _MAY_HOLD_OLD else 0
    converting = min(_SECONDS_CONVERTING + _SECONDS_EACH_OLD * old, _MOST_SECONDS_CONVERTING) if old else 0.0
    return seconds + converting + (_SECONDS_OF_SCANS if scans else 0.0)


def _count_old(path: Path) -> int:
    """Count what looks like old documents in an archive or mail, by names and first bytes; nothing is parsed here."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            names = (data[at.end() : at.end() + int.from_bytes(at["length"], "little")] for at in _ENTRY.finditer(data))
            packed = sum(name.lower().endswith(_OLD_SUFFIXES) for name in names)
            return packed + sum(1 for _ in _ATTACHED.finditer(data))
    except (OSError, ValueError):  # not there, or empty
        return 0


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
    """Read one file as :func:`read` does, in a process of its own, with *limits* where they are given."""
    from pebble import ProcessPool

    limits = limits or Limits(memory_limit(1), seconds_for(path, ocr=settings.ocr))
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
