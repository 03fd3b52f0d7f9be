"""How findings stand, read in one go: what people made of each, what it says now, whether a run still makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, select

from mingcha.pipeline.outgoing import Form
from mingcha.pipeline.store.people import standings
from mingcha.pipeline.store.schema import decisions, documents, fact_members, findings, texts
from mingcha.pipeline.store.streams import stream_scorecards

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection

_AT_ONCE = 500
_BATCH = 5000


def forms_of(connection: Connection, assessment: str, ids: Collection[str] | None = None) -> dict[str, Form]:
    """Return how findings of an assessment stand, by id: all of them, or those of *ids* that are there."""
    if ids is None or len(ids) > 20 * _AT_ONCE:
        every = dict(_read(connection, assessment))
        return every if ids is None else {one: every[one] for one in ids if one in every}
    known = sorted(ids)
    parts = (known[place : place + _AT_ONCE] for place in range(0, len(known), _AT_ONCE))
    return {one: form for part in parts for one, form in _read(connection, assessment, findings.c.id.in_(part))}


def exported_forms(connection: Connection, assessment: str, what: str, *, superseded: bool) -> dict[str, Form]:
    """Return how the findings stand that an export of *what* carries, ``texts`` for whole texts with their marks."""
    if what == "scores":
        cards = stream_scorecards(connection, assessment, superseded=superseded)
        return forms_of(
            connection, assessment, {one for card in cards for line in card["lines"] for one in line["findings"]}
        )
    if what not in _CARRIED:
        return {}
    present = () if superseded and what == "findings" else (findings.c.superseded_by_run.is_(None),)
    carried = (*present, *_CARRIED[what]()) if what in ("findings", "texts") else _CARRIED[what]()
    return dict(_read(connection, assessment, *carried))


def last_decision(connection: Connection, assessment: str) -> int:
    """Return the number of the latest decision in an assessment, 0 where there is none."""
    return connection.scalar(select(func.max(decisions.c.seq)).where(decisions.c.assessment == assessment)) or 0


def _read(connection: Connection, assessment: str, *conditions: ColumnElement[bool]) -> Iterator[tuple[str, Form]]:
    """Yield ids with their forms; where copies of a file have a finding, one that is still there comes last."""
    base, made = findings.c, standings.c
    own = and_(made.assessment == base.assessment, made.finding == base.id)
    told = (func.coalesce(getattr(made, name), getattr(base, name)) for name in ("category", "status", "subject"))
    gone = base.superseded_by_run.is_not(None)
    query = select(base.id, func.coalesce(made.standing, "pending"), *told, gone).outerjoin(standings, own)
    query = query.where(base.assessment == assessment, *conditions).order_by(gone.desc(), base.document.desc())
    with connection.execute(query, execution_options={"yield_per": _BATCH}) as found:
        yield from _interned(found)


def _interned(rows: Iterable[Any]) -> Iterator[tuple[str, Form]]:
    """Make equal forms one: there are few, and hundreds of thousands of findings."""
    kept: dict[Form, Form] = {}
    for finding, standing, category, status, subject, gone in rows:
        form = Form(standing, category, status, subject or None, bool(gone))  # people write that it is about nobody
        yield finding, kept.setdefault(form, form)


def _with_text() -> tuple[ColumnElement[bool], ...]:
    read = and_(documents.c.assessment == findings.c.assessment, documents.c.name == findings.c.document)
    same = and_(texts.c.sha256 == documents.c.sha256, texts.c.format == documents.c.format)
    return (exists().where(read, documents.c.status == "read", same),)


def _in_facts() -> tuple[ColumnElement[bool], ...]:
    members = fact_members.c
    return (exists().where(members.assessment == findings.c.assessment, members.finding == findings.c.id),)


def _decided() -> tuple[ColumnElement[bool], ...]:
    made = decisions.c
    return (exists().where(made.assessment == findings.c.assessment, made.finding == findings.c.id),)


_CARRIED = {"findings": tuple, "texts": _with_text, "facts": _in_facts, "decisions": _decided}
