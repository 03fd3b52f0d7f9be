"""Token rules in spaCy's own ``Matcher`` form, run on sentences that bear an anchor.

A spaCy ``Doc`` is built from our tokens (jieba's words, cut again at the borders of quantities) with our quantities
as entities, so that a pattern can ask for ``{"ENT_TYPE": "DURATION"}``. Docs never leave this module.
"""

from __future__ import annotations

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

ENTITIES = {
    "money": "MONEY",
    "rate": "RATE",
    "points": "RATE",
    "rank": "RANK",
    "duration": "DURATION",
    "date": "DATE",
    "count": "COUNT",
}


def build_doc(text: str, vocab: Vocab, cut: Cut) -> Doc:
    """Return a spaCy ``Doc`` of *text* from our tokens, our quantities set as its entities."""
    from spacy.tokens import Doc
    from spacy.tokens import Span as Entity

    quantities = [quantity for quantity in extract_quantities(text) if quantity.kind in ENTITIES]
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
    """Return a function that runs the token rules of *rules*; spaCy and jieba load when it is first called."""
    patterns = {rule.id: [list(rule.tokens)] for rule in rules if rule.tokens}
    loaded: list[tuple[Matcher, Vocab, Cut]] = []

    def match(text: str, wanted: Sequence[str]) -> Iterable[tuple[str, Span]]:
        if not loaded:
            loaded.append((*_matcher(patterns), load_cut()))
        matcher, vocab, cut = loaded[0]
        doc = build_doc(text, vocab, cut)
        for span in matcher(doc, as_spans=True):
            if span.label_ in wanted:
                yield span.label_, Span(span.start_char, span.end_char)

    return match


def _matcher(patterns: dict[str, list[list[dict[str, Any]]]]) -> tuple[Matcher, Vocab]:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    vocab = Vocab()
    matcher = Matcher(vocab)
    for name, alternatives in patterns.items():
        matcher.add(name, alternatives, greedy="LONGEST")
    return matcher, vocab
