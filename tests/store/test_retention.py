"""A purge removes one assessment wholly, spares the others, keeps the record's chain, and says what remains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from mingcha.pipeline.errors import DataError, StoreError
from mingcha.pipeline.store.certificates import Circumstances, certificate, certificate_text
from mingcha.pipeline.store.chain import Event, record, verify_chain
from mingcha.pipeline.store.database import open_store, reading, writing
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.guards import missing_guards
from mingcha.pipeline.store.people import audit
from mingcha.pipeline.store.queries import load_findings, load_text
from mingcha.pipeline.store.retention import compact, purge_assessment
from mingcha.pipeline.store.schema import metadata
from mingcha.pipeline.store.verification import verify_store
from mingcha.pipeline.store.writing import Entry, save_document
from tests.store.conftest import begin
from tests.store.stocked import SECRET_WORDS, finding_at, read_document, stock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

GONE, KEPT = "青岭县2023年度考核", "青岭县2024年度考核"
EVERYONE = {"audit", "users", "schemes", "sessions"}  # tables that belong to no single assessment


@pytest.fixture
def store(address: str, tmp_path: Path, other_server: Callable[[], Engine]) -> Iterator[Engine]:
    engine = open_store(tmp_path / "a.db") if "://" not in address else other_server()
    stock(engine, GONE, login="zhao")
    stock(engine, KEPT, login="qian")
    yield engine
    engine.dispose()


def _rows(store: Engine) -> dict[str, set[str]]:
    with reading(store) as connection:
        return {name: set(map(repr, connection.execute(select(table)))) for name, table in metadata.tables.items()}


def test_everything_of_the_assessment_goes_and_all_else_stays(store: Engine) -> None:
    before = _rows(store)
    purge = purge_assessment(store, GONE, by="王某", reason="保存期满")
    after = _rows(store)
    for name in metadata.tables.keys() - EVERYONE:
        assert len(after[name]) == len(before[name]) / 2, name
        assert after[name] < before[name], name
        assert purge.removed[name] == len(after[name]), name
    assert all(
        GONE not in row for name, rows in after.items() if name != "audit" for row in rows if "session" not in name
    )
    assert purge.remaining == (KEPT,)
    assert len(load_findings(store, KEPT)) == 2


def test_the_record_keeps_who_and_when_and_loses_the_words(store: Engine) -> None:
    purge_assessment(store, GONE, by="王某", reason="保存期满")
    with reading(store) as connection:
        entries = connection.execute(select(audit).where(audit.c.assessment == GONE).order_by(audit.c.seq)).all()
    *old, last = entries
    assert old
    assert all(entry.detail.startswith("purged:") and entry.who for entry in old)
    assert (last.action, last.who) == ("purge", "王某")
    assert "保存期满" in last.detail
    assert verify_chain(store).faults == ()
    assert all(inspection.faulty == 0 for inspection in verify_store(store))
    with reading(store) as connection:
        assert missing_guards(connection) == ()


def test_words_taken_from_the_record_without_a_purge_are_noticed(store: Engine) -> None:
    from mingcha.pipeline.store.guards import unguarded
    from mingcha.pipeline.store.retention import _empty_record

    with writing(store) as connection, unguarded(connection):
        _empty_record(connection, GONE)
    assert any("有人删除过内容" in fault for fault in verify_chain(store).faults)


def test_a_text_that_another_assessment_needs_stays(store: Engine) -> None:
    shared = read_document("同一份.txt", "两次考核都用到的同一份材料：窗口长期无人值守。")
    for name in (GONE, KEPT):
        save_document(store, begin(store, name), Entry(shared, None, [finding_at(shared, SECRET_WORDS)]))
    purge_assessment(store, GONE, by="王某", reason="保存期满")
    assert load_text(store, shared.sha256) == shared.text
    purge_assessment(store, KEPT, by="王某", reason="保存期满")
    assert load_text(store, shared.sha256) is None
    assert {name for name, rows in _rows(store).items() if rows} == EVERYONE


def test_the_next_assessment_of_the_same_name_starts_anew(store: Engine) -> None:
    purge_assessment(store, GONE, by="王某", reason="保存期满")
    stock(store, GONE, login="sun")
    purge_assessment(store, GONE, by="王某", reason="又满")
    assert load_decisions(store, GONE) == ()
    assert verify_chain(store).faults == ()


def test_an_unknown_assessment_is_refused_and_nothing_goes(store: Engine) -> None:
    before = _rows(store)
    with pytest.raises(DataError, match=f"没有清除任何内容.*“{GONE}”、“{KEPT}”"):
        purge_assessment(store, "不存在的考核", by="王某", reason="保存期满")
    assert _rows(store) == before


def test_a_purge_that_fails_half_way_removes_nothing(store: Engine) -> None:
    before = _rows(store)
    refusing = "CREATE TRIGGER stop BEFORE DELETE ON assessments BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    if store.dialect.name == "postgresql":
        refusing = "ALTER TABLE sessions ADD COLUMN held text REFERENCES assessments (name)"
    with writing(store) as connection:
        connection.exec_driver_sql(refusing)
        if store.dialect.name == "postgresql":
            connection.exec_driver_sql(f"UPDATE sessions SET held = '{GONE}'")
    with pytest.raises(StoreError):
        purge_assessment(store, GONE, by="王某", reason="保存期满")
    assert {name: len(rows) for name, rows in _rows(store).items()} == {
        name: len(rows) for name, rows in before.items()
    }
    with reading(store) as connection:
        assert missing_guards(connection) == ()


def test_nothing_is_left_in_the_bytes_of_a_sqlite_file(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    stock(store, GONE)
    files = [tmp_path / "a.db", tmp_path / "a.db-wal"]
    assert any(SECRET_WORDS.encode() in file.read_bytes() for file in files)
    purge_assessment(store, GONE, by="王某", reason="保存期满")
    assert compact(store)
    store.dispose()
    left = b"".join(file.read_bytes() for file in files if file.exists())
    for words in (SECRET_WORDS, "与台账一致", "李某某", "为民办实事", "推进迟缓", "虚构材料"):
        assert words.encode() not in left, words


def test_space_is_not_given_back_while_others_read_and_that_is_told(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db", patience=0.1)
    stock(store, GONE)
    with store.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM findings").scalar()
        purge_assessment(store, GONE, by="王某", reason="保存期满")
        assert not compact(store)
    assert compact(store)
    store.dispose()


def test_the_certificate_says_what_went_what_remains_and_what_people_must_do(store: Engine) -> None:
    record(store, Event("zhao", "seen", "x", GONE))
    purge = replace(purge_assessment(store, GONE, by="王某", reason="保存期满"), compacted=True)
    written = certificate(
        purge, Circumstances("a.db", "王某", "保存期满", "2025-01-02T09:00:00+08:00", ("移动硬盘三号",), "0.1.0")
    )
    assert written["removed"]["findings"] == 2
    assert written["removed_files_sha256"] == list(purge.hashes) != []
    text = certificate_text(written)
    for words in (
        GONE,
        "王某",
        "保存期满",
        "2025-01-02 09:00:00",
        "线索：2 条",
        "移动硬盘三号",
        KEPT,
        "材料原件：材料",
    ):
        assert words in text, words
    assert "执行人没有列出" in certificate_text(
        written | {"outside_the_database": {"material_folders": [], "backups": []}}
    )
