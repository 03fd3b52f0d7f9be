"""An encrypted database works like any other, shows nothing without its key, and takes its key from no command line."""

from __future__ import annotations

import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest

from mingcha.pipeline.errors import StoreError, UsageError
from mingcha.pipeline.store.copies import back_up
from mingcha.pipeline.store.database import key_of, open_store
from mingcha.pipeline.store.digests import digest_store
from mingcha.pipeline.store.transfer import snapshot
from mingcha.pipeline.store.vaults import key_for
from mingcha.pipeline.store.verification import verify_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Finished

NAME = "青岭县2024年度考核"


@pytest.fixture
def key(tmp_path: Path, mingcha: Callable[..., Finished]) -> Path:
    assert mingcha("mask", "key", tmp_path / "库.key", out=tmp_path).code == 0
    return tmp_path / "库.key"


@pytest.fixture
def vault(reviewed: Path, key: Path, mingcha: Callable[..., Finished]) -> str:
    """The sample's store, moved into an encrypted file."""
    pytest.importorskip("sqlcipher3")
    address = f"vault:{reviewed / '密.db'}?key={key}"
    done = mingcha("db", "move", reviewed / "mingcha.db", address, out=reviewed)
    assert done.code == 0, done.stderr
    return address


def test_nothing_in_the_file_can_be_read_without_the_key(vault: str, reviewed: Path) -> None:
    for path in reviewed.glob("密.db*"):
        data = path.read_bytes()
        assert b"SQLite format" not in data
        assert "县水利局".encode() not in data
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "县水利局".encode() in (reviewed / "mingcha.db").read_bytes()
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(reviewed / "密.db").execute("SELECT * FROM texts")
    with pytest.raises(StoreError, match="不是明察的数据库文件"):
        open_store(reviewed / "密.db", upgrade=False)


def test_it_works_like_any_other(vault: str, reviewed: Path, mingcha: Callable[..., Finished]) -> None:
    for line in (
        ("db", "check", "--db", vault),
        ("db", "verify", "--db", vault),
        ("score", "--db", vault, "--out", reviewed / "分"),
        ("export", "--format", "csv", "--out", reviewed / "a.csv", "--db", vault),
        ("db", "compact", "--db", vault),
    ):
        done = mingcha(*line, out=reviewed)
        assert done.code == 0, (line, done.stdout, done.stderr)
    assert "全部相符" in mingcha("db", "verify", "--db", vault, out=reviewed).stdout


def test_its_backup_has_the_same_key_and_content(vault: str, tmp_path: Path) -> None:
    store = open_store(vault)
    back_up(store, tmp_path / "备份.db")
    copy = open_store(tmp_path / "备份.db", key=key_of(store))
    with snapshot(store) as one, snapshot(copy) as other:
        assert digest_store(one) == digest_store(other)
    assert all(inspection.faulty == 0 for inspection in verify_store(copy))
    store.dispose()
    copy.dispose()
    assert "县水利局".encode() not in (tmp_path / "备份.db").read_bytes()
    assert [path.name for path in tmp_path.glob("备份.db*")] == ["备份.db"]


def test_another_key_is_refused_and_changes_nothing(vault: str, reviewed: Path, tmp_path: Path) -> None:
    (tmp_path / "别的.key").write_text("0" * 64, encoding="utf-8")
    before = (reviewed / "密.db").read_bytes()
    with pytest.raises(StoreError, match="密钥不对"):
        open_store(f"vault:{reviewed / '密.db'}?key={tmp_path / '别的.key'}")
    with pytest.raises(StoreError, match="密钥不对"):
        open_store(f"vault:{reviewed / 'mingcha.db'}?key={tmp_path / '别的.key'}")
    assert (reviewed / "密.db").read_bytes() == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("vault:a.db?key=没有.key", "密钥文件“没有.key”打不开"),
        ("vault:a.db?pass=123456789", "加密库的地址写法不对"),
        ("vault:a.db?key=", "加密库的地址写法不对"),
    ],
)
def test_an_address_without_a_key_file_is_refused(address: str, words: str) -> None:
    with pytest.raises(UsageError, match=words.replace("?", r"\?")):
        key_for(address)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "短.key").write_text("123\n", encoding="utf-8")
    with pytest.raises(UsageError, match="太短，至少 16 个字符"):
        key_for(f"vault:a.db?key={tmp_path / '短.key'}")


def test_without_a_keyboard_a_key_file_is_asked_for(mingcha: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    done = mingcha("db", "check", "--db", f"vault:{tmp_path / 'a.db'}", out=tmp_path)
    assert done.code == 2
    assert "请写 vault:库文件?key=密钥文件" in done.stderr
