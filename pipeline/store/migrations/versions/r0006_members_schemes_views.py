"""Members of facts as rows, the text of schemes, files met and gone, and views for people who write SQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_LISTS = {"support": "supports", "contradict": "contradicts", "copy": "copies"}
_SQLITE_LIST = "json_each(f.{column}) AS m"
_POSTGRESQL_LIST = "json_array_elements_text(f.{column}) WITH ORDINALITY AS m(value, ordinality)"

_FINDINGS = """
CREATE VIEW v_findings AS
SELECT f.assessment, f.document, f.id, f.start, f."end", f.text, f.kind, f.category, f.subclass, f.status,
  f.subject, s.name AS subject_name, f.source_kind, f.strength, f.confidence, f.relation, f.responsibility,
  d.genre, d.absent_since IS NOT NULL AS file_missing,
  COALESCE(r.standing, 'pending') AS standing, COALESCE(r.category, f.category) AS decided_category,
  COALESCE(r.status, f.status) AS decided_status, COALESCE(r.subject, f.subject) AS decided_subject,
  f.run, f.superseded_by_run
FROM findings f
JOIN documents d ON d.assessment = f.assessment AND d.name = f.document
LEFT JOIN subjects s ON s.assessment = f.assessment AND s.id = f.subject
LEFT JOIN standings r ON r.assessment = f.assessment AND r.finding = f.id
WHERE f.superseded_by_run IS NULL
"""

_FACTS = """
CREATE VIEW v_facts AS
SELECT f.assessment, f.id, f.subject, s.name AS subject_name, f.kind, f.category, f.text, f.independent, f.strength,
  (SELECT count(*) FROM fact_members m WHERE m.assessment = f.assessment AND m.fact = f.id AND m.role = 'support')
    AS supports,
  (SELECT count(*) FROM fact_members m WHERE m.assessment = f.assessment AND m.fact = f.id AND m.role = 'contradict')
    AS contradicts,
  (SELECT count(*) FROM fact_members m WHERE m.assessment = f.assessment AND m.fact = f.id AND m.role = 'copy')
    AS copies,
  (SELECT count(*) FROM fact_members m JOIN standings r ON r.assessment = m.assessment AND r.finding = m.finding
    WHERE m.assessment = f.assessment AND m.fact = f.id AND m.role = 'support' AND r.standing = 'confirmed')
    AS confirmed,
  f.run
FROM facts f
LEFT JOIN subjects s ON s.assessment = f.assessment AND s.id = f.subject
"""

_SCORES = """
CREATE VIEW v_scores AS
SELECT c.assessment, c.subject, s.name AS subject_name, c.scheme, c.scheme_version, c.total,
  CAST(c.total AS NUMERIC) AS total_number, c.preview, c.at, c.seq AS scorecard
FROM scorecards c
LEFT JOIN subjects s ON s.assessment = c.assessment AND s.id = c.subject
WHERE NOT EXISTS (
  SELECT 1 FROM scorecards later
  WHERE later.assessment = c.assessment AND later.subject = c.subject AND later.scheme = c.scheme AND later.seq > c.seq
)
"""

_PROGRESS = """
CREATE VIEW v_progress AS
SELECT a.name AS assessment, a.period,
  (SELECT count(*) FROM documents d WHERE d.assessment = a.name AND d.status = 'read') AS documents_read,
  (SELECT count(*) FROM documents d WHERE d.assessment = a.name AND d.status = 'failed') AS documents_failed,
  (SELECT count(*) FROM documents d WHERE d.assessment = a.name AND d.absent_since IS NOT NULL) AS documents_missing,
  (SELECT count(*) FROM findings f WHERE f.assessment = a.name AND f.superseded_by_run IS NULL) AS findings,
  (SELECT count(*) FROM findings f WHERE f.assessment = a.name AND f.kind = 'risk'
    AND f.status IN ('asserted', 'reported') AND f.superseded_by_run IS NULL) AS active_risks,
  (SELECT count(*) FROM standings r WHERE r.assessment = a.name AND r.standing = 'confirmed') AS confirmed,
  (SELECT count(*) FROM standings r WHERE r.assessment = a.name AND r.standing = 'rejected') AS rejected,
  (SELECT count(*) FROM standings r WHERE r.assessment = a.name AND r.standing = 'disputed') AS disputed,
  (SELECT count(*) FROM decisions d WHERE d.assessment = a.name) AS decisions,
  (SELECT count(*) FROM facts f WHERE f.assessment = a.name) AS facts,
  (SELECT count(*) FROM v_scores v WHERE v.assessment = a.name) AS scores,
  (SELECT count(*) FROM runs r WHERE r.assessment = a.name AND r.finished IS NULL) AS unfinished_runs
FROM assessments a
"""


def upgrade() -> None:
    op.add_column("documents", sa.Column("absent_since", sa.Text(), nullable=True))
    op.drop_index(op.f("ix_findings_assessment_subject"), "findings")
    columns = ["assessment", "subject", "category"]
    op.create_index(op.f("ix_findings_assessment_subject_category"), "findings", columns)
    _create_members()
    _create_schemes()
    _create_files()
    for statement in (_FINDINGS, _FACTS, _SCORES, _PROGRESS):
        op.execute(statement)


def _create_members() -> None:
    words = [sa.Column(name, sa.Text(), nullable=False) for name in ("assessment", "fact", "role")]
    op.create_table(
        "fact_members",
        *words,
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('support', 'contradict', 'copy')", name=op.f("ck_fact_members_role")),
        sa.ForeignKeyConstraint(
            ["assessment", "fact"],
            ["facts.assessment", "facts.id"],
            name=op.f("fk_fact_members_assessment_fact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment", "fact", "role", "position", name=op.f("pk_fact_members")),
    )
    op.create_index(op.f("ix_fact_members_assessment_finding"), "fact_members", ["assessment", "finding"])
    postgresql = op.get_context().dialect.name == "postgresql"
    for role, column in _LISTS.items():
        listed = (_POSTGRESQL_LIST if postgresql else _SQLITE_LIST).format(column=column)
        position = "m.ordinality - 1" if postgresql else "m.key"
        op.execute(
            "INSERT INTO fact_members (assessment, fact, role, position, finding)"  # noqa: S608 - no word from outside
            f" SELECT f.assessment, f.id, '{role}', {position}, m.value FROM facts f, {listed}"
        )


def _create_schemes() -> None:
    op.create_table(
        "schemes",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "version", "name", "text", "first_used")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_schemes")),
    )


def _create_files() -> None:
    op.create_table(
        "files",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("assessment", "name", "sha256", "method")),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_files_assessment")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_files_run")),
        sa.PrimaryKeyConstraint("assessment", "name", name=op.f("pk_files")),
    )
