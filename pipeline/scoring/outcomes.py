"""Carrying out a calculation: rows to groups, totals, figures, places and verdicts, each with its working."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import plain, rounded
from mingcha.pipeline.scoring.operations import UndefinedError, shown, truth
from mingcha.pipeline.scoring.totals import add_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mingcha.pipeline.scoring.calculations import Calculation, Figure, Ranking
    from mingcha.pipeline.scoring.operations import Value

    Values = dict[str, Value | None]

_MOST = 6  # decimals of a total
PLACE, RANKED = "名次", "参排数"
_UNCLEAR = "不能判断是否属于本项，未计入"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table; ``id`` says where it stands (file and line), ``values`` are its cells by column."""

    id: str
    values: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A total or figure of a group: unrounded value, how it was reached, or why there is none."""

    id: str
    value: Value | None
    working: str = ""
    unit: str = ""
    digits: int | None = None
    reasons: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The value as a report shows it: rounded half up, with its unit; without ``digits`` as many as it needs."""
        if not isinstance(self.value, Decimal):
            return shown(self.value)
        text = plain(rounded(self.value, _MOST)) if self.digits is None else f"{rounded(self.value, self.digits)}"
        return text + self.unit


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict in words; a proposal stands until a named person decides."""

    text: str
    proposal: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a calculation says of one group. Where ``undetermined`` is not empty, no verdict is drawn."""

    calculation: str
    name: str
    about: tuple[str, ...]
    reckoned: tuple[Reckoned, ...]
    place: int | None
    ranked: int | None
    said: tuple[Said, ...]
    undetermined: tuple[str, ...]
    remarks: tuple[str, ...]
    records: tuple[str, ...]

    def value(self, key: str) -> Value | None:
        """Return the unrounded value of a total or figure."""
        return next(one.value for one in self.reckoned if one.id == key)


@dataclass(frozen=True, slots=True)
class _Group:
    about: tuple[str, ...]
    records: tuple[Record, ...]
    values: Values
    reckoned: tuple[Reckoned, ...]
    remarks: tuple[str, ...]
    place: int | None = None
    ranked: int | None = None


def calculate(rule: Calculation, records: Sequence[Record], lookups: Mapping[str, Value]) -> tuple[Outcome, ...]:
    """Return what *rule* says of each group of *records*, in the order in which the groups first occur.

    Without ``group`` every row stands for itself. What is missing is not zero: it leaves undetermined what rests on it.
    Rows of which ``where`` cannot be told come last, each undetermined.
    """
    given: Values = {**lookups, **{one.id: one.value for one in rule.parameters}}
    judged = [(record, *_admitted(rule, given | dict(record.values))) for record in records]
    unclear = tuple(_unclear(rule, record, reasons) for record, _, reasons in judged if reasons)
    kept = [record for record, admitted, _ in judged if admitted]
    groups = [_worked_out(rule, about, rows, given) for about, rows in _groups(rule, kept)]
    if unclear:
        groups = [replace(group, remarks=(*group.remarks, f"另有{len(unclear)}行{_UNCLEAR}")) for group in groups]
    if rule.ranking is not None:
        groups = _placed(rule.ranking, groups)
    return (*(_outcome(rule, group) for group in groups), *unclear)


def _admitted(rule: Calculation, values: Values) -> tuple[bool, tuple[str, ...]]:
    """Tell whether a row counts, or why that cannot be told."""
    if rule.where is None:
        return True, ()
    answer = rule.where.answer(values)
    reasons = list(answer.reasons)
    return _holds(answer.value, reasons), tuple(reasons)


def _unclear(rule: Calculation, record: Record, reasons: Sequence[str]) -> Outcome:
    """Return the outcome of a row that may or may not count; it is shown, for no row may drop out in silence."""
    undetermined = tuple(f"{reason}，{_UNCLEAR}" for reason in reasons)
    return Outcome(rule.id, rule.name, (record.id,), (), None, None, (), undetermined, (), (record.id,))


def _groups(rule: Calculation, records: Sequence[Record]) -> Iterator[tuple[tuple[str, ...], list[Record]]]:
    groups: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for record in records:
        about = tuple(shown(record.values.get(key)) for key in rule.group)
        groups[about if rule.group else (record.id,)].append(record)
    for rows in groups.values():
        about = tuple(shown(rows[0].values.get(key)) for key in rule.group) or (rows[0].id,)
        yield about, _in_order(rule, rows)


def _in_order(rule: Calculation, rows: list[Record]) -> list[Record]:
    def key(record: Record) -> tuple[tuple[str, Decimal, str], ...]:
        return tuple(_sortable(record.values.get(column)) for column in rule.order)

    return sorted(rows, key=key) if rule.order else rows


def _sortable(value: Value | None) -> tuple[str, Decimal, str]:
    return ("", value, "") if isinstance(value, Decimal) else ("text", Decimal(0), shown(value))


