"""What was counted once and holds until the next run: two hundred thousand findings are not counted for every page."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Value = TypeVar("_Value")
_MOST = 200  # entries; the least lately used give way


@dataclass(slots=True)
class Memory:
    """Values by what they were made from. One application has one; threads may share it."""

    kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def recall(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return what is kept under *key*, made now where nothing is; *key* holds all that the value depends on."""
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                found: _Value = self.kept[key]
                return found
        value = make()
        with self.lock:
            self.kept[key] = value
            while len(self.kept) > _MOST:
                self.kept.popitem(last=False)
        return value
