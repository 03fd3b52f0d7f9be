"""How much work a figure stands beside: 全年办件3000件，超时2件. Who does more errs more, so scoring may take rates.

Source: facts A9 (洗碗效应) and N13 (工作量): errors are compared by the tasks, tickets and people behind them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.quantity import Quantity

Load = Literal["tickets", "tasks", "population"]
_CLAUSE = re.compile("[。！？；;，,\n]")
_REACH = 20  # characters before a number that may say what it counts


@dataclass(frozen=True, slots=True)
class ExposureRule:
    """What makes a count a measure of workload: its units, the words before it, and words that make it a part only.

    ``id`` and ``reason`` are for the reader; ``before`` is searched in the clause before the number.
    """

    id: str
    load: Load
    reason: str
    units: frozenset[str]
    before: re.Pattern[str]
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Exposure:
    """One count of workload beside a finding: which, in the words and with the value of its quantity, by which rule."""

    finding: str
    load: Load
    quantity: Quantity
    rule: str


def find_exposures(finding: Finding, rules: Iterable[ExposureRule]) -> Iterator[Exposure]:
    """Yield the counts of workload that stand in the finding's own sentence; a plan is none."""
    rules = tuple(rules)
    for quantity in finding.quantities:
        before = _before(finding, quantity)
        rule = next((rule for rule in rules if _fits(rule, quantity, before)), None)
        if rule is not None:
            yield Exposure(finding.id, rule.load, quantity, rule.id)


def _before(finding: Finding, quantity: Quantity) -> str:
    """Return the words of the clause before the number."""
    start = quantity.span.start - finding.span.start
    return _CLAUSE.split(finding.text[:start])[-1][-_REACH:]


def _fits(rule: ExposureRule, quantity: Quantity, before: str) -> bool:
    if quantity.kind != "count" or quantity.plan or quantity.unit not in rule.units:
        return False
    return bool(rule.before.search(before)) and not rule.unless.search(before)
