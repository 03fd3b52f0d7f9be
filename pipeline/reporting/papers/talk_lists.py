"""Whether all were talked to who had to be (谈话完整性): the plan, the records, and the four cases that need a talk."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.paper import Column, Note, Section, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.pipeline.reporting.papers.case import Index, PlannedTalk, Talk
    from mingcha.pipeline.reporting.papers.paper import Paper

MUST_TALK = {
    "一线": "长期在一线、艰苦地区或“冷门”岗位",
    "实干": "埋头苦干、不事张扬",
    "受挫": "敢闯敢试而受挫或受委屈",
    "久任": "长期未调整岗位",
}
_NO_PLAN = "没有提供谈话计划（--plan），无法判断应谈未谈；以下只列出材料中已有的谈话记录。"
_CODE = re.compile(r"[A-Z]{1,3}-?\d{1,4}", re.ASCII)


def interviews(index: Index) -> Paper:
    """Return the talks that were planned and held, who is missing, and whom no talk is about."""
    extras = index.case.extras
    sections = [Section("谈话记录", (_held(index), _per_subject(index)))]
    if extras.planned is None:
        sections.insert(0, Section("计划与完成", (Note(_NO_PLAN),)))
    else:
        sections = [*_planned(extras.planned, extras.talks), *sections]
    return framed("interviews", f"{index.case.assessment.name}谈话完整性", sections, index)


def _planned(planned: Sequence[PlannedTalk], talks: Sequence[Talk]) -> list[Section]:
    done = {one: _record_of(one, talks) for one in planned}
    missing = [one for one, talk in done.items() if talk is None]
    rate = f"应谈{len(done)}人，已谈{len(done) - len(missing)}人，未谈{len(missing)}人。"
    return [
        Section("计划与完成", (Note(rate, draft=True), _counts(done))),
        Section("应谈未谈", (_missing(missing),)),
        Section("四必谈", (_must(done),)),
    ]


def _record_of(planned: PlannedTalk, talks: Sequence[Talk]) -> Talk | None:
    return next((talk for talk in talks if _is_with(planned, talk)), None)


def _is_with(planned: PlannedTalk, talk: Talk) -> bool:
    """Tell whether a record is of a planned talk: the same code, or the same name at its start."""
    wanted = planned.interviewee.removeprefix("编号")
    if _CODE.fullmatch(wanted):
        return wanted in _CODE.findall(talk.interviewee)
    return re.split(r"[（(，,\s]", talk.interviewee)[0] == wanted


def _counts(done: Mapping[PlannedTalk, Talk | None]) -> Table:
    units = dict.fromkeys(one.unit or "未写单位" for one in done)
    held = Counter(one.unit or "未写单位" for one, talk in done.items() if talk is not None)
    wanted = Counter(one.unit or "未写单位" for one in done)
    rows = tuple((unit, wanted[unit], held[unit], wanted[unit] - held[unit]) for unit in units)
    columns = (Column("单位", 2), *(Column(title, adds=True) for title in ("应谈", "已谈", "未谈")))
    return Table("各单位谈话人数", columns, rows)


def _missing(missing: Sequence[PlannedTalk]) -> Table:
    rows = tuple((one.interviewee, one.unit or "—", _reason(one)) for one in missing)
    return Table("应谈未谈的人", (Column("谈话对象", 1.2), Column("单位", 1.4), Column("必谈情形", 2)), rows)


def _must(done: Mapping[PlannedTalk, Talk | None]) -> Table:
    rows = []
    for key, words in MUST_TALK.items():
        ones = [(one, talk) for one, talk in done.items() if one.reason == key]
        held = sum(talk is not None for _, talk in ones)
        absent = "、".join(one.interviewee for one, talk in ones if talk is None) or "—"
        rows.append((words, len(ones), held, len(ones) - held, absent))
    columns = (
        Column("情形", 2),
        *(Column(title, 0.7, adds=True) for title in ("应谈", "已谈", "未谈")),
        Column("未谈的人", 1.6),
    )
    note = "哪些人属于四必谈由计划写明；0人表示计划中没有列出这种情形的人，请确认没有遗漏。"
    return Table("四必谈完成情况", columns, tuple(rows), note=note)


def _reason(one: PlannedTalk) -> str:
    return MUST_TALK.get(one.reason, one.reason or "—")


def _held(index: Index) -> Table:
    rows = tuple(
        (
            number,
            f"《{talk.document}》",
            _who(talk.interviewee),
            "、".join(index.names.get(one, one) for one in talk.about) or "未写明",
            talk.time or "未写明",
        )
        for number, talk in enumerate(index.case.extras.talks, start=1)
    )
    columns = (
        Column("序号", 0.4),
        Column("记录", 2),
        Column("谈话对象", 1),
        Column("了解对象", 1.4),
        Column("时间", 1.4),
    )
    return Table("谈话记录", columns, rows)


def _who(interviewee: str) -> str:
    """Return the code of a masked interviewee, and of any other only that there is one."""
    code = _CODE.search(interviewee)
    return f"编号{code[0]}" if code else ("已写明（不显示）" if interviewee else "未写明")


def _per_subject(index: Index) -> Table:
    about = Counter(subject for talk in index.case.extras.talks for subject in talk.about)
    rows = tuple(
        (index.names[one.id], about[one.id], "" if about[one.id] else "没有谈话记录说明了解该对象")
        for one in index.roster
    )
    return Table("各对象的谈话份数", (Column("对象", 1.4), Column("份数", 0.6), Column("提示", 2)), rows)
