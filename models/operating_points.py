"""The operating points that the model card offers, and the one that a user asks for by the precision he wants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.judgment import OperatingPoint

if TYPE_CHECKING:
    from collections.abc import Mapping

LOWEST, HIGHEST = 0.5, 0.99
"""The precisions that may be asked for."""


def point_of(row: Mapping[str, Any]) -> OperatingPoint:
    """Return the operating point written in a model card."""
    return OperatingPoint(row["risk"], row["share"], row["evidence"], row["mention"])


def choose_operating_point(card: Mapping[str, Any], min_precision: float | None = None) -> OperatingPoint:
    """Return the operating point of *card* at which risks reach *min_precision* out of fold; ``None``: its own.

    The share of true risks among those flagged was measured on our own corpus. A :class:`UsageError` says so where it
    is not reached, and names the highest that is.
    """
    point = point_of(card["operating_point"])
    if min_precision is None:
        return point
    _, row = _step(card, min_precision)
    return raised(point, row["risk"])


def raised(point: OperatingPoint, risk: float) -> OperatingPoint:
    """Return *point* as it is where a precision was asked for, with the threshold *risk*: no rule lowers it."""
    return replace(point, risk=risk, carried=1.0, carried_alone=1.0)


def describe_point(card: Mapping[str, Any], min_precision: float) -> str:
    """Return the chosen point as the versions of a run record it.

    >>> describe_point({"precision_points": {"0.90": {"risk": 0.81, "recall": 0.4}}}, 0.9)
    'precision>=0.90 risk>=0.8100'
    """
    step, row = _step(card, min_precision)
    return f"precision>={step} risk>={row['risk']:.4f}"


def _step(card: Mapping[str, Any], min_precision: float) -> tuple[str, Mapping[str, float]]:
    """Return the lowest step of the card that is not below *min_precision*, and its row."""
    if not LOWEST <= min_precision <= HIGHEST:
        raise UsageError(f"--min-precision 应在 {LOWEST:.2f} 到 {HIGHEST:.2f} 之间，不能是 {min_precision:g}。")
    points: Mapping[str, Mapping[str, float]] | None = card.get("precision_points")
    if not points:
        raise DataError("模型卡里没有准确率档位，无法使用 --min-precision。请重新安装，或运行 mingcha train 重新训练。")
    # The next hundredth up; what lies within a rounding error of one is that one.
    steps = [step for step in points if float(step) >= min_precision - 1e-9]
    if not steps:
        highest = max(points, key=float)
        raise UsageError(
            f"--min-precision {min_precision:g} 达不到：模型在自有语料的留出折上，准确率最高只能稳定达到 {highest}"
            f"（此时召回率 {points[highest]['recall']:.2f}）。请改为不高于 {highest} 的数值。"
        )
    step = min(steps, key=float)
    return step, points[step]
