"""Who reviews what: documents and subjects given to accounts. It narrows a queue and hides nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.store.chain import Event, append_events
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import assignments, permissions
from mingcha.pipeline.store.schema import documents, subjects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.people import Scope
    from mingcha.pipeline.store.reviewing import Reviewer


def assign(store: Store, lead: Reviewer, login: str, scope: Scope, value: str) -> None:
    """Give a document or a subject to an account that may work in the assessment."""
    row = {"assessment": lead.assessment, "login": login, "scope": scope, "value": value}
    with writing(store) as connection:
        _check(connection, row)
        _drop(connection, row)
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        connection.execute(insert(assignments), row | {"by": lead.name, "at": now})
        detail = {"scope": scope, "value": value}
        append_events(connection, [Event(lead.account, "assigned", login, lead.assessment, detail)])


def unassign(store: Store, lead: Reviewer, login: str, scope: Scope, value: str) -> None:
    """Take a document or a subject away from an account."""
    row = {"assessment": lead.assessment, "login": login, "scope": scope, "value": value}
    with writing(store) as connection:
        _drop(connection, row)
        detail = {"scope": scope, "value": value}
        append_events(connection, [Event(lead.account, "unassigned", login, lead.assessment, detail)])


def load_assignments(store: Store, assessment: str) -> list[dict[str, Any]]:
    """Return what is assigned, in the order of accounts."""
    columns = assignments.c
    query = select(assignments).where(columns.assessment == assessment)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(columns.login, columns.scope, columns.value)).mappings()
        return [dict(row) for row in rows]


def _drop(connection: Connection, row: dict[str, str]) -> None:
    connection.execute(delete(assignments).where(*(assignments.c[name] == value for name, value in row.items())))


def _check(connection: Connection, row: dict[str, str]) -> None:
    here, login = row["assessment"], row["login"]
    right = select(permissions.c.login).where(permissions.c.assessment == here, permissions.c.login == login)
    if connection.scalar(right) is None:
        raise DataError(f"账号“{login}”在这次考核中没有权限。请先授权。")
    table, name = (documents, "name") if row["scope"] == "document" else (subjects, "id")
    known = select(table.c[name]).where(table.c.assessment == here, table.c[name] == row["value"])
    if connection.scalar(known) is None:
        raise DataError("这次考核中没有这份材料或这个对象。请从列表中选择。")
