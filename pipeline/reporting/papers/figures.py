"""How cells are written: one way for every format, so that the same figure looks the same everywhere."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mingcha.pipeline.reporting.papers.paper import Cell

LACKING = "—"


def written(cell: Cell) -> str:
    """Return a cell as text; a figure that nobody has is a dash, never a zero.

    >>> [written(cell) for cell in (None, 0, 22000.0, 81.6, "甲")]
    ['—', '0', '22000', '81.6', '甲']
    """
    if cell is None:
        return LACKING
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def is_number(cell: Cell) -> bool:
    """Tell whether a cell holds a number, or a place where one is lacking."""
    return cell is None or isinstance(cell, int | float | Decimal)


def amount(cell: Cell) -> float:
    """Return the number of a cell, 0 for one without: only for drawing."""
    return float(cell) if isinstance(cell, int | float | Decimal) else 0.0
