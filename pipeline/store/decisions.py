"""What analysts decided: appended to the store, never overwritten; the last decision on a finding counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args

from sqlalchemy import insert, select

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision, Verdict
from mingcha.pipeline.handwork import parts_said
from mingcha.pipeline.scoring.rounds import in_effect
from mingcha.pipeline.store import rows, schema
from mingcha.pipeline.store.chain import Event, append_events, decision_detail, lock_record
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.splitting import follow_split
from mingcha.pipeline.store.standings import decisions_on, form_of, state_before, write_standing
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, RISK_CATEGORIES, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from mingcha.pipeline.store.database import Store

SHORTEST_PREFIX = 6
_LISTED = 10
_CHANGEABLE = frozenset({"category", "status", "subject"})


def append_decision(
    store: Store, decision: Decision, *, assessment: str | None = None, clocked: bool = False
) -> Decision:
    """Append a decision and return it with the full id of its finding.

    ``decision.finding`` is an id or an unambiguous prefix of at least six characters. *assessment* is needed where
    several assessments have that finding. Raise DataError for an unknown or ambiguous id, a decision that says
    nothing, or a change to a subject who is not in the roster of the finding's assessment. *clocked* says that its
    time is that of this machine's clock and not one that somebody wrote.
    """
    with writing(store) as connection:
        lock_record(connection)
        appended, *events = _append(connection, decision, assessment, clocked=clocked)
        append_events(connection, events)
        return appended


def append_decisions(
    store: Store, decisions: Iterable[Decision], *, assessment: str | None = None
) -> tuple[Decision, ...]:
    """Append decisions in their order, all or none; the error says which one was refused, counted from 1."""
    appended, events = [], []
    with writing(store) as connection:
        lock_record(connection)
        for number, decision in enumerate(decisions, start=1):
            try:
                written, *told = _append(connection, decision, assessment)
            except DataError as error:
                raise DataError(f"第{number}条决定有误，全部没有写入：{error}") from error
            appended.append(written)
            events += told
        append_events(connection, events)
    return tuple(appended)


def load_decisions(store: Store, assessment: str | None = None) -> tuple[Decision, ...]:
    """Return every decision in the order in which it was appended."""
    table = schema.decisions
    query = select(table).order_by(table.c.seq)
    if assessment is not None:
        query = query.where(table.c.assessment == assessment)
    with reading(store) as connection:
        return tuple(rows.decision_value(row) for row in connection.execute(query).mappings())


def identify(connection: Connection, given: str, assessment: str | None) -> tuple[str, str]:
    """Return the assessment and the full id of the finding that *given*, an id or its beginning, means."""
    ids = schema.findings.c.id
    found = _matches(connection, ids == given, assessment)
    beginning = given.strip().lower()
    if not found and len(beginning) >= SHORTEST_PREFIX:
        found = _matches(connection, ids.startswith(beginning, autoescape=True), assessment)
    if not found:
        place = f"考核“{assessment}”" if assessment is not None else "数据库"
        raise DataError(
            f"{place}中没有编号为“{given}”的线索。请从报告或 findings.jsonl 中复制编号；"
            f"可以只写开头，但至少写 {SHORTEST_PREFIX} 位。"
        )
    if len(found) > 1:
        listed = "、".join(f"{full}（考核“{name}”）" for name, full in found[:_LISTED])
        more = "等" if len(found) > _LISTED else ""
        raise DataError(f"编号“{given}”对应不止一条线索：{listed}{more}。请写完整编号，并指明考核名称。")
    return found[0]


def _matches(connection: Connection, condition: ColumnElement[bool], assessment: str | None) -> list[tuple[str, str]]:
    columns = schema.findings.c
    query = select(columns.assessment, columns.id).where(condition).distinct().limit(_LISTED + 1)
    if assessment is not None:
        query = query.where(columns.assessment == assessment)
    return [(name, full) for name, full in connection.execute(query.order_by(columns.assessment, columns.id))]


def _append(
    connection: Connection, decision: Decision, assessment: str | None, *, clocked: bool = False
) -> tuple[Decision, *tuple[Event, ...]]:
    """Append a decision and return it followed by what the record is to say of it."""
    _check(decision)
    name, finding = identify(connection, decision.finding, assessment)
    if (subject := dict(decision.changes).get("subject")) is not None:
        _check_subject(connection, name, subject)
    history = decisions_on(connection, name, finding)
    _check_withdrawal(decision, history)
    decided = replace(decision, finding=finding)
    if clocked or decision.account:
        decided = replace(decided, at=_not_before(decision.at, history))
    form = form_of(connection, name, finding)
    before = state_before(history, decided.round) | {"form": form}
    row = rows.decision_row(decided) | {"assessment": name, "before": before}
    seq = connection.scalar(insert(schema.decisions).returning(schema.decisions.c.seq), row)
    decided = replace(decided, number=seq, form=tuple((field, form[field]) for field in rows.FORM))
    write_standing(connection, name, finding, (*history, decided))
    detail = decision_detail(row | {"seq": seq})
    event = Event(decided.account or decided.by, "decision", finding, name, detail)
    divided = follow_split(connection, name, decided, history)
    return (decided, event) if divided is None else (decided, event, divided)


def _not_before(at: str, history: Sequence[Decision]) -> str:
    """Return the time of a decision, never before those it follows: the last word counts even if a clock went back.

    The record keeps the time of the clock.
    """
    return max((at, *(one.at for one in history)), key=_moment)


def _moment(at: str) -> datetime:
    """Return the moment; what is no time counts as long ago."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_withdrawal(decision: Decision, history: Sequence[Decision]) -> None:
    """Refuse to take back what is not there, what somebody else said, or what was taken back already."""
    if (decision.verdict == "withdraw") != bool(decision.withdraws):
        raise DataError(f"对线索“{decision.finding}”的决定不完整：撤销须写明撤销哪一条，其他决定不能带这一项。")
    if decision.verdict != "withdraw":
        return
    mine = {one.number for one in in_effect(history) if (one.account, one.by) == (decision.account, decision.by)}
    if decision.withdraws not in mine:
        raise DataError(
            f"线索“{decision.finding}”的第{decision.withdraws}号决定不能撤销：不是本人作出的，或已经撤销。请刷新后再看。"
        )


