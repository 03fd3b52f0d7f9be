"""What the assessed may be shown of a source: people who spoke or wrote stay unknown, documents are named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.paper import Reference, Statement
from mingcha.pipeline.reporting.papers.statements import statement_of, tag_of
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.scoring.decisions import Reviewed

UNSHOWN = "（原话不出示）"
_PLACE = "（文件名和位置不出示）"
_TALKS, _LETTERS, _CALLS, _OTHERS = "谈话材料", "来信来访", "群众来电", "其他材料"
# Kinds of source behind which a person stands who must not be recognized, and all that may be said of them.
_PEOPLE = {
    "S-SUP": _TALKS,
    "S-PEER": _TALKS,
    "S-SUB": _TALKS,
    "S-SERV": _TALKS,
    "S-PETI": _LETTERS,
    "S-ANON": _LETTERS,
    "S-12345": _CALLS,
    "S-UNKNOWN": _OTHERS,
}
_GENRES = {"interview": _TALKS, "petition": _LETTERS, "ticket": _CALLS}


def shelter_of(finding: Finding, index: Index) -> str | None:
    """Return the only words for a source that must stay unknown; ``None`` where the document may be named."""
    if finding.source_kind == "S-SELF":
        return None
    genre = _GENRES.get(index.genres.get(finding.document, ""))
    return _PEOPLE.get(finding.source_kind) or genre or (_OTHERS if finding.speaker else None)


def shown_statement(one: Reviewed, index: Index) -> Statement:
    """Return a finding as its subject may read it.

    A letter is accusing material, which must not be passed on, so its words are left out; as are those of a passage
    that is kept apart for authorized reviewers.
    """
    shelter = shelter_of(one.finding, index)
    told = Statement(
        text=UNSHOWN if shelter == _LETTERS or _stands_apart(one.finding, index) else statement_of(one, index).text,
        standing="confirmed",
        tag=tag_of(one.finding, index),
        references=(_reference(one.finding, shelter),),
        remark="领导责任" if one.finding.responsibility == "lead" else "",
    )
    return told if shelter is None else replace(told, remark="；".join(filter(None, (told.remark, "来源予以保护"))))


def _reference(finding: Finding, shelter: str | None) -> Reference:
    if shelter is not None:
        return Reference(shelter, _PLACE, finding=finding.id)
    return Reference(finding.document, finding.locator.label, chinese(finding.source_kind), finding.id)


def _stands_apart(finding: Finding, index: Index) -> bool:
    """Tell whether a passage shares words with one that only authorized reviewers may see."""
    start, end = finding.span.start, finding.span.end
    return any(
        document == finding.document and span.start < end and start < span.end
        for document, span in index.case.extras.apart
    )
