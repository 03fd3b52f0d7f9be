"""The whole way from the command line, in both databases: what went out is named when it is cleared, and when re-issued."""

from __future__ import annotations

import json
import re
from contextlib import chdir
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from mingcha.cli import app
from mingcha.pipeline.commands.sendings import digest_of
from mingcha.pipeline.errors import MingchaError
from mingcha.pipeline.store.database import opened
from mingcha.pipeline.store.sendings import load_sendings
from mingcha.pipeline.store.transfer import move_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Finished

    Run = Callable[..., tuple[int, str]]

SERVER = "postgresql://127.0.0.1/test"
NAME = "青岭县2024年度考核"
TO = ("--for", "县委组织部，年度考核会")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, reviewed: Path) -> Iterator[str]:
    """The sample case in a database of its own."""
    if request.param == "sqlite":
        yield str(reviewed / "mingcha.db")
        return
    schema = f"mingcha_{uuid4().hex}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers on 127.0.0.1")
    with server:
        server.execute(f"CREATE SCHEMA {schema}")
        there = f"{SERVER}?options=-csearch_path%3D{schema}"
        with opened(str(reviewed / "mingcha.db")) as origin, opened(there) as place:
            move_store(origin, place)
        yield there
        server.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def run(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line on the database from a folder of its own; return its exit code and what it said."""

    def call(*words: object) -> tuple[int, str]:
        with chdir(tmp_path):
            code = app([*map(str, words), "--db", address], prog_name="mingcha", standalone_mode=False)
        return code or 0, capsys.readouterr().out

    return call


def matter(sample_run: Finished) -> dict[str, Any]:
    """Return a problem of the sample that says something of somebody in the roster."""
    return next(one for one in sample_run.records("findings.jsonl") if (one["kind"], one["subject"]) == ("risk", "P01"))


def listed(run: Run) -> tuple[int, list[dict[str, Any]]]:
    code, said = run("outgoing", "list", "--cleared", "--json")
    return code, json.loads(said)


def test_what_was_cleared_is_named_with_its_files_until_they_are_sent_anew(
    run: Run, sample_run: Finished, tmp_path: Path
) -> None:
    found = matter(sample_run)["id"]
    sheet = ("export", "--format", "xlsx", "--out", "线索.xlsx", *TO)
    paper = ("report", "--kind", "problems", "--out", "问题清单.docx", "--by", "赵某", *TO)
    run("decide", "finding", found, "confirm", "--by", "周审", "--reason", "属实")
    run(*sheet)
    run(*paper)
    run("statement", "add", "--subject", "周启明", "--finding", found, "--by", "钱记", "--text", "当时在等省厅批文")
    assert listed(run) == (0, []), "a statement alone clears nothing"
    run("decide", "finding", found, "reject", "--by", "王裁", "--reason", "批文属实，责任不在本人")
    told = check_named(run, matter(sample_run))
    assert [one["file"]["path"] for one in told] == [str(tmp_path / name) for name in ("线索.xlsx", "问题清单.docx")]
    run(*sheet)
    code, (first, second) = listed(run)
    assert (code, first["open"], second["open"]) == (1, False, True)
    assert first["reissued"]["path"] == str(tmp_path / "线索.xlsx")
    assert first["file"]["state"] == "已改动或被新文件覆盖"
    run(*paper)
    assert [one["open"] for one in listed(run)[1]] == [False, False]
    assert listed(run)[0] == 0
    assert "全部相符" in run("db", "verify")[1]


def check_named(run: Run, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Look that the one passage is told of every file listed, on the screen and as JSON; return the latter."""
    code, told = listed(run)
    assert code == 1
    for one in told:
        (passage,) = one["cleared"]
        said = {name: passage[name] for name in ("finding", "turn", "by", "document")}
        assert said == {"finding": found["id"], "turn": "rejected", "by": "王裁", "document": found["document"]}
        assert passage["stated"]
        assert (one["purpose"], one["file"]["state"], one["reissued"]) == (TO[1], "与发出时一致", None)
    code, said = run("outgoing", "list", "--cleared")
    assert code == 1
    assert said.count("须收回或重新发出") == said.count("批文属实，责任不在本人") == said.count("有陈述") == len(told)
    return told


def test_an_undone_rejection_leaves_nothing_to_take_back(run: Run, address: str, sample_run: Finished) -> None:
    found = matter(sample_run)["id"]
    run("export", "--format", "csv", "--out", "a.csv")
    run("decide", "finding", found, "reject", "--by", "王裁", "--reason", "误")
    assert listed(run)[0] == 1
    run("decide", "finding", found, "confirm", "--by", "王裁", "--reason", "核对后属实")
    assert listed(run) == (0, [])


def test_a_copy_that_was_taken_back_is_noted_and_one_that_was_removed_is_told(
    run: Run, sample_run: Finished, tmp_path: Path
) -> None:
    found = matter(sample_run)["id"]
    run("report", "--kind", "explanation", "--subject", "周启明", "--out", "说明.docx")
    run("report", "--kind", "profile", "--out", "画像", "--format", "html", "--mask")
    run("decide", "finding", found, "change", "--by", "王裁", "--reason", "客观原因", "--status", "exculpatory")
    (one,) = listed(run)[1]
    assert one["cleared"][0]["changes"] == {"status": "exculpatory"}
    assert one["file"]["path"].endswith("周启明.html")
    assert one["masked"]
    (tmp_path / "画像" / one["file"]["path"].rpartition("/")[2]).unlink()
    code, said = run("outgoing", "list", "--cleared")
    assert code == 1
    assert "已不在原处" in said
    assert "状态改为" in said
    assert "已记下" in run("outgoing", "recall", one["number"], "--by", "赵某", "--reason", "已销毁")[1]
    code, said = run("outgoing", "list", "--cleared")
    assert code == 0
    assert "已收回（赵某" in said
    code, said = run("outgoing", "list")
    assert code == 0
    assert "报告“说明材料”（docx）　化名版" in said


def test_every_kind_of_file_is_on_record_as_it_was_written(run: Run, address: str, tmp_path: Path) -> None:
    calls = [("export", "--format", form, "--out", f"{form}.out") for form in ("csv", "xlsx", "jsonl", "label-studio")]
    calls += [
        ("export", "--format", "jsonl", "--what", what, "--out", what) for what in ("facts", "documents", "decisions")
    ]
    calls += [
        ("report", "--kind", kind, "--out", f"{kind}.html") for kind in ("analysis", "consultation", "candidates")
    ]
    for words in calls:
        assert run(*words)[0] == 0
    with opened(address) as store:
        sendings = load_sendings(store, NAME)
    assert len(sendings) == len(calls)
    files = [file for one in sendings for file in one.files]
    assert {file.path for file in files} == {str(path) for path in tmp_path.iterdir() if path.is_file()}
    assert [file.sha256 for file in files] == [digest_of(tmp_path / file.path) for file in files]
    counts = {one.what + one.format: max(file.count for file in one.files) for one in sendings}
    assert counts["findingscsv"] == counts["findingslabel-studio"] > 200
    assert 0 < counts["factsjsonl"] <= counts["findingscsv"]
    assert counts["documentsjsonl"] == counts["decisionsjsonl"] == 0


@pytest.mark.parametrize("kind", ["analysis", "problems", "practices", "candidates", "consultation", "profile"])
def test_a_report_is_recorded_with_every_passage_that_it_quotes(
    run: Run, address: str, sample_run: Finished, tmp_path: Path, kind: str
) -> None:
    run("report", "--kind", kind, "--out", "a.html", *(("--subject", "P01") if kind == "profile" else ()))
    with opened(address) as store:
        (sending,) = load_sendings(store, NAME)
    page = re.sub(r"<[^>]*>", "", (tmp_path / "a.html").read_text("utf-8"))
    ids = [one["id"] for one in sample_run.records("findings.jsonl")]
    shown = {one for one in ids if f"线索{one[:10]}" in page}
    assert {one for form in sending.files[0].held.values() for one in form} == shown
    assert sending.about == ("P01" if kind == "profile" else "")


def test_what_cannot_be_recorded_does_not_leave(run: Run, address: str, tmp_path: Path) -> None:
    if not address.startswith("postgresql"):
        pytest.skip("roles are of servers")
    schema = address.rpartition("%3D")[2]
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE RULE no_more AS ON INSERT TO {schema}.audit DO INSTEAD SELECT 1/0")
    with pytest.raises(MingchaError):
        run("export", "--format", "csv", "--out", "a.csv")
    assert list(tmp_path.glob("*.csv")) == []
