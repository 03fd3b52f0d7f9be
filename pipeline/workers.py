"""How worker processes of a run come to be: forked from one that has loaded what each of them needs."""

from __future__ import annotations

import sys
from multiprocessing import get_context
from multiprocessing.forkserver import ensure_running
from multiprocessing.util import get_temp_dir
from typing import TYPE_CHECKING, Final

from mingcha.pipeline.scratch import lasting_temp

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

_AHEAD = "mingcha.models.ahead"
# Forking the process that holds the run may deadlock: SQLAlchemy and numpy keep threads. One that only loads has none.
_FORKED: Final = sys.platform == "linux"


def worker_context() -> ForkServerContext | SpawnContext:
    """Return how worker processes are started: elsewhere than on Linux each loads everything for itself."""
    if not _FORKED:
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([_AHEAD])
    with lasting_temp():  # the socket through which workers are asked for
        get_temp_dir()
    return context


def prepare_workers() -> None:
    """Begin loading what the workers need; returns at once. Where it is not called, the first worker waits for it."""
    if worker_context().get_start_method() == "forkserver":
        ensure_running()
