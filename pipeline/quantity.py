"""A number of a text as a value. Reading it is the business of :mod:`mingcha.pipeline.quantities`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mingcha.pipeline.document import Span

Measure = Literal["money", "rate", "points", "rank", "duration", "date", "count", "length", "area", "weight", "other"]

FIGURES: frozenset[Measure] = frozenset({"money", "rate", "count", "length", "area", "weight", "other"})
"""The sorts that say how much of something there is: no date, duration or rank, and no percentage points."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, in the words and at the place where the text gives it.

    Money is in 元 with 万 and 亿 multiplied out; shares and rates are the number before % (七成 is 70, 千分之三 is
    0.3, 翻番 is 100 up); 百分点 is its own unit; every other unit is kept as written (公里, 亩, 月, 人次).
    ``value_max`` is set for ranges. ``approximator`` is one of ``more`` (余, 多, 以上), ``less`` (不到, 以下),
    ``nearly`` (近), ``about`` (约, 左右, 几) or ``None``. ``baseline`` and ``target`` are what the text
    compares with, ``period`` the time it speaks of, ``measure`` what is measured (e.g. 地区生产总值), all as
    written or ``None``. ``plan`` tells what is to be from what is; ``share`` is ``lead`` (牵头, 主笔) or ``part``
    (参与, 配合) where the sentence says so. ``kind`` is the sort of quantity, used for the abstracted tokens of rules.
    """

    span: Span
    text: str
    value: float
    unit: str
    kind: Measure
    value_max: float | None = None
    approximator: str | None = None
    direction: Literal["up", "down", "none"] = "none"
    baseline: str | None = None
    target: str | None = None
    period: str | None = None
    measure: str | None = None
    plan: bool = False
    share: Literal["lead", "part"] | None = None
