"""One page of a PDF: the lines of its text layer with their places, and whether it is a picture of text."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from mingcha.pipeline.document import Box
from mingcha.pipeline.reading.assembly import inked
from mingcha.pipeline.reading.lines import Imprint, enclose, straighten
from mingcha.pipeline.reading.ocr import DPI, LONGEST_SIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

_POINTS_PER_INCH = 72
# A page that pictures cover to this share and that has fewer characters than that is a scan with a stamp or a number.
_COVERED = 0.6
_FEW = 30
_PICTURED = 0.1
_SAMPLE = 64
# Codes of glyphs that were never mapped to characters.
_MEANINGLESS = frozenset({"Co", "Cn", "Cc"})
# pdfium's sign for a hyphen at the end of a line, after which it leaves the line break out.
_HYPHEN = "\ufffe"
_LINE = re.compile("([^\r\n\ufffe]*)(\r\n?|\n|\ufffe|\\Z)")
_USUAL = re.compile("[ -~\u2014-\u2026\u3001-\u3017\u4e00-\u9fff\uff01-\uff5e]+")


@dataclass(frozen=True, slots=True)
class Frame:
    """Which part of a page's plane is shown, in its own coordinates (upwards), and how it is turned for that."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return where a rectangle of the plane stands on the page as displayed."""
        left, right = sorted((left, right))
        bottom, top = sorted((bottom, top))
        above, below = self.top - top, self.top - bottom
        before, after = left - self.left, right - self.left
        under, over = bottom - self.bottom, top - self.bottom
        away, near = self.right - right, self.right - left
        return (
            Box(before, above, after, below),
            Box(under, before, over, after),
            Box(away, under, near, over),
            Box(above, away, below, near),
        )[self.turns]


@dataclass(frozen=True, slots=True)
class Layer:
    """The text layer of a page.

    ``inked`` counts the characters drawn as pdfium lists them (UTF-16 units, blanks aside), ``unmapped`` those of
    them whose font does not say which character they are. ``legible`` tells that most of the text means something,
    ``covered`` that pictures fill a page with next to no text, ``pictured`` that there are pictures larger than a logo
    whose text, if any, no invisible layer repeats.
    """

    lines: tuple[Imprint, ...] = ()
    inked: int = 0
    unmapped: int = 0
    legible: bool = False
    drawn: bool = True
    covered: bool = False
    pictured: bool = False

    @property
    def scanned(self) -> bool:
        """Tell whether the page must be recognized to be read in full."""
        return self.drawn and (self.covered or not self.legible)


def read_frame(page: pypdfium2.PdfPage) -> Frame:
    """Return the frame of the page: its crop box within its media box, and its rotation."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, page.get_rotation() // 90 % 4)


def open_text(page: pypdfium2.PdfPage) -> pypdfium2.PdfTextPage:
    """Return the page's text as pdfium has it when the page lies so that most of it stands upright.

    On pages that are shown upside down or on their side pdfium reads characters or lines from the last to the first.
    """
    text_page = page.get_textpage()
    shown = page.get_rotation()
    turned = (shown + _usual_angle(text_page)) % 360
    if not turned:
        return text_page
    text_page.close()
    page.set_rotation((shown - turned) % 360)
    try:
        return page.get_textpage()
    finally:
        page.set_rotation(shown)


def _usual_angle(text_page: pypdfium2.PdfTextPage) -> int:
    """Return by how many degrees, of the quarter turns, most characters are turned clockwise on the page's plane."""
    count = text_page.count_chars()
    sample = range(0, count, max(1, count // _FEW))
    turns = Counter(round(pdfium.FPDFText_GetCharAngle(text_page, index) * 2 / math.pi) % 4 for index in sample)
    return 90 * turns.most_common(1)[0][0] if turns else 0


def read_layer(
    page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, frame: Frame, *, pictures: bool = True
) -> Layer:
    """Return what the page's text layer says, lines drawn out of order put right.

    Where the file has no *pictures*, they are looked for only on pages of next to no text.
    """
    units = _units(text_page)
    counted = text_page.count_chars()
    drawn = counted - len(units) + inked(units)
    unmapped = _unmapped(text_page, counted)
    few = drawn < _FEW
    objects = [(raw, pdfium.FPDFPageObj_GetType(raw)) for raw in (_objects(page) if few or pictures else ())]
    share = _picture_share(objects, frame)
    return Layer(
        tuple(straighten(list(_lines(text_page, frame, units)))),
        drawn,
        unmapped,
        legible=_means_something(units) and unmapped * 2 <= drawn,
        drawn=not few or bool(objects),
        covered=few and share >= _COVERED,
        pictured=share >= _PICTURED and not _overlaid(objects),
    )


def render(page: pypdfium2.PdfPage) -> tuple[NDArray[np.uint8], float]:
    """Return the page as displayed, as rows of blue-green-red, and the points per pixel."""
    longest = max(page.get_size())
    scale = min(DPI / _POINTS_PER_INCH, LONGEST_SIDE / longest)
    bitmap = page.render(scale=scale, force_bitmap_format=pdfium.FPDFBitmap_BGR)
    pixels: NDArray[np.uint8] = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels, 1 / scale


def _units(text_page: pypdfium2.PdfTextPage) -> str:
    """Return the text with one character for each UTF-16 unit, which is how pdfium counts: surrogates stand apart."""
    count = text_page.count_chars()
    if not count:
        return ""
    buffer = (ctypes.c_ushort * (2 * count + 1))()
    written = max(pdfium.FPDFText_GetText(text_page, 0, count, buffer) - 1, 0)
    text = bytes(buffer)[: 2 * written].decode("utf-16-le", "surrogatepass")
    return text if len(text) == written else "".join(map(chr, buffer[:written]))


def _lines(text_page: pypdfium2.PdfTextPage, frame: Frame, units: str) -> Iterator[Imprint]:
    """Yield the lines; a hyphen at a line's end keeps its line break."""
    for found in _LINE.finditer(units):
        line, end = found[1], found.end(1)
        if found[2] == _HYPHEN:
            line, end = line + "-", end + 1
        if line.strip():
            text = line.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
            yield Imprint(text, _box(text_page, frame, found.start(), end))


def _box(text_page: pypdfium2.PdfTextPage, frame: Frame, start: int, end: int) -> Box | None:
    """Return the box of a range of the text; pdfium's list of characters has some that its text leaves out."""
    first = pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, start)
    last = pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, end - 1)
    if first < 0 or last < first:
        return None
    rectangles = _rectangles(text_page.raw, pdfium.FPDFText_CountRects(text_page, first, last - first + 1))
    if not rectangles:
        return None
    lefts, tops, rights, bottoms = zip(*rectangles, strict=True)
    return enclose([frame.box(min(lefts), min(bottoms), max(rights), max(tops))])


