"""A sound store passes; every tampering that the checks are for is told by the check it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text

from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.condition import inspect_store
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.guards import missing_guards, unguarded
from mingcha.pipeline.store.verification import verify_store
from tests.store.stocked import stock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

TAMPERINGS = [
    ("UPDATE findings SET text = '一切正常'", "线索的位置与编号", "不符"),
    ("UPDATE findings SET category = 'formalism'", "线索的位置与编号", "编号与内容不符"),
    ("UPDATE texts SET text = '。' || text", "数量的位置", "不符"),
    ("UPDATE texts SET text = text || '。'", "材料的正文", "写入时是"),
    ("DELETE FROM texts", "材料的正文", "正文不在库里"),
    ("DELETE FROM texts", "线索的位置与编号", "正文不在库里"),
    ("UPDATE referrals SET category = 'x'", "涉及廉洁的表述", "编号与内容不符"),
    ("UPDATE quantities SET text = '35亿元'", "数量的位置", "不符"),
    ("UPDATE facts SET supports = '[\"没有\"]'", "事实的成员", "不在库里：没有"),
    ("DELETE FROM findings", "决定所说的线索", "不在库里"),
    ("UPDATE scorecards SET total = '99.10'", "计分卡的合计", "明细相加是 86.10，总分写的是 99.10"),
    ("UPDATE ledger_lines SET amount = 'x'", "计分卡的合计", "不是数字"),
    ("UPDATE schemes SET text = '{}'", "评分方案的文本", "文本被改动过"),
    ('UPDATE blocks SET "end" = "end" + 1 WHERE position = 0', "文字块", "前后重叠"),
    ('UPDATE blocks SET "end" = "end" + 1 WHERE position = 1', "文字块", "超出正文"),
    ("DELETE FROM blocks WHERE position = 0", "文字块", "没有盖住全部正文"),
    ("UPDATE repairs SET before = '实事' WHERE position = 0", "文字修复", "不能重做"),
    ("UPDATE repairs SET place = place + 1 WHERE position = 0", "文字修复", "不能重做"),
    ("UPDATE structures SET text = '一切正常'", "文书要素的位置", "不符"),
    ("UPDATE ballots SET votes = votes + 1", "填报的表", "内容与编号不符"),
    ("DELETE FROM ballots WHERE votes IS NULL", "填报的表", "内容与编号不符"),
    ("UPDATE register_rows SET cells = '{\"value\":\"99\"}' WHERE indicator = 'jichu'", "填报的表", "被改动过"),
    ("UPDATE register_rows SET subject = 'p2'", "填报的表", "被改动过"),
    ("UPDATE registers SET row_count = 2", "填报的表", "被改动过"),
]
_FORGED = """INSERT INTO decisions (seq, assessment, finding, verdict, "by", reason, at, changes)
SELECT {}, assessment, finding, 'reject', '别人', reason, at, changes FROM decisions"""
FORGERIES = [
    ("UPDATE standings SET standing = 'rejected'", "审阅状态", "与对它的决定不符"),
    ("DELETE FROM standings", "审阅状态", "没有审阅状态"),
    ("UPDATE permissions SET role = 'lead'", "权限", "与操作记录不符"),
    ("UPDATE permissions SET may_see_names = true", "权限", "与操作记录不符"),
    ("DELETE FROM permissions", "权限", "有人删除过"),
    ("UPDATE users SET administrator = true", "账号", "与操作记录不符"),
    ("UPDATE notes SET text = '已核实'", "备注与标记", "与操作记录不符"),
    ("UPDATE notes SET \"by\" = '别人'", "备注与标记", "与操作记录不符"),
    ("DELETE FROM notes", "备注与标记", "在备注表中没有"),
    (_FORGED.format(0), "操作记录（散列链）", "它不是通过明察写入的"),
    (_FORGED.format(-1), "操作记录（散列链）", "它不是通过明察写入的"),
    ("DELETE FROM audit", "操作记录（散列链）", "操作记录是空的"),
]
GUARDED_TAMPERINGS = [
    ("UPDATE decisions SET reason = '另一个理由'", "决定被改动过"),
    ("DELETE FROM decisions", "有人删除过决定"),
    ("UPDATE audit SET who = '别人'", "与散列值不符"),
    ("DELETE FROM audit WHERE seq = 1", "有人删除过记录"),
    ("UPDATE audit SET detail = 'purged:' || hash WHERE seq = 1", "与散列值不符"),
]


@pytest.fixture
def filled(address: str, fresh: Callable[[], Engine]) -> Engine:
    store = fresh()
    stock(store, f"考核{uuid4().hex}")
    return store


@pytest.fixture
def fresh(address: str, tmp_path: Path, other_server: Callable[[], Engine]) -> Iterator[Callable[[], Engine]]:
    """Opens a store of the test's own, so that what it breaks is broken for nobody else."""
    made: list[Engine] = []

    def make() -> Engine:
        made.append(open_store(tmp_path / f"{uuid4().hex}.db") if "://" not in address else other_server())
        return made[-1]

    yield make
    for store in made:
        store.dispose()


