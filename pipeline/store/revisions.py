"""Revisions of the tables: the one a database has, those this software knows, and the way from one to the newest."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.store.refusals import target_of
from mingcha.pipeline.store.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Our own name, so that the store can share a PostgreSQL schema with other software that uses Alembic.
VERSION_TABLE = "mingcha_version"
_UPGRADE_LOCK = 0x6D696E67  # any fixed number; PostgreSQL lets one process hold it at a time


@cache
def known() -> tuple[str, ...]:
    """Return every revision that this software knows, the first before the others."""
    scripts = ScriptDirectory.from_config(configuration())
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def newest() -> str:
    """Return the revision whose tables this software reads and writes."""
    return known()[-1]


def stored(connection: Connection) -> str | None:
    """Return the revision of the database, ``None`` where it has no tables of ours yet.

    Raise StoreError for one that this software does not know.
    """
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    if revision is not None and revision not in known():
        message = (
            f"数据库 {target_of(connection.engine.url)} 由更新版本的明察建立（结构版本 {revision}），"
            f"本机的版本只认识到 {newest()}。数据没有被改动；请先升级本机的明察，再打开它。"
        )
        raise StoreError(message)
    return revision


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to *revision* within the connection's transaction; whoever comes second finds it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
    present = stored(connection)
    if present == revision or (revision == "head" and present == newest()):
        return
    if present is None:
        _check_free(connection)
    _check_allowed(connection, present)
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def configuration() -> Config:
    """Return what Alembic needs to find the revisions."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _check_free(connection: Connection) -> None:
    """Refuse a database that is no place for our tables."""
    target = target_of(connection.engine.url)
    taken = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        message = f"数据库 {target} 里已有别的软件的同名数据表：{'、'.join(taken)}。请换一个空的数据库，或换一个模式。"
        raise StoreError(message)
    if connection.dialect.name == "postgresql" and connection.scalar(text("SHOW server_encoding")) != "UTF8":
        raise StoreError(f"数据库 {target} 的编码不是 UTF-8，存不下全部汉字。请管理员另建一个编码为 UTF8 的数据库。")


def _check_allowed(connection: Connection, present: str | None) -> None:
    """Refuse the user who may write and read, but not make tables: that is the owner's task."""
    allowed = text("SELECT has_schema_privilege(current_schema(), 'CREATE')")
    if connection.dialect.name == "postgresql" and not connection.scalar(allowed):
        there = f"结构版本是 {present}" if present else "还没有明察的数据表"
        raise StoreError(
            f"数据库 {target_of(connection.engine.url)} {there}，本机的明察需要 {newest()}；"
            "当前用户无权建立和改动数据表。数据没有被改动；"
            "请这个库的所有者执行 mingcha db upgrade（或执行 mingcha db ddl 给出的脚本），再重试。"
        )
