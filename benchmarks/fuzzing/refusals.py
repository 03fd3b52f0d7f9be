"""What a refusal must be: one of the project's own errors, in Chinese, with a remedy."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import MingchaError

if TYPE_CHECKING:
    from collections.abc import Iterator

# TOML that is well written and yet beyond its reader: an integer of too many digits, brackets too deep.
BEYOND = (b"a = " + b"1" * 5_000, b"a = " + b"[" * 1_500, b"a = " + b"{a = " * 1_000)
# How a message says what to write instead.
_REMEDIES = ("请", "应", "是否想写", "可写", "可用", "只用", "只能", "必须", "不能", "最多", "至少")


class UntoldError(Exception):
    """A refusal of the project's own that helps nobody; its cause has the place."""


@contextmanager
def told() -> Iterator[None]:
    """Let the project's own errors pass where their words can help; every other exception is a finding."""
    try:
        yield
    except MingchaError as error:
        if "。" not in str(error) or not any(word in str(error) for word in _REMEDIES):
            raise UntoldError(str(error)) from error
