"""Steps from one text to the next: what each changed, where and why, so that every repair can be shown and replayed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import compress, count, groupby
from operator import attrgetter, ne
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.document import Span
from mingcha.pipeline.offsets import OffsetMap, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RepairKind = Literal[
    "line_break",
    "invisible",
    "variant",
    "pinyin",
    "gbk_slip",
    "blank",
    "traditional",
    "lost_character",
    "width",
]


@dataclass(frozen=True, slots=True)
class Repair:
    """One place that normalisation changed, or, where it is not ``applied``, only has a guess about.

    ``span`` counts in the original text. ``before`` is what stood there when its step began, ``place`` where in the
    text of that moment; where no earlier step touched the place, ``before`` is the slice of the original. ``reason`` is
    Chinese; ``confidence`` is a probability.
    """

    span: Span
    place: Span
    before: str
    after: str
    kind: RepairKind
    reason: str
    confidence: float = 1.0
    applied: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What a step puts in one place of the text it starts from."""

    place: Span
    after: str
    reason: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """One rewrite of a whole text, with the map between the two.

    A step that keeps every character in its place needs no ``changes``: the two texts tell where they differ. One that
    only guesses has equal texts, and changes that are not applied.
    """

    kind: RepairKind
    before: str
    after: str
    reason: str
    changes: tuple[Change, ...] = ()
    offsets: OffsetMap = field(default_factory=OffsetMap)

    @property
    def idle(self) -> bool:
        """Tell whether the step has nothing to say."""
        return not self.changes and self.before == self.after

    @property
    def applied(self) -> bool:
        """Tell whether the changes went into the text."""
        return self.before != self.after

    def places(self) -> Iterable[Change]:
        """Return the changes in order; of a step that keeps positions, one for each run of changed characters."""
        if self.changes:
            return self.changes
        return (Change(place, place.of(self.after), self.reason) for place in _runs(self.before, self.after))


def replaced(kind: RepairKind, before: str, after: str, reason: str) -> Step:
    """Return the step from *before* to *after*, which are equally long and differ character by character."""
    return Step(kind, before, after, reason)


def rewritten(kind: RepairKind, text: str, changes: Iterable[Change]) -> Step:
    """Return the step that makes *changes*, given in order and without overlap."""
    made = tuple(changes)
    if not made:
        return Step(kind, text, text, "")
    after, offsets = rewrite(text, ((change.place, change.after) for change in made))
    return Step(kind, text, after, "", made, offsets)


def list_repairs(steps: Iterable[Step]) -> Iterator[Repair]:
    """Yield the repairs of consecutive *steps*, step by step, with their spans in the text before the first."""
    offsets = OffsetMap()
    for step in steps:
        for change in step.places():
            place = change.place
            span = offsets.to_original(place) if offsets.clean_starts else place
            texts = (place.of(step.before), change.after)
            yield Repair(span, place, *texts, step.kind, change.reason, change.confidence, step.applied)
        offsets = offsets.then(step.offsets)


def replay(text: str, repairs: Iterable[Repair]) -> str:
    """Return what becomes of the original *text* by all its *repairs*, which are in the order they were listed in.

    Repairs of one kind are one step: their places count in the text that the kinds before left.
    """
    for _, step in groupby(repairs, key=attrgetter("kind")):
        text = rewrite(text, ((repair.place, repair.after) for repair in step if repair.applied))[0]
    return text


def count_repairs(repairs: Iterable[Repair]) -> dict[RepairKind, int]:
    """Return how many places there are of each kind; guesses that were not applied count as well."""
    return dict(Counter(repair.kind for repair in repairs))


def _runs(old: str, new: str) -> Iterator[Span]:
    """Yield the stretches in which two texts of one length differ."""
    start = end = -1
    for place in _changed(old, new):
        if place != end:
            if end >= 0:
                yield Span(start, end)
            start = place
        end = place + 1
    if end >= 0:
        yield Span(start, end)


def _changed(old: str, new: str) -> Iterator[int]:
    """Yield the places where two texts of one length differ; equal stretches are passed over as a whole."""
    for start in range(0, len(old), 1024):
        before, after = old[start : start + 1024], new[start : start + 1024]
        if before != after:
            yield from compress(count(start), map(ne, before, after))
