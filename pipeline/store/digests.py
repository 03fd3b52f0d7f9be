"""The digest of a store: equal for equal contents, whichever database holds them."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean

from mingcha.pipeline.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from sqlalchemy import Connection, Table

    Heard = Callable[[str, int], None]

_AT_ONCE = 1000  # rows fetched at a time: bounds the memory
_WHOLE = 1 << 256
_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table has, and the sum of their SHA-256 hashes modulo 2**256: no order of rows matters."""

    table: str
    rows: int
    total: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of each table, and one for all of them (64 hexadecimal digits)."""

    tables: tuple[TableDigest, ...]
    whole: str

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables)


def digest_store(connection: Connection, *, heard: Heard = lambda table, rows: None) -> Digest:
    """Return the digest of all tables, read as the connection's transaction sees them.

    *heard* is told the table and the number of rows read since it last heard.
    """
    return whole_digest(_digest_table(connection, table, heard) for table in metadata.sorted_tables)


def whole_digest(tables: Iterable[TableDigest]) -> Digest:
    """Put the digests of tables together."""
    listed = tuple(sorted(tables, key=lambda one: one.table))
    lines = "".join(f"{one.table} {one.rows} {one.total}\n" for one in listed)
    return Digest(listed, hashlib.sha256(lines.encode()).hexdigest())


def stored_rows(connection: Connection, table: Table) -> Generator[list[tuple[Any, ...]]]:
    """Yield the rows of a table in batches, in the form that all databases keep: JSON as text, booleans as 0 and 1."""
    names = ", ".join(_stored_column(table, column.name, connection.dialect.name) for column in table.columns)
    streamed = {"stream_results": True, "max_row_buffer": _AT_ONCE}
    statement = f'SELECT {names} FROM "{table.name}"'  # noqa: S608 - names of our own schema
    with connection.exec_driver_sql(statement, execution_options=streamed) as found:
        for batch in found.partitions(_AT_ONCE):
            yield [tuple(row) for row in batch]


def digest_rows(rows: Iterable[tuple[Any, ...]]) -> int:
    """Return the sum of the hashes of *rows*, as `stored_rows` gives them."""
    hashes = (hashlib.sha256(_line(row).encode()).digest() for row in rows)
    return sum(int.from_bytes(one) for one in hashes)


def table_digest(table: str, rows: int, total: int) -> TableDigest:
    """Return the digest of a table from the number of its rows and the sum of their hashes."""
    return TableDigest(table, rows, f"{total % _WHOLE:064x}")


def _digest_table(connection: Connection, table: Table, heard: Heard) -> TableDigest:
    count = total = 0
    with closing(stored_rows(connection, table)) as batches:
        for batch in batches:
            count += len(batch)
            total += digest_rows(batch)
            heard(table.name, len(batch))
    return table_digest(table.name, count, total)


def _stored_column(table: Table, name: str, dialect: str) -> str:
    kind = table.c[name].type
    if dialect != "postgresql" or not isinstance(kind, JSON | Boolean):
        return f'"{name}"'
    return f'"{name}"::text' if isinstance(kind, JSON) else f'"{name}"::int'
