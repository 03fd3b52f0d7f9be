"""What a speaker is to the subject and how the subject answers for the matter; plans, and whose share a figure is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("findings", sa.Column("relation", sa.Text(), nullable=False, server_default="other"))
    op.add_column("findings", sa.Column("responsibility", sa.Text(), nullable=False, server_default="direct"))
    op.add_column("quantities", sa.Column("plan", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("quantities", sa.Column("share", sa.Text(), nullable=True))
