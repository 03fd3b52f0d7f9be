"""Who speaks in an interview: the marks that open a turn, and how long it lasts.

The asker's turn never asserts, so an answer taken for a question is lost. Whatever is in doubt is no asker's turn.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.metadata import read_metadata
from mingcha.pipeline.titles import SURNAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Role = Literal["asker", "answerer"]

_SHORT = ("问", "答", "Q", "A")
_ROLES = (
    "谈话人|谈话对象|被谈话人|考核组|考察组|主持人|记者|调研组|巡察组|督查组|受访人|受访者|访谈人|访谈员|工作人员|接线员|来电人|市民"
    "|[一-龥]{1,4}(?:同志|科长|局长|主任|书记|镇长|乡长|县长|村民|老师|组长)"
)
_ASKERS = frozenset({"问", "Q", "谈话人", "访谈人", "访谈员", "考核组", "考察组", "调研组", "巡察组", "督查组"}) | {
    "主持人",
    "记者",
    "接线员",
}
_EDGE = r"\s*+(?:[-•·>][ ])?[*_#]{0,3}\s*+"
_NUMBER = r"(?:第?[一二三四五六七八九十\d]{1,3}[.．、]?|[（(]\d{1,3}[）)])?"
_SIGN = r"[*_]{0,3}\s*+[：:][*_]{0,3}\s*+"
_TURN = re.compile(
    rf"{_EDGE}(?:[【\[]?{_NUMBER}(?P<short>问|答|Q|A)\d{{0,3}}|[【\[]?(?P<role>{_ROLES}))[】\]]?"
    rf"(?:[（(][^）)]{{0,20}}[）)])?{_SIGN}"
)
_BRACKETED = re.compile(
    rf"{_EDGE}[【\[（(]{_NUMBER}(?P<label>问|答|Q|A|谈话人|谈话对象|被谈话人|受访人|受访者)\d{{0,3}}[】\]）)]{_EDGE}"
)
_ALONE = re.compile(rf"{_EDGE}{_NUMBER}(?P<label>问|答|Q|A)\d{{0,3}}[*_]{{0,3}}\s*$")
_NAMED = re.compile(rf"{_EDGE}(?P<label>[^\s：:，。；、]{{1,12}}?)(?:[（(][^）)]{{0,20}}[）)])?{_SIGN}")
_INNER = re.compile(rf"(?<=[。？！?!…”])[ \t]*+(?={_EDGE}[【\[]?(?:问|答|(?<![A-Za-z])[QA])\d{{0,3}}[】\]]?{_SIGN})")
_SPOKEN = re.compile("[。！？；，!?]")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")  # 编号B-07（镇干部，女） is a name, not speech
# What looks like the words of a turn and is the value of a field: a head count, or more fields behind it.
_VALUE = re.compile(
    r"\s*(?:约|共)?\d+\s*(?:名|人|个|位|户|件)|.*(?:出席|列席|记录人?|时间|地点|参加(?:人员)?|职务|单位|联系电话)\s*[：:]"
)
_ASKED = re.compile(r"[？?]|请|吗|呢|谈谈|说说")
_ENDED = re.compile(r"[。？！?!…][”’」』）)]*\s*$")
_TALK = re.compile("谈话|访谈|座谈|采访|对话|询问|走访|讨论")
_PERSON = re.compile(
    rf"[{SURNAMES}高方任于马金江][某×xX*一-龥]{{1,2}}|[甲乙丙丁戊己庚辛]|(?:代表|群众|村民|职工|干部|与会者)[A-Z甲乙丙丁\d一二三四五六]"
)
_NO_PERSON = re.compile(r"[村镇乡县市区局委办院校组处科站所队厂店路街河桥库园线]$")
_HEAD = 300


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is speaking: the label as written, and whether he asks or answers."""

    speaker: str
    role: Role


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the whole of a document says about its turns.

    ``names`` are persons whose name alone opens a turn; ``letters`` tells whether both Q and A stand for one.
    """

    names: Mapping[str, Role] = field(default_factory=dict)
    letters: bool = True


def turn_of(line: str, following: str = "", dialogue: Dialogue | None = None) -> tuple[Turn | None, int]:
    """Return the turn that *line* opens and where its words begin; ``(None, 0)`` where it opens none.

    *following* is the next line: the words of a label that stands alone. A label other than 问 and 答 opens a turn
    only before words that are spoken: before a bare name it is a field.

    >>> turn_of("问：他怎么样？")
    (Turn(speaker='问', role='asker'), 2)
    """
    dialogue = dialogue or Dialogue()
    for label, end, short in _labels_of(line, dialogue):
        if label in {"Q", "A"} and not dialogue.letters:
            continue
        if short or _speaks(line[end:], following):
            role: Role = "asker" if label in _ASKERS else "answerer"
            return Turn(label, dialogue.names.get(label, role)), end
    return None, 0


def _labels_of(line: str, dialogue: Dialogue) -> Iterator[tuple[str, int, bool]]:
    """Yield the labels that *line* may begin with, where each ends, and whether it needs no spoken words."""
    if match := _TURN.match(line):
        yield match["short"] or match["role"], match.end(), match["short"] is not None
    if match := _BRACKETED.match(line) or _ALONE.match(line):
        yield match["label"], match.end(), match["label"] in _SHORT
    if (match := _NAMED.match(line) if dialogue.names else None) and match["label"] in dialogue.names:
        yield match["label"], match.end(), False


def _speaks(words: str, following: str) -> bool:
    """Tell whether what stands behind a label is spoken; behind a label alone that is the next line."""
    if not words.strip():
        return bool(_SPOKEN.search(following)) and not _NAMED.match(following)
    return bool(_SPOKEN.search(_BRACKETS.sub("", words))) and not _VALUE.match(words)


def cut_turns(line: str) -> list[tuple[int, str]]:
    """Return the pieces of a line on which question and answer follow each other, each with its place.

    >>> cut_turns("问：水通了吗？答：通了。")
    [(0, '问：水通了吗？'), (7, '答：通了。')]
    """
    match = _TURN.match(line)
    starts = [0, *(inner.start() for inner in _INNER.finditer(line))] if match and match["short"] else [0]
    return [(start, line[start:end]) for start, end in zip(starts, [*starts[1:], len(line)], strict=True)]


def read_dialogue(text: str, lines: Sequence[str]) -> Dialogue | None:
    """Return what a document's turns are opened by; ``None`` where nobody answers, so that nobody asks either."""
    dialogue = Dialogue(_names(text, lines), letters=_has_letters(lines))
    pairs = zip(lines, chain(lines[1:], [""]), strict=False)
    turns = (turn_of(line, following, dialogue)[0] for line, following in pairs)
    return dialogue if any(turn is not None and turn.role == "answerer" for turn in turns) else None


