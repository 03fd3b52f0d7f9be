"""Scraps of text on a page: which stand on one line, in which order lines are read, how they become paragraphs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Box, Locator
from mingcha.pipeline.reading.assembly import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# A line goes on if it fills this share of the widest one; pages of short lines only (lists, tables) have no such lines.
_FULL_LINE = 0.85
_LEAST_WIDTH = 36  # half-width characters
_SENTENCE_END = re.compile("[。！？；：!?;:][”’」』）)]?\\s*$")
# What stands further below than this many heights of the line begins something new, say a page number.
_FAR = 2.0
_TOUCHING = 0.5  # points that one line may reach into the next
# Columns of running text: at least so many lines each, so wide against the page's text, filled so far.
_COLUMN_LINES = 6
_COLUMN_SHARE = 0.3
_COLUMN_FILLED = 0.7
_COLUMN_EMS = 10
_WORD_GAP = 0.2  # ems


@dataclass(frozen=True, slots=True)
class Imprint:
    """A text and where it stands on its page, in points; ``box`` is ``None`` where nothing tells."""

    text: str
    box: Box | None = None


def pieces(paragraphs: Iterable[Imprint], page: int) -> Iterator[Piece]:
    """Yield *paragraphs*, those of page number *page*, counted from 1."""
    for number, paragraph in enumerate(paragraphs, start=1):
        yield Piece(paragraph.text, Locator(page=page, paragraph=number, box=paragraph.box))


def enclose(boxes: Iterable[Box | None]) -> Box | None:
    """Return the smallest box around *boxes*, to a tenth of a point; ``None`` if there is none.

    >>> enclose([Box(10, 20, 30.04, 40), None, Box(5, 30, 20, 50)])
    Box(left=5, top=20, right=30.0, bottom=50)
    """
    known = [box for box in boxes if box]
    if not known:
        return None
    return Box(
        round(min(box.left for box in known), 1),
        round(min(box.top for box in known), 1),
        round(max(box.right for box in known), 1),
        round(max(box.bottom for box in known), 1),
    )


def gather(lines: Iterable[Imprint]) -> Iterator[Imprint]:
    """Gather the lines of a page to paragraphs: one that fills the line and ends no sentence goes on in the next.

    >>> lines = ["一、总体情况", "今年以来全局上下努力工作按期完成了全部", "任务。", "二、问题"]
    >>> [paragraph.text for paragraph in gather(map(Imprint, lines))]
    ['一、总体情况', '今年以来全局上下努力工作按期完成了全部\\n任务。', '二、问题']
    """
    written = [line for line in lines if line.text.strip()]
    widths = [_width(line.text) for line in written]
    full = max(_LEAST_WIDTH, *widths, 0) * _FULL_LINE
    gathered: list[Imprint] = []
    for line, width, following in zip(written, widths, [*written, None][1:], strict=True):
        gathered.append(line)
        if width < full or _SENTENCE_END.search(line.text) or _far(line, following):
            yield _joined(gathered)
            gathered = []
    if gathered:
        yield _joined(gathered)


def _joined(lines: list[Imprint]) -> Imprint:
    return Imprint("\n".join(line.text for line in lines), enclose(line.box for line in lines))


def _width(line: str) -> int:
    """Return the printed width, in half-width characters."""
    line = line.rstrip()
    if line.isascii():
        return len(line)
    return len(line) + sum(unicodedata.east_asian_width(char) in "WF" for char in line)


def _far(line: Imprint, following: Imprint | None) -> bool:
    if following is None or line.box is None or following.box is None:
        return False
    return following.box.top - line.box.bottom > _FAR * (line.box.bottom - line.box.top)


def straighten(lines: Sequence[Imprint]) -> list[Imprint]:
    """Put the lines of a page that were drawn out of order from top to bottom; return others as they come.

    Headers, footers and text boxes are often drawn last. The file's own order is the better one where lines stand
    beside lines that were not drawn next to them (columns, tables drawn cell by cell), where the order of height would
    mix two stretches line by line, and where most steps lead up the page (it lies upside down).
    """
    rows = _drawn_rows(lines)
    stretches = _stretches(rows)
    steps_up = max(stretches, default=0)
    if steps_up == 0 or 2 * steps_up >= len(rows):
        return list(lines)
    order = sorted(range(len(rows)), key=lambda index: rows[index][0].top)
    switches = sum(stretches[above] != stretches[below] for above, below in pairwise(order))
    if switches > 2 * steps_up or any(_beside(rows[above][0], rows[below][0]) for above, below in pairwise(order)):
        return list(lines)
    return [line for index in order for line in rows[index][1]]


def _beside(above: Box, below: Box) -> bool:
    return below.top < above.bottom - _TOUCHING


def _drawn_rows(lines: Sequence[Imprint]) -> list[tuple[Box, list[Imprint]]]:
    """Join lines that were drawn one after the other at one height; return none if a line has no box."""
    rows: list[tuple[Box, list[Imprint]]] = []
    for line in lines:
        if line.box is None:
            return []
        if rows and _level(rows[-1][0], line.box):
            box, members = rows[-1]
            rows[-1] = (_around(box, line.box), [*members, line])
        else:
            rows.append((line.box, [line]))
    return rows


def _stretches(rows: list[tuple[Box, list[Imprint]]]) -> list[int]:
    """Number the stretches that go down the page without a step back up, for each row the one it is in."""
    numbers = [0] if rows else []
    for (above, _), (below, _) in pairwise(rows):
        numbers.append(numbers[-1] + (below.top < above.top))
    return numbers


def _level(one: Box, other: Box) -> bool:
    """Tell whether two boxes share half the height of the lower one."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= min(one.bottom - one.top, other.bottom - other.top) / 2 and shared > 0


