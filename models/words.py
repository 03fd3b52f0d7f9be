"""The word list that guesses at lost characters: which words fit around a hole, and how frequent they are."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.losses import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LONGEST = 5
_COMMON = 450
"""Occurrences from which on a single character counts as a word; some 3,000 reach it."""
_LAST = "\U0010ffff"
_NAMES = frozenset({"nr", "nrfg", "nrt"})
"""Parts of speech of personal names: nobody's name is guessed."""


@dataclass(frozen=True, slots=True)
class WordList:
    """Words with their frequencies, sorted once as they are and once spelt backwards."""

    frequencies: Mapping[str, int]
    characters: Sequence[str]
    forward: Sequence[str]
    backward: Sequence[str]

    def fitting(self, pattern: str) -> Iterator[tuple[str, int]]:
        """Yield the words that fit *pattern*, with their frequencies; see ``mingcha.pipeline.losses.Words``."""
        before, _, rest = pattern.partition(HOLE)
        after = rest.lstrip(HOLE)
        for word in self._likely(before, after):
            if len(word) == len(pattern) and word.startswith(before) and word.endswith(after):
                yield word, self.frequencies[word]

    def _likely(self, before: str, after: str) -> Iterable[str]:
        if before:
            return _beginning(self.forward, before)
        return (word[::-1] for word in _beginning(self.backward, after[::-1])) if after else self.characters


def _beginning(words: Sequence[str], start: str) -> Sequence[str]:
    return words[bisect_left(words, start) : bisect_left(words, start + _LAST)]


@cache
def load_words() -> WordList:
    """Read jieba's dictionary as a file, once per process; jieba itself is not imported."""
    package = find_spec("jieba")
    assert package is not None
    assert package.origin is not None
    with Path(package.origin).with_name("dict.txt").open(encoding="utf-8") as lines:
        frequencies = {word: int(count) for word, count, kind in map(str.split, lines) if _is_used(word, kind)}
    words = [word for word in frequencies if len(word) > 1]
    characters = [word for word, count in frequencies.items() if len(word) == 1 and count >= _COMMON]
    return WordList(frequencies, characters, sorted(words), sorted(word[::-1] for word in words))


def _is_used(word: str, kind: str) -> bool:
    return len(word) <= _LONGEST and kind not in _NAMES and all("\u4e00" <= each <= "\u9fff" for each in word)


def fitting_words(pattern: str) -> Iterator[tuple[str, int]]:
    """Yield the words that fit *pattern*, with their frequencies; the list is read at the first call."""
    return load_words().fitting(pattern)
