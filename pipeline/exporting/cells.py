"""Text made fit for a cell: no formula runs, no character that a file cannot hold, nothing cut without a word."""

from __future__ import annotations

import re

# Office programs take text that begins so for a formula, or strip the blank before one; full-width signs too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
_BROKEN = re.compile("[\ud800-\udfff\ufffe\uffff]")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_PICTURES = 0x2400  # the block of Unicode that draws the control characters
LONGEST = 32_000  # UTF-16 units; a cell of Excel holds 32,767, and our note needs room


def neutral(text: str) -> str:
    """Return *text* so that no office program runs it: what begins like a formula gets an apostrophe in front.

    Text that begins with an apostrophe gets another one, so that `original` can always take it away again.

    >>> neutral("=1+1"), neutral("'甲'"), neutral("办结率98%")
    ("'=1+1", "''甲'", '办结率98%')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def original(cell: str) -> str:
    """Return the text that `neutral` was given."""
    return cell.removeprefix("'")


def printable(text: str) -> str:
    """Return *text* with control characters as their pictures and halves of characters as U+FFFD; its length stays.

    >>> printable("甲\\x00乙\\ud800")
    '甲␀乙�'
    """
    return _BROKEN.sub("\ufffd", _CONTROL.sub(lambda match: chr(_PICTURES + ord(match[0])), text))


def writable(text: str) -> str:
    """Return *text* with NUL and halves of characters, which other programs refuse, as U+FFFD; its length stays."""
    return _UNWRITABLE.sub("\ufffd", text)


def shortened(text: str) -> str:
    """Return *text* no longer than a cell may be, with a note where something was left out."""
    if len(text) <= LONGEST // 2:
        return text
    written = text.encode("utf-16-le", "surrogatepass")
    if len(written) <= 2 * LONGEST:
        return text
    kept = written[: 2 * LONGEST].decode("utf-16-le", "ignore")
    return f"{kept}……（此格只放得下前{len(kept)}字，全文{len(text)}字，请导出 jsonl 查看）"
