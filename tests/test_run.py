"""The main job on the sample case and on troublesome folders, through the command line as a user calls it."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from mingcha.pipeline.reading.conversion import find_office

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "docs" / "schemas"
MATERIAL = ROOT / "corpora" / "sample" / "材料"
FILES = ("documents", "structure", "findings", "quantities", "facts", "scorecards", "sentences")


def test_the_sample_run_ends_with_3_because_files_are_unreadable(sample_run):
    assert sample_run.code == 3, sample_run.stderr
    assert "报告：" in sample_run.stdout


@pytest.mark.parametrize("name", FILES)
def test_every_record_fits_its_schema(sample_run, name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    records = sample_run.records(f"{name}.jsonl")
    assert records
    validator = jsonschema.Draft202012Validator(schema)
    assert [error.message for record in records for error in validator.iter_errors(record)] == []


def test_every_file_of_the_folder_is_accounted_for(sample_run):
    names = {path.relative_to(MATERIAL).as_posix() for path in MATERIAL.rglob("*") if path.is_file()}
    assert {record["document"] for record in sample_run.records("documents.jsonl")} == names


def test_unread_files_say_why_and_what_to_do(sample_run):
    failures = [r for r in sample_run.records("documents.jsonl") if r["status"] == "failed"]
    assert {record["failure"]["kind"] for record in failures} == {"corrupt", "empty"}
    for record in failures:
        assert record["document"] in record["failure"]["message"]
        assert "请" in record["failure"]["message"]
        assert record["failure"]["message"] in sample_run.stderr


def test_every_span_is_the_exact_slice_of_mingcha_text(sample_run, mingcha):
    read = [record["document"] for record in sample_run.records("documents.jsonl") if record["status"] == "read"]
    texts = {name: mingcha("text", MATERIAL / name).stdout for name in read[:4]}
    records = sample_run.records("findings.jsonl") + sample_run.records("quantities.jsonl")
    checked = [record for record in records if record["document"] in texts]
    assert checked
    assert all(texts[r["document"]][r["start"] : r["end"]] == r["text"] for r in checked)


def test_the_sample_case_shows_every_status_it_was_written_for(sample_run):
    statuses = Counter(record["status"] for record in sample_run.records("findings.jsonl"))
    assert {"asserted", "reported", "normative", "negated", "hypothetical"} <= set(statuses)


def test_the_policy_speech_raises_no_active_risk(sample_run):
    active = [
        record["text"]
        for record in sample_run.records("findings.jsonl")
        if "讲话" in record["document"] and record["kind"] == "risk" and record["status"] in {"asserted", "reported"}
    ]
    assert active == []


def test_subjects_come_from_the_roster_only(sample_run):
    roster = (MATERIAL.parent / "花名册.csv").read_text(encoding="utf-8-sig")
    ids = {row.split(",")[0] for row in roster.splitlines()[1:]}
    subjects = {record["subject"] for record in sample_run.records("findings.jsonl")} - {None}
    assert subjects
    assert subjects <= ids


def test_facts_speak_of_findings_that_exist(sample_run):
    ids = {record["id"] for record in sample_run.records("findings.jsonl")}
    for fact in sample_run.records("facts.jsonl"):
        assert fact["supports"]
        assert {*fact["supports"], *fact["contradicts"], *fact["copies"]} <= ids


def test_scores_without_decisions_are_previews(sample_run):
    cards = sample_run.records("scorecards.jsonl")
    assert len(cards) == 10
    assert all(card["preview"] for card in cards)
    assert "预览" in (sample_run.out / "report.html").read_text(encoding="utf-8")


def test_the_store_holds_what_the_files_say(sample_run):
    with sqlite3.connect(sample_run.out / "mingcha.db") as database:
        (stored,) = database.execute("SELECT count(*) FROM findings").fetchone()
    database.close()
    assert stored == len(sample_run.records("findings.jsonl"))


def test_two_processes_find_what_one_finds(sample_run, mingcha, tmp_path):
    arguments = ("--roster", MATERIAL.parent / "花名册.csv", "--workers", 2, "--assessment", "并行")
    parallel = mingcha("run", MATERIAL, "--out", tmp_path / "out", *arguments, out=tmp_path / "out")
    assert parallel.code == 3, parallel.stderr
    for name in ("documents.jsonl", "findings.jsonl", "quantities.jsonl", "facts.jsonl"):
        assert parallel.records(name) == sample_run.records(name)


def test_an_empty_folder_is_told_and_is_no_error(mingcha, tmp_path):
    (tmp_path / "空").mkdir()
    run = mingcha("run", tmp_path / "空", "--out", tmp_path / "out", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert "没有文件" in run.stderr
    assert run.records("documents.jsonl") == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["run", "没有这个文件夹", "--out", "o"], "找不到文件夹", id="missing folder"),
        pytest.param(["run", __file__, "--out", "o"], "不是文件夹", id="a file for a folder"),
        pytest.param(["run", str(MATERIAL), "--out", str(MATERIAL)], "本身或它的上级", id="output over input"),
        pytest.param(["run", str(MATERIAL), "--out", str(MATERIAL.parent)], "本身或它的上级", id="output above input"),
        pytest.param(["run", str(MATERIAL), "--out", "o", "--assessment", " "], "考核名称是空的", id="blank name"),
        pytest.param(["explain", "finding", "abcdef", "--db", "没有.db"], "找不到数据库", id="missing database"),
        pytest.param(["run", str(MATERIAL)], "--out", id="missing option"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_to_do(mingcha, tmp_path, arguments, words):
    run = mingcha(*arguments, out=tmp_path / "out")
    assert run.code == 2
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_wrong_scheme_or_roster_stops_before_the_work(mingcha, tmp_path):
    (tmp_path / "坏.toml").write_text("id = ", encoding="utf-8")
    run = mingcha("run", MATERIAL, "--out", tmp_path / "out", "--scheme", tmp_path / "坏.toml", out=tmp_path / "out")
    assert run.code == 1
    assert "坏.toml" in run.stderr
    assert not (tmp_path / "out" / "findings.jsonl").exists()


def test_troublesome_names_and_files_are_all_accounted_for(mingcha, tmp_path):
    folder = tmp_path / "材料"
    (folder / "子 目录").mkdir(parents=True)
    (folder / "子 目录" / "谈话 😀 记录.txt").write_text("他推诿扯皮，报告交上去三个月没有回音。", encoding="gb18030")
    (folder / "空.txt").write_bytes(b"")
    (folder / "假的.docx").write_text("其实是文本。", encoding="utf-8")
    (folder / "录音.pdf").write_bytes(b"ID3\x04" + bytes(64))
    (folder / "圈").symlink_to(folder, target_is_directory=True)
    (folder / "断.txt").symlink_to(folder / "不存在.txt")
    run = mingcha("run", folder, "--out", tmp_path / "out", out=tmp_path / "out")
    assert run.code == 3, run.stderr
    met = {r["document"]: (r["failure"] or {}).get("kind", "read") for r in run.records("documents.jsonl")}
    assert met == {
        "子 目录/谈话 😀 记录.txt": "read",
        "空.txt": "empty",
        "假的.docx": "read",
        "录音.pdf": "wrong_format",
        "断.txt": "unreadable",
    }


@pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
def test_it_is_told_that_old_documents_are_being_converted(sample_run, mingcha, tmp_path):
    folder = tmp_path / "材料"
    folder.mkdir()
    for name in ("甲", "乙"):
        (folder / f"{name}.rtf").write_bytes(b"{\\rtf1 words of " + name.encode("gbk").hex().encode() + b"}")
    (folder / "丙.txt").write_text("报告交上去没有回音。", encoding="utf-8")
    run = mingcha("run", folder, "--out", tmp_path / "out", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert "正在用 LibreOffice 转换 2 份旧版文档……\n" in run.stderr
    assert "LibreOffice" not in sample_run.stderr


def test_the_output_of_an_earlier_run_is_not_read_as_material(mingcha, tmp_path):
    folder = tmp_path / "材料"
    folder.mkdir()
    (folder / "a.txt").write_text("巡察发现，该镇推诿扯皮。", encoding="utf-8")
    for name in ("第一次", "第二次"):
        run = mingcha("run", folder, "--out", folder / name, out=folder / name)
        assert [record["document"] for record in run.records("documents.jsonl")] == ["a.txt"]
    assert "以前运行的输出" in run.stderr


def test_a_second_run_keeps_the_roster_and_drops_old_scores(mingcha, tmp_path):
    folder, out = tmp_path / "材料", tmp_path / "out"
    folder.mkdir()
    (folder / "反馈.txt").write_text("巡察发现，柳河镇推诿扯皮，报告交上去三个月没有回音。", encoding="utf-8")
    first = mingcha("run", folder, "--out", out, "--roster", MATERIAL.parent / "花名册.csv", "--scores", out=out)
    second = mingcha("run", folder, "--out", out, out=out)
    assert second.records("findings.jsonl") == first.records("findings.jsonl")
    assert first.records("findings.jsonl")[0]["subject"] == "T02"
    assert "沿用数据库中" in second.stderr
    assert not (out / "sentences.jsonl").exists()


def test_a_folder_where_a_result_should_be_is_told(mingcha, tmp_path):
    (tmp_path / "out" / "findings.jsonl").mkdir(parents=True)
    run = mingcha("run", MATERIAL, "--out", tmp_path / "out", out=tmp_path / "out")
    assert run.code == 2
    assert "findings.jsonl" in run.stderr
    assert "Traceback" not in run.stderr
    assert not list((tmp_path / "out").glob(".*.part"))


def test_an_interrupted_run_says_so(tmp_path):
    import signal

    folder = tmp_path / "材料"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number}.txt").write_text("报告交上去三个月没有回音。" * 30, encoding="utf-8")
    command = [sys.executable, "-m", "mingcha.cli", "run", folder, "--out", tmp_path / "out", "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert any("已处理" in line for line in process.stderr)  # under way: workers that only start may still complain
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "已中断" in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "out" / "findings.jsonl").exists()


def test_identical_copies_keep_their_own_findings(mingcha, tmp_path):
    folder = tmp_path / "材料"
    folder.mkdir()
    for name in ("甲.txt", "乙.txt"):
        (folder / name).write_text("巡察发现，该镇推诿扯皮，报告交上去三个月没有回音。", encoding="utf-8")
    run = mingcha("run", folder, "--out", tmp_path / "out", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    findings = run.records("findings.jsonl")
    assert {record["document"] for record in findings} == {"甲.txt", "乙.txt"}
    assert len({record["id"] for record in findings}) == len(findings) / 2
    assert all(fact["independent"] <= 1 for fact in run.records("facts.jsonl"))


def test_a_run_into_postgresql_holds_the_same_findings(sample_run, mingcha, tmp_path):
    psycopg = pytest.importorskip("psycopg")
    try:
        server = psycopg.connect("host=127.0.0.1 dbname=postgres connect_timeout=3", autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers here")
    with server:
        server.execute("DROP DATABASE IF EXISTS mingcha_run_test")
        server.execute("CREATE DATABASE mingcha_run_test")
    address = "postgresql+psycopg://127.0.0.1/mingcha_run_test"
    arguments = ("--roster", MATERIAL.parent / "花名册.csv", "--db", address)
    run = mingcha("run", MATERIAL, "--out", tmp_path / "out", *arguments, out=tmp_path / "out")
    assert run.code == 3, run.stderr
    with psycopg.connect("host=127.0.0.1 dbname=mingcha_run_test") as database:
        stored = {row[0] for row in database.execute("SELECT id FROM findings")}
    assert stored == {record["id"] for record in sample_run.records("findings.jsonl")}


PEAK = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "mingcha.cli", *sys.argv[1:]])
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""  # a process of its own, so that no other test's children count


@pytest.mark.soak
def test_ten_thousand_tiny_files_are_all_read_in_flat_memory(tmp_path):
    folder, out = tmp_path / "材料", tmp_path / "out"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number:05d}.txt").write_text(f"第{number}号：报告交上去没有回音。", encoding="utf-8")
    command = [sys.executable, "-c", PEAK, "run", folder, "--out", out, "--workers", "1"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600, check=True)
    code, peak = map(int, done.stdout.split()[-2:])
    assert code == 0, done.stderr
    assert len((out / "documents.jsonl").read_text(encoding="utf-8").splitlines()) == 10_000
    assert peak < 500 * 1024


DYING = """
import os, sys
from dataclasses import replace
from pathlib import Path

