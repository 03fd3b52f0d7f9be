"""Progress in the year (季度监测、半年反馈): figures against their plan, and what documents say quarter by quarter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.counts import month_table
from mingcha.pipeline.reporting.papers.frames import LEGEND, NOTICE, framed
from mingcha.pipeline.reporting.papers.paper import Column, Note, Plot, Section, Table
from mingcha.pipeline.reporting.papers.statements import apart, is_achievement
from mingcha.pipeline.reporting.papers.units import units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.reporting.papers.case import Index, Progress
    from mingcha.pipeline.reporting.papers.paper import Cell, Paper
    from mingcha.pipeline.scoring.decisions import Reviewed

QUARTERS = 4
_NAMES = {1: "一季度", 2: "半年", 3: "三季度", 4: "全年"}
_COLUMNS = (
    Column("单位", 1.2),
    Column("指标", 1.6),
    Column("计量单位", 0.7),
    Column("目标", 0.8),
    Column("累计完成", 0.9),
    Column("完成%", 0.8),
    Column("与时间进度相差（百分点）", 1),
    Column("备注", 1.2),
    Column("出处", 1.6),
)
_NOTE = "缺任何一季的数不作结论，不按零计算。“越低越好”的指标和比率类指标的完成百分比不能与时间进度相比，只列数。"
_RATES = frozenset({"%", "％"})
_LOWER = "越低越好"


def progress(index: Index) -> Paper:
    """Return where the indicators stand against their targets and against the time gone by, and what was told when."""
    quarter = index.case.extras.quarter
    active = tuple(one for held in index.holdings.values() for one in held.active)
    table = progress_table(index.case.extras.progress, quarter)
    sections = [
        Section("指标进度", (Note(_summary(table), draft=True), table)),
        Section("各季度情况", (month_table(active, index.case.assessment.period, quarters=True),)),
        Section("需要反馈的问题和差距", sections=tuple(_of_units(index, lambda finding: not is_achievement(finding)))),
        Section("应予肯定的实绩", sections=tuple(_of_units(index, is_achievement))),
    ]
    paper = framed("progress", f"{index.case.assessment.name}{_NAMES[quarter]}进度反馈", sections, index)
    return replace(paper, wide=True, notices=(NOTICE, _OPEN, LEGEND))


def progress_table(figures: Sequence[Progress], quarter: int) -> Table:
    """Return each indicator against its target; *quarter* (1 to 4) is how much of the year is gone by."""
    rows = tuple(_row(one, quarter) for one in figures)
    return Table(f"指标完成情况（时间进度{25 * quarter}%）", _COLUMNS, rows, Plot("bars", (5,), 1), _NOTE)


def _row(one: Progress, quarter: int) -> tuple[Cell, ...]:
    done = accumulated(one, quarter)
    share = None if done is None or not one.target else round(100 * done / one.target, 2)
    comparable = one.measured_in not in _RATES and _LOWER not in one.remark
    lag = round(share - 25 * quarter, 2) if share is not None and comparable else None
    shown = None if _LOWER in one.remark else share
    remark = "；".join(part for part in (one.remark, "缺数，不作结论" if done is None else "") if part)
    return (
        one.unit or "—",
        one.indicator,
        one.measured_in,
        one.target,
        done,
        shown,
        lag,
        remark,
        f"《{one.document}》{one.place}",
    )


def accumulated(one: Progress, quarter: int) -> float | None:
    """Return what was done up to a quarter; ``None`` where a figure is missing.

    A table without figures by quarter gives one figure, taken as that of the whole time.
    """
    if not one.parts:
        return one.done
    parts = one.parts[:quarter]
    if len(parts) < quarter or None in parts:
        return None
    return sum(part for part in parts if part is not None)


def _summary(table: Table) -> str:
    if not table.rows:
        return "材料中没有写明目标和完成数的统计表，指标进度无从计算。"
    behind = sum(isinstance(row[6], float) and row[6] < 0 for row in table.rows)
    lacking = sum(row[4] is None for row in table.rows)
    compared = sum(row[6] is not None for row in table.rows)
    return f"共{len(table.rows)}项指标，可与时间进度相比的{compared}项，其中落后{behind}项；缺数不作结论的{lacking}项。"


_VOICES = frozenset({"S-SUP", "S-PEER", "S-SUB", "S-SERV", "S-PETI", "S-ANON", "S-12345", "S-BALLOT"})
_OPEN = "本文供向被考核单位反馈使用，只列书面材料中的内容；谈话、来信、来电、测评只写处数，不引原话、不写来源。"


def _of_units(index: Index, wanted: Callable[[Finding], bool]) -> list[Section]:
    found = [(unit.name, [one for one in unit.active if wanted(one.finding)]) for unit in units_of(index)]
    return [_told(name, ones, index) for name, ones in found if ones]


def _told(name: str, ones: Sequence[Reviewed], index: Index) -> Section:
    """Return what may be told to the unit: what papers say, and only how often people spoke of the like."""
    written = [one for one in ones if one.finding.source_kind not in _VOICES]
    section = apart(name, written, index)
    spoken = len(ones) - len(written)
    note = Note(f"另有{spoken}处来自谈话、来信、来电，反馈时只概括情况。")
    return replace(section, blocks=(note,)) if spoken else section
