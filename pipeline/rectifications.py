"""Rectification: problem, measure, result and state, item by item, and the totals that a report gives of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.parts import Check, Field, Part, ends_of, first_of, passage_of, span_of
from mingcha.pipeline.segmentation import is_heading, split_sentences
from mingcha.pipeline.tables import row_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.parts import PartKind, Passage
    from mingcha.pipeline.tables import Table

STATE_NAMES = {"done": "已完成", "mostly": "基本完成", "ongoing": "正在推进", "lasting": "长期坚持", "undone": "未完成"}
_KINDS: dict[str, PartKind] = {
    "problem": "problem",
    "measure": "measure",
    "result": "result",
    "state": "state",
    "owner": "owner",
    "deadline": "deadline",
}
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_NUMBER = rf"(?:#{{1,6}}[ \t]*)?[*_]{{0,2}}(?:\d{{1,3}}[.．、]|[（(](?:\d{{1,3}}|{_NUMERAL})[）)]|{_NUMERAL}(?:是|、))"
_ITEM = re.compile(rf"(?m)^[ \t]*+{_NUMBER}[ \t]*+(?P<problem>(?:关于|针对|对于?)[^\n]{{2,100}}?(?:的?问题|方面))")
_LABELLED = re.compile(
    r"(?m)^[ \t]*+(?:\d{1,3}[.．、])?[ \t]*+[【\[*_]{0,2}(?:反馈|存在|整改)?问题[一二三四五六七八九十\d]{0,3}"
    r"[】\]*_]{0,2}[：:]"
)
_LEAVING = re.compile(rf"特此报告|{_NUMERAL}、|（{_NUMERAL}）")
_PROBLEM_END = re.compile(r"[。；\n：:]|[（(【](?=[^）)】\n]{1,14}[）)】])|，(?=整改)")
_BRACKET = re.compile(r"[（(【\[](?:整改状态[：:]|状态[：:])?([^（）()【】\[\]\n]{1,14})[）)】\]]")
_RESULT = re.compile(r"(?:目前|截至|截止|现已|现在|经过?整改|通过整改|整改后|至今|到目前)")
_TOTAL = re.compile(r"(?:问题|任务|事项|意见)[^\d，。；\n]{0,8}(\d{1,4})[个项条件]")
_COUNT = re.compile(r"([\u4e00-\u9fff]{1,10}?)(?:的)?[：:]?(\d{1,4})[个项条件]")
_RATE = re.compile(r"(?:整改|完成|销号|办结)+率[^\d，。；\n]{0,6}(\d{1,3}(?:\.\d{1,2})?)%")
_ASIDE = re.compile("^(?:其中|目前|现|已整改)|(?:整改|问题|任务)+$")


@dataclass(frozen=True, slots=True)
class Rectification:
    """One problem and what became of it; ``state`` is done, mostly, ongoing, lasting, undone or ``None``."""

    group: int
    fields: tuple[Field, ...]
    state: str | None

    @property
    def span(self) -> Span:
        """From the first field to the last."""
        return span_of(self.fields)

    def passage(self, name: str) -> Passage | None:
        """Return the first passage of a name: problem, measure, result, state, owner, deadline."""
        return first_of(self.fields, name)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many problems a report says there are, how many in which state, and its rate in per cent."""

    span: Span
    total: int
    states: tuple[tuple[str, int], ...]
    rate: float | None
    checks: tuple[Check, ...] = ()


def read_rectifications(
    text: str, tables: Sequence[Table], book: LabelBook, *, running: bool
) -> tuple[Rectification, ...]:
    """Return the items of rectification tables; where there are none and *running* allows, those of the text."""
    items = [fields for table in tables if table.form == "rectification" for fields in _table_items(table, text)]
    if not items and running:
        items = list(_told(text, book))
    return tuple(Rectification(group, fields, _state_of(fields, book)) for group, fields in enumerate(items, start=1))


