"""What was counted once and holds until findings change: two hundred thousand are not counted for every page."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Value = TypeVar("_Value")
_MOST = 200  # entries; the least lately used give way
_KEPT = 32 << 20  # bytes of pictures
_AT_ONCE = 2  # pictures drawn


@dataclass(slots=True)
class Memory:
    """Values by what they are of, each with the stamp that it holds for. One application has one; threads share it."""

    kept: OrderedDict[Hashable, tuple[str, Any]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    makers: dict[Hashable, Lock] = field(default_factory=dict)

    def recall(self, key: Hashable, stamp: str, make: Callable[[], _Value]) -> _Value:
        """Return what is kept under *key* for *stamp*, made now where nothing is, in place of that of another stamp.

        Who asks while it is being made waits for it.
        """
        with self.lock:
            if key in self.kept and self.kept[key][0] == stamp:
                self.kept.move_to_end(key)
                found: _Value = self.kept[key][1]
                return found
            maker = self.makers.setdefault(key, Lock())
        with maker:
            return self._made(key, stamp, make)

    def _made(self, key: Hashable, stamp: str, make: Callable[[], _Value]) -> _Value:
        with self.lock:
            if key in self.kept and self.kept[key][0] == stamp:
                found: _Value = self.kept[key][1]
                return found
        value = make()
        with self.lock:
            self.kept[key] = (stamp, value)
            while len(self.kept) > _MOST:
                gone, _ = self.kept.popitem(last=False)
                self.makers.pop(gone, None)
        return value


@dataclass(slots=True)
class Pictures:
    """Pictures drawn of late, and turns to draw others. One application has one; threads share it."""

    kept: OrderedDict[Hashable, bytes] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    turns: Semaphore = field(default_factory=lambda: Semaphore(_AT_ONCE))

    def find(self, key: Hashable) -> bytes | None:
        """Return a picture that is still kept."""
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def keep(self, key: Hashable, picture: bytes) -> bytes:
        """Keep a picture; those that were not asked for longest give way."""
        with self.lock:
            self.kept[key] = picture
            while sum(map(len, self.kept.values())) > _KEPT and len(self.kept) > 1:
                self.kept.popitem(last=False)
        return picture
