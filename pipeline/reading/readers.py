"""From recognized content to text: each format by its own module, imported when its first file is met."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.assembly import inked
from mingcha.pipeline.reading.failures import DAMAGE
from mingcha.pipeline.reading.formats import CALCULATED, CONVERTED, PICTURES
from mingcha.pipeline.reading.texts import read_lines, read_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from mingcha.pipeline.reading.assembly import Reading
    from mingcha.pipeline.reading.contents import Content
    from mingcha.pipeline.reading.encodings import Decoded
    from mingcha.pipeline.reading.settings import ReadingSettings


def read_content(content: Content, data: bytes, settings: ReadingSettings) -> Reading:
    """Return what *data* says, whose format is known.

    Raises ``RefusalError`` or one of the errors of ``failures.DAMAGE`` where it cannot be read.
    """
    if content.decoded is not None:
        return _read_text(content.format, content.decoded)
    if content.format in CONVERTED:
        return _read_converted(content.format, data, settings)
    if content.format == "pdf" or content.format in PICTURES:
        return _read_pages(content.format, data, ocr=settings.ocr)
    if content.format in CALCULATED:
        from mingcha.pipeline.reading.binary_workbooks import read_binary_workbook

        return read_binary_workbook(data, format=content.format)
    return _reader_of(content.format)(data)


def _read_text(format_: str, decoded: Decoded) -> Reading:
    if format_ == "html":
        from mingcha.pipeline.reading.webpages import read_page

        return read_page(decoded)
    return read_records(decoded) if format_ == "csv" else read_lines(decoded)


def _read_converted(format_: str, data: bytes, settings: ReadingSettings) -> Reading:
    from mingcha.pipeline.reading.conversion import to_docx
    from mingcha.pipeline.reading.word import read_word

    reading = read_word(to_docx(data, format_, settings))
    return _checked(
        replace(reading, notes=("由 LibreOffice 转换后读取，段落序号以转换结果为准", *reading.notes)), data, format_
    )


def _checked(reading: Reading, data: bytes, format_: str) -> Reading:
    """Compare what was read with a count of the file before its conversion."""
    from mingcha.pipeline.reading.originals import count_original, is_short

    try:
        original = count_original(data, format_)
    except DAMAGE:
        original = None
    deleted = sum(inked(trace.text) for trace in reading.traces if trace.kind == "deletion")
    read = inked(reading.text) + deleted
    if original is None or not is_short(read, original):
        return reading
    note = f"原文件约有 {original} 个字，转换后只读到 {read} 个，有文字没有读入；请用 Word 或 WPS 另存为 docx 后再读"
    return replace(reading, coverage=min(reading.coverage, read / original), notes=(*reading.notes, note))


def _read_pages(format_: str, data: bytes, *, ocr: bool) -> Reading:
    if format_ == "pdf":
        from mingcha.pipeline.reading.pdf import read_pdf

        return read_pdf(data, ocr=ocr)
    from mingcha.pipeline.reading.images import read_image

    return read_image(data, ocr=ocr)


def _reader_of(format_: str) -> Callable[[bytes], Reading]:
    if format_ == "docx":
        from mingcha.pipeline.reading.word import read_word

        return read_word
    if format_ == "xlsx":
        from mingcha.pipeline.reading.workbooks import read_workbook

        return read_workbook
    if format_ == "ofd":
        from mingcha.pipeline.reading.ofd import read_ofd

        return read_ofd
    from mingcha.pipeline.reading.lrmx import read_lrmx

    return read_lrmx
