"""By how much two statements on one matter differ in their figures, for the page."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from mingcha.pipeline.figures import are_far
from mingcha.pipeline.quantity import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.quantity import Quantity

_COMPARED = FIGURES - {"other"}
_LARGE = ((10**8, "亿"), (10**4, "万"))


def widest_gap(supports: Iterable[Finding], contradicts: Iterable[Finding]) -> str | None:
    """Return 86万元与31.2万元，相差54.8万元 for the two figures of one unit that differ most, or ``None``.

    Only what is claimed is compared (12件 overdue is no other figure for 412件 handled), and nothing is said where any
    figure of that unit agrees: then the passages differ in something else.
    """
    ours, theirs = _figures(supports), _figures(contradicts)
    pairs = [(one, other) for one, other in product(ours, theirs) if one.unit == other.unit]
    agreed = {one.unit for one, other in pairs if not are_far(one, other)}
    apart = [pair for pair in pairs if pair[0].unit not in agreed]
    return _said(*max(apart, key=lambda pair: _share(*pair))) if apart else None


def _figures(findings: Iterable[Finding]) -> list[Quantity]:
    claims = (finding for finding in findings if finding.kind == "evidence")
    return [one for finding in claims for one in finding.quantities if one.kind in _COMPARED and not one.plan]


def _share(one: Quantity, other: Quantity) -> float:
    largest = max(abs(one.value), abs(other.value))
    return abs(one.value - other.value) / largest if largest else 0.0


def _said(one: Quantity, other: Quantity) -> str:
    unit = "个百分点" if one.unit == "%" else one.unit
    return f"{one.text}与{other.text}，相差{shown(abs(one.value - other.value))}{unit}"


def shown(value: float) -> str:
    """Return a number as people write it.

    >>> shown(548_000.0), shown(7.0), shown(135_000_000.0)
    ('54.8万', '7', '1.35亿')
    """
    size, name = next((large for large in _LARGE if value >= large[0]), (1, ""))
    return f"{round(value / size, 4):.10g}{name}"
