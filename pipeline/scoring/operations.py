"""What the formulas of a scheme can do: exact arithmetic, comparisons, a few functions of numbers, words and dates."""

from __future__ import annotations

import ast
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Final

from mingcha.pipeline.scoring.arithmetic import difference, plain, product, quotient, rounded, total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Values = Sequence["Value"]
    Numbers = Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A list of words with a value for each (等次 → 名额比例), as the scheme gives it."""

    name: str
    entries: Mapping[str, Decimal | str]


Value = Decimal | bool | str | date | Lookup
_MOST_DIGITS = 12
_MANY = 200
_FARTHEST = 100_000  # days or months that a date can be moved by


class UndefinedError(ArithmeticError):
    """An operation without a result, such as a division by nothing; the text (Chinese) says which."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a formula: it takes from ``least`` to ``most`` values, and raises where they do not suit it."""

    least: int
    most: int
    apply: Callable[[Values], Value]


def computed(operator: type[ast.operator], left: Value, right: Value) -> Decimal:
    """Return the sum, difference, product or quotient of two numbers."""
    return _OPERATORS[operator](number(left), number(right))


def compared(operator: type[ast.cmpop], left: Value, right: Value) -> bool:
    """Tell whether two values of one sort compare as *operator* says: numbers unrounded, words only for equality."""
    if type(left) is not type(right):
        raise UndefinedError(f"“{shown(left)}”和“{shown(right)}”不是同一种值，不能比较")
    if operator in _EQUALITIES:
        return (left == right) == _EQUALITIES[operator]
    if operator not in _ORDERS or isinstance(left, bool | str | Lookup):
        raise UndefinedError(f"“{shown(left)}”和“{shown(right)}”不能比较大小")
    return _ORDERS[operator](left, right)


def opposite(value: Value) -> Decimal:
    """Return a number with the other sign."""
    return number(value).copy_negate()


def number(value: Value) -> Decimal:
    """Return *value* where it is a number."""
    if not isinstance(value, Decimal):
        raise UndefinedError(f"“{shown(value)}”不是数字")
    return value


def truth(value: Value) -> bool:
    """Return *value* where it is yes or no."""
    if not isinstance(value, bool):
        raise UndefinedError(f"“{shown(value)}”不是条件，条件应当是“是”或“否”")
    return value


def day(value: Value) -> date:
    """Return *value* where it is a date."""
    if not isinstance(value, date):
        raise UndefinedError(f"“{shown(value)}”不是日期")
    return value


def shown(value: Value | None) -> str:
    """Return a value as a report shows it, numbers unrounded.

    >>> shown(None), shown(True), shown(Decimal("8.440")), shown(date(2025, 3, 1))
    ('待定', '是', '8.44', '2025-03-01')
    """
    match value:
        case None:
            return "待定"
        case bool():
            return "是" if value else "否"
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case Lookup():
            return value.name
    return value


def mean(values: Numbers) -> Decimal:
    """Return the mean: one division of an exact sum."""
    return quotient(total(values), Decimal(len(values)))


def _divided(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise UndefinedError("除数为零，结果无意义")
    return quotient(left, right)


def _rounded(values: Numbers) -> Decimal:
    digits = values[1] if len(values) > 1 else Decimal(0)
    if digits not in range(_MOST_DIGITS + 1):
        raise UndefinedError(f"round 的位数应当是0到{_MOST_DIGITS}的整数")
    return rounded(values[0], int(digits))


def _whole(value: Value) -> int:
    whole = number(value)
    if whole != whole.to_integral_value() or abs(whole) > _FARTHEST:
        raise UndefinedError(f"“{plain(whole)}”应当是不太大的整数")
    return int(whole)


def _plus_days(values: Values) -> date:
    try:
        return day(values[0]) + timedelta(days=_whole(values[1]))
    except OverflowError as error:
        raise UndefinedError("日期超出范围") from error


def _plus_months(values: Values) -> date:
    """Move a date by months; where the month is shorter, to its last day."""
    start, months = day(values[0]), _whole(values[1])
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise UndefinedError("日期超出范围")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _looked_up(values: Values) -> Value:
    table, word = values
    if not isinstance(table, Lookup):
        raise UndefinedError(f"“{shown(table)}”不是对照表")
    if (found := table.entries.get(shown(word))) is None:
        raise UndefinedError(f"对照表“{table.name}”里没有“{shown(word)}”")
    return found


def _undetermined(values: Values) -> Value:
    raise UndefinedError(shown(values[0]))


def _numeric(compute: Callable[[Numbers], Decimal]) -> Callable[[Values], Value]:
    return lambda values: compute([number(value) for value in values])


_OPERATORS: Final[Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: lambda left, right: total((left, right)),
    ast.Sub: difference,
    ast.Mult: product,
    ast.Div: _divided,
}
_EQUALITIES: Final[Mapping[type[ast.cmpop], bool]] = {ast.Eq: True, ast.NotEq: False}
_ORDERS: Final[Mapping[type[ast.cmpop], Callable[..., bool]]] = {
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
}
FUNCTIONS: Final[Mapping[str, Function]] = {
    "min": Function(1, _MANY, _numeric(min)),
    "max": Function(1, _MANY, _numeric(max)),
    "sum": Function(1, _MANY, _numeric(total)),
    "mean": Function(1, _MANY, _numeric(mean)),
    "abs": Function(1, 1, _numeric(lambda values: values[0].copy_abs())),
    "round": Function(1, 2, _numeric(_rounded)),
    "floor": Function(1, 1, _numeric(lambda values: values[0].to_integral_value(ROUND_FLOOR))),
    "ceil": Function(1, 1, _numeric(lambda values: values[0].to_integral_value(ROUND_CEILING))),
    "one_of": Function(2, _MANY, lambda values: values[0] in values[1:]),
    "lookup": Function(2, 2, _looked_up),
    "undetermined": Function(1, 1, _undetermined),
    "days": Function(2, 2, lambda values: Decimal((day(values[1]) - day(values[0])).days)),
    "year": Function(1, 1, lambda values: Decimal(day(values[0]).year)),
    "plus_days": Function(2, 2, _plus_days),
    "plus_months": Function(2, 2, _plus_months),
}
# known(x) asks whether an input is there; given(x, y) puts y in its place, which the scheme then says openly.
LAZY: Final[Mapping[str, int]] = {"known": 1, "given": 2}
