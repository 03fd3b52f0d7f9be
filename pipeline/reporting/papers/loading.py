"""A case read from the store, with what its kind of report needs beside findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Failure
from mingcha.pipeline.reporting.content import Material
from mingcha.pipeline.reporting.papers.case import Case, Extras
from mingcha.pipeline.reporting.papers.sample_figures import load_drawn
from mingcha.pipeline.reporting.papers.stored_texts import load_texts
from mingcha.pipeline.reporting.papers.told import progress_of, rectified_of, talks_of
from mingcha.pipeline.scoring.decisions import current_findings
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.hearings import load_answers
from mingcha.pipeline.store.queries import load_assessment, load_documents, load_facts, load_findings, load_glossary
from mingcha.pipeline.store.referrals import load_referrals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.reporting.papers.told import Reading
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.rows import StoredDocument


@dataclass(frozen=True, slots=True)
class Sources:
    """What a case needs beside the store: what reads texts again, and the reasons of the shipped rules."""

    reading: Reading
    reasons: Mapping[str, str]


def load_case(store: Store, assessment: str | None, sources: Sources, *, made_at: str) -> Case:
    """Return everything that the store holds of an assessment, of the only one where no name is given."""
    found = load_assessment(store, assessment)
    decisions = load_decisions(store, found.name)
    glossary = load_glossary(store, found.name)
    documents = load_documents(store, found.name)
    return Case(
        assessment=found,
        reviewed=current_findings(load_findings(store, found.name), decisions),
        facts=load_facts(store, found.name),
        decisions=decisions,
        materials=tuple(_materials(documents)),
        failures=tuple(_failures(documents)),
        made_at=made_at,
        names=glossary.names,
        reasons={**sources.reasons, **glossary.reasons},
    )


def with_texts(case: Case, kind: str, store: Store, reading: Reading) -> Case:
    """Add what the texts tell, as far as a *kind* of report shows it."""
    if kind == "quality":
        return replace(case, extras=Extras(drawn=load_drawn(store, case.assessment.name)))
    if kind in {"explanation", "profile"}:
        found = load_referrals(store, case.assessment.name)
        answers = load_answers(store, case.assessment.name)
        return replace(case, extras=Extras(apart=tuple((one.document, one.span) for one in found), answers=answers))
    if kind not in {"problems", "progress", "interviews"}:
        return case
    texts = load_texts(store, case.assessment.name)
    told = {
        "interviews": lambda: Extras(talks=talks_of(texts, case.assessment.roster)),
        "problems": lambda: Extras(rectified=rectified_of(texts, reading)),
        "progress": lambda: Extras(progress=progress_of(texts, reading)),
    }
    return replace(case, extras=told[kind]())


def _materials(documents: Iterable[StoredDocument]) -> Iterator[Material]:
    for one in documents:
        if one.status == "read":
            read = (one.format or "", one.genre or "other", one.characters or 0, one.coverage or 0.0)
            yield Material(one.name, *read, one.notes)


def _failures(documents: Iterable[StoredDocument]) -> Iterator[Failure]:
    for one in documents:
        if one.status == "failed":
            kind, message = one.failure_kind or "unreadable", one.failure_message or ""
            yield Failure(one.name, kind, message, one.sha256, one.format)  # type: ignore[arg-type]
