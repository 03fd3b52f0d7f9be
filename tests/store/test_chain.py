"""The record: whoever changes, removes or slips in an entry or a decision breaks it, and the check says where."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from mingcha.pipeline.findings import Decision
from mingcha.pipeline.store.chain import BEGINNING, Event, begin_record, load_record, record, verify_chain
from mingcha.pipeline.store.database import open_store, writing
from mingcha.pipeline.store.decisions import append_decision
from mingcha.pipeline.store.guards import unguarded
from mingcha.pipeline.store.people import APPENDED
from mingcha.pipeline.store.writing import Entry, save_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Run

AT = "2024-03-02T10:00:00+08:00"


@pytest.fixture
def finding(engine: Engine, run: Run, document_of: Callable[..., Any], finding_of: Callable[..., Any]) -> str:
    document = document_of("a.txt", f"{run.id}窗口长期无人值守。")
    made = finding_of(document)
    save_document(engine, run, Entry(document, None, [made]))
    return str(made.id)


def decide(engine: Engine, run: Run, finding: str, verdict: Any = "confirm") -> Decision:
    decision = Decision(finding, verdict, "王敏\x00", "与台账一致", AT)
    return append_decision(engine, decision, assessment=run.assessment)


def test_every_decision_of_the_command_line_is_recorded_whole(engine: Engine, run: Run, finding: str) -> None:
    made = decide(engine, run, finding)
    entry = load_record(engine, assessment=run.assessment)[0]
    assert (entry["action"], entry["who"], entry["target"]) == ("decision", "王敏\x00", finding)
    assert f'"seq":{made.number},' in entry["detail"]
    report = verify_chain(engine)
    assert report.faults == ()
    assert report.head == load_record(engine, limit=1)[0]["hash"]


def test_entries_from_many_threads_make_one_chain(engine: Engine, run: Run) -> None:
    before = verify_chain(engine).entries
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: record(engine, Event("某人", "note", str(n), run.assessment)), range(40)))
    report = verify_chain(engine)
    assert (report.entries, report.faults) == (before + 40, ())


@pytest.mark.parametrize("table", APPENDED)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_people_said(engine: Engine, run: Run, table: str, statement: str) -> None:
    record(engine, Event("某人", "note", "甲", run.assessment))
    column = {"audit": "who", "elusion_sentences": "document"}.get(table, "reason" if "_" in table else "text")
    if engine.dialect.name == "sqlite" and table != "audit":  # it refuses row by row, and only the record has any here
        with engine.connect() as connection:
            query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
            guards = connection.scalars(query, {"name": table}).all()
        assert any(f"BEFORE {statement[:6]} ON {table}" in guard for guard in guards)
        return
    with pytest.raises(DBAPIError, match="only ever appended"), engine.begin() as connection:
        connection.execute(text(statement.format(table, column, column)))


TAMPERING = {
    "changed entry": ("UPDATE audit SET who = '别人' WHERE seq = 2", "第2条的内容与散列值不符"),
    "removed entry": ("DELETE FROM audit WHERE seq = 2", "第2条缺失"),
    "changed decision": ("UPDATE decisions SET verdict = 'reject' WHERE seq = 2", "第2号决定与操作记录不一致"),
    "removed decision": ("DELETE FROM decisions WHERE seq = 2", "第2号决定在操作记录中有，在决定表中没有"),
    "decision slipped in": (
        """INSERT INTO decisions (assessment, finding, verdict, "by", reason, at, changes)
        SELECT assessment, finding, verdict, '别人', reason, at, changes FROM decisions WHERE seq = 1""",
        "第4号决定在操作记录中没有",
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found_and_named(
    tmp_path: Path, document_of: Callable[..., Any], finding_of: Callable[..., Any], how: str
) -> None:
    from mingcha.pipeline.assessments import Assessment, Run
    from mingcha.pipeline.store.writing import start_run

    store = open_store(tmp_path / "a.db")
    run = Run("r1", "年度考核", "材料", "2024-03-01T09:00:00+08:00", {})
    start_run(store, Assessment("年度考核", "2024"), run)
    document = document_of("a.txt")
    save_document(store, run, Entry(document, None, [finding_of(document)]))
    for verdict in ("confirm", "confirm", "reject"):
        decide(store, run, finding_of(document).id, verdict)
    assert verify_chain(store).faults == ()
    store.dispose()
    raw = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with raw.begin() as connection:
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text(TAMPERING[how][0]))
    raw.dispose()
    store = open_store(tmp_path / "a.db")
    faults = verify_chain(store).faults
    store.dispose()
    assert any(TAMPERING[how][1] in fault for fault in faults), faults


def test_an_empty_record_is_whole(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    report = verify_chain(store)
    assert (report.entries, report.head, report.faults, report.unrecorded) == (0, BEGINNING, (), 0)
    store.dispose()


def _with_older_decisions(tmp_path: Path, count: int = 2) -> Engine:
    """A store as an older version left it: decisions, no record."""
    store = open_store(tmp_path / "a.db")
    with store.begin() as connection:
        connection.execute(text("INSERT INTO assessments VALUES ('年度考核', '2024', '2024-03-01')"))
        columns = 'assessment, finding, verdict, "by", reason, at, changes'
        values = "'年度考核', 'abc', 'confirm', '王敏', '', '2024-03-01', '[]'"
        for _ in range(count):
            connection.execute(text(f"INSERT INTO decisions ({columns}) VALUES ({values})"))
    return store


def test_decisions_older_than_the_record_are_sealed_counted_and_no_fault(tmp_path: Path) -> None:
    store = _with_older_decisions(tmp_path)
    assert any("操作记录是空的" in fault for fault in verify_chain(store).faults)
    with writing(store) as connection:
        begin_record(connection)
        begin_record(connection)
    report = verify_chain(store)
    assert (report.entries, report.decisions, report.unrecorded, report.faults) == (1, 2, 2, ())
    record(store, Event("某人", "login"))
    assert (verify_chain(store).entries, verify_chain(store).faults) == (2, ())
    store.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET verdict = 'reject' WHERE seq = 1",
        "DELETE FROM decisions WHERE seq = 2",
        """INSERT INTO decisions (seq, assessment, finding, verdict, "by", reason, at, changes)
        SELECT 3, assessment, finding, 'reject', '别人', reason, at, changes FROM decisions WHERE seq = 1""",
    ],
)
def test_what_is_older_than_the_record_cannot_be_forged_either(tmp_path: Path, statement: str) -> None:
    store = _with_older_decisions(tmp_path)
    record(store, Event("某人", "login"))  # the first entry seals what was there
    with store.execution_options(mingcha_writing=True).begin() as connection, unguarded(connection):
        connection.execute(text(statement))
    assert verify_chain(store).faults != ()
    store.dispose()
