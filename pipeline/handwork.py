"""What people add to what the software found: a finding split into two, a passage that it missed.

A split is a correction that says not what a finding is but what its two parts are: both keep the whole place in the
file. A marked passage is a finding of the same kind as any other; its source says that a person marked it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Finding, finding_id
from mingcha.pipeline.judgment import Judgment
from mingcha.pipeline.scoring.rounds import in_effect
from mingcha.pipeline.strength import strength_of
from mingcha.pipeline.terms import CATEGORIES, RISK_CATEGORIES, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.document import Locator, Span
    from mingcha.pipeline.findings import Decision

MARKED, SPLIT = "人工标注", "人工拆分"
"""What stands among the sources of a finding that a person marked, or made out of another."""

HAND_REASONS: Mapping[str, str] = MappingProxyType(
    {MARKED: "审阅人标出的一处，软件没有发现", SPLIT: "审阅人从一条线索中拆出的一件事，原文位置与原线索相同"}
)
PARTS = 2
_FIELDS = ("category", "status", "subject")
_STATUSES: Mapping[str, Status] = MappingProxyType({status: status for status in get_args(Status)})
# The kinds of source that genres.toml gives; the store knows no corpora (a test compares the two).
SOURCE_OF_GENRE: Mapping[str, str] = MappingProxyType(
    {
        "interview": "S-PEER",
        "self_criticism": "S-SELF",
        "self_report": "S-SELF",
        "work_report": "S-SELF",
        "appraisal": "S-SUP",
        "inspection": "S-INSP",
        "rectification": "S-SELF",
        "audit": "S-AUDIT",
        "discipline": "S-DISC",
        "ticket": "S-12345",
        "petition": "S-PETI",
        "minutes": "S-FILE",
        "statistics": "S-STAT",
        "ballot": "S-BALLOT",
        "personnel_form": "S-FILE",
        "policy": "S-FILE",
        "speech": "S-FILE",
        "commentary": "S-MEDIA",
        "news": "S-MEDIA",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two matters of a passage; ``subject`` is a roster id, empty where nobody is meant for certain."""

    category: str
    status: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a document that a person marked; ``genre`` is the document's."""

    document: str
    sha256: str
    genre: str
    span: Span
    text: str
    said: Part


def split_changes(parts: Sequence[Part]) -> tuple[tuple[str, str], ...]:
    """Return a split as the changes of a decision.

    >>> split_changes([Part("inaction", "asserted", "p1")])
    (('part1.category', 'inaction'), ('part1.status', 'asserted'), ('part1.subject', 'p1'))
    """
    return tuple(
        (f"part{number}.{field}", getattr(part, field)) for number, part in enumerate(parts, 1) for field in _FIELDS
    )


def parts_said(changes: Iterable[tuple[str, str]]) -> tuple[Part, ...]:
    """Return the parts that the changes of a decision name, none where it is no split.

    >>> parts_said([("subject", "p1")])
    ()
    """
    said = dict(changes)
    if not any(field.startswith("part") for field in said):
        return ()
    return tuple(Part(*(said.get(f"part{number}.{field}", "") for field in _FIELDS)) for number in range(1, PARTS + 1))


def check_parts(parts: Sequence[Part], subjects: Iterable[str]) -> None:
    """Refuse, in Chinese, parts that are no two matters, or that name what does not exist."""
    known = set(subjects)
    if len(parts) != PARTS or any(one.category not in CATEGORIES or one.status not in _STATUSES for one in parts):
        raise DataError("拆分没有写全：两条都要选类别和状态。")
    if strange := sorted({one.subject for one in parts if one.subject} - known):
        raise DataError(f"名册中没有编号为“{'、'.join(strange)}”的对象。请从列表中选择。")
    if len({(one.category, one.subject) for one in parts}) < PARTS:
        raise DataError("两条的类别和对象都相同，不用拆分；状态不同的，请用更正。")


def split_in_force(finding: Finding, decisions: Iterable[Decision]) -> tuple[Part, ...]:
    """Return the parts into which the decisions on a finding split it as it is now, none where nobody did."""
    holding = [one for one in in_effect(tuple(decisions)) if one.is_on(finding)]
    return next((parts for one in reversed(holding) if (parts := parts_said(one.changes))), ())


def part_id(finding: str, number: int) -> str:
    """Return the id of a part (counted from 1) of a finding: the same each time that the finding is split."""
    return hashlib.sha256(f"part\n{finding}\n{number}".encode()).hexdigest()[:20]


def expand(finding: Finding, decisions: Mapping[str, Sequence[Decision]]) -> Iterator[tuple[Finding, bool]]:
    """Yield a finding and whether it is split; where it is, its parts after it, which may be split themselves."""
    parts = split_in_force(finding, decisions.get(finding.id, ()))
    yield finding, bool(parts)
    for number, part in enumerate(parts, 1):
        yield from expand(_part(finding, part, number), decisions)


def heir(finding: Finding, parts: Sequence[Part]) -> str | None:
    """Return the id of the part that says of whom and what the finding said it, ``None`` where neither does."""
    same = (finding.category, finding.subject or "")
    return next((part_id(finding.id, n) for n, one in enumerate(parts, 1) if (one.category, one.subject) == same), None)


def _part(finding: Finding, part: Part, number: int) -> Finding:
    same = part.category == finding.category
    return replace(
        finding,
        id=part_id(finding.id, number),
        kind="risk" if part.category in RISK_CATEGORIES else "evidence",
        category=part.category,
        subclass=finding.subclass if same else None,
        status=_STATUSES[part.status],
        cue=finding.cue if part.status == finding.status else None,
        subject=part.subject or None,
        candidates=(),
        sources=(SPLIT, *(one for one in finding.sources if one != SPLIT)),
    )


def marked_id(passage: Passage) -> str:
    """Return the id of a marked passage: that of the finding which the software would make of it."""
    kind = "risk" if passage.said.category in RISK_CATEGORIES else "evidence"
    return finding_id(passage.sha256, passage.span, kind, passage.said.category)


def marked(passage: Passage, locator: Locator, near: Finding | None) -> Finding:
    """Return a marked passage as a finding; the kind of source is that of *near*, the finding next to it, if any.

    Nobody is taken for the speaker: who speaks is a guess that a person did not make.
    """
    from mingcha.pipeline.quantities import extract_quantities  # few runs ever need it, and it takes long to load

    said, source = passage.said, near.source_kind if near else SOURCE_OF_GENRE.get(passage.genre, "S-UNKNOWN")
    status = _STATUSES[said.status]
    quantities = extract_quantities(passage.text)
    judged: Any = ("risk" if said.category in RISK_CATEGORIES else "evidence", said.category, None, status, None, 1, ())
    strength = strength_of(Judgment(*judged), quantities, passage.text, source_kind=source, genre=passage.genre)
    return Finding(
        id=marked_id(passage),
        document=passage.document,
        span=passage.span,
        text=passage.text,
        locator=locator,
        kind=judged[0],
        category=said.category,
        subclass=None,
        status=status,
        cue=None,
        subject=said.subject or None,
        candidates=(),
        speaker=None,
        source_kind=source,
        quantities=tuple(replace(one, span=one.span.shifted(passage.span.start)) for one in quantities),
        strength=strength,
        confidence=1.0,
        sources=(MARKED,),
        versions=dict(near.versions) if near else {},
    )


def is_handmade(finding: Finding) -> bool:
    """Tell whether a person made the finding."""
    return finding.sources[:1] in ((MARKED,), (SPLIT,))
