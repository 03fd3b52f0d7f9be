"""Minutes: who was there and who was not, and what was decided, with owner and deadline where these are stated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.parts import Field, Part, Passage, ends_of, first_of, lines_of, listed, passage_of, span_of
from mingcha.pipeline.segmentation import heading_level, is_heading, split_sentences
from mingcha.pipeline.tables import row_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.parts import PartKind
    from mingcha.pipeline.tables import Table

_PRESENT = ("host", "attendee", "observer", "absent")
_HEAD_LINES, _TAIL_LINES = 30, 12
_NUMBER = re.compile(
    r"(?:[-*•·][ \t])?(?:[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[）)]?[.．、]?|[①-⑳]|[一二三四五六七八九十]是)"
    r"[ \t]*(?!\d|月|年)"
)
_UNDECIDED = re.compile(r"[-—*_=\s]+|[*_]?(?:分送|抄送|主送|发送)[：:].*|会议(?:强调|指出|认为|听取|传达|学习).*")
_DECIDED = re.compile(r"会议(?:研究)?(?:一致)?(?:议定|决定|明确|确定|同意|原则同意|责成)")
_LETTER = r"(?:(?![由对将把向请为是的])[\u4e00-\u9fff×])"
_UNIT = (
    rf"{_LETTER}{{1,14}}(?:委员会|领导小组|专班|街道|政府|公司|中心|集团|学校|医院|局|委|办|镇|乡|院|站|队|厅|部|室"
    "|村|社区|科|股|处|组)"
)
_PERSON = rf"{_LETTER}{{2,4}}(?:同志|副?(?:局长|镇长|乡长|县长|市长|主任|书记|科长|股长|站长|院长|部长|经理))"
_ACTOR = rf"(?:{_PERSON}|{_UNIT})"
_DUTY = "负责|牵头|承担|督办|办理|落实|配合|主办|会同|完成|组织|统筹|解决|提供|筹集|包保"
_BY = re.compile(rf"(?:由|责成|请)(?P<owner>{_ACTOR}(?:[、和及]{_ACTOR})*)(?=[^，。；、]{{0,6}}?(?:{_DUTY})|于|在?\d)")
_LEADS = re.compile(
    rf"(?:^|(?<=[，；。、]))(?P<owner>{_ACTOR}(?:[、和及]{_ACTOR})*)"
    rf"(?=(?:具体|共同)?(?:{_DUTY}|要|应|须|于|在?\d|本月|本周|年底|月底|尽快|抓紧))"
)
_NAMED = re.compile(r"(?:责任|牵头|承办|落实|主办)(?:单位|部门|人|领导)[：:][ \t]*(?P<owner>[^；。，;,）)\n]{2,40})")
_DEADLINE = re.compile(
    r"(?:于|在)?(?P<when>(?:(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|上旬|中旬|下旬|底|末|初|份)?|(?:今|明|本)?年底|(?:本|下)?(?:月|周|季度)(?:底|末|内)?"
    r"|春节|汛期|国庆|元旦|[一二三四五六七八九十\d]{1,3}(?:个)?(?:工作日|日|天|周|星期|月))(?:以|之)?(?:前|内|底前))"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting settled; ``fields`` hold the words (decision), owners (owner) and deadlines (deadline)."""

    group: int
    fields: tuple[Field, ...]

    @property
    def span(self) -> Span:
        """From the first field to the last."""
        return span_of(self.fields)

    def passages(self, name: str) -> tuple[Passage, ...]:
        """Return all passages of a name: decision, owner, deadline."""
        return tuple(field.passage for field in self.fields if field.name == name)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A meeting: ``people`` are fields named host, attendee, observer or absent, one a name, mask and unit kept."""

    people: tuple[Field, ...]
    decisions: tuple[Decision, ...]

    def names(self, role: str) -> tuple[str, ...]:
        """Return who was there as *role*: host, attendee, observer, absent."""
        return tuple(field.passage.text for field in self.people if field.name == role)


def read_minutes(text: str, tables: Sequence[Table], book: LabelBook) -> Minutes:
    """Return the people and decisions of the minutes in a clean *text*."""
    rows = [row_fields(table, row, text) for table in tables if table.form == "minutes" for row in table.rows]
    decided = [fields for fields in rows if first_of(fields, "decision")]
    decided += [_with_duties(passage) for passage in _told(text, book)]
    decided.sort(key=lambda fields: min(field.passage.span for field in fields))
    return Minutes(
        tuple(_people(text, book)), tuple(Decision(group, fields) for group, fields in enumerate(decided, start=1))
    )


def minutes_parts(minutes: Minutes) -> Iterator[Part]:
    """Yield people, decisions, owners and deadlines as parts."""
    for person in minutes.people:
        yield Part("attendee", person.passage.span, None, person.label)
    kinds: dict[str, PartKind] = {"decision": "decision", "owner": "owner", "deadline": "deadline"}
    for decision in minutes.decisions:
        for field in decision.fields:
            if field.name in kinds:
                yield Part(kinds[field.name], field.passage.span, decision.group, field.label or None)


def _people(text: str, book: LabelBook) -> Iterator[Field]:
    """Yield everybody who is listed under a label of the first thirty or the last twelve lines."""
    lines = list(lines_of(text))
    for part in (lines[:_HEAD_LINES], lines[_HEAD_LINES:][-_TAIL_LINES:]):
        if not part:
            continue
        labels = list(book.find(text, "minutes", part[0].start, part[-1].end))
        ends = ends_of([match.start() for match, _ in labels], part[-1].end)
        for (match, name), end in zip(labels, ends, strict=True):
            if name in _PRESENT:
                yield from _names(text, name, match, end)


def _names(text: str, role: str, label: re.Match[str], end: int) -> Iterator[Field]:
    value = passage_of(text, label.end(), _list_end(text, label.end(), end))
    for person in listed(value) if value is not None else ():
        if len(person.text) <= 40 and not re.search(r"[。！？]", person.text):
            yield Field(role, label["label"], Passage(*_trimmed(person)))


def _trimmed(person: Passage) -> tuple[Span, str]:
    words = person.text.rstrip("。*_ ")
    return Span(person.span.start, person.span.start + len(words)), words


def _list_end(text: str, start: int, end: int) -> int:
    """Return where a list of names ends: with its line, or with a later one where a comma or a blank leads on."""
    place = start
    while (line_end := text.find("\n", place, end)) >= 0:
        rest, ended = text[line_end + 1 : end], text[start:line_end].rstrip()
        if not ended.endswith(("、", "，", "：", ":")) and not re.match(r"[ \t\u3000]{2,}\S", rest) and ended:
            return line_end
        if not rest.split("\n", 1)[0].strip():
            return line_end
        place = line_end + 1
    return end


def _told(text: str, book: LabelBook) -> Iterator[Passage]:
    """Yield what stands, item by item, below a heading of decisions, and sentences that say 会议议定."""
    level: int | None = None
    for line in lines_of(text):
        words = line.of(text)
        rank = heading_level(words)
        if _heads(words, book):
            level = rank or 1
        elif rank is not None and is_heading(words) and level is not None and rank <= level:
            level = None
        elif level is not None and not _UNDECIDED.fullmatch(words):
            yield from _without_number(text, line)
        else:
            yield from _decided_sentences(text, line)


def _heads(words: str, book: LabelBook) -> bool:
    bare = _NUMBER.sub("", words.lstrip("#* "), count=1).rstrip("：:*")
    return len(bare) <= 20 and book.field_of(bare, "minutes") in {"heading", "decision"}


def _without_number(text: str, line: Span) -> Iterator[Passage]:
    number = _NUMBER.match(line.of(text))
    passage = passage_of(text, line.start + (number.end() if number else 0), line.end)
    if passage is not None:
        yield passage


def _decided_sentences(text: str, line: Span) -> Iterator[Passage]:
    for span in split_sentences(line.of(text), line.start):
        if _DECIDED.match(span.of(text)):
            yield Passage(span, span.of(text))


def _with_duties(passage: Passage) -> tuple[Field, ...]:
    """Return a decision with its owners and deadlines."""
    owners = (match.span("owner") for pattern in (_BY, _LEADS, _NAMED) for match in pattern.finditer(passage.text))
    deadlines = (match.span("when") for match in _DEADLINE.finditer(passage.text))
    found = (
        Field(name, "", Passage(Span(*place).shifted(passage.span.start), passage.text[slice(*place)]))
        for name, places in (("owner", owners), ("deadline", deadlines))
        for place in sorted(set(places))
    )
    return (Field("decision", "", passage), *found)
