"""What a reviewer does in the page: decides, takes back, notes, marks. Everything is appended, with its record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import insert, or_, select

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.handwork import marked_id, parts_said
from mingcha.pipeline.store.chain import Event, append_events, lock_record
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.handmade import marks_of, passage_of, refresh_handmade
from mingcha.pipeline.store.people import missed_passages, notes, standings
from mingcha.pipeline.store.rows import decision_value
from mingcha.pipeline.store.schema import decisions, findings, subjects
from mingcha.pipeline.store.splitting import decided_by_others, replace_member
from mingcha.pipeline.store.standings import refresh_standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Round, Verdict
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.people import NoteKind


_BLIND: Mapping[Round, Round] = {"first": "second", "second": "first"}  # each decides without the other's word


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who acts: the name that decisions bear, the account, the assessment and the round."""

    assessment: str
    account: str
    name: str
    round: Round


@dataclass(frozen=True, slots=True)
class Act:
    """One keystroke: a verdict on one finding or several of one wording. ``id`` is the page's own, given once.

    A ``change`` is confirmed with the same stroke: who corrects a finding has read it. One that splits a finding is
    not: its two parts await their own decisions.
    """

    id: str
    findings: tuple[str, ...]
    verdict: Verdict
    reason: str = ""
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage that the software missed: where it stands, what it is, why."""

    document: str
    sha256: str
    format: str
    start: int
    end: int
    text: str
    category: str
    status: str
    subject: str | None
    reason: str


def decide(store: Store, reviewer: Reviewer, act: Act) -> tuple[Decision, ...]:
    """Append the decisions of an act, all or none; an act that was written already is not written again.

    Raise DataError for a finding that no run makes any more, one that both rounds have decided (unless the lead
    decides), and one that the same person decided in the other round: two rounds are two people's.
    """
    with writing(store) as connection:
        lock_record(connection)
        if earlier := _of_act(connection, reviewer, act.id):
            return earlier
        for finding in act.findings:
            _check_current(connection, reviewer.assessment, finding)
            _check_open(connection, reviewer, finding)
            _check_other_round(connection, reviewer, finding)
        return append_decisions(connection, _decisions(reviewer, act), assessment=reviewer.assessment)


def take_back(store: Store, reviewer: Reviewer) -> tuple[Decision, ...]:
    """Withdraw the latest act of the reviewer that still holds, and return what it decided; nothing where none does.

    Raise DataError where both rounds are in: each has seen the other's verdict by now.
    """
    with writing(store) as connection:
        lock_record(connection)
        last = _last_act(connection, reviewer)
        for finding in dict.fromkeys(one.finding for one in last if one.round in _BLIND):
            _check_open(connection, replace(reviewer, round=last[0].round), finding)
        act = uuid4().hex
        withdrawals = (
            Decision(
                *(one.finding, "withdraw", reviewer.name, "撤销", _now()),
                round=one.round,
                account=reviewer.account,
                act=act,
                withdraws=one.number or 0,
            )
            for one in reversed(last)
        )
        append_decisions(connection, withdrawals, assessment=reviewer.assessment)
        return last


def write_note(store: Store, reviewer: Reviewer, finding: str, kind: NoteKind, text: str = "") -> None:
    """Append a note to a finding, flag it or take the flag away."""
    with writing(store) as connection:
        lock_record(connection)
        known = select(findings.c.id).where(findings.c.assessment == reviewer.assessment, findings.c.id == finding)
        if connection.scalar(known.limit(1)) is None:
            raise DataError(f"考核“{reviewer.assessment}”中没有编号为“{finding}”的线索。请刷新页面。")
        row = _signed(reviewer) | {"finding": finding, "kind": kind, "text": text}
        connection.execute(insert(notes), row)
        refresh_standing(connection, reviewer.assessment, finding)
        detail = {"text": text, "by": row["by"], "at": row["at"]}
        append_events(connection, [Event(reviewer.account, kind, finding, reviewer.assessment, detail)])


def mark_missed(store: Store, reviewer: Reviewer, mark: Mark) -> None:
    """Append a passage that the software missed: it is a finding from now on.

    Raise DataError for a subject who is not in the roster, and for what is a finding already.
    """
    with writing(store) as connection:
        lock_record(connection)
        _check_in_roster(connection, reviewer.assessment, mark.subject)
        _check_new(connection, reviewer.assessment, mark)
        row = _signed(reviewer) | {name: getattr(mark, name) for name in Mark.__dataclass_fields__}
        connection.execute(insert(missed_passages), row)
        refresh_handmade(connection, reviewer.assessment, mark.document)
        detail = {name: row[name] for name in ("start", "end", "category", "status", "subject", "reason")}
        append_events(connection, [Event(reviewer.account, "missed", mark.document, reviewer.assessment, detail)])


def unmark_missed(store: Store, reviewer: Reviewer, number: int) -> None:
    """Take back a mark of one's own; raise DataError once somebody else has decided on the finding that it made."""
    columns = missed_passages.c
    with writing(store) as connection:
        lock_record(connection)
        mine = (columns.assessment == reviewer.assessment, columns.account == reviewer.account, columns.seq == number)
        row = connection.execute(select(missed_passages).where(*mine)).mappings().one_or_none()
        if row is None or row["seq"] not in {one["seq"] for one in marks_of(connection, reviewer.assessment)}:
            raise DataError("这处漏检标注不是本人作出的，或已经撤销。请刷新页面。")
        finding = marked_id(passage_of(row, ""))
        if decided_by_others(connection, reviewer.assessment, finding, reviewer.account):
            raise DataError("这处人工标注已有别人作出决定，不能撤销。不成立的请驳回，或请裁定人处理。")
        kept = {name: row[name] for name in Mark.__dataclass_fields__}
        connection.execute(insert(missed_passages), _signed(reviewer) | kept | {"reason": "撤销", "withdraws": number})
        refresh_handmade(connection, reviewer.assessment, row["document"])
        replace_member(connection, reviewer.assessment, finding, None)
        append_events(
            connection,
            [Event(reviewer.account, "missed_withdrawn", row["document"], reviewer.assessment, {"seq": number})],
        )


