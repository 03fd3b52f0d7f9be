"""What formulas and calculations must fulfil: every name known, no circle, every placeholder filled, no idle part."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.faults import Fault
from mingcha.pipeline.scoring.operations import FUNCTIONS, LAZY
from mingcha.pipeline.scoring.outcomes import PLACE, RANKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.scoring.calculations import Calculation, TableShape
    from mingcha.pipeline.scoring.expressions import Expression
    from mingcha.pipeline.scoring.scheme import Scheme

    Place = tuple[str | int, ...]

_NEEDS_OF = ("sum", "mean", "max", "min", "distinct", "names", "first", "last", "run", "falls")


# ---- formulas of indicators


def unsound_formulas(scheme: Scheme) -> Iterator[Fault]:
    """Yield what is wrong with the inputs and with the formulas, series, checklists and rates of the indicators."""
    yield from _inputs(scheme)
    periods = {period for leaf in scheme.indicators if leaf.method == "series" for period in leaf.periods}
    known = {entry.id for entry in scheme.inputs} | scheme.places.keys() | periods
    for index, leaf in enumerate(scheme.indicators):
        path = ("indicators", index)
        if leaf.method == "formula":
            yield from _unknown((*path, "formula"), leaf.formula, known)
        elif leaf.method == "findings":
            for place, item in enumerate(leaf.items):
                if item.per is not None and item.per not in known:
                    yield Fault((*path, "items", place, "per"), _no_input(item.per))
        elif leaf.method == "series":
            yield from _series(path, leaf.periods, leaf.least)
    if not [*_repeated(scheme)]:
        yield from _circles(scheme)


def _series(path: Place, periods: tuple[str, ...], least: int) -> Iterator[Fault]:
    if len(set(periods)) < len(periods):
        yield Fault((*path, "periods"), "同一期写了两次。请改正")
    if least > len(periods):
        yield Fault((*path, "least"), f"一共只有{len(periods)}期，least 不能是{least}。请改小")


def _inputs(scheme: Scheme) -> Iterator[Fault]:
    yield from _repeated(scheme)
    for index, entry in enumerate(scheme.inputs):
        yield from _reserved(("inputs", index, "id"), entry.id)


def _repeated(scheme: Scheme) -> Iterator[Fault]:
    seen = set(scheme.places)
    for index, entry in enumerate(scheme.inputs):
        if entry.id in seen:
            yield Fault(("inputs", index, "id"), f"编号“{entry.id}”用了两次。请改成不同的编号")
        seen.add(entry.id)


def _no_input(name: str) -> str:
    return f"没有编号为“{name}”的输入或指标。请在 inputs 里加上，或改正名称"


def _unknown(path: Place, formula: Expression, known: Iterable[str]) -> Iterator[Fault]:
    for name in sorted(set(formula.names) - set(known)):
        yield Fault(path, _no_input(name))


def _circles(scheme: Scheme) -> Iterator[Fault]:
    """Follow each formula to the indicators it rests on; an indicator must not rest on itself."""
    rests = {
        indicator.id: {*(part.id for part in scheme.branches.get(indicator.id, ())), *_named(indicator)}
        for indicator in scheme.indicators
    }
    for index, indicator in enumerate(scheme.indicators):
        if indicator.method == "formula" and indicator.id in _reached(indicator.id, rests):
            yield Fault(("indicators", index, "formula"), f"“{indicator.name}”的算式绕回了它自己。请改正算式或 parent")


def _named(indicator: object) -> tuple[str, ...]:
    return indicator.formula.names if getattr(indicator, "method", "") == "formula" else ()  # type: ignore[attr-defined]


def _reached(start: str, rests: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = set(rests[start])
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead |= rests.get(name, set())
    return reached


# ---- tables and calculations


def unsound_tables(scheme: Scheme) -> Iterator[Fault]:
    """Yield what is wrong with the tables, the correspondences and the calculations."""
    for key in ("tables", "correspondences", "calculations"):
        seen: set[str] = set()
        for index, part in enumerate(getattr(scheme, key)):
            if part.id in seen:
                yield Fault((key, index, "id"), f"编号“{part.id}”用了两次。请改成不同的编号")
            seen.add(part.id)
    shapes = {table.id: table for table in scheme.tables}
    for index, table in enumerate(scheme.tables):
        yield from _columns(("tables", index), table)
    lists = {entry.id for entry in scheme.correspondences}
    for index, rule in enumerate(scheme.calculations):
        path = ("calculations", index)
        if rule.table in shapes:
            yield from _calculation(path, rule, shapes[rule.table], lists)
        else:
            yield Fault((*path, "table"), f"没有编号为“{rule.table}”的表。请在 tables 里加上，或改正编号")


def _columns(path: Place, table: TableShape) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, column in enumerate(table.columns):
        place = (*path, "columns", index)
        yield from _reserved((*place, "id"), column.id)
        for heading in {column.id, *column.headings}:
            if heading in seen:
                yield Fault(place, f"表头“{heading}”指了两列。请改成不同的表头")
            seen.add(heading)


def _reserved(path: Place, name: str) -> Iterator[Fault]:
    if keyword.iskeyword(name) or name in FUNCTIONS or name in LAZY or name in (PLACE, RANKED):
        yield Fault(path, f"“{name}”是算式里已有的词，不能作编号。请换一个")


def _calculation(path: Place, rule: Calculation, table: TableShape, lists: set[str]) -> Iterator[Fault]:
    columns = {column.id for column in table.columns}
    row = columns | lists
    for index, parameter in enumerate(rule.parameters):
        yield from _new((*path, "parameters", index), parameter.id, row)
    for key, names in (("group", rule.group), ("order", rule.order)):
        for name in names:
            if name not in columns:
                yield Fault((*path, key), f"表“{table.name}”没有“{name}”这一列。请改正")
    if rule.where is not None:
        yield from _unknown((*path, "where"), rule.where, row)
    known = set(row)
    yield from _totals(path, rule, row, known)
    for index, figure in enumerate(rule.figures):
        place = (*path, "figures", index)
        yield from _unknown((*place, "formula"), figure.formula, known)
        yield from _new(place, figure.id, known)
    yield from _ranking(path, rule, known)
    yield from _verdicts(path, rule, known)


def _totals(path: Place, rule: Calculation, row: set[str], known: set[str]) -> Iterator[Fault]:
    for index, total in enumerate(rule.totals):
        place = (*path, "totals", index)
        if total.of is None and total.take in _NEEDS_OF:
            yield Fault(place, f"take 是 {total.take}，要用 of 写明取哪个值。请补上")
        for key, formula in (("of", total.of), ("where", total.where)):
            if formula is not None:
                yield from _unknown((*place, key), formula, row)
        yield from _new(place, total.id, known)


def _new(place: Place, name: str, known: set[str]) -> Iterator[Fault]:
    yield from _reserved((*place, "id"), name)
    if name in known:
        yield Fault((*place, "id"), f"编号“{name}”已是列、参数或前面的数。请改成不同的编号")
    known.add(name)


def _ranking(path: Place, rule: Calculation, known: set[str]) -> Iterator[Fault]:
    if rule.ranking is None:
        return
    for key, name in (("by", rule.ranking.by), *(("within", name) for name in rule.ranking.within)):
        if name not in known:
            yield Fault((*path, "ranking"), f"{key} 写的“{name}”不是列，也没有算出来过。请改正")
    known.update((PLACE, RANKED))


def _verdicts(path: Place, rule: Calculation, known: set[str]) -> Iterator[Fault]:
    if not (rule.verdicts or rule.figures or rule.totals or rule.ranking):
        yield Fault(path, "这一项什么也没有算。请写上 totals、figures、ranking 或 verdicts")
    for index, verdict in enumerate(rule.verdicts):
        place = (*path, "verdicts", index)
        if verdict.when is not None:
            yield from _unknown((*place, "when"), verdict.when, known)
        for name in verdict.placeholders:
            if name not in known:
                yield Fault((*place, "say"), f"花括号里的“{name}”没有算出来过。请改正")
