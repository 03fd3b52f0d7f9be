"""What a detection rule is: a value with its reason and its examples. The rules themselves lie in corpora/rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mingcha.pipeline.terms import Kind


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
    kind: Kind
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
