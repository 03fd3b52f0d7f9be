"""The subjects and their scores: every point leads to the passages it rests on. Shown to who may know all decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reporting.content import is_active, subject_names
from mingcha.pipeline.review.gates import answer_fault
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.scoring.arithmetic import plain, total
from mingcha.pipeline.scoring.decisions import current_findings
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.store.concerns import load_concern, unclear_findings
from mingcha.pipeline.store.queries import load_assessment
from mingcha.pipeline.store.tallies import subject_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.scoring.indicators import Indicator
    from mingcha.pipeline.scoring.ledger import LedgerLine
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class Branch:
    """An indicator with its points, the lines that make them and the indicators below it."""

    name: str
    weight: str
    total: str
    lines: tuple[LedgerLine, ...]
    parts: tuple[Branch, ...]


def show_subjects(visit: Visit) -> Response:
    """List the subjects with how many findings each has."""
    assessment = visit.recall(load_assessment)
    return show(
        visit,
        "subjects",
        roster=assessment.roster,
        names=subject_names(assessment),
        counts=visit.recall(subject_counts),
    )


def show_subject(visit: Visit) -> Response:
    """Show the scorecard of a subject as a tree."""
    subject = subject_asked(visit)
    if subject is None:
        return answer_fault(visit, "名册中没有这个对象。", 404)
    evidence = evidence_on(visit, subject)
    reviewed, facts = evidence.reviewed, evidence.facts
    card = score(subject, visit.office.scheme, evidence)
    mine = [one for one in reviewed if one.finding.subject == subject.id and is_active(one.finding)]
    disputes = [one for one in facts if one.subject == subject.id and one.contradicts]
    known = {one.finding.id: one.finding for one in reviewed}
    return show(
        visit,
        "subject",
        subject=subject,
        card=card,
        shown=card.as_json(),
        tree=_branch(card, visit.office.scheme, visit.office.scheme.root),
        counts=_counts(mine),
        disputes=[(fact, [known[i] for i in (*fact.supports, *fact.contradicts) if i in known]) for fact in disputes],
    )


def subject_asked(visit: Visit) -> Subject | None:
    """Return the subject of an address to who may know everybody's decisions; ``None`` where the roster has none."""
    if visit.blind:
        raise DataError("得分随两位审阅人的决定而变，为使他们互不影响，这一页只向裁定人和只读人员开放。")
    wanted = visit.request.path_params["subject"]
    return next((one for one in visit.recall(load_assessment).roster if one.id == wanted), None)


def evidence_on(visit: Visit, subject: Subject) -> Evidence:
    """Return what the score of a subject rests on."""
    assessment = visit.recall(load_assessment)
    unclear = visit.recall(unclear_findings).get(subject.id, [])
    concern = load_concern(visit.store, assessment.name, subject.id, unclear)
    reviewed, known = current_findings(concern.findings, concern.decisions), {one.id for one in assessment.roster}
    typed = {id_: values for id_, values in visit.office.inputs.items() if id_ in known}
    return Evidence(reviewed, concern.facts, typed, period=assessment.period)


def _counts(mine: list[Any]) -> dict[str, int]:
    verdicts = [one.verdict for one in mine]
    return {
        "confirmed": verdicts.count("confirm"),
        "rejected": verdicts.count("reject"),
        "pending": verdicts.count(None),
        "sources": len({one.finding.source_kind for one in mine if one.verdict != "reject"}),
        "documents": len({one.finding.document for one in mine}),
    }


def _branch(card: Scorecard, scheme: Scheme, indicator: Indicator) -> Branch:
    parts = tuple(_branch(card, scheme, part) for part in scheme.branches.get(indicator.id, ()))
    lines = tuple(line for line in card.lines if line.indicator == indicator.id)
    amount = total(line.amount for line in _below(card, scheme, indicator))
    weight = f"权重 {plain(indicator.weight)}%" if indicator.weight is not None else ""
    return Branch(indicator.name, weight, plain(amount), lines, parts)


def _below(card: Scorecard, scheme: Scheme, indicator: Indicator) -> Iterator[LedgerLine]:
    yield from (line for line in card.lines if line.indicator == indicator.id)
    for part in scheme.branches.get(indicator.id, ()):
        yield from _below(card, scheme, part)
