"""Passwords as argon2id hashes, and what a password must be."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mingcha.pipeline.errors import DataError

SHORTEST: Final = 10
_hasher = PasswordHasher()
# Checked where there is no such login, so that the answer takes as long as for one that exists.
_NOBODY = _hasher.hash("没有这个账号")


def hash_password(password: str) -> str:
    """Return the hash to keep; raise DataError for a password that is too short or too plain."""
    if len(password) < SHORTEST:
        raise DataError(f"口令太短：至少 {SHORTEST} 个字符。可以用几个不相干的词连成一句。")
    if len(set(password)) < SHORTEST // 2:
        raise DataError("口令太简单：重复的字符太多。请换一个。")
    return _hasher.hash(password)


def fits(password: str, secret: str | None) -> bool:
    """Tell whether *password* is the one that *secret* was made of; ``None`` takes as long and fits none."""
    try:
        return _hasher.verify(secret or _NOBODY, password) and secret is not None
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
