"""Moving a whole store into another database: all of it, checked by digest, or nothing."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Integer, func, select, text

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.bulk import insert_written
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.digests import digest_rows, digest_store, stored_rows, table_digest, whole_digest
from mingcha.pipeline.store.refusals import target_of
from mingcha.pipeline.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine, Table

    from mingcha.pipeline.store.digests import Digest, TableDigest

    # Told the stage, the rows done in it, and the rows there are in all.
    Told = Callable[[str, int, int], None]

COPYING, CHECKING = "复制", "核对"


def move_store(source: Engine, target: Engine, *, told: Told = lambda stage, done, total: None) -> Digest:
    """Copy everything from *source* into the empty tables of *target* and return the digest that both have.

    The source is read as it is at one moment and not changed. The target is written in one transaction, which is
    given up unless the digest of what arrived is that of what was read. Raise StoreError for a source of another
    revision, a target that holds anything, and for a difference.
    """
    with snapshot(source) as origin:
        _check_revision(origin)
        total = count_rows(origin)
        with writing(target) as place:
            _check_empty(place)
            sent = whole_digest(_copies(origin, place, _counting(told, COPYING, total)))
            _advance_sequences(place)
            heard = _counting(told, CHECKING, total)
            arrived = digest_store(place, heard=lambda _table, rows: heard(rows))
            if arrived.whole != sent.whole:
                raise StoreError(_difference(sent, arrived, target_of(target.url)))
    return sent


@contextmanager
def snapshot(store: Engine) -> Iterator[Connection]:
    """Give a connection that sees the store as it is at one moment, however long it is read."""
    steady = store
    if store.dialect.name == "postgresql":
        steady = store.execution_options(isolation_level="REPEATABLE READ")
    with reading(steady) as connection:
        yield connection


def count_rows(connection: Connection) -> int:
    """Return how many rows all tables have together."""
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables)


def _copies(origin: Connection, place: Connection, heard: Callable[[int], None]) -> Iterator[TableDigest]:
    """Copy table after table, those that others refer to first; yield the digest of what was read."""
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        count = total = 0
        with closing(stored_rows(origin, table)) as batches:
            for batch in batches:
                insert_written(place, table, names, batch)
                count += len(batch)
                total += digest_rows(batch)
                heard(len(batch))
        yield table_digest(table.name, count, total)


def _counting(told: Told, stage: str, total: int) -> Callable[[int], None]:
    done = 0

    def heard(rows: int) -> None:
        nonlocal done
        done += rows
        told(stage, done, total)

    return heard


def _check_revision(origin: Connection) -> None:
    present = revisions.stored(origin)
    if present != revisions.newest():
        name = target_of(origin.engine.url)
        told = f"结构版本是 {present}，须先升级到 {revisions.newest()}" if present else "里没有明察的数据表"
        remedy = f"请先执行 mingcha db upgrade --db {name}。" if present else "请核对来源地址。"
        raise StoreError(f"数据库 {name} {told}，没有复制任何内容。{remedy}")


def _check_empty(place: Connection) -> None:
    held = [
        table.name for table in metadata.sorted_tables if place.scalar(select(text("1")).select_from(table).limit(1))
    ]
    if held:
        raise StoreError(
            f"目标数据库 {target_of(place.engine.url)} 里已有明察的数据（{'、'.join(held[:5])}），没有复制任何内容。"
            "请换一个空的数据库、一个新的文件或一个新的模式。"
        )


def _advance_sequences(place: Connection) -> None:
    """Let PostgreSQL number later rows after those that were copied with their numbers; SQLite does so by itself."""
    if place.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if _is_numbered(table):
            query = (
                f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'seq'), max(seq)) "  # noqa: S608
                f'FROM "{table.name}" HAVING max(seq) IS NOT NULL'
            )
            place.execute(text(query))


def _is_numbered(table: Table) -> bool:
    column = table.autoincrement_column
    return column is not None and isinstance(column.type, Integer)


def _difference(sent: Digest, arrived: Digest, target: str) -> str:
    wrong = [one.table for one, other in zip(sent.tables, arrived.tables, strict=True) if one != other]
    remedy = "请检查磁盘后重试；仍不行请联系维护人员。"
    return f"复制到 {target} 的内容与来源不一致（{'、'.join(wrong)}），已全部撤回。{remedy}"
