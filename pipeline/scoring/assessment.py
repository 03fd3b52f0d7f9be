"""A whole assessment under a scheme: the scorecards of its subjects and the outcomes of its calculations."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.operations import Lookup
from mingcha.pipeline.scoring.outcomes import calculate
from mingcha.pipeline.scoring.scorecards import score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.scoring.outcomes import Outcome
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a scheme says of an assessment. A calculation whose table was not given is named in ``waiting``."""

    scorecards: tuple[Scorecard, ...]
    outcomes: tuple[Outcome, ...]
    waiting: tuple[str, ...]


def assess(scheme: Scheme, subjects: Sequence[Subject], evidence: Evidence) -> Assessed:
    """Score every subject and carry out every calculation; the same input gives the same result."""
    with _uncollected():
        cards = tuple(score(subject, scheme, evidence) for subject in (subjects if scheme.indicators else ()))
    lookups = {entry.id: Lookup(entry.name, entry.entries) for entry in scheme.correspondences}
    ready = [rule for rule in scheme.calculations if rule.table in evidence.tables]
    outcomes = (outcome for rule in ready for outcome in calculate(rule, evidence.tables[rule.table], lookups))
    waiting = tuple(rule.name for rule in scheme.calculations if rule.table not in evidence.tables)
    return Assessed(cards, tuple(outcomes), waiting)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the cycle collector off: a million ledger lines hold no cycle, and the search costs a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
