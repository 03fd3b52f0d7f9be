"""What the record says of models: which were trained from this store's decisions, which were put to use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mingcha.pipeline.store.chain import Event, append_events
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

TRAINED, ADOPTED, ROLLED_BACK = "model_trained", "model_adopted", "model_rolled_back"


def record_training(store: Engine, model: str, detail: Mapping[str, Any], *, by: str) -> None:
    """Append that a candidate was trained from decisions of this store; *detail* has the hashes of its files."""
    with writing(store) as connection:
        append_events(connection, [Event(by, TRAINED, model, None, detail)])


def trained_as(store: Engine, model: str) -> dict[str, Any] | None:
    """Return what was recorded when a candidate was trained from this store, ``None`` where it was not."""
    query = select(audit.c.detail).where(audit.c.action == TRAINED, audit.c.target == model)
    with reading(store) as connection:
        detail = connection.scalar(query.order_by(audit.c.seq.desc()).limit(1))
        return None if detail is None else dict(json.loads(detail))


def record_change(store: Engine, event: Event, change: Callable[[], None]) -> None:
    """Append that another model is put to use, and do so; where *change* fails nothing is recorded."""
    with writing(store) as connection:
        append_events(connection, [event])
        change()
