"""The queue of an assessment: which findings await a person, in which order, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union

from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.people import assignments, notes, standings
from mingcha.pipeline.store.schema import decisions, findings
from mingcha.pipeline.terms import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Round
    from mingcha.pipeline.scoring.rounds import Standing
    from mingcha.pipeline.store.database import Store

Order = Literal["priority", "doubt", "document"]
State = Literal["open", "decided", "confirmed", "rejected", "disputed", "flagged", "any"]
NOBODY, ACTIVE = "-", "active"
PAGE, COUNTED, SEARCHED = 30, 5000, 1000
_TWINS, _CORRECTED = 200, 500
_VERDICTS: dict[str, tuple[str, Standing]] = {"confirmed": ("confirm", "confirmed"), "rejected": ("reject", "rejected")}


@dataclass(frozen=True, slots=True)
class Seat:
    """Who looks at the queue of which assessment, and in which round; without one (a lead, a reader) all rounds count.

    ``blind`` keeps from a reviewer everything that follows from what others decided.
    """

    assessment: str
    login: str
    round: Round | None = None
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """What a queue is narrowed to; an empty word asks for nothing.

    ``subject`` may be ``-`` (nobody), ``status`` may be ``active`` (asserted or reported); ``least`` and ``most`` bound
    the confidence; ``mine`` asks for what was assigned to the viewer. ``found`` are the findings that hold
    ``text``, where that was looked up before.
    """

    kind: str = ""
    category: str = ""
    status: str = ACTIVE
    subject: str = ""
    source_kind: str = ""
    strength: str = ""
    document: str = ""
    reviewer: str = ""
    text: str = ""
    state: State = "open"
    order: Order = "priority"
    least: float | None = None
    most: float | None = None
    mine: bool = False
    found: tuple[str, ...] | None = None


def queue_ids(store: Store, seat: Seat, chosen: Filter, *, page: int = 1) -> tuple[list[tuple[str, str]], bool]:
    """Return the document and id of each finding of a page (counted from 1), and whether another page follows."""
    columns = findings.c
    query = _narrowed(store, select(columns.document, columns.id), seat, chosen).order_by(*_order(chosen.order))
    with reading(store) as connection:
        found = connection.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return [(row.document, row.id) for row in found[:PAGE]], len(found) > PAGE


def queue_page(store: Store, seat: Seat, chosen: Filter, page: int) -> tuple[list[tuple[str, str]], bool, int]:
    """Return what `queue_ids` and `queue_count` return; where all of a queue is gone through, it is done once."""
    columns, first = findings.c, (page - 1) * PAGE
    few = chosen.found is not None or any((chosen.kind, chosen.category, chosen.source_kind, chosen.strength))
    if first >= COUNTED or not few:
        return *queue_ids(store, seat, chosen, page=page), queue_count(store, seat, chosen)
    query = _narrowed(store, select(columns.document, columns.id), seat, chosen).order_by(*_order(chosen.order))
    with reading(store) as connection:
        found = connection.execute(query.limit(COUNTED + PAGE + 1)).all()
    shown = [(row.document, row.id) for row in found[first : first + PAGE]]
    return shown, len(found) > first + PAGE, min(len(found), COUNTED)


def queue_count(store: Store, seat: Seat, chosen: Filter) -> int:
    """Return how many findings the queue holds, ``COUNTED`` where there are as many or more."""
    query = _narrowed(store, select(findings.c.id), seat, chosen)
    if chosen.found is not None:
        with reading(store) as connection:
            return len(connection.scalars(query).all())
    inner = query.limit(COUNTED).subquery()
    with reading(store) as connection:
        return connection.scalar(select(func.count()).select_from(inner)) or 0


def neighbor(store: Store, seat: Seat, chosen: Filter, finding: str, *, back: bool = False) -> str | None:
    """Return the finding that follows (or precedes) *finding* in the queue, whether or not it is still in it itself.

    Going back leads to what was decided just now, too: that is what one goes back for.
    """
    columns = findings.c
    if back and chosen.state == "open":
        chosen = replace(chosen, state="any")
    query = _narrowed(store, select(columns.id), seat, chosen)
    with reading(store) as connection:
        place = select(*_key(chosen.order)).where(columns.assessment == seat.assessment, columns.id == finding)
        here = connection.execute(place.order_by(columns.document).limit(1)).one_or_none()
        if here is None:
            return None
        falling = (chosen.order == "priority") != back
        key, value = tuple_(*_key(chosen.order)), tuple_(*here)
        beyond = key < value if falling else key > value
        order = _order(chosen.order, back=back)
        query = query.where(beyond, columns.id != finding).order_by(*order)
        found: str | None = connection.scalar(query.limit(1))
        return found


def twins(store: Store, seat: Seat, finding: str) -> list[tuple[str, str, int]]:
    """Return document, id and start of the open findings of the same wording, status and subject as *finding*."""
    columns = findings.c
    mine = select(columns.wording).where(columns.assessment == seat.assessment, columns.id == finding).limit(1)
    every = select(columns.document, columns.id, columns.start)
    query = _narrowed(store, every, seat, Filter(status="", state="open"))
    with reading(store) as connection:
        wording = connection.scalar(mine)
        query = query.where(columns.wording == wording, columns.id != finding)
        rows = connection.execute(query.order_by(columns.document, columns.start).limit(_TWINS))
        return [] if wording is None else [(row.document, row.id, row.start) for row in rows]


def states(store: Store, seat: Seat, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the standings of findings by id; those that nobody touched have none."""
    columns = standings.c
    query = select(standings).where(columns.assessment == seat.assessment, columns.finding.in_(ids))
    with reading(store) as connection:
        return {row["finding"]: dict(row) for row in connection.execute(query).mappings()}


