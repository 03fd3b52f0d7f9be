"""What a page repeats and what a page counts: headers, footers and page numbers. Marked as noise, never deleted."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.noise import Noise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.document import Block, Document
    from mingcha.pipeline.offsets import OffsetMap

HEADER, FOOTER, NUMBER = "noise.page_header", "noise.page_footer", "noise.page_number"

_EDGE = 2
"""Blocks at either end of a page that may be furniture."""
_LEAST_PAGES = 3
"""Pages that a document has at least, and, unless half of them are fewer, that a block must recur on."""
_LINE = re.compile(r"[^\r\n]+")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]")
_SENTENCE_END = re.compile("[。！？；!?;]")
# A page number that says that it is one; in an office file its figures are fields, which may be empty.
_PLAIN_NUMBER = re.compile(
    r"[-—–·~] ?\d{1,4} ?[-—–·~]|[（(]?第 *\d{0,4} *页(?:[ ，,/／、]*[（(]?共 *\d{0,4} *页[）)]?)?[）)]?"
    r"|共 *\d{0,4} *页[ ，,/／、]*第 *\d{0,4} *页|[Pp]age ?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?"
)
# One that may as well be a figure: it has to count the pages.
_BARE_NUMBER = re.compile(r"(\d{1,4})(?: ?[/／] ?(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A block at the top or the bottom of a page; ``outermost`` where nothing stands between it and the paper's end."""

    block: Block
    text: str
    page: int
    top: bool
    outermost: bool


def mark_furniture(document: Document, text: str, offsets: OffsetMap) -> tuple[Noise, ...]:
    """Return the lines of clean *text* that are page furniture, in order; *offsets* leads back to the document's text.

    Of a line that holds several blocks all must be furniture.
    """
    marked = dict(_marked(document))
    if not marked:
        return ()
    spans = {offsets.to_clean(block.span): rule for block, rule in marked.items()}
    return tuple(_noise_lines(text, sorted(spans.items())))


def _noise_lines(text: str, spans: Sequence[tuple[Span, str]]) -> Iterator[Noise]:
    """Yield the lines that *spans*, in order, cover but for blanks."""
    next_span = 0
    for match in _LINE.finditer(text):
        line, rest, rule = Span(*match.span()), match[0], ""
        while next_span < len(spans) and spans[next_span][0].start < line.end:
            span, rule = spans[next_span][0].shifted(-line.start), spans[next_span][1]
            start, end = max(span.start, 0), max(span.end, 0)
            rest = rest[:start] + " " * (min(end, len(rest)) - start) + rest[end:]
            if span.end > len(line):
                break
            next_span += 1
        if rule and not rest.strip():
            yield Noise(line, rule)


def _marked(document: Document) -> Iterator[tuple[Block, str]]:
    """Yield the furniture; what is yielded last holds, so that a page number is not called a footer."""
    yield from _running(document)
    edges = list(_edges(document))
    pages = len({edge.page for edge in edges})
    if pages >= _LEAST_PAGES:
        yield from _repeated(edges, min(_LEAST_PAGES, ceil(pages / 2)))
    yield from _numbered(edges)


def _running(document: Document) -> Iterator[tuple[Block, str]]:
    """Yield the header and footer parts of office files, unless they say a whole sentence."""
    for block in document.blocks:
        if block.locator.part in {"header", "footer"} and block.locator.page is None:
            text = block.span.of(document.text)
            if not _SENTENCE_END.search(text):
                kind = HEADER if block.locator.part == "header" else FOOTER
                yield block, NUMBER if _PLAIN_NUMBER.fullmatch(text.strip()) else kind


def _edges(document: Document) -> Iterator[_Edge]:
    pages: dict[int, list[Block]] = defaultdict(list)
    for block in document.blocks:
        if block.locator.page is not None:
            pages[block.locator.page].append(block)
    for page, blocks in pages.items():
        for place, block in enumerate(blocks):
            below = len(blocks) - 1 - place
            if min(place, below) < _EDGE:
                text = block.span.of(document.text).strip()
                yield _Edge(block, text, page, place <= below, min(place, below) == 0)


def _numbered(edges: Sequence[_Edge]) -> Iterator[tuple[Block, str]]:
    """Yield the page numbers; a bare figure is one only if it counts the pages from some page on."""
    bare: dict[tuple[int, str | None], list[_Edge]] = defaultdict(list)
    for edge in edges:
        if not edge.outermost:
            continue
        if _PLAIN_NUMBER.fullmatch(edge.text):
            yield edge.block, NUMBER
        elif match := _BARE_NUMBER.fullmatch(edge.text):
            bare[int(match[1]) - edge.page, match[2]].append(edge)
    for (ahead, _), found in bare.items():
        if ahead == 0 or len({edge.page for edge in found}) >= _LEAST_PAGES:
            yield from ((edge.block, NUMBER) for edge in found)


def _repeated(edges: Sequence[_Edge], least: int) -> Iterator[tuple[Block, str]]:
    """Yield what recurs on *least* pages, but for numbers that count the pages."""
    alike: dict[str, list[_Edge]] = defaultdict(list)
    for edge in edges:
        alike[_DIGITS.sub("#", "".join(edge.text.split()))].append(edge)
    for found in alike.values():
        pages = len({edge.page for edge in found})
        if _WORD.search(found[0].text) and pages >= _needed(found, least):
            yield from ((edge.block, HEADER if edge.top else FOOTER) for edge in found)


def _needed(found: Sequence[_Edge], least: int) -> int:
    """Return how many pages must have a block: none are enough if its figures are the page's own matter.

    A sum at the end of every page repeats as well; its figures neither stay the same nor grow by one.
    """
    if not all(_counts(column) for column in zip(*map(_numbers, found), strict=True)):
        return len(found) + 1
    if _SENTENCE_END.search(found[0].text):
        verbatim = len({edge.text for edge in found}) == 1
        return _LEAST_PAGES if verbatim else len(found) + 1
    return least


def _numbers(edge: _Edge) -> list[tuple[int, int]]:
    return [(int(number), edge.page) for number in _DIGITS.findall(edge.text)]


def _counts(column: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a number is the same on all pages or counts them."""
    pairs = list(column)
    return len({number for number, _ in pairs}) == 1 or len({number - page for number, page in pairs}) == 1
