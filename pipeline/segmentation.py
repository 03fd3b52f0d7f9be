"""Sections, turns and sentences of clean text. Sentences tile the lines that are not blank."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.normalization import Clean

Role = Literal["asker", "answerer"]

# Sentence ends as in the codebook, with the closing marks that belong to them; a tab parts the cells of a table row.
_SENTENCE = re.compile(r"[^。！？；!?;\n\r\t]*(?:[。！？；!?;]+[”’』」》）)\]】\"']*|(?=[\n\r])|\t|$)")
_LINE = re.compile(r"[^\n\r]+")
_HEADING = re.compile(
    r"\s*(?:第[一二三四五六七八九十百]+[章节部分]+"
    r"|[一二三四五六七八九十]{1,3}、"
    r"|（[一二三四五六七八九十]{1,3}）"
    r"|\d{1,2}[.．、](?!\d)"
    r"|（\d{1,2}）)"
)
_TURN = re.compile(
    r"\s*(?P<label>问|答|Q|A|谈话人|谈话对象|被谈话人|考核组|考察组|主持人|记者|调研组|巡察组|督查组|受访人|受访者"
    r"|访谈人|工作人员|接线员|来电人|市民|[一-龥]{1,4}(?:同志|科长|局长|主任|书记|镇长|乡长|县长|村民|老师|组长))"
    r"(?:[（(][^）)]{0,20}[）)])?\s*[：:]"
)
_ASKERS = frozenset({"问", "Q", "谈话人", "访谈人", "考核组", "考察组", "调研组", "巡察组", "督查组"}) | frozenset(
    {"主持人", "记者", "接线员"}
)
_SHORT = frozenset({"问", "答", "Q", "A"})
_SPOKEN = re.compile("[。！？；，!?]")


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is speaking: the label as written, and whether he asks or answers."""

    speaker: str
    role: Role


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the clean text with the section and turn it stands in; ``line`` counts from 0."""

    span: Span
    line: int
    section: str
    turn: Turn | None
    heading: bool
    noise: bool

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
    """What a line inherits from the lines before it."""

    section: str = ""
    turn: Turn | None = None


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


def turn_of(line: str) -> tuple[Turn | None, int]:
    """Return the turn that *line* opens and where its words begin; ``(None, 0)`` where it opens none.

    A label other than 问 and 答 opens a turn only before words that are spoken: before a bare name it is a field.

    >>> turn_of("问：他怎么样？")
    (Turn(speaker='问', role='asker'), 2)
    """
    match = _TURN.match(line)
    if match is None:
        return None, 0
    label = match.group("label")
    if label not in _SHORT and not _SPOKEN.search(line, match.end()):
        return None, 0  # 谈话人：王某 is a field of the header, not a turn
    return Turn(label, "asker" if label in _ASKERS else "answerer"), match.end()


def is_heading(line: str) -> bool:
    """Tell whether *line* is a numbered heading: short, numbered, and not ended like a sentence.

    >>> is_heading("二、存在的主要问题"), is_heading("1.会开了三次，没有定下一件事。")
    (True, False)
    """
    stripped = line.strip()
    return bool(_HEADING.match(stripped)) and len(stripped) <= 40 and not stripped.endswith(("。", "；", "！", "？"))


def segment(clean: Clean) -> Segmented:
    """Cut *clean* into sentences; each knows its section, its turn and whether it is a heading or noise."""
    return Segmented(clean, tuple(_sentences(clean)))


def _sentences(clean: Clean) -> Iterator[Sentence]:
    noise = _NoiseCursor(clean)
    state, answered = _State(), _is_answered(clean.text)
    for number, match in enumerate(_LINE.finditer(clean.text)):
        line, heading = match.group(), is_heading(match.group())
        noisy = noise.covers(match.start(), match.end())
        turn, words = turn_of(line) if answered else (None, 0)
        state = _next_state(state, line, heading=heading, turn=turn)
        for span in split_sentences(line[words:], match.start() + words):
            yield Sentence(span, number, state.section, state.turn, heading, noisy)


def _is_answered(text: str) -> bool:
    """Tell whether anybody answers in *text*: without answers what looks like an asker's turn is none."""
    turns = (turn_of(match.group())[0] for match in _LINE.finditer(text))
    return any(turn is not None and turn.role == "answerer" for turn in turns)


def _next_state(state: _State, line: str, *, heading: bool, turn: Turn | None) -> _State:
    if heading:
        return _State(line.strip(), None)
    return _State(state.section, turn or state.turn)


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
