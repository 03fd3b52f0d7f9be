"""Counts for the overview of a review: how far it is, who did what, how two reviewers compare, how rules fare."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Text, and_, cast, func, select, type_coerce

from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.escapes import loads
from mingcha.pipeline.store.people import audit, standings
from mingcha.pipeline.store.schema import decisions, documents, findings, runs
from mingcha.pipeline.terms import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.queue import Seat

_BY_HAND = ("split", "unsplit", "missed", "missed_withdrawn")  # what the record calls a change of findings by people


@dataclass(frozen=True, slots=True)
class Progress:
    """How many active findings each category has, and how many of them are decided (for the viewer's round)."""

    category: str
    kind: str
    total: int
    decided: int


@dataclass(frozen=True, slots=True)
class Work:
    """What one account decided: how many in all, in the last hour and day, and when last (ISO 8601)."""

    account: str
    name: str
    total: int
    hour: int
    day: int
    last: str


@dataclass(frozen=True, slots=True)
class Active:
    """The findings that say that something is so: kind and category of each by id, and how many there are of each."""

    places: Mapping[str, tuple[str, str]]
    counts: Mapping[tuple[str, str], int]


def active_findings(store: Store, assessment: str) -> Active:
    """Return what there is to review; it holds until the next run."""
    columns = findings.c
    query = select(columns.id, columns.kind, columns.category).where(*_active(assessment))
    shared: dict[tuple[str, str], tuple[str, str]] = {}
    with reading(store) as connection:
        rows = connection.execute(query)
        places = {id_: shared.setdefault((kind, category), (kind, category)) for id_, kind, category in rows}
    return Active(places, Counter(places.values()))


def progress(store: Store, seat: Seat, active: Active) -> list[Progress]:
    """Return how far the review is by category, *active* being what `active_findings` gives."""
    with reading(store) as connection:
        settled = connection.scalars(select(type_coerce(standings.c.finding, Text)).where(_settled(seat))).all()
    decided = Counter(active.places[one] for one in settled if one in active.places)
    counted = active.counts.items()
    found = [Progress(category, kind, count, decided[kind, category]) for (kind, category), count in counted]
    return sorted(found, key=lambda one: (one.kind != "risk", one.kind, one.category))


def latest_run(store: Store, assessment: str) -> str | None:
    """Return what stands for the findings as they are: the run that wrote last, and when people last changed any.

    ``None`` while a run is under way. Marks and splits are changes by people; decisions are none.
    """
    columns, by_hand = runs.c, audit.c
    query = select(columns.id, columns.finished).where(columns.assessment == assessment)
    mine = (by_hand.assessment == assessment, by_hand.action.in_(_BY_HAND))
    with reading(store) as connection:
        ended = {row.finished: row.id for row in connection.execute(query)}
        if None in ended or not ended:
            return None
        changed: str | None = connection.scalar(select(func.max(by_hand.at)).where(*mine))
    return f"{ended[max(ended)]} {changed or ''}"


def standing_counts(store: Store, assessment: str) -> dict[str, int]:
    """Return how many findings stand confirmed, rejected, disputed, or pending though somebody began."""
    columns = standings.c
    query = select(columns.standing, func.count()).where(columns.assessment == assessment)
    with reading(store) as connection:
        return {row[0]: row[1] for row in connection.execute(query.group_by(columns.standing))}


def work(store: Store, assessment: str, *, account: str | None = None) -> list[Work]:
    """Return what each account decided, withdrawals aside, or one of them."""
    columns = decisions.c
    made = [columns.assessment == assessment, columns.account.is_not(None), columns.verdict != "withdraw"]
    if account is not None:
        made.append(columns.account == account)
    now = datetime.now(UTC).astimezone()
    since = [(now - span).isoformat(timespec="microseconds") for span in (timedelta(hours=1), timedelta(days=1))]
    hour, day = (func.sum(func.coalesce((columns.at >= moment).cast(decisions.c.seq.type), 0)) for moment in since)
    query = select(columns.account, func.max(columns.by), func.count(), hour, day, func.max(columns.at)).where(*made)
    with reading(store) as connection:
        rows = connection.execute(query.group_by(columns.account).order_by(columns.account))
        return [Work(*row) for row in rows]


def verdict_pairs(store: Store, assessment: str) -> dict[str, Counter[tuple[str, str]]]:
    """Return, by category, how often the two reviewers gave each pair of verdicts.

    Where both confirm and correct differently, the second's verdict is written ``otherwise``.
    """
    columns = standings.c
    given = ["confirm", "reject"]
    # Asked finding by finding, since a join would go through all findings rather than through the decided.
    category = select(findings.c.category).where(_same()).limit(1).correlate(standings).scalar_subquery()
    shape = (category.label("category"), columns.first, columns.second, columns.standing)
    query = (
        select(*shape, func.count())
        .where(columns.assessment == assessment, columns.first.in_(given), columns.second.in_(given))
        .group_by(*shape)
    )
    pairs: dict[str, Counter[tuple[str, str]]] = {}
    with reading(store) as connection:
        for category, first, second, standing, count in connection.execute(query):
            differently = standing == "disputed" and first == second
            pairs.setdefault(category or "", Counter())[first, "otherwise" if differently else second] += count
    return pairs


def rule_counts(store: Store, assessment: str) -> dict[str, tuple[int, int]]:
    """Return, by rule or model, how many of the findings it raised were confirmed and how many rejected."""
    columns = standings.c
    fired = select(cast(findings.c.sources, Text)).where(_same()).limit(1).correlate(standings).scalar_subquery()
    shape = (fired.label("fired"), columns.standing)
    query = select(*shape, func.count()).where(
        columns.assessment == assessment, columns.standing.in_(["confirmed", "rejected"])
    )
    counts: dict[str, Counter[str]] = {"confirmed": Counter(), "rejected": Counter()}
    with reading(store) as connection:
        for sources, standing, count in connection.execute(query.group_by(*shape)):
            counts[standing].update(dict.fromkeys(loads(sources or "[]"), count))
    confirmed, rejected = counts["confirmed"], counts["rejected"]
    return {rule: (confirmed[rule], rejected[rule]) for rule in sorted(confirmed | rejected)}


def unread_documents(store: Store, assessment: str) -> tuple[int, int]:
    """Return how many files were met and how many of them could not be read."""
    columns = documents.c
    query = select(columns.status, func.count()).where(columns.assessment == assessment).group_by(columns.status)
    with reading(store) as connection:
        counts: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return sum(counts.values()), counts.get("failed", 0)


def _active(assessment: str) -> tuple[ColumnElement[bool], ...]:
    columns = findings.c
    active = columns.status.in_(sorted(ACTIVE_STATUSES))
    return (columns.assessment == assessment, columns.superseded_by_run.is_(None), active)


def _same() -> ColumnElement[bool]:
    return and_(standings.c.assessment == findings.c.assessment, standings.c.finding == findings.c.id)


def _settled(seat: Seat) -> ColumnElement[bool]:
    columns = standings.c
    mine = columns.assessment == seat.assessment
    if seat.round is None:
        return and_(mine, columns.standing.in_(["confirmed", "rejected"]))
    return and_(mine, columns[seat.round].in_(["confirm", "reject"]))


def subject_counts(store: Store, assessment: str) -> dict[str, dict[str, int]]:
    """Return how many active risks and how much evidence each subject has, as the software attributed them."""
    columns = findings.c
    query = select(columns.subject, columns.kind, func.count()).where(*_active(assessment))
    counts: dict[str, dict[str, int]] = {}
    with reading(store) as connection:
        for subject, kind, count in connection.execute(query.group_by(columns.subject, columns.kind)):
            counts.setdefault(subject or "", {})[kind] = count
    return counts
