"""Going on with a run gives what doing all of it again gives; what became of the files is noticed and told."""

import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
CHOSEN = ("匿名反映信.txt", "网络转载_青岭水利这一年.txt")
FILES = ("documents", "structure", "findings", "quantities", "facts", "referrals", "scorecards")


@pytest.fixture
def folder(tmp_path):
    """A folder with two files of the sample, an archive of two documents, and a file that cannot be read."""
    material = tmp_path / "材料"
    material.mkdir()
    for name in CHOSEN:
        shutil.copy(SAMPLE / "材料" / name, material / name)
    with zipfile.ZipFile(material / "附件.zip", "w") as archive:
        archive.writestr("一.txt", "巡察发现，李某某推进项目迟缓，窗口长期无人值守。")
        archive.writestr("二.txt", "审计反映，该局虚报数据120条，占比12%。")
    (material / "坏.docx").write_bytes(b"PK\x03\x04 damaged")
    (material / "将改名.txt").write_text("巡察发现，河湾镇窗口长期无人值守。", encoding="utf-8")
    (material / "将删除.txt").write_text("巡察发现，水利站窗口长期无人值守。", encoding="utf-8")
    return material


@pytest.fixture
def analyze(mingcha, folder):
    def run(out, *options):
        done = mingcha("run", folder, "--out", out, "--assessment", "接着做", "--workers", 1, *options, out=out)
        assert done.code == 3, done.stderr
        return done

    return run


def _without_times(run):
    records = {name: run.records(f"{name}.jsonl") for name in FILES}
    assert records["findings"]
    return records


def test_a_resumed_run_gives_what_a_run_from_scratch_gives(analyze, folder, tmp_path):
    first = analyze(tmp_path / "out")
    before = _without_times(first)
    again = analyze(tmp_path / "out", "--resume")
    assert _without_times(again) == before
    assert "其中 5 个文件与上次相同，没有重读" in again.stdout
    assert "没有重读" not in first.stdout
    assert "与上次运行相比" not in first.stdout + again.stdout

    text = (folder / CHOSEN[0]).read_text(encoding="utf-8")
    (folder / CHOSEN[0]).write_text(f"{text}\n另有反映，该同志长期不下基层。", encoding="utf-8")
    (folder / "将改名.txt").rename(folder / "已改名.txt")
    (folder / "将删除.txt").unlink()
    (folder / "新来.txt").write_text("巡察发现，窗口长期无人值守。", encoding="utf-8")
    changed = analyze(tmp_path / "out", "--resume")
    told = f"新增 1 份（新来.txt）；内容有变 1 份（{CHOSEN[0]}）；改名 1 份（将改名.txt → 已改名.txt）；不见了 1 份（将删除.txt）"
    assert f"与上次运行相比：{told}。" in changed.stdout
    assert "其中 2 个文件与上次相同" in changed.stdout
    assert "有 2 个文件最近一次运行没有遇到" in changed.stderr
    fresh = analyze(tmp_path / "新", "--db", tmp_path / "新.db")
    assert {**_without_times(changed), "scorecards": None} == {**_without_times(fresh), "scorecards": None}
    _check_marks(tmp_path / "out" / "mingcha.db")


def _check_marks(file):
    with sqlite3.connect(file) as store:
        absent = store.execute("SELECT name FROM documents WHERE absent_since IS NOT NULL ORDER BY name").fetchall()
        current = dict(store.execute("SELECT document, count(*) FROM v_findings GROUP BY document"))
        missing = store.execute("SELECT DISTINCT document FROM v_findings WHERE file_missing").fetchall()
    store.close()
    assert absent == [("将删除.txt",), ("将改名.txt",)]
    assert "将改名.txt" not in current
    assert current["已改名.txt"] >= 1
    assert missing == [("将删除.txt",)]


def test_another_method_reads_everything_again(analyze, tmp_path):
    analyze(tmp_path / "out")
    roster = tmp_path / "花名册.csv"
    roster.write_text("编号,姓名\np1,李某某\n", encoding="utf-8")
    again = analyze(tmp_path / "out", "--resume", "--roster", roster)
    assert "没有重读" not in again.stdout


def test_scores_of_sentences_are_not_kept_so_both_options_are_refused(mingcha, folder, tmp_path):
    done = mingcha("run", folder, "--out", tmp_path / "out", "--resume", "--scores", out=tmp_path / "out")
    assert done.code == 2
    assert "--resume 和 --scores 不能同用" in done.stderr
