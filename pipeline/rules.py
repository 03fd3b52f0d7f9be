"""What a detection rule is: a value with its reason and its examples. The rules themselves lie in corpora/rules.

An office may add rules, change single ones and name categories of its own; a :class:`RuleBook` is what comes of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.terms import RuleKind


@dataclass(frozen=True, slots=True)
class Rule:
    """One detection rule; exactly one of ``phrases``, ``pattern`` and ``tokens`` says what it looks for.

    ``phrases`` are literal strings, ``pattern`` a regular expression and ``tokens`` a spaCy ``Matcher`` pattern
    (a list of token descriptions; ``ENT_TYPE`` carries our abstracted tokens such as ``DURATION``). The latter
    two run only on sentences that bear one of ``anchors``. All are written for clean text: simplified
    characters, ASCII digits and letters in half width, Chinese punctuation in full width.

    ``weight`` (0 to 1) is how often a match really is such a passage before its status is looked at: 0.9 for
    words that mean nothing else, 0.5 for words that need their context. ``unless`` are regular expressions; a
    match that overlaps one of them is dropped. ``matches`` and ``misses`` are examples that must and must not
    match; they are tests. ``reason`` (Chinese) is what an analyst reads when the rule fires.
    """

    id: str
    kind: RuleKind
    category: str
    subclass: str | None
    weight: float
    reason: str
    phrases: tuple[str, ...] = ()
    pattern: str | None = None
    tokens: tuple[dict[str, Any], ...] = ()
    anchors: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A category that an office adds to those of the codebook; ``name`` is Chinese."""

    id: str
    name: str
    kind: RuleKind


@dataclass(frozen=True, slots=True)
class Glossary:
    """What an office's own ids mean to a reader: the Chinese reasons of its rules, the names of its categories."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: Glossary) -> Glossary:
        """Return both together; where they differ, *other* is right."""
        return Glossary({**self.reasons, **other.reasons}, {**self.names, **other.names})


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules in force, the categories an office added, and the ids of the rules it wrote or changed."""

    rules: tuple[Rule, ...]
    categories: tuple[Category, ...] = ()
    own: frozenset[str] = frozenset()

    @property
    def glossary(self) -> Glossary:
        """What explains the office's own part to a reader."""
        reasons = {rule.id: rule.reason for rule in self.rules if rule.id in self.own}
        return Glossary(reasons, {category.id: category.name for category in self.categories})
