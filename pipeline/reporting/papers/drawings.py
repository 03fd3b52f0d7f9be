"""The geometry of the charts, in user units, from the tables that they draw; the template writes them as inline SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mingcha.pipeline.reporting.papers.figures import amount, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.reporting.papers.paper import Cell, Table

WIDTH = 760
_LABELS, _TOTALS, _BAR, _GAP = 150, 60, 20, 9
_LEAST_LABELLED = 18
_CELL_HEIGHT, _HEAD = 26, 92
_TALL, _FOOT, _AXIS = 170, 46, 44
_SIDE = 300
_SLANT, _EDGE = 70, 24  # room at the right for the last words
_STYLES = {1: ("good",), 2: ("good", "bad"), 4: ("good", "good open", "bad", "bad open")}


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle or, of no width, a dot; ``style`` names its fill, ``words`` are its tooltip, ``label`` is in it."""

    x: float
    y: float
    width: float
    height: float
    style: str
    words: str
    label: str = ""

    @property
    def middle(self) -> float:
        """Where the label is centred."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Words:
    """Words at a place; ``anchor`` is start, middle or end, ``turned`` words run upwards."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its size, marks, words, and the lines (style and points); ``legend`` is style and meaning."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    words: tuple[Words, ...]
    lines: tuple[tuple[str, str], ...] = ()
    legend: tuple[tuple[str, str], ...] = ()


def draw(table: Table) -> Drawing | None:
    """Return the chart of a table, ``None`` where it has none or nothing to show."""
    if table.plot is None or not table.drawn:
        return None
    return {"bars": _bars, "heat": _heat, "timeline": _columns, "curve": _curve, "reliability": _curve}[
        table.plot.form
    ](table)


def _legend(table: Table) -> tuple[tuple[str, str], ...]:
    series = table.plot.series if table.plot else ()
    return tuple(zip(_styles(len(series)), (table.columns[place].title for place in series), strict=True))


def _styles(count: int) -> tuple[str, ...]:
    return _STYLES.get(count) or ("good",) * count


