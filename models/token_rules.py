"""Token rules in spaCy's own ``Matcher`` form, run on sentences that bear an anchor.

A spaCy ``Doc`` is built from our tokens (jieba's words, cut again at the borders of quantities) with our quantities
as entities, so that a pattern can ask for ``{"ENT_TYPE": "DURATION"}``. Docs never leave this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.quantities import extract_quantities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from mingcha.pipeline.quantities import Quantity
    from mingcha.pipeline.rules import Rule

    Cut = Callable[[str], list[str]]
    Matches = Callable[[str, Sequence[str]], Iterable[tuple[str, Span]]]

_OPTIONAL = ("?", "*", "!", "{0", "{,")  # how the OP of a token begins that may be missing
ENTITIES = {
    "money": "MONEY",
    "rate": "RATE",
    "points": "RATE",
    "rank": "RANK",
    "duration": "DURATION",
    "date": "DATE",
    "count": "COUNT",
}


def build_doc(text: str, quantities: Sequence[Quantity], vocab: Vocab, cut: Cut) -> Doc:
    """Return a spaCy ``Doc`` of *text* from our tokens, *quantities* set as its entities."""
    from spacy.tokens import Doc
    from spacy.tokens import Span as Entity

    words, starts = _tokens(text, quantities, cut)
    doc = Doc(vocab, words=words, spaces=[False] * len(words))
    index = {start: number for number, start in enumerate([*starts, len(text)])}
    doc.set_ents([Entity(doc, index[q.span.start], index[q.span.end], ENTITIES[q.kind]) for q in quantities])
    return doc


def _tokens(text: str, quantities: Sequence[Quantity], cut: Cut) -> tuple[list[str], list[int]]:
    borders = {0, len(text)} | {edge for q in quantities for edge in (q.span.start, q.span.end)}
    position = 0
    for word in cut(text):
        borders.add(position)
        position += len(word)
    edges = sorted(borders)
    pairs = list(pairwise(edges))
    return [text[start:end] for start, end in pairs], [start for start, _ in pairs]


def load_token_matcher(rules: Sequence[Rule], load_cut: Callable[[], Cut]) -> Matches:
    """Return a function that runs the token rules of *rules*; spaCy and jieba load when it first needs them.

    A sentence without the words or quantities that a rule cannot do without is spared: finding quantities is
    dear, making words dearer.
    """
    patterns = {rule.id: [list(rule.tokens)] for rule in rules if rule.tokens}
    needs = {rule.id: _needs_of(rule) for rule in rules if rule.tokens}
    loaded: list[tuple[Matcher, Vocab, Cut]] = []

    def match(text: str, wanted: Sequence[str]) -> Iterable[tuple[str, Span]]:
        worded = [needs[name] for name in wanted if needs[name].worded_in(text)]
        if not worded:
            return
        quantities = [quantity for quantity in extract_quantities(text) if quantity.kind in ENTITIES]
        present = {ENTITIES[quantity.kind] for quantity in quantities}
        if not any(need.entities <= present for need in worded):
            return
        if not loaded:
            loaded.append((*_matcher(patterns), load_cut()))
        matcher, vocab, cut = loaded[0]
        doc = build_doc(text, quantities, vocab, cut)
        for span in matcher(doc, as_spans=True):
            if span.label_ in wanted:
                yield span.label_, Span(span.start_char, span.end_char)

    return match


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a sentence must hold for a rule to match at all: sorts of quantity, and one word of each group."""

    entities: frozenset[str]
    words: tuple[frozenset[str], ...]

    def worded_in(self, text: str) -> bool:
        return all(any(word in text for word in group) for group in self.words)


def _needs_of(rule: Rule) -> _Needs:
    required = [token for token in rule.tokens if not str(token.get("OP", "1")).startswith(_OPTIONAL)]
    kinds = (token.get("ENT_TYPE") for token in required)
    words = (_words_of(token.get("TEXT")) for token in required)
    return _Needs(frozenset(kind for kind in kinds if isinstance(kind, str)), tuple(group for group in words if group))


def _words_of(condition: object) -> frozenset[str]:
    """Return the words one of which a token condition asks for; empty where it asks otherwise."""
    if isinstance(condition, str):
        return frozenset({condition})
    listed = condition.get("IN", ()) if isinstance(condition, dict) and set(condition) == {"IN"} else ()
    return frozenset(listed)


def _matcher(patterns: dict[str, list[list[dict[str, Any]]]]) -> tuple[Matcher, Vocab]:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    vocab = Vocab()
    matcher = Matcher(vocab)
    for name, alternatives in patterns.items():
        matcher.add(name, alternatives, greedy="LONGEST")
    return matcher, vocab
