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
_SQLITE_GUARD = (
    "CREATE TRIGGER {table}_refuse_{action} BEFORE {action} ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} are only ever appended'); END"
)
# 58: before UPDATE, DELETE and TRUNCATE, once a statement; no condition, no choice of columns.
_POSTGRESQL_GUARDS = """
SELECT c.relname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
WHERE c.relnamespace = current_schema()::regnamespace
AND t.tgname = c.relname || '_refuse' AND t.tgenabled IN ('O', 'A')
AND t.tgtype = 58 AND t.tgqual IS NULL AND t.tgattr = '' AND l.lanname = 'plpgsql'
"""
_POSTGRESQL_BODY = "BEGIN RAISE EXCEPTION '{table} are only ever appended'; END"


def missing_guards(connection: Connection) -> tuple[str, ...]:
    """Return the tables that are appended only and whose rows could be changed.

    That is where a trigger is gone, off, or does not do what ours does.
    """
    find = _postgresql_guarded if connection.dialect.name == "postgresql" else _sqlite_guarded
    present = find(connection)
    return tuple(table for table in GUARDED if table not in present)


def _postgresql_guarded(connection: Connection) -> set[str]:
    found = [tuple(row) for row in connection.execute(text(_POSTGRESQL_GUARDS))]
    return {table for table, body in found if _plain(body) == _POSTGRESQL_BODY.format(table=table)}


def _sqlite_guarded(connection: Connection) -> set[str]:
    found = {_plain(row[2]) for row in connection.exec_driver_sql(_SQLITE_GUARDS)}
    wanted = {
        table: {_SQLITE_GUARD.format(table=table, action=one) for one in ("UPDATE", "DELETE")} for table in GUARDED
    }
    return {table for table, statements in wanted.items() if statements <= found}


def _plain(statement: str) -> str:
    return " ".join(statement.split())


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
