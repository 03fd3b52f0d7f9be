"""What the assessed is told (说明材料): what was found and counts, who decided, what was not used; room to answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.meanings import meaning_of
from mingcha.pipeline.reporting.papers.answers import answers_of
from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.ledgers import points_of
from mingcha.pipeline.reporting.papers.paper import Column, Note, Section, Statements, Table, row_of
from mingcha.pipeline.reporting.papers.sheltered import shelter_of, shown_statement
from mingcha.pipeline.reporting.wording import missing_figure
from mingcha.pipeline.terms import MENTIONS, chinese

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mingcha.pipeline.findings import Decision
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Paper, Row
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.subjects import Subject

_NOTICES = (
    "本材料由软件根据已作出的决定汇总；未经人工审定不得作为结论，不得送出。",
    "本材料说明考核中认定了什么、依据什么、怎样计分，供本人核对、陈述和申辩；陈述和申辩不加重处理。",
    "谈话、来电的人和写信的人受保护：不写姓名、文件名和位置，来信不出示原话；不得打听、追查。",
    "经办人送出前须逐条核对：原话会使人认出是谁说的，应改为概括的说法。",
)
_SIGNATURES = ("审定人", "告知人", "被告知人")
_ROLES = {"first": "初审人", "second": "复核人", "adjudication": "裁定人"}
_FIELDS = {"category": "类别", "status": "状态", "subject": "对象"}
_LEDGER = (
    Column("项目", 1.4),
    Column("得分", 0.8),
    Column("方案的规定", 2.2),
    Column("本项情况", 2.4),
    Column("依据的线索", 1.4),
)
_DECISIONS = (Column("线索", 1.2), Column("决定", 1.6), Column("决定人", 1), Column("时间", 1.2), Column("理由", 2.4))
_UNUSED = (Column("没有采用的内容", 2), Column("处数", 0.6), Column("依据的规则", 3))
_ANSWERS = (Column("线索", 1.2), Column("属实、部分属实或不属实", 1.4), Column("事实和理由、证据", 4))
_MENTIONED = "所说的不是本人的行为、已经整改、有客观原因或者被否定：不认定为问题，不计分"
_ALWAYS = "涉及其他机关职权的反映不属于本次考核，不进入计分，也不在本材料中说明。自动得出的把握程度不作为依据。"


def explanation(subject: Subject, index: Index) -> Paper:
    """Return what a subject is told of the assessment."""
    title = f"关于{index.names[subject.id]}考核认定情况的说明材料"
    paper = framed("explanation", title, _sections(subject, index), index)
    return replace(paper, notices=_NOTICES, signatures=_SIGNATURES, stem=f"说明材料_{subject.id}_{subject.name}")


def _sections(subject: Subject, index: Index) -> Iterator[Section]:
    confirmed = [one for one in _about(subject, index) if one.verdict == "confirm"]
    yield Section("认定的事项", _no_matter(confirmed), tuple(_by_category(confirmed, index)))
    yield Section("计分", tuple(_score(subject, index)))
    yield Section("谁在什么时候决定", (_decisions(subject, index),))
    yield Section("没有采用的内容", (_unused(subject, index), Note(_ALWAYS)))
    stated = answers_of(subject, index)
    yield Section("本人的陈述和申辩", (*([stated] if stated else []), _answers(confirmed), _whole()))


def _about(subject: Subject, index: Index) -> list[Reviewed]:
    """Return all judged findings about a subject, whatever was decided; what is kept apart is none of them."""
    judged = (one for one in index.case.reviewed if one.finding.kind != "check")
    return [one for one in judged if one.finding.subject == subject.id and one.finding.category != "integrity"]


def _no_matter(confirmed: list[Reviewed]) -> tuple[Note, ...]:
    return () if confirmed else (Note("没有经人工确认的事项。"),)


def _by_category(confirmed: Iterable[Reviewed], index: Index) -> Iterator[Section]:
    groups: dict[str, list[Reviewed]] = {}
    for one in confirmed:
        groups.setdefault(one.finding.category, []).append(one)
    for category, ones in groups.items():
        name = index.case.names.get(category) or chinese(category)
        told = Statements("confirmed", tuple(shown_statement(one, index) for one in ones))
        yield Section(name, (Note(f"这一类的意思：{meaning_of(category)}"), told))


def _score(subject: Subject, index: Index) -> Iterator[Note | Table]:
    scores = index.case.scores
    card = next((card for card in scores.cards if card.subject == subject.id), None) if scores else None
    if card is None:
        yield Note("没有按方案计分。")
        return
    yield Note(f"所用方案：{card.scheme_name}（编号{card.scheme}）。只有经人工确认的事项和手工填写的数影响得分。")
    if card.preview:
        yield Note("尚无人工决定：以下只是试算，不是得分。")
    yield _ledger(card, _namer(index))
    yield from (Note(f"待定：{missing_figure(reason)}。") for reason in card.undetermined)
    yield from (Note(f"{remark}。") for remark in card.remarks)


def _ledger(card: Scorecard, name: Callable[[str], str]) -> Table:
    shown = card.as_json()
    rows: list[Row] = [
        row_of(
            line["name"],
            points_of(line["amount_raw"]),
            line["rule"],
            name(line["explanation"]),
            "、".join(each[:10] for each in line["findings"]),
        )
        for line in shown["lines"]
    ]
    rows.append(row_of("总分", points_of(shown["total_raw"]), "", shown["grade"] or "—", ""))
    return Table("计分明细（逐行相加等于总分）", _LEDGER, tuple(rows), note="等次由人评定，不由软件评定。")


def _namer(index: Index) -> Callable[[str], str]:
    """Return what puts the role in the place of each name of who decided, unless the office gives names."""
    if index.case.extras.named:
        return str
    roles = {one.by: _ROLES[one.round] for one in index.case.decisions if one.by}
    longest = sorted(roles, key=len, reverse=True)

    def named(text: str) -> str:
        for name in longest:
            text = text.replace(name, roles[name])
        return text

    return named


def _decisions(subject: Subject, index: Index) -> Table:
    own = {one.finding.id: one for one in _about(subject, index)}
    made = [decision for decision in index.case.decisions if decision.finding in own]
    rows = tuple(_decided(one, own[one.finding], index) for one in sorted(made, key=lambda one: (one.finding, one.at)))
    return Table("决定经过", _DECISIONS, rows)


def _decided(decision: Decision, one: Reviewed, index: Index) -> Row:
    """Return a decision as a row; its reason may give a protected source away and is then left out."""
    sheltered = shelter_of(one.finding, index) is not None
    return row_of(
        decision.finding[:10],
        _verdict(decision, index),
        decision.by if index.case.extras.named else _ROLES[decision.round],
        decision.at.replace("T", " ")[:16],
        "（涉及来源，不出示）" if sheltered and decision.reason else _namer(index)(decision.reason) or "—",
    )


def _verdict(decision: Decision, index: Index) -> str:
    known = {**index.case.names, **index.names}
    changed = (
        f"{_FIELDS[field]}改为{known.get(value) or chinese(value) or '无'}"
        for field, value in decision.changes
        if field in _FIELDS
    )
    return "，".join((chinese(decision.verdict), *changed))


def _unused(subject: Subject, index: Index) -> Table:
    found = _about(subject, index)
    open_ = [one for one in found if one.verdict is None]
    told = Counter[str](one.finding.status for one in found if one.verdict != "reject")
    counts = (
        ("经人工驳回的", sum(one.verdict == "reject" for one in found), "驳回的不认定，不计分"),
        ("尚未确认的", len(open_), "未经人工确认的不认定，不计分"),
        *((f"属于“{chinese(status)}”的", told[status], _MENTIONED) for status in MENTIONS),
    )
    rows = tuple(row_of(*counted) for counted in counts if counted[1])
    return Table("没有作为依据的线索（一处可能同时属于两种）", _UNUSED, rows, note=_REFUSED)


_REFUSED = (
    "已确认而没有计分的（仅有匿名反映、单一来源、有相反材料、不在考核期间等），见计分明细中得分为 0 的行和其中的原因。"
)


def _answers(confirmed: Iterable[Reviewed]) -> Table:
    rows = tuple(row_of(one.finding.id[:10], "", "") for one in confirmed)
    return Table("对各条的意见（由本人填写）", _ANSWERS, rows)


def _whole() -> Table:
    rows = (("对全部内容的意见", ""), ("请求核对的材料或人员", ""), ("本人签名和日期", ""))
    return Table("总的意见（由本人填写）", (Column("项目"), Column("内容", 4)), rows)
