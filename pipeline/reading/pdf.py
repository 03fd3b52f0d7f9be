"""PDF files page by page: text layers, scans by way of OCR, comments and filled-in forms, each with its place."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from mingcha.pipeline.document import Block, Locator, Trace
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, name_pages, shortened
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.lines import Imprint, gather, pieces
from mingcha.pipeline.reading.ocr import REMEDY, Transcript, available, describe, transcribe
from mingcha.pipeline.reading.pdf_marks import Mark, attached_names, read_marks
from mingcha.pipeline.reading.pdf_pages import Layer, open_text, read_frame, read_layer, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MOST_PAGES = 5_000
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD in fpdfview.h
# Pictures are streams, whose dictionaries stand in the file as they are; to look for them on the pages takes time.
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_ACTIVE = (b"/JavaScript", b"/Launch")


@dataclass(frozen=True, slots=True)
class _Page:
    """What was read of a page; ``transcript`` is ``None`` where nothing was recognized by OCR."""

    number: int
    layer: Layer
    marks: tuple[Mark, ...] = ()
    attached: tuple[str, ...] = ()
    transcript: Transcript | None = None

    @property
    def read(self) -> bool:
        """Tell whether what the page shows was read; a blank page is neither read nor unread."""
        return self.transcript is not None or (self.layer.legible and not self.layer.scanned)

    @property
    def unread(self) -> bool:
        """Tell whether the page shows something that was not read in full."""
        return self.transcript is None and self.layer.scanned


def read_pdf(data: bytes, *, ocr: bool = True) -> Reading:
    """Return text layers, comments and form fields, one block for each paragraph; line breaks stay as they are.

    Scanned pages are recognized where *ocr* is allowed and an engine is installed; others are named in the notes.
    Coverage is the share of characters that came into the text, as counted in pdfium's own list of those drawn on
    the pages (blanks aside, those whose font tells no character counting as unread) plus marks, times the share of
    pages that were read, by text layer or OCR. Raises ``RefusalError``, for damaged files also pdfium's errors.
    """
    document = _open(data)
    try:
        ocr = ocr and available()
        pictures = _PICTURE.search(data) is not None
        read = (_read_page(document, index, ocr=ocr, pictures=pictures) for index in range(len(document)))
        pages = list(_without_repeats(read))
        attached = [*_embedded_names(document), *_pinned_names(pages)]
        notes = [*_page_notes(pages), *_form_notes(document), *_file_notes(data, attached)]
    finally:
        document.close()
    return _reading(pages, notes)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise RefusalError("encrypted" if error.err_code == _PASSWORD_ERROR else "corrupt") from error
    if len(document) > _MOST_PAGES:
        count = len(document)
        document.close()
        raise RefusalError("too_large", f"PDF 有 {count} 页，超过上限 {_MOST_PAGES} 页")
    if document.get_formtype() in {pdfium.FORMTYPE_ACRO_FORM, pdfium.FORMTYPE_XFA_FOREGROUND}:
        with suppress(pypdfium2.PdfiumError):
            document.init_forms()  # scripts are never run: this build of pdfium has no engine for them
    return document


def _read_page(document: pypdfium2.PdfDocument, index: int, *, ocr: bool, pictures: bool) -> _Page:
    """Read one page; one that cannot be loaded counts as drawn and without text, so that it is named."""
    try:
        page = document[index]
        try:
            frame = read_frame(page)
            text_page = open_text(page)
            layer = read_layer(page, text_page, frame, pictures=pictures)
            marks = tuple(read_marks(page, text_page, frame))
            transcript = _recognized(page) if ocr and layer.scanned else None
            return _Page(index + 1, layer, marks, tuple(attached_names(page)), transcript)
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return _Page(index + 1, Layer())


def _without_repeats(pages: Iterable[_Page]) -> Iterator[_Page]:
    """Leave out form fields that are shown a second time, such as a name on every page."""
    known: set[tuple[str, str]] = set()
    for page in pages:
        marks = []
        for mark in page.marks:
            if not mark.item or (mark.item, mark.text) not in known:
                marks.append(mark)
                known.add((mark.item or "", mark.text))
        yield replace(page, marks=tuple(marks))


def _recognized(page: pypdfium2.PdfPage) -> Transcript:
    pixels, scale = render(page)
    return transcribe(pixels, scale=scale)


def _reading(pages: Sequence[_Page], notes: list[str]) -> Reading:
    placed = [(piece, mark) for page in pages for piece, mark in _page_pieces(page) if piece.text.strip()]
    if not placed and any(page.unread for page in pages):
        raise RefusalError("no_text", remedy=REMEDY)
    if not placed and any(page.transcript for page in pages):
        raise RefusalError("empty", "文件里只有图像，OCR 没有识别出文字", "请查看原件；若图像模糊，请重新扫描")
    text, blocks = assemble(piece for piece, _ in placed)
    traces = (_trace(mark, block, text) for (_, mark), block in zip(placed, blocks, strict=True) if mark)
    return Reading(
        text,
        blocks,
        coverage=_coverage(pages, text, blocks),
        notes=tuple(notes),
        traces=tuple(trace for trace in traces if trace),
    )


def _page_pieces(page: _Page) -> Iterator[tuple[Piece, Mark | None]]:
    for piece in pieces(_paragraphs(page), page.number):
        yield piece, None
    for number, mark in enumerate(page.marks, start=1):
        paragraph = None if mark.part == "form" else number
        locator = Locator(mark.part, page=page.number, paragraph=paragraph, item=mark.item, box=mark.box)
        yield Piece(mark.text, locator), mark


def _paragraphs(page: _Page) -> Iterator[Imprint]:
    """Yield what was recognized, then what the text layer has beside it; a stamp on a scan may be in both."""
    recognized = page.transcript.paragraphs if page.transcript else ()
    yield from recognized
    known = _closed_up(paragraph.text for paragraph in recognized)
    for paragraph in gather(page.layer.lines) if page.layer.legible else ():
        if _closed_up([paragraph.text]) not in known:
            yield paragraph


def _closed_up(texts: Iterable[str]) -> str:
    return "".join("".join(text.split()) for text in texts)


def _trace(mark: Mark, block: Block, text: str) -> Trace | None:
    if mark.part == "form":
        return None
    return Trace("comment", mark.author, block.span.of(text), block.span, mark.date)


def _coverage(pages: Sequence[_Page], text: str, blocks: Iterable[Block]) -> float:
    recognized = {page.number for page in pages if page.transcript}
    layers = [page.layer for page in pages if page.layer.legible and not page.transcript]
    marks = [mark for page in pages for mark in page.marks]
    seen = sum(layer.inked for layer in layers) + sum(_units(mark.text) for mark in marks)
    kept = (block for block in blocks if block.locator.part != "body" or block.locator.page not in recognized)
    got = sum(_units(block.span.of(text)) for block in kept) - sum(layer.unmapped for layer in layers)
    read, unread = sum(page.read for page in pages), sum(page.unread for page in pages)
    return (min(1.0, max(got, 0) / seen) if seen else 1.0) * (read / (read + unread) if unread else 1.0)


def _units(text: str) -> int:
    """Count as pdfium does, in UTF-16 units."""
    inked = _closed_up([text])
    return len(inked) + sum(char > "\uffff" for char in inked) if not inked.isascii() else len(inked)


def _page_notes(pages: Sequence[_Page]) -> Iterator[str]:
    yield from describe({page.number: page.transcript for page in pages if page.transcript}, "扫描图像")
    blank = [page.number for page in pages if page.unread and not page.layer.legible]
    if blank:
        yield f"{name_pages(blank)}没有可读的文字层（多为扫描图像），没有读入；{REMEDY}"
    partly = [page.number for page in pages if page.unread and page.layer.legible]
    if partly:
        yield f"{name_pages(partly)}几乎整页是图像，只读入了少量文字，图像里的文字没有读入；{REMEDY}"
    pictured = [page.number for page in pages if page.layer.pictured and page.read and not page.transcript]
    if pictured:
        yield f"{name_pages(pictured)}有图片，图片里如有文字，没有读入，请对照原件"
    coded = [page for page in pages if page.layer.unmapped and page.layer.legible and not page.transcript]
    if coded:
        count = sum(page.layer.unmapped for page in coded)
        where = name_pages(page.number for page in coded)
        yield f"{where}有 {count} 个字的字体没有文字编码，读出的可能不对，请对照原件"


def _file_notes(data: bytes, attached: Sequence[str]) -> Iterator[str]:
    if attached:
        yield f"PDF 内嵌有 {len(attached)} 个附件（{shortened(attached)}），没有读入，请单独另存后放入"
    if any(name in data for name in _ACTIVE):
        yield "PDF 里有脚本或启动外部程序的动作，没有执行"
    if b"%%EOF" not in data[-2048:]:
        yield "文件末尾不完整，可能缺页，请与原件核对"


def _form_notes(document: pypdfium2.PdfDocument) -> Iterator[str]:
    kind = document.get_formtype()
    if kind == pdfium.FORMTYPE_XFA_FULL:
        yield "PDF 是动态表单（XFA），表单内容没有读入，请用 Adobe Acrobat 打开后打印成普通 PDF 再放入"
    elif kind != pdfium.FORMTYPE_NONE and not document.formenv:
        yield "PDF 里的表单打不开，填写的内容没有读入，请打印成普通 PDF 再放入"


def _embedded_names(document: pypdfium2.PdfDocument) -> Iterator[str]:
    for index in range(document.count_attachments()):
        yield document.get_attachment(index).get_name()


def _pinned_names(pages: Iterable[_Page]) -> Iterator[str]:
    for page in pages:
        yield from page.attached
