"""The papers say what is true: the README's tour runs, its links lead somewhere, every command and file is named."""

import dataclasses
import doctest
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mingcha.corpora.lexicon import KINDS, PARTS
from mingcha.pipeline.reading.failures import CAUSES
from mingcha.pipeline.reading.formats import SUFFIXES
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.terms import chinese

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def tour_commands() -> list[list[str]]:
    """Return the calls of mingcha in the README's code blocks, in order."""
    blocks = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith(".venv/bin/mingcha ")]


def test_the_tour_of_the_readme_runs_as_written(tmp_path):
    shutil.copytree(ROOT / "corpora" / "sample", tmp_path / "corpora" / "sample")
    findings = tmp_path / "out" / "sample" / "findings.jsonl"
    codes = {}
    for words in tour_commands():
        ids = [json.loads(line)["id"] for line in findings.read_text("utf-8").splitlines()] if findings.exists() else []
        call = [ids[0][:10] if word == "编号" else word for word in words]
        command = [sys.executable, "-m", "mingcha.cli", *call]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        codes[" ".join(words[:2])] = done.returncode
        assert done.returncode == (3 if words[0] == "run" else 0), (words, done.stderr.decode())
    assert set(codes) >= {"explain finding", "decide finding", "score --db", "text corpora/sample/材料/匿名反映信.txt"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_the_papers_lead_somewhere(paper):
    links = re.findall(r"\]\(([^)#:]+)\)", paper.read_text(encoding="utf-8"))
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_every_output_file_has_a_schema_and_stands_in_the_readme():
    names = {path.name.removesuffix(".schema.json") for path in (ROOT / "docs" / "schemas").glob("*.json")}
    assert names == {
        "documents",
        "structure",
        "findings",
        "quantities",
        "facts",
        "referrals",
        "scorecards",
        "outcomes",
        "sentences",
        "decisions",
    }
    assert all(f"`{name}.jsonl`" in README for name in names - {"decisions"})


def test_every_field_of_every_schema_is_explained():
    def unexplained(schema, path):
        for name, field in schema.get("properties", {}).items():
            if not field.get("description"):
                yield f"{path}.{name}"
            yield from unexplained(field, f"{path}.{name}")
            yield from unexplained(field.get("items", {}), f"{path}.{name}[]")

    for path in (ROOT / "docs" / "schemas").rglob("*.json"):
        assert list(unexplained(json.loads(path.read_text(encoding="utf-8")), path.name)) == []


def test_the_paper_on_reading_names_every_format_and_every_kind_of_failure():
    paper = (ROOT / "docs" / "读取.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z0-9]+", paper))
    assert [format_ for format_ in SUFFIXES if format_ not in named] == []
    assert [kind for kind in CAUSES if f"`{kind}`" not in paper] == []
    assert "--allow-classified" in paper


def test_the_paper_on_rules_can_be_followed_as_written(tmp_path):
    paper = (ROOT / "docs" / "规则.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", paper, re.DOTALL)
    own, material = tmp_path / "本单位规则.toml", tmp_path / "往年材料"
    own.write_text(example, encoding="utf-8")
    material.mkdir()
    (material / "反馈.txt").write_text("巡察发现，三起纠纷的协议是照抄的。", encoding="utf-8")
    shutil.copytree(material, tmp_path / "材料")
    (commands,) = re.findall(r"```bash\n(.*?)```", paper, re.DOTALL)
    told = ""
    for line in commands.splitlines():
        command = [sys.executable, "-m", "mingcha.cli", *shlex.split(line)[1:]]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, (line, done.stderr.decode())
        told += done.stdout.decode()
    assert "全部符合" in told
    assert "新增 1 条" in told
    assert "调解不力 1 条" in told
    assert "您的规则 own.shirk.local 在本次材料中没有命中" in told


def test_the_paper_on_rules_names_every_field_part_and_category():
    paper = (ROOT / "docs" / "规则.md").read_text(encoding="utf-8")
    fields = {field.name for field in dataclasses.fields(Rule)} - {"kind"} | {"enabled"}
    assert [name for name in fields if f"`{name}`" not in paper] == []
    assert [name for name in PARTS if f"`<{name}>`" not in paper] == []
    assert [name for name in KINDS if f"`{name}` {chinese(name)}" not in paper] == []


def test_the_examples_of_the_python_paper_run_as_written(monkeypatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert tried > 30
    assert failed == 0


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("package", ["jieba", "spaCy", "scikit-learn", "pandas", "typer"])
def test_the_readme_says_where_each_package_works(package):
    row = next(line for line in README.splitlines() if line.startswith(f"| {package} |"))
    modules = re.findall(r"`([\w/]+\.py)`", row)
    assert modules
    name = {"scikit-learn": "sklearn", "spaCy": "spacy"}.get(package, package)
    assert any(name in (ROOT / module).read_text(encoding="utf-8") for module in modules)
