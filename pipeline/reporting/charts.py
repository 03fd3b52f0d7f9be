"""The geometry of the charts in user units; the template draws them as inline SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mingcha.pipeline.reporting.tables import CrossTable

LABEL_WIDTH, BAR_SPACE, TOTAL_WIDTH = 96, 700, 44
BAR_HEIGHT, BAR_GAP = 24, 12
LEAST_LABELLED = 16  # narrower segments carry their count in the tooltip and the table only
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of a bar with one status, from ``x`` on and ``width`` wide; ``labelled`` if its count fits in."""

    term: str
    count: int
    x: float
    width: float

    @property
    def labelled(self) -> bool:
        """Whether the count can be written into the segment."""
        return self.width >= LEAST_LABELLED

    @property
    def middle(self) -> float:
        """Where the count is centred."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar whose upper edge is at ``y``; ``end`` is where its total is written."""

    term: str
    y: int
    segments: tuple[Segment, ...]
    total: int

    @property
    def end(self) -> float:
        """The right edge of the bar."""
        last = self.segments[-1] if self.segments else None
        return round(last.x + last.width, 1) if last else LABEL_WIDTH


@dataclass(frozen=True, slots=True)
class BarChart:
    """Stacked horizontal bars, and the terms of the segments that occur."""

    bars: tuple[Bar, ...]
    terms: tuple[str, ...]

    @property
    def width(self) -> int:
        """The width of the drawing."""
        return LABEL_WIDTH + BAR_SPACE + TOTAL_WIDTH

    @property
    def height(self) -> int:
        """The height of the drawing."""
        return len(self.bars) * (BAR_HEIGHT + BAR_GAP)


def bar_chart(table: CrossTable) -> BarChart:
    """Draw one bar per row of the table, one segment per column; the longest bar fills the space.

    >>> from mingcha.pipeline.reporting.tables import CrossTable
    >>> chart = bar_chart(CrossTable(("inaction",), ("asserted", "reported"), ((3, 1),)))
    >>> [(segment.x, segment.width) for segment in chart.bars[0].segments]
    [(96, 525.0), (621.0, 175.0)]
    """
    unit = BAR_SPACE / max(table.row_totals, default=1)
    bars = tuple(
        Bar(term, position * (BAR_HEIGHT + BAR_GAP), _segments(table.columns, counts, unit), sum(counts))
        for position, (term, counts) in enumerate(zip(table.rows, table.counts, strict=True))
    )
    seen = zip(table.columns, table.column_totals, strict=True)
    return BarChart(bars, tuple(term for term, count in seen if count))


def _segments(terms: tuple[str, ...], counts: tuple[int, ...], unit: float) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    x: float = LABEL_WIDTH
    for term, count in zip(terms, counts, strict=True):
        if count:
            width = round(count * unit, 1)
            segments.append(Segment(term, count, x, width))
            x = round(x + width, 1)
    return tuple(segments)


def heat_level(count: int, peak: int) -> int:
    """Return the shade of a heat cell: 0 for none, then 1 to 5 in equal steps up to *peak*.

    >>> [heat_level(count, 10) for count in (0, 1, 2, 3, 10)]
    [0, 1, 1, 2, 5]
    """
    return -(-count * LEVELS // peak) if count else 0
