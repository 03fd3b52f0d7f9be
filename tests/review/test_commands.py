"""The commands of the review page, and the analysts' paper: what it says can be done as written."""

from __future__ import annotations

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from typer.testing import CliRunner

from mingcha.cli import app
from mingcha.pipeline.commands.reviewing import host_names
from mingcha.pipeline.errors import MingchaError
from mingcha.pipeline.review import words
from mingcha.pipeline.store.accounts import load_account, load_permissions
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "分析员手册.md").read_text(encoding="utf-8")
COMMAND = [sys.executable, "-m", "mingcha.cli"]


def call(line: str, given: str = "一句足够长、好记的口令") -> str:
    """Call the command line in this process and return what it tells, be it the message of an error."""
    done = CliRunner().invoke(app, shlex.split(line), input=given + "\n")
    if isinstance(done.exception, MingchaError):
        return f"错误：{done.exception}"
    assert done.exception is None, done.exception
    return done.output


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder like the one of the sample, with a store of one assessment."""
    file = tmp_path / "out" / "sample" / "mingcha.db"
    file.parent.mkdir(parents=True)
    (tmp_path / "corpora" / "sample").mkdir(parents=True)
    (tmp_path / "corpora" / "sample" / "手工填写.csv").write_text("对象,指标,数值\n周启明,lian,95\n", encoding="utf-8")
    return file


def test_the_commands_of_the_paper_work_as_written(make_in: Callable[..., Any], filled: Path, tmp_path: Path) -> None:
    make_in(filled, "青岭县2024年度考核")
    (block,) = re.findall(r"```bash\n(.*?)```", PAPER, re.DOTALL)
    *lines, serving = block.strip().splitlines()
    for line in lines:
        told = call(line.removeprefix("mingcha "))
        assert not told.startswith("错误"), (line, told)
    assert "王裁" in told
    store = open_store(filled)
    rights = {one.login: (one.role, one.may_see_names) for one in load_permissions(store)}
    assert rights == {"zhou": ("analyst", False), "li": ("reviewer", False), "wang": ("lead", True)}
    assert verify_chain(store).faults == ()
    store.dispose()
    assert page_answers(serving.removeprefix("mingcha "), tmp_path)


def page_answers(line: str, folder: Path) -> bool:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*COMMAND, *shlex.split(line), "--port", str(port)], cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                return "登录" in httpx.get(f"http://127.0.0.1:{port}/login", trust_env=False).text
            except httpx.ConnectError:
                time.sleep(0.1)
        return False
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("users list --db 没有.db", "找不到数据库"),
        ("review --db 没有.db", "找不到数据库"),
        ("users lock nobody --db out/sample/mingcha.db", "没有登录名为“nobody”的账号"),
        ("users add '' --name 周审 --db out/sample/mingcha.db", "登录名应是"),
        ("users grant zhou --assessment 甲 --role king --db out/sample/mingcha.db", "没有角色“king”"),
        ("users grant nobody --assessment 甲 --role lead --db out/sample/mingcha.db", "没有登录名为“nobody”的账号"),
        ("review --db out/sample/mingcha.db --key a.pem", "--certificate 和 --key 要一起给出"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_done_is_said_plainly(filled: Path, line: str, message: str) -> None:
    open_store(filled).dispose()
    assert message in call(line)


def test_a_password_stands_in_no_command_and_no_answer(filled: Path) -> None:
    told = call("users add zhou --name 周审 --db out/sample/mingcha.db", "天知地知你知我知的口令")
    assert "已新建账号" in told
    assert "天知" not in told
    assert "太短" in call("users add li --name 李核 --db out/sample/mingcha.db", "短")
    store = open_store(filled)
    assert load_account(store, "li") is None
    store.dispose()
    assert "已改" in call("users password zhou --db out/sample/mingcha.db", "另外一句足够长的口令")
    assert "已停用" in call("users lock zhou --db out/sample/mingcha.db")
    assert "已停用" in call("users list --db out/sample/mingcha.db")
    assert "已启用" in call("users lock zhou --open --db out/sample/mingcha.db")
    assert "没有权限" not in call("users list --db out/sample/mingcha.db")


def test_the_paper_names_every_key_and_role() -> None:
    page = (ROOT / "pipeline" / "review" / "templates" / "passage.html").read_text(encoding="utf-8")
    keys = {"空格" if key == " " else key for key in re.findall(r'data-key="(.)"', page)}
    assert keys >= {"a", "x", "c", "u", "f", "n", "j", "k", "q", "?", "空格"}
    assert [key for key in keys if f"`{key}`" not in PAPER and f"| {key} |" not in PAPER] == []
    assert [role for role in words.ROLES if f"`{role}` {words.ROLES[role]}" not in PAPER] == []


def test_the_usual_port_may_be_left_out_of_the_host() -> None:
    names = ("localhost", "KAOHE.local")
    assert host_names(names, 443, secure=True) == ("localhost:443", "kaohe.local:443", "localhost", "kaohe.local")
    assert host_names(names, 80, secure=False)[2:] == ("localhost", "kaohe.local")
    for port, secure in ((8400, False), (443, False), (80, True)):
        assert host_names(names, port, secure=secure) == (f"localhost:{port}", f"kaohe.local:{port}")