def _faults(store: Engine) -> dict[str, tuple[str, ...]]:
    return {inspection.about: inspection.faults for inspection in verify_store(store) if inspection.faulty}


def test_a_sound_store_passes_and_everything_is_looked_at(filled: Engine) -> None:
    done = verify_store(filled)
    assert _faults(filled) == {}
    # Nobody split or marked a finding here; tests/review/test_splits.py has a store where people did.
    assert [inspection.about for inspection in done if inspection.count == 0] == ["人工标注与拆分的线索"]


def test_each_tampering_is_told_by_its_check(filled: Engine) -> None:
    for statement, about, words in TAMPERINGS:
        with filled.connect() as connection:
            connection.exec_driver_sql(statement)
            faults = {name: check_faults for name, check_faults in _within(connection).items() if check_faults}
            connection.rollback()
        assert about in faults, statement
        assert words in faults[about][0], statement


def _within(connection):
    """Return the faults that the checks see inside an open transaction."""
    from mingcha.pipeline.store import verification

    return {about: tuple(filter(None, check(connection))) for about, check in verification._CHECKS.items()}


@pytest.mark.parametrize(("statement", "words"), GUARDED_TAMPERINGS)
def test_the_record_tells_what_was_done_behind_its_guards(filled: Engine, statement: str, words: str) -> None:
    with filled.execution_options(mingcha_writing=True).begin() as connection, unguarded(connection):
        connection.execute(text(statement))
    faults = _faults(filled)
    assert any(words in fault for fault in faults["操作记录（散列链）"])


def test_each_forgery_is_told_by_its_check(filled: Engine) -> None:
    for statement, about, words in FORGERIES:
        with filled.execution_options(mingcha_writing=True).connect() as connection:
            with unguarded(connection):
                connection.execute(text(statement))
            faults = _within(connection) | {"操作记录（散列链）": verify_chain(connection).faults}
            connection.rollback()
        assert any(words in fault for fault in faults[about]), statement
    assert _faults(filled) == {}


def test_a_guard_that_does_nothing_is_noticed(filled: Engine) -> None:
    if filled.dialect.name == "postgresql":
        idle = [
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
        ]
    else:
        idle = [
            "DROP TRIGGER audit_refuse_DELETE",
            "CREATE TRIGGER audit_refuse_DELETE BEFORE DELETE ON audit BEGIN SELECT 1; END",
        ]
    with filled.begin() as connection:
        for statement in idle:
            connection.execute(text(statement))
        assert missing_guards(connection) == ("audit",)


def test_a_guard_that_watches_only_some_rows_is_noticed(filled: Engine) -> None:
    if filled.dialect.name == "postgresql":
        made = "CREATE TRIGGER notes_refuse BEFORE DELETE ON notes FOR EACH STATEMENT EXECUTE FUNCTION notes_refuse()"
        statements = ["DROP TRIGGER notes_refuse ON notes", made]
    else:
        made = "CREATE TRIGGER notes_refuse_UPDATE BEFORE UPDATE OF text ON notes BEGIN SELECT RAISE(ABORT, 'no'); END"
        statements = ["DROP TRIGGER notes_refuse_UPDATE", made]
    with filled.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
        assert missing_guards(connection) == ("notes",)


def test_guards_that_somebody_took_away_are_noticed(filled: Engine) -> None:
    postgresql = filled.dialect.name == "postgresql"
    with filled.begin() as connection:
        assert missing_guards(connection) == ()
        off = "ALTER TABLE decisions DISABLE TRIGGER decisions_refuse"
        connection.execute(text(off if postgresql else "DROP TRIGGER decisions_refuse_UPDATE"))
        assert missing_guards(connection) == ("decisions",)
    assert [remark.about for remark in inspect_store(filled) if not remark.sound] == ["防改写"]


def test_an_index_that_is_gone_is_noticed(filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(text("DROP INDEX ix_findings_assessment_category"))
    (remark,) = [remark for remark in inspect_store(filled) if not remark.sound]
    assert "缺少 ix_findings_assessment_category" in remark.said


def test_rows_that_point_nowhere_are_noticed_in_sqlite(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    stock(store, "年度考核")
    with store.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DELETE FROM runs")
        connection.commit()
    unsound = {remark.about: remark.said for remark in inspect_store(store) if not remark.sound}
    store.dispose()
    assert list(unsound) == ["引用"]
    assert "documents" in unsound["引用"]


def test_a_new_database_and_an_old_revision_are_told(fresh: Callable[[], Engine]) -> None:
    store = fresh()
    with store.begin() as connection:
        connection.execute(text("UPDATE mingcha_version SET version_num = '0003'"))
    assert [remark.said for remark in inspect_store(store) if not remark.sound] == [
        f"0003，本机的明察需要 {revisions.newest()}；请执行 mingcha db upgrade"
    ]