def _rectangles(text_page: Any, count: int) -> list[list[float]]:
    """Return left, top, right and bottom of what pdfium has just counted; some files have a rectangle a character."""
    corners = (ctypes.c_double * 4)()
    out = [ctypes.c_double.from_buffer(corners, index * ctypes.sizeof(ctypes.c_double)) for index in range(4)]
    get = pdfium.FPDFText_GetRect
    return [corners[:] for index in range(count) if get(text_page, index, *out)]


def _unmapped(text_page: pypdfium2.PdfTextPage, count: int) -> int:
    """Count the characters whose font maps them to none; a page where a sample shows none is taken to have none."""
    sample = range(0, count, max(1, count // _SAMPLE))
    if not any(pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in sample):
        return 0
    return sum(pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in range(count))


def _means_something(units: str) -> bool:
    """Tell whether most of a page's characters are characters and not mere codes."""
    unusual = "".join(_USUAL.sub("", units).split())
    odd = sum(unit == "\ufffd" or unicodedata.category(unit) in _MEANINGLESS for unit in unusual)
    return odd * 2 < inked(units)


def _objects(page: pypdfium2.PdfPage) -> Iterator[Any]:
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield pdfium.FPDFPage_GetObject(page, index)


def _picture_share(objects: list[tuple[Any, int]], frame: Frame) -> float:
    """Return which share of the page is under pictures; a drawing that has a picture in it counts as one."""
    area = (frame.right - frame.left) * (frame.top - frame.bottom)
    return sum(_shown_area(raw, frame) for raw, kind in objects if _pictured(raw, kind)) / max(area, 1)


def _pictured(raw: Any, kind: int) -> bool:
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        return bool(kind == pdfium.FPDF_PAGEOBJ_IMAGE)
    members = (pdfium.FPDFFormObj_GetObject(raw, index) for index in range(pdfium.FPDFFormObj_CountObjects(raw)))
    return any(pdfium.FPDFPageObj_GetType(member) == pdfium.FPDF_PAGEOBJ_IMAGE for member in members)


def _overlaid(objects: list[tuple[Any, int]]) -> bool:
    """Tell whether most texts are invisible, as those are that a scanner lays over its picture."""
    texts = [raw for raw, kind in objects if kind == pdfium.FPDF_PAGEOBJ_TEXT]
    sample = texts[:: max(1, len(texts) // _SAMPLE)]
    return sum(map(_unseen, sample)) * 2 > len(sample)


def _unseen(text: Any) -> bool:
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    if pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    return bool(pdfium.FPDFPageObj_GetFillColor(text, red, green, blue, opacity)) and opacity.value == 0


def _shown_area(raw: Any, frame: Frame) -> float:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
        return 0.0
    width = min(right.value, frame.right) - max(left.value, frame.left)
    height = min(top.value, frame.top) - max(bottom.value, frame.bottom)
    return float(max(width, 0) * max(height, 0))
