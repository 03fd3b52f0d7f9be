"""The sensitivity of the order to the weights as a picture: one row a weight, one column a step, darker is more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.page import environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.scoring.sensitivity import Shift


def sensitivity_plot(shifts: Sequence[Shift]) -> str:
    """Return an SVG picture: in each cell the share of pairs that change their order, as number and as shade."""
    names = dict.fromkeys(shift.name for shift in shifts)
    steps = sorted({shift.step for shift in shifts})
    cells = {(shift.name, shift.step): shift for shift in shifts}
    return environment({}).get_template("sensitivity.svg.j2").render(names=list(names), steps=steps, cells=cells)
