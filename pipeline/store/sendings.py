"""What left the system, kept in the record itself, so that it is only ever appended and is sealed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.outgoing import Sending, as_detail, from_detail
from mingcha.pipeline.store.chain import PURGED, SENT, Event, append_events
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import audit

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store

RECALLED = "recalled"


def append_sending(store: Store, assessment: str, sending: Sending) -> None:
    """Write into the record what left, by whom and for whom, with every finding in it."""
    event = Event(sending.by, SENT, f"{sending.kind}:{sending.what}", assessment, as_detail(sending))
    with writing(store) as connection:
        append_events(connection, [event])


def recall_sending(store: Store, assessment: str, number: int, *, by: str, reason: str) -> Sending:
    """Write into the record that what left was taken back, and return it; raise DataError where nothing such left."""
    if not by.strip() or not reason.strip():
        raise DataError("收回的经办人和说明都不能空着。请写明 --by 和 --reason。")
    known = {one.number: one for one in load_sendings(store, assessment)}
    if number not in known:
        raise DataError(f"考核“{assessment}”没有第{number}号发出的材料。请用 mingcha outgoing list 查看号码。")
    if known[number].recalled:
        raise DataError(f"第{number}号材料已经收回（{known[number].recalled}）。不需要再做什么。")
    with writing(store) as connection:
        append_events(connection, [Event(by, RECALLED, str(number), assessment, {"reason": reason})])
    return known[number]


def load_sendings(store: Store, assessment: str) -> tuple[Sending, ...]:
    """Return what left of an assessment in the order in which it left; what was purged of words is not among it."""
    query = select(audit).where(audit.c.action.in_((SENT, RECALLED)), audit.c.assessment == assessment)
    with reading(store) as connection:
        entries = connection.execute(query.order_by(audit.c.seq)).all()
    kept = [one for one in entries if not one.detail.startswith(PURGED)]
    back = {
        one.target: f"{one.who}，{one.at[:10]}，{json.loads(one.detail)['reason']}"
        for one in kept
        if one.action == RECALLED
    }
    return tuple(
        replace(
            from_detail(json.loads(one.detail)),
            by=one.who,
            at=one.at,
            number=one.seq,
            recalled=back.get(str(one.seq), ""),
        )
        for one in kept
        if one.action == SENT
    )


def latest_sending(connection: Connection, assessment: str) -> int:
    """Return the number of the latest entry that `load_sendings` reads, 0 where nothing left.

    Few entries are of these kinds; an index of the assessment, which SQLite would rather take, leads through all.
    """
    query = select(audit.c.seq, audit.c.assessment).where(audit.c.action.in_((SENT, RECALLED)))
    return max((seq for seq, name in connection.execute(query) if name == assessment), default=0)
