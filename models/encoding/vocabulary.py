"""The vocabulary: all characters and the commonest words, cut by longest match; it travels in the network's file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ahocorasick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAD, UNKNOWN, START, END, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_NUMBERS = ("0", "00", "000", "0000")
_DIGIT = re.compile(r"\d")


def choose_words(counts: Mapping[str, int], size: int) -> list[str]:
    """Return *size* words: every character of *counts* seen twice, then the commonest longer words.

    >>> choose_words({"的": 3, "会议": 2, "稀": 1}, 13)[5:]
    ['的', '会', '议', '0', '00', '000', '0000', '会议']
    """
    longer = sorted((word for word in counts if len(word) > 1 < counts[word]), key=lambda word: (-counts[word], word))
    return list(dict.fromkeys((*SPECIAL, *_characters(counts), *_NUMBERS, *longer)))[:size]


def _characters(counts: Mapping[str, int]) -> list[str]:
    seen = dict[str, int]()
    for word, count in counts.items():
        for character in word:
            seen[character] = seen.get(character, 0) + count
    return sorted((one for one in seen if seen[one] > 1 and not one.isspace()), key=lambda one: (-seen[one], one))


def plain(text: str) -> str:
    """Return *text* as the vocabulary knows it: compatibility forms folded, small letters, every digit a nought.

    >>> plain("ＡB 2023年")
    'ab 0000年'
    """
    return _DIGIT.sub("0", unicodedata.normalize("NFKC", text).lower())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ``words`` in the order of their ids, and the automaton that finds them."""

    words: tuple[str, ...]
    finder: Any

    @classmethod
    def of(cls, words: Sequence[str]) -> Vocabulary:
        """Return the vocabulary of *words*; the first five are :data:`SPECIAL`."""
        finder = ahocorasick.Automaton()
        for number, word in enumerate(words[len(SPECIAL) :], len(SPECIAL)):
            finder.add_word(word, (number, len(word)))
        finder.make_automaton()
        return cls(tuple(words), finder)

    def tokens(self, text: str) -> list[int]:
        """Return the ids of the words of *text*, the longest first from the left; 1 for an unknown character."""
        found, place, out = plain(text), 0, list[int]()
        for end, (number, length) in self.finder.iter_long(found):
            out += _unknown(found[place : end + 1 - length])
            out.append(number)
            place = end + 1
        return out + _unknown(found[place:])


def _unknown(passed: str) -> list[int]:
    return [1 for character in passed if not character.isspace()]
