"""The administrator's manual can be followed as written, and each command refuses what would do harm."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from mingcha.cli import db_app

ROOT = Path(__file__).parent.parent
MANUAL = (ROOT / "docs" / "管理员手册.md").read_text(encoding="utf-8")
SERVER = "postgresql://127.0.0.1/test"
NAME = "青岭县2024年度考核"


@pytest.fixture(scope="module")
def server():
    """An address of an empty schema of the server."""
    schema = f"mingcha_{uuid4().hex}"
    try:
        connection = psycopg.connect(SERVER, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers on 127.0.0.1")
    with connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        yield f"{SERVER}?options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


def commands():
    """Return the calls of the manual but for those of its section on models, which tests/test_models.py follows."""
    section = re.search(r"\n## [^\n]*训练模型\n.*?(?=\n## )", MANUAL, re.DOTALL)[0]
    blocks = re.findall(r"```bash\n(.*?)```", MANUAL.replace(section, ""), re.DOTALL)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line.startswith("mingcha ")]


def test_the_manual_can_be_followed_as_written(tmp_path, server, sample_run):
    shutil.copytree(ROOT / "corpora" / "sample", tmp_path / "corpora" / "sample")
    first, *others = commands()
    assert first[:4] == ["run", "corpora/sample/材料", "--out", "out"]
    shutil.copytree(sample_run.out, tmp_path / "out")  # what the first command gives, which other tests share
    told = {}
    for words in others:
        call = [server if word.startswith("postgresql://") else word for word in words]
        done = subprocess.run(
            [sys.executable, "-m", "mingcha.cli", *call], cwd=tmp_path, capture_output=True, check=False, timeout=120
        )
        assert done.returncode == (3 if words[0] == "run" else 0), (words, done.stderr.decode())
        told[" ".join(words[:2])] = done.stdout.decode()
    assert "没有重读" in told["run corpora/sample/材料"]
    assert "全部相符" in told["db verify"]
    assert "已清除" in told["db purge"]
    proof = json.loads((tmp_path / "清除证明.json").read_text(encoding="utf-8"))
    assert proof["outside_the_database"]["backups"] == ["备份_20250106.db"]
    assert "经办人签字" in (tmp_path / "清除证明.txt").read_text(encoding="utf-8")
    assert {words[1] for words in commands() if words[0] == "db"} == {
        command.name for command in db_app.registered_commands
    }


def test_moved_there_and_back_has_the_same_digest(mingcha, reviewed, server, tmp_path):
    digests = set()
    schema = f"mingcha_{uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        there = f"{SERVER}?options=-csearch_path%3D{schema}"
        for source, target in ((reviewed / "mingcha.db", there), (there, tmp_path / "回.db")):
            done = mingcha("db", "move", source, target, out=tmp_path)
            assert done.code == 0, done.stderr
            digests.add(re.search(r"[0-9a-f]{64}", done.stdout)[0])
        connection.execute(f"DROP SCHEMA {schema} CASCADE")
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["move", "mingcha.db", "mingcha.db"], 2, "同一个数据库"),
        (["move", "没有.db", "新.db"], 2, "找不到数据库"),
        (["check", "--db", "没有.db"], 2, "找不到数据库"),
        (["ddl", "--dialect", "oracle"], 2, "只能是 postgresql 或 sqlite"),
        (["ddl", "--from", "0099"], 2, "没有可以从 0099 升级"),
        (["backup", "mingcha.db", "--db", "mingcha.db"], 2, "已经存在，没有覆盖"),
        (["purge", "--db", "mingcha.db", "--assessment", NAME, "--confirm", "青岭县", "--by", "王某", "--reason", "期满", "--out", "证明.json"], 2, "名称不同"),
        (["purge", "--db", "mingcha.db", "--assessment", NAME, "--confirm", NAME, "--by", " ", "--reason", "期满", "--out", "证明.json"], 2, "须写明执行人"),
        (["purge", "--db", "mingcha.db", "--assessment", NAME, "--confirm", NAME, "--by", "王某", "--reason", "期满", "--out", "没有的/证明.json"], 2, "没有清除任何内容"),
        (["purge", "--db", "mingcha.db", "--assessment", "x", "--confirm", "x", "--by", "王某", "--reason", "期满", "--out", "证明.json"], 1, "没有清除任何内容"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)  # fmt: skip
def test_refuses_what_would_do_harm_and_changes_nothing(mingcha, reviewed, arguments, code, words):
    before = {path.name: path.read_bytes() for path in reviewed.iterdir() if path.suffix != ".db"}
    done = mingcha("db", *arguments, out=reviewed / "x")
    assert (done.code, done.stdout) == (code, "")
    assert words in done.stderr
    assert not (reviewed / "证明.json").exists()
    assert {
        path.name: path.read_bytes() for path in reviewed.iterdir() if path.suffix not in {".db", ".db-wal", ".db-shm"}
    } == before


def test_damage_is_told_by_the_exit_code(mingcha, reviewed):
    import sqlite3

    with sqlite3.connect(reviewed / "mingcha.db") as store:
        store.execute("UPDATE findings SET text = '一切正常' WHERE rowid = 1")
        store.execute("DROP TRIGGER decisions_refuse_UPDATE")
    store.close()
    verified, checked = (
        mingcha("db", word, "--db", reviewed / "mingcha.db", out=reviewed) for word in ("verify", "check")
    )
    assert (verified.code, checked.code) == (1, 1)
    assert "！线索的位置与编号：核对" in verified.stdout
    assert "共有 2 处不符" in verified.stdout
    assert "！防改写：decisions 失去保护" in checked.stdout
