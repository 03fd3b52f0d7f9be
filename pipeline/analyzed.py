"""What one document gave, as values: they go from process to process and into the store without the analysis itself."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.document import Document, Span
    from mingcha.pipeline.findings import Finding, Referral
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.rewriting import Repair, RepairKind
    from mingcha.pipeline.structure_records import Record


@dataclass(frozen=True, slots=True)
class Consulted:
    """How often a second reader was asked and what came of it.

    ``left_out`` counts unsure sentences beyond the number that is asked about, ``unanswered`` those to which no answer
    came, ``ungrounded`` those whose answer counts as none. The rest are the flags that it raised, agreed to, withheld
    or doubted.
    """

    asked: int = 0
    left_out: int = 0
    unanswered: int = 0
    ungrounded: int = 0
    raised: int = 0
    agreed: int = 0
    withheld: int = 0
    doubted: int = 0

    def __add__(self, other: Consulted) -> Consulted:
        """Return the counts of both together."""
        return Consulted(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Consulted)))


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """How likely a sentence (span in the original text) asserts a risk."""

    span: Span
    risk: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found in one document; all spans count in its original text. ``mended`` are the repairs of its text,
    ``repairs`` counts them by kind; ``structure`` are the records of ``structure.jsonl``; ``fired`` are the ids of all
    rules that matched anywhere.

    ``referrals`` are for authorized reviewers alone and never stand among the findings. ``consulted`` counts what a
    second reader was asked.
    """

    document: Document
    genre: Genre
    findings: tuple[Finding, ...]
    quantities: tuple[Quantity, ...]
    sentences: tuple[ScoredSentence, ...]
    repairs: Mapping[RepairKind, int]
    structure: tuple[Record, ...]
    fired: frozenset[str] = frozenset()
    referrals: tuple[Referral, ...] = ()
    mended: tuple[Repair, ...] = ()
    consulted: Consulted = field(default_factory=Consulted)
