"""The units of a roster, each with its people and teams, so that findings can be told unit by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.reporting.papers.case import Holding, Index
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.subjects import Subject

NOBODY = "未归属到名册中的对象"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with what there is about each of its subjects; ``words`` are the names under which texts speak of it."""

    name: str
    holdings: tuple[Holding, ...]
    words: tuple[str, ...]

    @property
    def active(self) -> tuple[Reviewed, ...]:
        """What is said to be so of anybody in the unit."""
        return tuple(one for held in self.holdings for one in held.active)


def units_of(index: Index) -> tuple[Unit, ...]:
    """Return the units in the order of the roster; what is about nobody comes last."""
    names = dict.fromkeys(_unit_name(subject) for subject in index.roster)
    units = [_unit(name, [one for one in index.roster if _unit_name(one) == name], index) for name in names]
    return (*units, Unit(NOBODY, (index.holding(None),), ()))


def _unit(name: str, subjects: list[Subject], index: Index) -> Unit:
    words = {name, *(word for subject in subjects if subject.type == "team" for word in subject.names)}
    return Unit(name, tuple(index.holding(subject.id) for subject in subjects), _longest_first(words))


def _unit_name(subject: Subject) -> str:
    return subject.unit or subject.name


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
