"""The passage page, and what its keys do: decide, correct, take back, flag, note."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reporting.content import subject_names
from mingcha.pipeline.review.filters import read_filter, written
from mingcha.pipeline.review.forms import act_of, queue_of
from mingcha.pipeline.review.gates import answer_fault, go
from mingcha.pipeline.review.originals import view_of
from mingcha.pipeline.review.outgoing_page import cleared_by, just_left, notice_of
from mingcha.pipeline.review.passages import open_passage, title_of
from mingcha.pipeline.review.queue_page import passage_link
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.splits import others_here, parts_of
from mingcha.pipeline.review.veils import record_names_seen, veil_for
from mingcha.pipeline.review.words import FIELDS
from mingcha.pipeline.scoring.rounds import in_effect, settle
from mingcha.pipeline.store.hearings import load_answers
from mingcha.pipeline.store.material import load_here
from mingcha.pipeline.store.queries import load_assessment
from mingcha.pipeline.store.queue import neighbor, twins
from mingcha.pipeline.store.reviewing import Act, decide, load_notes, take_back, write_note

if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from mingcha.pipeline.findings import Answer, Finding, Verdict
    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.passages import Opened
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.rows import StoredFinding

_LONGEST = 2000
_VERDICTS: dict[str, Verdict] = {"confirm": "confirm", "reject": "reject", "change": "change"}
_REASONS = {"confirm": "核对原文，属实", "reject": "核对原文，不成立", "change": "核对原文后更正"}


def show_passage(visit: Visit) -> Response:
    """Show a passage in its place."""
    stored = _stored(visit, visit.request.path_params["finding"])
    if stored is None:
        return answer_fault(visit, "这次考核中没有这条线索。它可能已随材料更新而删除。", 404)
    chosen = visit.searched(read_filter(visit.request.query_params))
    assessment = visit.recall(load_assessment)
    names = subject_names(assessment)
    opened = open_passage(visit, stored, names)
    record_names_seen(visit, stored.finding.id, [stored.finding.speaker])
    return show(
        visit,
        "passage",
        opened=opened,
        left=just_left(visit),
        gone=notice_of(visit, stored.finding.id),
        title=title_of(stored.finding),
        chosen=chosen,
        asked=written(chosen),
        following=neighbor(visit.store, visit.seat, chosen, stored.finding.id),
        preceding=neighbor(visit.store, visit.seat, chosen, stored.finding.id, back=True),
        twins=twins(visit.store, visit.seat, stored.finding.id),
        notes=_notes(visit, stored.finding.id, known_others=opened.known_others),
        answers=_answers(visit, stored.finding),
        act=uuid4().hex,
        names=names,
        meant=_meant(visit, opened),
        halves=parts_of(visit, stored, names),
        original=view_of(visit, stored),
        others=others_here(visit, stored.finding, names),
        subject=next((one for one in assessment.roster if one.id == stored.finding.subject), None),
    )


def _answers(visit: Visit, finding: Finding) -> list[Answer]:
    """Return what the assessed said of a finding, without the names to hide from the viewer."""
    own = [one for one in load_answers(visit.store, visit.assessment) if one.finding == finding.id]
    veil = veil_for(visit, {finding.document}) if own else None
    return [replace(one, text=veil.named(finding.document, one.text)) for one in own if veil]


def _meant(visit: Visit, opened: Opened) -> dict[str, str | None]:
    """Return what a plain confirmation would confirm, where something visible was corrected; else nothing.

    Corrections count within their round: whoever confirms in another confirms what the software said.
    """
    finding = opened.line.finding
    history = [one for one in opened.history if one.is_on(finding)]
    if not any({*FIELDS}.intersection(dict(one.changes)) for one in in_effect(history)):
        return {}
    settled = settle(history)
    outcome = settled.counting if visit.round is None else getattr(settled, visit.round)
    said = {name: getattr(finding, name) for name in FIELDS}
    return said | {name: value for name, value in (outcome.changes if outcome else ()) if name in FIELDS}


def decide_passage(visit: Visit, form: Form) -> Response:
    """Write a decision and go on to the next passage of the queue."""
    finding, chosen = form.get("finding", ""), queue_of(visit, form)
    if _stored(visit, finding) is None:
        raise DataError("这次考核中没有这条线索。请刷新页面。")
    verdict = _VERDICTS.get(form.get("verdict", ""))
    if verdict is None:
        raise DataError("没有写明是确认、驳回还是更正。请重试。")
    following = neighbor(visit.store, visit.seat, chosen, finding)
    same = [one for one in form.get("findings", "").splitlines() if one]
    known = {one for _, one, _ in twins(visit.store, visit.seat, finding)} if same else set()
    together = tuple(dict.fromkeys([finding, *(one for one in same if one in known)]))
    decide(visit.store, visit.reviewer, _act(form, verdict, together))
    said = "many" if len(together) > 1 else verdict
    left = cleared_by(visit, together) if verdict != "confirm" else ""
    if following in together:
        following = neighbor(visit.store, visit.seat, chosen, finding)
    if following is None:
        return go(visit, visit.link("queue", **written(chosen), left=left), "end")
    return go(visit, passage_link(visit, following, chosen, left=left), said)


def undo(visit: Visit, form: Form) -> Response:
    """Take back one's last decision that still holds and show the passage again."""
    chosen = queue_of(visit, form)
    undone = take_back(visit.store, visit.reviewer)
    if not undone:
        here = form.get("finding", "")
        return go(
            visit, passage_link(visit, here, chosen) if here else visit.link("queue", **written(chosen)), "nothing"
        )
    left = cleared_by(visit, tuple(dict.fromkeys(one.finding for one in undone)))
    return go(visit, passage_link(visit, undone[0].finding, chosen, left=left), "undone")


def annotate(visit: Visit, form: Form) -> Response:
    """Write a note, set a flag or take it away."""
    finding, chosen = form.get("finding", ""), queue_of(visit, form)
    kind, text = form.get("kind", "note"), form.get("text", "").strip()[:_LONGEST]
    if kind == "note" and not text:
        raise DataError("备注是空的。请写上内容再保存。")
    if kind == "flag":
        write_note(visit.store, visit.reviewer, finding, "flag", text)
    elif kind == "unflag":
        write_note(visit.store, visit.reviewer, finding, "unflag", text)
    else:
        write_note(visit.store, visit.reviewer, finding, "note", text)
    return go(visit, passage_link(visit, finding, chosen), kind if kind in ("flag", "unflag") else "note")


def _act(form: Form, verdict: Verdict, findings: tuple[str, ...]) -> Act:
    changes = []
    if verdict == "change":
        changes = [(name, form[name]) for name in ("category", "status", "subject") if form.get(name)]
        if not changes:
            raise DataError("没有选改成什么。请至少选一项，或直接确认、驳回。")
    reason = form.get("reason", "").strip()[:_LONGEST] or _REASONS[verdict]
    return Act(act_of(form), findings, verdict, reason, tuple(changes))


def _stored(visit: Visit, finding: str) -> StoredFinding | None:
    return load_here(visit.store, visit.assessment, finding)


def _notes(visit: Visit, finding: str, *, known_others: bool) -> list[dict[str, Any]]:
    """Return the notes that the viewer may know: while blind, his own."""
    written_ = load_notes(visit.store, visit.assessment, finding)
    return [one for one in written_ if known_others or one["account"] == visit.account.login]
