"""What keeps the page quick: what was counted is there before somebody asks, and decisions do not wait behind pages."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager, contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import MingchaError
from mingcha.pipeline.review.interviewees import load_interviewees
from mingcha.pipeline.review.veils import gather_words
from mingcha.pipeline.review.visit import recalled
from mingcha.pipeline.store.accounts import load_permissions
from mingcha.pipeline.store.concerns import unclear_findings
from mingcha.pipeline.store.material import document_counts
from mingcha.pipeline.store.queries import load_assessment, load_documents
from mingcha.pipeline.store.tallies import active_counts, settled_now, subject_counts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.applications import Starlette

    from mingcha.pipeline.review.visit import Office

# Threads that draw pages: Python runs one at a time, and a decision should not wait for the others; with PostgreSQL one
# of two waits for the server.
PAGES_AT_ONCE = {"sqlite": 1, "postgresql": 2}
_PAUSE = 2.0  # seconds between looks at whether a run has ended
_SWITCH = 0.0005  # seconds after which a thread that computes lets one that decides go on
_COUNTED = (load_assessment, active_counts, settled_now, load_documents, document_counts, subject_counts)
_GATHERED = (unclear_findings, load_interviewees)


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    """Keep what pages need at hand while the application is served."""
    with keeping_ready(application.state.office):
        yield


@contextmanager
def keeping_ready(office: Office) -> Iterator[None]:
    """Count beforehand in a thread, anew after each run, until the block is left."""
    over, usual = Event(), sys.getswitchinterval()
    thread = Thread(target=_keep_ready, args=(office, over), name="mingcha-ready", daemon=True)
    sys.setswitchinterval(_SWITCH)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        sys.setswitchinterval(usual)


def _keep_ready(office: Office, over: Event) -> None:
    while not over.is_set():
        with suppress(MingchaError):  # whoever opens a page is told what is wrong with the store
            make_ready(office, over)
        over.wait(_PAUSE)


def make_ready(office: Office, over: Event | None = None) -> None:
    """Count whatever pages of any assessment need and is not counted yet."""
    permissions = load_permissions(office.store)
    for assessment in dict.fromkeys(one.assessment for one in permissions):
        rights = {(one.may_see_names, one.may_see_integrity) for one in permissions if one.assessment == assessment}
        for make in (*_COUNTED, *_GATHERED):
            if over is not None and over.is_set():
                return
            recalled(office, assessment, make)
        for sees in sorted(rights):
            recalled(office, assessment, gather_words, *sees)
