"""How far the order of the subjects depends on the weights: each weight is moved a little and the places compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.scoring.what_if import altered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.subjects import Subject

STEPS = (-10, -5, 5, 10)


@dataclass(frozen=True, slots=True)
class Shift:
    """What moving one weight by ``step`` points does: how many pairs of subjects swap, and who changes place."""

    indicator: str
    name: str
    step: int
    swapped: int
    pairs: int
    moved: tuple[tuple[str, int, int], ...]


def sensitivity(scheme: Scheme, subjects: Sequence[Subject], evidence: Evidence) -> tuple[Shift, ...]:
    """Move each weight of the scheme by the steps (percentage points; the others scale) and compare the places.

    Subjects whose total is undetermined have no place and are left out.
    """
    before = _totals(scheme, subjects, evidence)
    return tuple(shift for row in _moved(scheme) for shift in [_shift(row, before, subjects, evidence)])


@dataclass(frozen=True, slots=True)
class _Row:
    indicator: str
    name: str
    step: int
    scheme: Scheme


def _moved(scheme: Scheme) -> Iterator[_Row]:
    for indicator in scheme.indicators:
        for step in STEPS if indicator.weight is not None else ():
            weight = (indicator.weight or Decimal(0)) + step
            if 0 < weight < 100:
                try:
                    changed = altered(scheme, f"indicators.{indicator.id}.weight={weight}")
                except UsageError:
                    continue  # a group's own weights leave no room for this step
                yield _Row(indicator.id, indicator.name, step, changed)


def _totals(scheme: Scheme, subjects: Sequence[Subject], evidence: Evidence) -> Mapping[str, Decimal]:
    totals = {subject.id: score(subject, scheme, evidence).total for subject in subjects}
    return {subject: value for subject, value in totals.items() if value is not None}


def _shift(row: _Row, before: Mapping[str, Decimal], subjects: Sequence[Subject], evidence: Evidence) -> Shift:
    after = _totals(row.scheme, subjects, evidence)
    both = [subject for subject in before if subject in after]
    pairs = [(one, other) for place, one in enumerate(both) for other in both[place + 1 :]]
    swapped = sum(_order(before, *pair) != _order(after, *pair) for pair in pairs)
    places = ((subject, _rank(before, subject, both), _rank(after, subject, both)) for subject in both)
    moved = tuple(place for place in places if place[1] != place[2])
    return Shift(row.indicator, row.name, row.step, swapped, len(pairs), moved)


def _order(totals: Mapping[str, Decimal], one: str, other: str) -> int:
    return (totals[one] > totals[other]) - (totals[one] < totals[other])


def _rank(totals: Mapping[str, Decimal], subject: str, among: Sequence[str]) -> int:
    return 1 + sum(totals[other] > totals[subject] for other in among)
