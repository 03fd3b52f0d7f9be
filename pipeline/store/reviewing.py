"""What a reviewer does in the page: decides, takes back, notes, marks. Everything is appended, with its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import insert, select

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.store.chain import Event, append_events, lock_record
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.people import missed_passages, notes
from mingcha.pipeline.store.rows import decision_value
from mingcha.pipeline.store.schema import decisions, findings
from mingcha.pipeline.store.standings import refresh_standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Round, Verdict
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.people import NoteKind


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

    A ``change`` is confirmed with the same stroke: who corrects a finding has read it.
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
    """Append the decisions of an act, all or none; an act that was written already is not written again."""
    with writing(store) as connection:
        lock_record(connection)
        if earlier := _of_act(connection, reviewer, act.id):
            return earlier
        return append_decisions(connection, _decisions(reviewer, act), assessment=reviewer.assessment)


def take_back(store: Store, reviewer: Reviewer) -> tuple[Decision, ...]:
    """Withdraw the latest act of the reviewer that still holds, and return what it decided; nothing where none does."""
    with writing(store) as connection:
        lock_record(connection)
        last = _last_act(connection, reviewer)
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
        append_events(connection, [Event(reviewer.account, kind, finding, reviewer.assessment, {"text": text})])


def mark_missed(store: Store, reviewer: Reviewer, mark: Mark) -> None:
    """Append a passage that the software missed."""
    with writing(store) as connection:
        row = _signed(reviewer) | {name: getattr(mark, name) for name in Mark.__dataclass_fields__}
        connection.execute(insert(missed_passages), row)
        detail = {"start": mark.start, "end": mark.end, "category": mark.category, "reason": mark.reason}
        append_events(connection, [Event(reviewer.account, "missed", mark.document, reviewer.assessment, detail)])


def unmark_missed(store: Store, reviewer: Reviewer, number: int) -> None:
    """Take back a mark of one's own."""
    columns = missed_passages.c
    with writing(store) as connection:
        lock_record(connection)
        mine = (columns.assessment == reviewer.assessment, columns.account == reviewer.account, columns.seq == number)
        row = connection.execute(select(missed_passages).where(*mine)).mappings().one_or_none()
        if row is None or row["seq"] not in {one["seq"] for one in _marks(connection, reviewer.assessment)}:
            raise DataError("这处漏检标注不是本人作出的，或已经撤销。请刷新页面。")
        kept = {name: row[name] for name in Mark.__dataclass_fields__}
        connection.execute(insert(missed_passages), _signed(reviewer) | kept | {"reason": "撤销", "withdraws": number})
        append_events(
            connection,
            [Event(reviewer.account, "missed_withdrawn", row["document"], reviewer.assessment, {"seq": number})],
        )


def load_missed(store: Store, assessment: str, *, document: str | None = None) -> list[dict[str, Any]]:
    """Return the marks that hold, of an assessment or of one document, in the order of the text."""
    with reading(store) as connection:
        return _marks(connection, assessment, document)


def load_notes(store: Store, assessment: str, finding: str) -> list[dict[str, Any]]:
    """Return the notes and flags of a finding in the order in which they were made."""
    columns = notes.c
    query = select(notes).where(columns.assessment == assessment, columns.finding == finding).order_by(columns.seq)
    with reading(store) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _decisions(reviewer: Reviewer, act: Act) -> list[Decision]:
    verdicts: tuple[Verdict, ...] = ("change", "confirm") if act.verdict == "change" else (act.verdict,)
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


def _marks(connection: Connection, assessment: str, document: str | None = None) -> list[dict[str, Any]]:
    columns, other = missed_passages.c, missed_passages.alias().c
    undone: Sequence[int] = connection.scalars(
        select(other.withdraws).where(other.assessment == assessment, other.withdraws > 0)
    ).all()
    query = select(missed_passages).where(columns.assessment == assessment, columns.withdraws == 0)
    if document is not None:
        query = query.where(columns.document == document)
    rows = connection.execute(query.order_by(columns.document, columns.start, columns.seq)).mappings()
    return [dict(row) for row in rows if row["seq"] not in undone]


def _signed(reviewer: Reviewer) -> dict[str, str]:
    return {"assessment": reviewer.assessment, "by": reviewer.name, "account": reviewer.account, "at": _now()}


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="microseconds")
