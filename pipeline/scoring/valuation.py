"""Walking the indicator tree: the ledger of each indicator from its findings, its typed number or its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import ZERO, difference, plain, product, total
from mingcha.pipeline.scoring.entries import enter
from mingcha.pipeline.scoring.feeding import Count, feed
from mingcha.pipeline.scoring.ledger import Ledger, LedgerLine, add, average, multiply
from mingcha.pipeline.scoring.workings import check_off, follow, work_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.pipeline.scoring.feeding import Claim
    from mingcha.pipeline.scoring.indicators import Entry, Indicator, Linear, Mean, Product, Table, Tally, Worked
    from mingcha.pipeline.scoring.scheme import Scale, Scheme
    from mingcha.pipeline.subjects import Subject

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a subject's points can come from. ``present`` is false where no finding at all is about the subject."""

    claims: Mapping[str, tuple[Claim, ...]]
    inputs: Mapping[str, Decimal | bool | None]
    present: bool
    preview: bool


@dataclass(frozen=True, slots=True)
class Valuation:
    """A subject's material under a scheme."""

    scheme: Scheme
    subject: Subject
    material: Material
    # What was worked out already: formulas and scales ask for indicators that the tree asks for too.
    _known: dict[str, Ledger] = field(default_factory=dict, repr=False, compare=False)

    def ledger(self, indicator: Indicator) -> Ledger:
        """Return an indicator's ledger in the indicator's own points."""
        if indicator.id not in self._known:
            self._known[indicator.id] = self._worked_out(indicator)
        return self._known[indicator.id]

    def _worked_out(self, indicator: Indicator) -> Ledger:
        match indicator.method:
            case "add":
                return add(self.ledger(part) for part in self.scheme.branches[indicator.id])
            case "mean":
                return self._mean(indicator)
            case "multiply":
                return self._product(indicator)
            case "findings":
                return self._tally(indicator)
            case "formula":
                return self._worked(indicator)
            case "checklist":
                return check_off(indicator, self.material.inputs, self._scale(indicator.id))
            case "series":
                return follow(indicator, self.material.inputs)
            case _:
                return self._entered(indicator)

    def _worked(self, node: Worked) -> Ledger:
        values = {name: self._named(name) for name in node.formula.names}
        return work_out(node, values, [self.ledger(part) for part in self.scheme.branches.get(node.id, ())])

    def _named(self, name: str) -> Decimal | bool | None:
        """Return what a formula's name stands for: an indicator's points, or what was typed in."""
        indicator = self.scheme.places.get(name)
        return self.material.inputs.get(name) if indicator is None else self.ledger(indicator).total

    def _scale(self, indicator: str) -> Scale | None:
        return next((scale for scale in self.scheme.scales if scale.indicator == indicator), None)

    def _entered(self, leaf: Entry | Table | Linear) -> Ledger:
        """Return the ledger of a typed number; one number typed for a hundred subjects is worked out once."""
        given = self.material.inputs.get(leaf.id)
        value = None if isinstance(given, bool) else given
        key = leaf.id, str(value)
        if key not in self.scheme.entered:
            self.scheme.entered[key] = enter(leaf, value)
        return self.scheme.entered[key]

    def _tally(self, tally: Tally) -> Ledger:
        if not self.material.present and tally.when_empty == "undetermined":
            return Ledger(undetermined=(f"“{tally.name}”没有可用材料：所读材料中没有涉及“{self.subject.name}”的内容",))
        claims = self.material.claims.get(tally.id, ())
        exposures = {item.per: self._named(item.per) for item in tally.items if item.per is not None}
        return feed(Count(tally, claims, exposures, preview=self.material.preview), self.scheme.names)

    def _product(self, node: Product) -> Ledger:
        base, factor = (self._part(node.id, key) for key in (node.base, node.factor))
        left, right = self.ledger(base), self.ledger(factor)
        formula = f"{base.name}×{factor.name}÷{plain(node.neutral)}"
        values = f"{_shown(left.total)}×{_shown(right.total)}÷{plain(node.neutral)}，此行为与{base.name}之差"
        step = LedgerLine(node.id, node.name, ZERO, ZERO, f"乘数计分：{formula}", values)
        return multiply(left, right, node.neutral, step)

    def _part(self, node: str, key: str) -> Indicator:
        return next(part for part in self.scheme.branches[node] if part.id == key)

    def _mean(self, node: Mean) -> Ledger:
        """Average the parts; what is missing and may be left out widens the weights of the others instead."""
        weights = shares(self.scheme, node, self.subject)
        parts = [(part, self.ledger(part)) for part in self.scheme.branches[node.id]]
        left_out = [part for part, ledger in parts if ledger.undetermined and part.missing == "exclude"]
        if len(left_out) == len(parts):
            return add(ledger for _, ledger in parts)
        counted = average([(weights[part.id], ledger) for part, ledger in parts if part not in left_out])
        return Ledger((*counted.lines, *map(_left_out, left_out)), counted.undetermined)


def shares(scheme: Scheme, node: Mean, subject: Subject) -> Mapping[str, Decimal]:
    """Return the relative weights of a mean's parts for a subject's group.

    A weight set for the group stands; the others keep their proportions and share the rest. The numbers are left
    undivided, so that they are exact; only their proportions mean something.
    """
    parts: Sequence[Indicator] = scheme.branches[node.id]
    own = scheme.weights.get(subject.category) or scheme.weights.get(subject.type) or {}
    general = {part.id: part.weight or ZERO for part in parts}
    fixed = {part.id: own[part.id] for part in parts if part.id in own}
    if not fixed or len(fixed) == len(parts):
        return fixed or general
    rest = total(weight for part, weight in general.items() if part not in fixed)
    room = difference(_HUNDRED, total(fixed.values()))
    return {
        part: product(fixed[part], rest) if part in fixed else product(weight, room) for part, weight in general.items()
    }


def _left_out(part: Indicator) -> LedgerLine:
    text = "缺少输入，按方案剔除本项，其余各项权重按比例放大"
    return LedgerLine(part.id, part.name, ZERO, ZERO, "缺项剔除", text)


def _shown(value: Decimal | None) -> str:
    return "待定" if value is None else plain(value)
