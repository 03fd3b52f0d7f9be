"""What stands on a PDF page apart from its content: comments, typed-in text, form fields and attached files."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

from mingcha.pipeline.reading.lines import enclose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pypdfium2

    from mingcha.pipeline.document import Box
    from mingcha.pipeline.reading.pdf_pages import Frame

# A pop-up repeats the comment it belongs to; a link's text is shown nowhere.
_WITHOUT_TEXT = frozenset({pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_LINK})
_TICKED = frozenset({pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON})
_CHOSEN = frozenset({pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX})


@dataclass(frozen=True, slots=True)
class Mark:
    """A comment (part ``comment``), text typed onto the page (``textbox``) or a filled-in field (``form``).

    ``item`` is the field's name, ``author`` and ``date`` are as the file has them, ``box`` is on the page as displayed.
    """

    part: str
    text: str
    box: Box | None
    item: str | None = None
    author: str = ""
    date: str | None = None


def read_marks(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, frame: Frame) -> Iterator[Mark]:
    """Yield the marks of a page; a field's value that the text layer has at the field's place is not repeated.

    Fields are read only where the document's forms were initialized before the page was loaded.
    """
    for annotation in _annotations(page):
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            mark = _field(annotation, page.formenv, _rectangle(annotation), frame) if page.formenv else None
            if mark and not _shown(mark.text, _rectangle(annotation), text_page):
                yield mark
        elif kind not in _WITHOUT_TEXT:
            yield from _comment(annotation, kind, frame)


def attached_names(page: pypdfium2.PdfPage) -> Iterator[str]:
    """Yield the names of the files pinned to the page."""
    for annotation in _annotations(page):
        if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FILEATTACHMENT:
            attachment = pdfium.FPDFAnnot_GetFileAttachment(annotation)
            if attachment:
                yield _string(lambda *out, of=attachment: pdfium.FPDFAttachment_GetName(of, *out))


def _annotations(page: pypdfium2.PdfPage) -> Iterator[Any]:
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            try:
                yield annotation
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)


def _comment(annotation: Any, kind: int, frame: Frame) -> Iterator[Mark]:
    text = _entry(annotation, b"Contents")
    if text.strip():
        yield Mark(
            "textbox" if kind == pdfium.FPDF_ANNOT_FREETEXT else "comment",
            text,
            enclose([frame.box(*_rectangle(annotation))]),
            author=_entry(annotation, b"T"),
            date=_entry(annotation, b"M") or None,
        )


def _field(annotation: Any, forms: Any, rectangle: tuple[float, ...], frame: Frame) -> Mark | None:
    text = _value(annotation, forms)
    if not text.strip():
        return None
    name = _string(lambda *out: pdfium.FPDFAnnot_GetFormFieldName(forms, annotation, *out))
    return Mark("form", text, enclose([frame.box(*rectangle)]), item=name or None)


def _value(annotation: Any, forms: Any) -> str:
    """Return what a field is filled with: its text, the labels chosen, or the export value of a box that is ticked."""
    kind = pdfium.FPDFAnnot_GetFormFieldType(forms, annotation)
    if kind in _TICKED:
        if not pdfium.FPDFAnnot_IsChecked(forms, annotation):
            return ""
        return _string(lambda *out: pdfium.FPDFAnnot_GetFormFieldExportValue(forms, annotation, *out))
    if kind in _CHOSEN:
        chosen = "、".join(_chosen(annotation, forms))
        if chosen:
            return chosen
    elif kind != pdfium.FPDF_FORMFIELD_TEXTFIELD:
        return ""
    return _string(lambda *out: pdfium.FPDFAnnot_GetFormFieldValue(forms, annotation, *out))


def _chosen(annotation: Any, forms: Any) -> Iterator[str]:
    for index in range(pdfium.FPDFAnnot_GetOptionCount(forms, annotation)):
        if pdfium.FPDFAnnot_IsOptionSelected(forms, annotation, index):
            yield _string(lambda *out, at=index: pdfium.FPDFAnnot_GetOptionLabel(forms, annotation, at, *out))


def _shown(text: str, rectangle: tuple[float, ...], text_page: pypdfium2.PdfTextPage) -> bool:
    left, bottom, right, top = rectangle
    shown = text_page.get_text_bounded(left - 1, bottom - 1, right + 1, top + 1)
    return "".join(text.split()) in "".join(shown.split())


def _rectangle(annotation: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top on the page's own plane."""
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, rectangle)
    return (
        min(rectangle.left, rectangle.right),
        min(rectangle.bottom, rectangle.top),
        max(rectangle.left, rectangle.right),
        max(rectangle.bottom, rectangle.top),
    )


def _entry(annotation: Any, key: bytes) -> str:
    return _string(lambda *out: pdfium.FPDFAnnot_GetStringValue(annotation, key, *out))


def _string(call: Callable[..., int]) -> str:
    """Return the text that a function of pdfium writes into a buffer; asked without one, it tells how many bytes."""
    size = call(None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(buffer, size)
    text = bytes(buffer)[:size].decode("utf-16-le", "surrogatepass")
    return text.rstrip("\0").replace("\r\n", "\n").replace("\r", "\n")
