"""A store moved to the other database and back is the same to the byte; whatever goes wrong leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, text

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.store.chain import Event, record, verify_chain
from mingcha.pipeline.store.database import open_store, reading, writing
from mingcha.pipeline.store.decisions import append_decision, load_decisions
from mingcha.pipeline.store.digests import digest_store
from mingcha.pipeline.store.people import notes
from mingcha.pipeline.store.queries import load_findings
from mingcha.pipeline.store.schema import metadata
from mingcha.pipeline.store.transfer import CHECKING, COPYING, move_store
from tests.store.stocked import stock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.store.digests import Digest


@pytest.fixture
def filled(engine: Engine, name: str) -> Engine:
    stock(engine, name, login=f"u{uuid4().hex}")
    return engine


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    store = open_store(tmp_path / "空.db")
    yield store
    store.dispose()


def _counts(store: Engine) -> dict[str, int]:
    with reading(store) as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


def _digest(store: Engine) -> Digest:
    with reading(store) as connection:
        return digest_store(connection)


def test_the_stocked_store_has_something_in_every_table(filled: Engine) -> None:
    assert [name for name, count in _counts(filled).items() if count == 0] == []


def test_there_and_back_is_the_same(filled: Engine, empty: Engine, tmp_path: Path, other: Engine) -> None:
    before = _digest(filled)
    assert move_store(filled, other) == move_store(other, empty) == before == _digest(filled) == _digest(empty)
    assert load_findings(empty) == load_findings(filled)
    assert load_decisions(empty) == load_decisions(filled)


@pytest.fixture
def other(engine: Engine, tmp_path: Path, other_server: Callable[[], Engine]) -> Engine:
    """An empty store in the database that `engine` is not."""
    return other_server() if engine.dialect.name == "sqlite" else open_store(tmp_path / "另.db")


def test_work_goes_on_after_a_move(filled: Engine, other: Engine) -> None:
    move_store(filled, other)
    finding = load_findings(other)[0]
    (last,) = load_decisions(other)[-1:]
    append_decision(other, last, assessment=None)
    record(other, Event("zhao", "seen"))
    with writing(other) as connection:
        row = {"assessment": connection.scalar(text("SELECT name FROM assessments LIMIT 1")), "finding": finding.id}
        connection.execute(insert(notes), row | {"kind": "note", "text": "", "by": "", "account": "", "at": ""})
    assert verify_chain(other).faults == ()
    assert len(load_decisions(other)) == len(load_decisions(filled)) + 1


def test_progress_counts_every_row_twice_once_read_and_once_checked(filled: Engine, empty: Engine) -> None:
    told: list[tuple[str, int, int]] = []
    digest = move_store(filled, empty, told=lambda *step: told.append(step))
    assert {(stage, done) for stage, done, total in told if done == total} == {
        (COPYING, digest.rows),
        (CHECKING, digest.rows),
    }
    assert [step for step in told if step[2] != digest.rows] == []


def test_a_target_that_holds_anything_is_refused(filled: Engine, empty: Engine) -> None:
    move_store(filled, empty)
    before = _digest(empty)
    with pytest.raises(StoreError, match=r"已有明察的数据（.*没有复制任何内容"):
        move_store(filled, empty)
    assert _digest(empty) == before


def test_a_target_that_refuses_in_the_middle_keeps_nothing(filled: Engine, empty: Engine) -> None:
    with writing(empty) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON scorecards BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(StoreError, match="磁盘已满"):
        move_store(filled, empty)
    assert set(_counts(empty).values()) == {0}


def test_what_arrives_otherwise_than_sent_is_taken_back(filled: Engine, empty: Engine) -> None:
    change = "CREATE TRIGGER change AFTER INSERT ON facts BEGIN UPDATE facts SET text = 'x'; END"
    with writing(empty) as connection:
        connection.exec_driver_sql(change)
    with pytest.raises(StoreError, match=r"内容与来源不一致（facts）.*全部撤回"):
        move_store(filled, empty)
    assert set(_counts(empty).values()) == {0}


def test_a_source_of_an_older_revision_is_refused_with_the_remedy(filled: Engine, empty: Engine) -> None:
    with writing(empty) as connection:
        connection.exec_driver_sql("UPDATE mingcha_version SET version_num = '0004'")
    with pytest.raises(StoreError, match=r"结构版本是 0004.*mingcha db upgrade"):
        move_store(empty, filled)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE facts SET text = text || '。'",
        "DELETE FROM fact_members",
        "UPDATE findings SET confidence = confidence + 1e-16",
    ],
)
def test_the_digest_tells_the_smallest_change(filled: Engine, change: str) -> None:
    before = _digest(filled)
    with filled.connect() as connection:
        connection.exec_driver_sql(change)
        assert digest_store(connection).whole != before.whole
        connection.rollback()
    assert _digest(filled) == before