def _worked_out(rule: Calculation, about: tuple[str, ...], rows: Sequence[Record], given: Values) -> _Group:
    """Add a group's rows up and work out its figures, each from what was reckoned before it."""
    cells: list[Values] = [given | dict(row.values) for row in rows]
    values: Values = dict(cells[0]) if len(rows) == 1 else given | _shared(cells)
    reckoned: list[Reckoned] = []
    remarks: list[str] = []
    for total in rule.totals:
        found = add_up(total, cells)
        values[total.id] = found.value
        reckoned.append(Reckoned(total.id, found.value, f"{len(rows)}行", reasons=found.reasons))
        remarks.extend(filter(None, [found.remark]))
    for figure in rule.figures:
        reckoned.append(_figured(figure, values, reckoned))
        values[figure.id] = reckoned[-1].value
    return _Group(about, tuple(rows), values, tuple(reckoned), tuple(remarks))


def _shared(cells: Sequence[Values]) -> Values:
    """Return the columns that say the same in every row: the unit's type, the pool."""
    first = cells[0]
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in cells[1:])}


def _figured(figure: Figure, values: Values, before: Sequence[Reckoned]) -> Reckoned:
    answer = figure.formula.answer(values)
    deeper = {reason for one in before if one.id in figure.formula.names for reason in one.reasons}
    own = [reason for reason in answer.reasons if not any(reason == f"缺少“{one.id}”" for one in before)]
    reasons = tuple(dict.fromkeys((*own, *sorted(deeper)))) if answer.value is None else ()
    working = f"{figure.formula.text} = {answer.working}"
    return Reckoned(figure.id, answer.value, working, figure.unit, figure.digits, reasons)


def _placed(rule: Ranking, groups: Sequence[_Group]) -> list[_Group]:
    """Give each group with a value its place in its pool; equal values share the better place."""
    pools: dict[tuple[str, ...], list[Decimal]] = defaultdict(list)
    for group in groups:
        value = group.values.get(rule.by)
        if isinstance(value, Decimal):
            pools[_pool(rule, group)].append(value)
    return [_place(rule, group, pools[_pool(rule, group)]) for group in groups]


def _pool(rule: Ranking, group: _Group) -> tuple[str, ...]:
    return tuple(shown(group.values.get(key)) for key in rule.within)


def _place(rule: Ranking, group: _Group, pool: Sequence[Decimal]) -> _Group:
    value = group.values.get(rule.by)
    if not isinstance(value, Decimal):
        remark = f"没有“{rule.by}”，不参加排名"
        return replace(group, remarks=(*group.remarks, remark), values=group.values | {PLACE: None, RANKED: None})
    better = sum(other > value if rule.order == "descending" else other < value for other in pool)
    values = group.values | {PLACE: Decimal(better + 1), RANKED: Decimal(len(pool))}
    return replace(group, place=better + 1, ranked=len(pool), values=values)


def _outcome(rule: Calculation, group: _Group) -> Outcome:
    said, reasons = _verdicts(rule, group)
    missing = [reason for one in group.reckoned for reason in one.reasons] if not rule.verdicts else reasons
    return Outcome(
        *(rule.id, rule.name, group.about, group.reckoned, group.place, group.ranked),
        said=() if reasons else tuple(said),
        undetermined=tuple(dict.fromkeys(missing)),
        remarks=group.remarks,
        records=tuple(record.id for record in group.records),
    )


def _verdicts(rule: Calculation, group: _Group) -> tuple[list[Said], list[str]]:
    """Return what holds of a group, and what is missing to say it."""
    said: list[Said] = []
    reasons: list[str] = []
    for verdict in rule.verdicts:
        answer = verdict.when.answer(group.values) if verdict.when else None
        if answer is None:
            holds = not said
        else:
            reasons.extend(_deeper(answer.reasons, rule, group))
            holds = _holds(answer.value, reasons)
        if holds:
            said.append(Said(verdict.worded(_words(group)), verdict.proposal))
    return said, reasons


def _holds(value: Value | None, reasons: list[str]) -> bool:
    try:
        return value is not None and truth(value)
    except UndefinedError as error:
        reasons.append(str(error))
        return False


def _deeper(reasons: Sequence[str], rule: Calculation, group: _Group) -> Iterator[str]:
    """Replace “缺少甲” by why 甲 itself has no value."""
    causes = {one.id: one.reasons for one in group.reckoned if one.reasons}
    if rule.ranking is not None:
        causes |= dict.fromkeys((PLACE, RANKED), causes.get(rule.ranking.by, ()))
    known = {f"缺少“{name}”": found for name, found in causes.items() if found}
    for reason in reasons:
        yield from known.get(reason, (reason,))


def _words(group: _Group) -> dict[str, str]:
    columns = {key: shown(value) for key, value in group.values.items()}
    return columns | {one.id: one.shown for one in group.reckoned}