def _around(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def align(scraps: Iterable[tuple[str, Box]], *, gap: float = 1.0) -> list[Imprint]:
    """Join scraps that stand at the same height to lines, top to bottom, columns of running text one by one.

    For files that tell where each scrap of text stands but not which belong together. A blank is put where more
    than *gap* ems are left free, or between Latin words and figures that do not touch.
    """
    rows = _rows(list(scraps))
    segments = [segment for row in rows for segment in _segments(row, gap)]
    columns = _columns(segments)
    return [_line(row, gap) for column in columns for row in _rows(column)]


def _rows(scraps: list[tuple[str, Box]]) -> list[list[tuple[str, Box]]]:
    """Cluster by height, each cluster from left to right."""
    rows: list[list[tuple[str, Box]]] = []
    anchor: Box | None = None
    for scrap in sorted(scraps, key=lambda scrap: scrap[1].top + scrap[1].bottom):
        box = scrap[1]
        if anchor and _level(anchor, box):
            rows[-1].append(scrap)
            anchor = max(anchor, box, key=lambda box: box.bottom - box.top)
        else:
            rows.append([scrap])
            anchor = box
    rows.sort(key=lambda row: min(box.top for _, box in row))
    return [sorted(row, key=lambda scrap: scrap[1].left) for row in rows]


def _segments(row: list[tuple[str, Box]], gap: float) -> Iterator[tuple[str, Box]]:
    """Cut a row where more than two ems are left blank."""
    begin = 0
    for index in range(1, len(row) + 1):
        if index == len(row) or row[index][1].left - row[index - 1][1].right > 2 * _em(row[index][1]):
            line = _line(row[begin:index], gap)
            assert line.box
            yield line.text, line.box
            begin = index


def _line(row: list[tuple[str, Box]], gap: float) -> Imprint:
    text = row[0][0]
    for (before, left), (after, right) in pairwise(row):
        free = (right.left - left.right) / max(_em(right), 0.1)
        text += (" " if free > gap or (free > _WORD_GAP and _latin(before, after)) else "") + after
    return Imprint(text, enclose(box for _, box in row))


def _em(box: Box) -> float:
    return box.bottom - box.top


def _latin(before: str, after: str) -> bool:
    """Tell whether two scraps meet in words or figures that a blank would part."""
    return before[-1:].isascii() and after[:1].isascii() and not before.endswith(" ") and not after.startswith(" ")


def _columns(segments: list[tuple[str, Box]]) -> list[list[tuple[str, Box]]]:
    """Return what is read one after the other: head, left and right column and foot, or all at once."""
    span = enclose(box for _, box in segments)
    if span is None or len(segments) < 2 * _COLUMN_LINES:
        return [segments] if segments else []
    for edge in sorted({box.left for _, box in segments}):
        left = [segment for segment in segments if segment[1].right <= edge]
        right = [segment for segment in segments if segment[1].left >= edge]
        if _running(left, span) and _running(right, span):
            crossing = [segment for segment in segments if segment not in left and segment not in right]
            top = min(box.top for _, box in (*left, *right))
            bottom = max(box.bottom for _, box in (*left, *right))
            head = [segment for segment in crossing if segment[1].top <= top]
            foot = [segment for segment in crossing if segment[1].bottom >= bottom]
            if len(head) + len(foot) == len(crossing):
                return [column for column in (head, left, right, foot) if column]
    return [segments]


def _running(column: list[tuple[str, Box]], span: Box) -> bool:
    """Tell whether a column is running text: many lines, wide, and most of them full."""
    if len(column) < _COLUMN_LINES:
        return False
    extent = max(box.right for _, box in column) - min(box.left for _, box in column)
    usual = median(box.right - box.left for _, box in column)
    ems = usual / max(median(_em(box) for _, box in column), 0.1)
    return (
        extent >= _COLUMN_SHARE * (span.right - span.left) and usual >= _COLUMN_FILLED * extent and ems >= _COLUMN_EMS
    )
