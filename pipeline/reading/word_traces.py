"""Tracked changes and comments of a Word document: who put in, took out or remarked what, and where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span, Trace
from mingcha.pipeline.reading.word_parts import child_of
from mingcha.pipeline.reading.xml_parts import attribute, local_name

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
class Revision:
    """One revision or comment as the file marks it; two by the same hand at the same minute are still two."""

    kind: TraceKind
    author: str = _UNSIGNED
    date: str | None = None


UNSIGNED_DELETION = Revision("deletion")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of one paragraph's characters, and the revision they are part of.

    ``added`` counts those of its characters, blanks aside, that stand in no text element: symbols, signs of equations.
    """

    text: str
    revision: Revision | None = None
    added: int = 0
    hidden: bool = False

    @property
    def deleted(self) -> bool:
        """Tell whether the characters are no longer part of the text."""
        return self.revision is not None and self.revision.kind == "deletion"


@dataclass(frozen=True, slots=True)
class Mark:
    """A revision within a paragraph: its words, and the range of the paragraph's text in which they stand or stood."""

    revision: Revision
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of the document with what its text alone does not tell; the piece is blank where all was deleted.

    ``added`` and ``hidden`` count characters, blanks aside: those in no text element, and those formatted as hidden.
    """

    piece: Piece
    marks: tuple[Mark, ...] = ()
    comment: Revision | None = None
    added: int = 0
    hidden: int = 0

    @property
    def blank(self) -> bool:
        """Tell whether the paragraph makes no block."""
        return not self.piece.text.strip()


def read_revision(element: Element, around: Revision | None = None) -> Revision | None:
    """Return the revision that an element such as ``w:ins`` marks; nothing inside a deletion lives on.

    *around* is the revision inside which the element stands; it is returned where the element marks none itself.
    """
    kind = _KINDS.get(local_name(element))
    if kind is None or (around is not None and around.kind == "deletion" and kind != "deletion"):
        return around
    return Revision(kind, attribute(element, "author") or _UNSIGNED, attribute(element, "date") or None)


def read_revision_of(row_or_cell: Element, around: Revision | None) -> Revision | None:
    """Return the revision of a row or cell as a whole, *around* where it has none."""
    properties = child_of(row_or_cell, _PROPERTIES[local_name(row_or_cell)])
    for child in properties if properties is not None else ():
        if local_name(child) in _KINDS:
            return read_revision(child, around)
    return around


def mark_revisions(fragments: Iterable[Fragment], start: int) -> tuple[Mark, ...]:
    """Return the revisions in a paragraph's fragments, the first of which stands at *start* of its text.

    Neighbouring fragments of one revision make one mark, deleted ones between them aside.
    """
    marks: list[Mark] = []
    for fragment in fragments:
        end = start if fragment.deleted else start + len(fragment.text)
        if fragment.revision is not None and fragment.text:
            _extend(marks, Mark(fragment.revision, fragment.text, Span(start, end)))
        start = end
    return tuple(marks)


def _extend(marks: list[Mark], mark: Mark) -> None:
    for place, earlier in enumerate(marks):
        if earlier.revision is mark.revision and earlier.span.end == mark.span.start:
            span = Span(earlier.span.start, mark.span.end)
            marks[place] = replace(earlier, text=earlier.text + mark.text, span=span)
            return
    marks.append(mark)


def collect_traces(paragraphs: Sequence[Paragraph], blocks: Iterable[Block], text: str) -> tuple[Trace, ...]:
    """Return the traces of all paragraphs; *blocks* and *text* are what the paragraphs' pieces were assembled to.

    What was deleted together with its whole paragraph stood at the end of the block before.
    """
    placed = list(_place(paragraphs, blocks))
    return (*_revisions(placed), *_comments(placed, text))


def _place(paragraphs: Iterable[Paragraph], blocks: Iterable[Block]) -> Iterator[tuple[Paragraph, Span]]:
    ahead = iter(blocks)
    end = 0
    for paragraph in paragraphs:
        span = Span(end, end) if paragraph.blank else next(ahead).span
        end = span.end
        yield paragraph, span


def _revisions(placed: Iterable[tuple[Paragraph, Span]]) -> Iterator[Trace]:
    for paragraph, span in placed:
        for mark in paragraph.marks:
            revision = mark.revision
            if revision.kind == "deletion":
                at = min(span.start + mark.span.start, span.end)
                yield Trace("deletion", revision.author, mark.text, Span(at, at), revision.date)
            elif not paragraph.blank:
                yield Trace(revision.kind, revision.author, mark.text, mark.span.shifted(span.start), revision.date)


def _comments(placed: Iterable[tuple[Paragraph, Span]], text: str) -> Iterator[Trace]:
    spoken = [(paragraph.comment, span) for paragraph, span in placed if paragraph.comment and not paragraph.blank]
    for comment, group in groupby(spoken, key=lambda pair: pair[0]):
        spans = [span for _, span in group]
        span = Span(spans[0].start, spans[-1].end)
        if comment is not None:
            yield Trace("comment", comment.author, span.of(text), span, comment.date)


def summarize_revisions(traces: Sequence[Trace]) -> Iterator[str]:
    """Say whose tracked changes the document bears, how many and how long."""
    for kind, what in _SUMMARIES:
        sizes = [(trace.author, len(trace.text)) for trace in traces if trace.kind == kind]
        for author, places in Counter(author for author, _ in sizes).items():
            total = sum(size for name, size in sizes if name == author)
            yield f"修订痕迹：{author}{what}（{places} 处，共 {total} 字）"
