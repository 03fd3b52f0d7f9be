"""What stands around the sections of every report: the facts under its title, its notices and its open signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.paper import Paper, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Section

NOTICE = "本文由软件根据材料自动汇总，供工作人员核对使用；未经人工审定不得作为结论，不得作为任用、奖惩的依据。"
INTERNAL = "文中有谈话、来信、来电的原话和出处，限考核工作人员使用，不得转给被反映的单位和个人。"
LEGEND = "“✓ 已确认”经人工核对确认；“○ 待确认”尚未核对；“· 供核对”只供对照。标有【机器草稿】的文字由软件拟写。"
SIGNATURES = ("拟稿人", "核稿人", "审定人")


def framed(kind: str, title: str, sections: Iterable[Section], index: Index) -> Paper:
    """Return a report with numbered headings under a title."""
    return Paper(kind, title, _facts(index), (NOTICE, INTERNAL, LEGEND), numbered(sections), SIGNATURES, title)


def _facts(index: Index) -> tuple[tuple[str, str], ...]:
    case = index.case
    return (
        ("考核", case.assessment.name),
        ("考核期间", case.assessment.period or "未填"),
        ("材料", f"已读{len(case.materials)}份，未能读取{len(case.failures)}份"),
        ("生成时间", case.made_at),
    )
