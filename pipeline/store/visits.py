"""Who is signed in: sessions that the server can end, and how often a sign-in failed of late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, select, update

from mingcha.pipeline.store.accounts import Account
from mingcha.pipeline.store.chain import Event, append_events
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import audit, sessions, users

if TYPE_CHECKING:
    from mingcha.pipeline.store.database import Store

IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
_SEEN = timedelta(
    minutes=5
)  # a session is marked as used no more often than this, so that reading a page writes nothing
WINDOW = timedelta(minutes=15)


def begin_session(store: Store, session: str, login: str, address: str) -> None:
    """Write that *login* signed in from *address*; *session* is the hash of the token that the browser keeps."""
    now = _text(_now())
    with writing(store) as connection:
        row = {"id": session, "login": login, "created_at": now, "seen_at": now, "ended_at": None}
        connection.execute(insert(sessions), row)
        append_events(connection, [Event(login, "login", address)])


def load_session(store: Store, session: str) -> Account | None:
    """Return whose session this is, ``None`` where there is none, it ended, grew old, or the account is locked."""
    now, columns = _now(), sessions.c
    query = select(users.c.login, users.c.name, users.c.administrator, users.c.locked, columns.seen_at).join(
        sessions, columns.login == users.c.login
    )
    alive = and_(columns.seen_at > _text(now - IDLE), columns.created_at > _text(now - LONGEST))
    with reading(store) as connection:
        row = connection.execute(
            query.where(columns.id == session, columns.ended_at.is_(None), alive, ~users.c.locked)
        ).one_or_none()
    if row is None:
        return None
    if row.seen_at < _text(now - _SEEN):
        with writing(store) as connection:
            connection.execute(update(sessions).where(columns.id == session).values(seen_at=_text(now)))
    return Account(*row[:4])


def end_session(store: Store, session: str, login: str) -> None:
    """Write that somebody signed out."""
    with writing(store) as connection:
        connection.execute(update(sessions).where(sessions.c.id == session).values(ended_at=_text(_now())))
        append_events(connection, [Event(login, "logout")])


def recent_failures(store: Store, login: str, address: str) -> tuple[int, int]:
    """Return the failures of the last quarter of an hour: of *login* since it last worked, and from *address*."""
    columns = audit.c
    since = _text(_now() - WINDOW)
    failed = select(func.count()).where(columns.action == "login_failed", columns.at > since)
    worked = select(func.max(columns.at)).where(columns.action == "login", columns.at > since, columns.who == login)
    with reading(store) as connection:
        last = connection.scalar(worked) or since
        of_login = connection.scalar(failed.where(columns.who == login, columns.at > last))
        from_address = connection.scalar(failed.where(columns.target == address))
    return of_login or 0, from_address or 0


def _now() -> datetime:
    return datetime.now(UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
