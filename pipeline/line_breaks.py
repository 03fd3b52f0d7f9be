"""Line breaks inside sentences, where a page or a mail was full: they are taken out before anything is read."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.rewriting import Change, rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.document import Block, Document
    from mingcha.pipeline.repair import Convert, Score
    from mingcha.pipeline.rewriting import Step

PICTURED = frozenset({"pdf", "ofd", "png", "jpeg", "tiff", "bmp", "gif", "webp"})
"""Formats whose text was set on pages: a block is a paragraph, its lines are those of the page."""
_TYPED = frozenset({"txt", "md", "eml", "doc", "rtf", "odt", "wordml"})
"""Formats whose lines are mostly paragraphs, unless somebody pasted a page into them."""

_LEAST_FULL = 5
"""Full lines in the middle of a sentence that a hard-wrapped text has at least."""
_LEAST_SHARE = 0.4
"""Their share among the longer lines."""
_LEAST_WIDTH = 36
"""Half-width columns; verse and lists stay below."""
_FULL = 0.88
"""Share of the full width that a full line has at least; marks and numbers are not parted from what they belong to."""
_LONGER = 0.6
"""Share of the full width from which on a line counts as a longer one."""
_MOST_WIDER = 0.1
"""Share of the longer lines that may be wider than the full width, such as a heading pasted in."""
_LEAST_PROSE = 0.5
"""Share of the full lines that hold a mark inside; rows of a list hardly do."""
_MOST_STRANGE = 2.0
"""Nats by which two characters parted by a break may be less likely neighbours than those of a line, on average."""
_INFERRED = 0.9
"""Confidence that a break of a hard-wrapped text stands inside a sentence."""

_REASON = "接合段落内的换行"
_BREAK = re.compile(r"([^\n])\n(?=([^\n]))")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_SENTENCE_END = re.compile(r"[。！？；：!?;:…][”’」』）)\]】》]*$")
_MARK = re.compile("[，。、；：！？,;“《（]")
_TABULAR = re.compile(r"[\t|｜]|\S(?:[ \u00a0]{2,}|\u3000)\S")
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+[章节条款编部项]|[（(]?[一二三四五六七八九十]{1,3}(?:[）)]|[、.．])"
    r"|[（(]?\d{1,3}(?:[）)]|[.．、](?!\d))|[①-⑳㈠-㈩]|[A-Za-z][.、．)）]"
)
_BULLETED = re.compile(r"[-*+•·●○■□◆◇▲△★☆※>＞#`—–~=_【\[]|附件|附：")
_LABELLED = re.compile(r"[^\s，。；、：:“”]{1,8}(?:[（(][^）)]{0,20}[）)])?\s?[：:]")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without its end and its trailing blanks; ``width`` in half-width columns."""

    span: Span
    text: str
    width: int


def join_lines(document: Document, *, convert: Convert, score: Score) -> Step:
    """Take out the breaks inside the paragraphs of pages, and inside the sentences of hard-wrapped text.

    *convert* and *score*, those of normalisation, tell whether the characters beside the breaks belong together.
    """
    if document.format in PICTURED:
        return rewritten("line_break", document.text, _inner_breaks(document))
    if document.format in _TYPED:
        return rewritten("line_break", document.text, _wrapped_breaks(document, convert, score))
    return rewritten("line_break", document.text, ())


def _inner_breaks(document: Document) -> Iterator[Change]:
    for block in document.blocks:
        for match in _BREAK.finditer(document.text, block.span.start, block.span.end):
            yield Change(Span(*match.span()), match[1] + _gap(match[1], match[2]), _REASON)


