"""The tables of what offices fill in: figures, registers and ballots, row by row, and what rests on which row.

A file is kept as it was read when a score was computed with it. Its id is a hash of its contents, so that the same
file again changes nothing; one that another takes the place of stays as long as a line of a ledger rests on it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Table

from mingcha.pipeline.scoring.registers import RegisterKind
from mingcha.pipeline.store.columns import json, key, metadata, number, one_of, some_words, words

registers = Table(
    "registers",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("id"),
    words("kind"),
    words("scheme"),
    words("table_id"),
    words("name"),
    words("file"),
    words("sha256"),
    json("columns"),
    number("row_count"),
    words("first_used"),
    some_words("superseded_at"),
    one_of("kind", RegisterKind),
    CheckConstraint("row_count >= 0", name="row_count"),
    Index(None, "assessment", "scheme", "table_id"),
)

register_rows = Table(
    "register_rows",
    metadata,
    key("assessment"),
    key("register"),
    number("line", primary_key=True),
    some_words("subject"),
    some_words("indicator"),
    json("cells"),
    ForeignKeyConstraint(["assessment", "register"], ["registers.assessment", "registers.id"], ondelete="CASCADE"),
    CheckConstraint("line >= 1", name="line"),
    Index(None, "assessment", "subject", "indicator"),
)

ballots = Table(
    "ballots",
    metadata,
    key("assessment"),
    key("register"),
    number("line", primary_key=True),
    key("option"),
    number("votes", nullable=True),
    ForeignKeyConstraint(
        ["assessment", "register", "line"],
        ["register_rows.assessment", "register_rows.register", "register_rows.line"],
        ondelete="CASCADE",
    ),
    CheckConstraint("votes >= 0", name="votes"),
)

ledger_sources = Table(
    "ledger_sources",
    metadata,
    number("scorecard", primary_key=True, autoincrement=False),
    number("position", primary_key=True),
    key("assessment"),
    key("register"),
    number("line", primary_key=True),
    ForeignKeyConstraint(
        ["scorecard", "position"], ["ledger_lines.scorecard", "ledger_lines.position"], ondelete="CASCADE"
    ),
    ForeignKeyConstraint(
        ["assessment", "register", "line"],
        ["register_rows.assessment", "register_rows.register", "register_rows.line"],
    ),
    Index(None, "assessment", "register", "line"),
)
