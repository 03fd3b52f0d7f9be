"""No log and no temporary file holds a word of the material, a name or the name of a file, whatever goes wrong."""

from __future__ import annotations

import csv
import json
import logging
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import text

from mingcha.pipeline.logs import KEPT, LARGEST, MOST_EVENTS, join_log, logging_to, stop_log
from mingcha.pipeline.scratch import PREFIX, scratch_folder, sweep, sweep_parts
from mingcha.pipeline.store.database import open_store
from tests.conftest import SAMPLE, Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND = [sys.executable, "-m", "mingcha.cli"]
SECRET = "赵某某收了钱"
WINDOW = 6  # so many characters in a row of the material are its words
PASSWORD = "一句足够长、好记的口令"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A log that this process keeps for the test."""
    with logging_to(tmp_path / "a.log"):
        yield tmp_path / "a.log"


@pytest.fixture(scope="module")
def guarded(sample_run: Finished) -> set[str]:
    """Return what must stand nowhere: pieces of every text, names of subjects, speakers and files."""
    store = sqlite3.connect(sample_run.out / "mingcha.db")
    texts = [row[0] for row in store.execute("SELECT text FROM texts")]
    speakers = {row[0] for row in store.execute("SELECT DISTINCT speaker FROM findings WHERE speaker IS NOT NULL")}
    store.close()
    with (SAMPLE / "花名册.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {name for row in rows for name in (row["name"], *filter(None, row["aliases"].split(";")))}
    files = {path.stem for path in (SAMPLE / "材料").iterdir()}
    runs = (run for whole in texts for run in re.findall(r"[\u4e00-\u9fff]{6,}", whole))
    pieces = {run[at : at + WINDOW] for run in runs for at in range(len(run) - WINDOW + 1)}
    assert len(pieces) > 3000
    assert speakers
    assert len(names) > 5
    return pieces | speakers | names | files


def leaks(path: Path, guarded: set[str]) -> list[str]:
    written = path.read_text(encoding="utf-8", errors="replace") + path.name
    return [one for one in guarded if one in written]


def test_the_check_finds_what_it_should(guarded: set[str], tmp_path: Path, sample_run: Finished) -> None:
    (tmp_path / "a.log").write_bytes((sample_run.out / "findings.jsonl").read_bytes())
    assert len(leaks(tmp_path / "a.log", guarded)) > 100


def test_the_log_of_a_run_tells_every_file_and_leaks_nothing(guarded: set[str], sample_run: Finished) -> None:
    events = [json.loads(line) for line in (sample_run.out / "run.log").read_text(encoding="utf-8").splitlines()]
    told = {event.get("document") for event in events}
    hashes = {record["sha256"][:12] for record in sample_run.records("documents.jsonl") if record["sha256"]}
    assert hashes <= told
    assert any(event.get("error", [""])[0] == "BadZipFile" for event in events)
    assert leaks(sample_run.out / "run.log", guarded) == []


def test_the_message_of_an_exception_does_not_reach_the_log(log: Path) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(f"{SECRET}：读不懂") from cause
    except ValueError:
        logging.getLogger("mingcha.pipeline.x").exception("analysis of %s failed after %d tries", SECRET, 3)
    (event,) = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    assert event["numbers"] == [3]
    assert event["event"] == "analysis of %s failed after %d tries"
    assert event["error"][0] == "ValueError"
    assert "KeyError" in event["error"]
    assert "test_leaks.py" in event["error"][1]
    assert SECRET not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["openpyxl.reader", "uvicorn.error", "mingcharis", "root"])
def test_what_a_library_says_does_not_reach_the_log(log: Path, name: str) -> None:
    logging.getLogger(name).warning(f"bad cell: {SECRET}")
    logging.getLogger(name).warning("bad cell: %s", SECRET, extra={"cell": SECRET})
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2
    assert SECRET not in log.read_text(encoding="utf-8")


def test_what_a_database_refuses_bears_no_values(tmp_path: Path, log: Path) -> None:
    store = open_store(tmp_path / "a.db")
    insert = text("INSERT INTO assessments (name, period) VALUES (:name, :name)")
    with pytest.raises(Exception, match="NOT NULL") as refused, store.begin() as connection:
        connection.execute(insert, {"name": SECRET})
    logging.getLogger("mingcha").error("refused", exc_info=refused.value)
    store.dispose()
    assert SECRET not in str(refused.value)
    assert SECRET not in log.read_text(encoding="utf-8")


BROKEN = f"""
import sys
from mingcha import cli

@cli.app.command("break")
def broken() -> None:
    raise ValueError("{SECRET}")

