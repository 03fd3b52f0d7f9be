"""The samples of sentences in which nothing was found (elusion), as people judged them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mingcha.pipeline.reporting.papers.case import Drawn

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store


def load_drawn(store: Store, assessment: str) -> tuple[Drawn, ...]:
    """Return the samples of an assessment in the order in which they were drawn."""
    from sqlalchemy import select

    from mingcha.pipeline.store.database import reading
    from mingcha.pipeline.store.people import elusion_samples

    columns = elusion_samples.c
    query = select(elusion_samples).where(columns.assessment == assessment).order_by(columns.seq)
    with reading(store) as connection:
        return tuple(_drawn(connection, head) for head in connection.execute(query).mappings().all())


def _drawn(connection: Connection, head: Any) -> Drawn:
    """Count the last verdict on each sentence."""
    from sqlalchemy import select

    from mingcha.pipeline.store.people import elusion_verdicts

    columns = elusion_verdicts.c
    query = select(columns.position, columns.verdict).where(columns.sample == head["seq"]).order_by(columns.seq)
    verdicts = {row.position: row.verdict for row in connection.execute(query)}
    missed = sum(verdict == "missed" for verdict in verdicts.values())
    return Drawn(head["seq"], head["frame"], head["size"], len(verdicts), missed, head["at"])
