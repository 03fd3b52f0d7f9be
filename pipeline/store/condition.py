"""The condition of a database: what it is, whether it is sound, and what its user may do."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select, text

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.guards import missing_guards
from mingcha.pipeline.store.refusals import target_of
from mingcha.pipeline.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

_COUNTED = ("assessments", "runs", "documents", "findings", "facts", "decisions", "scorecards")
_NAMED = {
    "assessments": "考核",
    "runs": "运行",
    "documents": "材料",
    "findings": "线索",
    "facts": "事实",
    "decisions": "决定",
    "scorecards": "计分卡",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One line on a database (Chinese); one that is not sound needs somebody's attention."""

    about: str
    said: str
    sound: bool = True


def inspect_store(store: Engine) -> tuple[Remark, ...]:
    """Look at a database without changing it: address, revision, soundness, guards, rows, rights of the user."""
    with reading(store) as connection:
        revision = revisions.stored(connection)
        looked = [Remark("数据库", target_of(store.url)), _revision(revision)]
        looked += _sqlite(connection) if store.dialect.name == "sqlite" else _postgresql(connection)
        if revision == revisions.newest():
            looked += [*_tables(connection), *_counts(connection)]
        return tuple(looked)


def write_refusal(store: Engine) -> str | None:
    """Return why this user cannot write to a database (Chinese), ``None`` where he can; nothing is changed."""
    if store.dialect.name == "postgresql":
        with reading(store) as connection:
            rights = list(_rights(connection))
        return None if {"写入分析结果", "建立和升级数据表"}.intersection(rights) else "当前用户没有写入权限"
    try:
        with writing(store):  # taking the lock of a writer is all there is to it
            pass
    except StoreError as error:
        return str(error)
    return None


def _revision(revision: str | None) -> Remark:
    newest = revisions.newest()
    if revision is None:
        return Remark("结构版本", "还没有明察的数据表；首次运行或 mingcha db upgrade 时建立", sound=False)
    if revision != newest:
        return Remark("结构版本", f"{revision}，本机的明察需要 {newest}；请执行 mingcha db upgrade", sound=False)
    return Remark("结构版本", f"{revision}，是最新的")


def _sqlite(connection: Connection) -> Iterator[Remark]:
    asked = connection.exec_driver_sql
    version, encoding = asked("SELECT sqlite_version()").scalar(), asked("PRAGMA encoding").scalar()
    yield Remark("软件", f"SQLite {version}，编码 {encoding}，日志方式 {asked('PRAGMA journal_mode').scalar()}")
    said = asked("PRAGMA integrity_check(5)").scalars().all()
    yield Remark(
        "完整性", "通过" if said == ["ok"] else f"有损坏：{'；'.join(said)}。请停止使用，用备份恢复", said == ["ok"]
    )
    yield _permissions(Path(connection.engine.url.database or ":memory:"))
    broken = asked("PRAGMA foreign_key_check").all()
    tables = "、".join(sorted({str(row[0]) for row in broken}))
    yield Remark("引用", "通过" if not broken else f"有 {len(broken)} 行指向不存在的内容（{tables}）", not broken)


def _permissions(file: Path) -> Remark:
    """Tell who may read the database besides its owner; Windows keeps that elsewhere."""
    if os.name != "posix" or not file.exists():
        return Remark("文件权限", "由系统管理")
    mode = stat.S_IMODE(file.stat().st_mode)
    told = f"{mode:o}"
    if mode & stat.S_IRWXO:
        return Remark("文件权限", f"{told}，本机的任何用户都能打开。请执行 chmod 600 {file}", sound=False)
    return Remark("文件权限", f"{told}，同组的用户也能打开" if mode & stat.S_IRWXG else f"{told}，只有本人能打开")


def _postgresql(connection: Connection) -> Iterator[Remark]:
    asked = connection.exec_driver_sql
    encoding = asked("SHOW server_encoding").scalar()
    yield Remark("软件", f"PostgreSQL {asked('SHOW server_version').scalar()}，编码 {encoding}", encoding == "UTF8")
    unchecked = asked(
        "SELECT conrelid::regclass::text FROM pg_constraint"
        " WHERE NOT convalidated AND connamespace = current_schema()::regnamespace"
    ).scalars()
    listed = "、".join(sorted(set(unchecked)))
    yield Remark("约束", f"没有生效：{listed}" if listed else "全部生效", not listed)
    user, schema = asked("SELECT current_user, current_schema()").one()
    yield Remark("用户", f"{user}，模式 {schema}，可以{'、'.join(_rights(connection)) or '……没有任何权限'}")


def _rights(connection: Connection) -> Iterator[str]:
    """Yield what the user may do, asked of the server itself."""
    asked = connection.exec_driver_sql
    if asked("SELECT has_schema_privilege(current_schema(), 'CREATE')").scalar():
        yield "建立和升级数据表"
    present = set(inspect(connection).get_table_names())
    for table, right, words in (
        ("findings", "SELECT", "读取"),
        ("findings", "INSERT", "写入分析结果"),
        ("decisions", "INSERT", "记录决定"),
    ):
        if table in present and asked(f"SELECT has_table_privilege('{table}', '{right}')").scalar():
            yield words


def _tables(connection: Connection) -> Iterator[Remark]:
    seen = inspect(connection)
    missing = sorted(set(metadata.tables) - set(seen.get_table_names()))
    yield Remark("数据表", f"缺少 {'、'.join(missing)}" if missing else f"{len(metadata.tables)} 张，齐全", not missing)
    wanted = {(table.name, str(index.name)) for table in metadata.sorted_tables for index in table.indexes}
    found = {(name, str(index["name"])) for name in metadata.tables for index in seen.get_indexes(name)}
    lost = sorted(index for _, index in wanted - found)
    yield Remark("索引", f"缺少 {'、'.join(lost)}，查询会变慢" if lost else "齐全", not lost)
    open_tables = missing_guards(connection)
    said = f"{'、'.join(open_tables)} 失去保护，可能被改动过" if open_tables else "决定和记录只能追加，不能改写"
    yield Remark("防改写", said, not open_tables)


def _counts(connection: Connection) -> Iterator[Remark]:
    counted = [
        (table, connection.scalar(select(func.count()).select_from(metadata.tables[table]))) for table in _COUNTED
    ]
    yield Remark("内容", "，".join(f"{_NAMED[table]} {count}" for table, count in counted))
    if connection.dialect.name == "sqlite":
        size = connection.scalar(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")) or 0
        yield Remark("大小", f"{size / 1_000_000:.1f} MB")
