"""HTML: the paragraphs a reader sees, table cells side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from mingcha.pipeline.reading.encodings import Decoded

_LEFT_OUT = frozenset({"script", "style", "template", "noscript", "-comment", "!doctype"})
_HEADINGS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form head header hr legend li main nav ol optgroup option p pre section select summary table tbody "
    "textarea tfoot thead tr ul"
)
_BLOCKS = _HEADINGS | frozenset(_BLOCK_NAMES.split())
_VERBATIM = frozenset({"pre", "textarea"})

# Marks in the raw text; the characters themselves are taken out of the page's text before.
_BREAK, _ROW, _CELL, _HEADING = "\n", "\x1e", "\x1f", "\x02"
_MARKS = re.compile("[\x02\x1e\x1f]")
_BLANKS = re.compile("[ \t\r\n\f]+")


def read_page(decoded: Decoded) -> Reading:
    """Return the visible text of a page, one block for each paragraph or table row, counted from 1."""
    text, blocks = assemble(page_pieces(decoded.text))
    text, notes = printable(text)
    return Reading(text, blocks, decoded.encoding, decoded.coverage, decoded.notes + notes)


def page_pieces(html: str) -> Iterator[Piece]:
    """Yield the paragraphs and table rows of a page, counted from 1."""
    cells = "".join(_raw(LexborHTMLParser(html).root)).split(_CELL)
    # A paragraph that begins or ends a table cell does not leave its row.
    raw = "\t".join(cell.strip(f" {_BREAK}") for cell in cells)
    number = 0
    for line in raw.replace(_ROW, _BREAK).split(_BREAK):
        paragraph = line.replace(_HEADING, "").strip()
        if paragraph:
            number += 1
            yield Piece(paragraph, Locator(paragraph=number), "heading" if _HEADING in line else "paragraph")


def _raw(root: LexborNode | None) -> Iterator[str]:
    """Yield the text of the page with marks where blocks, rows and cells begin and end.

    Pages nest deeper than Python may recurse, therefore the stack.
    """
    pending: list[tuple[LexborNode, bool]] = [(root, False)] if root is not None else []
    verbatim = 0
    while pending:
        node, leaving = pending.pop()
        tag = node.tag or ""
        if leaving:
            verbatim -= tag in _VERBATIM
            yield _CELL if tag in _CELLS else _break(tag)
        elif tag == "-text":
            text = _MARKS.sub("", node.text_content or "")
            yield text if verbatim else _BLANKS.sub(" ", text)
        elif tag not in _LEFT_OUT:
            verbatim += tag in _VERBATIM
            yield _break(tag) + (_HEADING if tag in _HEADINGS else "")
            pending.append((node, True))
            pending += [(child, False) for child in reversed(list(node.iter(include_text=True)))]


def _break(tag: str) -> str:
    if tag == "tr":
        return _ROW
    return _BREAK if tag in _BLOCKS else ""
