"""What is written only its owner can read, whatever the user's settings; what others can read is told."""

from __future__ import annotations

import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mingcha.cli import app
from mingcha.pipeline.exporting.places import replacing
from mingcha.pipeline.outputs import Outputs
from mingcha.pipeline.store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Finished

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
ROOT = Path(__file__).parent.parent
NAME = "青岭县2024年度考核"
FREE = "import os, runpy, sys\nos.umask(0)\nsys.argv = ['mingcha', *sys.argv[1:]]\nrunpy.run_module('mingcha.cli', run_name='__main__')"


def free_call(*arguments: object, within: Path) -> subprocess.CompletedProcess[str]:
    """Call the command line as a user whose settings let everybody read new files."""
    command = [sys.executable, "-c", FREE, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=within, timeout=120)


def open_to_others(folder: Path) -> dict[str, str]:
    """Return what others could read or enter, with its permissions."""
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    return {path.relative_to(folder).as_posix(): f"{mode:o}" for path, mode in found.items() if mode & 0o077}


def test_the_check_sees_an_open_file(tmp_path: Path) -> None:
    (tmp_path / "a").touch(mode=0o640)
    assert open_to_others(tmp_path) == {"a": "640"}


def test_all_that_a_run_and_a_server_process_write_is_the_owners_alone(tmp_path: Path) -> None:
    material = tmp_path / "in"
    material.mkdir(mode=0o700)
    (material / "a.txt").write_text("县水利局推诿扯皮，来电无人接听。", encoding="utf-8")
    (material / "a.txt").chmod(0o600)
    assert free_call("run", material, "--out", tmp_path / "out", "--scores", within=tmp_path).returncode == 0
    assert len(list((tmp_path / "out").iterdir())) > 8
    assert open_to_others(tmp_path) == {}


WRITING = [
    "db backup 备份.db --db out/mingcha.db",
    "db move out/mingcha.db 搬.db",
    "db ddl --out 建表.sql",
    "export --format csv --out 导出/a.csv --db out/mingcha.db",
    "export --format xlsx --out 导出/a.xlsx --db out/mingcha.db",
    "export --format jsonl --out 导出/a.jsonl --db out/mingcha.db",
    "export --format label-studio --out 导出/a.json --db out/mingcha.db",
    "export --format docbin --out 导出/a.spacy --db out/mingcha.db",
    "report --kind profile --db out/mingcha.db --out 画像 --format html",
    "mask key 密钥",
    f"db purge --db out/mingcha.db --assessment {NAME} --confirm {NAME} --by 王某 --reason 期满 --out 证明.json",
]


def test_all_that_other_commands_write_is_the_owners_alone(reviewed: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    for line in WRITING:
        done = free_call(*shlex.split(line), within=tmp_path)
        assert done.returncode == 0, (line, done.stderr)
    made = {path.name for path in set(tmp_path.rglob("*")) - before}
    assert made >= {
        "备份.db",
        "搬.db",
        "建表.sql",
        "a.csv",
        "a.xlsx",
        "a.jsonl",
        "a.spacy",
        "密钥",
        "证明.json",
        "证明.txt",
    }
    assert open_to_others(tmp_path) == {}


def test_the_log_files_of_a_database_are_the_owners_alone_while_it_is_open(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    with store.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert {path.name for path in tmp_path.iterdir()} == {"a.db", "a.db-wal", "a.db-shm"}
        assert open_to_others(tmp_path) == {}
    store.dispose()


def test_files_are_the_owners_alone_for_whoever_calls_the_library(tmp_path: Path) -> None:
    with Outputs(tmp_path / "out") as outputs:
        outputs.write_text("a.html", "x")
        assert open_to_others(tmp_path) == {}
    with replacing(tmp_path / "b" / "a.csv") as part:
        part.write_text("x", encoding="utf-8")
        assert open_to_others(tmp_path) == {}
    assert open_to_others(tmp_path) == {}


@pytest.mark.parametrize(("mode", "code", "words"), [(0o600, 0, "只有本人能打开"), (0o640, 0, "同组的用户也能打开"), (0o644, 1, "任何用户都能打开。请执行 chmod 600")])  # fmt: skip
def test_a_database_that_others_can_open_is_told(
    mingcha: Callable[..., Finished], tmp_path: Path, mode: int, code: int, words: str
) -> None:
    open_store(tmp_path / "a.db").dispose()
    (tmp_path / "a.db").chmod(mode)
    done = mingcha("db", "check", "--db", tmp_path / "a.db", out=tmp_path)
    assert done.code == code
    assert words in done.stdout


def test_a_key_that_others_can_read_is_told(mingcha: Callable[..., Finished], reviewed: Path) -> None:
    assert mingcha("mask", "key", reviewed / "密钥", out=reviewed).code == 0
    asked = ("mask", "reveal", "〔电话·BCDFGHJKLM〕", "--db", reviewed / "mingcha.db", "--key", reviewed / "密钥")
    assert "别人也能读取" not in mingcha(*asked, out=reviewed).stderr
    (reviewed / "密钥").chmod(0o644)
    assert "别人也能读取。请执行 chmod 600" in mingcha(*asked, out=reviewed).stderr


def commands() -> list[tuple[str, dict[str, str]]]:
    import typer.main

    def walk(command: object, name: str) -> list[tuple[str, dict[str, str]]]:
        inner = getattr(command, "commands", {})
        own = {opt: param.help or "" for param in command.params for opt in param.opts if opt.startswith("-")}  # type: ignore[attr-defined]
        return [(name, own), *(one for key, sub in inner.items() for one in walk(sub, f"{name} {key}"))]

    return walk(typer.main.get_command(app), "mingcha")


def test_no_command_takes_a_secret_on_the_command_line() -> None:
    listed = commands()
    assert len(listed) > 40
    secret = re.compile(r"pass|secret|token|pwd|credential", re.IGNORECASE)
    assert [(name, opt) for name, options in listed for opt in options if secret.search(opt)] == []
    keys = [(name, told) for name, options in listed for opt, told in options.items() if "key" in opt]
    assert len(keys) >= 2
    assert [name for name, told in keys if "文件" not in told] == []


def test_a_password_in_the_address_of_a_database_is_refused_without_repeating_it(
    mingcha: Callable[..., Finished], tmp_path: Path
) -> None:
    done = mingcha("db", "check", "--db", "postgresql://kao:Mi8ma@127.0.0.1/x", out=tmp_path)
    assert done.code == 1
    assert "口令文件" in done.stderr
    assert "Mi8ma" not in done.stdout + done.stderr
