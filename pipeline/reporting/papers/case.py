"""What the reports are composed from: everything that the store holds of one assessment, as one frozen value."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.reporting.content import is_active, subject_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.assessments import Assessment
    from mingcha.pipeline.document import Failure, Span
    from mingcha.pipeline.findings import Answer, Decision, Fact
    from mingcha.pipeline.reporting.content import Material
    from mingcha.pipeline.reporting.papers.paper import Standing
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.scoring.sensitivity import Shift
    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class Talk:
    """The record of an interview: with whom (as written), about which subjects (ids), when and by whom."""

    document: str
    interviewee: str
    about: tuple[str, ...]
    time: str = ""
    interviewer: str = ""


@dataclass(frozen=True, slots=True)
class PlannedTalk:
    """A talk that the plan asks for; ``reason`` is the case of 四必谈 it falls under, empty for none."""

    interviewee: str
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rectified:
    """A problem and what became of it, as a report on rectification tells; ``state`` is Chinese, empty for unknown."""

    document: str
    place: str
    problem: str
    measure: str = ""
    result: str = ""
    state: str = ""
    owner: str = ""
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """One indicator of a statistics table. ``parts`` are the figures of the quarters, ``None`` where one is missing.

    Figures are ``None`` where the cell holds no number.
    """

    document: str
    place: str
    unit: str
    indicator: str
    measured_in: str
    target: float | None
    done: float | None
    parts: tuple[float | None, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A random sample of *frame* sentences in which nothing was found: how many were judged, and hold a miss."""

    number: int
    frame: int
    size: int
    judged: int
    missed: int
    at: str


@dataclass(frozen=True, slots=True)
class Scores:
    """The scorecards of a scheme, and how firm the order is against its weights."""

    scheme: str
    cards: tuple[Scorecard, ...]
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Extras:
    """What the texts of the store tell beside findings: talks, rectification, progress; and what the user gives.

    ``apart`` are the places, by document, that only authorized reviewers may see; *named* tells that whoever decided is
    told by name; ``answers`` are what the subjects said of it all.
    """

    talks: tuple[Talk, ...] = ()
    planned: tuple[PlannedTalk, ...] | None = None
    rectified: tuple[Rectified, ...] = ()
    progress: tuple[Progress, ...] = ()
    quarter: int = 4
    drawn: tuple[Drawn, ...] = ()
    apart: tuple[tuple[str, Span], ...] = ()
    named: bool = False
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Everything about one assessment.

    ``reviewed`` are its findings as the analysts left them, ``decisions`` all that were made; ``names`` maps an
    office's own categories to Chinese; ``reasons`` the ids of rules to what they look for.
    """

    assessment: Assessment
    reviewed: tuple[Reviewed, ...]
    facts: tuple[Fact, ...]
    decisions: tuple[Decision, ...]
    materials: tuple[Material, ...]
    failures: tuple[Failure, ...]
    made_at: str
    names: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    scores: Scores | None = None
    extras: Extras = field(default_factory=Extras)


@dataclass(frozen=True, slots=True)
class Holding:
    """The findings of one subject that nobody rejected: what is said to be so, what is mentioned; its facts."""

    active: tuple[Reviewed, ...]
    mentioned: tuple[Reviewed, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A case with its findings looked up by id and sorted by subject once, as hundreds of profiles need them.

    ``voices`` maps a speaker, as the documents write him, to the masked form that reports show.
    """

    case: Case
    by_id: Mapping[str, Reviewed]
    holdings: Mapping[str | None, Holding]
    names: Mapping[str, str]
    voices: Mapping[str, str]

    def holding(self, subject: str | None) -> Holding:
        """Return what there is about a subject, ``None`` for what is about nobody in particular."""
        return self.holdings.get(subject, Holding((), (), ()))

    @property
    def genres(self) -> Mapping[str, str]:
        """The genre of each document that was read."""
        return {one.name: one.genre for one in self.case.materials}

    @property
    def roster(self) -> tuple[Subject, ...]:
        """The subjects in their order."""
        return self.case.assessment.roster


def standing_of(one: Reviewed) -> Standing:
    """Tell what the analysts made of a finding: a corrected one is pending until it is confirmed in its new form."""
    return "confirmed" if one.verdict == "confirm" else "pending"


def indexed(case: Case) -> Index:
    """Sort a case for composing."""
    kept = [one for one in case.reviewed if one.verdict != "reject"]
    names = subject_names(case.assessment)
    return Index(
        case,
        {one.finding.id: one for one in kept},
        _holdings(kept, case.facts, names),
        names,
        _voices(case.reviewed),
    )


def _holdings(
    kept: Sequence[Reviewed], facts: Iterable[Fact], names: Mapping[str, str]
) -> Mapping[str | None, Holding]:
    said = defaultdict[str | None, list[Any]](list)
    told = defaultdict[str | None, list[Any]](list)
    for one in kept:
        subject = one.finding.subject
        said[subject if subject in names else None].append(one)
    for fact in facts:
        told[fact.subject if fact.subject in names else None].append(fact)
    return {subject: _holding(said[subject], told[subject]) for subject in {*said, *told}}


def _holding(said: Sequence[Reviewed], facts: Sequence[Fact]) -> Holding:
    judged = [one for one in said if one.finding.kind != "check"]
    active = tuple(one for one in judged if is_active(one.finding))
    return Holding(active, tuple(one for one in judged if not is_active(one.finding)), tuple(facts))


def _voices(reviewed: Iterable[Reviewed]) -> Mapping[str, str]:
    """Give each named speaker a number in the order of documents, so that no report shows who spoke."""
    speakers = {one.finding.speaker: one.finding.source_kind for one in reviewed if one.finding.speaker}
    return dict(_masked(speakers))


def _masked(speakers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    number = 0
    for speaker, source in speakers.items():
        if speaker in _ASKERS:
            yield speaker, "谈话人"
        elif source in _OUTSIDERS or speaker in _ROLES:
            yield speaker, _OUTSIDERS.get(source, speaker)
        else:
            number += 1
            yield speaker, f"谈话对象{number}"


_ASKERS = frozenset({"问", "Q", "谈话人", "访谈人", "询问人"})
_ROLES = frozenset({"来电人", "答", "A", "谈话对象", "被谈话人", "受访人", "受访者", "群众", "村民", "市民"})
_OUTSIDERS = {"S-12345": "来电人", "S-PETI": "反映人", "S-ANON": "反映人"}
