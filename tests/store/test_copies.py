"""A backup is whole, made while others write, and opens like the store it came from."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.copies import back_up
from mingcha.pipeline.store.database import open_store, reading
from mingcha.pipeline.store.digests import digest_store
from mingcha.pipeline.store.queries import load_findings
from mingcha.pipeline.store.verification import verify_store
from tests.store.stocked import stock

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def filled(engine: Engine, name: str) -> Engine:
    stock(engine, name, login=f"u{uuid4().hex}")
    return engine


def test_a_backup_holds_everything_in_one_file(filled: Engine, tmp_path: Path) -> None:
    digest = back_up(filled, tmp_path / "备份.db")
    with reading(filled) as connection:
        assert digest == digest_store(connection)
    assert [path.name for path in tmp_path.iterdir()] == ["备份.db"]
    copy = open_store(tmp_path / "备份.db")
    assert load_findings(copy) == load_findings(filled)
    assert all(inspection.faulty == 0 for inspection in verify_store(copy))
    copy.dispose()


def test_a_backup_made_while_others_write_is_of_one_moment(filled: Engine, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            record(filled, Event("zhao", "seen"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            assert back_up(filled, tmp_path / f"{number}.db") is not None
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        copy = open_store(tmp_path / f"{number}.db")
        assert all(inspection.faulty == 0 for inspection in verify_store(copy))
        copy.dispose()


def test_a_file_that_is_there_is_never_overwritten(filled: Engine, tmp_path: Path) -> None:
    (tmp_path / "备份.db").write_text("旧备份", encoding="utf-8")
    with pytest.raises(UsageError, match="已经存在，没有覆盖"):
        back_up(filled, tmp_path / "备份.db")
    assert (tmp_path / "备份.db").read_text(encoding="utf-8") == "旧备份"


def test_a_folder_that_is_not_there_is_told_and_leaves_nothing(filled: Engine, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"没有的|不存在|无法建立"):
        back_up(filled, tmp_path / "没有的" / "备份.db")
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_an_older_revision_can_be_backed_up_as_it_is(tmp_path: Path) -> None:
    old = open_store(tmp_path / "旧.db")
    with old.begin() as connection:
        connection.exec_driver_sql("UPDATE mingcha_version SET version_num = '0004'")
    assert back_up(old, tmp_path / "备份.db") is None
    old.dispose()
    with sqlite3.connect(tmp_path / "备份.db") as copy:
        assert copy.execute("SELECT version_num FROM mingcha_version").fetchall() == [("0004",)]
    copy.close()
