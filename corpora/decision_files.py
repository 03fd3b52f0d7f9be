"""Decisions as files: ``decisions.jsonl``, one decision a line.

Decisions are never taken back out of the store, so everything that is wrong with one is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast, get_args

from mingcha.corpora.json_lines import parse_object
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, RISK_CATEGORIES, Status, chinese

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.findings import Verdict

_REQUIRED = ("finding", "by", "reason", "at")
_VERDICTS = (
    "confirm",
    "reject",
    "change",
)  # taking back is done in the review page, where one sees what one takes back
_CHANGES = ("category", "status", "subject")
_VALUES = {"category": (*RISK_CATEGORIES, *EVIDENCE_CATEGORIES), "status": get_args(Status)}
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", re.ASCII)


def read_decisions(path: Path, *, now: str) -> tuple[Decision, ...]:
    """Return the decisions of a file; one without a time gets *now*. A :class:`DataError` names the wrong line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}：无法读取决定文件。请确认文件存在且为 UTF-8 编码。") from error
    # Only "\n" parts lines: other separators (U+2028 …) may stand in a reason.
    numbered = [(f"{path} 第{number}行", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return tuple(decision_of({"at": now} | parse_object(line, where), where) for where, line in numbered)


def decision_of(row: Mapping[str, Any], where: str) -> Decision:
    """Return the decision in *row*; *where* names its place in messages."""
    if row.get("verdict") not in _VERDICTS:
        raise DataError(f"{where}：verdict 应为 confirm（确认）、reject（驳回）或 change（更正）。")
    missing = [key for key in _REQUIRED if row.get(key) is None or row[key] == ""]
    if missing:
        raise DataError(f"{where}：缺少 {'、'.join(missing)}。每个决定都要写明线索编号、决定人、理由和时间。")
    finding, by, reason, at = (_words(row[key], key, where) for key in _REQUIRED)
    _check_time(at, where)
    return Decision(finding, cast("Verdict", row["verdict"]), by, reason, at, _changes(row, where))


def _words(value: object, key: str, where: str) -> str:
    """Return the trimmed text of a field; anything but text that can be written and read back is refused."""
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{where}：{key} 应是一段不为空的文字。请补上，并加上双引号。")
    if _UNWRITABLE.search(value):
        raise DataError(f"{where}：{key} 含有无法保存的字符（空字符或残缺的字符）。请删去后重新输入这段文字。")
    return value.strip()


def _check_time(at: str, where: str) -> None:
    try:
        datetime.fromisoformat(at)
    except ValueError:
        understood = False
    else:
        understood = _DATE_AND_TIME.match(at) is not None
    if not understood:
        raise DataError(f"{where}：时间“{at}”看不懂。请写明日期和时间，如 2024-12-31T09:30:00+08:00。")


def _changes(row: Mapping[str, Any], where: str) -> tuple[tuple[str, str], ...]:
    changes = {} if row.get("changes") is None else row["changes"]
    if not isinstance(changes, Mapping):
        raise DataError(f'{where}：changes 应是用花括号括起的更正内容，如 {{"status": "resolved"}}。请改正。')
    if (row["verdict"] == "change") != bool(changes) or set(changes) - set(_CHANGES):
        raise DataError(f"{where}：change 须写明更正 {'、'.join(_CHANGES)} 中的哪几项，其他决定不带更正。")
    return tuple(sorted((field, _change(field, value, where)) for field, value in changes.items()))


def _change(field: str, value: object, where: str) -> str:
    words = _words(value, field, where)
    if field in _VALUES and words not in _VALUES[field]:
        known = "、".join(f"{code}（{chinese(code)}）" for code in _VALUES[field])
        raise DataError(f"{where}：{field} 不能更正为“{words}”。请改用：{known}。")
    return words
