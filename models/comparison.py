"""What was said of a document laid over what its gold labels say, sentence by sentence, as the codebook's measure does.

A gold sentence carries a claim that overlaps it by at least half of the shorter of the two; its probability is the
highest of the scored sentences that touch it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mingcha.pipeline.terms import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from mingcha.corpora.labelled_documents import LabelledDocument, Labels
    from mingcha.pipeline.analyzed import ScoredSentence
    from mingcha.pipeline.document import Span
    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.terms import Kind, Status


@dataclass(frozen=True, slots=True)
class Claim:
    """What was said of a passage (span in the original text): a finding without all that explains it."""

    span: Span
    kind: Kind
    category: str
    status: Status


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired in a passage.

    ``active``: no cue takes its words back. ``doubted``: the model alone would not have said so.
    """

    span: Span
    rule: str
    active: bool
    doubted: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """All that was said of one document."""

    claims: tuple[Claim, ...]
    scores: tuple[ScoredSentence, ...]
    firings: tuple[Firing, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One gold sentence and what was said of it.

    ``risk`` are the active categories, ``statuses`` those of risks that are mere mentions, ``probability`` how likely
    it asserts a risk.
    """

    span: Span
    labels: Labels
    risk: frozenset[str]
    evidence: frozenset[str]
    statuses: frozenset[str]
    probability: float
    firings: tuple[Firing, ...] = ()


def claims_of(findings: Iterable[Finding]) -> tuple[Claim, ...]:
    """Return what *findings* claim."""
    return tuple(Claim(one.span, one.kind, one.category, one.status) for one in findings)


def compare(document: LabelledDocument, answer: Answer) -> tuple[Compared, ...]:
    """Return the gold sentences of *document*, each with what *answer* says of it."""
    spans = [span for span, _ in document.sentences]
    claims = _borne(spans, [claim.span for claim in answer.claims])
    firings = _borne(spans, [firing.span for firing in answer.firings])
    probabilities = _highest(spans, answer.scores)
    rows = zip(document.sentences, claims, firings, probabilities, strict=True)
    return tuple(
        _compared(gold, [answer.claims[one] for one in said], tuple(answer.firings[one] for one in fired), probability)
        for gold, said, fired, probability in rows
    )


def _compared(
    gold: tuple[Span, Labels], claims: Sequence[Claim], firings: tuple[Firing, ...], probability: float
) -> Compared:
    risks = [claim for claim in claims if claim.kind == "risk"]
    return Compared(
        *gold,
        risk=frozenset(claim.category for claim in risks if _is_active(claim)),
        evidence=frozenset(claim.category for claim in claims if claim.kind == "evidence"),
        statuses=frozenset(claim.status for claim in risks if not _is_active(claim)),
        probability=probability,
        firings=firings,
    )


def _is_active(claim: Claim) -> bool:
    return claim.status in ACTIVE_STATUSES


def _borne(gold: Sequence[Span], spans: Sequence[Span]) -> list[NDArray[np.int64]]:
    """Return for each gold span the numbers of the *spans* that share at least half of the shorter of the two."""
    shared = _shared(gold, spans)
    shorter = np.minimum.outer([len(span) for span in gold], [len(span) for span in spans])
    return [np.flatnonzero(row) for row in (shared > 0) & (2 * shared >= shorter)]


def _highest(gold: Sequence[Span], scores: Sequence[ScoredSentence]) -> list[float]:
    if not gold or not scores:
        return [0.0] * len(gold)
    touched = _shared(gold, [score.span for score in scores]) > 0
    return np.where(touched, [score.risk for score in scores], 0.0).max(axis=1).tolist()  # type: ignore[no-any-return]


def _shared(gold: Sequence[Span], spans: Sequence[Span]) -> NDArray[np.int64]:
    """Return how many characters each gold span (row) shares with each span (column); negative where they lie apart."""
    ends = np.minimum.outer(_edges(gold, "end"), _edges(spans, "end"))
    return np.asarray(ends - np.maximum.outer(_edges(gold, "start"), _edges(spans, "start")))


def _edges(spans: Sequence[Span], side: str) -> NDArray[np.int64]:
    return np.array([getattr(span, side) for span in spans], dtype=np.int64)