from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.document import Failure
from mingcha.pipeline.running import Plan, analyze_files


def dying_kit():
    kit = load_toolkit()

    def normalize(document):
        if document.name == "b.txt":
            os._exit(9)  # as a crashing library would end the process
        return kit.stages.normalize(document)

    return replace(kit, stages=replace(kit.stages, normalize=normalize))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    plan = Plan(tuple((name, folder / name) for name in ("a.txt", "b.txt", "c.txt", "d.txt")), 2)
    print([isinstance(result[0], Failure) for result in analyze_files(plan, dying_kit)])
"""


def test_a_worker_that_dies_costs_its_file_only(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        (tmp_path / name).write_text("推诿扯皮。", encoding="utf-8")
    (tmp_path / "dying.py").write_text(DYING, encoding="utf-8")
    command = [sys.executable, tmp_path / "dying.py", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[False, True, False, False]"


def active_risks(run):
    return [r for r in run.records("findings.jsonl") if r["kind"] == "risk" and r["status"] in {"asserted", "reported"}]


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("27份签名为同一笔迹", "T02"),
        ("周立新在镇长办公会上个人拍板定项目", "P03"),
        ("他习惯先问县里领导怎么看", "P01"),
        ("工作人员头也不抬", "T03"),
        ("县水利局\n审核把关不严", "T01"),
    ],
)
def test_what_the_sample_really_accuses_is_found_and_tied_to_its_subject(sample_run, words, subject):
    assert {record["subject"] for record in active_risks(sample_run) if words in record["text"]} == {subject}


@pytest.mark.parametrize(
    "words",
    [
        "她没有绕开",
        "沒有成為現實",
        "现在基本没有了",
        "安澜建筑公司总包",
        "是否",
        "一些干部“躺平”",
        "若到期仍未完成",
        "坚决防止虚假整改",
    ],
)
def test_praise_exhortation_and_other_peoples_faults_are_not_flagged(sample_run, words):
    assert [record["text"] for record in active_risks(sample_run) if words in record["text"]] == []
