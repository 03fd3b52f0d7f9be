"""What left the system and what became of it, in the words that the terminal and the review page share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mingcha.pipeline.exporting.columns import TITLES
from mingcha.pipeline.outgoing import TURNS
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mingcha.pipeline.outgoing import Sending, Turn

_FIELDS = {"category": "类别", "status": "状态", "subject": "对象"}
_EXPORTS = {str(what): title for what, title in TITLES.items()}


def title_of(sending: Sending) -> str:
    """Return what left, in words.

    >>> from mingcha.pipeline.outgoing import Sending
    >>> title_of(Sending("report", "problems", "docx", ())), title_of(Sending("export", "findings", "csv", ()))
    ('报告“问题清单”（docx）', '导出的线索（csv）')
    >>> title_of(Sending("record", "decisions", "jsonl", ()))
    '操作记录（jsonl）'
    """
    from mingcha.pipeline.reporting.papers.kinds import KINDS

    if sending.kind == "record":
        return f"操作记录（{sending.format}）"
    if sending.kind == "report":
        return f"报告“{KINDS.get(sending.what, sending.what)}”（{sending.format}）"
    return f"导出的{_EXPORTS.get(sending.what, sending.what)}（{sending.format}）"


def turn_words(turn: Turn, changes: Iterable[tuple[str, str | None]], names: Mapping[str, str]) -> str:
    """Return how a passage was cleared; *names* are those of subjects and of an office's own categories, by id.

    >>> turn_words("changed", [("subject", "p2"), ("status", "exculpatory")], {"p2": "何春燕"})
    '对象改为“何春燕”，状态改为“有客观原因”'
    >>> turn_words("rejected", [], {})
    '已驳回'
    """
    told = [
        f"{_FIELDS[field]}改为“{names.get(value or '') or chinese(value or '') or '未确定'}”"
        for field, value in changes
    ]
    return "，".join(told) if turn == "changed" else TURNS[turn]


def moment_of(at: str) -> str:
    """Return a time as people write it, in the zone of the office; what is no time as it is.

    >>> moment_of("—"), len(moment_of("2024-05-01T09:30:00+00:00"))
    ('—', 16)
    """
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return at