sys.argv = ["mingcha", "break"]
cli.main()
"""


def test_a_mistake_of_ours_ends_without_the_text_it_met() -> None:
    done = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("内部错误，没有完成。")
    assert "ValueError" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_log_stays_within_its_bounds_and_is_its_owners_alone(log: Path) -> None:
    speak = logging.getLogger("mingcha.x")
    for number in range(3 * LARGEST // 100):
        speak.info("an event with %d", number)
    kept = sorted(log.parent.glob("a.log*"))
    assert 1 < len(kept) <= KEPT + 1
    assert all(path.stat().st_size <= LARGEST for path in kept)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_a_worker_appends_to_whatever_log_there_is_and_falls_silent_in_the_end(tmp_path: Path) -> None:
    join_log(tmp_path / "a.log")
    try:
        speak = logging.getLogger("mingcha.x")
        speak.info("first")
        (tmp_path / "a.log").rename(tmp_path / "a.log.1")
        for number in range(MOST_EVENTS + 50):
            speak.info("event %d", number)
    finally:
        stop_log()
    assert "first" in (tmp_path / "a.log.1").read_text(encoding="utf-8")
    assert len((tmp_path / "a.log").read_text(encoding="utf-8").splitlines()) == MOST_EVENTS - 1


def serving(store: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([*COMMAND, "review", "--db", str(store), "--port", str(port)], stderr=subprocess.PIPE)
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/login", trust_env=False)
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    return server, f"http://127.0.0.1:{port}"


def test_the_log_of_the_review_page_leaks_nothing_when_a_page_breaks(
    guarded: set[str], reviewed: Path, mingcha: Callable[..., Finished]
) -> None:
    store = reviewed / "mingcha.db"
    added = subprocess.run(
        [*COMMAND, "users", "add", "zhou", "--name", "周审", "--db", store], input=PASSWORD.encode(), check=True
    )
    assert added.returncode == 0
    granted = ("--assessment", "青岭县2024年度考核", "--role", "lead", "--db", store)
    assert mingcha("users", "grant", "zhou", *granted, out=reviewed).code == 0
    server, address = serving(store)
    try:
        with httpx.Client(base_url=address, trust_env=False, headers={"Sec-Fetch-Site": "same-origin"}) as browser:
            assert browser.post("/login", data={"login": "zhou", "password": PASSWORD}).status_code == 303
            page = browser.get("/", follow_redirects=True)
            (root,) = set(re.findall(r'href="(/a/\w+/)"', page.text))
            shown = browser.get(f"{root}queue", params={"text": "供水"})
            assert shown.status_code == 200
            with sqlite3.connect(store) as behind:
                (finding,) = behind.execute("SELECT min(id) FROM findings").fetchone()
                behind.execute("UPDATE findings SET locator = ?", [SECRET])  # no JSON
            behind.close()
            assert browser.get(f"{root}passage/{finding}").status_code == 500
    finally:
        server.send_signal(signal.SIGINT)
        told = server.communicate(timeout=20)[1].decode()
    log = reviewed / "review.log"
    assert "JSONDecodeError" in log.read_text(encoding="utf-8")
    assert SECRET not in log.read_text(encoding="utf-8") + told
    assert [one for one in guarded if one in told] == []
    assert leaks(log, guarded) == []
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_taken_port_is_told_in_plain_words(reviewed: Path, mingcha: Callable[..., Finished]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = mingcha("review", "--db", reviewed / "mingcha.db", "--port", taken.getsockname()[1], out=reviewed)
    assert done.code == 2
    assert "请关闭占用它的程序，或用 --port 换一个端口" in done.stderr


# Temporary files


def run_within(folder: Path, out: Path) -> subprocess.Popen[bytes]:
    told = {**os.environ, "TMPDIR": str(folder)}
    arguments = ["run", str(SAMPLE / "材料"), "--out", str(out)]
    return subprocess.Popen([*COMMAND, *arguments], env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(found: Callable[[], object]) -> None:
    for _ in range(600):
        if found():
            return
        time.sleep(0.05)
    raise AssertionError("nothing came")


@pytest.fixture(params=["a short path", "one too long for a socket"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Give a folder for temporary files: workers are forked where a socket can be named there, else started anew."""
    short = request.param == "a short path"
    with tempfile.TemporaryDirectory(prefix="t", dir=None if short else tmp_path) as name:
        folder = Path(name) / ("t" if short else "t" * 80)
        folder.mkdir()
        yield folder


def test_a_run_leaves_nothing_among_the_temporary_files(folder: Path, tmp_path: Path) -> None:
    assert run_within(folder, tmp_path / "out").wait(timeout=120) == 3
    assert list(folder.iterdir()) == []


def test_what_a_killed_run_leaves_is_removed_by_the_next_command(folder: Path, tmp_path: Path) -> None:
    running = run_within(folder, tmp_path / "out")
    wait_for((tmp_path / "out" / ".findings.jsonl.part").exists)
    mine, *_ = found = list(folder.glob(f"{PREFIX}*"))
    assert {stat.S_IMODE(one.stat().st_mode) for one in found} == {0o700}
    (mine / "谈话.docx").write_text(SECRET, encoding="utf-8")
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert mine.exists()
    told = {**os.environ, "TMPDIR": str(folder)}
    subprocess.run([*COMMAND, "schemes", "list"], env=told, check=True, capture_output=True)
    assert list(folder.iterdir()) == []


def test_folders_in_use_and_those_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}new").mkdir()  # somebody is about to lock it
    (tmp_path / "other").mkdir()
    with scratch_folder(tmp_path) as mine:
        told = f"from mingcha.pipeline.scratch import sweep\nfrom pathlib import Path\nsweep(Path({str(tmp_path)!r}))"
        subprocess.run([sys.executable, "-c", told], check=True)
        assert {path.name for path in tmp_path.iterdir()} == {mine.name, f"{PREFIX}new", "other"}
    assert {path.name for path in tmp_path.iterdir()} == {f"{PREFIX}new", "other"}
    os.utime(tmp_path / f"{PREFIX}new", (1, 1))
    assert sweep(tmp_path) == 1


def test_half_written_output_of_long_ago_is_removed(tmp_path: Path) -> None:
    for name in (".old.jsonl.part", ".new.jsonl.part", "old.jsonl"):
        (tmp_path / name).write_text(SECRET, encoding="utf-8")
    os.utime(tmp_path / ".old.jsonl.part", (1, 1))
    sweep_parts(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".new.jsonl.part", "old.jsonl"}
