"""What sort of document this is: the genre decides how its sentences are to be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

_HEAD_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class GenreRule:
    """How one genre is recognized: weighted patterns for its name, its head and its body.

    ``source`` is the source kind (facts D1) that the genre gives when nothing in the text says more.
    """

    id: str
    source: str
    name: tuple[tuple[re.Pattern[str], float], ...]
    head: tuple[tuple[re.Pattern[str], float], ...]
    body: tuple[tuple[re.Pattern[str], float], ...]


@dataclass(frozen=True, slots=True)
class Genre:
    """The genre with its source kind, and the words that gave it (empty for ``other``)."""

    id: str
    source: str
    evidence: tuple[str, ...] = ()


OTHER = Genre("other", "S-UNKNOWN")


@dataclass(frozen=True, slots=True)
class GenreBook:
    """All genre rules and the score below which a document stays ``other``."""

    rules: tuple[GenreRule, ...]
    threshold: float


def identify(name: str, text: str, book: GenreBook) -> Genre:
    """Return the genre of a clean *text* that came under the file name *name*.

    Ties go to the genre that stands first in the book.
    """
    title = "\n".join([name, *_first_lines(text, 3)])
    scored = [(_score(rule, title, text), rule) for rule in book.rules]
    if not scored:
        return OTHER
    (score, evidence), rule = max(scored, key=lambda pair: pair[0][0])
    return Genre(rule.id, rule.source, evidence) if score >= book.threshold else OTHER


def _score(rule: GenreRule, title: str, text: str) -> tuple[float, tuple[str, ...]]:
    parts = (
        *_hits(rule.name, title),
        *_hits(rule.head, text[:_HEAD_CHARACTERS]),
        *_hits(rule.body, text),
    )
    return sum(weight for weight, _ in parts), tuple(words for _, words in parts)


def _hits(patterns: Iterable[tuple[re.Pattern[str], float]], text: str) -> list[tuple[float, str]]:
    found = ((weight, pattern.search(text)) for pattern, weight in patterns)
    return [(weight, match.group().strip()) for weight, match in found if match]


def _first_lines(text: str, count: int) -> list[str]:
    lines = (line.strip() for line in text[: _HEAD_CHARACTERS * 2].splitlines())
    return [line[:80] for line in lines if line][:count]
