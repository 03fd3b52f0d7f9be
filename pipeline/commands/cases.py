"""One subject under a scheme, with what the store holds: now, or as it stood at an earlier moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from mingcha.pipeline.commands.options import opened
from mingcha.pipeline.errors import UsageError, meant

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.store.scorecards import ScorecardRow
    from mingcha.pipeline.subjects import Subject

_DATE = len("2025-01-31")
_LISTED = 30  # subjects that a message names


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command was asked: whose score, from which store, under which scheme, as of which moment."""

    subject: str
    db: str
    assessment: str | None
    scheme: str
    inputs: Path | None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A subject among the others, under a scheme, with what the store holds.

    ``saved`` are the stored scorecards of the subject that were made up to the moment asked for, none where no
    moment was asked for; ``later_runs`` counts the runs that started after it.
    """

    subject: Subject
    roster: tuple[Subject, ...]
    scheme: Scheme
    evidence: Evidence
    saved: tuple[ScorecardRow, ...] = ()
    later_runs: int = 0


def load_case(asked: Asked) -> Case:
    """Read from the store what *asked* needs; a :class:`UsageError` names a subject or a time that does not fit."""
    from mingcha.corpora.manual_inputs import read_inputs
    from mingcha.corpora.schemebook import load_scheme
    from mingcha.pipeline.publishing import reviewed_findings
    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.store.queries import load_assessment, load_facts

    moment = moment_of(asked.as_of) if asked.as_of else None
    with opened(asked.db, must_exist=True) as store:
        found = load_assessment(store, asked.assessment)
        reviewed = reviewed_findings(store, found.name, as_of=moment)
        facts = load_facts(store, found.name)
        subject = chosen_subject(asked.subject, found.roster)
        saved, later = _past(store, found.name, subject.id, moment) if moment else ((), 0)
    typed = read_inputs(asked.inputs, found.roster) if asked.inputs else {}
    evidence = Evidence(reviewed, facts, typed, period=found.period)
    return Case(subject, found.roster, load_scheme(asked.scheme), evidence, saved, later)


def moment_of(given: str) -> datetime:
    """Return the moment that *given* means: ISO 8601; a day means its end, and without a zone the local one holds.

    >>> moment_of("2025-01-31").time().isoformat()
    '23:59:59.999999'
    """
    try:
        moment = datetime.fromisoformat(given.strip())
    except ValueError as error:
        raise UsageError(f"看不懂时间“{given}”。请写成 2025-01-31 或 2025-01-31T18:00。") from error
    if len(given.strip()) <= _DATE:
        moment = datetime.combine(moment, time.max)
    return moment.astimezone()


def _past(store: Engine, assessment: str, subject: str, moment: datetime) -> tuple[tuple[ScorecardRow, ...], int]:
    from mingcha.pipeline.store.queries import runs_after
    from mingcha.pipeline.store.scorecards import load_scorecards

    cards = (card for card in load_scorecards(store, assessment) if card["subject"] == subject)
    made = tuple(card for card in cards if datetime.fromisoformat(card["at"]) <= moment)
    return made, len(runs_after(store, assessment, moment))


def chosen_subject(name: str, roster: tuple[Subject, ...]) -> Subject:
    """Return the subject of an id, a name or an alias; a :class:`UsageError` lists whom one may mean."""
    found = [one for one in roster if name == one.id] or [one for one in roster if name in (one.name, *one.aliases)]
    if len(found) == 1:
        return found[0]
    listed = "、".join(f"{one.id}（{one.name}）" for one in (found or roster)[:_LISTED])
    more = f"等 {len(found or roster)} 个" if len(found or roster) > _LISTED else ""
    if found:
        raise UsageError(f"花名册里有 {len(found)} 个“{name}”。请写编号：{listed}{more}。")
    question = meant(name, [word for one in roster for word in (one.id, one.name, *one.aliases)])
    raise UsageError(f"花名册里没有“{name}”这个对象。{question}请写姓名或编号，可选：{listed}{more}。")
