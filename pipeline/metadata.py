"""The fields of a document's head: who was talked to, about whom, when, where and by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from mingcha.pipeline.parts import Field, ends_of, lines_of, passage_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.pipeline.document import Span

_HEAD_LINES = 20
_TAIL_LINES = 5
_LONGEST_VALUE = 60

_LABELS = {
    "interviewee": "谈话对象|访谈对象|被谈话人|受访人|受访者|受访对象|被访谈人|被访人|被询问人|谈话对象姓名"
    "|谈话对象编号|被谈话人姓名",
    "assessed": "了解对象|考核对象|考察对象|被考察人|被考核人|被考核单位|述职人|述职述廉人|报告人|反映对象"
    "|被反映人|被举报人|被反映单位|被巡察单位|被审计单位|被督查单位|检查人|考核对象姓名"
    "|考察对象姓名|被测评人|测评对象|被评价人",
    "post": "职务|考核对象职务|考察对象职务|现任职务|单位及职务|工作单位及职务|了解对象职务|单位职务",
    "interviewee_post": "谈话对象职务|谈话对象单位及职务|被谈话人职务|受访人职务|被谈话人单位及职务",
    "time": "谈话时间|访谈时间|时间|考察时间|座谈时间|会议时间|谈话日期|访谈日期|测评时间",
    "place": "谈话地点|访谈地点|地点|座谈地点|会议地点",
    "interviewer": "谈话人|访谈人|谈话人员|访谈人员|谈话组成员|询问人|访谈员",
    "recorder": "记录人|记录|记录员|笔录人|记录人员|整理人",
}
_FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels.split("|")}
# Labels that open a turn, too: a line below them may be what that person says.
_SPEAKERS = frozenset({"谈话对象", "被谈话人", "受访人", "受访者", "访谈人", "谈话人", "记录"})
# Labels that begin other columns and forms as well; in a table without colons they count beside one of the others only.
_BARE = frozenset({"职务", "时间", "地点", "记录", "检查人", "报告人"})
# What else a form keeps beside these: its value is no value of ours.
_NEIGHBOURS = frozenset(
    ["姓名", "性别", "民族", "年龄", "出生年月", "单位", "方式", "谈话方式", "主题", "谈话主题", "事由", "职级", "编号"]
)

_SPACED = "|".join(r"[ \t]?".join(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
_LABEL = re.compile(
    rf"(?:^|(?<=[\s；;，,|]))(?:[-•·][ ])?[【\[*_]{{0,3}}(?P<label>{_SPACED})"
    rf"(?:[（(][^）)]{{1,8}}[）)])?(?:[*_】\]]{{0,3}}[ \t]*[：:∶﹕][*_]{{0,2}}|】)"
)
# The value ends where the next field of the line begins, or at a mark that parts fields.
_SPOKEN = re.compile(r"[。！？!?]")
_DATED = re.compile(r"\d|[年月日时点午]")
_EDGES = " \t；;，,|*_"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Fields as written in the head of a document (or its signature); ``None`` where there is none.

    ``interviewee`` keeps its mask (编号B-07（镇干部，女）). ``assessed`` is whom the document is about, ``post`` what
    he is; ``interviewee_post`` is the post of whom was talked to.
    """

    interviewee: str | None = None
    assessed: str | None = None
    post: str | None = None
    time: str | None = None
    place: str | None = None
    interviewer: str | None = None
    recorder: str | None = None
    interviewee_post: str | None = None


def read_metadata(text: str) -> Metadata:
    """Return the fields of the first twenty lines of clean *text*, and of the last five where a report is signed.

    >>> read_metadata("谈话记录\\n谈话对象：编号B-07（镇干部）  了解对象：孙海（镇长）").assessed
    '孙海（镇长）'
    """
    return metadata_of(find_fields(text))


def metadata_of(fields: Iterable[Field]) -> Metadata:
    """Return the first value of each field."""
    values: dict[str, str] = {}
    for field in fields:
        values.setdefault(field.name, field.passage.text)
    return Metadata(**values)


