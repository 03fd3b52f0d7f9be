"""What was cleared after it had left: which passages of which files, who decided, and what was sent in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from mingcha.pipeline.outgoing import reissue_of, turn_of, turned
from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.forms import forms_of
from mingcha.pipeline.store.hearings import load_answers
from mingcha.pipeline.store.pages import in_parts
from mingcha.pipeline.store.schema import decisions, findings, runs
from mingcha.pipeline.store.sendings import load_sendings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Decision, Finding
    from mingcha.pipeline.outgoing import Form, Sending, SentFile, Turn
    from mingcha.pipeline.store.database import Store

ANEW = "重新运行"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was cleared after it had left, and how: what it was then, what it is now.

    ``finding`` is ``None`` where the store has it no more, as is ``now``. ``by``, ``at`` and ``reason`` are of the last
    decision since it left; of the last run where people decided nothing. ``stated`` is when the assessed spoke of it.
    """

    id: str
    turn: Turn
    then: Form
    now: Form | None = None
    finding: Finding | None = None
    by: str = ""
    at: str = ""
    reason: str = ""
    stated: str = ""

    @property
    def changes(self) -> tuple[tuple[str, str | None], ...]:
        """What it says now that it did not say when it left: category, status, subject."""
        names = ("category", "status", "subject")
        pairs = ((name, getattr(self.then, name), getattr(self.now, name)) for name in names if self.now is not None)
        return tuple((name, after) for name, before, after in pairs if before != after)


@dataclass(frozen=True, slots=True)
class Cleared:
    """A file that left with passages that have been cleared since; ``reissue`` is what was sent in its place."""

    sending: Sending
    file: SentFile
    passages: tuple[Passage, ...]
    reissue: tuple[Sending, SentFile] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is neither re-issued nor taken back."""
        return self.reissue is None and not self.sending.recalled


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store says of the cleared passages: as they are now, the decisions on them, statements, the last run."""

    now: Mapping[str, Form]
    found: Mapping[str, Finding]
    made: Mapping[str, Sequence[Decision]]
    stated: Mapping[str, str]
    ran: str


def load_cleared(store: Store, assessment: str) -> tuple[Cleared, ...]:
    """Return the files that left with something that has been cleared since, in the order in which they left."""
    sendings = load_sendings(store, assessment)
    if not sendings:
        return ()
    with reading(store) as connection:
        now = forms_of(connection, assessment)
        open_ = [(one, file, turns) for one in sendings for file in one.files if (turns := turned(file, now))]
        known = _know(connection, assessment, now, sorted({each for *_, turns in open_ for each in turns}))
    return tuple(
        Cleared(
            one,
            file,
            tuple(_passage(id_, turn, (one, file), known) for id_, turn in turns.items()),
            reissue_of((one, file), turns, [other for other in sendings if other.number > one.number], now),
        )
        for one, file, turns in open_
    )


def sendings_with(
    sendings: Iterable[Sending], finding: str, now: Form | None = None, *, cleared: bool = False
) -> tuple[tuple[Sending, SentFile], ...]:
    """Return the files that a finding left with and that were not taken back; the latest last.

    Where only the *cleared* are asked for, those alone whose word of it no longer holds, as it stands *now*.
    """
    every = ((one, file, file.form_of(finding)) for one in sendings if not one.recalled for file in one.files)
    found = ((one, file, form) for one, file, form in every if form is not None)
    return tuple((one, file) for one, file, form in found if not cleared or turn_of(form, now) is not None)


def cleared_files(store: Store, finding: str) -> int:
    """Return how many files left with a finding, in whichever assessment, and say of it what no longer holds."""
    query = select(findings.c.assessment).where(findings.c.id == finding).distinct()
    with reading(store) as connection:
        every = ((name, forms_of(connection, name, [finding])) for name in connection.scalars(query).all())
        return sum(
            len(sendings_with(load_sendings(connection, name), finding, now.get(finding), cleared=True))
            for name, now in every
        )


def _know(connection: Connection, assessment: str, now: Mapping[str, Form], ids: Sequence[str]) -> _Known:
    ended = select(runs.c.finished).where(runs.c.assessment == assessment, runs.c.finished.is_not(None))
    stated = {one.finding: one.at for one in load_answers(connection, assessment) if one.finding}
    return _Known(
        now,
        _findings(connection, assessment, ids),
        _decisions(connection, assessment, ids),
        stated,
        max(connection.scalars(ended), default=""),
    )


def _findings(connection: Connection, assessment: str, ids: Sequence[str]) -> dict[str, Finding]:
    """Return findings by id, the superseded ones too; of identical copies of a file the first by name."""
    columns = findings.c
    found: dict[str, Finding] = {}
    for part in in_parts(ids):
        query = select(findings).where(columns.assessment == assessment, columns.id.in_(part))
        query = query.order_by(columns.superseded_by_run.is_not(None).desc(), columns.document.desc())
        found |= {row["id"]: rows.finding_value(row) for row in connection.execute(query).mappings()}
    return found


def _decisions(connection: Connection, assessment: str, ids: Sequence[str]) -> dict[str, list[Decision]]:
    columns = decisions.c
    made: dict[str, list[Decision]] = {}
    for part in in_parts(ids):
        query = select(decisions).where(columns.assessment == assessment, columns.finding.in_(part))
        for row in connection.execute(query.order_by(columns.seq)).mappings():
            made.setdefault(row["finding"], []).append(rows.decision_value(row))
    return made


def _passage(id_: str, turn: Turn, place: tuple[Sending, SentFile], known: _Known) -> Passage:
    sending, file = place
    since = [one for one in known.made.get(id_, ()) if (one.number or 0) > sending.decisions]
    said = (since[-1].by, since[-1].at, since[-1].reason) if since else (ANEW, known.ran, "")
    then = file.form_of(id_)
    assert then is not None
    return Passage(id_, turn, then, known.now.get(id_), known.found.get(id_), *said, known.stated.get(id_, ""))
