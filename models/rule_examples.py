"""The examples of rules put to the test, on the way that documents go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.models.stages import load_stages
from mingcha.pipeline.detection import detect
from mingcha.pipeline.document import Document
from mingcha.pipeline.segmentation import segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.preparation import Stages
    from mingcha.pipeline.rules import RuleBook


@dataclass(frozen=True, slots=True)
class BrokenExample:
    """An example that a rule decides otherwise than it promises; ``wanted`` tells whether it should match."""

    rule: str
    text: str
    wanted: bool


def try_examples(book: RuleBook) -> tuple[BrokenExample, ...]:
    """Return the examples of *book* that fail, in the order of its rules."""
    stages = load_stages(book)
    examples = ((rule.id, text, wanted) for rule in book.rules for text, wanted in _examples(rule.matches, rule.misses))
    return tuple(BrokenExample(*one) for one in examples if (one[0] in rules_in(one[1], stages)) is not one[2])


def rules_in(text: str, stages: Stages) -> frozenset[str]:
    """Return the ids of the rules that match anywhere in *text*."""
    clean = stages.normalize(Document("例句.txt", "0" * 64, "txt", text, ()))
    hits = detect(segment(clean), stages.matcher)
    return frozenset(hit.rule.id for group in hits.values() for hit in group)


def _examples(matches: Iterable[str], misses: Iterable[str]) -> Iterable[tuple[str, bool]]:
    yield from ((text, True) for text in matches)
    yield from ((text, False) for text in misses)
