"""What a database knows of its own tables, so that it goes the short way to the rows that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from mingcha.pipeline.store.database import writing

if TYPE_CHECKING:
    from mingcha.pipeline.store.database import Store

_ASKED = "findings, standings, documents, facts, fact_members"
_SAMPLED = 1000  # rows of each index that SQLite looks at


def take_statistics(store: Store) -> None:
    """Let the database look at a sample of its rows: it takes a moment, and queries of many findings gain tenfold.

    PostgreSQL also learns which rows everybody sees, so that an index answers without the row itself.
    """
    if store.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM (ANALYZE, SKIP_LOCKED) {_ASKED}"))
            connection.execute(text("ANALYZE"))
        return
    with writing(store) as connection:
        connection.execute(text(f"PRAGMA analysis_limit = {_SAMPLED}"))
        connection.execute(text("ANALYZE"))
