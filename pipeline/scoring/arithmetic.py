"""Decimal arithmetic of the scores: sums without loss, one rounding per division, display rounding at the very end."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ZERO = Decimal(0)
# 400 digits are more than sums and products of scheme numbers and quotients can need, so nothing is rounded.
_EXACT = Context(prec=400)
_QUOTIENT = Context(prec=50, rounding=ROUND_HALF_EVEN)  # the digits kept of a quotient such as 1/3


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum, whatever the order and whatever the caller's decimal context.

    >>> total([Decimal("58.6"), Decimal("24.3"), Decimal("2.5"), Decimal("-1.0")])
    Decimal('84.4')
    """
    return reduce(_EXACT.add, amounts, ZERO)


# The contexts' own methods, unwrapped: an assessment runs them millions of times.
product = _EXACT.multiply
"""Return the exact product."""

difference = _EXACT.subtract
"""Return the exact difference."""

quotient = _QUOTIENT.divide
"""Return the quotient correctly rounded to 50 digits; exact wherever it has that few."""


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Round half up, which is what 四舍五入 means; for display, and where a rule itself says it rounds.

    >>> rounded(Decimal("87.565"), 2)
    Decimal('87.57')
    """
    return _EXACT.add(amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_EXACT), ZERO)


def plain(amount: Decimal) -> str:
    """Return the unrounded number without exponent and without idle zeros.

    >>> plain(Decimal("1E+2")), plain(Decimal("8.440")), plain(Decimal("-0.0"))
    ('100', '8.44', '0')
    """
    text = str(amount)  # much the cheaper way of the two, and enough but for exponents
    if "E" in text:
        text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
