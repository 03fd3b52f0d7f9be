"""What the assessed said of what was found: kept in the record itself, so it is only ever appended and is sealed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Answer
from mingcha.pipeline.store.chain import PURGED, Event, append_events
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.decisions import identify
from mingcha.pipeline.store.people import audit
from mingcha.pipeline.store.schema import subjects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store

STATED = "stated"


def append_answer(store: Store, assessment: str, answer: Answer) -> Answer:
    """Append a statement and return it with the whole id of its finding.

    Raise DataError where it is empty, nobody took it down, or the subject or the finding is not there.
    """
    if not answer.text.strip() or not answer.by.strip():
        raise DataError("本人陈述的内容和记录人都不能空着。请写明 --text（或 --file）和 --by。")
    with writing(store) as connection:
        _check_subject(connection, assessment, answer.subject)
        finding = identify(connection, answer.finding, assessment)[1] if answer.finding else ""
        detail = {"finding": finding, "text": answer.text}
        append_events(connection, [Event(answer.by, STATED, answer.subject, assessment, detail)])
    return next(one for one in reversed(load_answers(store, assessment)) if one.subject == answer.subject)


def load_answers(store: Store, assessment: str) -> tuple[Answer, ...]:
    """Return the statements of an assessment in the order in which they were taken down."""
    columns = audit.c
    query = (
        select(audit)
        .where(columns.action == STATED, columns.assessment == assessment)
        .order_by(columns.at, columns.seq)
    )
    with reading(store) as connection:
        kept = [row for row in connection.execute(query) if not row.detail.startswith(PURGED)]
    return tuple(Answer(row.target, **json.loads(row.detail), by=row.who, at=row.at) for row in kept)


def _check_subject(connection: Connection, assessment: str, subject: str) -> None:
    of_roster = select(subjects.c.id).where(subjects.c.assessment == assessment, subjects.c.id == subject)
    if connection.scalar(of_roster) is None:
        raise DataError(f"考核“{assessment}”的花名册里没有编号“{subject}”。请核对对象。")
