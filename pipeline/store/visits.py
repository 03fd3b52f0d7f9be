"""Who is signed in: sessions that the server can end, and how often a password was guessed of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, select, update

from mingcha.pipeline.store.accounts import Account
from mingcha.pipeline.store.chain import Event, append_events, lock_record
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import audit, sessions, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store

IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
_SEEN = timedelta(
    minutes=5
)  # a session is marked as used no more often than this, so that reading a page writes nothing
WINDOW = timedelta(minutes=15)
_BARRED_EVERY = timedelta(minutes=1)  # who keeps trying while barred must not fill the record


@dataclass(frozen=True, slots=True)
class Guesses:
    """Passwords tried in the last quarter of an hour, that did not turn out right: for a login, and from an address."""

    of_login: int
    from_address: int


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


def begin_attempt(store: Store, login: str, address: str, *, bars: Callable[[Guesses], bool]) -> Guesses | None:
    """Count a password that is about to be checked, before it is; return what had been tried, ``None`` if barred.

    Counting comes first and one at a time, so that many at once are no more than the limit; *bars* is that limit.
    """
    with writing(store) as connection:
        lock_record(connection)
        guesses = _guesses(connection, login, address)
        if bars(guesses):
            _record_barred(connection, login, address)
            return None
        append_events(connection, [Event(login, "login_tried", address)])
        return guesses


def recent_guesses(store: Store, login: str, address: str) -> Guesses:
    """Return what was tried of late: of *login* since it last signed in, and from *address*."""
    with reading(store) as connection:
        return _guesses(connection, login, address)


def _guesses(connection: Connection, login: str, address: str) -> Guesses:
    columns = audit.c
    since = _text(_now() - WINDOW)
    tried = select(func.count()).where(columns.action == "login_tried", columns.at > since)
    worked = select(func.count()).where(columns.action == "login", columns.at > since, columns.target == address)
    latest = select(func.max(columns.at)).where(columns.action == "login", columns.at > since, columns.who == login)
    last = connection.scalar(latest) or since
    of_login = connection.scalar(tried.where(columns.who == login, columns.at > last)) or 0
    from_address = connection.scalar(tried.where(columns.target == address)) or 0
    return Guesses(of_login, max(0, from_address - (connection.scalar(worked) or 0)))


def _record_barred(connection: Connection, login: str, address: str) -> None:
    columns = audit.c
    since = _text(_now() - _BARRED_EVERY)
    told = select(columns.seq).where(columns.action == "login_barred", columns.at > since, columns.who == login)
    if connection.scalar(told.limit(1)) is None:
        append_events(connection, [Event(login, "login_barred", address)])


def _now() -> datetime:
    return datetime.now(UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
