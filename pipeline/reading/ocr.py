"""Pictures of text: the lines that an installed OCR engine recognizes, with their places and confidence.

The engine (rapidocr on onnxruntime) is an extra. It is never imported where it is not installed, its models lie inside
its package, and nothing is downloaded.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Box
from mingcha.pipeline.reading.assembly import name_pages, shortened
from mingcha.pipeline.reading.lines import Imprint, align, gather

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

REMEDY = "请安装 OCR 组件（make install-ocr）后重新运行，或先用其他软件转成可检索的 PDF"
# An A4 page at this resolution has 2,000 pixels in height, on which the engine reads fastest and best.
DPI = 170
LONGEST_SIDE = 4000  # pixels
_THREADS = 2
_DOUBTFUL = 0.5
_GAP = 0.2  # ems; the engine draws its boxes somewhat larger than the text
# Upright pages are recognized with more than 0.9 on average, pages upside down with much less.
_UPRIGHT = 0.8
_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognized in a picture: paragraphs, and for each of their lines the engine's confidence, 0 to 1."""

    paragraphs: tuple[Imprint, ...] = ()
    confidences: tuple[float, ...] = ()
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scrap:
    """A stretch of text the engine found, its box in pixels of the picture as it was shown to the engine."""

    text: str
    box: Box
    confidence: float

    @property
    def upright(self) -> bool:
        """Tell whether the stretch is taller than wide, as lines of a page lying on its side are."""
        return len(self.text) > 2 and self.box.bottom - self.box.top > 1.5 * (self.box.right - self.box.left)


def available() -> bool:
    """Tell whether the engine and its models are installed."""
    return _models_folder() is not None and importlib.util.find_spec("onnxruntime") is not None


def transcribe(pixels: NDArray[np.uint8], *, scale: float) -> Transcript:
    """Recognize the text of a picture, rows by columns by blue-green-red; *scale* is points per pixel.

    Pages that lie on their side or stand on their head are turned first. Boxes are those of the picture as given.
    """
    turns, scraps = _best_view(pixels)
    height, width = pixels.shape[:2]
    lines = align(((scrap.text, scrap.box) for scrap in scraps), gap=_GAP)
    paragraphs = (
        Imprint(paragraph.text, _scaled(_turned_back(paragraph.box, turns, width, height), scale))
        for paragraph in gather(lines)
        if paragraph.box
    )
    return Transcript(
        tuple(paragraphs),
        tuple(scrap.confidence for scrap in scraps),
        tuple(scrap.text for scrap in scraps if scrap.confidence < _DOUBTFUL),
    )


def describe(transcripts: dict[int, Transcript], what: str) -> Iterator[str]:
    """Yield the notes on the pages that were recognized; *what* says what they are, such as 扫描图像."""
    read = {page: transcript for page, transcript in transcripts.items() if transcript.paragraphs}
    if read:
        confidences = [value for transcript in read.values() for value in transcript.confidences]
        mean = sum(confidences) / len(confidences)
        yield f"{name_pages(read)}是{what}，文字由 OCR 识别（平均置信度 {mean:.2f}），请对照原件核实"
    doubtful = [
        f"第{page}页“{text}”"
        for page, transcript in transcripts.items()
        for text in transcript.doubtful
        if text.strip()
    ]
    if doubtful:
        yield f"OCR 没有把握的文字（置信度低于 {_DOUBTFUL}）：{shortened(doubtful)}"
    blank = transcripts.keys() - read.keys()
    if blank:
        yield f"{name_pages(sorted(blank))}是{what}，OCR 没有识别出文字，请查看原件"


def _best_view(pixels: NDArray[np.uint8]) -> tuple[int, list[_Scrap]]:
    """Return the quarter turns (against the clock) under which the picture reads best, and what it reads."""
    best = 0, _recognize(pixels, 0)
    for turns in (2, 1, 3):
        if not best[1] or _merit(best[1]) >= _UPRIGHT:
            break
        best = max(best, (turns, _recognize(pixels, turns)), key=lambda view: _merit(view[1]))
    return best


def _merit(scraps: list[_Scrap]) -> float:
    """Return the mean confidence of the characters; 0 for a page on its side, read well but out of order."""
    characters = sum(len(scrap.text) for scrap in scraps)
    sideways = sum(len(scrap.text) for scrap in scraps if scrap.upright)
    if 2 * sideways >= characters:
        return 0.0
    return sum(scrap.confidence * len(scrap.text) for scrap in scraps) / characters


def _recognize(pixels: NDArray[np.uint8], turns: int) -> list[_Scrap]:
    import numpy as np

    # The engine's own line-by-line turning is off: it would read a page upside down from bottom to top.
    found = _engine()(np.ascontiguousarray(np.rot90(pixels, turns)), use_cls=False)
    if found.boxes is None or found.txts is None:
        return []
    return [
        _Scrap(text, Box(*map(float, (*corners.min(axis=0), *corners.max(axis=0)))), float(score))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]


def _turned_back(box: Box, turns: int, width: int, height: int) -> Box:
    """Return where *box* was in the picture of *width* by *height* before that was turned against the clock."""
    for turn in range(turns, 0, -1):
        # A turn takes the right edge to the top; before the second one the picture is as wide as it was high.
        right = width if turn % 2 else height
        box = Box(right - box.bottom, box.left, right - box.top, box.right)
    return box


def _scaled(box: Box, scale: float) -> Box:
    return Box(*(round(value * scale, 1) for value in (box.left, box.top, box.right, box.bottom)))


def _models_folder() -> Path | None:
    """Return where the models lie inside the engine's package, ``None`` where any is missing."""
    package = importlib.util.find_spec("rapidocr")
    if package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0]) / "models"
    return folder if all((folder / name).is_file() for name in _MODELS.values()) else None


@functools.cache
def _engine() -> Any:
    """Return the engine, silent and confined to two threads; loading it takes a second or two."""
    folder = _models_folder()
    assert folder
    importlib.import_module("onnxruntime").disable_telemetry_events()
    return importlib.import_module("rapidocr").RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,  # doubtful lines are kept and noted, not dropped
            "Global.max_side_len": LONGEST_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            # With their paths given the models are never looked up, and so never downloaded.
            **{f"{step}.model_path": str(folder / name) for step, name in _MODELS.items()},
        }
    )
