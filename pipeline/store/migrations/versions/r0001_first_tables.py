"""The first tables: assessments, documents, findings, quantities, facts, decisions and scorecards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_FINAL = "decisions are only ever appended"

# Appending is the only way to change what analysts decided, whichever program asks.
_SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER decisions_refuse_{action} BEFORE {action} ON decisions BEGIN SELECT RAISE(ABORT, '{_FINAL}'); END"
    for action in ("UPDATE", "DELETE")
)
_POSTGRESQL_GUARDS = (
    f"""CREATE FUNCTION decisions_refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '{_FINAL}'; END $$""",
    """CREATE TRIGGER decisions_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_refuse()""",
)


def upgrade() -> None:
    _create_assessments()
    _create_documents()
    _create_findings()
    _index_findings()
    _create_quantities()
    _create_facts()
    _create_decisions()
    _create_scorecards()
    _guard_decisions()


def _create_assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_assessments")),
    )
    op.create_table(
        "subjects",
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.CheckConstraint("type IN ('person', 'team')", name=op.f("ck_subjects_type")),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_subjects_assessment")),
        sa.PrimaryKeyConstraint("assessment", "id", name=op.f("pk_subjects")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("finished", sa.Text(), nullable=True),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_runs_assessment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("genre", sa.Text(), nullable=True),
        sa.Column("characters", sa.Integer(), nullable=True),
        sa.Column("coverage", sa.Double(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("failure_kind", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status = 'failed' OR (sha256 IS NOT NULL AND format IS NOT NULL AND characters IS NOT NULL"
            " AND coverage IS NOT NULL AND failure_kind IS NULL)",
            name=op.f("ck_documents_read"),
        ),
        sa.CheckConstraint(
            "status = 'read' OR (failure_kind IS NOT NULL AND failure_message IS NOT NULL)",
            name=op.f("ck_documents_failed"),
        ),
        sa.CheckConstraint("status IN ('read', 'failed')", name=op.f("ck_documents_status")),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_documents_assessment")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_documents_run")),
        sa.PrimaryKeyConstraint("assessment", "name", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_sha256"), "documents", ["sha256"])
    op.create_table(
        "texts",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "format", name=op.f("pk_texts")),
    )


def _create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("locator", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("subclass", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("cue", sa.JSON(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("quantities", sa.JSON(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("superseded_by_run", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('risk', 'evidence', 'check')", name=op.f("ck_findings_kind")),
        sa.CheckConstraint(
            "status IN ('asserted', 'reported', 'normative', 'negated', 'generic', 'resolved', 'hypothetical',"
            " 'exculpatory')",
            name=op.f("ck_findings_status"),
        ),
        sa.CheckConstraint("strength IN ('E0', 'E1', 'E2', 'E3', 'E4', 'E5')", name=op.f("ck_findings_strength")),
        sa.CheckConstraint("0 <= confidence AND confidence <= 1", name=op.f("ck_findings_confidence")),
        sa.CheckConstraint('0 <= start AND start <= "end"', name=op.f("ck_findings_span")),
        sa.ForeignKeyConstraint(
            ["assessment", "document"],
            ["documents.assessment", "documents.name"],
            name=op.f("fk_findings_assessment_document"),
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_findings_run")),
        sa.ForeignKeyConstraint(["superseded_by_run"], ["runs.id"], name=op.f("fk_findings_superseded_by_run")),
        sa.PrimaryKeyConstraint("assessment", "document", "id", name=op.f("pk_findings")),
    )


def _index_findings() -> None:
    op.create_index(op.f("ix_findings_assessment_category"), "findings", ["assessment", "category"])
    op.create_index(op.f("ix_findings_assessment_subject"), "findings", ["assessment", "subject"])
    op.create_index(op.f("ix_findings_id"), "findings", ["id"])
    op.create_index(
        op.f("ix_findings_superseded_by_run"),
        "findings",
        ["superseded_by_run"],
        sqlite_where=sa.text("superseded_by_run IS NOT NULL"),
        postgresql_where=sa.text("superseded_by_run IS NOT NULL"),
    )


def _create_quantities() -> None:
    op.create_table(
        "quantities",
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_max", sa.Double(), nullable=True),
        sa.Column("approximator", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.CheckConstraint("direction IN ('up', 'down', 'none')", name=op.f("ck_quantities_direction")),
        sa.CheckConstraint('0 <= start AND start <= "end"', name=op.f("ck_quantities_span")),
        sa.ForeignKeyConstraint(
            ["assessment", "document"],
            ["documents.assessment", "documents.name"],
            name=op.f("fk_quantities_assessment_document"),
        ),
        sa.PrimaryKeyConstraint("assessment", "document", "position", name=op.f("pk_quantities")),
    )


def _create_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("supports", sa.JSON(), nullable=False),
        sa.Column("contradicts", sa.JSON(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
        sa.Column("source_kinds", sa.JSON(), nullable=False),
        sa.Column("independent", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('risk', 'evidence', 'check')", name=op.f("ck_facts_kind")),
        sa.CheckConstraint("strength IN ('E0', 'E1', 'E2', 'E3', 'E4', 'E5')", name=op.f("ck_facts_strength")),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_facts_assessment")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_facts_run")),
        sa.PrimaryKeyConstraint("assessment", "id", name=op.f("pk_facts")),
    )
    op.create_index(op.f("ix_facts_assessment_subject"), "facts", ["assessment", "subject"])


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint("verdict IN ('confirm', 'reject', 'change')", name=op.f("ck_decisions_verdict")),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_decisions_assessment")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decisions_assessment_finding"), "decisions", ["assessment", "finding"])


def _create_scorecards() -> None:
    op.create_table(
        "scorecards",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_version", sa.Text(), nullable=False),
        sa.Column("total", sa.Text(), nullable=True),
        sa.Column("preview", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_scorecards_assessment")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_scorecards")),
    )
    op.create_index(op.f("ix_scorecards_assessment_subject"), "scorecards", ["assessment", "subject"])
    op.create_table(
        "ledger_lines",
        sa.Column("scorecard", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard"], ["scorecards.seq"], name=op.f("fk_ledger_lines_scorecard"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scorecard", "position", name=op.f("pk_ledger_lines")),
    )


def _guard_decisions() -> None:
    guards = _POSTGRESQL_GUARDS if op.get_context().dialect.name == "postgresql" else _SQLITE_GUARDS
    for statement in guards:
        op.execute(statement)
