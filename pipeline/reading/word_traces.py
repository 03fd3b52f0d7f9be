"""Tracked changes and comments of a Word document: who put in, took out or remarked what, and where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span, Trace
from mingcha.pipeline.reading.word_parts import attribute, child_of, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml import etree

    from mingcha.pipeline.document import Block, TraceKind
    from mingcha.pipeline.reading.assembly import Piece

    Element = etree._Element

_KINDS: dict[str, TraceKind] = {
    "ins": "insertion",
    "moveTo": "insertion",
    "cellIns": "insertion",
    "del": "deletion",
    "moveFrom": "deletion",
    "cellDel": "deletion",
    "comment": "comment",
}
_PROPERTIES = {"tr": "trPr", "tc": "tcPr"}
_UNSIGNED = "未署名"
_SUMMARIES: tuple[tuple[TraceKind, str], ...] = (
    ("deletion", "删除的文字未计入正文"),
    ("insertion", "插入的文字已计入正文"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One change or comment as the file marks it; two by the same hand at the same minute are still two."""

    kind: TraceKind
    author: str = _UNSIGNED
    date: str | None = None


UNSIGNED_DELETION = Change("deletion")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of one paragraph's characters, and the change they are part of.

    ``added`` counts those of its characters, blanks aside, that stand in no text element: symbols, signs of equations.
    """

    text: str
    change: Change | None = None
    added: int = 0
    hidden: bool = False

    @property
    def deleted(self) -> bool:
        """Tell whether the characters are no longer part of the text."""
        return self.change is not None and self.change.kind == "deletion"


@dataclass(frozen=True, slots=True)
class Mark:
    """A change within a passage: its words, and the range of the passage's text in which they stand or stood."""

    change: Change
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the document with what its text alone does not tell; the piece is blank where all was deleted.

    ``added`` and ``hidden`` count characters, blanks aside: those in no text element, and those formatted as hidden.
    """

    piece: Piece
    marks: tuple[Mark, ...] = ()
    comment: Change | None = None
    added: int = 0
    hidden: int = 0

    @property
    def blank(self) -> bool:
        """Tell whether the passage makes no block."""
        return not self.piece.text.strip()


def read_change(element: Element, around: Change | None = None) -> Change | None:
    """Return the change that an element such as ``w:ins`` marks; nothing inside a deletion lives on.

    *around* is the change inside which the element stands; it is returned where the element marks none itself.
    """
    kind = _KINDS.get(name_of(element))
    if kind is None or (around is not None and around.kind == "deletion" and kind != "deletion"):
        return around
    return Change(kind, attribute(element, "author") or _UNSIGNED, attribute(element, "date") or None)


def read_change_of(row_or_cell: Element, around: Change | None) -> Change | None:
    """Return the change of a row or cell as a whole, *around* where it has none."""
    properties = child_of(row_or_cell, _PROPERTIES[name_of(row_or_cell)])
    for child in properties if properties is not None else ():
        if name_of(child) in _KINDS:
            return read_change(child, around)
    return around


def mark_changes(fragments: Iterable[Fragment], start: int) -> tuple[Mark, ...]:
    """Return the changes in a paragraph's fragments, the first of which stands at *start* of its passage's text.

    Neighbouring fragments of one change make one mark, deleted ones between them aside.
    """
    marks: list[Mark] = []
    for fragment in fragments:
        end = start if fragment.deleted else start + len(fragment.text)
        if fragment.change is not None and fragment.text:
            _extend(marks, Mark(fragment.change, fragment.text, Span(start, end)))
        start = end
    return tuple(marks)


def _extend(marks: list[Mark], mark: Mark) -> None:
    for place, earlier in enumerate(marks):
        if earlier.change is mark.change and earlier.span.end == mark.span.start:
            span = Span(earlier.span.start, mark.span.end)
            marks[place] = replace(earlier, text=earlier.text + mark.text, span=span)
            return
    marks.append(mark)


def collect_traces(passages: Sequence[Passage], blocks: Iterable[Block], text: str) -> tuple[Trace, ...]:
    """Return the traces of all passages; *blocks* and *text* are what the passages' pieces were assembled to.

    What was deleted together with its whole paragraph stood at the end of the block before.
    """
    placed = list(_place(passages, blocks))
    return (*_changes(placed), *_comments(placed, text))


def _place(passages: Iterable[Passage], blocks: Iterable[Block]) -> Iterator[tuple[Passage, Span]]:
    ahead = iter(blocks)
    end = 0
    for passage in passages:
        span = Span(end, end) if passage.blank else next(ahead).span
        end = span.end
        yield passage, span


def _changes(placed: Iterable[tuple[Passage, Span]]) -> Iterator[Trace]:
    for passage, span in placed:
        for mark in passage.marks:
            change = mark.change
            if change.kind == "deletion":
                at = min(span.start + mark.span.start, span.end)
                yield Trace("deletion", change.author, mark.text, Span(at, at), change.date)
            elif not passage.blank:
                yield Trace(change.kind, change.author, mark.text, mark.span.shifted(span.start), change.date)


def _comments(placed: Iterable[tuple[Passage, Span]], text: str) -> Iterator[Trace]:
    spoken = [(passage.comment, span) for passage, span in placed if passage.comment and not passage.blank]
    for comment, group in groupby(spoken, key=lambda pair: pair[0]):
        spans = [span for _, span in group]
        span = Span(spans[0].start, spans[-1].end)
        if comment is not None:
            yield Trace("comment", comment.author, span.of(text), span, comment.date)


def summarize_changes(traces: Sequence[Trace]) -> Iterator[str]:
    """Say whose tracked changes the document bears, how many and how long."""
    for kind, what in _SUMMARIES:
        sizes = [(trace.author, len(trace.text)) for trace in traces if trace.kind == kind]
        for author, places in Counter(author for author, _ in sizes).items():
            total = sum(size for name, size in sizes if name == author)
            yield f"修订痕迹：{author}{what}（{places} 处，共 {total} 字）"
