"""Panics of parsers written in Rust, which Python meets as exceptions outside the tree of ``Exception``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Its class is made by PyO3 while it runs and cannot be imported: hence the broad except below (house rule 8).
_PANIC = "PanicException"


@contextmanager
def panics_refused() -> Iterator[None]:
    """Turn a panic, which only damaged bytes bring about, into the refusal of a damaged file."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise RefusalError("corrupt") from error
        raise
