"""An amount: a numeral with its unit at one place, before the words around it are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mingcha.pipeline.quantity import Measure


class Amount(NamedTuple):
    """A quantity before its surroundings are looked at; ``start`` and ``end`` include 近, 余 and 以上."""

    start: int
    end: int
    value: float
    unit: str
    kind: Measure
    value_max: float | None = None
    approximator: str | None = None
    rising: bool = False
