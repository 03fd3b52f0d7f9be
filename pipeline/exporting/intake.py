"""Labels from a tool against the store: what was changed there becomes decisions, what cannot is told.

Three states are compared: how a finding stood at the export, what the tool says now, how it stands in the store. What
nobody touched in the tool is left alone; what was touched in both is a conflict and nothing is written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.exporting.labels import CHOOSABLE, Label, label_of
from mingcha.pipeline.exporting.matching import match
from mingcha.pipeline.findings import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.exporting.label_files import Given
    from mingcha.pipeline.exporting.marks import Mark
    from mingcha.pipeline.store.streams import Judged

_FIELDS = ("category", "status", "subject")


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who labelled, with which tool (its name as shown), and when the labels come in (ISO 8601 with zone)."""

    name: str
    tool: str
    at: str
    reject_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """What the labels of a document amount to.

    ``left_out`` tells what cannot be taken over and why, ``conflicts`` what people decided otherwise meanwhile (both
    Chinese). ``known`` counts what the store says already, ``untouched`` what nobody changed in the tool, ``deleted``
    the findings whose span is gone.
    """

    decisions: tuple[Decision, ...] = ()
    left_out: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    known: int = 0
    untouched: int = 0
    deleted: int = 0

    def __add__(self, other: Intake) -> Intake:
        """Join what two documents amount to."""
        return Intake(
            self.decisions + other.decisions,
            self.left_out + other.left_out,
            self.conflicts + other.conflicts,
            self.known + other.known,
            self.untouched + other.untouched,
            self.deleted + other.deleted,
        )


def take_in(given: Given, marks: Sequence[Mark] | None, stored: Iterable[Judged], reviewer: Reviewer) -> Intake:
    """Compare the marks of one document with its findings, *stored*, and return what is to be written."""
    if marks is None:
        return Intake(untouched=len(given.origin.findings))
    current = {one.stored.finding.id: one for one in stored}
    matched, marked, told = match(given, marks)
    taken = Intake(left_out=tuple(f"{given.where}：{words}" for words in told))
    for finding, stood in given.origin.findings.items():
        case = _Case(finding, stood.label, current.get(finding), given.where, given.origin.exported_at)
        if finding in matched:
            taken += _merge(case, matched[finding], reviewer)
        elif finding not in marked:
            taken += _deleted(case, reviewer)
    return taken


@dataclass(frozen=True, slots=True)
class _Case:
    """A finding as it stood at the export and as it stands in the store, ``None`` where it is there no more."""

    finding: str
    stood: Label
    now: Judged | None
    where: str
    exported_at: str

    def act(self, target: Label, reviewer: Reviewer) -> str:
        """Return what marks the decisions of this file on this finding, so that they are written once."""
        key = f"{self.exported_at}\n{self.finding}\n{target}\n{reviewer.name}"
        return hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()[:20]


def _deleted(case: _Case, reviewer: Reviewer) -> Intake:
    """Take a deleted span for a rejection only where that was asked for."""
    if not reviewer.reject_deleted:
        return Intake(deleted=1)
    target = replace(case.stood, verdict="reject")
    return replace(_written(case, target, f"在 {reviewer.tool} 中删去", reviewer), deleted=1)


def _merge(case: _Case, mark: Mark, reviewer: Reviewer) -> Intake:
    said = mark.label
    if case.stood.verdict and not said.verdict:
        return _left(case, "的决定在标注工具中被取消，撤回决定请在复核页面进行")
    target = _target(case.stood, said)
    if target == case.stood:
        return Intake(untouched=1)
    if target.category != case.stood.category and target.category not in CHOOSABLE:
        return _left(case, "改成了不能更正到的类别")
    return _written(case, target, mark.reason or f"在 {reviewer.tool} 中标注", reviewer)


def _target(stood: Label, said: Label) -> Label:
    """Return how the finding is to stand: what the tool did not tell stays as it was.

    A correction opens the question anew, unless the verdict was changed along with it.
    """
    told = {name: getattr(said, name) for name in _FIELDS if getattr(said, name) is not None}
    corrected = replace(stood, **told)
    if said.verdict != stood.verdict:
        return replace(corrected, verdict=said.verdict)
    return corrected if corrected == stood else replace(corrected, verdict=None)


def _written(case: _Case, target: Label, reason: str, reviewer: Reviewer) -> Intake:
    """Return the decisions that lead to *target*, unless the store is there already or went elsewhere meanwhile."""
    if case.now is None:
        return _left(case, "现在没有了（材料已更换，或规则已更新）")
    now, act = label_of(case.now), case.act(target, reviewer)
    if now == target or act in {decision.act for decision in case.now.decisions}:
        return Intake(known=1)
    if any(decision.round != "first" for decision in case.now.decisions):
        return _left(case, "已进入第二轮复核，请在复核页面决定")
    if now != case.stood:
        return Intake(conflicts=(f"{case.where}：线索 {case.finding} 导出以后在明察中已另有决定或变动",))
    made = _decisions(case, target, reason, reviewer)
    return Intake(decisions=tuple(replace(decision, act=act) for decision in made))


def _decisions(case: _Case, target: Label, reason: str, reviewer: Reviewer) -> Iterator[Decision]:
    changes = tuple(
        (name, str(getattr(target, name))) for name in _FIELDS if getattr(target, name) != getattr(case.stood, name)
    )
    if changes:
        yield Decision(case.finding, "change", reviewer.name, reason, reviewer.at, changes)
    if target.verdict is not None:
        yield Decision(case.finding, target.verdict, reviewer.name, reason, reviewer.at)


def _left(case: _Case, words: str) -> Intake:
    return Intake(left_out=(f"{case.where}：线索 {case.finding} {words}",))
