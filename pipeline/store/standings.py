"""What the decisions on each finding amount to, kept beside them so that a queue of many findings needs no history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, insert, select

from mingcha.pipeline.scoring.rounds import Outcome, settle
from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.people import notes, standings
from mingcha.pipeline.store.schema import decisions

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


def state_before(history: Sequence[Decision], round_: Round) -> dict[str, Any] | None:
    """Return how a round stood before a further decision: verdict and corrections, ``None`` where it had not begun."""
    outcome: Outcome | None = getattr(settle(history), round_)
    return None if outcome is None else {"verdict": outcome.verdict, "changes": dict(outcome.changes)}


def write_standing(connection: Connection, assessment: str, finding: str, history: Sequence[Decision]) -> None:
    """Write what the decisions on a finding amount to, in place of what was written of it."""
    settled = settle(history)
    changes = dict(settled.counting.changes) if settled.counting else {}
    row = {
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
    columns = standings.c
    connection.execute(delete(standings).where(columns.assessment == assessment, columns.finding == finding))
    connection.execute(insert(standings), row)


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
