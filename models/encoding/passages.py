"""Which sentences are read together: each wanted one with those beside it, as many as a window holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BESIDE = 24
"""How many tokens of a sentence are read where it only stands beside a wanted one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of a document: numbers from ``first`` to ``last``; ``wanted`` are those to be judged."""

    first: int
    last: int
    wanted: tuple[int, ...]


def passages(lengths: Sequence[int], wanted: Sequence[int], room: int) -> Iterator[Passage]:
    """Yield passages that hold every one of *wanted* (rising) once, each with its neighbours.

    *lengths* counts the tokens of all sentences of the document, *room* those of a window. A sentence longer than a
    window stands alone and is cut.

    >>> [(one.first, one.last, one.wanted) for one in passages([5, 5, 5, 5], [0, 3], 16)]
    [(0, 1, (0,)), (2, 3, (3,))]
    """
    run: list[int] = []
    for number in wanted:
        if run and (number > run[-1] + 2 or _taken(lengths, [*run, number]) > room):
            yield _passage(run, len(lengths))
            run = []
        run.append(number)
    if run:
        yield _passage(run, len(lengths))


def _passage(run: Sequence[int], sentences: int) -> Passage:
    return Passage(max(run[0] - 1, 0), min(run[-1] + 1, sentences - 1), tuple(run))


def _taken(lengths: Sequence[int], run: Sequence[int]) -> int:
    """Return how many tokens the passage of *run* takes: one before all, one after each sentence."""
    passage = _passage(run, len(lengths))
    return 1 + sum(
        1 + (lengths[number] if number in passage.wanted else min(lengths[number], BESIDE))
        for number in range(passage.first, passage.last + 1)
    )
