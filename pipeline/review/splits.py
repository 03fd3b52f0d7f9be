"""A passage that holds two matters: how it is split in the page, and what is told of it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.handwork import PARTS, Part, part_id, split_changes
from mingcha.pipeline.review.forms import act_of, queue_of
from mingcha.pipeline.review.gates import go
from mingcha.pipeline.review.outgoing_page import cleared_by
from mingcha.pipeline.review.passages import lines_of
from mingcha.pipeline.review.queue_page import passage_link
from mingcha.pipeline.store.material import load_by_id, load_here, load_within
from mingcha.pipeline.store.reviewing import Act, decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.passages import Line
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.rows import StoredFinding

_LONGEST = 2000


def split_passage(visit: Visit, form: Form) -> Response:
    """Split a finding into two and go to the first of them."""
    finding, chosen = form.get("finding", ""), queue_of(visit, form)
    if load_here(visit.store, visit.assessment, finding) is None:
        raise DataError("这次考核中没有这条线索。请刷新页面。")
    reason = form.get("reason", "").strip()[:_LONGEST] or "一句含两件事"
    parts = [_part(form, number) for number in range(1, PARTS + 1)]
    decide(visit.store, visit.reviewer, Act(act_of(form), (finding,), "change", reason, split_changes(parts)))
    left = cleared_by(visit, (finding,))
    return go(visit, passage_link(visit, part_id(finding, 1), chosen, left=left), "split")


def _part(form: Form, number: int) -> Part:
    return Part(*(form.get(f"{field}{number}", "") for field in ("category", "status", "subject")))


def parts_of(visit: Visit, stored: StoredFinding, names: Mapping[str, str]) -> list[Line]:
    """Return the two findings into which one was split, none where it is not split."""
    if stored.superseded_by_run != stored.run:
        return []
    ids = [part_id(stored.finding.id, number) for number in range(1, PARTS + 1)]
    found = load_by_id(visit.store, visit.assessment, ids)
    return _lines(visit, [found[one] for one in ids if one in found], names)


def others_here(visit: Visit, finding: Finding, names: Mapping[str, str]) -> list[Line]:
    """Return the other findings of the very same passage."""
    here = load_within(visit.store, visit.assessment, finding.document, finding.span)
    return _lines(visit, [one for one in here if one.span == finding.span and one.id != finding.id], names)


def _lines(visit: Visit, found: list[Finding], names: Mapping[str, str]) -> list[Line]:
    return lines_of(visit, [(one.document, one.id) for one in found], names)