def _gap(left: str, right: str) -> str:
    """Return what parts two characters on one line: a blank between words of letters, nothing beside Chinese."""
    return "" if _is_wide(left) or _is_wide(right) else " "


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _wrapped_breaks(document: Document, convert: Convert, score: Score) -> Iterator[Change]:
    lines = _lines(document.text)
    open_pairs = _open_pairs(document, lines)
    width = _full_width([left.width for left, _ in open_pairs])
    full = [pair for pair in open_pairs if _is_full(pair[0], width)]
    if not (_is_wrapped(lines, full, width) and _fits(full, convert, score)):
        return
    for left, right in full:
        last = left.text[-1]
        place = Span(left.span.start + len(left.text) - 1, right.span.start)
        yield Change(place, last + _gap(last, right.text[0]), f"{_REASON}（按行宽推断）", _INFERRED)


def _lines(text: str) -> list[_Line]:
    found = []
    for match in _LINE.finditer(text):
        line = match[1].rstrip()
        # A character of GBK is one byte where it is half as wide as the others; errors are too rare to matter.
        found.append(_Line(Span(*match.span(1)), line, len(line.encode("gbk", "replace"))))
    return found


def _open_pairs(document: Document, lines: Sequence[_Line]) -> list[tuple[_Line, _Line]]:
    """Return the lines that end inside a sentence, each with the line that may continue it."""
    pairs = ((left, right) for left, right in pairwise(lines) if left.width >= _LEAST_WIDTH * _FULL and right.text)
    ends = [block.span.end for block in document.blocks]
    return [
        pair
        for pair in pairs
        if _goes_on(*(line.text for line in pair)) and _are_neighbors(document.blocks, ends, *pair)
    ]


def _goes_on(left: str, right: str) -> bool:
    if _SENTENCE_END.search(left[-4:]) or _TABULAR.search(left.strip()) or _TABULAR.search(right.strip()):
        return False
    if _NUMBERED.match(left.lstrip()) and not _MARK.search(left):
        return False  # a numbered heading
    return not (right[0].isspace() or any(start.match(right) for start in (_NUMBERED, _BULLETED, _LABELLED)))


def _are_neighbors(blocks: Sequence[Block], ends: Sequence[int], left: _Line, right: _Line) -> bool:
    """Tell whether no blank line and no cell stood between two lines; readers leave blank lines out."""
    if not blocks:
        return True
    first, second = (blocks[min(bisect_right(ends, line.span.start), len(ends) - 1)] for line in (left, right))
    if "cell" in {first.kind, second.kind} or "heading" in {first.kind, second.kind}:
        return False
    places = ((one.line or one.paragraph or 0, one.part, one.page) for one in (first.locator, second.locator))
    (number, *rest), (next_number, *next_rest) = places
    return rest == next_rest and next_number - number in {0, 1}


def _full_width(widths: Sequence[int]) -> int:
    """Return the width that most lines nearly have; of several such widths the greatest."""
    ordered = sorted(widths)
    counts = {width: place + 1 - bisect_right(ordered, width * _FULL) for place, width in enumerate(ordered)}
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _is_full(line: _Line, width: int) -> bool:
    return width * _FULL < line.width <= width


def _is_wrapped(lines: Sequence[_Line], full: Sequence[tuple[_Line, _Line]], width: int) -> bool:
    if width < _LEAST_WIDTH or len(full) < _LEAST_FULL:
        return False
    longer = [line.width for line in lines if line.width >= width * _LONGER]
    wider = sum(each > width for each in longer)
    prose = sum(bool(_MARK.search(left.text[1:-1])) for left, _ in full)
    return (
        len(full) >= _LEAST_SHARE * len(longer)
        and wider <= _MOST_WIDER * len(longer)
        and prose >= _LEAST_PROSE * len(full)
    )


def _fits(full: Sequence[tuple[_Line, _Line]], convert: Convert, score: Score) -> bool:
    """Tell whether the characters beside the breaks are neighbours like those inside the lines."""
    across = [convert(left.text[-1] + right.text[0]) for left, right in full]
    inside = chain.from_iterable(pairwise(convert(left.text)) for left, _ in full)
    likely = [score(*pair) for pair in inside]
    joined = [score(pair[0], pair[-1]) for pair in across]
    return sum(joined) / len(joined) >= sum(likely) / len(likely) - _MOST_STRANGE
