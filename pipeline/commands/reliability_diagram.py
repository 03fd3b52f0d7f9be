"""The reliability diagram as an SVG file: how likely the model said it was, against how often it was so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.models.ranking import Bin

SIDE, MARGIN, FOOT = 320, 56, 64
"""The side of the square that is drawn in, and the room around and below it, in user units."""


def draw_reliability(bins: Iterable[Bin]) -> str:
    """Return the diagram of *bins*; the diagonal is perfect calibration, the bars below count sentences."""
    drawn = [one for one in bins if one.count]
    width, height = SIDE + 2 * MARGIN, SIDE + 2 * MARGIN + FOOT
    look = 'font-family="sans-serif" font-size="12" role="img" aria-label="概率可靠性图"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {look}>'
    ground = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return "\n".join([head, ground, *_axes(), *_counts(drawn), *_curve(drawn), "</svg>\n"])


def _axes() -> Iterator[str]:
    low, high = MARGIN, MARGIN + SIDE
    yield f'<rect x="{low}" y="{low}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#444"/>'
    yield f'<line x1="{low}" y1="{high}" x2="{high}" y2="{low}" stroke="#999" stroke-dasharray="4 4"/>'
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(tick, tick)
        yield f'<text x="{x}" y="{high + 16}" text-anchor="middle">{tick:g}</text>'
        yield f'<text x="{low - 6}" y="{y + 4}" text-anchor="end">{tick:g}</text>'
    middle, foot = low + SIDE / 2, high + FOOT + 34
    yield f'<text x="{middle}" y="{foot}" text-anchor="middle">模型给出的概率（下方条形：句数，对数）</text>'
    yield f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">实际为风险的比例</text>'
    yield f'<text x="{middle}" y="28" text-anchor="middle" font-size="14">概率可靠性图</text>'


def _curve(bins: Iterable[Bin]) -> Iterator[str]:
    places = [(_place(one.mean, one.share), one) for one in bins]
    points = " ".join(f"{x},{y}" for (x, y), _ in places)
    yield f'<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="2"/>'
    for (x, y), one in places:
        words = f"概率 {one.mean:.2f}，实际 {one.share:.2f}，{one.count} 句"
        yield f'<circle cx="{x}" cy="{y}" r="4" fill="#1f5fa8"><title>{words}</title></circle>'


def _counts(bins: list[Bin]) -> Iterator[str]:
    """Yield a bar for each bin, its height by the number of digits: the first bin holds nearly all sentences."""
    base, most = MARGIN + SIDE + FOOT + 16, max((one.count.bit_length() for one in bins), default=1)
    for one in bins:
        x, width = _place(one.low, 0)[0], SIDE * (one.high - one.low) - 4
        tall = round((FOOT - 24) * one.count.bit_length() / most, 1)
        yield f'<rect x="{x + 2}" y="{base - tall}" width="{width:.1f}" height="{tall}" fill="#c9d8ea"/>'


def _place(probability: float, share: float) -> tuple[float, float]:
    return round(MARGIN + SIDE * probability, 1), round(MARGIN + SIDE * (1 - share), 1)