def _narrowed(store: Store, query: Select[Any], seat: Seat, chosen: Filter) -> Select[Any]:
    columns = findings.c
    few = chosen.found is not None or chosen.subject not in ("", NOBODY)
    # Few are asked for by their ids. SQLite would rather go through the queue of the whole assessment, so the
    # assessment is asked for in a way that no index answers.
    here = func.coalesce(columns.assessment, "") if few else columns.assessment
    query = query.where(here == seat.assessment, columns.superseded_by_run.is_(None))
    for name in ("kind", "source_kind", "strength", "document"):
        if value := getattr(chosen, name):
            query = query.where(columns[name] == value)
    query = query.where(*_corrected(store, seat, chosen), *_bounds(chosen), *_people(seat, chosen))
    query = query.where(*_state(seat, chosen.state))
    if chosen.found is not None:
        return query.where(columns.id.in_(chosen.found))
    return query.where(columns.text.contains(chosen.text, autoescape=True)) if chosen.text else query


def load_words(store: Store, assessment: str) -> list[tuple[str, str, int, str]]:
    """Return id, document, start and text of every finding in the order of the documents."""
    columns = findings.c
    query = select(columns.id, columns.document, columns.start, columns.text).where(
        columns.assessment == assessment, columns.superseded_by_run.is_(None)
    )
    with reading(store) as connection:
        rows = connection.execute(query.order_by(columns.document, columns.start))
        return [(row.id, row.document, row.start, row.text) for row in rows]


def _corrected(store: Store, seat: Seat, chosen: Filter) -> list[ColumnElement[bool]]:
    """Narrow by what a reviewer may have corrected: what the software said or, unless blind, what it was made."""
    conditions: list[ColumnElement[bool]] = []
    for name in ("category", "status", "subject"):
        value = getattr(chosen, name)
        if not value:
            continue
        if value == ACTIVE:
            conditions.append(findings.c[name].in_(sorted(ACTIVE_STATUSES)))
        elif value == NOBODY:
            conditions.append(findings.c[name].is_(None))
        elif seat.blind:
            conditions.append(findings.c[name] == value)
        else:
            conditions.append(_said_or_made(store, seat, name, value))
    return conditions


