"""Status: whether a passage is asserted, reported, negated, wished for …, and the cue that says so.

A cue governs a target when it stands on the right side of it, near enough, with no terminator between them and
no pseudo-cue over it (the ConText idea of Harkema et al. 2009, with cues for Chinese official prose).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.document import Span
from mingcha.pipeline.necessary import Sieve, sieve_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

Direction = Literal["before", "after", "sentence"]


@dataclass(frozen=True, slots=True)
class CueRule:
    """Words that give a status to what they govern; see ``corpora/data/cues.toml`` for the fields."""

    id: str
    status: str
    direction: Direction
    pattern: re.Pattern[str]
    scope: int
    rank: int


@dataclass(frozen=True, slots=True)
class CueBook:
    """All cue rules, the pseudo-cues (of status ``none``) among them, and the expression that ends a scope.

    ``sieve`` tells which of the rules may match in a sentence; :func:`compile_cues` makes it.
    """

    rules: tuple[CueRule, ...]
    terminators: re.Pattern[str]
    sieve: Sieve


@dataclass(frozen=True, slots=True)
class CueHit:
    """A cue found in a sentence; ``span`` counts from the sentence's start."""

    rule: CueRule
    span: Span


def compile_cues(rules: Sequence[CueRule], terminators: re.Pattern[str]) -> CueBook:
    """Return the book of *rules*, made ready for finding them."""
    return CueBook(tuple(rules), terminators, sieve_of(rule.pattern for rule in rules))


def find_cues(text: str, book: CueBook) -> tuple[CueHit, ...]:
    """Return the cues of a sentence in order, without those that a pseudo-cue covers."""
    near = [book.rules[place] for place in book.sieve.passing(text)]
    hits = [CueHit(rule, Span(*match.span())) for rule in near for match in rule.pattern.finditer(text)]
    covered = [hit.span for hit in hits if hit.rule.status == "none"]
    told = (hit for hit in hits if hit.rule.status != "none")
    kept = [hit for hit in told if not any(hit.span.within(span) for span in covered)]
    return tuple(sorted(kept, key=lambda hit: (hit.span, hit.rule.id)))


def deciding_cue(text: str, target: Span, cues: Iterable[CueHit], book: CueBook) -> CueHit | None:
    """Return the cue that decides the status of *target* (span in the sentence); ``None`` where none governs it.

    The highest rank decides, among equals the nearest.
    """
    governing = (cue for cue in cues if _governs(text, cue, target, book))
    return min(governing, key=lambda cue: (-cue.rule.rank, _distance(cue.span, target)), default=None)


def weakest(cues: Sequence[CueHit | None]) -> CueHit | None:
    """Return the cue that decides over several targets together, given each target's own.

    One free target is enough to assert: 「虽未发现造假，但推诿扯皮突出」 asserts the second.
    """
    if not cues or None in cues:
        return None
    return min((cue for cue in cues if cue is not None), key=lambda cue: cue.rule.rank)


def _governs(text: str, cue: CueHit, target: Span, book: CueBook) -> bool:
    if cue.rule.direction == "sentence":
        return True
    gap = _gap(cue, target)
    if gap is None or len(gap) > cue.rule.scope:
        return False
    return not book.terminators.search(text, gap.start, gap.end)


def _gap(cue: CueHit, target: Span) -> Span | None:
    """Return what lies between cue and target, or ``None`` where the cue is on the wrong side."""
    if cue.rule.direction == "before":
        return Span(cue.span.end, max(target.start, cue.span.end)) if cue.span.start < target.start else None
    return Span(min(target.end, cue.span.start), cue.span.start) if cue.span.end > target.end else None


def _distance(cue: Span, target: Span) -> int:
    return max(target.start - cue.end, cue.start - target.end, 0)
