"""Native charts of Excel beside the tables that they draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mingcha.pipeline.reporting.papers.paper import Plot, Table

_BLUE, _ORANGE = "#0072B2", "#C04A00"
_FILLS: dict[int, tuple[tuple[str, str], ...]] = {
    1: ((_BLUE, ""),),
    2: ((_BLUE, ""), (_ORANGE, "")),
    4: ((_BLUE, ""), (_BLUE, "wide_upward_diagonal"), (_ORANGE, ""), (_ORANGE, "wide_downward_diagonal")),
}
_TYPES = {
    "bars": {"type": "bar", "subtype": "stacked"},
    "timeline": {"type": "column"},
    "reliability": {"type": "scatter", "subtype": "straight_with_markers"},
    "curve": {"type": "scatter", "subtype": "straight_with_markers"},
}
_MOST_ROWS = 60  # a chart of more bars than these cannot be read


def add_chart(book: Any, sheet: Any, table: Table, head: int) -> None:
    """Put the chart of a table to its right; *head* is the row of the header, counted from 0. A heat map is shaded."""
    plot = table.plot
    if plot is None or not table.drawn:
        return
    last = head + len(table.drawn)
    if plot.form == "heat":
        place = (head + 1, plot.series[0], last, plot.series[-1]) if plot.series else None
        if place:
            sheet.conditional_format(*place, {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#5F9DCF"})
    elif len(table.drawn) <= _MOST_ROWS:
        chart = book.add_chart(_TYPES[plot.form])
        _add_series(chart, sheet.get_name(), table, (head, last))
        _shape(chart, table, plot)
        sheet.insert_chart(head, len(table.columns) + 1, chart)


def _add_series(chart: Any, name: str, table: Table, rows: tuple[int, int]) -> None:
    plot, (head, last) = table.plot, rows
    assert plot is not None
    fills = _FILLS.get(len(plot.series), _FILLS[1] * len(plot.series))
    for column, (color, pattern) in zip(plot.series, fills, strict=True):
        series: dict[str, Any] = {
            "name": [name, head, column],
            "categories": [name, head + 1, plot.label, last, plot.label],
            "values": [name, head + 1, column, last, column],
            "border": {"color": color},
        }
        if pattern:
            series["pattern"] = {"pattern": pattern, "fg_color": color, "bg_color": "#FFFFFF"}
        else:
            series["fill"] = {"color": color}
        chart.add_series(series)


def _shape(chart: Any, table: Table, plot: Plot) -> None:
    chart.set_title({"name": table.caption, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"position": "bottom"} if len(plot.series) > 1 else {"none": True})
    tall = 90 + 26 * len(table.rows) if plot.form == "bars" else 300
    chart.set_size({"width": 620, "height": min(max(tall, 240), 1200)})
    if plot.form == "bars":
        chart.set_y_axis({"reverse": True})
    if plot.form in {"curve", "reliability"}:
        chart.set_x_axis({"name": table.columns[plot.label].title, "min": 0, "max": 1})
        chart.set_y_axis({"name": table.columns[plot.series[0]].title, "min": 0, "max": 1})