@lru_cache(maxsize=2)
def find_fields(text: str) -> tuple[Field, ...]:
    """Return every field of the head and of the signature with its place, in order.

    A label is followed by a colon, or stands in a table before the cell with its value, or on a line above it.
    Several stages ask for those of one document, one after the other.
    """
    lines = list(lines_of(text))
    chosen = [*lines[:_HEAD_LINES], *lines[_HEAD_LINES:][-_TAIL_LINES:]]
    following = dict(pairwise(chosen))
    written = [field for line in chosen for field in _fields_of(text, line, following.get(line))]
    tabled = [field for line in chosen for field in _tabled(text, line)]
    if not any(field.label not in _BARE for field in tabled):
        tabled = []
    return tuple(_with_posts(sorted((*written, *tabled), key=lambda field: field.passage.span)))


def find_interviewees(text: str) -> Iterator[str]:
    """Yield who was talked to, as every field of the whole text says: one file may hold several interviews.

    >>> list(find_interviewees("谈话对象：王某\\n问：好吗？\\n谈话对象：周某（科长）"))
    ['王某', '周某（科长）']
    """
    for line, following in pairwise([*lines_of(text), None]):
        if line is not None:
            found = (*_fields_of(text, line, following), *_tabled(text, line))
            yield from (field.passage.text for field in found if field.name == "interviewee")


def _with_posts(fields: Iterable[Field]) -> Iterator[Field]:
    """Give a bare 职务 to the person named last."""
    person = ""
    for field in fields:
        if field.label == "职务" and person == "interviewee":
            yield Field("interviewee_post", field.label, field.passage)
            continue
        person = field.name if field.name in {"interviewee", "assessed", "interviewer"} else person
        yield field


def _fields_of(text: str, line: Span, following: Span | None) -> Iterator[Field]:
    labels = list(_LABEL.finditer(line.of(text)))
    ends = ends_of([label.start() for label in labels], len(line))
    for label, end in zip(labels, ends, strict=True):
        name = _bared(label["label"])
        start, stop = line.start + label.end(), line.start + end
        field = _field(text, name, start, stop)
        if field is None and not text[start:stop].strip(_EDGES) and following is not None and end == len(line):
            field = _below(text, name, following)
        if field is not None:
            yield field


def _below(text: str, name: str, line: Span) -> Field | None:
    """Return the line below a label as its value, unless somebody may be speaking there or it has a label itself."""
    words = line.of(text)
    if name in _SPEAKERS or _LABEL.search(words) or re.search("[：:]", words):
        return None
    return _field(text, name, line.start, line.end)


def _field(text: str, name: str, start: int, end: int) -> Field | None:
    """Return the field whose value is ``text[start:end]``, of a table row its first cell."""
    start += len(text[start:end]) - len(text[start:end].lstrip(_EDGES))
    cell = text[start:end].split("\t", 1)[0].rstrip(_EDGES)
    passage = passage_of(text, start, start + len(cell))
    return Field(_FIELD_OF[name], name, passage) if passage is not None and _is_value(passage.text) else None


def _tabled(text: str, line: Span) -> Iterator[Field]:
    """Yield the values of a row in which labels and values take turns, as in a form; a row of headers gives none."""
    cells, start = list[tuple[str, int]](), line.start
    for words in line.of(text).split("\t"):
        if words.strip():
            cells.append((_bared(words), start))
        start += len(words) + 1
    pairs = list(zip(cells[::2], cells[1::2], strict=False))
    if not pairs or any(not _is_label(label) or _is_label(value) for (label, _), (value, _) in pairs):
        return
    for (label, _), (_, place) in pairs:
        field = _field(text, label, place, line.end) if label in _FIELD_OF else None
        if field is not None and (field.name != "time" or _DATED.search(field.passage.text)):
            yield field


def _is_label(words: str) -> bool:
    return words in _FIELD_OF or words in _NEIGHBOURS


def _bared(label: str) -> str:
    return re.sub(r"[（(].*|[\s*_【】\[\]]+", "", label)


def _is_value(value: str) -> bool:
    """Tell a field's value from the words of somebody who speaks under the same label."""
    return 0 < len(value) <= _LONGEST_VALUE and not _SPOKEN.search(value)
