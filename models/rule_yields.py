"""What each rule was worth on labelled documents."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mingcha.models.comparison import Compared
    from mingcha.models.evaluation import Examined
    from mingcha.pipeline.rules import Rule


@dataclass(frozen=True, slots=True)
class RuleYield:
    """Sentences in which one rule fired. ``active`` ones are those where no cue takes its words back.

    ``right``: active, and gold has the rule's category. ``missed``: gold has it, and the analysis does not say it all
    the same. ``doubted``: active against a model that would not have said so; ``doubted_right`` of these the rule was
    right.
    """

    rule: Rule
    fired: int
    active: int
    right: int
    missed: int
    doubted: int
    doubted_right: int

    @property
    def precision(self) -> float | None:
        """The share of the active sentences in which the rule was right; ``None`` where it never was active."""
        return self.right / self.active if self.active else None


_COUNTS = tuple(field.name for field in fields(RuleYield))[1:]


def rule_yields(documents: Sequence[Examined], rules: Iterable[Rule]) -> tuple[RuleYield, ...]:
    """Return the yield of every one of *rules* that fired in a sure sentence, the one with most false alarms first."""
    import pandas as pd

    known = {rule.id: rule for rule in rules}
    sentences = (one for document in documents for one in document.sentences if not one.labels.unsure)
    fired = [
        (rule, *_told(known[rule], one))
        for one in sentences
        for rule in {firing.rule for firing in one.firings}.intersection(known)
    ]
    counted = pd.DataFrame(fired, columns=["rule", *_COUNTS]).groupby("rule").sum()
    yields = (RuleYield(known[rule], *map(int, counts)) for rule, *counts in counted.itertuples())
    return tuple(sorted(yields, key=lambda one: (one.right - one.active, -one.fired, one.rule.id)))


def _told(rule: Rule, sentence: Compared) -> tuple[bool, ...]:
    """Return what one sentence in which *rule* fired adds to each of the counts of its yield."""
    own = [firing for firing in sentence.firings if firing.rule == rule.id]
    active, true = any(firing.active for firing in own), _bears(sentence, rule)
    doubted = active and all(firing.doubted for firing in own)
    missed = true and rule.category not in sentence.risk | sentence.evidence
    return True, active, active and true, missed, doubted, doubted and true


def _bears(sentence: Compared, rule: Rule) -> bool:
    return rule.category in sentence.labels.risk or rule.category in sentence.labels.evidence
