"""Pages of what other systems read: so many rows after a given one, in an order that a new run does not disturb.

Nothing of the category ``integrity`` is ever among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.people import standings
from mingcha.pipeline.store.schema import documents, fact_members, facts, findings, ledger_lines, scorecards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Select

    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.rows import StoredDocument

_KEPT_APART = "integrity"
_AT_ONCE = 5000  # ids of one query; databases bound how many there may be


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with what people made of it; category, status and subject are as corrected, else as found."""

    finding: Finding
    standing: str
    category: str
    status: str
    subject: str | None
    run: str


@dataclass(frozen=True, slots=True)
class Part:
    """Which rows are asked for: those with these values (``None`` asks for nothing), so many at most."""

    assessment: str
    wanted: Mapping[str, Any]
    limit: int


def findings_after(store: Store, part: Part, after: tuple[str, str] | None) -> list[Judged]:
    """Return findings in the order of ids and documents, those behind the id and document of *after*."""
    query = _narrowed(_judged(part.assessment), _EFFECTIVE, part.wanted)
    if part.wanted.get("standing") not in (None, "pending"):
        query = query.where(
            findings.c.id.in_(_standing(part))
        )  # few of very many: they are looked up, not searched for
    if after is not None:
        same = and_(findings.c.id == after[0], findings.c.document > after[1])
        query = query.where(or_(findings.c.id > after[0], same))
    query = query.order_by(findings.c.id, findings.c.document).limit(part.limit)
    with reading(store) as connection:
        return [_judgment(row) for row in connection.execute(query).mappings()]


def find_judged(store: Store, assessment: str, finding: str) -> list[Judged]:
    """Return the finding of an id in every document that has it (copies of a file share ids), none where none is."""
    part = Part(assessment, {"id": finding}, 100)
    return findings_after(store, part, None)


def documents_after(store: Store, part: Part, after: str | None) -> list[StoredDocument]:
    """Return documents in the order of names, those behind the name *after*."""
    query = _narrowed(select(documents).where(documents.c.assessment == part.assessment), documents.c, part.wanted)
    if after is not None:
        query = query.where(documents.c.name > after)
    with reading(store) as connection:
        found = connection.execute(query.order_by(documents.c.name).limit(part.limit)).mappings()
        return [rows.document_value(row) for row in found]


def facts_after(store: Store, part: Part, after: str | None) -> list[Fact]:
    """Return facts in the order of ids, those behind the id *after*."""
    here = select(facts).where(facts.c.assessment == part.assessment, facts.c.category != _KEPT_APART)
    query = _narrowed(here, facts.c, part.wanted)
    if after is not None:
        query = query.where(facts.c.id > after)
    with reading(store) as connection:
        found = connection.execute(query.order_by(facts.c.id).limit(part.limit)).mappings()
        return [rows.fact_value(row) for row in found]


def scorecards_after(store: Store, part: Part, after: int) -> list[dict[str, Any]]:
    """Return scorecards with their ledgers (``lines``) in the order in which they were saved, those behind *after*."""
    here = select(scorecards).where(scorecards.c.assessment == part.assessment, scorecards.c.seq > after)
    query = _narrowed(here, scorecards.c, part.wanted).order_by(scorecards.c.seq).limit(part.limit)
    lines = ledger_lines.c
    with reading(store) as connection:
        cards = {row["seq"]: {**row, "lines": []} for row in connection.execute(query).mappings()}
        under = select(ledger_lines).where(lines.scorecard.in_(list(cards)))
        for row in connection.execute(under.order_by(lines.scorecard, lines.position)).mappings():
            cards[row["scorecard"]]["lines"].append(row)
    return list(cards.values())


def confirmed_supports(store: Store, assessment: str, ids: Sequence[str]) -> dict[str, int]:
    """Return how many findings that support each of these facts people confirmed; facts with none are left out."""
    members = fact_members.c
    mine = and_(standings.c.assessment == members.assessment, standings.c.finding == members.finding)
    query = (
        select(members.fact, func.count())
        .join(standings, mine)
        .where(members.assessment == assessment, members.role == "support", standings.c.standing == "confirmed")
        .group_by(members.fact)
    )
    counts: dict[str, int] = {}
    with reading(store) as connection:
        for some in in_parts(ids):
            counts |= {row[0]: row[1] for row in connection.execute(query.where(members.fact.in_(some)))}
    return counts


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield ids in parts that one query takes."""
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]


_EFFECTIVE: Mapping[str, Any] = {
    "id": findings.c.id,
    "document": findings.c.document,
    "kind": findings.c.kind,
    "standing": func.coalesce(standings.c.standing, "pending"),
    "category": func.coalesce(standings.c.category, findings.c.category),
    "status": func.coalesce(standings.c.status, findings.c.status),
    "subject": func.coalesce(standings.c.subject, findings.c.subject),
}


def _judged(assessment: str) -> Select[Any]:
    mine = and_(standings.c.assessment == findings.c.assessment, standings.c.finding == findings.c.id)
    made = [_EFFECTIVE[name].label(f"made_{name}") for name in ("standing", "category", "status", "subject")]
    return (
        select(findings, *made)
        .outerjoin(standings, mine)
        .where(
            findings.c.assessment == assessment,
            findings.c.superseded_by_run.is_(None),
            findings.c.category != _KEPT_APART,
            _EFFECTIVE["category"] != _KEPT_APART,
        )
    )


def _standing(part: Part) -> Select[tuple[str]]:
    columns = standings.c
    here = columns.assessment == part.assessment
    return select(columns.finding).where(here, columns.standing == part.wanted["standing"])


def _narrowed(query: Select[Any], columns: Any, wanted: Mapping[str, Any]) -> Select[Any]:
    return query.where(*(columns[name] == value for name, value in wanted.items() if value is not None))


def _judgment(row: Mapping[Any, Any]) -> Judged:
    made = {name: row[f"made_{name}"] for name in ("standing", "category", "status", "subject")}
    return Judged(rows.finding_value(row), run=row["run"], **made)
