"""Counts for the overview of a review: how far it is, who did what, how two reviewers compare, how rules fare."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Text, and_, cast, func, select

from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.escapes import loads
from mingcha.pipeline.store.people import audit, standings
from mingcha.pipeline.store.schema import decisions, documents, findings, runs
from mingcha.pipeline.terms import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select

    from mingcha.pipeline.findings import Round
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.queue import Seat

_GIVEN = ("confirm", "reject")
_ROUNDS: dict[Round | None, ColumnElement[bool]] = {
    None: standings.c.standing.in_(["confirmed", "rejected"]),
    "first": standings.c.first.in_(_GIVEN),
    "second": standings.c.second.in_(_GIVEN),
}
_FEW = 500  # findings looked up one by one; after more decisions all are counted anew
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


@dataclass(slots=True)
class Settled:
    """The active findings that are decided, each with its kind and category, up to the decision of number ``upto``.

    ``kinds`` has them by round, ``None`` being what counts; it grows with every decision, one thread at a time.
    """

    upto: int = 0
    kinds: dict[Round | None, dict[str, tuple[str, str]]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def active_counts(store: Store, assessment: str) -> Counter[tuple[str, str]]:
    """Return how many findings of each kind and category there are to review; it holds until findings change."""
    columns = findings.c
    query = select(columns.kind, columns.category, func.count(columns.id.distinct())).where(*_active(assessment))
    with reading(store) as connection:
        found = connection.execute(query.group_by(columns.kind, columns.category))
        return Counter({(kind, category): count for kind, category, count in found})


def settled_now(store: Store, assessment: str) -> Settled:
    """Return what is decided now; `progress` brings it up to date as long as the same findings are there."""
    known = Settled()
    _catch_up(store, assessment, known)
    return known


def progress(
    store: Store, seat: Seat, counts: Mapping[tuple[str, str], int], known: Settled | None = None
) -> list[Progress]:
    """Return how far the review is by category; *counts* and *known* are what was counted before."""
    known = known or Settled()
    with known.lock:
        _catch_up(store, seat.assessment, known)
        decided = Counter(known.kinds.get(seat.round, {}).values())
    found = [Progress(category, kind, count, decided[kind, category]) for (kind, category), count in counts.items()]
    return sorted(found, key=lambda one: (one.kind != "risk", one.kind, one.category))


def _catch_up(store: Store, assessment: str, known: Settled) -> None:
    """Take in what was decided since *known* was brought up to date."""
    columns = decisions.c
    # By number alone: an index of the assessment would lead through all of its decisions.
    mine = func.coalesce(columns.assessment, "") == assessment
    query = select(columns.seq, columns.finding).where(columns.seq > known.upto, mine)
    with reading(store) as connection:
        made = connection.execute(query).all() if known.upto else []
        if known.upto and not made:
            return
        touched = {finding for _, finding in made}
        upto = max((seq for seq, _ in made), default=0) or connection.scalar(select(func.max(columns.seq))) or 0
        only = list(touched) if known.upto and len(touched) <= _FEW else None
        for round_, condition in _ROUNDS.items():
            rows = connection.execute(_decided(assessment, condition, only))
            found = {row.id: (row.kind, row.category) for row in rows}
            left = known.kinds.get(round_, {}) if only is not None else {}
            known.kinds[round_] = {id_: kind for id_, kind in left.items() if id_ not in touched} | found
    known.upto = upto


def _decided(assessment: str, condition: ColumnElement[bool], only: list[str] | None) -> Select[tuple[str, str, str]]:
    """Return the query for the active findings that are decided, or for those *only* of them."""
    columns = findings.c
    query = select(columns.id, columns.kind, columns.category).join(standings, _same())
    query = query.where(standings.c.assessment == assessment, condition, *_active(assessment))
    return query if only is None else query.where(standings.c.finding.in_(only))


def latest_run(store: Store, assessment: str) -> str | None:
    """Return what stands for the findings as they are: the run that wrote last, and when people last changed any.

    ``None`` while a run is under way. Marks and splits are changes by people; decisions are none.
    """
    columns, by_hand = runs.c, audit.c
    query = select(columns.id, columns.finished).where(columns.assessment == assessment)
    # Few entries are of these kinds; an index of the assessment, which SQLite would rather take, leads through all.
    mine = (by_hand.action.in_(_BY_HAND), func.coalesce(by_hand.assessment, "") == assessment)
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


def subject_counts(store: Store, assessment: str) -> dict[str, dict[str, int]]:
    """Return how many active risks and how much evidence each subject has, as the software attributed them."""
    columns = findings.c
    query = select(columns.subject, columns.kind, func.count()).where(*_active(assessment))
    counts: dict[str, dict[str, int]] = {}
    with reading(store) as connection:
        for subject, kind, count in connection.execute(query.group_by(columns.subject, columns.kind)):
            counts.setdefault(subject or "", {})[kind] = count
    return counts
