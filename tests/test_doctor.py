"""What `mingcha doctor` says of an installation, and that a shell completes the commands."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mingcha.pipeline.commands import installation, machine
from mingcha.pipeline.commands.checks import Check
from mingcha.pipeline.store.database import opened
from mingcha.pipeline.store.revisions import newest

DOCTOR = [sys.executable, "-m", "mingcha.cli", "doctor"]
ABOUT = {
    "Python",
    "组件",
    "模型 sentence",
    "规则",
    "评分方案",
    "LibreOffice",
    "OCR 组件",
    "PostgreSQL 驱动",
    "公文字体",
    "浏览器",
}
ABOUT |= {"磁盘空间", "内存", "输出文件夹", "文件夹权限", "临时文件夹", "编码"}


def asked(*arguments, cwd, **environment):
    done = subprocess.run(
        [*DOCTOR, *map(str, arguments)], cwd=cwd, capture_output=True, check=False, env={**os.environ, **environment}
    )
    return done.returncode, done.stdout.decode()


def test_a_sound_installation_is_usable_and_every_line_that_lacks_something_says_how_to_get_it(tmp_path):
    code, page = asked("--json", cwd=tmp_path)
    told = json.loads(page)
    assert (code, told["usable"]) == (0, True)
    assert {check["about"] for check in told["checks"]} >= ABOUT
    assert [check for check in told["checks"] if check["grade"] != "sound" and not check["remedy"]] == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_installed_beside_it_is_told_and_does_not_matter(tmp_path):
    code, page = asked(cwd=tmp_path, PATH=str(tmp_path))
    assert code == 0
    if not Path("/usr/bin/soffice").exists() or "－LibreOffice" in page:
        assert "－LibreOffice：没有，读不了旧版 doc、wps、rtf。请用系统的软件源安装" in page
    assert "－浏览器：没有" in page


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--out", "甲.txt"), "！输出文件夹：{here}/甲.txt 是文件，不是文件夹。请用 --out 换一个可写的文件夹。"),
        (("--db", "没有.db"), "！数据库：找不到数据库“没有.db”。"),
        (("--db", "甲.txt"), "！数据库：数据库 甲.txt 不是明察的数据库文件"),
        (("--db", "postgresql://127.0.0.1:9/库"), "连接不上。请核对主机名和端口"),
        (("--db", "postgresql://用户:口令@主机/库"), "！数据库：数据库地址里写了口令"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_must_be_mended_is_told_by_line_and_exit_code(tmp_path, arguments, line):
    (tmp_path / "甲.txt").write_text("材料不是数据库。" * 100, encoding="utf-8")
    code, page = asked(*arguments, cwd=tmp_path)
    assert code == 1
    assert line.format(here=tmp_path) in page
    assert "有 1 处须先解决" in page


def test_a_screen_that_cannot_show_chinese_is_told(tmp_path):
    code, page = asked(cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert code == 1
    assert "ascii" in page


def test_a_database_is_seen_with_its_revision_and_is_not_changed(tmp_path):
    database = tmp_path / "库.db"
    with opened(str(database)):
        pass
    before = database.read_bytes()
    code, page = asked("--db", database, cwd=tmp_path)
    assert (code, "　数据库可写：可以写入" in page) == (0, True)
    assert f"　结构版本：{newest()}，" in page
    assert database.read_bytes() == before


def test_a_model_file_that_was_altered_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(installation, "_WEIGHTS", shutil.copytree(installation._WEIGHTS, tmp_path / "weights"))
    with (tmp_path / "weights" / "sentence.npz").open("ab") as file:
        file.write(b"x")
    (tmp_path / "weights" / "characters.json").unlink()
    told = {check.about: check for check in installation.installation_checks()}
    assert told["模型 sentence"].grade == told["模型 characters"].grade == "faulty"
    assert "与模型卡不符" in told["模型 sentence"].said
    assert "make install" in told["模型 sentence"].remedy


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch):
    from packaging.requirements import Requirement

    asked = [Requirement("spacy>=99"), Requirement("mingcha-nowhere>=1"), Requirement("numpy>=1")]
    monkeypatch.setattr(installation, "_requirements", lambda: asked)
    old, missing = installation._packages()
    assert (old.about, old.grade) == ("组件 spacy", "faulty")
    assert "需要 >=99" in old.said
    assert (missing.said, missing.grade) == ("没有安装，需要 >=1", "faulty")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the owner of the machine can write everywhere")
def test_a_folder_without_permission_is_told(tmp_path):
    tmp_path.chmod(0o500)
    assert next(check for check in machine.machine_checks(tmp_path) if check.about == "输出文件夹").grade == "faulty"


def test_an_output_folder_that_others_can_enter_is_told(tmp_path):
    tmp_path.chmod(0o755)
    told = next(check for check in machine.machine_checks(tmp_path) if check.about == "文件夹权限")
    assert isinstance(told, Check)
    assert f"chmod 700 {tmp_path}" in told.remedy


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_and_options_once_it_is_installed(tmp_path):
    """Install the completion into a home of its own, then let an interactive bash complete a line with it."""
    called = tmp_path / "bin" / "mingcha"
    called.parent.mkdir()
    called.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mingcha.cli "$@"\n')
    called.chmod(0o755)
    surroundings = {
        "HOME": str(tmp_path),
        "PATH": f"{called.parent}:{os.environ['PATH']}",
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }
    script = """
    mingcha --install-completion bash >/dev/null && source ~/.bashrc
    say() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mingcha_completion mingcha; echo "${COMPREPLY[@]}"; }
    say mingcha do; say mingcha db b; say mingcha doctor --js
    """
    done = subprocess.run(["bash", "-c", script], env=surroundings, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["doctor", "backup", "--json"], done.stderr
