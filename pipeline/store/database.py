"""Opening a store: SQLite or PostgreSQL, brought up to date by Alembic, and every refusal in plain Chinese."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from mingcha.pipeline.errors import StoreError, UsageError
from mingcha.pipeline.outputs import reserve
from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.escapes import dumps, loads
from mingcha.pipeline.store.refusals import UNSAFE_ADDRESS, refusal, target_of
from mingcha.pipeline.store.vaults import cipher, file_of, is_vault, key_for, unlock

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

Store: TypeAlias = Engine | Connection


def open_store(url: str | Path, *, patience: float = 15.0, upgrade: bool = True, key: str | None = None) -> Engine:
    """Open the database at *url*, create or upgrade its tables, and return its engine; dispose of it when done.

    *url* is the path of a SQLite file, of an encrypted one (``vault:FILE``, or *key* with its key), or an address
    ``postgresql://user@host/database``. *patience* is how many seconds to wait for a lock or a server. Without
    *upgrade* the database is left as it is, whatever its revision.
    Raise StoreError for whatever the database refuses.
    """
    if isinstance(url, str) and is_vault(url):
        key = key_for(url)
        url = file_of(url) or url
    address = _address(url)
    engine = _engine(address, patience=patience, key=key)
    try:
        if upgrade:
            upgrade_store(engine)
        else:
            with reading(engine):
                pass
    except StoreError as error:
        engine.dispose()
        if key is not None and "不是明察的数据库文件" in str(error):
            raise StoreError(f"加密库 {target_of(address)} 打不开：密钥不对，或者文件没有加密、已经损坏。") from error
        raise
    return engine


def key_of(store: Store) -> str | None:
    """Return the key of an encrypted store, ``None`` for any other."""
    key: str | None = store.engine.get_execution_options().get("mingcha_key")
    return key


@contextmanager
def opened(url: str, *, must_exist: bool = False, upgrade: bool = True) -> Iterator[Engine]:
    """Open the store at *url* and dispose of it afterwards; with *must_exist* a missing file is no new store."""
    file = file_of(url)
    if must_exist and file is not None and not file.exists():
        raise UsageError(f"找不到数据库“{url}”。请先运行 mingcha run，或检查 --db 的路径。")
    engine = open_store(url, upgrade=upgrade)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """Give a connection to read from."""
    with _refusing(store):
        if isinstance(store, Connection):
            yield store
        else:
            with store.connect() as connection:
                yield connection


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """Give a connection to write to: all of the block is written or nothing.

    With an engine the block is a transaction of its own; with a connection it is a savepoint in the caller's.
    """
    with _refusing(store):
        if isinstance(store, Connection):
            with store.begin_nested():
                yield store
        else:
            with store.execution_options(mingcha_writing=True).begin() as connection:
                yield connection


@contextmanager
def _refusing(store: Store) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise refusal(target_of(store.engine.url), str(_first(error).orig)) from error


def _first(error: DBAPIError) -> DBAPIError:
    """Return the refusal that *error* came of: where SQLite cannot write, it gives up all savepoints as well."""
    first, before = error, error.__context__
    while before is not None:
        first, before = before if isinstance(before, DBAPIError) else first, before.__context__
    return first


def _address(url: str | Path) -> URL:
    """Return the address with the driver that we use, or refuse it."""
    if isinstance(url, Path) or "://" not in url:
        return _checked_file(URL.create("sqlite", database=str(url)))
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        message = "数据库地址写法不对。请写 SQLite 文件的路径，或 postgresql://用户@主机:端口/数据库名。"
        raise StoreError(message) from error
    if address.password is not None or "password" in address.query:
        raise StoreError(UNSAFE_ADDRESS)
    backend = address.get_backend_name()
    if backend == "sqlite":
        return _checked_file(address.set(drivername="sqlite"))
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    raise StoreError(f"不支持数据库类型“{backend}”。请用 SQLite 文件的路径，或 postgresql:// 开头的地址。")


def _checked_file(address: URL) -> URL:
    file = Path(address.database or ":memory:")
    try:
        if file.is_dir():
            raise StoreError(f"数据库路径 {file} 是一个文件夹。请写数据库文件的路径，例如 {file / 'mingcha.db'}。")
        if not file.parent.is_dir():
            raise StoreError(f"数据库所在的文件夹 {file.parent} 不存在。请先建立这个文件夹，或改用别的路径。")
    except (OSError, ValueError) as error:
        raise refusal(str(file), "unable to open database file") from error
    return address


def _engine(address: URL, *, patience: float, key: str | None = None) -> Engine:
    # What was to be written must not stand in the message of an error.
    options: dict[str, Any] = {"json_serializer": dumps, "json_deserializer": loads, "hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        _reserve(address)
        if key is not None:
            options["module"] = cipher()
        engine = create_engine(address, connect_args={"timeout": patience}, **options)
        event.listen(engine, "connect", lambda connection, _record: unlock(connection, key))
        event.listen(engine, "connect", lambda connection, _record: _prepare_sqlite(connection, patience))
        event.listen(engine, "begin", _begin_sqlite)
        return engine if key is None else engine.execution_options(mingcha_key=key)
    connecting = {"connect_timeout": max(2, round(patience)), "client_encoding": "utf8"}
    try:
        return create_engine(address, connect_args=connecting, pool_pre_ping=True, **options)
    except ModuleNotFoundError as error:
        message = "使用 PostgreSQL 需要先安装驱动。请执行 pip install 'mingcha[postgres]' 后重试。"
        raise StoreError(message) from error


def _reserve(address: URL) -> None:
    """Make a new database file before SQLite does, so that its owner alone can read it; its log files follow suit."""
    file = Path(address.database or ":memory:")
    if str(file) == ":memory:" or file.exists():
        return
    try:
        reserve(file)
    except (OSError, ValueError) as error:
        raise refusal(str(file), "unable to open database file") from error


def _prepare_sqlite(connection: sqlite3.Connection, patience: float) -> None:
    connection.isolation_level = None  # `_begin_sqlite` begins transactions, so that tables too are made in them
    for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "cache_size = -64000"):
        connection.execute(f"PRAGMA {pragma}")
    _use_wal(connection, time.monotonic() + patience)


def _use_wal(connection: sqlite3.Connection, deadline: float) -> None:
    """Turn on the write-ahead log; SQLite does not wait by itself while others do the same to a new file."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except connection.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail at once if another process wrote in between.
    writes = connection.get_execution_options().get("mingcha_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def upgrade_store(engine: Engine) -> str | None:
    """Bring the tables up to date, all or nothing; return the revision they had before, ``None`` for new ones."""
    with reading(engine) as connection:
        before = revisions.stored(connection)
    if before != revisions.newest():
        from mingcha.pipeline.store.chain import begin_record
        from mingcha.pipeline.store.standings import complete_standings

        with writing(engine) as connection:
            revisions.upgrade(connection)
            complete_standings(connection)  # of decisions that an older version wrote
            begin_record(connection)
    return before
