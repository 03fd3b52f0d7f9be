"""Token rules in spaCy's own ``Matcher`` form, run on sentences that bear an anchor.

A spaCy ``Doc`` is built from our tokens (jieba's words, cut again at the borders of quantities) with our quantities
as entities, so that a pattern can ask for ``{"ENT_TYPE": "DURATION"}``. Docs never leave this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.quantities import amounts_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from mingcha.pipeline.amount import Amount
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


def build_doc(text: str, amounts: Sequence[Amount], vocab: Vocab, cut: Cut) -> Doc:
    """Return a spaCy ``Doc`` of *text* from our tokens, *amounts* set as its entities."""
    from spacy.tokens import Doc
    from spacy.tokens import Span as Entity

    words, starts = _tokens(text, amounts, cut)
    doc = Doc(vocab, words=words, spaces=[False] * len(words))
    index = {start: number for number, start in enumerate([*starts, len(text)])}
    doc.set_ents([Entity(doc, index[one.start], index[one.end], ENTITIES[one.kind]) for one in amounts])
    return doc


def _tokens(text: str, amounts: Sequence[Amount], cut: Cut) -> tuple[list[str], list[int]]:
    borders = {0, len(text)} | {edge for one in amounts for edge in (one.start, one.end)}
    position = 0
    for word in cut(text):
        borders.add(position)
        position += len(word)
    edges = sorted(borders)
    pairs = list(pairwise(edges))
    return [text[start:end] for start, end in pairs], [start for start, _ in pairs]


def load_token_matcher(rules: Sequence[Rule], load_cut: Callable[[], Cut]) -> Matches:
    """Return a function that runs the token rules of *rules*; spaCy and jieba load when it first needs them.

    A rule is spared a sentence without the words or quantities that it cannot do without, and a sentence without any
    rule left is spared altogether: finding quantities is dear, making words dearer.
    """
    needs = {rule.id: _needs_of(rule) for rule in rules if rule.tokens}
    loaded: list[tuple[Mapping[str, Matcher], Vocab, Cut]] = []

    def match(text: str, wanted: Sequence[str]) -> Iterable[tuple[str, Span]]:
        worded = [name for name in wanted if needs[name].worded_in(text)]
        if not worded:
            return
        amounts = [amount for amount in amounts_in(text) if amount.kind in ENTITIES]
        present = {ENTITIES[amount.kind] for amount in amounts}
        able = [name for name in worded if needs[name].entities <= present]
        if not able:
            return
        if not loaded:
            loaded.append((*load_matchers(rules), load_cut()))
        matchers, vocab, cut = loaded[0]
        doc = build_doc(text, amounts, vocab, cut)
        for name in able:
            for span in matchers[name](doc, as_spans=True):
                yield name, Span(span.start_char, span.end_char)

    return match


def load_matchers(rules: Sequence[Rule]) -> tuple[Mapping[str, Matcher], Vocab]:
    """Return a matcher for each token rule, by the rule's id, and the vocabulary that their documents must share."""
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    vocab = Vocab()
    matchers = {rule.id: Matcher(vocab) for rule in rules if rule.tokens}
    for rule in rules:
        if rule.tokens:
            matchers[rule.id].add(rule.id, [list(rule.tokens)], greedy="LONGEST")
    return matchers, vocab


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
