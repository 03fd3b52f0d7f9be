"""What may happen to a database while it is used: each has its message, harms nothing, and may be tried again."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select, text

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.store.database import open_store, writing
from mingcha.pipeline.store.queries import load_documents, load_findings
from mingcha.pipeline.store.schema import documents, findings
from mingcha.pipeline.store.verification import verify_store
from mingcha.pipeline.store.writing import Entry, save_document
from tests.store.conftest import SERVER, begin
from tests.store.stocked import finding_at, read_document, stock
from tests.store.test_kill import DOCUMENTS, FINDINGS, PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Run


def _entry(name: str, times: int = 1) -> Entry:
    document = read_document(name, "窗口长期无人值守。" + "　" * times)
    return Entry(document, None, [finding_at(document, "窗口长期无人值守")])


def _is_sound(store: Engine) -> bool:
    return all(inspection.faulty == 0 for inspection in verify_store(store))


def _until_full(store: Engine, run: Run, names: Iterator[str]) -> list[str]:
    """Save documents until the disk is full; return those that were saved."""
    saved, message = [], ""
    for name in names:
        try:
            save_document(store, run, _entry(name, 20_000))
        except StoreError as refused:
            message = str(refused)
            break
        saved.append(name)
    assert "磁盘已满" in message or "写入磁盘时出错" in message
    return saved


def test_a_full_disk_is_told_keeps_what_was_saved_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    room = tmp_path / "小盘"
    room.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", room], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        store = open_store(room / "a.db")
        run = begin(store, "年度考核")
        saved = _until_full(store, run, (f"{n}.txt" for n in range(1000)))
        assert [document.name for document in load_documents(store)] == sorted(saved)
        subprocess.run(["mount", "-o", "remount,size=20m", room], check=True)
        save_document(store, run, _entry("再来.txt", 20_000))
        assert len(load_documents(store)) == len(saved) + 1
        assert _is_sound(store)
        store.dispose()
    finally:
        subprocess.run(["umount", room], check=True)


def test_a_limit_on_the_size_of_files_is_told_and_harms_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    run = begin(store, "年度考核")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, before[1]))
    try:
        saved = _until_full(store, run, (f"{n}.txt" for n in range(1000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [document.name for document in load_documents(store)] == sorted(saved)
    save_document(store, run, _entry("再来.txt"))
    assert _is_sound(store)
    store.dispose()


def _end_sessions(address: str) -> int:
    """Let the administrator of the server end every session of the store's schema but his own."""
    with psycopg.connect(SERVER, autocommit=True) as server:
        ended = server.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database() AND application_name = %s",
            [address],
        ).fetchone()
    assert ended is not None
    return int(ended[0])


def _lose_connection_within(store: Engine, mark: str, run: Run) -> None:
    with writing(store) as connection:
        save_document(connection, run, _entry("b.txt"))
        assert _end_sessions(mark) >= 1
        save_document(connection, run, _entry("c.txt"))


@pytest.fixture
def served(bare: Callable[[], str]) -> Iterator[tuple[Engine, str]]:
    """A store on the server whose sessions bear a name of their own."""
    mark = uuid4().hex
    store = open_store(f"{bare()}&application_name={mark}")
    yield store, mark
    store.dispose()


def test_a_connection_lost_between_two_documents_is_made_again(served: tuple[Engine, str]) -> None:
    store, mark = served
    run = begin(store, "年度考核")
    save_document(store, run, _entry("a.txt"))
    assert _end_sessions(mark) >= 1
    save_document(store, run, _entry("b.txt"))
    assert [document.name for document in load_documents(store)] == ["a.txt", "b.txt"]


def test_a_connection_lost_within_a_document_is_told_and_the_document_may_be_saved_again(
    served: tuple[Engine, str],
) -> None:
    store, mark = served
    run = begin(store, "年度考核")
    save_document(store, run, _entry("a.txt"))
    with pytest.raises(StoreError, match="连接不上"):
        _lose_connection_within(store, mark, run)
    assert [document.name for document in load_documents(store)] == ["a.txt"]
    save_document(store, run, _entry("b.txt"))
    assert len(load_findings(store)) == 2
    assert _is_sound(store)


def test_a_store_that_another_program_locks_in_the_middle_waits_and_then_tells(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db", patience=0.2)
    run = begin(store, "年度考核")
    holder = sqlite3.connect(tmp_path / "a.db", check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"正被另一个程序占用.*请关闭"):
        save_document(store, run, _entry("a.txt"))
    release = threading.Timer(0.05, holder.rollback)
    release.start()
    save_document(store, run, _entry("a.txt"))
    release.join()
    holder.close()
    assert len(load_findings(store)) == 1
    store.dispose()


def test_two_runs_at_once_save_every_document_once(address: str, tmp_path: Path, bare: Callable[[], str]) -> None:
    place = str(tmp_path / "a.db") if "://" not in address else bare()
    open_store(place).dispose()
    both = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, place, uuid4().hex], stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    store = open_store(place)
    with store.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(documents)) == DOCUMENTS
        assert connection.scalar(select(func.count()).select_from(findings)) == DOCUMENTS * FINDINGS
    store.dispose()


def test_a_reader_keeps_nobody_from_writing(engine: Engine, name: str) -> None:
    stock(engine, name, login=f"u{uuid4().hex}")
    with engine.connect() as reader:
        count = text("SELECT count(*) FROM findings")
        before = reader.scalar(count)
        save_document(engine, begin(engine, name), _entry("新.txt"))
        assert engine.dialect.name == "postgresql" or reader.scalar(count) == before
