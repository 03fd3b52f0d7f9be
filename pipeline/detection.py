"""Candidates: which rules fire in which sentence. One Aho-Corasick pass finds phrases and anchors; regular
expressions and token patterns run only on sentences that bear an anchor of theirs."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

import ahocorasick

from mingcha.pipeline.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.rules import Rule
    from mingcha.pipeline.segmentation import Segmented


class TokenMatch(Protocol):
    """Runs spaCy token rules on one sentence: rule ids in, (rule id, span in the sentence) pairs out."""

    def __call__(self, text: str, rules: Sequence[str], /) -> Iterable[tuple[str, Span]]:
        """Return every match of *rules* in *text*."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, and the words it matched (span in the clean text)."""

    rule: Rule
    span: Span


class _Word(NamedTuple):
    """A word of the automaton: the places of the rules whose phrase it is, and of those whose anchor."""

    length: int
    phrases: tuple[int, ...]
    anchors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matcher:
    """Rules made ready for matching; build it with :func:`compile_rules` and keep it for all documents.

    ``patterns`` (by the rule's place) and ``exceptions`` (by its id) are compiled when a sentence first needs them:
    most documents bear the anchors of few rules.
    """

    rules: tuple[Rule, ...]
    automaton: ahocorasick.Automaton
    patterns: Mapping[int, str]
    exceptions: Mapping[str, str]
    match_tokens: TokenMatch | None


def compile_rules(rules: Sequence[Rule], *, match_tokens: TokenMatch | None = None) -> Matcher:
    """Build the automaton and gather the expressions of *rules*; token rules need *match_tokens* or stay silent."""
    automaton = ahocorasick.Automaton()
    for word, places in _words(rules).items():
        phrases = tuple(place for place in places if rules[place].phrases)
        automaton.add_word(word, _Word(len(word), phrases, tuple(place for place in places if place not in phrases)))
    automaton.make_automaton()
    return Matcher(
        tuple(rules),
        automaton,
        {i: rule.pattern for i, rule in enumerate(rules) if rule.pattern},
        {rule.id: "|".join(f"(?:{e})" for e in rule.unless) for rule in rules if rule.unless},
        match_tokens,
    )


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> re.Pattern[str]:
    """Return *expression* compiled; `re` itself remembers 512, which is fewer than there are."""
    return re.compile(expression)


def _words(rules: Sequence[Rule]) -> dict[str, list[int]]:
    words: dict[str, list[int]] = defaultdict(list)
    for index, rule in enumerate(rules):
        for word in {*rule.phrases, *rule.anchors}:
            words[word].append(index)
    return words


def detect(segmented: Segmented, matcher: Matcher) -> dict[int, tuple[Hit, ...]]:
    """Return the hits of every sentence that has any, by the sentence's number; noise is passed over."""
    found: dict[int, tuple[Hit, ...]] = {}
    for number, sentence in enumerate(segmented.sentences):
        hits = list(_hits(segmented, number, matcher)) if matcher.rules and not sentence.noise else ()
        kept = _kept(segmented, number, hits, matcher) if hits else ()
        if kept:
            found[number] = kept
    return found


def _hits(segmented: Segmented, number: int, matcher: Matcher) -> Iterator[Hit]:
    """Yield the phrases of one sentence, and what the rules match of which it bears an anchor."""
    span = segmented.sentences[number].span
    anchored: set[int] = set()
    for last, word in matcher.automaton.iter(segmented.clean.text, span.start, span.end):
        anchored.update(word.anchors)
        for index in word.phrases:
            yield Hit(matcher.rules[index], Span(last + 1 - word.length, last + 1))
    if anchored:
        yield from _anchored_hits(segmented, number, sorted(anchored), matcher)


def _anchored_hits(segmented: Segmented, number: int, indices: Sequence[int], matcher: Matcher) -> Iterable[Hit]:
    span = segmented.sentences[number].span
    text = span.of(segmented.clean.text)
    for index in indices:
        if index in matcher.patterns:
            for match in _compiled(matcher.patterns[index]).finditer(text):
                yield Hit(matcher.rules[index], Span(*match.span()).shifted(span.start))
    token_rules = {matcher.rules[i].id: matcher.rules[i] for i in indices if matcher.rules[i].tokens}
    if token_rules and matcher.match_tokens is not None:
        for rule_id, place in matcher.match_tokens(text, tuple(token_rules)):
            yield Hit(token_rules[rule_id], place.shifted(span.start))


def _kept(segmented: Segmented, number: int, hits: Iterable[Hit], matcher: Matcher) -> tuple[Hit, ...]:
    """Drop hits that overlap an exception of their rule, and hits inside a longer hit of the same rule."""
    sentence = segmented.sentences[number].span
    by_rule: dict[str, list[Hit]] = defaultdict(list)
    for hit in sorted(hits, key=lambda h: (h.span.start, -h.span.end)):
        by_rule[hit.rule.id].append(hit)
    kept: list[Hit] = []
    for rule, group in by_rule.items():
        exception, text = matcher.exceptions.get(rule), sentence.of(segmented.clean.text)
        spared = _compiled(exception).finditer(text) if exception else ()
        excepted = [Span(*match.span()).shifted(sentence.start) for match in spared]
        kept += (hit for hit in _outermost(group) if not any(span.overlaps(hit.span) for span in excepted))
    return tuple(sorted(kept, key=lambda hit: (hit.span, hit.rule.id)))


def _outermost(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield the hits that do not lie in an earlier one; *hits* are in order, longer ones first."""
    reached = -1
    for hit in hits:
        if hit.span.end > reached:
            reached = hit.span.end
            yield hit
