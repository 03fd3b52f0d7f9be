"""The sheet for a joint consultation (联合会商): what to ask whom, with room for what each answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.agreement import disputes, quoted
from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.paper import MARKS, STANDINGS, Column, Note, Section, Table, row_of
from mingcha.pipeline.reporting.papers.statements import members, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Paper
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.subjects import Subject

# Which office can say whether a kind of source is right.
_OFFICES = {
    "S-AUDIT": "审计",
    "S-INSP": "巡察、督查",
    "S-DISC": "纪检监察",
    "S-PETI": "信访",
    "S-ANON": "信访",
    "S-12345": "热线主管部门",
    "S-STAT": "统计",
    "S-FILE": "党委办、政府办",
    "S-BALLOT": "组织",
}
_COLUMNS = (
    Column("序号", 0.4),
    Column("事项", 1.2),
    Column("各方说法及出处", 4.4),
    Column("请会商的问题", 1.3),
    Column("建议参加单位", 1),
    Column("会商意见（填写）", 1.8),
)
_FORM = (
    ("会商时间", ""),
    ("会商地点", ""),
    ("主持人", ""),
    ("参加单位和人员", ""),
)
_RULES = "会商只对具体的人、事、项目核对情况；涉及问题线索内容和反映人的，不得向被反映人透露。"


def consultation(index: Index, subject: Subject | None = None) -> Paper:
    """Return the sheet for one subject, or for all of the roster and what belongs to nobody."""
    sheets = {one.id: _sheet(one.id, index) for one in ([subject] if subject else index.roster)}
    sections = [_form()]
    sections += [Section(index.names[name], (sheet,)) for name, sheet in sheets.items() if sheet.rows]
    if subject is None:
        sections.append(Section("对象尚未确定的事项", (_sheet(None, index),)))
    if silent := [index.names[name] for name, sheet in sheets.items() if not sheet.rows]:
        sections.append(Section("没有提请会商的事项的对象", (Note(f"{'、'.join(silent)}。"),)))
    sections.append(Section("会商结论", (Note("（由会商组织单位填写）"),)))
    title = f"{index.names[subject.id] if subject else index.case.assessment.name}联合会商表"
    paper = framed("consultation", title, sections, index)
    return replace(paper, wide=True, signatures=("会商组织单位", "参加单位代表", "审定人"))


def _form() -> Section:
    return Section("会商情况", (Table("由会商组织单位填写", (Column("项目"), Column("内容", 3)), _FORM), Note(_RULES)))


def _sheet(subject: str | None, index: Index) -> Table:
    rows = tuple(row_of(number, *cells) for number, cells in enumerate(_topics(subject, index), start=1))
    return Table("提请会商的事项", _COLUMNS, rows)


def _topics(subject: str | None, index: Index) -> Iterator[tuple[str, ...]]:
    """Yield what is contradicted, and the risks that several independent sources bear out without contradiction."""
    facts = index.holding(subject).facts
    for ours, theirs in disputes(facts, index):
        sides = f"一方：{quoted(ours, index)}\n另一方：{quoted(theirs, index)}"
        yield _head(ours, index), sides, "两方说法不一，请核对以哪一方为准", _offices((*ours, *theirs)), ""
    for fact in facts:
        supports = members(fact.supports, index)
        if supports and fact.kind == "risk" and fact.independent > 1 and not members(fact.contradicts, index):
            told = quoted(supports, index)
            yield _head(supports, index), told, "多个来源反映，请核对是否属实、责任在谁", _offices(supports), ""


def _head(ones: Sequence[Reviewed], index: Index) -> str:
    """Return what a topic is about, and whether anything of it is confirmed."""
    standing = "confirmed" if any(one.verdict == "confirm" for one in ones) else "pending"
    return f"{MARKS[standing]} {STANDINGS[standing]}\n{tag_of(ones[0].finding, index)}"


def _offices(ones: Iterable[Reviewed]) -> str:
    offices = (_OFFICES.get(one.finding.source_kind) for one in ones)
    return "、".join(dict.fromkeys(office for office in offices if office)) or "主管部门"
