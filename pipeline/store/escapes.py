"""Characters that databases refuse (NUL, lone surrogates) written so that they can be stored and read back exactly."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# A code point that Unicode reserves as "not a character": no text that people wrote contains it.
MARK = "\ufdd0"
_REFUSED = re.compile(f"[\x00\ud800-\udfff{MARK}]")
_WRITTEN = re.compile(f"{MARK}([0-9a-f]{{4}})")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def escape(text: str) -> str:
    r"""Return *text* with every character that a database refuses written as U+FDD0 and four hexadecimal digits.

    >>> escape("甲\x00乙") == "甲\ufdd00000乙"
    True
    """
    return _REFUSED.sub(lambda match: f"{MARK}{ord(match[0]):04x}", text)


def is_refused(text: str) -> bool:
    """Tell whether *text* has a character that `escape` would write otherwise."""
    return _REFUSED.search(text) is not None


def unescape(text: str) -> str:
    """Return the text that `escape` was given."""
    return _WRITTEN.sub(lambda match: chr(int(match[1], 16)), text) if MARK in text else text


def dumps(value: Any) -> str:
    """Write *value* as compact, readable JSON that every database accepts."""
    return _dumped(value) if isinstance(value, tuple) else _written(value)


@lru_cache(maxsize=4096)
def _dumped(value: tuple[Any, ...]) -> str:
    return _written(value)


def _written(value: Any) -> str:
    written = _encode(value)
    if "\\u0000" in written or _REFUSED.search(written):
        return _encode(_each_string(value, escape))
    return written


def loads(written: str | bytes) -> Any:
    """Return the value that `dumps` was given."""
    text = written.decode() if isinstance(written, bytes) else written
    value = json.loads(text)
    return _each_string(value, unescape) if MARK in text else value


def _each_string(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(key): _each_string(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each_string(item, change) for item in value]
    return value
