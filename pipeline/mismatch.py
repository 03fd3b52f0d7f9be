"""Figures that do not agree, and how exactly a printed figure can be held to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from mingcha.pipeline.document import Span
    from mingcha.pipeline.quantity import Quantity

_SLACK: Final = Decimal("0.0000001")
_PRINTED = re.compile(r"\d+(?:[,，]\d{3})*(?:\.(?P<decimals>\d+))?(?P<scale>[百千万亿]*)")
_SCALES: Final = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Figures of one passage that do not agree: what stands there, what the other figures give, and why (Chinese)."""

    span: Span
    stated: float
    computed: float
    explanation: str


class Bounds(NamedTuple):
    """The least and the greatest value that a result can have, as far as its figures were rounded."""

    low: Decimal
    high: Decimal


def is_exact(quantity: Quantity) -> bool:
    """Tell whether a quantity is one number without 近, 余 or 以上."""
    return quantity.approximator is None and quantity.value_max is None


def bounds_of(quantity: Quantity) -> Bounds:
    """Return between which values the figure lies: 1.2万 was rounded to a thousand, 25 is 25.

    >>> from mingcha.pipeline.quantities import extract_quantities
    >>> [tuple(map(float, bounds_of(one))) for one in extract_quantities("涉及1.2万人，办结25件")]
    [(11500.0, 12500.0), (25.0, 25.0)]
    """
    value = Decimal(str(quantity.value))
    printed = _PRINTED.search(quantity.text)
    if printed is None or not (printed["decimals"] or printed["scale"]):
        return Bounds(value, value)
    unit = Decimal(1).scaleb(-len(printed["decimals"] or ""))
    for scale in printed["scale"]:
        unit *= _SCALES[scale]
    return Bounds(value - unit / 2, value + unit / 2)


def percentage(part: Bounds, whole: Bounds) -> Bounds | None:
    """Return between which values the share lies, ``None`` where the whole may be nothing."""
    if whole.low <= 0:
        return None
    return Bounds(part.low * 100 / whole.high, part.high * 100 / whole.low)


def printed_percentage(rate: Quantity) -> Decimal | None:
    """Return the figure with the decimals as printed; they say how far it was rounded."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s?(?:[%％]|个?百分点)", rate.text)
    return Decimal(match[1]) if match else None


def agrees(computed: Bounds, stated: Decimal) -> bool:
    """Allow rounding and cutting off at the last printed place: a difference of less than one unit there."""
    unit = Decimal(1).scaleb(int(stated.as_tuple().exponent)) - _SLACK
    return computed.low - unit < stated < computed.high + unit


def plain(number: Decimal) -> str:
    """Write a number without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
