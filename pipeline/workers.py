"""How worker processes of a run come to be: forked from one that has loaded what each of them needs.

Forking the process that holds the run may deadlock, as SQLAlchemy and numpy keep threads; one that only loads has none.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from itertools import islice
from multiprocessing import get_context
from multiprocessing.util import get_temp_dir
from typing import TYPE_CHECKING, Final

from mingcha.pipeline.scratch import lasting_temp

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext
    from pathlib import Path

FEW: Final = 12
"""Up to so many files the start of further worker processes costs more than it saves."""

_AHEAD, _AHEAD_OF_MANY = "mingcha.models.ahead", "mingcha.models.ahead_of_many"
_LONGEST = 72  # bytes of a folder in which a socket of multiprocessing can be named: its path has 107 at most


def worker_context() -> ForkServerContext | SpawnContext:
    """Return how worker processes are started: where they cannot be forked, each loads everything for itself."""
    return _forked() or get_context("spawn")


@cache
def _forked() -> ForkServerContext | None:
    if sys.platform != "linux":
        return None
    try:
        with lasting_temp():  # the socket through which workers are asked for
            if len(os.fsencode(tempfile.gettempdir())) > _LONGEST:
                return None
            get_temp_dir()
    except OSError:  # no room for it
        return None
    context = get_context("forkserver")
    context.set_forkserver_preload([_AHEAD])
    return context


def prepare_workers(folder: Path) -> None:
    """Begin loading what the workers need; returns at once. Where it is not called, the first worker waits for it.

    Where *folder* holds more than a few files, spaCy and jieba are loaded as well, once for all workers.
    """
    if context := _forked():
        from multiprocessing.forkserver import ensure_running  # there is none on Windows

        if len(list(islice(folder.rglob("*"), FEW + 1))) > FEW:
            context.set_forkserver_preload([_AHEAD, _AHEAD_OF_MANY])
        ensure_running()
