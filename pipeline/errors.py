"""Everything mingcha refuses, with a message an analyst can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Why the reader of TOML gives up on what is TOML all the same: its limits are those of Python's int and stack.
BEYOND_TOML = "有一个整数长得读不了，或者括号套得太深。请改短"


class MingchaError(Exception):
    """Base of all errors that end in one clear Chinese line; the message names the cause and the remedy."""


class UsageError(MingchaError):
    """The command was called wrongly: a folder that is not there, a period that is no year (exit code 2)."""


class DataError(MingchaError):
    """A rule file, roster, scheme or model that cannot be used; the message names the file and the place."""


class StoreError(MingchaError):
    """The database cannot be opened, written or trusted."""


def meant(given: str, known: Iterable[str]) -> str:
    """Return the question what a misspelt name may have meant, to stand in a message; empty where nothing is near.

    >>> meant("denneg", ["deneng", "water"]), meant("水利", ["deneng"])
    ('是否想写“deneng”？', '')
    """
    from difflib import get_close_matches

    near = get_close_matches(given, list(known), n=1, cutoff=0.5)  # one of two characters is half a name
    return f"是否想写“{near[0]}”？" if near else ""
