"""Other systems that may read an assessment over HTTP. Tokens never come here: a secret is the hash of one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.store.chain import Event, append_events
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import clients
from mingcha.pipeline.store.schema import assessments

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from mingcha.pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class Client:
    """A system that reads one assessment; ``revoked_at`` is when its token was revoked, ``None`` while it holds."""

    name: str
    assessment: str
    may_see_names: bool = False
    revoked_at: str | None = None
    salt: str = field(default="", repr=False)  # given by the store


def add_client(store: Store, client: Client, secret: str, *, by: str) -> None:
    """Add a client; raise DataError for a name that was ever used or an assessment that is not there."""
    with writing(store) as connection:
        if connection.scalar(select(clients.c.name).where(clients.c.name == client.name)) is not None:
            raise DataError(f"客户端名称“{client.name}”已经用过（作废的也不能再用，以免记录混淆）。请换一个。")
        if connection.scalar(select(assessments.c.name).where(assessments.c.name == client.assessment)) is None:
            raise DataError(f"数据库中没有考核“{client.assessment}”。请核对名称，或先运行 mingcha run。")
        row = {"name": client.name, "assessment": client.assessment, "may_see_names": client.may_see_names}
        connection.execute(
            insert(clients), row | {"secret": secret, "salt": secrets.token_hex(32), "created_at": _now()}
        )
        detail = {"may_see_names": client.may_see_names}
        append_events(connection, [Event(by, "client_added", client.name, client.assessment, detail)])


def revoke_client(store: Store, name: str, *, by: str) -> None:
    """Make the token of a client worthless for good; raise DataError where there is none, or it is already."""
    with writing(store) as connection:
        client = _find(connection, name)
        if client is None:
            raise DataError(f"没有名为“{name}”的客户端。用 mingcha clients list 查看已有的客户端。")
        if client.revoked_at is not None:
            raise DataError(f"客户端“{name}”的令牌已于 {client.revoked_at} 作废。不需要再做什么。")
        connection.execute(update(clients).where(clients.c.name == name).values(revoked_at=_now()))
        append_events(connection, [Event(by, "client_revoked", name, client.assessment)])


def load_clients(store: Store) -> tuple[Client, ...]:
    """Return every client, revoked ones too, in the order of names."""
    with reading(store) as connection:
        return tuple(_client(row) for row in connection.execute(_clients().order_by(clients.c.name)))


def load_secrets(store: Store) -> tuple[tuple[Client, str], ...]:
    """Return the clients whose tokens hold, each with the hash of its token."""
    query = _clients().add_columns(clients.c.secret).where(clients.c.revoked_at.is_(None))
    with reading(store) as connection:
        return tuple((_client(row), row.secret) for row in connection.execute(query))


def _clients() -> Select[Any]:
    columns = clients.c
    return select(columns.name, columns.assessment, columns.may_see_names, columns.revoked_at, columns.salt)


def _find(connection: Connection, name: str) -> Client | None:
    row = connection.execute(_clients().where(clients.c.name == name)).one_or_none()
    return None if row is None else _client(row)


def _client(row: Row[Any]) -> Client:
    return Client(row.name, row.assessment, row.may_see_names, row.revoked_at, row.salt)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
