"""Sections, turns and sentences of clean text. Sentences tile the lines that are not blank."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.parts import HEADER
from mingcha.pipeline.turns import cut_turns, holds_on, read_dialogue, turn_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.parts import Field
    from mingcha.pipeline.turns import Dialogue, Turn

# Sentence ends as in the codebook, with the closing marks that belong to them; a tab parts the cells of a table row.
_SENTENCE = re.compile(r"[^。！？；!?;\n\r\t]*(?:[。！？；!?;]+[”’』」》）)\]】\"']*|(?=[\n\r])|\t|$)")
_LINE = re.compile(r"[^\n\r]+")
# The four levels of numbering in official papers, and what stands before it in Markdown.
_LEVELS = (
    re.compile(r"第[一二三四五六七八九十百]+[章节部分]+|[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
_MARKS = re.compile(r"\s*(?:#{1,6}\s+)?[*_]{0,3}")
_LONGEST_HEADING = 40
_SEPARATORS = re.compile(r"[\s,，;；\"“”|｜]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the clean text with the section and turn it stands in; ``line`` counts from 0.

    ``field`` is the column header or the label, as written, under which the sentence stands; ``None`` in running text.
    """

    span: Span
    line: int
    section: str
    turn: Turn | None
    heading: bool
    noise: bool
    field: str | None = None

    @property
    def asks(self) -> bool:
        """Tell whether the asker of an interview speaks here: his turns never assert."""
        return self.turn is not None and self.turn.role == "asker"


@dataclass(frozen=True, slots=True)
class Segmented:
    """A clean text with its sentences in order."""

    clean: Clean
    sentences: tuple[Sentence, ...]

    def text_of(self, sentence: Sentence) -> str:
        """Return the characters of *sentence*."""
        return sentence.span.of(self.clean.text)


@dataclass(frozen=True, slots=True)
class _State:
    """What a line inherits from the lines before it; ``last`` is the line before it in the same turn."""

    section: str = ""
    turn: Turn | None = None
    last: str = ""


def split_sentences(text: str, offset: int = 0) -> Iterator[Span]:
    """Yield the spans of the sentences of *text*, without blanks at their ends, moved by *offset*.

    >>> [span.of("甲说好。乙说：“不行！”丙走了") for span in split_sentences("甲说好。乙说：“不行！”丙走了")]
    ['甲说好。', '乙说：“不行！”', '丙走了']
    """
    for match in _SENTENCE.finditer(text):
        part = match.group()
        stripped = part.strip()
        if stripped:
            start = match.start() + len(part) - len(part.lstrip())
            yield Span(start + offset, start + len(stripped) + offset)


def heading_level(line: str) -> int | None:
    """Return the level of the number that *line* begins with; ``None`` where it begins with none.

    >>> [heading_level(line) for line in ("一、履职情况", "（二）不足", "3.管网", "（4）阀门", "3.5亿元")]
    [1, 2, 3, 4, None]
    """
    start = len(match[0]) if (match := _MARKS.match(line)) else 0
    return next((level for level, number in enumerate(_LEVELS, start=1) if number.match(line, start)), None)


def is_heading(line: str) -> bool:
    """Tell whether *line* is a numbered heading: short, numbered, and not ended like a sentence.

    >>> is_heading("二、存在的主要问题"), is_heading("1.会开了三次，没有定下一件事。")
    (True, False)
    """
    stripped = line.strip()
    numbered = heading_level(stripped) is not None and len(stripped) <= _LONGEST_HEADING
    return numbered and not stripped.endswith(("。", "；", "！", "？"))


def segment(clean: Clean, *, fields: Sequence[Field] = ()) -> Segmented:
    """Cut *clean* into sentences; each knows its section, its turn and whether it is a heading or noise.

    *fields*, in order, are the cells and labelled passages of the text: no sentence reaches over the edge of one.
    What parts two cells is no sentence, nor is a label or the header of a column: they assert nothing.
    """
    return Segmented(clean, tuple(_sentences(clean, fields)))


def _sentences(clean: Clean, fields: Sequence[Field]) -> Iterator[Sentence]:
    noise, cells, labels = _NoiseCursor(clean), _FieldCursor(fields), {field.label for field in fields}
    pieces = list(_pieces(clean.text))
    words = [piece.words for piece in pieces]
    state, dialogue = _State(), read_dialogue(clean.text, words)
    for place, piece in enumerate(pieces):
        end = piece.start + len(piece.words)
        noisy = noise.covers(piece.start, end)
        turn, start = _opened(words, place, dialogue)
        heading = turn is None and is_heading(piece.words)
        state = _next_state(state, piece.words, heading=heading, turn=turn)
        for span, label in cells.cut(Span(piece.start + start, end)):
            for sentence in split_sentences(span.of(clean.text), span.start):
                if label is not None or not _is_edge(sentence.of(clean.text), labels):
                    yield Sentence(sentence, piece.line, state.section, state.turn, heading, noisy, label)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or a turn on a line that holds several."""

    line: int
    start: int
    words: str


def _pieces(text: str) -> Iterator[_Piece]:
    for number, match in enumerate(_LINE.finditer(text)):
        for start, words in cut_turns(match.group()):
            yield _Piece(number, match.start() + start, words)


def _is_edge(words: str, labels: Set[str]) -> bool:
    """Tell whether *words* only part two cells or announce a field."""
    announces = words.endswith(("：", ":")) and words.strip("【[*_#- ").rstrip("：:】]*_ ") in labels
    return bool(labels) and (announces or bool(_SEPARATORS.fullmatch(words)))


def _opened(lines: Sequence[str], number: int, dialogue: Dialogue | None) -> tuple[Turn | None, int]:
    if dialogue is None:
        return None, 0
    return turn_of(lines[number], next(iter(lines[number + 1 : number + 2]), ""), dialogue)


def _next_state(state: _State, line: str, *, heading: bool, turn: Turn | None) -> _State:
    if heading:
        return _State(line.strip().lstrip("#").strip(), None)
    if turn is None and state.turn is not None and not holds_on(state.turn, state.last, line):
        return _State(state.section)
    return _State(state.section, turn or state.turn, line)


class _FieldCursor:
    """Walk the fields beside the lines, both in order."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._next = 0

    def cut(self, line: Span) -> Iterator[tuple[Span, str | None]]:
        """Yield the pieces of *line* but its headers, each with the label of the field that it belongs to."""
        place = line.start
        while self._next < len(self._fields) and self._fields[self._next].passage.span.end <= place:
            self._next += 1
        for number in range(self._next, len(self._fields)):
            span = self._fields[number].passage.span
            if span.start >= line.end:
                break
            if span.start > place:
                yield Span(place, span.start), None
            if self._fields[number].name != HEADER:
                yield Span(max(span.start, place), min(span.end, line.end)), self._fields[number].label or None
            place = max(place, min(span.end, line.end))
        if place < line.end:
            yield Span(place, line.end), None


class _NoiseCursor:
    """Walk the noise spans beside the lines, both in order."""

    def __init__(self, clean: Clean) -> None:
        self._spans = [mark.span for mark in clean.noise]
        self._next = 0

    def covers(self, start: int, end: int) -> bool:
        spans = self._spans
        while self._next < len(spans) and spans[self._next].end <= start:
            self._next += 1
        return self._next < len(spans) and spans[self._next].start < end