def _check_subject(connection: Connection, assessment: str, subject: str) -> None:
    columns = schema.subjects.c
    query = select(columns.id).where(columns.assessment == assessment).order_by(columns.position)
    known = connection.scalars(query).all()
    if not known:
        raise DataError(
            f"考核“{assessment}”没有名册，不能把线索更正到对象“{subject}”。请先用 mingcha run --roster 提供名册。"
        )
    if subject not in known:
        listed = "、".join(known[:_LISTED]) + (f"等{len(known)}个" if len(known) > _LISTED else "")
        raise DataError(f"考核“{assessment}”的名册中没有编号为“{subject}”的对象。已有编号：{listed}。请改用其中一个。")


def _check_values(decision: Decision) -> None:
    """Refuse a correction to a category or a status that does not exist."""
    known = {"category": {*RISK_CATEGORIES, *EVIDENCE_CATEGORIES}, "status": {*get_args(Status)}}
    for field, value in decision.changes:
        if field in known and value not in known[field]:
            raise DataError(
                f"对线索“{decision.finding}”的更正看不懂：没有“{value}”。可写：{'、'.join(sorted(known[field]))}。"
            )


def _check(decision: Decision) -> None:
    verdicts = get_args(Verdict)
    if decision.verdict not in verdicts:
        raise DataError(f"不认识的决定“{decision.verdict}”。只能是 {'、'.join(verdicts)}（确认、驳回、更正、撤销）。")
    if not decision.by.strip():
        raise DataError(f"对线索“{decision.finding}”的决定没有写明由谁作出。请补上姓名。")
    if (decision.verdict == "change") != bool(decision.changes):
        raise DataError(
            f"对线索“{decision.finding}”的决定不完整：更正（change）须写明改成什么，其他决定不能带更正内容。"
        )
    if parts_said(decision.changes):
        return  # what the parts may be is checked with the roster at hand
    _check_values(decision)
    unknown = {field for field, _ in decision.changes} - _CHANGEABLE
    if unknown:
        raise DataError(
            f"对线索“{decision.finding}”的更正含有不能更正的项目：{'、'.join(sorted(unknown))}。"
            "只能更正 category（类别）、status（状态）、subject（对象）。"
        )
