"""A stretch of a document's text cut into pieces: what is highlighted, what is linked, what is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HIDDEN = "■"


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span with the classes that it is shown with; ``finding`` is the id it leads to, empty for none."""

    span: Span
    kind: str
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that are shown alike: where they begin in the document, and the classes of what they stand in."""

    text: str
    start: int
    kinds: tuple[str, ...] = ()
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A window of a text in pieces; ``whole`` is how many characters the document has."""

    pieces: tuple[Piece, ...]
    window: Span
    whole: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands before or behind."""
        return self.window.start == 0 and self.window.end >= self.whole


def excerpt(text: str, window: Span, highlights: Iterable[Highlight], hidden: Sequence[Span] = ()) -> Excerpt:
    """Return what stands in *window*, cut where a highlight begins or ends; hidden characters become black squares."""
    window = Span(max(0, window.start), min(len(text), max(window.start, window.end)))
    shown = [one for one in highlights if one.span.overlaps(window)]
    edges = {window.start, window.end}
    edges.update(edge for one in shown for edge in (one.span.start, one.span.end))
    cuts = sorted(edge for edge in edges if window.start <= edge <= window.end)
    veiled = veil(text, hidden, window)
    pieces = (_piece(Span(*pair), veiled, window.start, shown) for pair in pairwise(cuts))
    return Excerpt(tuple(pieces), window, len(text))


def around(span: Span, text: str, reach: int) -> Span:
    """Return the window of *reach* characters on both sides of *span*, widened to whole lines where these are short."""
    start, end = max(0, span.start - reach), min(len(text), span.end + reach)
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    start = line_start if start - line_start < reach else start
    return Span(start, line_end if 0 <= line_end - end < reach else end)


def veil(text: str, hidden: Iterable[Span], window: Span) -> str:
    """Return the window's characters with every hidden one replaced, so that all places stay where they are."""
    characters = list(window.of(text))
    for span in hidden:
        for place in range(max(span.start, window.start), min(span.end, window.end)):
            if not characters[place - window.start].isspace():
                characters[place - window.start] = HIDDEN
    return "".join(characters)


def places_of(names: Iterable[str], text: str) -> Iterator[Span]:
    """Yield where any of the names stands in the text."""
    for name in names:
        place = text.find(name) if name else -1
        while place >= 0:
            yield Span(place, place + len(name))
            place = text.find(name, place + len(name))


def _piece(span: Span, veiled: str, offset: int, shown: Iterable[Highlight]) -> Piece:
    over = [one for one in shown if one.span.overlaps(span)]
    kinds = tuple(dict.fromkeys(one.kind for one in over))
    finding = next((one.finding for one in over if one.finding), "")
    return Piece(span.shifted(-offset).of(veiled), span.start, kinds, finding)
