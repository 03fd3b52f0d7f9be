"""Where each character of a rewritten text stands in the text it came from, and the other way round."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _no_positions() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The passages of a text that a rewrite gave another length; every character outside them stands for itself.

    Passage *i* is ``original_starts[i]`` to ``original_ends[i]`` in the original and ``clean_starts[i]`` to
    ``clean_ends[i]`` in the clean text. Passages are in order and do not overlap; a deletion has an empty clean side.
    A passage is mapped as a whole: a span that touches it covers all of it on the other side.
    """

    original_starts: array[int] = field(default_factory=_no_positions)
    original_ends: array[int] = field(default_factory=_no_positions)
    clean_starts: array[int] = field(default_factory=_no_positions)
    clean_ends: array[int] = field(default_factory=_no_positions)

    @classmethod
    def of(cls, passages: Iterable[tuple[Span, Span]]) -> OffsetMap:
        """Make the map from pairs of an original and a clean span, in order.

        >>> OffsetMap.of([(Span(1, 7), Span(1, 2))]).to_original(Span(1, 3))
        Span(start=1, end=8)
        """
        columns = (_no_positions(), _no_positions(), _no_positions(), _no_positions())
        for original, clean in passages:
            numbers = (original.start, original.end, clean.start, clean.end)
            for column, number in zip(columns, numbers, strict=True):
                column.append(number)
        return cls(*columns)

    def to_original(self, span: Span) -> Span:
        """Return the range of the original that the characters of a clean *span* came from."""
        return _projected(span, (self.clean_starts, self.clean_ends), (self.original_starts, self.original_ends))

    def to_clean(self, span: Span) -> Span:
        """Return the range of the clean text that became of an original *span*; empty where all of it was deleted."""
        return _projected(span, (self.original_starts, self.original_ends), (self.clean_starts, self.clean_ends))

    def then(self, later: OffsetMap) -> OffsetMap:
        """Return the map of this rewrite followed by *later*, whose original is this map's clean text."""
        if not (self.clean_starts and later.clean_starts):
            return self if self.clean_starts else later
        return OffsetMap.of(_composed(self, later))


def rewrite(text: str, replacements: Iterable[tuple[Span, str]]) -> tuple[str, OffsetMap]:
    """Replace passages of *text*, given in order and without overlap, and return the new text with its map.

    A replacement is mapped as a whole, even where old and new are equally long.

    >>> rewrite("領(lǐng)導", [(Span(0, 7), "領")])[0]
    '領導'
    """
    pieces: list[str] = []
    passages: list[tuple[Span, Span]] = []
    done = length = 0
    for span, new in replacements:
        length += span.start - done
        pieces += (text[done : span.start], new)
        if not len(span) == len(new) == 1:
            passages.append((span, Span(length, length + len(new))))
        done, length = span.end, length + len(new)
    pieces.append(text[done:])
    return "".join(pieces), OffsetMap.of(passages)


_Sides = tuple["array[int]", "array[int]"]


def _projected(span: Span, here: _Sides, there: _Sides) -> Span:
    if not here[0] and span.start < span.end:
        return span
    start = _edge(span.start, here, there)[0]
    if span.start >= span.end:
        return Span(start, start)
    return Span(start, max(start, _edge(span.end - 1, here, there)[1]))


def _edge(position: int, here: _Sides, there: _Sides) -> tuple[int, int]:
    """Return where the character at *position* starts and ends on the other side."""
    place = bisect_right(here[0], position) - 1
    if place < 0:
        return position, position + 1
    if position < here[1][place]:
        return there[0][place], there[1][place]
    moved = position + there[1][place] - here[1][place]
    return moved, moved + 1


def _composed(first: OffsetMap, second: OffsetMap) -> Iterator[tuple[Span, Span]]:
    """Yield the passages of both maps; those that overlap in the text between them become one."""
    before = after = 0  # how far the original and the clean text are ahead of the text between
    for start, end, shift_before, shift_after in _merged(first, second):
        original_end = end + (before if shift_before is None else shift_before)
        clean_end = end + (after if shift_after is None else shift_after)
        yield Span(start + before, original_end), Span(start + after, clean_end)
        before, after = original_end - end, clean_end - end


_Stretch = tuple[int, int, int | None, int | None]


def _merged(first: OffsetMap, second: OffsetMap) -> Iterator[_Stretch]:
    """Yield ranges of the text between with the shifts of either map that hold after them, ``None`` if unchanged."""
    befores: Iterable[_Stretch] = (
        (start, end, original - end, None)
        for start, end, original in zip(first.clean_starts, first.clean_ends, first.original_ends, strict=True)
    )
    afters: Iterable[_Stretch] = (
        (start, end, None, clean - end)
        for start, end, clean in zip(second.original_starts, second.original_ends, second.clean_ends, strict=True)
    )
    group: _Stretch | None = None
    for item in sorted(chain(befores, afters), key=lambda stretch: stretch[:2]):
        if group is None:
            group = item
        elif item[0] < group[1]:
            group = (group[0], max(group[1], item[1]), _latest(group[2], item[2]), _latest(group[3], item[3]))
        else:
            yield group
            group = item
    if group is not None:
        yield group


def _latest(held: int | None, new: int | None) -> int | None:
    return held if new is None else new
