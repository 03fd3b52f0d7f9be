"""Which numbers of two passages agree: rounded, told by mouth, or with another counting word."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mingcha.pipeline.common_units import common_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.pipeline.quantity import Quantity

_ROUNDED = 0.01  # 3.2万亩 and 31978亩 are one number
_ABOUT = 0.05
_MONTHS, _LAST_DAY = 12, 1231
_FEW = 3  # 一项 and 两个 agree everywhere
_ONE_UNIT = {"口": "人", "名": "人", "位": "人", "人次": "人", "起": "件", "宗": "件", "例": "件"}


class Number(NamedTuple):
    """What a passage counts: the unit (counting words for people are one), the value, the bounds its wording leaves."""

    unit: str
    value: float
    low: float
    high: float


def numbers_of(quantities: Iterable[Quantity]) -> Iterator[Number]:
    """Yield the numbers that may tell a matter; counts up to three do not."""
    for quantity in quantities:
        if quantity.kind != "count" or quantity.value > _FEW:
            unit, size = common_unit(_ONE_UNIT.get(quantity.unit, quantity.unit))
            low, high = _bounds(quantity)
            yield Number(unit, size * quantity.value, size * low, size * high)


def _bounds(quantity: Quantity) -> tuple[float, float]:
    high = quantity.value if quantity.value_max is None else quantity.value_max
    if quantity.kind == "date" or quantity.approximator is None:
        return quantity.value, high
    if quantity.approximator == "more":
        return quantity.value, high + _step(high)
    return quantity.value - _ABOUT * abs(quantity.value), high + _ABOUT * abs(high)


def _step(value: float) -> float:
    """Return the last place that a round number counts: 三百八十多 lies below 390, 三百多 below 400."""
    step = 1.0
    while value and value % (10 * step) == 0:
        step *= 10
    return step if value == int(value) else _ABOUT * abs(value)


def agreements(one: Iterable[Number], other: Iterable[Number]) -> list[Number]:
    """Return the numbers of *one* that *other* gives, too."""
    others = list(other)
    return [number for number in one if any(_agree(number, known) for known in others)]


def _agree(one: Number, other: Number) -> bool:
    if one.unit != other.unit:
        return False
    rounded = 0.0 if one.unit == "日期" else _ROUNDED * max(abs(one.high), abs(other.high))
    return one.low <= other.high + rounded and other.low <= one.high + rounded


def is_telling(number: Number) -> bool:
    """Tell a number that hardly agrees by chance (18.6万元, 213辆, 7月14日) from a round or a small one."""
    if number.unit == "日期":
        return number.value > _MONTHS
    return len(f"{number.value:.12g}".replace(".", "").strip("0")) > 1


def on_other_days(one: Iterable[Number], other: Iterable[Number]) -> bool:
    """Tell whether one names a day that lies in no month of the other's: 7月14日 and 十月."""
    days, others = _days(one), _days(other)
    exact = any(day for _, day in days | others)
    return exact and bool(days and others) and not any(_same_day(left, right) for left in days for right in others)


def _days(numbers: Iterable[Number]) -> set[tuple[int, int]]:
    """Return the dates as (month, day), day 0 where only the month is given."""
    return set(filter(None, (_day(int(number.value)) for number in numbers if number.unit == "日期")))


def _day(date: int) -> tuple[int, int] | None:
    """Read YYYYMMDD, YYYYMM, MMDD or MM; a year alone is none."""
    short = date % 10**4 if date >= 10**7 else date % 100 if date >= 10**5 else date
    if short > _LAST_DAY:
        return None
    return (short, 0) if short <= _MONTHS else divmod(short, 100)


def _same_day(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or 0 in (one[1], other[1]))


def marks_of(numbers: Iterable[Number]) -> Iterator[tuple[str, str]]:
    """Yield what telling numbers that may agree have in common: the unit and the first two digits."""
    return ((number.unit, f"{number.value:.1e}") for number in numbers if is_telling(number))
