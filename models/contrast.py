"""Two models measured by the same documents: figures of the old and the new, and what lies between them.

The difference has an interval of its own: both models are resampled by the same draws of documents, so that what makes
a draw hard or easy for both does not count (paired bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mingcha.models.evaluation import Figure, interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.models.evaluation import Measured

DECIDING = ("average_precision", "risk.f1", "evidence.f1")
"""The figures of the frozen split that a candidate must not lose beyond the interval."""
TOLD = (*DECIDING, "risk.p", "risk.r", "risk.macro", "flagged.mention", "flagged.plain")


@dataclass(frozen=True, slots=True)
class Contrast:
    """One figure of the old model and of the new, and the difference (new less old), each with its 95 % interval."""

    old: Figure
    new: Figure
    difference: Figure


def contrast(old: Measured, new: Measured) -> dict[str, Contrast]:
    """Return the contrast of every figure; both must be measured by the same documents in the same order."""
    return {name: _contrast(name, old, new) for name in old.values}


def _contrast(name: str, old: Measured, new: Measured) -> Contrast:
    before, after = old.resampled[name], new.resampled[name]
    between = Figure(float(new.values[name] - old.values[name]), *interval(np.asarray(after - before)))
    return Contrast(_figure(name, old, before), _figure(name, new, after), between)


def _figure(name: str, measured: Measured, resampled: np.typing.NDArray[np.float64]) -> Figure:
    return Figure(float(measured.values[name]), *interval(resampled))


def lost(rows: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return which of the deciding figures of a card got worse beyond the interval of the difference.

    >>> lost({"risk.f1": {"difference": [-0.1, -0.2, -0.01]}, "evidence.f1": {"difference": [-0.1, -0.2, 0.0]}})
    ('risk.f1',)
    """
    highest = {name: rows[name]["difference"][2] for name in DECIDING if name in rows}
    return tuple(name for name, high in highest.items() if high is not None and high < 0)


def card_rows(contrasts: Mapping[str, Contrast], names: tuple[str, ...] = TOLD) -> dict[str, dict[str, Any]]:
    """Return contrasts as a card keeps them: value, low and high of each; ``None`` where there is nothing to tell."""
    return {
        name: {side: _written(getattr(contrasts[name], side)) for side in ("old", "new", "difference")}
        for name in names
        if name in contrasts
    }


def _written(figure: Figure) -> list[float | None]:
    numbers = (figure.value, figure.low, figure.high)
    return [round(number, 4) if np.isfinite(number) else None for number in numbers]
