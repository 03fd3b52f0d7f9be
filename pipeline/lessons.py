"""What people said of passages, as a model may learn from it: the one value between the store and the training."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.terms import Status

Sort = Literal["confirmed", "corrected", "rejected", "missed", "clean"]
Hands = Literal["adjudicated", "agreed", "single"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a person said of one passage (span in the original text).

    ``found`` is the category that the software had given, ``None`` for a passage it missed or rightly passed over;
    ``category`` and ``status`` are as people left them, ``category`` empty for a ``clean`` one. ``hands`` tells whether
    two people agreed, a third settled it, or only one has said so.
    """

    span: Span
    sort: Sort
    found: str | None
    category: str
    status: Status
    hands: Hands = "single"


@dataclass(frozen=True, slots=True)
class Taught:
    """A document with what was said of its passages.

    ``undecided`` are the places of risks that nobody has decided on. What stands in ``apart`` is for authorized
    reviewers alone and is learned in no way; ``names`` are those of people, which must not enter a model either.
    """

    name: str
    sha256: str
    format: str
    text: str
    lessons: tuple[Lesson, ...]
    undecided: tuple[Span, ...] = ()
    apart: tuple[Span, ...] = ()
    names: frozenset[str] = frozenset()


def lessons_hash(documents: Iterable[Taught]) -> str:
    """Return a hash of all that was said and where, the same in whatever order the documents come.

    >>> lessons_hash(()) == lessons_hash([])
    True
    """
    lines = sorted(f"{document.sha256} {lesson!r}" for document in documents for lesson in document.lessons)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
