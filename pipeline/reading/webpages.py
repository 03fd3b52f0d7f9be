"""HTML: the paragraphs a reader sees, table cells side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble
from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from mingcha.pipeline.reading.encodings import Decoded

_LEFT_OUT = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "noframes",
        "noembed",
        "iframe",
        "frame",
        "datalist",
        "-comment",
        "!doctype",
    }
)
_HEADINGS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form head header hr legend li main nav ol optgroup option p pre section select summary table tbody "
    "textarea tfoot thead tr ul"
)
_BLOCKS = _HEADINGS | frozenset(_BLOCK_NAMES.split())
# Fields of a form that show nothing, or nothing that somebody typed.
_UNTYPED = frozenset({"hidden", "password", "submit", "button", "reset", "image", "file", "checkbox", "radio"})
_TICKED = frozenset({"checkbox", "radio"})
_VERBATIM = frozenset({"pre", "textarea"})

# Marks in the raw text; the characters themselves are taken out of the page's text before.
_BREAK, _ROW, _CELL, _HEADING = "\n", "\x1e", "\x1f", "\x02"
_MARKS = re.compile("[\x02\x1e\x1f]")
_TINY = frozenset({"0", "1", "0px", "1px"})
_FRAMES = re.compile(r"<i?frame\b", re.IGNORECASE)
_BLANKS = re.compile("[ \t\r\n\f]+")


def read_page(decoded: Decoded) -> Reading:
    """Return the visible text of a page, one block for each paragraph or table row, counted from 1.

    Raises ``RefusalError`` for a page that only shows others, or pictures.
    """
    text, blocks = assemble(page_pieces(decoded.text))
    frames = tuple(note_frames(decoded.text))
    if frames and not blocks:
        raise RefusalError("empty", "网页里只有框架，文字在别的网页里", "请单独打开框架里的网页，另存后放入")
    pictures = tuple(note_pictures(decoded.text))
    if pictures and not blocks:
        raise RefusalError("no_text", "网页里只有图片，没有文字", "请把图片另存为 png 或 jpg 后放入")
    notes = (*decoded.notes, *frames, *pictures)
    return Reading(text, blocks, decoded.encoding, decoded.coverage, notes)


def note_frames(html: str) -> Iterator[str]:
    """Say how many other pages a page shows in frames."""
    if frames := len(_FRAMES.findall(html)):
        yield f"网页里用框架嵌有 {frames} 个别的网页，其内容没有读入，请单独打开后另存"


def note_pictures(html: str) -> Iterator[str]:
    """Say how many pictures a page shows, and how many of them describe themselves in words that nobody sees."""
    page = LexborHTMLParser(html)
    page.strip_tags(["noscript", "template"])  # what stands there is not shown, or a second time
    shown = [picture for picture in page.css("img") if not _tiny(picture)]
    described = sum(bool((picture.attributes.get("alt") or "").strip()) for picture in shown)
    if shown:
        words = f"（{described} 张带有替代文字，也没有读入）" if described else ""
        yield f"网页里有 {len(shown)} 张图片{words}，图片里如有文字，没有读入"


def _tiny(picture: LexborNode) -> bool:
    """Tell a picture of one point, which only counts visitors."""
    return any((picture.attributes.get(side) or "").strip() in _TINY for side in ("width", "height"))


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
        elif tag == "input":
            yield _typed(node)
        elif tag == "select":
            yield _chosen(node)
        elif tag not in _LEFT_OUT:
            verbatim += tag in _VERBATIM
            yield _break(tag) + (_HEADING if tag in _HEADINGS else "")
            pending.append((node, True))
            pending += [(child, False) for child in reversed(list(node.iter(include_text=True)))]


def _typed(field: LexborNode) -> str:
    """Return what a field of a form is filled with, or its tick."""
    kind = (field.attributes.get("type") or "text").lower()
    if kind in _TICKED:
        return "☑" if "checked" in field.attributes else ""
    return "" if kind in _UNTYPED else _MARKS.sub("", field.attributes.get("value") or "")


def _chosen(choices: LexborNode) -> str:
    """Return what a list shows of the choices it offers: those taken, else the first."""
    options = choices.css("option")
    taken = [option for option in options if "selected" in option.attributes]
    shown = taken if "multiple" in choices.attributes else taken[-1:] or options[:1]
    return "".join(_BREAK + _BLANKS.sub(" ", _MARKS.sub("", option.text())) + _BREAK for option in shown)


def _break(tag: str) -> str:
    if tag == "tr":
        return _ROW
    return _BREAK if tag in _BLOCKS else ""