def holds_on(turn: Turn, last: str, line: str) -> bool:
    """Tell whether *line*, which opens no turn, still belongs to *turn*, whose line before it is *last*.

    An answer goes on until the next label. A question goes on where its line was not finished, or where the new
    line asks as well; else it may be an answer without a mark.
    """
    return turn.role == "answerer" or not _ENDED.search(last) or bool(_ASKED.search(line))


def _has_letters(lines: Sequence[str]) -> bool:
    found = {match["short"] for line in lines if (match := _TURN.match(line)) and match["short"]}
    return {"Q", "A"} <= found


def _names(text: str, lines: Sequence[str]) -> dict[str, Role]:
    """Return whose names open turns: those named in the head, and in a talk of several those who speak twice."""
    metadata = read_metadata(text)
    askers = set(_single_names(metadata.interviewer))
    answerers = set(_single_names(metadata.interviewee))
    names: dict[str, Role] = dict.fromkeys(answerers, "answerer")
    names |= dict.fromkeys(askers - answerers, "asker")
    if _TALK.search(text[:_HEAD]):
        recurring = _recurring(lines)
        others: dict[str, Role] = dict.fromkeys(recurring if len(recurring) > 1 else (), "answerer")
        names = others | names
    return names


def _single_names(value: str | None) -> list[str]:
    return [name for name in re.split(r"[、，,；;\s]|[（(][^）)]*[）)]", value or "") if 1 < len(name) <= 8]


def _recurring(lines: Sequence[str]) -> list[str]:
    labels = (match["label"] for line in lines if (match := _NAMED.match(line)) and _speaks(line[match.end() :], ""))
    persons = Counter(label for label in labels if _PERSON.fullmatch(label) and not _NO_PERSON.search(label))
    return [label for label, times in persons.items() if times > 1]
