"""One finding as the page shows it: its quote with the cue marked, its place, and why it was raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.reporting.content import is_active, stands_apart
from mingcha.pipeline.reporting.wording import reason_of
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.findings import Decision, Finding
    from mingcha.pipeline.reporting.content import ReportContent

Standing = Literal["confirmed", "pending", "rejected"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A finding with the words around it.

    ``pieces`` is the quote as (before the cue, cue, after the cue); the cue is empty where none lies in the
    quote. ``title`` names the category, ``subject`` and ``candidates`` are names, ``reasons`` are Chinese.
    ``workload`` are the counts of work that stand beside the finding, as written.
    """

    finding: Finding
    title: str
    pieces: tuple[str, str, str]
    subject: str
    candidates: tuple[str, ...]
    reasons: tuple[str, ...]
    decision: Decision | None
    workload: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of the passage in the page."""
        return f"f-{self.finding.id}"

    @property
    def standing(self) -> Standing:
        """What the analysts made of it so far."""
        return standing(self.decision)

    @property
    def apart(self) -> bool:
        """Whether it is listed by itself, apart from risks and evidence."""
        return stands_apart(self.finding)

    @property
    def is_mention(self) -> bool:
        """Whether words of risk are merely mentioned here, so that nothing is signaled."""
        return self.finding.kind != "check" and not is_active(self.finding)


def standing(decision: Decision | None) -> Standing:
    """Tell what a decision, or its absence, makes of a finding; a corrected finding counts as confirmed."""
    if decision is None:
        return "pending"
    return "rejected" if decision.verdict == "reject" else "confirmed"


def passage(finding: Finding, content: ReportContent, *, names: Mapping[str, str]) -> Passage:
    """Prepare one finding for the page; *names* maps roster ids to names."""
    subject = names.get(finding.subject, finding.subject) if finding.subject else ""
    return Passage(
        finding=finding,
        title=_title(finding, content.names),
        pieces=_pieces(finding),
        subject=subject,
        candidates=tuple(names.get(candidate, candidate) for candidate in finding.candidates),
        reasons=tuple(
            dict.fromkeys(reason_of(source, content.reasons, otherwise=source) for source in finding.sources)
        ),
        decision=content.decisions.get(finding.id),
        workload=tuple(one.quantity.text for one in content.exposures.get(finding.id, ())),
    )


def _title(finding: Finding, names: Mapping[str, str]) -> str:
    category = names.get(finding.category, chinese(finding.category))
    finer = chinese(finding.subclass[:3]) if finding.subclass else category
    return category if finer in {category, finding.subclass} else f"{category} · {finer}"


def _pieces(finding: Finding) -> tuple[str, str, str]:
    span = finding.cue.span if finding.cue else None
    if span is None or not span.within(finding.span):
        return finding.text, "", ""
    cue = span.shifted(-finding.span.start)
    return finding.text[: cue.start], cue.of(finding.text), finding.text[cue.end :]
