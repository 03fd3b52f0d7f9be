"""What the analysts' decisions make of the findings: corrected fields, and a verdict where one stands."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, get_args

from mingcha.pipeline.handwork import parts_said
from mingcha.pipeline.scoring.rounds import settle
from mingcha.pipeline.terms import (
    CATEGORY_OF_CLASS,
    EVIDENCE_CATEGORIES,
    RISK_CATEGORIES,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from mingcha.pipeline.findings import Decision, Finding

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A finding as the analysts left it; ``verdict`` is ``None`` while its present form awaits one."""

    finding: Finding
    verdict: Literal["confirm", "reject"] | None = None
    by: str = ""
    at: str = ""
    reason: str = ""


def current_findings(findings: Iterable[Finding], decisions: Iterable[Decision]) -> tuple[Reviewed, ...]:
    """Apply the decisions in the order of their times (equal times: in the order given); the last one stands.

    A change opens the question anew: what was confirmed of one person or category is not confirmed of another. So
    does a run that reads the finding otherwise: a decision holds for what the finding said when it was made.
    Where two reviewers decided, an adjudication counts before their agreement, and while they disagree the finding
    awaits a verdict (`rounds`); what was withdrawn does not count.
    Decisions on findings that are not given are passed over: they may belong to files that are not here now.
    What is not understood cannot be taken back out of the store, so it is logged and does not stop the work: a
    decision without a readable time comes after those given before it, an unknown correction is left out, and its
    finding awaits a verdict as after any change.
    """
    history = _histories(decisions)
    return tuple(_review(finding, history.get(finding.id, ())) for finding in findings)


def decisions_until(decisions: Iterable[Decision], moment: datetime) -> tuple[Decision, ...]:
    """Return the decisions that had been made at *moment*; one whose time is not readable is none of them."""
    return tuple(one for one in decisions if (made := _moment(one)) is not None and made <= moment)


def decisions_in_force(decisions: Iterable[Decision], findings: Iterable[Finding] = ()) -> dict[str, Decision]:
    """Return the decision that stands for each finding that has one: the last in the same order and round.

    Where *findings* are given, a decision stands only if it was made on what each finding of its id says.
    """
    history = _histories(decisions)
    for finding in findings:
        if finding.id in history:
            history[finding.id] = [one for one in history[finding.id] if one.is_on(finding)]
    counting = ((finding, settle(ordered).counting) for finding, ordered in history.items())
    return {finding: outcome.decisions[-1] for finding, outcome in counting if outcome is not None}


def _histories(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    history: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        history[decision.finding].append(decision)
    return {finding: list(_in_order(made)) for finding, made in history.items()}


def _review(finding: Finding, decisions: Iterable[Decision]) -> Reviewed:
    reviewed = Reviewed(finding)
    outcome = settle(one for one in decisions if one.is_on(finding)).counting
    for decision in outcome.decisions if outcome else ():
        reviewed = _decide(reviewed, decision)
    return reviewed


def _decide(reviewed: Reviewed, decision: Decision) -> Reviewed:
    if parts_said(decision.changes):  # its two parts are findings of their own
        return Reviewed(reviewed.finding, None, decision.by, decision.at, decision.reason)
    if decision.verdict == "change":
        return Reviewed(_changed(reviewed.finding, decision), None, decision.by, decision.at, decision.reason)
    verdict: Literal["confirm", "reject"] = "confirm" if decision.verdict == "confirm" else "reject"
    return Reviewed(reviewed.finding, verdict, decision.by, decision.at, decision.reason)


def _changed(finding: Finding, decision: Decision) -> Finding:
    for field, value in decision.changes:
        if _understood(field, value):
            finding = _CHANGES[field](finding, value)
        else:
            told = (finding.id, field, value)
            log.warning(
                "对线索%s的更正看不懂，未采用：%r 改为 %r。请重新作出决定。", *told, extra={"finding": finding.id}
            )
    return finding


def _understood(field: str, value: str) -> bool:
    return field in _CHANGES and (field not in _VALUES or value in _VALUES[field])


def _category(finding: Finding, value: str) -> Finding:
    kept = finding.subclass is not None and CATEGORY_OF_CLASS.get(finding.subclass[:3]) == value
    subclass = finding.subclass if kept or value == finding.category else None
    return replace(finding, category=value, subclass=subclass, kind="risk" if value in RISK_CATEGORIES else "evidence")


def _status(finding: Finding, value: str) -> Finding:
    return replace(finding, status=_STATUSES[value])


def _subject(finding: Finding, value: str) -> Finding:
    return replace(finding, subject=value or None, candidates=() if value else finding.candidates)


_STATUSES: Mapping[str, Status] = {status: status for status in get_args(Status)}
_VALUES: Mapping[str, Collection[str]] = {
    "category": (*RISK_CATEGORIES, *EVIDENCE_CATEGORIES),
    "status": _STATUSES.keys(),
}
_CHANGES: Mapping[str, Callable[[Finding, str], Finding]] = {
    "category": _category,
    "status": _status,
    "subject": _subject,
}


def _in_order(decisions: Sequence[Decision]) -> list[Decision]:
    """Sort the decisions on one finding by time."""
    latest = datetime.min.replace(tzinfo=UTC)
    timed = []
    for decision in decisions:
        moment = _moment(decision)
        timed.append((latest if moment is None else moment, decision))
        latest = max(latest, timed[-1][0])
    return [decision for _, decision in sorted(timed, key=lambda one: one[0])]


def _moment(decision: Decision) -> datetime | None:
    try:
        moment = datetime.fromisoformat(decision.at)
    except ValueError:
        told = (decision.finding, decision.at)
        log.warning("对线索%s的决定：时间 %r 看不懂，按写入的先后处理。", *told, extra={"finding": decision.finding})
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
