"""Findings as the page shows them: a line of the queue, and a passage in its place with all that speaks to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.handwork import HAND_REASONS
from mingcha.pipeline.reporting.content import is_active
from mingcha.pipeline.reporting.gaps import widest_gap
from mingcha.pipeline.reporting.wording import reason_of
from mingcha.pipeline.review.excerpts import Excerpt, Highlight, around, excerpt
from mingcha.pipeline.review.veils import ALL, Veil, veil_for, veil_in
from mingcha.pipeline.scoring.rounds import settle
from mingcha.pipeline.store.material import current_content, facts_of, load_by_id, load_listed, load_within
from mingcha.pipeline.store.queries import load_glossary, load_text
from mingcha.pipeline.store.queue import states
from mingcha.pipeline.store.standings import decisions_on
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mingcha.pipeline.findings import Decision, Fact, Finding
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.scoring.rounds import Settlement
    from mingcha.pipeline.store.rows import StoredFinding

REACH = 400  # characters shown before and behind the passage


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in a list: the finding as it may be shown, the document's title, whom it is about, where it stands."""

    finding: Finding
    title: str
    subject: str
    standing: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A fact that the passage belongs to: on which side, and the other passages of both sides."""

    fact: Fact
    supports: tuple[Line, ...]
    contradicts: tuple[Line, ...]
    gap: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A passage in its place. ``history`` and ``settlement`` hold only what the viewer may know."""

    line: Line
    excerpt: Excerpt
    reasons: tuple[tuple[str, str], ...]
    history: tuple[Decision, ...]
    settlement: Settlement
    sides: tuple[Side, ...]
    candidates: tuple[str, ...]
    superseded: bool
    withheld: bool
    known_others: bool


def lines_of(visit: Visit, places: Sequence[tuple[str, str]], names: Mapping[str, str]) -> list[Line]:
    """Return the findings of a list as lines."""
    found = load_listed(visit.store, visit.assessment, places)
    return _lines(visit, found, names)


def open_passage(visit: Visit, stored: StoredFinding, names: Mapping[str, str]) -> Opened:
    """Gather what speaks to a finding."""
    finding = stored.finding
    with visit.store.connect() as connection:
        history = decisions_on(connection, visit.assessment, finding.id)
    known_others = not visit.blind or settle(history).both_in
    mine = history if known_others else tuple(one for one in history if one.round == visit.round)
    valid = tuple(one for one in mine if one.is_on(finding))  # what was decided of another form is shown, not counted
    veil = veil_in(visit, finding.document, (stored.sha256, stored.format))
    return Opened(
        line=_line(finding, veil, names, _standing_of(valid, visit)),
        excerpt=_excerpt(visit, stored, veil),
        reasons=_reasons(visit, finding),
        history=mine,
        settlement=settle(valid),
        sides=tuple(_sides(visit, finding, names)),
        candidates=tuple(names.get(one, one) for one in finding.candidates),
        superseded=stored.superseded_by_run is not None,
        withheld=_is_withheld(finding, veil),
        known_others=known_others,
    )


def _standing_of(history: Sequence[Decision], visit: Visit) -> str:
    settled = settle(history)
    if not visit.blind:
        return settled.standing
    own = settled.first if visit.round == "first" else settled.second
    return {"confirm": "confirmed", "reject": "rejected"}.get((own and own.verdict) or "", "pending")


def _lines(visit: Visit, found: Sequence[Finding], names: Mapping[str, str]) -> list[Line]:
    veil = veil_for(visit, {finding.document for finding in found})
    known = states(visit.store, visit.seat, [finding.id for finding in found])
    return [
        _line(finding, veil, names, _state(visit, known.get(finding.id)), flagged=_flagged(visit, known, finding))
        for finding in found
    ]


def _line(finding: Finding, veil: Veil, names: Mapping[str, str], standing: str, *, flagged: bool = False) -> Line:
    subject = names.get(finding.subject or "", finding.subject or "")
    return Line(veil.over(finding), veil.title(finding.document), subject, standing, flagged)


def _state(visit: Visit, row: Mapping[str, Any] | None) -> str:
    """Return where a finding stands for the viewer, who may know only his own round."""
    if row is None:
        return "pending"
    if visit.blind and visit.round is not None:
        return {"confirm": "confirmed", "reject": "rejected"}.get(row[visit.round] or "", "pending")
    return str(row["standing"])


def _flagged(visit: Visit, known: Mapping[str, Mapping[str, Any]], finding: Finding) -> bool:
    return not visit.blind and bool(known.get(finding.id, {}).get("flagged", False))


def _excerpt(visit: Visit, stored: StoredFinding, veil: Veil) -> Excerpt:
    finding = stored.finding
    text = load_text(visit.store, stored.sha256, format=stored.format)
    if text is None or _is_withheld(finding, veil):  # the quote is all there is, or its place alone may be shown
        quote = veil.over(finding).text
        return excerpt(quote, Span(0, len(quote)), [Highlight(Span(0, len(quote)), "here")])
    window = around(finding.span, text, REACH)
    current = current_content(visit.store, visit.assessment, finding.document) == (stored.sha256, stored.format)
    others = load_within(visit.store, visit.assessment, finding.document, window) if current else ()
    marks = [*highlights(one for one in others if one.id != finding.id), *_own(finding)]
    return excerpt(text, window, marks, veil.spans(finding.document, text))


def _is_withheld(finding: Finding, veil: Veil) -> bool:
    """Tell whether nobody knows any more what is set apart in the text that a finding outlived."""
    return veil.apart.get(finding.document) == ALL


def highlights(found: Iterable[Finding]) -> list[Highlight]:
    """Return the highlights of findings that stand in a text, each leading to its passage."""
    return [Highlight(one.span, one.kind if is_active(one) else "mention", one.id) for one in found]


def _own(finding: Finding) -> list[Highlight]:
    cue = finding.cue.span if finding.cue else None
    return [Highlight(finding.span, "here"), *([Highlight(cue, "cue")] if cue else [])]


def _reasons(visit: Visit, finding: Finding) -> tuple[tuple[str, str], ...]:
    """Return the Chinese reason and the id of everything that fired."""
    known = {**HAND_REASONS, **visit.office.reasons, **load_glossary(visit.store, visit.assessment).reasons}
    return tuple((reason_of(one, known, otherwise="规则已不在当前规则库"), one) for one in finding.sources)


def _sides(visit: Visit, finding: Finding, names: Mapping[str, str]) -> list[Side]:
    found = facts_of(visit.store, visit.assessment, finding)
    ids = {one for fact in found for one in (*fact.supports, *fact.contradicts)}
    others = load_by_id(visit.store, visit.assessment, ids)
    lines = {line.finding.id: line for line in _lines(visit, list(others.values()), names)}
    sides = []
    for fact in found:
        supports, contradicts = (
            [lines[one] for one in side if one in lines] for side in (fact.supports, fact.contradicts)
        )
        if len(supports) + len(contradicts) > 1:
            gap = widest_gap([one.finding for one in supports], [one.finding for one in contradicts])
            sides.append(Side(fact, tuple(supports), tuple(contradicts), gap))
    return sides


def title_of(finding: Finding) -> str:
    """Return the category with its finer class, as a heading."""
    category = chinese(finding.category)
    finer = chinese(finding.subclass[:3]) if finding.subclass else category
    return category if finer in {category, finding.subclass} else f"{category} · {finer}"
