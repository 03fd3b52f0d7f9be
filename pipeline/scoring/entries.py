"""Indicators fed by a number that a person types in: as it stands, by steps, or on a straight line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import difference, plain, product, quotient, total
from mingcha.pipeline.scoring.feeding import line
from mingcha.pipeline.scoring.ledger import Ledger
from mingcha.pipeline.scoring.soundness import bounds

if TYPE_CHECKING:
    from decimal import Decimal

    from mingcha.pipeline.scoring.indicators import Entry, Linear, Table


def enter(leaf: Entry | Table | Linear, value: Decimal | None) -> Ledger:
    """Return the indicator's one line; without a number, or with an impossible one, it stays undetermined."""
    if value is None:
        return Ledger(undetermined=(f"“{leaf.name}”尚未填写（指标编号 {leaf.id}）",))
    if leaf.method == "manual":
        return _typed(leaf, value)
    points, rule = _looked_up(leaf, value) if leaf.method == "table" else _straight(leaf, value)
    return Ledger((line(leaf, points, rule, f"填写值{plain(value)}，得{plain(points)}分"),))


def _typed(leaf: Entry, value: Decimal) -> Ledger:
    least, most = bounds(leaf)
    if not least <= value <= most:
        reason = f"“{leaf.name}”填写的{plain(value)}超出{plain(least)}至{plain(most)}的范围，请核对后重填"
        return Ledger(undetermined=(reason,))
    return Ledger((line(leaf, value, "人工填写", f"由人工填写，{plain(value)}分"),))


def _looked_up(leaf: Table, value: Decimal) -> tuple[Decimal, str]:
    step = next(step for step in leaf.steps if step.at_least is None or value >= step.at_least)
    rule = "其余各档" if step.at_least is None else f"达到{plain(step.at_least)}"
    return step.points, f"分档计分：{rule}得{plain(step.points)}分"


def _straight(leaf: Linear, value: Decimal) -> tuple[Decimal, str]:
    first, last, rule = leaf.knots[0], leaf.knots[-1], leaf.wording
    if not first.at < value < last.at:
        return (first if value <= first.at else last).points, rule
    left, right = next((left, right) for left, right in pairwise(leaf.knots) if value <= right.at)
    rise, run = difference(right.points, left.points), difference(right.at, left.at)
    return total([left.points, quotient(product(difference(value, left.at), rise), run)]), rule
