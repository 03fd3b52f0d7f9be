"""Copies of a store in a single SQLite file, made while others work in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import StoreError, UsageError
from mingcha.pipeline.outputs import reason_of, reserve
from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.database import key_of, open_store, reading
from mingcha.pipeline.store.digests import digest_store
from mingcha.pipeline.store.refusals import refusal
from mingcha.pipeline.store.transfer import move_store
from mingcha.pipeline.store.vaults import connect

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.store.digests import Digest
    from mingcha.pipeline.store.transfer import Told

_PAGES = 2000  # pages of 4 KiB copied at a time: others may write in between


def back_up(store: Engine, file: Path, *, told: Told = lambda stage, done, total: None) -> Digest | None:
    """Copy the store into *file*, which appears whole or not at all, and return the digest of the copy.

    A SQLite store is copied page by page by SQLite itself, an encrypted one under its own key, a PostgreSQL store row
    by row as of one moment. The digest is ``None`` where the tables are of an older revision. Raise UsageError where
    the file is there already or cannot be written, StoreError where the copy is not sound.
    """
    if file.exists():
        raise UsageError(f"备份文件“{file}”已经存在，没有覆盖。请换一个文件名，例如加上日期。")
    part = file.with_name(f".{file.name}.part")
    try:
        _remove(part)
        reserve(part)
        if store.dialect.name == "sqlite":
            _copy_pages(store, part, told)
        else:
            _copy_rows(store, part, told)
        digest = _checked(part, key_of(store))
        part.replace(file)
    except OSError as error:
        raise UsageError(f"无法写入备份“{file}”：{reason_of(error)}。请换一个可写的位置。") from error
    finally:
        _remove(part)
    return digest


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def _copy_pages(store: Engine, part: Path, told: Told) -> None:
    try:
        with reading(store) as connection, closing(connect(part, key_of(store))) as copy:
            origin: Any = connection.connection.driver_connection
            # The copy is of one moment and never begins anew, however much others write while it is made.
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
            origin.backup(copy, pages=_PAGES, progress=lambda _s, left, total: told("复制", total - left, total))
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    except store.dialect.loaded_dbapi.Error as error:
        raise refusal(str(part), str(error)) from error


def _copy_rows(store: Engine, part: Path, told: Told) -> None:
    copy = open_store(part)
    try:
        move_store(store, copy, told=told)
    finally:
        copy.dispose()
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _checked(part: Path, key: str | None) -> Digest | None:
    """Read the copy as one would after a disaster."""
    copy = open_store(part, upgrade=False, key=key)
    try:
        with reading(copy) as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if said != "ok":
                raise StoreError(f"备份没有通过完整性检查（{said}），已删除。请检查磁盘后重试。")
            return digest_store(connection) if revisions.stored(connection) == revisions.newest() else None
    finally:
        copy.dispose()
        with closing(connect(part, key)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
