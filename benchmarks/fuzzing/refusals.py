"""What a refusal must be: one of the project's own errors, in Chinese, with a remedy."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import MingchaError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def told() -> Iterator[None]:
    """Let the project's own errors pass where their words can help; every other exception is a finding."""
    try:
        yield
    except MingchaError as error:
        message = str(error)
        assert "。" in message, f"no Chinese sentence: {message!r}"
        assert any(word in message for word in ("请", "是否想写", "可写", "可用", "必须", "不能", "最多", "至少")), (
            f"no remedy: {message!r}"
        )
