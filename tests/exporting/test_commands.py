"""The commands as a user calls them, and the paper on exports as it is written."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from mingcha.cli import app
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.exporting.columns import COLUMNS
from mingcha.pipeline.exporting.exports import Format

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str]]

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "导出.md").read_text(encoding="utf-8")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Call the command line in this process; return its exit code and what it said."""

    def call(*words: object) -> tuple[int, str]:
        code = app([str(word) for word in words], prog_name="mingcha", standalone_mode=False)
        return code or 0, capsys.readouterr().out

    return call


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAPER, re.DOTALL)


def confirm_one(place: Path, result: Path, word: str) -> None:
    """Do what a person does in the tool with the first finding that nobody decided on."""
    text = place.read_text(encoding="utf-8")
    if place.suffix == ".jsonl":
        result.write_text(text.replace("待定｜", f"{word}｜", 1), encoding="utf-8")
        return
    tasks = json.loads(text)
    task = next(one for one in tasks if one["predictions"][0]["result"])
    parts = task["predictions"][0]["result"]
    value = parts[0]["value"] | {"choices": [word]}
    task["annotations"] = [{"result": [*parts, {"id": parts[0]["id"], "from_name": "verdict", "value": value}]}]
    result.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")


def test_the_paper_can_be_followed_as_written(
    sample_run: Any, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(sample_run.out, tmp_path / "out" / "sample")
    for name, table in zip(("等次.csv", "奖惩.csv"), blocks("csv"), strict=True):
        (tmp_path / name).write_text(table, encoding="utf-8")
    shutil.copy(ROOT / "corpora" / "data" / "personnel.toml", tmp_path / "人事库对照.toml")
    commands = [shlex.split(line)[1:] for block in blocks("bash") for line in block.splitlines()]
    told = ""
    for words in commands:
        if words[:2] == ["import", "labels"]:
            place = Path(words[2])
            confirm_one(place.with_stem("任务" if place.suffix == ".json" else "材料"), place, "确认")
        code, said = run(*words)
        assert code == 0, words
        told += said
    assert len(commands) == 14
    assert told.count("已写入 1 条决定（确认 1、驳回 0、更正 0）") == 1
    assert "2023年年度考核称职；2024年年度考核优秀。" in (tmp_path / "out/人事库/A01.csv").read_text("utf-8-sig")
    (program,) = blocks("python")
    exec(program, {})


def test_the_paper_names_every_format_and_every_kind_of_content() -> None:
    assert [name for name in (*get_args(Format), "personnel") if f"`{name}`" not in PAPER] == []
    assert [name for name in COLUMNS if f"`{name}`" not in PAPER] == []


def test_labels_go_out_and_come_back(run: Run, address: str, case: str, tmp_path: Path) -> None:
    place, result = tmp_path / "x.jsonl", tmp_path / "y.jsonl"
    named = ("--db", address)
    code, said = run("export", *named, "--format", "doccano", "--assessment", case, "--out", place)
    assert code == 0
    assert "已导出 2 份材料" in said
    confirm_one(place, result, "驳回")
    taking = ("import", "labels", result, *named, "--format", "doccano", "--by", "赵某")
    assert "已写入 1 条决定（确认 0、驳回 1、更正 0）" in run(*taking)[1]
    code, said = run(*taking)
    assert code == 0
    assert "已写入 0 条决定" in said
    assert "与库中现有决定相同 1 处" in said
    result.write_text(result.read_text("utf-8").replace('"label": [[', '"label": [[0, 1, "确认｜不作为"], ['), "utf-8")
    code, said = run(*taking)
    assert code == 3
    assert "有 1 处没有导入" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "doc"], "--format 没有“doc”这一种"),
        (["--format", "csv", "--what", "people"], "--what 没有“people”这一种"),
        (["--format", "csv"], "没有写明 --db"),
        (["--format", "csv", "--db", "没有.db"], "找不到数据库"),
        (["--format", "doccano", "--what", "facts", "--db", "x"], "只能导出线索"),
        (["--format", "csv", "--offsets", "utf-16", "--db", "x"], "--offsets 只用于"),
        (["--format", "doccano", "--offsets", "bytes", "--db", "x"], "--offsets 没有“bytes”这一种"),
        (["--format", "csv", "--grades", "x.csv", "--db", "x"], "只用于 --format personnel"),
        (["--format", "personnel"], "没有写明 --grades"),
        (["--format", "personnel", "--what", "findings"], "都不能写入人事库"),
        (["--format", "personnel", "--db", "x", "--grades", "x.csv"], "请去掉 --db"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_wrong_calls_are_told(run: Run, tmp_path: Path, words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run("export", *words, "--out", tmp_path / "y")
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_one_line_and_its_exit_code(mingcha: Any, tmp_path: Path) -> None:
    done = mingcha("import", "labels", "x", "--format", "excel", "--by", "赵某", "--db", "x", out=tmp_path / "y")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == "错误：--format 没有“excel”这一种。可写：label-studio、doccano。\n"
