"""What a report is made from: one frozen value that holds everything the page shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.assessments import Assessment
    from mingcha.pipeline.document import Failure
    from mingcha.pipeline.exposures import Exposure
    from mingcha.pipeline.findings import Decision, Fact, Finding
    from mingcha.pipeline.scoring.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Material:
    """A document that was read, without its text; ``coverage`` is the share (0 to 1) of its visible text read."""

    name: str
    format: str
    genre: str
    characters: int
    coverage: float = 1.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything one report shows.

    ``findings`` stand as they are after the decisions; ``decisions`` maps a finding's id to the one that is in
    force. ``reasons`` maps the id of a rule or model to its Chinese reason, ``names`` that of an office's own category
    to its Chinese name. ``scorecards`` are what ``Scorecard.as_json`` gives. ``generated_at`` is shown as given.
    ``preview`` says that the scores do not rest on decisions. ``outcomes`` are what the scheme's calculations came
    to; ``waiting`` names those whose table was not given. ``exposures`` are the counts of workload by the finding
    they stand beside.
    """

    assessment: Assessment
    materials: tuple[Material, ...]
    failures: tuple[Failure, ...]
    findings: tuple[Finding, ...]
    generated_at: str
    facts: tuple[Fact, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    scorecards: tuple[Mapping[str, Any], ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    preview: bool = True
    names: Mapping[str, str] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    waiting: tuple[str, ...] = ()
    exposures: Mapping[str, tuple[Exposure, ...]] = field(default_factory=dict)


def is_active(finding: Finding) -> bool:
    """Tell whether the finding says that something is so, as opposed to merely mentioning it."""
    return finding.status in ACTIVE_STATUSES


def stands_apart(finding: Finding) -> bool:
    """Tell whether the finding is of no category of the codebook, so that it is listed by itself and not counted in."""
    return finding.kind != "check" and finding.category not in CATEGORIES


def subject_names(assessment: Assessment) -> dict[str, str]:
    """Return the name of each roster id; namesakes are told apart by unit and id."""
    shared = Counter(subject.name for subject in assessment.roster)
    return {
        subject.id: f"{subject.name}（{subject.unit} {subject.id}）" if shared[subject.name] > 1 else subject.name
        for subject in assessment.roster
    }
