"""The fields of a document's head: who was talked to, about whom, when, where and by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD_LINES = 20
_TAIL_LINES = 5
_LONGEST_VALUE = 60

_LABELS = {
    "interviewee": "谈话对象|访谈对象|被谈话人|受访人|受访者|被访谈人",
    "assessed": "了解对象|考核对象|考察对象|被考察人|被考核人|被考核单位|述职人|述职述廉人|报告人|反映对象"
    "|被反映人|被举报人|被反映单位|被巡察单位|被审计单位|被督查单位|检查人",
    "post": "职务|考核对象职务|考察对象职务|现任职务|单位及职务|工作单位及职务",
    "time": "谈话时间|访谈时间|时间",
    "place": "谈话地点|访谈地点|地点",
    "interviewer": "谈话人|访谈人",
    "recorder": "记录人|记录",
}
_FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels.split("|")}
_ANY_LABEL = "|".join(sorted(_FIELD_OF, key=len, reverse=True))
_LABEL = re.compile(rf"(?:^|(?<=[\s；;，,|]))(?:{_ANY_LABEL})(?:[（(][^）)]{{1,8}}[）)])?[ \t]*[：:]")
# The value ends where the next field of the line begins, or at a mark that parts fields.
_SPOKEN = re.compile(r"[。！？!?]")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Fields as written in the head of a document (or its signature); ``None`` where there is none.

    ``interviewee`` keeps its mask (编号B-07（镇干部，女）). ``assessed`` is whom the document is about.
    """

    interviewee: str | None = None
    assessed: str | None = None
    post: str | None = None
    time: str | None = None
    place: str | None = None
    interviewer: str | None = None
    recorder: str | None = None


def read_metadata(text: str) -> Metadata:
    """Return the fields of the first twenty lines of clean *text*, and of the last five where a report is signed.

    >>> read_metadata("谈话记录\\n谈话对象：编号B-07（镇干部）  了解对象：孙海（镇长）").assessed
    '孙海（镇长）'
    """
    lines = [line for line in text.splitlines() if line.strip()]
    fields: dict[str, str] = {}
    for line in (*lines[:_HEAD_LINES], *lines[_HEAD_LINES:][-_TAIL_LINES:]):
        for field, value in _fields_of(line):
            fields.setdefault(field, value)
    return Metadata(**fields)


def _fields_of(line: str) -> list[tuple[str, str]]:
    labels = list(_LABEL.finditer(line))
    ends = [*(label.start() for label in labels[1:]), len(line)][: len(labels)]
    found = (
        (_FIELD_OF[_name(label.group())], line[label.end() : end]) for label, end in zip(labels, ends, strict=True)
    )
    values = ((field, value.strip(" \t；;，,|")) for field, value in found)
    return [(field, value) for field, value in values if _is_value(value)]


def _name(label: str) -> str:
    return re.sub(r"[（(].*|[ \t]*[：:]$", "", label)


def _is_value(value: str) -> bool:
    """Tell a field's value from the words of somebody who speaks under the same label."""
    return 0 < len(value) <= _LONGEST_VALUE and not _SPOKEN.search(value)
