"""Alembic's entry: run the revisions on the connection that `open_store` hands over, or write them down as SQL."""

from __future__ import annotations

from alembic import context

from mingcha.pipeline.store.revisions import VERSION_TABLE
from mingcha.pipeline.store.schema import metadata

if context.is_offline_mode():
    context.configure(
        dialect_name=context.config.attributes["dialect"],
        version_table=VERSION_TABLE,
        literal_binds=True,
        output_buffer=context.config.output_buffer,
    )
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        # SQLite changes a table by copying it; Alembic then writes later revisions that way.
        render_as_batch=True,
    )
with context.begin_transaction():
    context.run_migrations()