def rectification_parts(items: Iterable[Rectification]) -> Iterator[Part]:
    """Yield the fields of *items* as parts."""
    for item in items:
        for field in item.fields:
            if field.name in _KINDS:
                yield Part(_KINDS[field.name], field.passage.span, item.group, field.label or None)


def read_totals(text: str, items: Sequence[Rectification], book: LabelBook) -> Totals | None:
    """Return the first sentence that gives a total and at least one state, checked against itself and *items*."""
    for match in _TOTAL.finditer(text):
        span = _sentence_around(text, match)
        states = _counted(span.of(text), book)
        if states:
            rate = _RATE.search(span.of(text))
            totals = Totals(span, int(match[1]), states, float(rate[1]) if rate else None)
            checks = (*_own_checks(totals, rate), *_item_checks(totals, items))
            return Totals(span, totals.total, states, totals.rate, checks)
    return None


def _table_items(table: Table, text: str) -> Iterator[tuple[Field, ...]]:
    """Yield the rows; one without number and problem goes on with the row above, whose cells span it."""
    pending: tuple[Field, ...] = ()
    for row in table.rows:
        fields = row_fields(table, row, text)
        new = first_of(fields, "problem") or first_of(fields, "number")
        if (new or not any(column.field == "problem" for column in table.columns)) and pending:
            yield pending
            pending = ()
        pending += fields
    if pending:
        yield pending


def _told(text: str, book: LabelBook) -> Iterator[tuple[Field, ...]]:
    starts = sorted({match.start(): match for match in (*_ITEM.finditer(text), *_LABELLED.finditer(text))}.items())
    for (_, match), end in zip(starts, ends_of([start for start, _ in starts], len(text)), strict=True):
        fields = tuple(_item(text, match, _item_end(text, match, end), book))
        if first_of(fields, "problem") is not None:
            yield fields


def _item_end(text: str, item: re.Match[str], end: int) -> int:
    """Return where an item ends: before the next, before a heading above it, or with its signature."""
    for line in re.finditer(r"(?<=\n)[^\n]+", text[item.end() : end]):
        words = line.group().strip()
        if _LEAVING.match(words) and (is_heading(words) or words.startswith("特此")):
            return item.end() + line.start()
    return end


def _item(text: str, item: re.Match[str], end: int, book: LabelBook) -> Iterator[Field]:
    """Yield the fields of one item of running text: its problem, then what stands under labels, then the rest."""
    labelled = item.re is _LABELLED
    start = item.end() if labelled else item.start("problem")
    stop = _PROBLEM_END.search(text, start if labelled else item.end(), end)
    body = stop.start() if stop else end
    yield from _field("problem", "", text, (start, body))
    yield from _fields_behind(text, body, end, book)


def _fields_behind(text: str, start: int, end: int, book: LabelBook) -> Iterator[Field]:
    marks = sorted([*_label_marks(text, start, end, book), *_state_marks(text, start, end, book)], key=_begin)
    name, label, place = "measure", "", start
    for mark in marks:
        if mark.span.start < place:
            continue
        yield from _field(name, label, text, (place, mark.span.start))
        if mark.field is None:
            yield Field("state", "", mark.words)
        else:
            name, label = mark.field, mark.words.text
        place = mark.span.end
    yield from _field(name, label, text, (place, end))


@dataclass(frozen=True, slots=True)
class _Mark:
    """What ends one field of an item: the label of the next, or a bracket that holds a state (``field`` None)."""

    span: Span
    words: Passage
    field: str | None


def _begin(mark: _Mark) -> int:
    return mark.span.start


def _label_marks(text: str, start: int, end: int, book: LabelBook) -> Iterator[_Mark]:
    for match, field in book.find(text, "rectification", start, end):
        words = passage_of(text, *match.span("label"))
        if words is not None and field != "number":
            yield _Mark(Span(*match.span()), words, field)


