"""The list of problems per unit (一单位一单) with what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.paper import Column, Note, Section, Statements, Table
from mingcha.pipeline.reporting.papers.statements import PENDING_TITLE, in_standings, statement_of
from mingcha.pipeline.reporting.papers.units import NOBODY, units_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.pipeline.reporting.papers.case import Index, Rectified
    from mingcha.pipeline.reporting.papers.paper import Cell, Paper
    from mingcha.pipeline.reporting.papers.units import Unit

UNKNOWN = "未写明"
_STATES = ("已完成", "基本完成", "正在推进", "长期坚持", "未完成", UNKNOWN)
_SELF_TOLD = "整改情况是材料中的说法，须另行核实后才能销号。整改率＝已完成÷全部事项，“基本完成”不计入已完成。"
_TRACKING = (
    Column("序号", 0.4),
    Column("问题", 2),
    Column("整改措施和结果（材料所述）", 2.6),
    Column("状态（材料所述）", 0.9),
    Column("出处", 1.5),
    Column("责任人", 0.8),
    Column("期限", 0.8),
    Column("核实结果（人工填写）", 1.2),
)


def problems(index: Index) -> Paper:
    """Return the problems of each unit, and the rectification that documents tell of."""
    units = units_of(index)
    items = _by_unit(units, index.case.extras.rectified)
    sections = [_section(unit, items[unit.name], index) for unit in units]
    title = f"{index.case.assessment.name}问题清单"
    return replace(framed("problems", title, (_overview(units, items), *sections), index), wide=True)


def _by_unit(units: Sequence[Unit], rectified: Sequence[Rectified]) -> Mapping[str, list[Rectified]]:
    """Give each item to the first unit that its words name, then to the one its document's name has, else to nobody."""
    sorted_in: dict[str, list[Rectified]] = {unit.name: [] for unit in units}
    for item in rectified:
        told = f"{item.problem}{item.measure}{item.result}{item.owner}"
        sorted_in[_named(units, told) or _named(units, item.document) or NOBODY].append(item)
    return sorted_in


def _named(units: Sequence[Unit], words: str) -> str | None:
    places = [(words.find(word), -len(word), unit.name) for unit in units for word in unit.words if word in words]
    return min(places)[2] if places else None


def _overview(units: Sequence[Unit], items: Mapping[str, Sequence[Rectified]]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for unit in units:
        risks = [one for one in unit.active if one.finding.kind == "risk"]
        confirmed = sum(one.verdict == "confirm" for one in risks)
        states = Counter(item.state or UNKNOWN for item in items[unit.name])
        rows.append(
            (
                unit.name,
                confirmed,
                len(risks) - confirmed,
                len(risks),
                *(states[state] for state in _STATES),
                states.total(),
            )
        )
    titles = ("问题·已确认", "问题·待确认", "问题小计", *(f"整改·{state}" for state in _STATES), "整改事项小计")
    columns = (Column("单位", 1.8), *(Column(title, 0.8, adds=True) for title in titles))
    note = f"{_rate([item for ones in items.values() for item in ones])}{_SELF_TOLD}"
    return Section("总表", (Table("各单位问题与整改（处、项）", columns, tuple(rows)), Note(note)))


def _rate(items: Sequence[Rectified]) -> str:
    """Say the rate of rectification; of no items there is none.

    >>> _rate([])
    '材料中没有整改事项，整改率无从计算。'
    """
    done = sum(item.state == "已完成" for item in items)
    if not items:
        return "材料中没有整改事项，整改率无从计算。"
    return f"材料所述整改事项{len(items)}项，已完成{done}项，整改率{100 * done / len(items):.2f}%。"


def _section(unit: Unit, items: Sequence[Rectified], index: Index) -> Section:
    confirmed, pending = in_standings([one for one in unit.active if one.finding.kind == "risk"], index)
    told = [one for held in unit.holdings for one in held.mentioned if one.finding.status == "resolved"]
    resolved = Statements("context", tuple(statement_of(one, index, "context") for one in told))
    return Section(
        unit.name,
        sections=(
            Section("已确认的问题", (confirmed,)),
            Section(PENDING_TITLE, (pending,)),
            Section("材料称已整改的问题（须核实）", (resolved,)),
            Section("整改跟踪", (_tracking(items),)),
        ),
    )


def _tracking(items: Sequence[Rectified]) -> Table:
    rows = tuple(
        (
            number,
            item.problem,
            "\n".join(part for part in (item.measure, item.result) if part) or "—",
            item.state or UNKNOWN,
            f"《{item.document}》{item.place}",
            item.owner,
            item.deadline,
            "",
        )
        for number, item in enumerate(items, start=1)
    )
    return Table("整改事项", _TRACKING, rows)