def _said_or_made(store: Store, seat: Seat, name: str, value: str) -> ColumnElement[bool]:
    made = select(standings.c.finding).where(standings.c.assessment == seat.assessment, standings.c[name] == value)
    said = findings.c[name] == value
    if name != "subject":
        return or_(said, findings.c.id.in_(_few_or_all(store, made)))
    # A subject has few findings: going to each of them beats going through all. The run, which every finding has,
    # is in no index, so that SQLite takes that of the subject.
    mine = select(findings.c.id).where(findings.c.assessment == seat.assessment, said, findings.c.run.is_not(None))
    return findings.c.id.in_(union(mine, made))


def _few_or_all(store: Store, query: Select[Any]) -> list[str] | Select[Any]:
    """Return the ids themselves where they are few: PostgreSQL goes through all findings for those of a query."""
    with reading(store) as connection:
        found = list(connection.scalars(query.limit(_CORRECTED + 1)))
    return found if len(found) <= _CORRECTED else query


def _bounds(chosen: Filter) -> list[ColumnElement[bool]]:
    confidence = findings.c.confidence
    low = [] if chosen.least is None else [confidence >= chosen.least]
    return low if chosen.most is None else [*low, confidence <= chosen.most]


def _people(seat: Seat, chosen: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.reviewer and (not seat.blind or chosen.reviewer == seat.login):
        made = decisions.c
        by = (made.assessment == seat.assessment, made.account == chosen.reviewer, made.verdict != "withdraw")
        conditions.append(findings.c.id.in_(select(made.finding).where(*by)))
    if chosen.mine:
        given = assignments.c
        mine = select(given.value).where(given.assessment == seat.assessment, given.login == seat.login)
        of_documents = findings.c.document.in_(mine.where(given.scope == "document"))
        conditions.append(or_(of_documents, findings.c.subject.in_(mine.where(given.scope == "subject"))))
    return conditions


def _state(seat: Seat, state: State) -> list[ColumnElement[bool]]:
    columns = standings.c
    if seat.round is None:
        settled = columns.standing.in_(["confirmed", "rejected"])
    else:
        settled = columns[seat.round].in_(["confirm", "reject"])
    if state in _VERDICTS:
        verdict, word = _VERDICTS[state]
        return [_standing(seat, columns.standing == word if seat.round is None else columns[seat.round] == verdict)]
    if state == "flagged":
        return [_flagged_by(seat) if seat.blind else _standing(seat, columns.flagged)]
    if state == "open":
        here = and_(columns.assessment == findings.c.assessment, columns.finding == findings.c.id)
        return [~select(columns.finding).where(here, settled).exists()]
    wanted = {"decided": settled, "disputed": columns.standing == "disputed"}
    return [_standing(seat, wanted[state])] if state in wanted else []


def _standing(seat: Seat, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    columns = standings.c
    return findings.c.id.in_(select(columns.finding).where(columns.assessment == seat.assessment, condition))


def _flagged_by(seat: Seat) -> ColumnElement[bool]:
    """Narrow to what the viewer flagged himself: a flag of the other reviewer's would tell."""
    columns, later = notes.c, notes.alias().c
    mine = and_(columns.assessment == seat.assessment, columns.account == seat.login, columns.kind == "flag")
    undone = select(later.seq).where(
        *(later[name] == columns[name] for name in ("assessment", "finding", "account")),
        later.kind == "unflag",
        later.seq > columns.seq,
    )
    return findings.c.id.in_(select(columns.finding).where(mine, ~undone.exists()))


def _key(order: Order) -> tuple[ColumnElement[Any], ...]:
    columns = findings.c
    if order == "doubt":
        return columns.doubt, columns.id
    if order == "document":
        return columns.document, columns.start, columns.id
    return columns.kind, columns.strength, columns.confidence, columns.id


def _order(order: Order, *, back: bool = False) -> list[ColumnElement[Any]]:
    falling = (order == "priority") != back
    return [column.desc() if falling else column.asc() for column in _key(order)]


def decided_since(connection: Connection, seat: Seat, moment: str) -> int:
    """Return how many decisions the viewer made since *moment* (as ``at`` is written), withdrawals aside."""
    columns = decisions.c
    mine = (columns.assessment == seat.assessment, columns.account == seat.login, columns.at >= moment)
    return connection.scalar(select(func.count()).where(*mine, columns.verdict != "withdraw")) or 0
