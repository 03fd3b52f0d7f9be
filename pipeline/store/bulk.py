"""Many rows at once, by the quickest way of each driver: ``executemany`` of tuples for SQLite, COPY for PostgreSQL.

SQLAlchemy would look at each value of each row; here a batch is looked at once. What arrives is the same to the
character, which a test compares.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON

from mingcha.pipeline.store.escapes import dumps, escape, is_refused
from mingcha.pipeline.store.refusals import refusal, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    Written = list[tuple[Any, ...]]

_BATCH = 1000  # rows at a time: more of them are slower, because they fall out of the processor's cache


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert *rows* in their order within the connection's transaction; all of them name the same columns.

    Values are those that SQLAlchemy would be given: text of any characters, JSON values, numbers. Raise StoreError for
    what the database refuses.
    """
    for first in range(0, len(rows), _BATCH):
        batch = rows[first : first + _BATCH]
        plain, objects = _columns(table, frozenset(batch[0]))
        insert_written(connection, table, (*plain, *objects), _written(batch, plain, objects))


def insert_tuples(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of *names*, of which JSON is text already and all other text may have any characters."""
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        insert_written(connection, table, names, _escaped(batch))


def insert_written(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows whose values are already in the form that the database keeps: escaped text, JSON as text."""
    columns = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "postgresql":
        _copy(connection, f'COPY "{table.name}" ({columns}) FROM STDIN', rows)
        return
    values = ", ".join("?" * len(names))
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({values})'  # noqa: S608 - names of our own schema
    if listed := list(rows):
        connection.exec_driver_sql(statement, listed)


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise refusal(target_of(connection.engine.url), str(error)) from error


@cache
def _columns(table: Table, named: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the plain columns of *named* and those of JSON, in the order of the table."""
    names = [column.name for column in table.columns if column.name in named]
    objects = tuple(name for name in names if isinstance(table.c[name].type, JSON))
    return tuple(name for name in names if name not in objects), objects


def _written(rows: Sequence[Mapping[str, Any]], plain: Sequence[str], objects: Sequence[str]) -> Written:
    picked = _escaped([_pick(plain)(row) for row in rows])
    if not objects:
        return picked
    write = _writer()
    return [(*values, *[write(row[name]) for name in objects]) for values, row in zip(picked, rows, strict=True)]


def _escaped(rows: Written) -> Written:
    """Return *rows* with their text in the form that databases accept; most batches are already in it."""
    if is_refused("".join([value for row in rows for value in row if isinstance(value, str)])):
        return [tuple(escape(value) if isinstance(value, str) else value for value in row) for row in rows]
    return rows


@cache
def _pick(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    # With a single name `itemgetter` gives no tuple.
    return itemgetter(*names) if len(names) > 1 else lambda row: tuple(row[name] for name in names)


def _writer() -> Callable[[Any], str | None]:
    """Return what writes JSON and remembers, for one batch, the objects that many rows share (the versions)."""
    known: dict[int, str] = {}

    def write(value: Any) -> str | None:
        if value is None or isinstance(value, tuple):
            return None if value is None else dumps(value)
        found = known.get(id(value))
        if found is None:
            found = known[id(value)] = dumps(value)
        return found

    return write
