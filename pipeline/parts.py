"""The values that a document's structure is made of: parts, passages, fields and checks. Spans count in clean text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from mingcha.pipeline.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PartKind = Literal[
    "heading",
    "question",
    "answer",
    "statement",
    "problem",
    "measure",
    "result",
    "state",
    "owner",
    "deadline",
    "ticket_content",
    "ticket_reply",
    "ticket_callback",
    "ticket_field",
    "attendee",
    "decision",
    "ballot_row",
    "ballot_footer",
    "signature",
    "closing",
]
PART_KINDS: tuple[PartKind, ...] = get_args(PartKind)

HEADER = "header"
_LINE = re.compile(r"[^\r\n]+")
_PARTING = re.compile(r"[、，,；;\n]|(?<=[\u4e00-\u9fff×某*）)]) +(?=[\u4e00-\u9fff])")
_OPENING, _CLOSING = "（(【[", "）)】]"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words with their place in the clean text, without blanks at their ends."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A passage under a label. ``name`` is the label's id without its form, ``other`` where no rule knows the label.

    ``label`` is how the document writes it, empty where the words stand under no label of their own. Where the name is
    :data:`HEADER` the passage is itself a label, the header of a column.
    """

    name: str
    label: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Part:
    """A passage that does one thing in its document.

    ``group`` counts from 1 and joins what belongs together: question and answer, problem and measure, the fields of
    a ticket. ``level`` is that of a heading: 1 一、, 2 （一）, 3 1., 4 （1）; ``None`` where it bears no number.
    """

    kind: PartKind
    span: Span
    group: int | None = None
    label: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One sum or comparison within a table or list; ``explanation`` (Chinese) shows the figures either way."""

    id: str
    holds: bool
    explanation: str
    span: Span


def passage_of(text: str, start: int, end: int) -> Passage | None:
    """Return ``text[start:end]`` without blanks at its ends; ``None`` where nothing is left.

    >>> passage_of("甲： 乙 ", 2, 5).text
    '乙'
    """
    words = text[start:end]
    stripped = words.strip()
    if not stripped:
        return None
    first = start + len(words) - len(words.lstrip())
    return Passage(Span(first, first + len(stripped)), stripped)


def lines_of(text: str) -> Iterator[Span]:
    """Yield the lines that are not blank, without blanks at their ends."""
    for match in _LINE.finditer(text):
        passage = passage_of(text, *match.span())
        if passage is not None:
            yield passage.span


def listed(passage: Passage) -> tuple[Passage, ...]:
    """Cut a list of names at its commas and blanks, but not inside brackets.

    >>> [one.text for one in listed(Passage(Span(0, 13), "赵×（组长，男）、钱× 孙×"))]
    ['赵×（组长，男）', '钱×', '孙×']
    """
    text, found, start = passage.text, list[Passage | None](), 0
    for match in _PARTING.finditer(text):
        if _depth(text[: match.start()]) <= 0:
            found.append(passage_of(text, start, match.start()))
            start = match.end()
    found.append(passage_of(text, start, len(text)))
    return tuple(Passage(one.span.shifted(passage.span.start), one.text) for one in found if one is not None)


def _depth(text: str) -> int:
    return sum(text.count(mark) for mark in _OPENING) - sum(text.count(mark) for mark in _CLOSING)


def ends_of(starts: Sequence[int], last: int) -> list[int]:
    """Return where passages end that each reach to the next one's start, and the last one to *last*.

    >>> ends_of([3, 7], 9), ends_of([], 9)
    ([7, 9], [])
    """
    return [*starts[1:], last][: len(starts)]


def span_of(fields: Sequence[Field]) -> Span:
    """Return what *fields* (at least one) cover, from where the first begins to where the last ends."""
    places = [field.passage.span for field in fields]
    return Span(min(place.start for place in places), max(place.end for place in places))


def first_of(fields: Sequence[Field], name: str) -> Passage | None:
    """Return the first passage of *fields* under *name*."""
    return next((field.passage for field in fields if field.name == name), None)


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return *parts* in document order; of two of one kind that overlap the one that begins later is left out."""
    kept: list[Part] = []
    reached: dict[str, int] = {}
    for part in sorted(parts, key=lambda part: (part.span.start, -part.span.end, PART_KINDS.index(part.kind))):
        if len(part.span) and part.span.start >= reached.get(part.kind, 0):
            reached[part.kind] = part.span.end
            kept.append(part)
    return tuple(kept)
