"""The comprehensive analysis of an assessment (综合分析报告)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.agreement import agreement_section
from mingcha.pipeline.reporting.papers.counts import (
    category_table,
    coverage_table,
    month_table,
    source_table,
    standing_counts,
)
from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.ledgers import totals_section
from mingcha.pipeline.reporting.papers.paper import Column, Note, Plot, Section, Table, row_of
from mingcha.pipeline.reporting.papers.readings import unread_table
from mingcha.pipeline.reporting.papers.statements import apart, is_achievement, is_risk, is_shortfall
from mingcha.pipeline.reporting.papers.units import units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Paper
    from mingcha.pipeline.scoring.decisions import Reviewed


def analysis(index: Index) -> Paper:
    """Return the comprehensive analysis: the whole, the achievements, the problems, what agrees, what is lacking."""
    active = tuple(one for held in index.holdings.values() for one in held.active)
    title = f"{index.case.assessment.name}综合分析报告"
    return framed("analysis", title, _sections(active, index), index)


def _sections(active: Sequence[Reviewed], index: Index) -> tuple[Section, ...]:
    return (
        Section(
            "总体情况", (Note(_summary(active, index), draft=True), category_table(active, index), _by_unit(index))
        ),
        Section("主要实绩", sections=tuple(_per_unit(is_achievement, index))),
        Section("目标差距", sections=tuple(_per_unit(is_shortfall, index))),
        Section("突出问题", sections=tuple(_per_unit(is_risk, index))),
        agreement_section(index.case.facts, index),
        Section("时间与来源", (month_table(active, index.case.assessment.period), source_table(active, index))),
        *totals_section(index),
        Section("材料的局限", (coverage_table(index), unread_table(index), Note(_limits(index), draft=True))),
    )


def _by_unit(index: Index) -> Table:
    rows = tuple(row_of(unit.name, *standing_counts(unit.active)) for unit in units_of(index))
    titles = ("实绩·已确认", "实绩·待确认", "风险·已确认", "风险·待确认", "小计")
    columns = (Column("单位", 1.8), *(Column(title, 0.9, adds=True) for title in titles))
    return Table("按单位统计（处）", columns, rows, Plot("bars", (1, 2, 3, 4)), "包括单位班子和单位中在名册内的人员。")


def _per_unit(wanted: Callable[[Finding], bool], index: Index) -> Iterator[Section]:
    """Yield the units of which there is anything of the sort; one section that says so where there is none."""
    found = [(unit.name, [one for one in unit.active if wanted(one.finding)]) for unit in units_of(index)]
    yield from (apart(name, ones, index) for name, ones in found if ones)
    if silent := [name for name, ones in found if not ones]:
        yield Section("没有这方面材料的单位", (Note(f"{'、'.join(silent)}。"),))


def _summary(active: Sequence[Reviewed], index: Index) -> str:
    good, good_open, bad, bad_open, total = standing_counts(active)
    return (
        f"考核对象{len(index.roster)}个，已读材料{len(index.case.materials)}份。共提取{total}处："
        f"实绩证据{good + good_open}处（已确认{good}处、待确认{good_open}处），"
        f"风险信号{bad + bad_open}处（已确认{bad}处、待确认{bad_open}处）。"
        f"{'尚无人工确认，以下均不得作为结论。' if not good + bad else ''}"
    )


def _limits(index: Index) -> str:
    silent = [index.names[subject.id] for subject in index.roster if not index.holding(subject.id).active]
    unread = len(index.case.failures)
    parts = [f"有{unread}个文件未能读取，所载情况没有反映。" if unread else "遇到的文件全部读取。"]
    if silent:
        parts.append(f"没有材料说到：{'、'.join(silent)}。这不等于没有问题，也不等于没有实绩。")
    return "".join(parts)
