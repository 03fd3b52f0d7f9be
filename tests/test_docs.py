"""The papers say what is true: the README's tour runs, its links lead somewhere, every command and file is named."""

import dataclasses
import doctest
import importlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from mingcha.cli import app
from mingcha.corpora.lexicon import KINDS, PARTS
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.interface.application import TABLE
from mingcha.pipeline.reading.failures import CAUSES
from mingcha.pipeline.reading.formats import SUFFIXES
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.store.database import opened
from mingcha.pipeline.store.writing import start_run
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


def called(paper):
    """Return the calls of mingcha in a paper: the lines of its blocks, and what stands between backquotes."""
    text = paper.read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```(?:bash|text)\n(.*?)```", text, re.DOTALL) for line in _joined(block)]
    quoted = re.findall(r"`((?:mingcha|\.venv/bin/mingcha) [^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    calls = (re.search(r"(?:^|[ /])mingcha (.*)", line) for line in (*lines, *quoted))
    return [call[1] for call in calls if call and re.match(r"-|[a-z]", call[1])]


def _joined(block):
    return block.replace("\\\n", " ").splitlines()


@cache
def _whole():
    return typer.main.get_command(app)


def _command(words):
    """Follow the words of a call through the groups to its command; return it with the words that are left."""
    command = _whole()
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    return command, words


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_call_in_every_paper_names_a_command_and_options_that_exist(paper):
    for call in called(paper):
        command, words = _command(call.split("|")[0].replace("…", " ").split())
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        given = {word.split("=")[0] for word in words if re.match(r"--[a-z]", word)}
        assert given <= known, (call, given - known)
        group = getattr(command, "commands", {})
        assert not group or not words or not re.match("[a-z]", words[0]), call


def test_the_calls_in_the_papers_are_found():
    assert sum(len(called(paper)) for paper in PAPERS) > 150


def test_the_papers_together_name_every_command():
    def leaves(command, path=""):
        inner = getattr(command, "commands", {})
        return [leaf for name, one in inner.items() for leaf in leaves(one, f"{path}{name} ")] or [path.strip()]

    written = "\n".join(call for paper in PAPERS for call in called(paper))
    unnamed = [leaf for leaf in leaves(_whole()) if not re.search(rf"^{leaf}\b", written, re.MULTILINE)]
    assert unnamed == []


def test_the_calls_of_the_paper_on_the_interface_run_as_written(tmp_path, monkeypatch):
    paper = ROOT / "docs" / "接口.md"
    database = tmp_path / "out" / "sample" / "mingcha.db"
    database.parent.mkdir(parents=True)
    with opened(str(database)) as store:
        start_run(
            store,
            Assessment("青岭县2024年度考核"),
            Run("r1", "青岭县2024年度考核", "材料", "2025-01-06T09:00:00+08:00", {}),
        )
    monkeypatch.chdir(tmp_path)
    clients = [line for line in called(paper) if line.startswith("clients") and "--db" in line]
    assert len(clients) >= 3
    for line in clients:
        done = CliRunner().invoke(app, shlex.split(line))
        assert done.exit_code == 0, (line, done.exception)
    addresses = re.findall(r"/api/v1(/[\w/]+)", paper.read_text(encoding="utf-8"))
    known = [re.sub(r"\{\w+(:\w+)?\}", r"[^/]+", one.address) for one in TABLE] + ["/openapi.json", "/openapi"]
    assert addresses
    assert [one for one in addresses if not any(re.fullmatch(pattern, one) for pattern in known)] == []


def test_every_name_that_the_python_paper_imports_is_public_and_explained():
    paper = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    named = re.findall(r"from (mingcha[\w.]*) import ([\w, ]+)", paper)
    assert len(named) > 8
    for module, names in named:
        for name in names.split(", "):
            found = getattr(importlib.import_module(module), name)
            assert not name.startswith("_")
            assert found.__doc__, (module, name)
    for name in re.findall(r"`(mingcha\.[\w.]+)`", paper):
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


def test_the_paper_on_installation_names_targets_and_files_that_exist():
    paper = (ROOT / "docs" / "安装.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", paper)) <= targets
    assert [name for name in re.findall(r"requirements[\w-]*\.txt", paper) if not (ROOT / name).exists()] == []


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
