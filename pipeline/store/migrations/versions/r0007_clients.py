"""Other systems that read over HTTP: one token each, for one assessment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "clients",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "assessment", "secret", "salt")),
        sa.Column("may_see_names", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_clients_assessment")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clients")),
    )
