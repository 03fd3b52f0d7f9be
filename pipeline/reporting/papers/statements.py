"""Findings as statements of a report: their words, where they stand, who says so, and what a reader must beware of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.case import standing_of
from mingcha.pipeline.reporting.papers.paper import Reference, Section, Statement, Statements
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Standing
    from mingcha.pipeline.scoring.decisions import Reviewed

PENDING_TITLE = "待确认事项（未经人工确认，不得作为结论）"
_WEAK = frozenset({"E0", "E1", "E2"})


def statement_of(one: Reviewed, index: Index, standing: Standing | None = None) -> Statement:
    """Return a finding as a statement; *standing* stands for its own where it is only quoted."""
    finding = one.finding
    return Statement(
        text=" ".join(finding.text.split()),
        standing=standing or standing_of(one),
        tag=tag_of(finding, index),
        references=(reference_of(finding, index),),
        remark=_remark(one),
    )


def tag_of(finding: Finding, index: Index) -> str:
    """Return kind and category, and the status where it is not that the document says so itself."""
    category = index.case.names.get(finding.category) or chinese(finding.category)
    status = "" if finding.status == "asserted" else f"·{chinese(finding.status)}"
    return f"{chinese(finding.kind)}·{category}{status}"


def reference_of(finding: Finding, index: Index) -> Reference:
    """Return where a finding stands, with its speaker masked."""
    voice = index.voices.get(finding.speaker, "") if finding.speaker else ""
    kind = chinese(finding.source_kind)
    return Reference(finding.document, finding.locator.label, f"{kind}（{voice}）" if voice else kind, finding.id)


def _remark(one: Reviewed) -> str:
    finding, remarks = one.finding, []
    if finding.strength in _WEAK:
        remarks.append(chinese(finding.strength))
    if finding.source_kind == "S-ANON":
        remarks.append("匿名反映，只作线索")
    if finding.source_kind == "S-SELF" and finding.kind == "evidence":
        remarks.append("自述，需另行印证")
    if finding.responsibility == "lead":
        remarks.append("领导责任")
    if one.verdict == "confirm":
        remarks.append(f"{one.by}{one.at[:10]}确认")
    return "；".join(remarks)


def in_standings(found: Iterable[Reviewed], index: Index) -> tuple[Statements, Statements]:
    """Return the confirmed and the pending findings as two groups that are never mixed."""
    made = [statement_of(one, index) for one in found]
    return (
        Statements("confirmed", tuple(one for one in made if one.standing == "confirmed"), "没有已确认的事项。"),
        Statements("pending", tuple(one for one in made if one.standing == "pending"), "没有待确认的事项。"),
    )


def apart(title: str, found: Iterable[Reviewed], index: Index) -> Section:
    """Return a section in which confirmed and pending matters stand under headings of their own."""
    confirmed, pending = in_standings(found, index)
    return Section(title, sections=(Section("已确认事项", (confirmed,)), Section(PENDING_TITLE, (pending,))))


def is_achievement(finding: Finding) -> bool:
    """Tell evidence of something done well."""
    return finding.kind == "evidence" and finding.category != "shortfall"


def is_shortfall(finding: Finding) -> bool:
    """Tell evidence that a target was missed: a figure to be looked at, and nothing to be praised."""
    return finding.category == "shortfall"


def is_risk(finding: Finding) -> bool:
    """Tell a risk signal."""
    return finding.kind == "risk"


def members(ids: Iterable[str], index: Index) -> tuple[Reviewed, ...]:
    """Return the findings of a fact that nobody rejected."""
    return tuple(index.by_id[each] for each in ids if each in index.by_id)


def fact_standing(fact: Fact, index: Index) -> Standing:
    """Tell whether people confirmed at least one passage that supports the fact."""
    confirmed = any(standing_of(one) == "confirmed" for one in members(fact.supports, index))
    return "confirmed" if confirmed else "pending"


def fact_statement(fact: Fact, index: Index) -> Statement | None:
    """Return a fact with all passages that support it; ``None`` where each of them was rejected."""
    supports = members(fact.supports, index)
    if not supports:
        return None
    first = supports[0].finding
    sources = "、".join(chinese(kind) for kind in dict.fromkeys(one.finding.source_kind for one in supports))
    confirmed = sum(standing_of(one) == "confirmed" for one in supports)
    return Statement(
        text=" ".join(fact.text.split()),
        standing=fact_standing(fact, index),
        tag=tag_of(first, index),
        references=tuple(reference_of(one.finding, index) for one in supports),
        remark=f"独立来源{fact.independent}类（{sources}）；{len(supports)}处说法，其中已确认{confirmed}处"
        + ("；另有相反说法，见“矛盾”" if members(fact.contradicts, index) else ""),
    )
