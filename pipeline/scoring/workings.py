"""Indicators whose points are worked out: by a formula, from a checklist, from a series of periods."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import ZERO, plain, product, quotient
from mingcha.pipeline.scoring.feeding import bounded, line
from mingcha.pipeline.scoring.grades import band_of
from mingcha.pipeline.scoring.ledger import Ledger, add
from mingcha.pipeline.scoring.operations import mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mingcha.pipeline.scoring.indicators import Checklist, Question, Series, Worked
    from mingcha.pipeline.scoring.operations import Value
    from mingcha.pipeline.scoring.scheme import Scale

    Answers = Mapping[str, Decimal | bool | None]


def work_out(leaf: Worked, values: Mapping[str, Value | None], parts: Sequence[Ledger]) -> Ledger:
    """Return the formula's line; the lines of the parts stay visible at amount 0, as the formula already holds them."""
    answer = leaf.formula.answer(values)
    below = tuple(row.counting(ZERO) for row in add(parts).lines)
    if not isinstance(answer.value, Decimal):
        reasons = answer.reasons or ("算式的结果不是数字",)
        inner = add(parts).undetermined
        return Ledger(below, inner or tuple(f"“{leaf.name}”{reason}" for reason in reasons))
    text = f"{leaf.formula.text} = {answer.working} = {plain(answer.value)}"
    return bounded(leaf, (*below, line(leaf, answer.value, "按算式计分", text)))


def check_off(checklist: Checklist, answers: Answers, scale: Scale | None) -> Ledger:
    """Return a checklist's points; undetermined where the way to take missing answers decides the band."""
    given = [answers.get(f"{checklist.id}.{question.id}") for question in checklist.questions]
    fulfilled = sum(answer is question.expected for question, answer in zip(checklist.questions, given, strict=True))
    known = sum(answer is not None for answer in given)
    if not known:
        return Ledger(undetermined=(f"“{checklist.name}”的{len(given)}个问题都没有填写",))
    left_out, as_no = (_share(checklist, fulfilled, count) for count in (known, len(given)))
    text = f"{len(given)}个问题，符合{fulfilled}个，不符合{known - fulfilled}个"
    if known == len(given):
        return Ledger((line(checklist, as_no, "清单计分", f"{text}，得{plain(as_no)}分"),))
    unanswered = f"{text}，未填{len(given) - known}个（{_unanswered(checklist.questions, given)}）"
    both = f"未填的剔除得{_two(left_out)}分，未填的按不符合得{_two(as_no)}分"
    if scale is None or band_of(left_out, scale) != band_of(as_no, scale):
        return Ledger(undetermined=(f"“{checklist.name}”{unanswered}：{both}，结论取决于算法，请补填后再算",))
    return Ledger((line(checklist, left_out, "清单计分", f"{unanswered}：{both}；两种算法同档，按剔除计"),))


def _share(checklist: Checklist, fulfilled: int, count: int) -> Decimal:
    return quotient(product(checklist.full, Decimal(fulfilled)), Decimal(count))


def _unanswered(questions: Sequence[Question], given: Sequence[object]) -> str:
    return "、".join(question.id for question, answer in zip(questions, given, strict=True) if answer is None)


def _two(value: Decimal) -> str:
    return plain(value.quantize(Decimal("0.01"))) if value != value.to_integral_value() else plain(value)


_TAKES: Mapping[str, tuple[str, Callable[[Sequence[Decimal]], Decimal]]] = {
    "mean": ("平均", mean),
    "latest": ("最近一期", lambda values: values[-1]),
    "worst": ("最低一期", min),
    "best": ("最高一期", max),
}


def follow(series: Series, answers: Answers) -> Ledger:
    """Return the points of a series of periods, with a remark in the line on the periods that are missing."""
    given = {period: answers.get(period) for period in series.periods}
    known = {period: value for period, value in given.items() if isinstance(value, Decimal)}
    missing = [period for period in given if period not in known]
    if len(known) < series.least:
        return Ledger(
            undetermined=(f"“{series.name}”已知{len(known)}期，至少要{series.least}期，缺：{'、'.join(missing)}",)
        )
    named, take = _TAKES[series.take]
    value = take(list(known.values()))
    gaps = f"；缺{'、'.join(missing)}，未计入，也不按零分算" if missing else ""
    text = f"{'、'.join(f'{period}为{plain(number)}' for period, number in known.items())}，{named}{plain(value)}{gaps}"
    return bounded(series, (line(series, value, f"多期{named}", text),))
