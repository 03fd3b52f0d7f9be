"""Changes tried on the score of one subject: weights, thresholds, findings left out. Nothing is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import ZERO, total
from mingcha.pipeline.scoring.indicators import Mean
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.scoring.valuation import shares
from mingcha.pipeline.scoring.what_if import altered, checked, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.scoring.ledger import LedgerLine
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.subjects import Subject

_HUNDRED, _EXACT = Decimal(100), Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: weights in percent by indicator, changes as `altered` takes them, findings that do not count."""

    weights: Mapping[str, Decimal] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the ledger that is otherwise in the trial; ``None`` where it is not there before, or not after."""

    before: LedgerLine | None
    after: LedgerLine | None


def try_out(subject: Subject, scheme: Scheme, evidence: Evidence, trial: Trial) -> tuple[Scheme, Scorecard]:
    """Return the scheme and the scorecard as *trial* would have them; a UsageError says what cannot be."""
    if trial.changes:
        scheme = altered(scheme, *trial.changes)
    if trial.weights:
        scheme = reweighted(scheme, subject, trial.weights)
    return scheme, score(subject, scheme, without(evidence, trial.left_out))


def weights_of(scheme: Scheme, subject: Subject) -> dict[str, Decimal]:
    """Return what each part of a mean weighs for the subject, in percent of that mean."""
    means = (node for node in scheme.indicators if isinstance(node, Mean))
    return {part: weight for node in means for part, weight in _percent(shares(scheme, node, subject)).items()}


def reweighted(scheme: Scheme, subject: Subject, weights: Mapping[str, Decimal]) -> Scheme:
    """Return the scheme with these weights for the subject; the other parts of a mean share the rest.

    Where nothing is left to share, all parts keep their proportions and are brought to 100.
    """
    table = scheme.model_dump(exclude_unset=True)
    entries = {entry["id"]: entry for entry in table["indicators"]}
    for node in (node for node in scheme.indicators if isinstance(node, Mean)):
        current = _percent(shares(scheme, node, subject))
        wanted = {part: weights[part] for part in current if part in weights}
        if wanted:
            for part, weight in _spread(current, wanted).items():
                entries[part]["weight"] = weight
                for group in (subject.category, subject.type):  # what the group has of its own would stand before
                    table.get("weights", {}).get(group, {}).pop(part, None)
    return checked(table, "权重")


def moved(before: Scorecard, after: Scorecard) -> tuple[Moved, ...]:
    """Return the lines that differ, those of one indicator and one rule beside each other."""
    gone, come = Counter(before.lines) - Counter(after.lines), Counter(after.lines) - Counter(before.lines)
    waiting = list(come.elements())
    pairs = []
    for line in gone.elements():
        other = next((one for one in waiting if _same_matter(one, line)), None)
        if other is not None:
            waiting.remove(other)
        pairs.append(Moved(line, other))
    return (*pairs, *(Moved(None, line) for line in waiting))


def _same_matter(one: LedgerLine, other: LedgerLine) -> bool:
    return (one.indicator, one.rule, one.findings) == (other.indicator, other.rule, other.findings)


def _percent(parts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    whole = total(parts.values())
    return {part: weight * _HUNDRED / whole for part, weight in parts.items()} if whole else dict(parts)


def _spread(current: Mapping[str, Decimal], wanted: Mapping[str, Decimal]) -> dict[str, Decimal]:
    room = _HUNDRED - total(wanted.values())
    others = total(weight for part, weight in current.items() if part not in wanted)
    shared = room / others if others > ZERO and room > ZERO else Decimal(1)
    spread = _percent({part: wanted.get(part, weight * shared) for part, weight in current.items()})
    rounded = {part: weight.quantize(_EXACT) for part, weight in spread.items()}
    last = next(reversed(rounded))
    return rounded | {last: rounded[last] + _HUNDRED - total(rounded.values())}
