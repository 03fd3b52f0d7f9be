"""What documents are made of, row by row: blocks, repairs, structure; and what offices fill in for scoring."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KINDS = (
    "kind IN ('line_break', 'invisible', 'variant', 'pinyin', 'gbk_slip', 'blank', 'traditional', 'lost_character',"
    " 'width')"
)
_COUNTED = ("page", "paragraph", "line", "table_number", "table_row", "table_column")
_SPAN = '0 <= start AND start <= "end"'
# The structure lay in `files` as JSON, for a run that goes on alone.
_SQLITE_STRUCTURES = """
INSERT INTO structures (assessment, document, position, record, kind, group_number, level, label, start, "end", text,
  locator, fields, holds, explanation)
SELECT f.assessment, json_extract(p.value, '$.document.document'), s.key, json_extract(s.value, '$.record'),
  json_extract(s.value, '$.kind'), json_extract(s.value, '$.group'), json_extract(s.value, '$.level'),
  json_extract(s.value, '$.label'), json_extract(s.value, '$.start'), json_extract(s.value, '$.end'),
  json_extract(s.value, '$.text'), json_patch('{}', json_extract(s.value, '$.locator')),
  json_extract(s.value, '$.fields'), json_extract(s.value, '$.holds'), json_extract(s.value, '$.explanation')
FROM files f, json_each(f.contents) p, json_each(p.value, '$.structure') s
JOIN documents d ON d.assessment = f.assessment AND d.name = json_extract(p.value, '$.document.document')
"""
_POSTGRESQL_STRUCTURES = """
INSERT INTO structures (assessment, document, position, record, kind, group_number, level, label, start, "end", text,
  locator, fields, holds, explanation)
SELECT f.assessment, p.value -> 'document' ->> 'document', s.ordinality - 1, s.value ->> 'record',
  s.value ->> 'kind', CAST(s.value ->> 'group' AS integer), CAST(s.value ->> 'level' AS integer),
  s.value ->> 'label', CAST(s.value ->> 'start' AS integer), CAST(s.value ->> 'end' AS integer),
  s.value ->> 'text', json_strip_nulls(s.value -> 'locator'),
  s.value -> 'fields', CAST(s.value ->> 'holds' AS boolean), s.value ->> 'explanation'