def load_missed(store: Store, assessment: str, *, document: str | None = None) -> list[dict[str, Any]]:
    """Return the marks that hold, of an assessment or of one document, in the order of the text.

    ``finding`` is the id of the finding that each of them is.
    """
    with reading(store) as connection:
        found = marks_of(connection, assessment, document)
    return [{**one, "finding": marked_id(passage_of(one, ""))} for one in found]


def load_notes(store: Store, assessment: str, finding: str) -> list[dict[str, Any]]:
    """Return the notes and flags of a finding in the order in which they were made."""
    columns = notes.c
    query = select(notes).where(columns.assessment == assessment, columns.finding == finding).order_by(columns.seq)
    with reading(store) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _check_current(connection: Connection, assessment: str, finding: str) -> None:
    columns = findings.c
    made = select(columns.id).where(columns.assessment == assessment, columns.id == finding)
    if connection.scalar(made.where(columns.superseded_by_run.is_(None)).limit(1)) is None:
        raise DataError("这条线索来自较早的材料或规则，现已不再产生，不能再作决定。请刷新列表。")


def _check_open(connection: Connection, reviewer: Reviewer, finding: str) -> None:
    """Refuse either of the two reviewers once both have decided: since then each knows what the other said."""
    columns = standings.c
    query = select(columns.first, columns.second)
    row = connection.execute(
        query.where(columns.assessment == reviewer.assessment, columns.finding == finding)
    ).one_or_none()
    if row is not None and reviewer.round in _BLIND and {row.first, row.second} <= {"confirm", "reject"}:
        raise DataError("两轮都已作出决定，不能再改或撤销。如需更改，请由裁定人处理。")


def _check_other_round(connection: Connection, reviewer: Reviewer, finding: str) -> None:
    """Refuse who decided in the other round, withdrawn or not, under this account or another of the same name."""
    other = _BLIND.get(reviewer.round)
    if other is None:
        return
    columns = decisions.c
    here = (columns.assessment == reviewer.assessment, columns.finding == finding, columns.round == other)
    same = or_(columns.account == reviewer.account, columns.by == reviewer.name)
    if connection.scalar(select(columns.seq).where(*here, same).limit(1)) is not None:
        raise DataError(
            f"“{reviewer.name}”在另一轮审阅过这条线索，两轮必须由两个人作出，没有写入。"
            "请由另一位审阅人决定；若是同名的两个人，请管理员把账号姓名写得能区分。"
        )


def _check_in_roster(connection: Connection, assessment: str, subject: str | None) -> None:
    columns = subjects.c
    query = select(columns.id).where(columns.assessment == assessment, columns.id == subject)
    if subject is not None and connection.scalar(query) is None:
        raise DataError(f"考核“{assessment}”的名册中没有编号为“{subject}”的对象。请从列表中选择。")


def _decisions(reviewer: Reviewer, act: Act) -> list[Decision]:
    corrects = act.verdict == "change" and not parts_said(act.changes)
    verdicts: tuple[Verdict, ...] = ("change", "confirm") if corrects else (act.verdict,)
    return [
        Decision(
            *(finding, verdict, reviewer.name, act.reason, _now()),
            changes=act.changes if verdict == "change" else (),
            round=reviewer.round,
            account=reviewer.account,
            act=act.id,
        )
        for finding in act.findings
        for verdict in verdicts
    ]


def _of_act(connection: Connection, reviewer: Reviewer, act: str) -> tuple[Decision, ...]:
    columns = decisions.c
    query = select(decisions).where(columns.act == act).order_by(columns.seq)
    found = tuple(decision_value(row) for row in connection.execute(query).mappings())
    if any(one.account != reviewer.account for one in found):
        raise DataError("这次操作的编号属于别人。请刷新页面后重试。")
    return found


def _last_act(connection: Connection, reviewer: Reviewer) -> tuple[Decision, ...]:
    columns, other = decisions.c, decisions.alias().c
    mine = (columns.assessment == reviewer.assessment, columns.account == reviewer.account)
    undone = select(other.withdraws).where(
        other.assessment == reviewer.assessment, other.account == reviewer.account, other.verdict == "withdraw"
    )
    query = select(columns.act).where(*mine, columns.verdict != "withdraw", columns.seq.not_in(undone))
    act = connection.scalar(query.order_by(columns.seq.desc()).limit(1))
    return () if act is None else _of_act(connection, reviewer, act)


def _check_new(connection: Connection, assessment: str, mark: Mark) -> None:
    columns = findings.c
    passage = passage_of({name: getattr(mark, name) for name in Mark.__dataclass_fields__}, "")
    here = (columns.assessment == assessment, columns.document == mark.document, columns.id == marked_id(passage))
    if connection.scalar(select(columns.id).where(*here, columns.superseded_by_run.is_(None)).limit(1)) is not None:
        raise DataError("这一处的这一类已经是线索。请打开它，更正或拆分；另一件事请选准起止的字。")


def _signed(reviewer: Reviewer) -> dict[str, str]:
    return {"assessment": reviewer.assessment, "by": reviewer.name, "account": reviewer.account, "at": _now()}


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="microseconds")
