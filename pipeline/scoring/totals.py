"""What the rows of a group come to: counts, sums, extremes, lists of names, runs and falls."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import total
from mingcha.pipeline.scoring.operations import UndefinedError, mean, number, shown, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mingcha.pipeline.scoring.calculations import Take, Total
    from mingcha.pipeline.scoring.operations import Value

    Row = Mapping[str, Value | None]
    Known = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Sum:
    """What a total comes to; ``remark`` (Chinese) tells of skipped rows, ``reasons`` why there is no value."""

    value: Value | None
    reasons: tuple[str, ...] = ()
    remark: str = ""


def add_up(rule: Total, rows: Sequence[Row]) -> Sum:
    """Return what *rows*, in their order, come to under *rule*; each row holds its columns and the parameters."""
    try:
        chosen, reasons = _chosen(rule, rows)
        values = [True if rule.of is None else rule.of.answer(row).value for row in chosen]
        gaps = values.count(None)
        if (reasons or gaps) and rule.missing == "undetermined":
            return Sum(None, (*_distinct(reasons), *_gap_reasons(rule, gaps)))
        known = [value for value in values if value is not None]
        skipped = gaps + len(reasons)
        remark = f"“{rule.id}”略去缺值的{skipped}行" if skipped else ""
        return Sum(_TAKES[rule.take](known), (), remark)
    except UndefinedError as error:
        return Sum(None, (f"“{rule.id}”：{error}",))


def _chosen(rule: Total, rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """Return the rows that fulfil ``where``, and for each row of which that cannot be told the first reason."""
    if rule.where is None:
        return list(rows), []
    answers = [(row, rule.where.answer(row)) for row in rows]
    reasons = [answer.reasons[0] for _, answer in answers if answer.reasons]
    return [row for row, answer in answers if answer.value is not None and truth(answer.value)], reasons


def _distinct(reasons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))


def _gap_reasons(rule: Total, gaps: int) -> tuple[str, ...]:
    return (f"“{rule.id}”有{gaps}行缺值",) if gaps else ()


def _extreme(choose: Callable[[Iterable[Decimal]], Decimal]) -> Callable[[Known], Value]:
    return lambda values: choose([number(value) for value in _some(values)])


def _some(values: Known) -> Known:
    if not values:
        raise UndefinedError("没有可用的行")
    return values


def _names(values: Known) -> str:
    return "、".join(dict.fromkeys(map(shown, values))) or "无"


def _run(values: Known) -> Decimal:
    return Decimal(sum(1 for _ in takewhile(truth, reversed(values))))


def _falls(values: Known) -> Decimal:
    numbers = [number(value) for value in values]
    later_first = list(pairwise(reversed(numbers)))
    return Decimal(sum(1 for _ in takewhile(lambda pair: pair[0] < pair[1], later_first)))


_TAKES: Mapping[Take, Callable[[Sequence[Value]], Value]] = {
    "count": lambda values: Decimal(len(values)),
    "sum": lambda values: total(number(value) for value in values),
    "mean": lambda values: mean([number(value) for value in _some(values)]),
    "max": _extreme(max),
    "min": _extreme(min),
    "distinct": lambda values: Decimal(len(set(map(shown, values)))),
    "names": _names,
    "first": lambda values: _some(values)[0],
    "last": lambda values: _some(values)[-1],
    "run": _run,
    "falls": _falls,
}