def _label(row: Sequence[Cell], table: Table, most: int) -> str:
    return _cut(written(row[table.plot.label]) if table.plot else "", most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _bars(table: Table) -> Drawing:
    """Stacked horizontal bars, one a row; the longest fills the space."""
    series = table.plot.series if table.plot else ()
    longest = max((sum(amount(row[place]) for place in series) for row in table.drawn), default=0.0) or 1.0
    unit = (WIDTH - _LABELS - _TOTALS) / longest
    marks, words = list[Mark](), list[Words]()
    for number, row in enumerate(table.drawn):
        y, x = 4 + number * (_BAR + _GAP), float(_LABELS)
        words.append(Words(_LABELS - 8, y + 15, _label(row, table, 10), "end"))
        for place, style in zip(series, _styles(len(series)), strict=True):
            mark = _segment(row[place], (x, y), unit, style, table.columns[place].title)
            marks += [mark] if mark.width else []
            x += mark.width
        lacking = all(row[place] is None for place in series)
        total = "—" if lacking else written(round(sum(amount(row[place]) for place in series), 2))
        words.append(Words(round(x + 6, 1), y + 15, total))
    return Drawing(WIDTH, len(table.drawn) * (_BAR + _GAP) + 8, tuple(marks), tuple(words), legend=_legend(table))


def _segment(cell: Cell, place: tuple[float, float], unit: float, style: str, title: str) -> Mark:
    wide = round(max(amount(cell), 0.0) * unit, 1)
    label = written(cell) if wide >= _LEAST_LABELLED else ""
    return Mark(round(place[0], 1), place[1], wide, _BAR, style, f"{title}：{written(cell)}", label)


def _heat(table: Table) -> Drawing:
    """A grid of shaded cells, darker for more; each cell bears its number."""
    series = table.plot.series if table.plot else ()
    peak = max((amount(row[place]) for row in table.drawn for place in series), default=0.0)
    wide = min(90.0, (WIDTH - _LABELS - _SLANT) / max(len(series), 1))
    words = [
        Words(round(_LABELS + (number + 0.5) * wide, 1), _HEAD - 8, _cut(table.columns[place].title, 8), turned=True)
        for number, place in enumerate(series)
    ]
    marks = list[Mark]()
    for line, row in enumerate(table.drawn):
        y = _HEAD + line * _CELL_HEIGHT
        words.append(Words(_LABELS - 8, y + 18, _label(row, table, 10), "end"))
        marks += [
            _shaded(row, place, table, _Box(_LABELS + number * wide, y, wide, peak))
            for number, place in enumerate(series)
        ]
    return Drawing(WIDTH, _HEAD + len(table.drawn) * _CELL_HEIGHT + 6, tuple(marks), tuple(words))


class _Box(NamedTuple):
    x: float
    y: float
    wide: float
    peak: float


def _shaded(row: Sequence[Cell], place: int, table: Table, box: _Box) -> Mark:
    label = written(row[table.plot.label if table.plot else 0])
    words = f"{label}·{table.columns[place].title}：{written(row[place])}"
    style = f"heat{_level(amount(row[place]), box.peak)}"
    size = (round(box.x + 1, 1), box.y + 1, round(box.wide - 2, 1), _CELL_HEIGHT - 2)
    return Mark(*size, style, words, written(row[place]))


def _level(value: float, peak: float) -> int:
    """Return the shade: 0 for nothing, then 1 to 5 in equal steps up to the peak.

    >>> [_level(value, 10) for value in (0, 1, 3, 10)]
    [0, 1, 2, 5]
    """
    return 0 if value <= 0 else min(5, -(-int(value * 5 * 1000) // int(peak * 1000)))


def _columns(table: Table) -> Drawing:
    """Upright columns side by side, one group a row, in the order of time."""
    series = table.plot.series if table.plot else ()
    peak = max((amount(row[place]) for row in table.drawn for place in series), default=0.0) or 1.0
    group = (WIDTH - _AXIS - _EDGE) / len(table.drawn)
    wide = round(min(26.0, group * 0.8 / len(series)), 1)
    marks, words = list[Mark](), [Words(_AXIS - 8, 20, written(peak), "end"), Words(_AXIS - 8, _TALL + 4, "0", "end")]
    for number, row in enumerate(table.drawn):
        left = _AXIS + number * group + (group - wide * len(series)) / 2
        words.append(Words(round(_AXIS + (number + 0.5) * group, 1), _TALL + 20, _short(written(row[0])), "middle"))
        for step, (place, style) in enumerate(zip(series, _styles(len(series)), strict=True)):
            tall = round(amount(row[place]) / peak * (_TALL - 16), 1)
            tip = f"{written(row[0])}·{table.columns[place].title}：{written(row[place])}"
            mark = Mark(round(left + step * wide, 1), round(_TALL - tall, 1), wide, tall, style, tip)
            marks += [mark] if tall else []
    axis = f"{_AXIS},14 {_AXIS},{_TALL} {WIDTH},{_TALL}"
    return Drawing(WIDTH, _TALL + _FOOT - 12, tuple(marks), tuple(words), (("line", axis),), _legend(table))


def _short(slot: str) -> str:
    """Return a month as the foot of a column has room for it: 2024年12月 is 24.12."""
    year, parted, month = slot.partition("年")
    return f"{year[2:]}.{month.removesuffix('月')}" if parted and month.endswith("月") else slot


def _curve(table: Table) -> Drawing:
    """Dots of one share against another in a square from 0 to 1, joined in the order of the rows."""
    plot = table.plot
    assert plot is not None
    low, high = _AXIS + 10, _AXIS + 10 + _SIDE
    rows = [row for row in table.drawn if row[plot.label] is not None and row[plot.series[0]] is not None]
    dots = [_dot(amount(row[plot.label]), amount(row[plot.series[0]]), row, table) for row in rows]
    words = [*_ticks(low, high), Words((low + high) / 2, 14 + _SIDE + 38, table.columns[plot.label].title, "middle")]
    words.append(Words(16, (14 + _SIDE) / 2 + 14, table.columns[plot.series[0]].title, "middle", turned=True))
    frame = f"{low},14 {low},{14 + _SIDE} {high},{14 + _SIDE}"
    joined = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    lines = [("line", frame), ("line joined", joined)]
    if plot.form == "reliability":
        lines.append(("line ideal", f"{low},{14 + _SIDE} {high},14"))
    return Drawing(high + 40, 14 + _SIDE + 50, tuple(dots), tuple(words), tuple(lines))


def _dot(x: float, y: float, row: Sequence[Cell], table: Table) -> Mark:
    left, top = _AXIS + 10 + _SIDE * x, 14 + _SIDE * (1 - y)
    tip = "，".join(f"{column.title} {written(cell)}" for column, cell in zip(table.columns, row, strict=True))
    return Mark(round(left, 1), round(top, 1), 0, 0, "good", tip)


def _ticks(low: float, high: float) -> Iterator[Words]:
    for share in (0.0, 0.5, 1.0):
        yield Words(low + (high - low) * share, 14 + _SIDE + 18, f"{share:g}", "middle")
        yield Words(low - 8, 14 + _SIDE * (1 - share) + 5, f"{share:g}", "end")
