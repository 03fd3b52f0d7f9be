"""How documents were read: what the genre was told by, which parts the text came from, repairs and traces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("genre_evidence", "parts", "repairs", "traces"):
        op.add_column("documents", sa.Column(name, sa.JSON(), nullable=True))
