"""Picture files: PNG, JPEG, BMP, TIFF, GIF and WebP, whose text only OCR can read."""

from __future__ import annotations

import importlib
import io
import warnings
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.reading.assembly import Reading, assemble
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.lines import pieces
from mingcha.pipeline.reading.ocr import DPI, LONGEST_SIDE, REMEDY, Transcript, available, describe, transcribe

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PIXELS = 80_000_000  # A3 at 600 dpi has 70 million
_MOST_PAGES = 500
_POINTS_PER_INCH = 72
_LONGEST_PHOTOGRAPH = 2800  # pixels; a page on it is then somewhat larger than the engine needs
# Resolutions that a scanner may have; other figures in a file are fillers.
_LIKELY_DPI = (60, 2400)
_REMEDY = "请确认没有放错文件；若图像模糊或倾斜，请重新扫描"


def read_image(data: bytes, *, ocr: bool = True) -> Reading:
    """Return the text recognized in a picture, page by page for a TIFF file of several.

    Places are in points from the upper left corner of the picture at the resolution it states; where it states none,
    a pixel counts as a point. Raises ``RefusalError`` where OCR is not allowed or not installed, for pictures without
    text and for those too large; Pillow's ``OSError`` for damaged ones.
    """
    if not ocr or not available():
        raise RefusalError("no_text", "这是图片，没有文字层", REMEDY)
    transcripts, notes = _transcripts(data)
    if not any(transcript.paragraphs for transcript in transcripts.values()):
        raise RefusalError("empty", "图片里没有识别出任何文字", _REMEDY)
    text, blocks = assemble(
        piece for page, transcript in transcripts.items() for piece in pieces(transcript.paragraphs, page)
    )
    return Reading(text, blocks, notes=(*describe(transcripts, "图像"), *notes))


def _transcripts(data: bytes) -> tuple[dict[int, Transcript], list[str]]:
    pillow = importlib.import_module("PIL.Image")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large pictures and odd metadata; sizes are checked here
        try:
            with pillow.open(io.BytesIO(data)) as picture:
                count = _count_pages(picture)
                pages = {number: _transcript(frame) for number, frame in _frames(picture, count)}
                return pages, _frame_notes(picture, count)
        except pillow.DecompressionBombError as error:
            raise _too_large("像素数异常，疑似压缩炸弹") from error


def _count_pages(picture: Any) -> int:
    """Return how many pictures are pages to be read: all of a TIFF file, else the first."""
    count = int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
    if count > _MOST_PAGES:
        raise _too_large(f"图片有 {count} 页，超过上限 {_MOST_PAGES} 页")
    return count


def _frame_notes(picture: Any, count: int) -> list[str]:
    frames = int(getattr(picture, "n_frames", 1)) if picture.format in {"GIF", "WEBP", "PNG"} else count
    return [f"动图有 {frames} 帧，只读了第 1 帧"] if frames > count else []


def _frames(picture: Any, count: int) -> Iterator[tuple[int, Any]]:
    for index in range(count):
        picture.seek(index)
        width, height = picture.size
        if width * height > _MOST_PIXELS:
            raise _too_large(f"第{index + 1}页有 {width}×{height} 个像素，超过上限 {_MOST_PIXELS // 10_000} 万")
        yield index + 1, picture


def _transcript(picture: Any) -> Transcript:
    """Recognize one page, turned as its metadata says, on white, at most as large as the engine takes."""
    import numpy as np

    operations = importlib.import_module("PIL.ImageOps")
    scale = _points_per_pixel(picture)
    upright = operations.exif_transpose(picture)
    if upright.has_transparency_data:
        layers = upright.convert("RGBA")
        upright = importlib.import_module("PIL.Image").new("RGBA", layers.size, "white")
        upright.alpha_composite(layers)
    colored = upright.convert("RGB")
    width = colored.width
    colored.thumbnail((_longest_side(width, colored.height, scale),) * 2)
    pixels = np.ascontiguousarray(np.asarray(colored)[:, :, ::-1])
    return transcribe(pixels, scale=scale * width / colored.width)


def _longest_side(width: int, height: int, scale: float) -> int:
    """Return how large the picture is recognized: at the engine's resolution, if its own is that of a scanner."""
    dpi = _POINTS_PER_INCH / scale
    if dpi < DPI:
        return _LONGEST_PHOTOGRAPH
    return min(LONGEST_SIDE, round(max(width, height) * DPI / dpi))


def _points_per_pixel(picture: Any) -> float:
    least, most = _LIKELY_DPI
    dpi = float(picture.info.get("dpi", (0, 0))[0])
    return _POINTS_PER_INCH / dpi if least <= dpi <= most else 1.0


def _too_large(cause: str) -> RefusalError:
    return RefusalError("too_large", cause, "请降低分辨率后另存，或拆分成几个较小的文件")
