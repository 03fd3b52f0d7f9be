"""The queue: what awaits a person, narrowed by what the address says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.content import subject_names
from mingcha.pipeline.review.filters import read_filter, written
from mingcha.pipeline.review.gates import go
from mingcha.pipeline.review.outgoing_page import just_left
from mingcha.pipeline.review.passages import Line, lines_of
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.store.accounts import load_permissions
from mingcha.pipeline.store.queries import load_assessment
from mingcha.pipeline.store.queue import COUNTED, NOBODY, PAGE, SEARCHED, queue_ids, queue_page

if TYPE_CHECKING:
    from starlette.responses import Response

    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.queue import Filter

_MOST_PAGES = 10_000


def show_queue(visit: Visit) -> Response:
    """Show a page of the queue."""
    asked = visit.request.query_params
    chosen, page = visit.searched(read_filter(asked)), _page(asked.get("page", "1"))
    places, more, count = queue_page(visit.store, visit.seat, chosen, page)
    assessment = visit.recall(load_assessment)
    names = subject_names(assessment)
    lines: list[Line] = lines_of(visit, places, names)
    return show(
        visit,
        "queue",
        left=just_left(visit),
        chosen=chosen,
        asked=written(chosen),
        lines=lines,
        page=page,
        more=more,
        first=(page - 1) * PAGE + 1,
        count=count,
        counted=COUNTED,
        cut=SEARCHED if chosen.found is not None and len(chosen.found) >= SEARCHED else 0,
        names=names | {NOBODY: "未确定对象"},
        reviewers=_reviewers(visit),
        document=lines[0].title if chosen.document and lines else "",
    )


def next_up(visit: Visit) -> Response:
    """Go to the first passage of the queue."""
    chosen = visit.searched(read_filter(visit.request.query_params))
    places, _ = queue_ids(visit.store, visit.seat, chosen)
    if not places:
        return go(visit, visit.link("queue", **written(chosen)), "end")
    return go(visit, passage_link(visit, places[0][1], chosen))


def passage_link(visit: Visit, finding: str, chosen: Filter, *, left: str = "") -> str:
    """Return the address of a passage as part of a queue; *left* is a finding just decided on that had gone out."""
    return visit.link(f"passage/{finding}", **written(chosen), left=left)


def _reviewers(visit: Visit) -> list[str]:
    """Return who may be asked for: everybody, or oneself alone where the others' decisions are kept back."""
    if visit.blind:
        return [visit.account.login]
    here = (one for one in load_permissions(visit.store) if one.assessment == visit.assessment)
    return [one.login for one in here if one.role != "readonly"]


def _page(given: str) -> int:
    return min(max(int(given), 1), _MOST_PAGES) if re.fullmatch(r"\d{1,6}", given, re.ASCII) else 1
