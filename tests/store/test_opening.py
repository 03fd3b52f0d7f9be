"""Opening a store: tables by migration, and a clear refusal of whatever cannot be opened."""

from __future__ import annotations

import os
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.store import database
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.queries import load_documents
from mingcha.pipeline.store.refusals import refusal
from mingcha.pipeline.store.revisions import VERSION_TABLE
from mingcha.pipeline.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator


_COMMA = re.compile(r",(?![^()]*\))|^CREATE TABLE \S+ \(")
_END = re.compile(r" ?\)( WITHOUT ROWID)?$")
GARBAGE = "这不是数据库，只是一份普通的文字材料。".encode() * 50


def test_the_migrations_give_the_tables_of_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def _definitions(engine: Engine) -> dict[str, list[str]]:
    query = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    with engine.connect() as connection:
        found = {name: sql for name, sql in connection.execute(query) if name in metadata.tables or "ix_" in name}
    # A column that was added later stands on the line of the last constraint, so the commas part the entries.
    return {
        name: sorted(map(str.strip, _COMMA.split(_END.sub(r",\1", " ".join(sql.split())))))
        for name, sql in found.items()
    }


def test_the_migrations_give_the_constraints_of_the_schema(tmp_path: Path) -> None:
    migrated, direct = open_store(tmp_path / "a.db"), create_engine(f"sqlite:///{tmp_path / 'b.db'}")
    metadata.create_all(direct)
    assert _definitions(migrated) == _definitions(direct)
    migrated.dispose()
    direct.dispose()


def test_a_store_of_the_first_version_is_upgraded_with_what_it_holds(tmp_path: Path) -> None:
    first = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with first.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO assessments VALUES ('年度考核', '2024', '2024-03-01')"))
        connection.execute(text("INSERT INTO runs VALUES ('r1', '年度考核', '材料', '2024-03-01', NULL, '{}')"))
        columns = "assessment, name, sha256, status, format, characters, coverage, notes, run"
        values = "'年度考核', '旧.txt', 'ab', 'read', 'txt', 2, 1.0, '[]', 'r1'"
        connection.execute(text(f"INSERT INTO documents ({columns}) VALUES ({values})"))
    first.dispose()
    upgraded = open_store(tmp_path / "a.db")
    (document,) = load_documents(upgraded)
    upgraded.dispose()
    assert (document.name, document.parts, document.traces, document.genre_evidence) == ("旧.txt", {}, (), ())


def test_opening_again_keeps_what_is_stored(tmp_path: Path) -> None:
    first = open_store(tmp_path / "a.db")
    with first.begin() as connection:
        connection.execute(text("INSERT INTO assessments VALUES ('年度考核', '2024', '2024-03-01')"))
    first.dispose()
    second = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with second.connect() as connection:
        assert connection.scalar(text("SELECT name FROM assessments")) == "年度考核"
    second.dispose()


def test_sqlite_keeps_a_log_and_checks_foreign_keys(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "a.db")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_several_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    for attempt in range(12):
        with ThreadPoolExecutor(4) as pool:
            engines = list(pool.map(open_store, [tmp_path / f"{attempt}.db"] * 4))
        assert [load_documents(engine) for engine in engines] == [()] * 4
        for engine in engines:
            engine.dispose()


def test_several_may_open_a_new_postgresql_store_at_once(address: str, engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has its own test")
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS mingcha_race"))
    other = address.partition("?")[0] + "?options=-csearch_path%3Dmingcha_race"
    try:
        with ThreadPoolExecutor(4) as pool:
            engines = list(pool.map(open_store, [other] * 4))
        assert [load_documents(one) for one in engines] == [()] * 4
        for one in engines:
            one.dispose()
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA mingcha_race CASCADE"))


def test_refuses_a_store_of_a_newer_version_and_leaves_it(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "a.db")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    for _ in range(2):
        with pytest.raises(StoreError, match=r"更新版本的明察.*9999.*请先升级"):
            open_store(tmp_path / "a.db")


def test_refuses_a_store_that_another_program_has_locked(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "a.db")
    engine.dispose()
    holder = sqlite3.connect(tmp_path / "b.db")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match=r"b\.db 正被另一个程序占用.*请关闭"):
        open_store(tmp_path / "b.db", patience=0.1)
    holder.close()


