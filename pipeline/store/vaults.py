"""Encrypted databases (SQLCipher, the optional extra ``vault``).

Their address is ``vault:FILE?key=KEYFILE``, or ``vault:FILE`` with a prompt. The key comes from a file or from the
keyboard, never from the command line or the environment.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from getpass import getpass
from pathlib import Path
from typing import Any

from mingcha.pipeline.errors import StoreError, UsageError
from mingcha.pipeline.outputs import reason_of

MARK = "vault:"
_LEAST = 16  # characters of a key
_RAW = re.compile(r"[0-9a-f]{64}")  # 256 bits, which need no stretching


def is_vault(url: str) -> bool:
    """Tell whether an address is that of an encrypted database."""
    return url.startswith(MARK)


def file_of(url: str) -> Path | None:
    """Return the database file that an address means, ``None`` for a server.

    >>> file_of("vault:out/a.db?key=b.key").as_posix()
    'out/a.db'
    """
    if "://" in url:
        return None
    return Path(url.removeprefix(MARK).partition("?")[0] if is_vault(url) else url)


def key_for(url: str) -> str:
    """Return the key of the encrypted database at *url*: from the file that it names, else typed in unseen."""
    query = url.partition("?")[2]
    if not query:
        return _typed(file_of(url))
    name, _, place = query.partition("=")
    if name != "key" or not place:
        raise UsageError("加密库的地址写法不对。请写 vault:库文件?key=密钥文件；不写密钥文件时从键盘输入口令。")
    try:
        key = Path(place).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "不是文本"
        raise UsageError(f"密钥文件“{place}”打不开（{reason}）。可以用 mingcha mask key 建一个。") from error
    return _checked(key, f"密钥文件“{place}”")


def _typed(file: Path | None) -> str:
    if not sys.stdin.isatty():
        raise UsageError("没有写明密钥文件，也没有键盘可以输入口令。请写 vault:库文件?key=密钥文件。")
    key = getpass("数据库口令：")
    if file is not None and not file.exists() and getpass("再输入一次：") != key:
        raise UsageError("两次输入的口令不同。请重试。")
    return _checked(key, "口令")


def _checked(key: str, name: str) -> str:
    if len(key) < _LEAST:
        raise UsageError(f"{name}太短，至少 {_LEAST} 个字符。")
    return key


def cipher() -> Any:
    """Return the module that speaks to encrypted databases; StoreError where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ModuleNotFoundError as error:
        raise StoreError("使用加密库需要先安装 SQLCipher。请执行 pip install 'mingcha[vault]' 后重试。") from error
    return dbapi2


def unlock(connection: Any, key: str | None) -> None:
    """Give a fresh connection its key; nothing is read yet, so that a wrong one shows only later."""
    if key is None:
        return
    quoted = f"\"x'{key}'\"" if _RAW.fullmatch(key) else "'" + key.replace("'", "''") + "'"
    connection.execute(f"PRAGMA key = {quoted}")


def connect(file: Path, key: str | None) -> Any:
    """Return a plain connection to a database file, encrypted where there is a *key*."""
    connection = sqlite3.connect(file) if key is None else cipher().connect(str(file))
    unlock(connection, key)
    return connection
