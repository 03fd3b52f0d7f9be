"""The people and teams that are assessed: the roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or team in the roster.

    ``type`` is ``person`` or ``team``; ``category`` is the office's own grouping (正职, 副职, 市直部门 …).
    ``aliases`` are further names under which documents speak of the subject.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    unit: str = ""
    post: str = ""
    type: Literal["person", "team"] = "person"
    category: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The name and the aliases, longest first."""
        return tuple(sorted({self.name, *self.aliases} - {""}, key=lambda name: (-len(name), name)))
