"""What an office's own rules and categories mean, with the run that used them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("runs", sa.Column("glossary", sa.JSON(), nullable=True))
