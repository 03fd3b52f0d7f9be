"""All that bears on one subject's score, out of very much else: findings, their decisions, the facts they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, select, union

from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.people import standings
from mingcha.pipeline.store.schema import decisions, fact_members, facts, findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Decision, Fact, Finding
    from mingcha.pipeline.store.database import Store

_SOME = 50  # so that one of them is of a file that is still there
_AT_ONCE = 5000  # ids of one query; databases bound how many there may be


@dataclass(frozen=True, slots=True)
class Concern:
    """What a scorecard of one subject rests on; it comes out as if everything of the assessment were given."""

    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    facts: tuple[Fact, ...]


def load_concern(store: Store, assessment: str, subject: str, unclear: Sequence[str] = ()) -> Concern:
    """Return what bears on a subject; *unclear* are findings that may be about it (`unclear_findings`)."""
    with reading(store) as connection:
        mine = list(connection.scalars(_said_or_made(assessment, subject)))
        found = _facts(connection, assessment, subject, mine)
        members = (one for fact in found for one in (*fact.supports, *fact.contradicts, *fact.copies))
        ids = sorted({*mine, *members, *unclear, *_any_decided(connection, assessment)})
        return Concern(
            tuple(rows.finding_value(row) for row in _of(connection, findings, findings.c.id, assessment, ids)),
            tuple(rows.decision_value(row) for row in _of(connection, decisions, decisions.c.finding, assessment, ids)),
            tuple(found),
        )


def unclear_findings(store: Store, assessment: str) -> dict[str, list[str]]:
    """Return, for each subject, the findings that may be about it though none is named; it holds until the next run."""
    columns = findings.c
    query = select(columns.id, columns.candidates).where(
        columns.assessment == assessment,
        columns.subject.is_(None),
        columns.superseded_by_run.is_(None),
        cast(columns.candidates, Text) != "[]",
    )
    possible: dict[str, list[str]] = {}
    with reading(store) as connection:
        for id_, candidates in connection.execute(query):
            for subject in candidates:
                possible.setdefault(subject, []).append(id_)
    return possible


def _said_or_made(assessment: str, subject: str) -> Any:
    said, made = findings.c, standings.c
    return union(
        select(said.id).where(said.assessment == assessment, said.subject == subject),
        select(made.finding).where(made.assessment == assessment, made.subject == subject),
    )


def _facts(connection: Connection, assessment: str, subject: str, mine: Sequence[str]) -> list[Fact]:
    columns, members = facts.c, fact_members.c
    holding: set[str] = set()
    for part in _parts(mine):
        query = select(members.fact).where(members.assessment == assessment, members.finding.in_(part))
        holding.update(connection.scalars(query))
    found: dict[str, Fact] = {}
    for part in _parts(sorted(holding)):
        query = select(facts).where(columns.assessment == assessment, columns.id.in_(part))
        found |= {row["id"]: rows.fact_value(row) for row in connection.execute(query).mappings()}
    own = select(facts).where(columns.assessment == assessment, columns.subject == subject)
    found |= {row["id"]: rows.fact_value(row) for row in connection.execute(own).mappings()}
    return [found[id_] for id_ in sorted(found)]


def _any_decided(connection: Connection, assessment: str) -> list[str]:
    """Return some findings that people decided: a score is a preview only while nobody decided anything."""
    columns = standings.c
    decided = columns.standing.in_(["confirmed", "rejected"])
    query = select(columns.finding).where(columns.assessment == assessment, decided).limit(_SOME)
    return list(connection.scalars(query))


def _of(connection: Connection, table: Any, column: Any, assessment: str, ids: Sequence[str]) -> Iterator[Any]:
    for part in _parts(ids):
        query = select(table).where(table.c.assessment == assessment, column.in_(part))
        if table is findings:
            query = query.where(findings.c.superseded_by_run.is_(None))
            query = query.order_by(findings.c.document, findings.c.start, findings.c.end, findings.c.id)
        else:
            query = query.order_by(decisions.c.seq)
        yield from connection.execute(query).mappings()


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]
