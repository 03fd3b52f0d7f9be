"""Good practices (好的经验做法): achievements and initiative, by how well they are borne out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.paper import Column, Note, Section, Statements, Table
from mingcha.pipeline.reporting.papers.statements import PENDING_TITLE, fact_statement, members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.findings import Fact
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Paper, Statement

_GOOD = ("achievement", "initiative")
_FIRM = frozenset({"E3", "E4", "E5"})
_TALK = frozenset({"S-SELF", "S-MEDIA", "S-UNKNOWN"})
_CRITERIA = (
    "列入办法：工作成效、担当作为两类，有两类以上独立来源印证或有官方文件、数据支持，且材料中没有相反说法的，列为“有印证”；"
    "只有自述、宣传报道的单列，核实前不宜推广。会议次数、发文、台账、批示、宣传篇数不作为实绩。"
)


def practices(index: Index) -> Paper:
    """Return what may be worth spreading, by how well it is borne out."""
    good = [fact for fact in index.case.facts if fact.category in _GOOD and members(fact.supports, index)]
    firm = [fact for fact in good if _is_firm(fact, index)]
    alone = [fact for fact in good if _is_self_told(fact, index)]
    disputed = [fact for fact in good if members(fact.contradicts, index)]
    placed = {fact.id for fact in (*firm, *alone, *disputed)}
    rest = [fact for fact in good if fact.id not in placed]
    parts = (
        ("有印证、无相反说法", firm),
        ("只有一个来源", rest),
        ("只有自述或宣传报道", alone),
        ("有相反说法", disputed),
    )
    sections = [Section("列入办法和数量", (Note(_CRITERIA), _counts(parts, index)))]
    sections += [_section(title, facts, index) for title, facts in parts]
    return framed("practices", f"{index.case.assessment.name}好的经验做法", sections, index)


def _is_firm(fact: Fact, index: Index) -> bool:
    return (fact.independent > 1 or fact.strength in _FIRM) and not (
        members(fact.contradicts, index) or _is_self_told(fact, index)
    )


def _is_self_told(fact: Fact, index: Index) -> bool:
    kinds = {one.finding.source_kind for one in members(fact.supports, index)}
    return kinds <= _TALK and not members(fact.contradicts, index)


def _statements(facts: Sequence[Fact], index: Index) -> list[Statement]:
    return [one for fact in facts if (one := fact_statement(fact, index)) is not None]


def _counts(parts: Sequence[tuple[str, Sequence[Fact]]], index: Index) -> Table:
    rows = []
    for title, facts in parts:
        confirmed = sum(one.standing == "confirmed" for one in _statements(facts, index))
        rows.append((title, confirmed, len(facts) - confirmed, len(facts)))
    columns = (Column("情形", 2), *(Column(title, 1, adds=True) for title in ("已确认", "待确认", "小计")))
    return Table("事项数（项）", columns, tuple(rows))


def _section(title: str, facts: Sequence[Fact], index: Index) -> Section:
    made = _statements(facts, index)
    confirmed = tuple(one for one in made if one.standing == "confirmed")
    pending = tuple(one for one in made if one.standing == "pending")
    return Section(
        title,
        sections=(
            Section("已确认事项", (Statements("confirmed", confirmed),)),
            Section(PENDING_TITLE, (Statements("pending", pending),)),
        ),
    )
