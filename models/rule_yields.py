"""What each rule was worth on labelled documents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
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


def rule_yields(documents: Sequence[Examined], rules: Iterable[Rule]) -> tuple[RuleYield, ...]:
    """Return the yield of every one of *rules* that fired in a sure sentence, the one with most false alarms first."""
    fired: dict[str, list[Compared]] = defaultdict(list)
    for document in documents:
        for sentence in document.sentences:
            for rule in {firing.rule for firing in sentence.firings if not sentence.labels.unsure}:
                fired[rule].append(sentence)
    yields = (_yield(rule, fired[rule.id]) for rule in rules if rule.id in fired)
    return tuple(sorted(yields, key=lambda one: (one.right - one.active, -one.fired, one.rule.id)))


def _yield(rule: Rule, sentences: Sequence[Compared]) -> RuleYield:
    active = [one for one in sentences if any(f.active for f in one.firings if f.rule == rule.id)]
    doubted = [one for one in active if all(f.doubted for f in one.firings if f.rule == rule.id)]
    true = [one for one in sentences if _bears(one, rule)]
    return RuleYield(
        rule,
        fired=len(sentences),
        active=len(active),
        right=sum(_bears(one, rule) for one in active),
        missed=sum(rule.category not in one.risk | one.evidence for one in true),
        doubted=len(doubted),
        doubted_right=sum(_bears(one, rule) for one in doubted),
    )


def _bears(sentence: Compared, rule: Rule) -> bool:
    return rule.category in sentence.labels.risk or rule.category in sentence.labels.evidence
