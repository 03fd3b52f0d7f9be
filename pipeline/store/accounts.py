"""Accounts and what each may do in which assessment. Passwords never come here: a secret is the hash of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.store.chain import Event, append_events
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import permissions, sessions, users
from mingcha.pipeline.store.schema import assessments

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.people import Role


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. An administrator manages accounts and rights; that alone shows no material."""

    login: str
    name: str
    administrator: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """What an account may do in an assessment; without one it does not even learn that the assessment exists."""

    assessment: str
    login: str
    role: Role
    may_see_integrity: bool = False
    may_see_names: bool = False


def add_account(store: Store, account: Account, secret: str, *, by: str) -> None:
    """Add an account; raise DataError where the login is taken."""
    with writing(store) as connection:
        if _find(connection, account.login) is not None:
            raise DataError(f"登录名“{account.login}”已经有人使用。请换一个。")
        row = {"login": account.login, "name": account.name, "secret": secret, "created_at": _now()}
        connection.execute(insert(users), row | {"administrator": account.administrator, "locked": account.locked})
        detail = {"name": account.name, "administrator": account.administrator}
        append_events(connection, [Event(by, "user_added", account.login, None, detail)])


def change_secret(store: Store, login: str, secret: str, *, by: str) -> None:
    """Set another password and end the sessions that were begun with the old one."""
    with writing(store) as connection:
        _known(connection, login)
        connection.execute(update(users).where(users.c.login == login).values(secret=secret))
        _end_sessions(connection, login)
        append_events(connection, [Event(by, "password_changed", login)])


def lock_account(store: Store, login: str, *, by: str, locked: bool = True) -> None:
    """Lock an account, or open it again; a locked one is signed out everywhere."""
    with writing(store) as connection:
        _known(connection, login)
        connection.execute(update(users).where(users.c.login == login).values(locked=locked))
        if locked:
            _end_sessions(connection, login)
        append_events(connection, [Event(by, "user_locked" if locked else "user_opened", login)])


def grant(store: Store, permission: Permission, *, by: str) -> None:
    """Give an account a right in an assessment, in place of the one it had."""
    with writing(store) as connection:
        _known(connection, permission.login)
        if connection.scalar(select(assessments.c.name).where(assessments.c.name == permission.assessment)) is None:
            raise DataError(f"数据库中没有考核“{permission.assessment}”。请核对名称，或先运行 mingcha run。")
        _revoke(connection, permission.assessment, permission.login)
        values = {name: getattr(permission, name) for name in ("assessment", "login", "role")}
        rights = {name: getattr(permission, name) for name in ("may_see_integrity", "may_see_names")}
        connection.execute(insert(permissions), values | rights)
        detail = {"role": permission.role, **rights}
        append_events(connection, [Event(by, "granted", permission.login, permission.assessment, detail)])


def revoke(store: Store, assessment: str, login: str, *, by: str) -> None:
    """Take away what an account may do in an assessment."""
    with writing(store) as connection:
        _known(connection, login)
        _revoke(connection, assessment, login)
        append_events(connection, [Event(by, "revoked", login, assessment)])


def load_account(store: Store, login: str) -> tuple[Account, str] | None:
    """Return an account and its secret, ``None`` where there is no such login."""
    with reading(store) as connection:
        return _find(connection, login)


def load_accounts(store: Store) -> tuple[Account, ...]:
    """Return every account in the order of logins."""
    columns = users.c
    query = select(columns.login, columns.name, columns.administrator, columns.locked).order_by(columns.login)
    with reading(store) as connection:
        return tuple(Account(*row) for row in connection.execute(query))


def load_permissions(store: Store, *, login: str | None = None) -> tuple[Permission, ...]:
    """Return the permissions of an account, or all of them, in the order of assessments."""
    query = select(permissions).order_by(permissions.c.assessment, permissions.c.login)
    if login is not None:
        query = query.where(permissions.c.login == login)
    with reading(store) as connection:
        return tuple(Permission(**row) for row in connection.execute(query).mappings())


def _find(connection: Connection, login: str) -> tuple[Account, str] | None:
    columns = users.c
    query = select(columns.login, columns.name, columns.administrator, columns.locked, columns.secret)
    row = connection.execute(query.where(columns.login == login)).one_or_none()
    return None if row is None else (Account(*row[:4]), row.secret)


def _known(connection: Connection, login: str) -> None:
    if _find(connection, login) is None:
        raise DataError(f"没有登录名为“{login}”的账号。用 mingcha users list 查看已有的账号。")


def _revoke(connection: Connection, assessment: str, login: str) -> None:
    columns = permissions.c
    connection.execute(delete(permissions).where(columns.assessment == assessment, columns.login == login))


def _end_sessions(connection: Connection, login: str) -> None:
    columns = sessions.c
    mine = update(sessions).where(columns.login == login, columns.ended_at.is_(None))
    connection.execute(mine.values(ended_at=_now()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
