"""What people's verdicts say of the software: reliability, precision by threshold, yields of rules, agreement."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.findings import Decision
    from mingcha.pipeline.scoring.decisions import Reviewed

Verdict = tuple[float, bool]
"""How sure the software was (0 to 1), and whether people confirmed it."""

BINS = tuple((place / 5, (place + 1) / 5) for place in range(5))
_Z = 1.959964  # of the normal distribution, for 95 %
THRESHOLDS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Bin:
    """The verdicts on findings of similar confidence; the shares are ``None`` where there is none."""

    count: int
    confirmed: int
    mean: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Yield:
    """What became of the findings of one rule; ``precision`` is ``None`` while nothing is decided."""

    rule: str
    fired: int
    confirmed: int
    rejected: int

    @property
    def open(self) -> int:
        """How many await a verdict."""
        return self.fired - self.confirmed - self.rejected

    @property
    def precision(self) -> float | None:
        """The share of the decided ones that were confirmed."""
        decided = self.confirmed + self.rejected
        return round(self.confirmed / decided, 3) if decided else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many findings two people or more decided, and in how many pairs of people they agree."""

    twice: int
    agreed: int
    share: float | None
    kappa: float | None


def verdicts_of(reviewed: Iterable[Reviewed]) -> tuple[Verdict, ...]:
    """Return confidence and verdict of every decided finding."""
    return tuple((one.finding.confidence, one.verdict == "confirm") for one in reviewed if one.verdict is not None)


def binned(verdicts: Sequence[Verdict]) -> tuple[Bin, ...]:
    """Sort the verdicts into :data:`BINS`; a confidence of 1 is in the last."""
    return tuple(
        _bin([one for one in verdicts if min(int(one[0] * len(BINS)), len(BINS) - 1) == place])
        for place in range(len(BINS))
    )


def _bin(verdicts: Sequence[Verdict]) -> Bin:
    confirmed = sum(right for _, right in verdicts)
    if not verdicts:
        return Bin(0, 0, None, None)
    mean = sum(confidence for confidence, _ in verdicts) / len(verdicts)
    return Bin(len(verdicts), confirmed, round(mean, 3), round(confirmed / len(verdicts), 3))


def kept_shares(verdicts: Sequence[Verdict]) -> Iterator[tuple[float, int, int, float | None, float | None]]:
    """Yield threshold, findings kept, confirmed among them, precision, and the share of all confirmed that is kept."""
    right = sum(one for _, one in verdicts)
    for least in THRESHOLDS:
        kept = [one for confidence, one in verdicts if confidence >= least]
        precision = round(sum(kept) / len(kept), 3) if kept else None
        yield least, len(kept), sum(kept), precision, round(sum(kept) / right, 3) if right else None


def rule_yields(reviewed: Iterable[Reviewed]) -> tuple[Yield, ...]:
    """Return what became of each rule's findings, the most rejected first."""
    counts = defaultdict[str, Counter[str | None]](Counter)
    for one in reviewed:
        for source in dict.fromkeys(one.finding.sources):
            counts[source][one.verdict] += 1
    made = [Yield(rule, seen.total(), seen["confirm"], seen["reject"]) for rule, seen in counts.items()]
    return tuple(sorted(made, key=lambda one: (-one.rejected, -one.fired, one.rule)))


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927); 0 to 1 where nothing was tried.

    >>> [round(bound, 4) for bound in wilson(2, 100)]
    [0.0055, 0.07]
    """
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, _Z**2 / tries
    middle = (share + square / 2) / (1 + square)
    reach = _Z * sqrt(share * (1 - share) / tries + square / (4 * tries)) / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def agreement(decisions: Iterable[Decision]) -> Agreement:
    """Compare the last verdicts of different people on the same finding.

    Cohen's kappa (1960) is taken over all pairs of people, each pair in both orders; ``None`` where chance alone would
    make them agree always.
    """
    last = defaultdict[str, dict[str, str]](dict)
    for decision in decisions:
        if decision.verdict != "change":
            last[decision.finding][decision.by] = decision.verdict
    shared = [list(verdicts.values()) for verdicts in last.values() if len(verdicts) > 1]
    pairs = [pair for verdicts in shared for pair in combinations(verdicts, 2)]
    agreed = sum(len(set(verdicts)) == 1 for verdicts in shared)
    return Agreement(len(shared), agreed, round(agreed / len(shared), 3) if shared else None, _kappa(pairs))


def _kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    if not pairs:
        return None
    confirmed = sum(verdict == "confirm" for pair in pairs for verdict in pair) / (2 * len(pairs))
    chance = confirmed**2 + (1 - confirmed) ** 2
    observed = sum(one == other for one, other in pairs) / len(pairs)
    return None if chance == 1 else round((observed - chance) / (1 - chance), 3)
