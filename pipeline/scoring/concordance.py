"""How far two reviewers agree, and how sure a share counted in a sample is."""

from __future__ import annotations

from collections import Counter
from math import exp, lgamma, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_FRACTIONS, _PRECISE, _TINY = 10_000, 1e-15, 1e-300
_STEPS = 60  # halvings: the bound is then exact to the last digit of a float


def cohen_kappa(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Return Cohen's kappa of two reviewers, given how often each pair of verdicts occurred; ``None`` where undefined.

    >>> round(cohen_kappa({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}), 3)
    0.4
    """
    total = sum(pairs.values())
    if not total:
        return None
    first, second = Counter[str](), Counter[str]()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    agreed = sum(count for (one, other), count in pairs.items() if one == other) / total
    chance = sum(first[word] * second[word] for word in first) / total**2
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def krippendorff_alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Return Krippendorff's alpha for verdicts without an order; each unit holds the verdicts that it was given.

    Units with fewer than two verdicts say nothing. ``None`` where there is nothing to compare or only one verdict.

    >>> round(krippendorff_alpha([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]), 3)
    0.533
    """
    totals: Counter[str] = Counter()
    weights: dict[tuple[str, str], float] = {}
    for unit in units:
        if len(unit) < 2:
            continue
        totals.update(unit)
        for place, one in enumerate(unit):
            for other in (*unit[:place], *unit[place + 1 :]):
                weights[one, other] = weights.get((one, other), 0.0) + 1 / (len(unit) - 1)
    whole = totals.total()
    differing = sum(weight for (one, other), weight in weights.items() if one != other)
    expected = sum(totals[one] * totals[other] for one in totals for other in totals if one != other)
    return None if not expected else 1 - (whole - 1) * differing / expected


def exact_interval(found: int, size: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the Clopper-Pearson bounds of a share: *found* of *size*. They hold at least as often as *level* says.

    >>> [round(bound, 4) for bound in exact_interval(0, 100)]
    [0.0, 0.0362]
    """
    tail = (1 - level) / 2
    low = 0.0 if found == 0 else _solve(lambda share: 1 - _at_most(found - 1, size, share), tail)
    high = 1.0 if found == size else _solve(lambda share: 1 - _at_most(found, size, share), 1 - tail)
    return low, high


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def _at_most(found: int, size: int, share: float) -> float:
    """Return the probability of at most *found* successes."""
    if share in (0.0, 1.0) or found >= size:
        return 1.0 if share == 0.0 or found >= size else 0.0
    return 1 - _beta(found + 1, size - found, share)


def _beta(one: int, other: int, share: float) -> float:
    """Return the regularized incomplete beta function, by its continued fraction where that converges fast."""
    if share > (one + 1) / (one + other + 2):
        return 1 - _beta(other, one, 1 - share)
    front = lgamma(one + other) - lgamma(one) - lgamma(other) + one * log(share) + other * log(1 - share)
    return exp(front) * _fraction(one, other, share) / one


def _fraction(one: int, other: int, share: float) -> float:
    """Evaluate the continued fraction of the incomplete beta function (Lentz; DLMF 8.17.22)."""
    value, below, above = 1.0, 1 / _apart(1 - (one + other) * share / (one + 1)), 1.0
    value = below
    for step in range(1, _FRACTIONS):
        for factor in (
            step * (other - step) * share / ((one + 2 * step - 1) * (one + 2 * step)),
            -(one + step) * (one + other + step) * share / ((one + 2 * step) * (one + 2 * step + 1)),
        ):
            below = 1 / _apart(1 + factor * below)
            above = _apart(1 + factor / above)
            value *= below * above
        if abs(below * above - 1) < _PRECISE:
            break
    return value


def _apart(value: float) -> float:
    """Keep a divisor away from nothing."""
    return value if abs(value) > _TINY else _TINY
