"""What sort of document this is: the genre decides how its sentences are to be taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.necessary import Sieve, sieve_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    Weighted = tuple[re.Pattern[str], float]

_HEAD_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class GenreRule:
    """How one genre is recognized: weighted patterns for its name, its head and its body.

    ``source`` is the source kind (facts D1) that the genre gives when nothing in the text says more.
    """

    id: str
    source: str
    name: tuple[Weighted, ...]
    head: tuple[Weighted, ...]
    body: tuple[Weighted, ...]


@dataclass(frozen=True, slots=True)
class Genre:
    """The genre with its source kind, and the words that gave it (empty for ``other``)."""

    id: str
    source: str
    evidence: tuple[str, ...] = ()


OTHER = Genre("other", "S-UNKNOWN")


@dataclass(frozen=True, slots=True)
class _Clues:
    """All patterns for one part of a document: the place of the genre that each speaks for, pattern and weight."""

    genres: tuple[int, ...]
    patterns: tuple[Weighted, ...]
    sieve: Sieve

    def told_by(self, text: str) -> Iterator[tuple[int, float, str]]:
        """Yield genre, weight and words of each pattern that *text* holds."""
        for place in self.sieve.passing(text):
            pattern, weight = self.patterns[place]
            match = pattern.search(text)
            if match:
                yield self.genres[place], weight, match.group().strip()


@dataclass(frozen=True, slots=True)
class GenreBook:
    """All genre rules and the score below which a document stays ``other``; :func:`compile_genres` makes it.

    ``clues`` are those of the names, of the heads and of the bodies.
    """

    rules: tuple[GenreRule, ...]
    threshold: float
    clues: tuple[_Clues, _Clues, _Clues]


def compile_genres(rules: Sequence[GenreRule], threshold: float) -> GenreBook:
    """Return the book of *rules*, made ready for recognizing."""
    name, head, body = ([getattr(rule, part) for rule in rules] for part in ("name", "head", "body"))
    return GenreBook(tuple(rules), threshold, (_clues(name), _clues(head), _clues(body)))


def _clues(patterns: Sequence[tuple[Weighted, ...]]) -> _Clues:
    told = [(place, weighted) for place, several in enumerate(patterns) for weighted in several]
    sieve = sieve_of(pattern for _, (pattern, _) in told)
    return _Clues(tuple(place for place, _ in told), tuple(weighted for _, weighted in told), sieve)


def identify(name: str, text: str, book: GenreBook) -> Genre:
    """Return the genre of a clean *text* that came under the file name *name*.

    Ties go to the genre that stands first in the book.
    """
    title = "\n".join([name, *_first_lines(text, 3)])
    scores: dict[int, float] = defaultdict(float)
    evidence: dict[int, list[str]] = defaultdict(list)
    for clues, part in zip(book.clues, (title, text[:_HEAD_CHARACTERS], text), strict=True):
        for genre, weight, words in clues.told_by(part):
            scores[genre] += weight
            evidence[genre].append(words)
    best = max(sorted(scores), key=scores.__getitem__, default=0)
    if not book.rules or scores[best] < book.threshold:
        return OTHER
    return Genre(book.rules[best].id, book.rules[best].source, tuple(evidence[best]))


def _first_lines(text: str, count: int) -> list[str]:
    lines = (line.strip() for line in text[: _HEAD_CHARACTERS * 2].splitlines())
    return [line[:80] for line in lines if line][:count]
