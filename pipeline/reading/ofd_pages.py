"""The content of an OFD page: which text is drawn where (GB/T 33190-2016)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Box
from mingcha.pipeline.reading.assembly import inked
from mingcha.pipeline.reading.xml_parts import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml import etree

    Element = etree._Element

_POINTS_PER_MILLIMETER = 72 / 25.4
_IDENTITY = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
# How far a character reaches above and below its base line, in ems.
_ASCENT = 0.88
_DESCENT = 0.12
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# A text drawn twice so close (millimeters) is one text in bold.
_BOLD_SHIFT = 0.5
_MEANINGLESS = frozenset({"Co", "Cn", "Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a page or an annotation draws, in points from the page's upper left corner.

    ``counted`` is how many characters and shapes the file holds for it, blanks aside, ``doubled`` how many of them were
    drawn twice for bold and ``glyphs`` how many are mere shapes without a character. ``pictured`` is the area under
    pictures in square points, ``drawn`` tells whether there is anything at all.
    """

    scraps: tuple[tuple[str, Box], ...] = ()
    counted: int = 0
    doubled: int = 0
    glyphs: int = 0
    pictured: float = 0.0
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """A drawn object, and the point in millimeters from which its boundary is measured."""

    element: Element
    left: float = 0.0
    top: float = 0.0

    @property
    def boundary(self) -> Box:
        left, top, width, height = _padded(self.element.get("Boundary"), [0.0] * 4)
        return Box(self.left + left, self.top + top, self.left + left + width, self.top + top + height)


def read_drawing(roots: Iterable[Element], composites: Mapping[str, Element]) -> Drawing:
    """Return what *roots* (a page with its templates) draw; *composites* are the document's reusable parts by id."""
    roots = list(roots)
    items = [item for root in roots for item in _items(_Item(root), composites)]
    texts = [item for item in items if local_name(item.element) == "TextObject"]
    codes = [_code_text(code) for root in roots for code in _all_codes(root, composites)]
    shapes = [item for item in texts if _shapes(item.element)]
    every = list(chain.from_iterable(_scraps(item) for item in texts))
    once = list(_unrepeated(every))
    return Drawing(
        tuple((text, _points(box)) for text, box in once),
        sum(map(inked, codes)) + sum(_shapes(item.element) - inked(_whole(item.element)) for item in shapes),
        sum(inked(text) for text, _ in every) - sum(inked(text) for text, _ in once),
        sum(_shapes(item.element) for item in shapes),
        sum(_area(_points(item.boundary)) for item in items if local_name(item.element) == "ImageObject"),
        drawn=bool(items),
    )


def rectangle(text: str | None) -> Box | None:
    """Return in points the box that a file writes as left, top, width and height in millimeters."""
    numbers = _numbers(text)
    if len(numbers) != 4:
        return None
    left, top, width, height = numbers
    return _points(Box(left, top, left + width, top + height))


def _items(parent: _Item, composites: Mapping[str, Element]) -> Iterator[_Item]:
    for child in parent.element:
        kind = local_name(child)
        if kind in {"TextObject", "ImageObject", "PathObject"}:
            yield _Item(child, parent.left, parent.top)
        elif kind == "CompositeObject":
            yield from _composed(_Item(child, parent.left, parent.top), composites)
        else:
            yield from _items(_Item(child, parent.left, parent.top), composites)


def _composed(item: _Item, composites: Mapping[str, Element]) -> Iterator[_Item]:
    """Yield what a reusable part draws where *item* puts it; a part that uses itself is not followed."""
    used = item.element.get("ResourceID", "")
    if used in composites:
        others = {key: part for key, part in composites.items() if key != used}
        yield from _items(_Item(composites[used], item.boundary.left, item.boundary.top), others)


def _all_codes(root: Element, composites: Mapping[str, Element]) -> Iterator[Element]:
    """Yield the text of a content stream without regard to its structure, as a check on the walk above."""
    yield from root.iter("{*}TextCode")
    for use in root.iter("{*}CompositeObject"):
        part = composites.get(use.get("ResourceID", ""))
        if part is not None:
            others = {key: other for key, other in composites.items() if other is not part}
            yield from _all_codes(part, others)


