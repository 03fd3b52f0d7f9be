"""PDF files with a text layer, page by page; pages that are only pictures are counted and named."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, printable, shortened
from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD in fpdfview.h
# A line goes on if it fills this share of the widest one; pages of short lines only (lists, tables) have no such lines.
_FULL_LINE = 0.85
_LEAST_WIDTH = 36  # half-width characters
_SENTENCE_END = re.compile("[。！？；：!?;:][”’」』）)]?\\s*$")
# Codes of glyphs that were never mapped to characters.
_MEANINGLESS = frozenset({"Co", "Cn", "Cc"})


@dataclass(frozen=True, slots=True)
class _Page:
    """The text of a page, and whether anything is drawn on it."""

    text: str
    drawn: bool

    @property
    def legible(self) -> bool:
        inked = "".join(self.text.split())
        odd = sum(char == "\ufffd" or unicodedata.category(char) in _MEANINGLESS for char in inked)
        return odd * 2 < len(inked)


def read_pdf(data: bytes) -> Reading:
    """Return the text layer, one block for each paragraph; line breaks stay in the text as they are."""
    pages = _read_pages(data)
    missing = [number for number, page in enumerate(pages, start=1) if page.drawn and not page.legible]
    legible = sum(page.legible for page in pages)
    if missing and not legible:
        raise RefusalError("no_text")
    text, blocks = assemble(piece for number, page in enumerate(pages, start=1) for piece in _pieces(page, number))
    text, cleaned = printable(text)
    share = legible / (legible + len(missing)) if missing else 1.0
    return Reading(text, blocks, coverage=share, notes=(*_notes(data, missing), *cleaned))


def _read_pages(data: bytes) -> list[_Page]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise RefusalError("encrypted" if error.err_code == _PASSWORD_ERROR else "corrupt") from error
    try:
        return [_read_page(document, index) for index in range(len(document))]
    finally:
        document.close()


def _read_page(document: pypdfium2.PdfDocument, index: int) -> _Page:
    """Read one page; one that cannot be loaded counts as drawn and without text, so that it is named."""
    try:
        page = document[index]
        try:
            layer = page.get_textpage()
            text = layer.get_text_range().replace("\r\n", "\n").replace("\r", "\n")
            drawn = next(iter(page.get_objects(max_depth=1)), None) is not None
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return _Page("", drawn=True)
    return _Page(text, drawn)


def _pieces(page: _Page, number: int) -> Iterator[Piece]:
    if page.legible:
        for index, paragraph in enumerate(_paragraphs(page.text), start=1):
            yield Piece(paragraph, Locator(page=number, paragraph=index))


def _paragraphs(text: str) -> Iterator[str]:
    """Gather the lines of a page: one that fills the line and ends no sentence goes on in the next.

    >>> list(_paragraphs("一、总体情况\\n今年以来全局上下努力工作按期完成了全部\\n任务。\\n二、问题"))
    ['一、总体情况', '今年以来全局上下努力工作按期完成了全部\\n任务。', '二、问题']
    """
    lines = [line for line in text.split("\n") if line.strip()]
    full = max(_LEAST_WIDTH, *map(_width, lines), 0) * _FULL_LINE
    gathered: list[str] = []
    for line in lines:
        gathered.append(line)
        if _width(line) < full or _SENTENCE_END.search(line):
            yield "\n".join(gathered)
            gathered = []
    if gathered:
        yield "\n".join(gathered)


def _width(line: str) -> int:
    """Return the printed width, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line.rstrip())


def _notes(data: bytes, missing: list[int]) -> Iterator[str]:
    if missing:
        pages = shortened([f"第{number}页" for number in missing])
        yield f"{pages}没有可读的文字层（多为扫描图像），没有读入；请先用 OCR（文字识别）软件处理"
    if b"%%EOF" not in data[-2048:]:
        yield "文件末尾不完整，可能缺页，请与原件核对"