def _state_marks(text: str, start: int, end: int, book: LabelBook) -> Iterator[_Mark]:
    """Yield the brackets that hold nothing but a state."""
    for match in _BRACKET.finditer(text, start, end):
        words = passage_of(text, *match.span(1))
        if words is not None and words.text not in {"是", "否"} and book.field_of(words.text, "state"):
            yield _Mark(Span(*match.span()), words, None)


def _field(name: str, label: str, text: str, bounds: tuple[int, int]) -> Iterator[Field]:
    """Yield a field where its bounds hold words; what was done parts into measure and, from its cue on, result."""
    start, end = bounds
    start += len(text[start:end]) - len(text[start:end].lstrip("。；，,;：: \t\n）)"))
    passage = passage_of(text, start, end)
    if passage is None or not re.search(r"\w", passage.text):
        return
    cut = _result_start(passage) if name == "measure" else None
    if cut is None:
        yield Field(name, label, passage)
        return
    for part, span in (("measure", (passage.span.start, cut)), ("result", (cut, passage.span.end))):
        found = passage_of(text, *span)
        if found is not None:
            yield Field(part, label, found)


def _result_start(passage: Passage) -> int | None:
    """Return where the first sentence but one begins that tells how things stand now."""
    sentences = list(split_sentences(passage.text, passage.span.start))[1:]
    words = ((span, span.shifted(-passage.span.start).of(passage.text)) for span in sentences)
    return next((span.start for span, sentence in words if _RESULT.match(sentence)), None)


def _state_of(fields: Sequence[Field], book: LabelBook) -> str | None:
    states = [field.passage.text for field in fields if field.name == "state"]
    return next((state for words in states if (state := book.field_of(words.rstrip("。"), "state"))), None)


def _sentence_around(text: str, match: re.Match[str]) -> Span:
    start = max(text.rfind(mark, 0, match.start()) for mark in "。\n") + 1
    ends = [place for mark in "。\n" if (place := text.find(mark, match.end())) >= 0]
    found = passage_of(text, start, min(ends, default=len(text)))
    return found.span if found else Span(*match.span())


def _counted(sentence: str, book: LabelBook) -> tuple[tuple[str, int], ...]:
    """Return how many items a sentence says are in which state; each state counts once."""
    found: dict[str, int] = {}
    for match in _COUNT.finditer(sentence):
        words = match[1]
        state = book.field_of(words, "state") or book.field_of(_ASIDE.sub("", words), "state")
        if state is not None:
            found.setdefault(state, int(match[2]))
    return tuple(found.items())


def _own_checks(totals: Totals, rate: re.Match[str] | None) -> Iterator[Check]:
    counts = [number for _, number in totals.states]
    if len(counts) > 1:
        sum_of = "+".join(map(str, counts))
        holds = sum(counts) == totals.total
        yield Check("totals.sum", holds, f"各状态{sum_of}={sum(counts)}，问题总数{totals.total}", totals.span)
    done = dict(totals.states).get("done")
    if rate is not None and done is not None and totals.total:
        share, places = 100 * done / totals.total, len(rate[1].partition(".")[2])
        holds = abs(share - float(rate[1])) <= 0.5 * 10**-places + 1e-9
        yield Check("totals.rate", holds, f"已完成{done}/{totals.total}={share:.2f}%，文中为{rate[1]}%", totals.span)


def _item_checks(totals: Totals, items: Sequence[Rectification]) -> Iterator[Check]:
    """Compare the listed items with the totals: each state where all are listed, else that no state is exceeded."""
    if not items:
        return
    listed = Counter(item.state for item in items if item.state)
    whole = len(items) == totals.total
    for state, number in totals.states:
        found = listed[state]
        holds = found == number if whole else found <= number
        scope = f"逐项列出{len(items)}个" + ("" if whole else f"（总数{totals.total}个）")
        words = f"{scope}，其中“{STATE_NAMES[state]}”{found}个，总数中为{number}个"
        yield Check("totals.items", holds, words, totals.span)
