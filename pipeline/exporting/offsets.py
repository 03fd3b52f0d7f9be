"""Places in a text counted in UTF-16 units, as some tools do, and in code points, as we do."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Units = Literal["code-points", "utf-16"]

_WIDE = re.compile("[\U00010000-\U0010ffff]")


def to_units(text: str, units: Units) -> Callable[[int], int]:
    """Return the function from a place in code points to the same place in *units*.

    >>> to_units("甲😀乙", "utf-16")(2)
    3
    """
    wide = _wide(text, units)
    return lambda place: place + bisect_left(wide, place)


def from_units(text: str, units: Units) -> Callable[[int], int]:
    """Return the function from a place in *units* to the same place in code points.

    A place inside a character of two units counts as the end of that character: the text then shows the mistake.

    >>> from_units("甲😀乙", "utf-16")(3)
    2
    """
    ends = [place + order + 2 for order, place in enumerate(_wide(text, units))]
    return lambda place: place - bisect_right(ends, place)


def _wide(text: str, units: Units) -> list[int]:
    """Return the places of the characters that take two units."""
    return [match.start() for match in _WIDE.finditer(text)] if units == "utf-16" else []
