"""What the decisions on each finding amount to, kept beside them so that a queue of many findings needs no history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, insert, select

from mingcha.pipeline.scoring.rounds import Outcome, settle
from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.people import notes, standings
from mingcha.pipeline.store.schema import decisions, findings, subjects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Decision, Round
    from mingcha.pipeline.store.database import Store


def decisions_on(connection: Connection, assessment: str, finding: str) -> tuple[Decision, ...]:
    """Return every decision on a finding in the order in which it was appended, the withdrawn ones among them."""
    columns = decisions.c
    query = select(decisions).where(columns.assessment == assessment, columns.finding == finding)
    return tuple(rows.decision_value(row) for row in connection.execute(query.order_by(columns.seq)).mappings())


def form_of(connection: Connection, assessment: str, finding: str) -> dict[str, Any]:
    """Return what a finding says that a decision on it rests on, with the name of its subject.

    Where copies of a file have it, the first by name is the one that reviewers see.
    """
    columns = findings.c
    query = (
        select(*(columns[name] for name in rows.FORM), subjects.c.name)
        .outerjoin(subjects, and_(subjects.c.assessment == columns.assessment, subjects.c.id == columns.subject))
        .where(columns.assessment == assessment, columns.id == finding)
        .order_by(columns.superseded_by_run.is_not(None), columns.document)
        .limit(1)
    )
    return dict(connection.execute(query).mappings().one())


def state_before(history: Sequence[Decision], round_: Round) -> dict[str, Any]:
    """Return how a round stood before a further decision: verdict and corrections, nothing where it had not begun."""
    outcome: Outcome | None = getattr(settle(history), round_)
    return {} if outcome is None else {"verdict": outcome.verdict, "changes": dict(outcome.changes)}


def write_standing(connection: Connection, assessment: str, finding: str, history: Sequence[Decision]) -> None:
    """Write what the decisions on a finding amount to, in place of what was written of it."""
    row = standing_row(connection, assessment, finding, history)
    columns = standings.c
    connection.execute(delete(standings).where(columns.assessment == assessment, columns.finding == finding))
    connection.execute(insert(standings), row)


def standing_row(connection: Connection, assessment: str, finding: str, history: Sequence[Decision]) -> dict[str, Any]:
    """Return what the decisions on a finding amount to, as a row of ``standings``.

    What was decided on something else than the finding says now, in every copy of its file, does not count.
    """
    settled = settle(_on_present_forms(connection, assessment, finding, history))
    changes = dict(settled.counting.changes) if settled.counting else {}
    return {
        "assessment": assessment,
        "finding": finding,
        "first": _word(settled.first),
        "second": _word(settled.second),
        "adjudication": _word(settled.adjudication),
        "standing": settled.standing,
        "category": changes.get("category"),
        "status": changes.get("status"),
        "subject": changes.get("subject"),
        "flagged": _is_flagged(connection, assessment, finding),
    }


def _on_present_forms(
    connection: Connection, assessment: str, finding: str, history: Sequence[Decision]
) -> list[Decision]:
    columns = findings.c
    query = select(*(columns[name] for name in rows.FORM)).where(
        columns.assessment == assessment, columns.id == finding, columns.superseded_by_run.is_(None)
    )
    present = [dict(row) for row in connection.execute(query.distinct()).mappings()]
    return [
        one
        for one in history
        if one.verdict == "withdraw" or all(form[name] == value for form in present for name, value in one.form)
    ]


def refresh_standing(connection: Connection, assessment: str, finding: str) -> None:
    """Work out anew where a finding stands."""
    write_standing(connection, assessment, finding, decisions_on(connection, assessment, finding))


def complete_standings(store: Store) -> int:
    """Write the standings of findings whose decisions are older than the table; return how many there were."""
    place = (decisions.c.assessment, decisions.c.finding)
    known = exists().where(standings.c.assessment == place[0], standings.c.finding == place[1])
    with writing(store) as connection:
        missing = connection.execute(select(*place).where(~known).distinct()).all()
        for assessment, finding in missing:
            refresh_standing(connection, assessment, finding)
    return len(missing)


def _is_flagged(connection: Connection, assessment: str, finding: str) -> bool:
    columns = notes.c
    query = select(columns.kind).where(
        columns.assessment == assessment, columns.finding == finding, columns.kind.in_(("flag", "unflag"))
    )
    return connection.scalar(query.order_by(columns.seq.desc()).limit(1)) == "flag"


def _word(outcome: Outcome | None) -> str | None:
    return None if outcome is None else outcome.verdict or "open"
