"""The triggers that keep what people said from being changed: are they there, and how a purge steps around them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

from mingcha.pipeline.store.people import APPENDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

GUARDED = ("decisions", *APPENDED)
_SQLITE_GUARDS = (
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_refuse\\_%' ESCAPE '\\'"
)
_POSTGRESQL_GUARDS = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace
AND t.tgname = c.relname || '_refuse' AND t.tgenabled IN ('O', 'A')
"""


def missing_guards(connection: Connection) -> tuple[str, ...]:
    """Return the tables that are appended only and whose rows could be changed, because a trigger is gone or off."""
    if connection.dialect.name == "postgresql":
        present = set(connection.scalars(text(_POSTGRESQL_GUARDS)))
    else:
        found = [tuple(row) for row in connection.exec_driver_sql(_SQLITE_GUARDS)]
        both = {(table, name.rpartition("_")[2]) for name, table, _ in found}
        present = {table for table, action in both if {(table, "UPDATE"), (table, "DELETE")} <= both}
    return tuple(table for table in GUARDED if table not in present)


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Let rows of guarded tables be deleted within the connection's transaction; only the tables' owner may.

    The guards are back before the transaction ends; if it fails, it never took them away.
    """
    if connection.dialect.name == "postgresql":
        for table in GUARDED:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuse"))
        yield
        for table in GUARDED:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {table}_refuse"))
        return
    written = [(str(row[0]), str(row[2])) for row in connection.exec_driver_sql(_SQLITE_GUARDS)]
    for name, _ in written:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in written:
        connection.exec_driver_sql(statement)