FROM files f CROSS JOIN LATERAL json_array_elements(f.contents) AS p(value)
CROSS JOIN LATERAL json_array_elements(p.value -> 'structure') WITH ORDINALITY AS s(value, ordinality)
JOIN documents d ON d.assessment = f.assessment AND d.name = p.value -> 'document' ->> 'document'
"""


def upgrade() -> None:
    _create_blocks()
    _create_repairs()
    _create_structures()
    postgresql = op.get_context().dialect.name == "postgresql"
    op.execute(_POSTGRESQL_STRUCTURES if postgresql else _SQLITE_STRUCTURES)
    # Nobody knows the blocks and repairs of files that are not read again: the next run reads all of them.
    op.execute("DELETE FROM files")
    _create_registers()
    _create_rows()
    _create_sources()


def _words(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def _of_document(table: str) -> list[Any]:
    return [
        sa.CheckConstraint(_SPAN, name=op.f(f"ck_{table}_span")),
        sa.ForeignKeyConstraint(
            ["assessment", "document"],
            ["documents.assessment", "documents.name"],
            name=op.f(f"fk_{table}_assessment_document"),
        ),
        sa.PrimaryKeyConstraint("assessment", "document", "position", name=op.f(f"pk_{table}")),
    ]


def _create_blocks() -> None:
    kinds = "kind IN ('paragraph', 'line', 'cell', 'heading')"
    counted = " AND ".join(f"({name} IS NULL OR {name} >= 1)" for name in _COUNTED)
    op.create_table(
        "blocks",
        *_words("assessment", "document"),
        *_numbers("position", "start", "end"),
        *_words("kind", "part"),
        *_numbers(*_COUNTED, nullable=True),
        *_words("sheet", "item", nullable=True),
        sa.Column("box", sa.JSON(), nullable=True),
        sa.CheckConstraint(kinds, name=op.f("ck_blocks_kind")),
        sa.CheckConstraint(counted, name=op.f("ck_blocks_counted")),
        *_of_document("blocks"),
        sqlite_with_rowid=False,
    )


def _create_repairs() -> None:
    op.create_table(
        "repairs",
        *_words("assessment", "document"),
        *_numbers("position", "start", "end", "place"),
        *_words("before", "after", "kind", "reason"),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_repairs_kind")),
        sa.CheckConstraint("place >= 0", name=op.f("ck_repairs_place")),
        sa.CheckConstraint("0 <= confidence AND confidence <= 1", name=op.f("ck_repairs_confidence")),
        *_of_document("repairs"),
        sqlite_with_rowid=False,
    )


def _create_structures() -> None:
    op.create_table(
        "structures",
        *_words("assessment", "document"),
        *_numbers("position"),
        *_words("record"),
        *_words("kind", nullable=True),
        *_numbers("group_number", "level", nullable=True),
        *_words("label", nullable=True),
        *_numbers("start", "end"),
        *_words("text"),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("locator", "fields")),
        sa.Column("holds", sa.Boolean(), nullable=True),
        *_words("explanation", nullable=True),
        sa.CheckConstraint("record <> 'check' OR holds IS NOT NULL", name=op.f("ck_structures_check")),
        sa.CheckConstraint("group_number IS NULL OR group_number >= 1", name=op.f("ck_structures_group")),
        *_of_document("structures"),
    )
    op.create_index(op.f("ix_structures_assessment_record_kind"), "structures", ["assessment", "record", "kind"])


def _create_registers() -> None:
    op.create_table(
        "registers",
        *_words("assessment", "id", "kind", "scheme", "table_id", "name", "file", "sha256"),
        sa.Column("columns", sa.JSON(), nullable=False),
        *_numbers("row_count"),
        *_words("first_used"),
        *_words("superseded_at", nullable=True),
        sa.CheckConstraint("kind IN ('inputs', 'register', 'ballot')", name=op.f("ck_registers_kind")),
        sa.CheckConstraint("row_count >= 0", name=op.f("ck_registers_row_count")),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_registers_assessment")),
        sa.PrimaryKeyConstraint("assessment", "id", name=op.f("pk_registers")),
    )
    op.create_index(op.f("ix_registers_assessment_scheme_table_id"), "registers", ["assessment", "scheme", "table_id"])


def _create_rows() -> None:
    op.create_table(
        "register_rows",
        *_words("assessment", "register"),
        *_numbers("line"),
        *_words("subject", "indicator", nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.CheckConstraint("line >= 1", name=op.f("ck_register_rows_line")),
        sa.ForeignKeyConstraint(
            ["assessment", "register"],
            ["registers.assessment", "registers.id"],
            name=op.f("fk_register_rows_assessment_register"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment", "register", "line", name=op.f("pk_register_rows")),
    )
    op.create_index(
        op.f("ix_register_rows_assessment_subject_indicator"), "register_rows", ["assessment", "subject", "indicator"]
    )
    op.create_table(
        "ballots",
        *_words("assessment", "register"),
        *_numbers("line"),
        *_words("option"),
        *_numbers("votes", nullable=True),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_ballots_votes")),
        _of_row("ballots", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("assessment", "register", "line", "option", name=op.f("pk_ballots")),
    )


def _of_row(table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    key = ("assessment", "register", "line")
    name = op.f(f"fk_{table}_{'_'.join(key)}")
    return sa.ForeignKeyConstraint(key, [f"register_rows.{column}" for column in key], name=name, ondelete=ondelete)


def _create_sources() -> None:
    op.create_table(
        "ledger_sources",
        *(sa.Column(name, sa.Integer(), nullable=False, autoincrement=False) for name in ("scorecard", "position")),
        *_words("assessment", "register"),
        *_numbers("line"),
        sa.ForeignKeyConstraint(
            ["scorecard", "position"],
            ["ledger_lines.scorecard", "ledger_lines.position"],
            name=op.f("fk_ledger_sources_scorecard_position"),
            ondelete="CASCADE",
        ),
        _of_row("ledger_sources"),
        sa.PrimaryKeyConstraint(
            *("scorecard", "position", "assessment", "register", "line"), name=op.f("pk_ledger_sources")
        ),
    )
    op.create_index(
        op.f("ix_ledger_sources_assessment_register_line"), "ledger_sources", ["assessment", "register", "line"]
    )
