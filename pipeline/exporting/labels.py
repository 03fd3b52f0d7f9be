"""The labels that annotation tools show: Chinese words for categories, statuses and verdicts, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, RISK_CATEGORIES, Status, chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mingcha.pipeline.store.streams import Judged

Opinion = Literal["confirm", "reject"]

# What an analyst may choose, and what a finding may bear besides: that can be kept but not chosen anew.
CHOOSABLE = (*RISK_CATEGORIES, *EVIDENCE_CATEGORIES)
_KEPT = ("arithmetic", "team_conflict")
OPINIONS: Mapping[Opinion, str] = {"confirm": "确认", "reject": "驳回"}
STATUSES: Mapping[str, str] = {status: chinese(status) for status in get_args(Status)}


@dataclass(frozen=True, slots=True)
class Label:
    """How one finding stands, as a tool can show it: what may be decided about it. ``None`` is not told there."""

    category: str
    verdict: Opinion | None = None
    status: str | None = None
    subject: str | None = None


def label_of(judged: Judged) -> Label:
    """Return how a finding stands after the decisions on it."""
    found = judged.reviewed.finding
    verdict = judged.reviewed.verdict
    return Label(found.category, verdict if verdict in OPINIONS else None, found.status, found.subject)


def category_names(own: Mapping[str, str] | None) -> dict[str, str]:
    """Return the label of each category that a finding may bear, the office's own ones (*own*, id and name) too.

    An own category bears its id, so that no two labels are alike.
    """
    shipped = {category: chinese(category) for category in (*CHOOSABLE, *_KEPT)}
    return shipped | {category: f"{name}（{category}）" for category, name in (own or {}).items()}


def name_of(category: str, names: Mapping[str, str]) -> str:
    """Return the label of a category; one that cannot be chosen is called by its term."""
    return names.get(category) or chinese(category)


def codes_of(words: Mapping[str, str], present: Iterable[str] = ()) -> dict[str, str]:
    """Return the way back from labels to codes; *present* are further categories that findings have."""
    return {chinese(code): code for code in present if code not in words} | {word: code for code, word in words.items()}


def as_written(judged: Judged) -> dict[str, Any]:
    """Return how a finding stands, with its place, as an exported file keeps it to tell later what was changed."""
    label, place = label_of(judged), judged.stored.finding.span
    kept = {"category": label.category, "verdict": label.verdict, "status": label.status, "subject": label.subject}
    told = {name: value for name, value in kept.items() if value is not None}
    return {"start": place.start, "end": place.end, **told}
