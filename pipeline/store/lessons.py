"""What was decided in review, read from the store as lessons for a model."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mingcha.pipeline.document import Span
from mingcha.pipeline.handwork import MARKED
from mingcha.pipeline.lessons import Lesson, Taught
from mingcha.pipeline.scoring.rounds import settle
from mingcha.pipeline.store.material import set_apart_in
from mingcha.pipeline.store.people import standings
from mingcha.pipeline.store.queries import load_roster
from mingcha.pipeline.store.reviewing import load_missed
from mingcha.pipeline.store.samples import load_samples, load_sentences
from mingcha.pipeline.store.streams import snapshot, stream_findings, stream_labelled
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine, Select

    from mingcha.pipeline.lessons import Hands, Sort
    from mingcha.pipeline.store.streams import Judged, Labelled
    from mingcha.pipeline.subjects import Subject

    Content = tuple[str, str]  # sha256 and format: which text


def load_lessons(
    store: Engine, assessment: str, *, names_in: Callable[[str], Iterable[str]] = lambda _: ()
) -> Iterator[Taught]:
    """Yield the documents of an assessment that something was decided about, each text once.

    Only decisions that are in force on what a finding says now count; what nobody decided is not among the lessons.
    A finding of the same text that no run makes any more teaches as it last was: else a model would forget what it was
    taught as soon as it has learned it. *names_in* finds the names of people in a text.
    """
    with snapshot(store) as connection:
        beside = _beside(connection, assessment)
        for content, lesson in _superseded(connection, assessment):
            beside[content].append(lesson)
        seen: set[Content] = set()
        known = frozenset(_names_of(load_roster(connection, assessment)))
        for labelled in stream_labelled(connection, assessment):
            content = (labelled.document.sha256 or "", labelled.document.format or "")
            lessons = tuple(dict.fromkeys((*_decided(labelled.judged), *beside.get(content, ()))))
            if content not in seen and lessons:
                seen.add(content)
                apart = set_apart_in(connection, assessment, content) or ()
                names = known | _speakers(labelled) | frozenset(names_in(labelled.text))
                yield _taught(labelled, lessons, apart, names)


def _taught(labelled: Labelled, lessons: tuple[Lesson, ...], apart: Sequence[Span], names: frozenset[str]) -> Taught:
    document = labelled.document
    return Taught(
        document.name,
        document.sha256 or "",
        document.format or "",
        labelled.text,
        lessons,
        undecided=tuple(_undecided(labelled.judged)),
        apart=tuple(apart),
        names=names,
    )


def _decided(judged: Iterable[Judged]) -> Iterator[Lesson]:
    for one in judged:
        found, left, verdict = one.stored.finding, one.reviewed.finding, one.reviewed.verdict
        if verdict is None or found.kind == "check" or found.category not in CATEGORIES:
            continue
        hands = _hands(one)
        if MARKED in found.sources:  # what a person rejected that another had marked is no error of the software
            yield from [Lesson(found.span, "missed", None, left.category, left.status, hands)] * (verdict == "confirm")
        elif verdict == "reject":
            yield Lesson(found.span, "rejected", found.category, found.category, found.status, hands)
        else:
            same = (found.category, found.status) == (left.category, left.status)
            sort: Sort = "confirmed" if same else "corrected"
            yield Lesson(found.span, sort, found.category, left.category, left.status, hands)


def _hands(one: Judged) -> Hands:
    """Tell who stands behind a verdict; only what was decided on the finding's present form counts."""
    settled = settle(decision for decision in one.decisions if decision.is_on(one.stored.finding))
    if settled.adjudication is not None:
        return "adjudicated"
    return "agreed" if settled.both_in else "single"


def _undecided(judged: Iterable[Judged]) -> Iterator[Span]:
    for one in judged:
        finding = one.reviewed.finding
        if MARKED in finding.sources:
            continue
        if one.reviewed.verdict is None and finding.category in RISK_CATEGORIES and finding.status in ACTIVE_STATUSES:
            yield finding.span


def _superseded(connection: Connection, assessment: str) -> Iterator[tuple[Content, Lesson]]:
    for one in stream_findings(connection, assessment, superseded=True):
        if one.stored.superseded_by_run is not None:
            yield from (((one.stored.sha256, one.stored.format), lesson) for lesson in _decided([one]))


def _beside(connection: Connection, assessment: str) -> dict[Content, list[Lesson]]:
    """Return what was said of passages that are no findings: those marked as missed, and those of samples."""
    beside: dict[Content, list[Lesson]] = defaultdict(list)
    settled = set(connection.scalars(_settled(assessment)))
    for row in load_missed(connection, assessment):
        if row["category"] in CATEGORIES and row["finding"] not in settled:  # what was decided is taught as decided
            beside[_content(row)].append(Lesson(_span(row), "missed", None, row["category"], row["status"]))
    for sample in load_samples(connection, assessment):
        for row in load_sentences(connection, assessment, sample.number):
            if row["verdict"] == "clean":
                beside[_content(row)].append(Lesson(_span(row), "clean", None, "", "asserted"))
            elif row["verdict"] == "missed" and row["category"] in CATEGORIES:
                beside[_content(row)].append(Lesson(_span(row), "missed", None, row["category"], "asserted"))
    return beside


def _settled(assessment: str) -> Select[tuple[str]]:
    columns = standings.c
    return select(columns.finding).where(
        columns.assessment == assessment, columns.standing.in_(["confirmed", "rejected"])
    )


def _content(row: Mapping[str, Any]) -> Content:
    return (row["sha256"], row["format"])


def _span(row: Mapping[str, Any]) -> Span:
    return Span(row["start"], row["end"])


def _names_of(roster: Iterable[Subject]) -> Iterator[str]:
    for subject in roster:
        if subject.type == "person":
            yield from (subject.name, *subject.aliases)


def _speakers(labelled: Labelled) -> frozenset[str]:
    return frozenset(one.stored.finding.speaker for one in labelled.judged if one.stored.finding.speaker)
