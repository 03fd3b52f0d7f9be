"""The profile of one subject (画像): what stands about it, by content of assessment, with every place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.dimensions import dimension_of, dimensions_for
from mingcha.pipeline.reporting.papers.agreement import agreement_section
from mingcha.pipeline.reporting.papers.answers import answers_of
from mingcha.pipeline.reporting.papers.chronicles import chronicle
from mingcha.pipeline.reporting.papers.counts import (
    ELSEWHERE,
    category_table,
    dimension_table,
    month_table,
    source_table,
    standing_counts,
)
from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.ledgers import score_sections
from mingcha.pipeline.reporting.papers.paper import Column, Note, Section, Statements, Table
from mingcha.pipeline.reporting.papers.statements import PENDING_TITLE, in_standings, statement_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.reporting.papers.case import Holding, Index
    from mingcha.pipeline.reporting.papers.paper import Paper
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.subjects import Subject

_FAIR = ("resolved", "exculpatory", "negated")
_SILENT = "已读材料中没有说到该对象。这不等于没有问题，也不等于没有实绩。"


def profile(subject: Subject, index: Index) -> Paper:
    """Return the profile of a subject."""
    held = index.holding(subject.id)
    name = index.names[subject.id]
    title = f"{name}{'班子' if subject.type == 'team' else ''}画像"
    paper = framed("profile", title, _sections(subject, held, index), index)
    return replace(paper, stem=f"画像_{subject.id}_{subject.name}")


def _sections(subject: Subject, held: Holding, index: Index) -> tuple[Section, ...]:
    team = subject.type == "team"
    confirmed, pending = _by_standing(held.active)
    stated = answers_of(subject, index)
    return (
        Section("基本情况", (_particulars(subject), Note(_summary(held), draft=True))),
        Section("总体分布", (dimension_table(held.active, team=team), category_table(held.active, index))),
        Section("已确认事项", sections=tuple(_by_dimension(confirmed, index, team=team))),
        Section(PENDING_TITLE, sections=tuple(_by_dimension(pending, index, team=team))),
        agreement_section(held.facts, index),
        Section("时间与来源", _when_and_whence(held, index)),
        Section("已整改、否定和有客观原因的说法", (_fairness(held, index),)),
        *([Section("本人的陈述和申辩", (stated,))] if stated else []),
        *score_sections(subject.id, index),
        Section("提请核实", (Note(_to_verify(held), draft=True),)),
    )


def _when_and_whence(held: Holding, index: Index) -> tuple[Table, ...]:
    months = month_table(held.active, index.case.assessment.period)
    return months, chronicle(held.active, index), source_table(held.active, index)


def _particulars(subject: Subject) -> Table:
    rows = (
        ("姓名（名称）", subject.name),
        ("单位", subject.unit or "—"),
        ("职务", subject.post or "—"),
        ("类别", subject.category or "—"),
    )
    return Table("对象", (Column("项目"), Column("内容", 3)), rows)


def _by_standing(found: Sequence[Reviewed]) -> tuple[list[Reviewed], list[Reviewed]]:
    confirmed = [one for one in found if one.verdict == "confirm"]
    return confirmed, [one for one in found if one.verdict != "confirm"]


def _by_dimension(found: Sequence[Reviewed], index: Index, *, team: bool) -> Iterator[Section]:
    """Yield the contents of assessment that something stands under; one section that says so where none does."""
    places = [(dimension_of(one.finding.category, team=team) or ELSEWHERE, one) for one in found]
    for name in (*dimensions_for(team=team), ELSEWHERE):
        if ones := [one for place, one in places if place == name]:
            yield Section(name, tuple(group for group in in_standings(ones, index) if group.items))
    if not found:
        yield Section("全部内容", (Note("没有。"),))


def _fairness(held: Holding, index: Index) -> Statements:
    ones = [one for one in held.mentioned if one.finding.status in _FAIR]
    return Statements("context", tuple(statement_of(one, index, "context") for one in ones))


def _summary(held: Holding) -> str:
    if not held.active:
        return _SILENT
    good, good_open, bad, bad_open, total = standing_counts(held.active)
    sources = len({one.finding.source_kind for one in held.active})
    alone = "，目前只有单一来源种类，须谨慎使用" if sources == 1 else ""
    return (
        f"材料中共有{total}处说到该对象，来自{sources}类来源{alone}：实绩证据{good + good_open}处（已确认{good}处、"
        f"待确认{good_open}处），风险信号{bad + bad_open}处（已确认{bad}处、待确认{bad_open}处）。"
    )


def _to_verify(held: Holding) -> str:
    alone = sum(fact.independent < 2 for fact in held.facts)
    disputed = sum(bool(fact.contradicts) for fact in held.facts)
    open_ = sum(one.verdict is None for one in held.active)
    if not held.active:
        return _SILENT
    return (
        f"待人工确认{open_}处；只有一类来源的事项{alone}项，另找来源印证；有相反说法的事项{disputed}项，逐项核对原件。"
    )
