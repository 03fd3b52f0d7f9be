"""The ledger: lines that lead from findings and typed numbers to points, and add up to the score without remainder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mingcha.pipeline.scoring.arithmetic import ZERO, difference, product, quotient, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal


class LedgerLine(NamedTuple):
    """One step of the reckoning.

    ``points`` counts in the indicator's own points, ``amount`` is what the line adds to the total after weights;
    a line that only refers to another, or that stands under a multiplier, has amount 0. ``findings`` are the ids
    the line rests on and ``fact`` the fact they belong to. ``rule`` is the scheme's wording, ``explanation`` what
    happened here (both Chinese).
    """

    indicator: str
    name: str
    amount: Decimal
    points: Decimal
    rule: str
    explanation: str
    findings: tuple[str, ...] = ()
    fact: str | None = None

    def counting(self, amount: Decimal) -> LedgerLine:
        """Return the line with another amount; this runs most of all, so it goes past the named constructor."""
        indicator, name, _, points, rule, explanation, findings, fact = self
        return tuple.__new__(LedgerLine, (indicator, name, amount, points, rule, explanation, findings, fact))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines in the order of the scheme, and why the sum cannot be stated (Chinese; empty where it can)."""

    lines: tuple[LedgerLine, ...] = ()
    undetermined: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal | None:
        """The exact sum of the amounts, ``None`` while an input is missing: missing is not zero."""
        return None if self.undetermined else total(line.amount for line in self.lines)

    @property
    def subtotals(self) -> tuple[LedgerLine, ...]:
        """One line for each indicator that has lines of its own: the sums of their amounts and of their points."""
        groups: dict[str, list[LedgerLine]] = {}
        for line in self.lines:
            groups.setdefault(line.indicator, []).append(line)
        return tuple(_subtotal(lines) for lines in groups.values())


def add(parts: Iterable[Ledger]) -> Ledger:
    """Join ledgers; the total is the sum, undetermined as soon as one part is."""
    parts = tuple(parts)
    lines = tuple(line for part in parts for line in part.lines)
    return Ledger(lines, tuple(reason for part in parts for reason in part.undetermined))


def average(parts: Sequence[tuple[Decimal, Ledger]]) -> Ledger:
    """Return the weighted mean; each line carries its share.

    The mean is one division of an exact sum, so that it meets a threshold exactly where it should (three parts
    of 91 make 91, not 90.99…); the last line that counts takes the remainder of the shares.
    """
    weights = total(weight for weight, _ in parts)
    below = [line for _, ledger in parts for line in ledger.lines]
    amounts = [product(line.amount, weight) for weight, ledger in parts for line in ledger.lines]
    shares = [quotient(amount, weights) for amount in amounts]
    carrier = max((row for row, share in enumerate(shares) if share), default=None)
    if carrier is not None:
        others = difference(total(shares), shares[carrier])
        shares[carrier] = difference(quotient(total(amounts), weights), others)
    lines = tuple([line.counting(share) for line, share in zip(below, shares, strict=True)])
    return Ledger(lines, tuple(reason for _, ledger in parts for reason in ledger.undetermined))


def multiply(base: Ledger, factor: Ledger, neutral: Decimal, step: LedgerLine) -> Ledger:
    """Return base × factor ÷ neutral: the factor's lines stay visible at amount 0, *step* takes the difference."""
    lines = (*base.lines, *(line.counting(ZERO) for line in factor.lines))
    if base.total is None or factor.total is None:
        return Ledger(lines, (*base.undetermined, *factor.undetermined))
    value = quotient(product(base.total, factor.total), neutral)
    effect = difference(value, base.total)
    return Ledger((*lines, step._replace(amount=effect, points=effect)))


def _subtotal(lines: Sequence[LedgerLine]) -> LedgerLine:
    amount, points = (total(values) for values in ((line.amount for line in lines), (line.points for line in lines)))
    return LedgerLine(lines[0].indicator, lines[0].name, amount, points, "小计", f"{len(lines)}行合计")
