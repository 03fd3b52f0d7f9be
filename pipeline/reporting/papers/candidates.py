"""Candidates for the two lists (两头名单、红黄榜): people with their evidence, never a bare ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.agreement import contradiction_table
from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.paper import Column, Note, Section, Statements, Table, row_of
from mingcha.pipeline.reporting.papers.statements import PENDING_TITLE, fact_standing, fact_statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.findings import Fact
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Paper, Statement
    from mingcha.pipeline.subjects import Subject

ADVICE = "建议，须由党委（党组）审定"
_GOOD, _BAD = ("achievement", "initiative"), ("shortfall",)
_CRITERIA = (
    "提出办法：同一事项有两类以上独立来源印证、且至少一处经人工确认的，该对象才列为建议人选；印证够而未经确认的，列在“待核实后再议”。"
    "单一来源、匿名反映、自述不作为依据。按花名册次序排列，不是名次。政治表现负面清单和廉洁情况不由软件提出。"
)
_RETURN = "列入后须告知理由、听取本人意见；事实有变化的应及时调整或撤下。"


def candidates(index: Index) -> Paper:
    """Return both lists, each candidate with what speaks for and against it."""
    sections = (
        Section("提出办法", (Note(_CRITERIA), Note(_RETURN), _overview(index))),
        Section(f"正向名单（红榜）建议人选（{ADVICE}）", sections=tuple(_listed(index, good=True))),
        Section(f"关注名单（黄榜）建议人选（{ADVICE}）", sections=tuple(_listed(index, good=False))),
        Section("待核实后再议（印证够而未经人工确认）", sections=tuple(_waiting(index))),
    )
    return framed("candidates", f"{index.case.assessment.name}两头名单建议", sections, index)


def _weighty(facts: Iterable[Fact], index: Index, *, good: bool) -> list[tuple[Fact, Statement]]:
    """Return the facts for one list that several independent kinds of source bear out."""
    made = ((fact, fact_statement(fact, index)) for fact in facts if fact.independent > 1 and _is_good(fact) == good)
    return [(fact, statement) for fact, statement in made if statement is not None]


def _is_good(fact: Fact) -> bool | None:
    if fact.category in _GOOD:
        return True
    return False if fact.kind == "risk" or fact.category in _BAD else None


def _overview(index: Index) -> Table:
    rows = tuple(row_of(index.names[subject.id], *_counts(subject, index)) for subject in index.roster)
    titles = ("正向·已确认", "正向·待确认", "关注·已确认", "关注·待确认", "小计")
    columns = (Column("对象", 1.6), *(Column(title, 0.9, adds=True) for title in titles))
    return Table("有两类以上独立来源印证的事项（项，按花名册次序）", columns, rows)


def _counts(subject: Subject, index: Index) -> tuple[int, ...]:
    facts = index.holding(subject.id).facts
    counts: list[int] = []
    for good in (True, False):
        standings = [statement.standing for _, statement in _weighty(facts, index, good=good)]
        counts += [standings.count("confirmed"), standings.count("pending")]
    return (*counts, sum(counts))


def _listed(index: Index, *, good: bool) -> Iterator[Section]:
    found = [subject for subject in index.roster if _confirmed(subject, index, good=good)]
    for subject in found:
        yield _candidate(subject, index, good=good)
    if not found:
        yield Section(
            "没有符合提出办法的人选", (Note("没有。这不表示没有优秀或需要关注的对象，只表示材料和确认尚不足。"),)
        )


def _confirmed(subject: Subject, index: Index, *, good: bool) -> list[Statement]:
    weighty = _weighty(index.holding(subject.id).facts, index, good=good)
    return [statement for fact, statement in weighty if fact_standing(fact, index) == "confirmed"]


def _candidate(subject: Subject, index: Index, *, good: bool) -> Section:
    facts = index.holding(subject.id).facts
    other = [statement for _, statement in _weighty(facts, index, good=not good)]
    return Section(
        f"{index.names[subject.id]}（{ADVICE}）",
        (
            Note("依据（已确认）："),
            Statements("confirmed", tuple(_confirmed(subject, index, good=good))),
            *_against(other, facts, index),
        ),
    )


def _against(other: Sequence[Statement], facts: Sequence[Fact], index: Index) -> Iterator[Note | Statements | Table]:
    """Yield what speaks the other way: a list is not handed in with one side alone."""
    yield Note("另一方面的情况（一并提请审定）：")
    for standing in ("confirmed", "pending"):
        if ones := tuple(one for one in other if one.standing == standing):
            yield Statements(standing, ones)
    if not other:
        yield Note("没有两类以上独立来源印证的另一方面情况。")
    table = contradiction_table(facts, index)
    yield table if table.rows else Note("没有互相矛盾的说法。")


def _waiting(index: Index) -> Iterator[Section]:
    found = False
    for subject in index.roster:
        facts = index.holding(subject.id).facts
        both = [*_weighty(facts, index, good=True), *_weighty(facts, index, good=False)]
        open_ = tuple(statement for _, statement in both if statement.standing == "pending")
        if open_:
            found = True
            yield Section(f"{index.names[subject.id]}：{PENDING_TITLE}", (Statements("pending", open_),))
    if not found:
        yield Section("没有", (Note("没有。"),))
