"""The scripts for the administrator make what the software makes, and roles that may do what they must and no more."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from mingcha.pipeline.errors import StoreError, UsageError
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.condition import inspect_store
from mingcha.pipeline.store.database import open_store, reading
from mingcha.pipeline.store.decisions import append_decision
from mingcha.pipeline.store.retention import purge_assessment
from mingcha.pipeline.store.scripts import write_roles, write_script
from tests.store.conftest import SERVER
from tests.store.stocked import AT, stock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


def test_the_script_for_sqlite_makes_a_store_that_opens(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.executescript(write_script("sqlite"))
    connection.close()
    (tmp_path / "a.db").chmod(0o600)
    store = open_store(tmp_path / "a.db", upgrade=False)
    assert [remark for remark in inspect_store(store) if not remark.sound] == []
    stock(store, "年度考核")
    store.dispose()


@pytest.mark.parametrize("since", revisions.known()[:-1])
def test_the_script_from_an_earlier_revision_brings_it_up(tmp_path: Path, since: str) -> None:
    store = open_store(tmp_path / "a.db", upgrade=False)
    with store.execution_options(mingcha_writing=True).begin() as connection:
        revisions.upgrade(connection, since)
    store.dispose()
    with sqlite3.connect(tmp_path / "a.db") as raw:
        raw.executescript(write_script("sqlite", since=since))
    raw.close()
    store = open_store(tmp_path / "a.db", upgrade=False)
    assert [remark for remark in inspect_store(store) if not remark.sound] == []
    store.dispose()


@pytest.mark.parametrize("since", ["9999", "", revisions.newest()])
def test_an_unknown_revision_is_refused(since: str) -> None:
    with pytest.raises(UsageError, match="已知的旧版本：0001"):
        write_script("postgresql", since=since)


@pytest.mark.parametrize(("prefix", "schema"), [('a"b', "public"), ("a", "x'y"), (" ", "public")])
def test_names_that_would_leave_their_quotes_are_refused(prefix: str, schema: str) -> None:
    with pytest.raises(UsageError, match="引号"):
        write_roles(prefix, schema)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, str]]:
    """A schema made by the script alone, with its roles; gives the prefix of the roles and the options of an address."""
    prefix, schema = f"考核{uuid4().hex[:8]}", f"mingcha_{uuid4().hex}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers on 127.0.0.1")
    with server:
        server.execute(f'CREATE SCHEMA "{schema}"')
        server.execute(f'SET search_path TO "{schema}"')
        server.execute(write_script("postgresql"))  # type: ignore[arg-type]
        server.execute(write_roles(prefix, schema))  # type: ignore[arg-type]
        server.execute(write_roles(prefix, schema))  # type: ignore[arg-type]  # a second time changes nothing
        yield prefix, f"options=-csearch_path%3D{schema}"
        server.execute(f'DROP SCHEMA "{schema}" CASCADE')
        for duty in ("owner", "writer", "reviewer", "reader"):
            server.execute(f'DROP OWNED BY "{prefix}_{duty}"')
            server.execute(f'DROP ROLE "{prefix}_{duty}"')


def _as(served: tuple[str, str], duty: str) -> Engine:
    prefix, options = served
    return open_store(f"postgresql://{prefix}_{duty}@127.0.0.1/test?{options}")


@pytest.fixture(scope="module")
def worked(served: tuple[str, str]) -> tuple[str, str]:
    """The writer has run an analysis and the owner has let people in."""
    writer = _as(served, "owner")
    stock(writer, "年度考核")
    writer.dispose()
    return served


def test_each_role_can_do_its_duty(worked: tuple[str, str]) -> None:
    from mingcha.pipeline.store.writing import Entry, finish_run, save_document
    from tests.store.conftest import begin
    from tests.store.stocked import finding_at, read_document

    writer = _as(worked, "writer")
    run = begin(writer, "年度考核")
    document = read_document("新.txt", "窗口长期无人值守。")
    finding = finding_at(document, "窗口长期无人值守")
    for _ in range(2):
        save_document(writer, run, Entry(document, None, [finding]))
    finish_run(writer, run, AT)
    writer.dispose()
    reviewer = _as(worked, "reviewer")
    append_decision(reviewer, Decision(finding.id, "confirm", "王敏", "属实", AT))
    reviewer.dispose()
    reader = _as(worked, "reader")
    with reading(reader) as connection:
        found = connection.execute(text("SELECT standing FROM v_findings WHERE document = '新.txt'")).scalars().all()
        for view in ("v_facts", "v_scores", "v_progress"):
            assert connection.scalar(text(f"SELECT count(*) FROM {view}")) >= 1
    reader.dispose()
    assert found == ["confirmed"]


@pytest.mark.parametrize(
    ("duty", "statement"),
    [
        ("reader", "SELECT secret FROM users"),
        ("reader", "SELECT text FROM texts"),
        ("reader", "SELECT text FROM referrals"),
        ("reader", "SELECT speaker FROM findings"),
        ("reader", "SELECT traces FROM documents"),
        ("reader", "SELECT detail FROM audit"),
        ("reader", "DELETE FROM facts"),
        ("reviewer", "DELETE FROM findings"),
        ("reviewer", "UPDATE texts SET text = ''"),
        ("reviewer", "DELETE FROM decisions"),
        ("writer", "UPDATE decisions SET reason = ''"),
        ("writer", "DELETE FROM audit"),
        ("writer", "UPDATE users SET administrator = true"),
        ("writer", "ALTER TABLE decisions DISABLE TRIGGER decisions_refuse"),
        ("writer", "CREATE TABLE mine (x int)"),
        ("writer", "DROP VIEW v_findings"),
    ],
)
def test_no_role_can_do_more(worked: tuple[str, str], duty: str, statement: str) -> None:
    store = _as(worked, duty)
    with pytest.raises(Exception, match=r"permission denied|must be owner"), store.begin() as connection:
        connection.execute(text(statement))
    store.dispose()


def test_only_the_owner_purges(worked: tuple[str, str]) -> None:
    for duty in ("writer", "reviewer", "reader"):
        store = _as(worked, duty)
        with pytest.raises(StoreError, match=r"没有写入权限|所有者"):
            purge_assessment(store, "年度考核", by="王某", reason="期满")
        store.dispose()


def test_a_writer_who_meets_an_old_revision_is_sent_to_the_owner(worked: tuple[str, str]) -> None:
    prefix, options = worked
    owner = _as(worked, "owner")
    with owner.begin() as connection:
        connection.execute(text("UPDATE mingcha_version SET version_num = '0005'"))
    try:
        with pytest.raises(StoreError, match=r"结构版本是 0005.*所有者执行 mingcha db upgrade"):
            _as(worked, "writer")
    finally:
        with owner.begin() as connection:
            connection.execute(text(f"UPDATE mingcha_version SET version_num = '{revisions.newest()}'"))
        owner.dispose()
    assert prefix
    assert options
