"""The overview of a review: progress and pace, agreement, how much is missed, how each rule fares, who reviews what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.handwork import HAND_REASONS
from mingcha.pipeline.reporting.content import subject_names
from mingcha.pipeline.reporting.wording import reason_of
from mingcha.pipeline.review.gates import go
from mingcha.pipeline.review.outgoing_page import may_see_outgoing, open_count
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.veils import veil_for
from mingcha.pipeline.scoring.concordance import cohen_kappa, exact_interval, krippendorff_alpha
from mingcha.pipeline.store.accounts import load_permissions
from mingcha.pipeline.store.assignments import assign, load_assignments, unassign
from mingcha.pipeline.store.material import find_document
from mingcha.pipeline.store.people import Scope
from mingcha.pipeline.store.queries import load_assessment, load_glossary
from mingcha.pipeline.store.samples import load_samples
from mingcha.pipeline.store.tallies import (
    active_counts,
    progress,
    rule_counts,
    settled_now,
    standing_counts,
    unread_documents,
    verdict_pairs,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.samples import Sample


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two reviewers compare on the findings that both decided; the measures are ``None`` where undefined."""

    category: str
    both: int
    same: int
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Ruled:
    """How a rule or model fared: of what was decided, how much was confirmed, with the bounds of that share."""

    name: str
    reason: str
    confirmed: int
    rejected: int
    low: float
    high: float

    @property
    def precision(self) -> float:
        """The share that was confirmed."""
        return self.confirmed / (self.confirmed + self.rejected)


@dataclass(frozen=True, slots=True)
class Elusion:
    """What a sample says: the share of unflagged sentences that should have been flagged, with its bounds."""

    sample: Sample
    share: float
    low: float
    high: float


def show_overview(visit: Visit) -> Response:
    """Show how far the review is."""
    rows = progress(visit.store, visit.seat, visit.recall(active_counts), visit.recall(settled_now))
    mine = work(visit.store, visit.assessment, account=visit.account.login)
    return show(
        visit,
        "overview",
        rows=rows,
        total=sum(row.total for row in rows),
        decided=sum(row.decided for row in rows),
        mine=mine[0] if mine else None,
        standings={} if visit.blind else standing_counts(visit.store, visit.assessment),
        everybody=[] if visit.blind else work(visit.store, visit.assessment),
        files=unread_documents(visit.store, visit.assessment),
        elusion=[elusion_of(one) for one in load_samples(visit.store, visit.assessment) if one.judged],
        outgoing=open_count(visit) if may_see_outgoing(visit) else 0,
        **_lead_matters(visit),
    )


def show_quality(visit: Visit) -> Response:
    """Show agreement and rules, to who may know everybody's decisions."""
    if visit.blind:
        raise DataError("两位审阅人互不知道对方的决定，因此这一页只向裁定人和只读人员开放。")
    pairs = verdict_pairs(visit.store, visit.assessment)
    known = {**HAND_REASONS, **visit.office.reasons, **load_glossary(visit.store, visit.assessment).reasons}
    rules = [_ruled(name, counts, known) for name, counts in rule_counts(visit.store, visit.assessment).items()]
    return show(
        visit,
        "quality",
        agreements=[agreement_of(category, pairs[category]) for category in sorted(pairs)],
        whole=agreement_of("", sum(pairs.values(), Counter())) if pairs else None,
        rules=sorted(rules, key=lambda one: (one.precision, -one.confirmed - one.rejected)),
    )


def change_assignment(visit: Visit, form: Form) -> Response:
    """Give work to an account, or take it away."""
    login, scope, value = (form.get(name, "") for name in ("login", "scope", "value"))
    if scope not in get_args(Scope):
        raise DataError("没有写明是材料还是对象。请重试。")
    known: Scope = "document" if scope == "document" else "subject"
    value = _document_of(visit, value) if known == "document" else value
    (unassign if form.get("away") else assign)(visit.store, visit.reviewer, login, known, value)
    return go(visit, visit.link(), "assigned")


def _document_of(visit: Visit, key: str) -> str:
    """Return the document that a form means: one that is there, or one that was given to somebody while it was."""
    found = find_document(visit.store, visit.assessment, key, visit.key)
    given = (one["value"] for one in load_assignments(visit.store, visit.assessment) if one["scope"] == "document")
    name = found.name if found else next((one for one in given if visit.key(one) == key), None)
    if name is None:
        raise DataError("这次考核中没有这份材料。请刷新页面。")
    return name


def agreement_of(category: str, pairs: Mapping[tuple[str, str], int]) -> Agreement:
    """Return how two reviewers compare, given how often each pair of verdicts occurred."""
    both = sum(pairs.values())
    same = sum(count for (one, other), count in pairs.items() if one == other)
    units = (pair for pair, count in pairs.items() for _ in range(count))
    return Agreement(category, both, same, cohen_kappa(pairs), krippendorff_alpha(units))


def elusion_of(sample: Sample) -> Elusion:
    """Return what a sample says of what is missed, from the sentences judged so far."""
    low, high = exact_interval(sample.missed, sample.judged)
    return Elusion(sample, sample.missed / sample.judged, low, high)


def _ruled(name: str, counts: tuple[int, int], known: Mapping[str, str]) -> Ruled:
    confirmed, rejected = counts
    bounds = exact_interval(confirmed, confirmed + rejected)
    return Ruled(name, reason_of(name, known, otherwise=name), confirmed, rejected, *bounds)


def _lead_matters(visit: Visit) -> dict[str, Any]:
    """Return what a lead needs to give out work; nothing for others."""
    if visit.right.role != "lead":
        return {"assignments": [], "names": {}, "workers": []}
    names = subject_names(visit.recall(load_assessment))
    return {
        "assignments": _told(visit, load_assignments(visit.store, visit.assessment), names),
        "names": names,
        "workers": workers(visit),
    }


def _told(visit: Visit, given: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what was given out as the page may hold it: of documents the key and the title, never the raw name."""
    hidden = veil_for(visit, {one["value"] for one in given if one["scope"] == "document"})
    return [
        one | {"value": visit.key(one["value"]), "title": hidden.title(one["value"])}
        if one["scope"] == "document"
        else one | {"title": names.get(one["value"], one["value"])}
        for one in given
    ]


def workers(visit: Visit) -> list[str]:
    """Return who may be given work in the assessment."""
    here = (one for one in load_permissions(visit.store) if one.assessment == visit.assessment)
    return [one.login for one in here if one.role in ("analyst", "reviewer")]
