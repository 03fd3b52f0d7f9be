"""What forms of the page bring along: the queue they were sent from, and an id that is given once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from uuid import uuid4

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.review.filters import read_filter

if TYPE_CHECKING:
    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.queue import Filter


def queue_of(visit: Visit, form: Form) -> Filter:
    """Return the queue that a form was sent from."""
    return visit.searched(read_filter(dict(parse_qsl(form.get("queue", "")))))


def act_of(form: Form) -> str:
    """Return the id of what a form does, so that sending it twice does it once."""
    act = form.get("act", "")
    if len(act) != len(uuid4().hex) or not act.isalnum():
        raise DataError("这次操作没有编号。请刷新页面后重试。")
    return act
