"""The log: one JSON line an event, rotated, and never with a word of the material, a name or the name of a file.

What our own code says is a fixed English phrase; of its arguments only numbers are kept. What libraries say may hold
anything, so that only its place is kept. Of an exception the log has the classes and the places in the code, never the
message. A file is called by the first twelve digits of its SHA-256, which stands in ``documents.jsonl``.
"""

from __future__ import annotations

import json
import logging
import os
import stat
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = "mingcha"
LARGEST, KEPT = 2 << 20, 3  # bytes of one file, and how many older ones stay beside it
MOST_EVENTS = 2000  # of one worker process
_FRAMES = 30
_DIGITS = 12
# What an event may bear beside its phrase; anything else given as ``extra`` is left out.
_FIELDS = ("document", "finding", "outcome", "run", "status")


def start_log(path: Path) -> None:
    """Have this process keep its log in the file at *path*; raises ``OSError`` where that cannot be written."""
    _attach(_Rotating(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8"))


def join_log(path: Path) -> None:
    """Have this worker process append to the log that its parent keeps and rotates."""
    _attach(_Appending(path))


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Keep the log in the file at *path* while the block runs."""
    start_log(path)
    try:
        yield
    finally:
        stop_log()


def stop_log() -> None:
    """Let go of the log's file."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, (_Rotating, _Appending))]:
        root.removeHandler(handler)
        handler.close()


def _attach(handler: logging.Handler) -> None:
    stop_log()
    logging.raiseExceptions = False  # else what cannot be written would go to the screen, arguments and all
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def quiet_screen() -> None:
    """Where no log is kept, have warnings shown as one line each: no trace with what was worked on."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_Sentence())


class _Sentence(logging.Formatter):
    """What an event says, without its exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the sentence."""
        error = record.exc_info[1] if record.exc_info else None
        return record.getMessage() + (f" ({type(error).__name__})" if error else "")


def called(sha256: str | None) -> str:
    """Return what the log calls a file by the hash of its bytes; empty where it could not be read.

    >>> called("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    '9f86d081884c'
    """
    return (sha256 or "")[:_DIGITS]


class Lines(logging.Formatter):
    """An event as one line of JSON without anything of the material."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": f"{record.name if _is_ours(record) else record.name.partition('.')[0]}:{record.lineno}",
            "process": record.process,
        }
        told |= _said(record) if _is_ours(record) else {"event": "a library spoke"}
        error = record.exc_info[1] if record.exc_info else None
        return json.dumps(told | ({"error": describe(error)} if error else {}), ensure_ascii=False)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(f"{OURS}.")


def _said(record: logging.LogRecord) -> dict[str, Any]:
    """Return the phrase as it stands in the code, the numbers among its arguments, and the fields that are allowed."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    numbers = [one for one in arguments if isinstance(one, int | float)]
    said = {"event": str(record.msg)} | ({"numbers": numbers} if numbers else {})
    return said | {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}


def describe(error: BaseException) -> list[str]:
    """Return an exception, and those that led to it, as classes and places in the code: no message, no values.

    >>> try:
    ...     int("张三")
    ... except ValueError as error:
    ...     describe(error)[0]
    'ValueError'
    """
    told: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(told) < _FRAMES:
        told += [type(seen).__name__, *_places(seen)]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return told[:_FRAMES]


def _places(error: BaseException) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{'/'.join(PurePath(code.co_filename).parts[-2:])}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-8:]


class _Rotating(RotatingFileHandler):
    """A log that only its owner can read, older ones too."""

    def _open(self) -> IO[str]:  # type: ignore[override]
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, stat.S_IRUSR | stat.S_IWUSR)
        return os.fdopen(handle, "a", encoding="utf-8")


class _Appending(logging.Handler):
    """Opens the log for each event, so that the parent can move it away meanwhile; falls silent after so many."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self._left = path, MOST_EVENTS

    def emit(self, record: logging.LogRecord) -> None:
        """Append the event."""
        if self._left <= 0:
            return
        self._left -= 1
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, stat.S_IRUSR | stat.S_IWUSR)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(self.format(record) + "\n")
        except OSError:
            self.handleError(record)