def _scraps(item: _Item) -> Iterator[tuple[str, Box]]:
    """Yield the strings of a text object with their boxes in millimeters; those without characters are left out."""
    if _shapes(item.element):
        return
    at = [0.0, 0.0]
    for code in item.element.iterfind("{*}TextCode"):
        at = _padded(f"{code.get('X', at[0])} {code.get('Y', at[1])}", at)
        text = _code_text(code)
        if text.strip():
            yield text, _text_box(item, code, at)


def _code_text(code: Element) -> str:
    return "".join(map(str, code.itertext())).replace("\r", "").replace("\n", "")


def _text_box(item: _Item, code: Element, at: list[float]) -> Box:
    """Return where a string is drawn, within the boundary of its object; the boundary itself where that is off."""
    size = next(iter(_numbers(item.element.get("Size"))), 0.0)
    width, height = _advance(code, size)
    left, base = at
    a, b, c, d, e, f = _padded(item.element.get("CTM"), _IDENTITY)
    top, bottom = base - _ASCENT * size, base + height + _DESCENT * size
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, left + width) for y in (top, bottom)]
    bound = item.boundary
    xs, ys = zip(*corners, strict=True)
    box = Box(
        max(bound.left, bound.left + min(xs)),
        max(bound.top, bound.top + min(ys)),
        min(bound.right, bound.left + max(xs)),
        min(bound.bottom, bound.top + max(ys)),
    )
    return box if box.right > box.left and box.bottom > box.top else bound


def _advance(code: Element, size: float) -> tuple[float, float]:
    """Return how far a string reaches to the right and down from where its first character stands."""
    text = _code_text(code)
    ems = [1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5 for char in text]
    rights, downs = (_deltas(code.get(key))[: len(text) - 1] for key in ("DeltaX", "DeltaY"))
    if not rights:
        return size * (max(ems) if downs else sum(ems)), sum(downs)
    # How wide the last character is, is in the font alone; a narrow one is taken to be as wide as the others.
    last = size if ems[-1] == 1 else min(size, sum(rights) / len(rights))
    return sum(rights) + last, sum(downs)


def _deltas(text: str | None) -> list[float]:
    """Return the distances between characters; ``g 3 5`` stands for three times 5.

    >>> _deltas("4 g 3 5 2.5")
    [4.0, 5.0, 5.0, 5.0, 2.5]
    """
    words = iter((text or "").split())
    distances: list[float] = []
    for word in words:
        if word == "g":
            times, distance = _numbers(next(words, "")), _numbers(next(words, ""))
            distances += distance[:1] * min(int(times[0]) if times else 0, 10_000)
        else:
            distances += _numbers(word)[:1]
    return distances


def _shapes(text_object: Element) -> int:
    """Count the glyphs of a text object that has no characters for them."""
    transforms = list(text_object.iterfind("{*}CGTransform"))
    if not transforms:
        return 0
    signs = "".join(_whole(text_object).split())
    odd = sum(char == "\ufffd" or unicodedata.category(char) in _MEANINGLESS for char in signs)
    if odd * 2 < len(signs):
        return 0
    return max(len(signs), sum(len((glyphs.text or "").split()) for part in transforms for glyphs in part))


def _whole(text_object: Element) -> str:
    return "".join(map(_code_text, text_object.iterfind("{*}TextCode")))


def _unrepeated(scraps: Iterable[tuple[str, Box]]) -> Iterator[tuple[str, Box]]:
    """Leave out texts that are drawn a second time over themselves, which makes them bold."""
    seen: dict[str, list[Box]] = {}
    for text, box in scraps:
        places = seen.setdefault(text, [])
        if not any(abs(box.left - o.left) + abs(box.top - o.top) < _BOLD_SHIFT for o in places):
            places.append(box)
            yield text, box


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text or "")]


def _padded(text: str | None, default: list[float]) -> list[float]:
    """Return as many numbers as *default* has; all of it where the file has too few."""
    numbers = _numbers(text)
    return numbers[: len(default)] if len(numbers) >= len(default) else default


def _points(box: Box) -> Box:
    return Box(
        box.left * _POINTS_PER_MILLIMETER,
        box.top * _POINTS_PER_MILLIMETER,
        box.right * _POINTS_PER_MILLIMETER,
        box.bottom * _POINTS_PER_MILLIMETER,
    )


def _area(box: Box) -> float:
    return max(box.right - box.left, 0) * max(box.bottom - box.top, 0)
