"""Charts in a Word document: titles and texts, and one line of names and numbers for each series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reading.assembly import inked
from mingcha.pipeline.reading.word_parts import whole_number
from mingcha.pipeline.reading.word_runs import Setting, read_runs
from mingcha.pipeline.reading.word_styles import Styles
from mingcha.pipeline.reading.word_traces import Fragment
from mingcha.pipeline.reading.xml_parts import attribute, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    Element = etree._Element

_LABELS = frozenset({"cat", "xVal"})
_VALUES = frozenset({"val", "yVal"})
_PLAIN = Setting(Styles())


def read_chart(node: Element) -> Iterator[Fragment]:
    """Yield the lines of a chart part: the numbers are those saved with it, its workbook is not opened."""
    for child in node:
        name = local_name(child)
        if name == "ser":
            yield from _series(child)
        elif name == "p":
            yield Fragment("".join(item.text for item in read_runs(child, _PLAIN) if isinstance(item, Fragment)))
        elif name == "lvl":
            yield _line("", [_text(point) for point in child.iter("{*}pt")])
        elif name == "v":
            yield Fragment(child.text or "")
        elif name != "Fallback":
            yield from read_chart(child)


def _series(series: Element) -> Iterator[Fragment]:
    """Yield “name：label value，label value …”, then whatever else is written at the series."""
    heading = ""
    labels: dict[int, str] = {}
    values: dict[int, str] = {}
    rest = []
    for child in series:
        name = local_name(child)
        if name == "tx":
            heading = _text(child)
        elif name in _LABELS:
            labels = _points(child)
        elif name in _VALUES:
            values = _points(child)
        else:
            rest.append(child)
    points = (labels.get(index, "") + " " + values.get(index, "") for index in sorted({*labels, *values}))
    yield _line(heading, [point.strip() for point in points])
    for child in rest:
        yield from read_chart(child)


def _line(heading: str, points: list[str]) -> Fragment:
    text = (f"{heading}：" if heading and points else heading) + "，".join(points)
    return Fragment(text, added=inked(text) - inked(heading) - sum(map(inked, points)))


def _points(source: Element) -> dict[int, str]:
    """Return the points by place; those of several levels of labels are joined by blanks."""
    points: dict[int, str] = {}
    for point in source.iter("{*}pt"):
        place = whole_number(attribute(point, "idx"), 0)
        points[place] = f"{points.get(place, '')} {_text(point)}".strip()
    return points


def _text(node: Element) -> str:
    own = node.text or ""
    return " ".join([own.strip(), *(value.text or "" for value in node.iter("{*}v"))]).strip()
