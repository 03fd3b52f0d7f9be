"""Findings and facts sorted into the sections of the report: one dossier per subject, and what belongs to nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.dimensions import dimension_of, dimensions_for
from mingcha.pipeline.reporting.content import is_active, subject_names
from mingcha.pipeline.reporting.gaps import widest_gap
from mingcha.pipeline.reporting.passages import Passage, passage
from mingcha.pipeline.terms import MENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.findings import Fact
    from mingcha.pipeline.reporting.content import ReportContent
    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class Matter:
    """A fact with the passages that support it and those that contradict it."""

    fact: Fact
    supports: tuple[Passage, ...]
    contradicts: tuple[Passage, ...]

    @property
    def gap(self) -> str | None:
        """By how much the figures of the two sides differ, in words."""
        sides = ([each.finding for each in side] for side in (self.supports, self.contradicts))
        return widest_gap(*sides)


@dataclass(frozen=True, slots=True)
class Dimension:
    """What stands under one content of assessment: passages, matters that several sources bear out, and disputes."""

    name: str
    evidence: int
    risks: int
    corroborated: int
    disputed: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that stands about one subject; ``mentions`` counts its inactive findings by status."""

    subject: Subject
    confirmed: tuple[Passage, ...]
    pending: tuple[Passage, ...]
    mentions: tuple[tuple[str, int], ...]
    matters: tuple[Matter, ...]
    scorecard: Mapping[str, Any] | None
    dimensions: tuple[Dimension, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was found about the subject."""
        return not (self.confirmed or self.pending or self.mentions or self.matters)


@dataclass(frozen=True, slots=True)
class Sections:
    """The passages of the report, each in exactly one place; matters quote passages again."""

    dossiers: tuple[Dossier, ...]
    unattributed: tuple[Passage, ...]
    unattributed_matters: tuple[Matter, ...]
    checks: tuple[Passage, ...]
    mentions: tuple[tuple[str, tuple[Passage, ...]], ...]
    rejected: tuple[Passage, ...]


def sections(content: ReportContent) -> Sections:
    """Sort the content into sections."""
    names = subject_names(content.assessment)
    passages = sorted((passage(finding, content, names=names) for finding in content.findings), key=_order)
    kept = [each for each in passages if each.standing != "rejected"]
    judged = [each for each in kept if each.finding.kind != "check"]
    active = [each for each in judged if is_active(each.finding)]
    inactive = [each for each in judged if not is_active(each.finding)]
    matters = _matters(content, {each.finding.id: each for each in kept})
    return Sections(
        dossiers=tuple(_dossier(subject, content, active, inactive, matters) for subject in content.assessment.roster),
        unattributed=tuple(each for each in active if each.finding.subject not in names),
        unattributed_matters=tuple(matter for matter in matters if matter.fact.subject not in names),
        checks=tuple(each for each in kept if each.finding.kind == "check"),
        mentions=_by_status(inactive),
        rejected=tuple(each for each in passages if each.standing == "rejected"),
    )


def _order(each: Passage) -> tuple[bool, str, str, int]:
    """Risks first, the best supported first, then as they stand in the documents."""
    finding = each.finding
    return finding.kind != "risk", f"{9 - int(finding.strength[1])}", finding.document, finding.span.start


def _dossier(
    subject: Subject,
    content: ReportContent,
    active: Iterable[Passage],
    inactive: Iterable[Passage],
    matters: Iterable[Matter],
) -> Dossier:
    own = [each for each in active if each.finding.subject == subject.id]
    told = [matter for matter in matters if matter.fact.subject == subject.id]
    team = subject.type == "team"
    mentioned: Counter[str] = Counter(each.finding.status for each in inactive if each.finding.subject == subject.id)
    return Dossier(
        subject=subject,
        confirmed=tuple(each for each in own if each.standing == "confirmed"),
        pending=tuple(each for each in own if each.standing == "pending"),
        mentions=tuple((status, mentioned[status]) for status in MENTIONS if mentioned[status]),
        matters=tuple(_by_dimension(told, team=team)),
        scorecard=next((card for card in content.scorecards if card["subject"] == subject.id), None),
        dimensions=tuple(_dimensions(own, told, team=team)),
    )


def _by_dimension(matters: Iterable[Matter], *, team: bool) -> list[Matter]:
    """Order matters by content of assessment, in each the best corroborated first."""
    order = {name: place for place, name in enumerate(dimensions_for(team=team))}

    def key(matter: Matter) -> tuple[int, int, str]:
        place = order.get(dimension_of(matter.fact.category, team=team) or "", len(order))
        return place, -matter.fact.independent, matter.fact.id

    return sorted(matters, key=key)


def _dimensions(own: Iterable[Passage], matters: Iterable[Matter], *, team: bool) -> Iterator[Dimension]:
    own, matters = list(own), list(matters)
    for name, categories in dimensions_for(team=team).items():
        kinds = Counter(each.finding.kind for each in own if each.finding.category in categories)
        about = [matter for matter in matters if matter.fact.category in categories]
        yield Dimension(
            name,
            kinds["evidence"],
            kinds["risk"],
            corroborated=sum(matter.fact.independent > 1 for matter in about),
            disputed=sum(bool(matter.contradicts) for matter in about),
        )


def _matters(content: ReportContent, passages: Mapping[str, Passage]) -> list[Matter]:
    """Return the facts that more than one passage speaks to; a single passage already stands in its dossier."""
    found = (
        Matter(fact, _known(fact.supports, passages), _known(fact.contradicts, passages)) for fact in content.facts
    )
    worth = [matter for matter in found if matter.supports and len(matter.supports + matter.contradicts) > 1]
    return sorted(worth, key=lambda matter: (not matter.contradicts, -matter.fact.independent))


def _known(ids: Iterable[str], passages: Mapping[str, Passage]) -> tuple[Passage, ...]:
    return tuple(passages[each] for each in ids if each in passages)


def _by_status(inactive: Iterable[Passage]) -> tuple[tuple[str, tuple[Passage, ...]], ...]:
    grouped: dict[str, list[Passage]] = {status: [] for status in MENTIONS}
    for each in inactive:
        grouped[each.finding.status].append(each)
    return tuple((status, tuple(group)) for status, group in grouped.items() if group)