def test_refuses_a_file_that_is_no_database_and_leaves_it(tmp_path: Path) -> None:
    file = tmp_path / "材料.db"
    file.write_bytes(GARBAGE)
    with pytest.raises(StoreError, match=r"材料\.db 不是明察的数据库"):
        open_store(file)
    assert file.read_bytes() == GARBAGE
    assert list(tmp_path.iterdir()) == [file]


def test_refuses_a_damaged_store(tmp_path: Path) -> None:
    open_store(tmp_path / "a.db").dispose()
    content = (tmp_path / "a.db").read_bytes()
    (tmp_path / "a.db").write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    with pytest.raises(StoreError, match="已经损坏"):
        open_store(tmp_path / "a.db")


def test_refuses_a_database_in_which_other_software_has_such_tables(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE documents (id INTEGER)")
    connection.close()
    with pytest.raises(StoreError, match="已有别的软件的同名数据表：documents"):
        open_store(tmp_path / "a.db")


@contextmanager
def _ordinary_user() -> Iterator[None]:
    """The administrator may write everywhere, so become somebody else for a while."""
    administrator = os.geteuid() == 0
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)


def test_refuses_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    open_store(tmp_path / "warm.db").dispose()
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        with _ordinary_user(), pytest.raises(StoreError, match=r"a\.db 无法建立或打开"):
            open_store(Path(folder) / "a.db")
        assert list(Path(folder).iterdir()) == []


def test_refuses_to_write_a_store_that_is_read_only(tmp_path: Path) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.db"
        open_store(file).dispose()
        file.chmod(0o444)
        Path(folder).chmod(0o555)
        with _ordinary_user(), pytest.raises(StoreError, match=r"没有写入权限|无法建立或打开"):
            open_store(file)


def test_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"没有的.*不存在。请先建立这个文件夹"):
        open_store(tmp_path / "没有的" / "a.db")


def test_refuses_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="是一个文件夹"):
        open_store(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://office:geheim7@127.0.0.1/test",
        "postgresql+psycopg://office:geheim7@127.0.0.1/test",
        "postgresql://127.0.0.1/test?password=geheim7",
        "postgresql://office:@127.0.0.1/test",
    ],
)
def test_refuses_a_password_in_the_address_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError, match="pgpass") as caught:
        open_store(url)
    assert "geheim7" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://127.0.0.1/test", "不支持数据库类型“mysql”"),
        ("://", "地址写法不对"),
        ("postgresql://127.0.0.1:port/test", "地址写法不对"),
        ("postgresql://127.0.0.1:1/test", "连接不上。请核对主机名和端口"),
    ],
)
def test_refuses_an_address_that_leads_nowhere(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        open_store(url)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("/test", "/no_such_database"), "不存在。请管理员先建立"),
        (("//", "//no_such_user@"), "不接受这个用户或口令"),
    ],
)
def test_refuses_what_the_server_refuses(engine: Engine, changed: tuple[str, str], message: str) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("only a server refuses so")
    with pytest.raises(StoreError, match=message):
        open_store("postgresql://127.0.0.1/test".replace(*changed))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("", "没有说明"),
        ("database is locked", "占用"),
        ("canceling statement due to lock timeout", "占用"),
        ("file is not a database", "不是明察的数据库文件"),
        ("attempt to write a readonly database", "没有写入权限"),
        ("permission denied for schema public", "没有写入权限"),
        ("database or disk is full", "磁盘已满"),
        ("could not extend file: No space left on device", "磁盘已满"),
        ('FATAL:  password authentication failed for user "office"', "不接受这个用户或口令"),
        ("fe_sendauth: no password supplied", "不接受这个用户或口令"),
        ('致命错误:  用户 "office" Password 认证失败', "不接受这个用户或口令"),
        ("connection refused", "连接不上"),
        ("server closed the connection unexpectedly", "连接不上"),
        ("UNIQUE constraint failed: findings.id", "重复的编号"),
        ("something else\nin two lines", "原话：something else。"),
    ],
)
def test_says_what_a_database_refused(answer: str, message: str) -> None:
    assert message in str(refusal("a.db", answer))
