"""How often somebody may ask: a bucket of tokens for each, refilled steadily, kept in memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_MOST = 10_000  # who asked least lately is forgotten: his bucket is full again


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests at once, and so many a second afterwards."""

    burst: float
    a_second: float


@dataclass(slots=True)
class Buckets:
    """The buckets of everybody who asks; threads may share them."""

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    levels: OrderedDict[Hashable, tuple[float, float]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def take(self, who: Hashable) -> int:
        """Take one token; return 0, or the whole seconds to wait where the bucket is empty."""
        with self.lock:
            now = self.clock()
            level, since = self.levels.pop(who, (self.rate.burst, now))
            level = min(self.rate.burst, level + (now - since) * self.rate.a_second)
            waiting = 0 if level >= 1 else max(1, math.ceil((1 - level) / self.rate.a_second))
            self.levels[who] = (level if waiting else level - 1, now)
            while len(self.levels) > _MOST:
                self.levels.popitem(last=False)
            return waiting
