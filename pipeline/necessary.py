"""Words without which an expression cannot match: one pass over a text then tells which of many expressions may.

Trying each of forty expressions on each sentence costs more than most sentences are worth. The words are derived from
the expression itself, never written by hand, so that no match can be lost (the idea of Cox, "Regular Expression
Matching with a Trigram Index", 2012).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import ahocorasick

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST = 64  # words in one set
_COST = (
    float("inf"),
    1 / 300,
    1 / 20_000,
)  # about how often a word of no, one, two or more characters stands in a text

Words = frozenset[str]
_EMPTY: Words = frozenset({""})
_parser: Any = re._parser  # type: ignore[attr-defined] # nothing public tells what an expression consists of


class _Need(NamedTuple):
    """All that a part of an expression can match, where that can be listed; and a set one of which is in each match."""

    exact: Words | None
    some: Words | None


_UNKNOWN = _Need(None, None)


def necessary_words(expression: re.Pattern[str]) -> Words | None:
    """Return words of which every match of *expression* holds one; ``None`` where none can be told.

    >>> sorted(necessary_words(re.compile("(?:不得|未)(?=有).*")))
    ['不得', '未']
    """
    if expression.flags & re.IGNORECASE:
        return None
    need = _of_sequence(_parser.parse(expression.pattern, expression.flags))
    return _rarer(need.some, need.exact)


def _rarer(one: Words | None, other: Words | None) -> Words | None:
    known = [words for words in (one, other) if words and "" not in words]
    return min(known, key=_frequency, default=None)


def _frequency(words: Words) -> float:
    return sum(_COST[min(len(word), 2)] for word in words)


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> _Need:
    """Join what stands one behind the other: words grow until something that cannot be listed comes between."""
    run, whole, some = _EMPTY, True, None
    for item in items:
        need = _of_item(*item)
        if need.exact is not None and len(run) * len(need.exact) <= _MOST:
            run = frozenset(left + right for left in run for right in need.exact)
            continue
        some = reduce(_rarer, (run, need.some, need.exact), some)
        run, whole = need.exact or _EMPTY, False
    return _Need(run if whole else None, _rarer(some, run))


def _of_item(operation: Any, argument: Any) -> _Need:
    name = operation.name
    if name == "LITERAL":
        return _Need(frozenset({chr(argument)}), None)
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return _Need(_EMPTY, None)
    if name == "IN":
        return _of_class(argument)
    if name == "BRANCH":
        return _of_branches([_of_sequence(branch) for branch in argument[1]])
    if name == "SUBPATTERN":
        return _UNKNOWN if argument[1] & re.IGNORECASE else _of_sequence(argument[3])
    if name == "ATOMIC_GROUP":
        return _of_sequence(argument)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _of_repeat(*argument)
    return _UNKNOWN


def _of_class(members: Sequence[tuple[Any, Any]]) -> _Need:
    found: set[str] = set()
    for kind, value in members:
        if kind.name == "LITERAL":
            found.add(chr(value))
        elif kind.name == "RANGE" and value[1] - value[0] < _MOST:
            found.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return _UNKNOWN
    return _Need(frozenset(found), None) if len(found) <= _MOST else _UNKNOWN


def _of_branches(branches: Sequence[_Need]) -> _Need:
    exact = [branch.exact for branch in branches if branch.exact is not None]
    if len(exact) == len(branches) and sum(map(len, exact)) <= _MOST:
        return _Need(frozenset().union(*exact), None)
    some = [found for branch in branches if (found := _rarer(branch.some, branch.exact)) is not None]
    return _Need(None, frozenset().union(*some) if len(some) == len(branches) else None)


def _of_repeat(least: int, most: int, items: Any) -> _Need:
    need = _of_sequence(items)
    if (least, most) == (0, 1) and need.exact is not None:
        return _Need(need.exact | _EMPTY, None)
    return _Need(None, _rarer(need.some, need.exact) if least else None)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Tells which of many expressions may match in a text; make it with :func:`sieve_of`.

    ``always`` are the places of the expressions of which no necessary words are known.
    """

    automaton: ahocorasick.Automaton | None
    always: frozenset[int]

    def passing(self, text: str) -> list[int]:
        """Return the places of the expressions that may match somewhere in *text*, rising."""
        found = set(self.always)
        for _, places in self.automaton.iter(text) if self.automaton else ():
            found.update(places)
        return sorted(found)


def sieve_of(expressions: Iterable[re.Pattern[str]]) -> Sieve:
    """Return the sieve for *expressions*, which it knows by their places."""
    places: dict[str, list[int]] = defaultdict(list)
    always: set[int] = set()
    for place, expression in enumerate(expressions):
        words = necessary_words(expression)
        if words is None:
            always.add(place)
        for word in words or ():
            places[word].append(place)
    automaton = ahocorasick.Automaton()
    for word, known in places.items():
        automaton.add_word(word, tuple(known))
    automaton.make_automaton()
    return Sieve(automaton if places else None, frozenset(always))
