"""What of the calls goes into the record: the first of a client for a target in each minute, with how many came before.

The entry is written before the answer is sent, so that nothing is read without a trace; further calls of the minute are
counted and told by the next entry. How often each call was made in the last minute before the service ends is lost.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from mingcha.pipeline.store.chain import Event, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from mingcha.pipeline.store.database import Store

_MOST = 10_000
_MINUTE = 60


@dataclass(slots=True)
class Tally:
    """The calls of the current minutes; threads may share it."""

    clock: Callable[[], float] = time.monotonic
    kept: OrderedDict[tuple[str, str, str], tuple[int, int]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def note(self, store: Store, event: Event) -> None:
        """Record an event unless one of the same who, action and target was recorded in this minute."""
        key, minute = (event.who, event.action, event.target), int(self.clock() // _MINUTE)
        with self.lock:
            last, count = self.kept.get(key, (-1, 1))
            if last == minute:
                self.kept[key] = (minute, count + 1)
                return
        detail = dict(event.detail or {}) | {"uncounted_before": count - 1}
        record(store, Event(event.who, event.action, event.target, event.assessment, detail))
        with self.lock:
            self.kept[key] = (minute, 1)
            self.kept.move_to_end(key)
            while len(self.kept) > _MOST:
                self.kept.popitem(last=False)
