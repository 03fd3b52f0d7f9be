"""Accounts, rights, the chained record of what people did, two rounds of review, and what review adds to findings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_VERDICTS = "verdict IN ('confirm', 'reject', 'change', 'withdraw')"
_ROUNDS = "round IN ('first', 'second', 'adjudication')"
_STATUSES = (
    "status IN ('asserted', 'reported', 'normative', 'negated', 'generic', 'resolved', 'hypothetical', 'exculpatory')"
)
_SPAN = '0 <= start AND start <= "end"'
_APPENDED = ("audit", "notes", "missed_passages", "elusion_sentences", "elusion_verdicts")


def upgrade() -> None:
    postgresql = op.get_context().dialect.name == "postgresql"
    _extend_findings()
    _extend_decisions_in_place() if postgresql else _extend_decisions_by_copying()
    op.create_index(op.f("ix_decisions_assessment_account_seq"), "decisions", ["assessment", "account", "seq"])
    op.create_index(
        op.f("ix_decisions_act_finding_verdict_withdraws"),
        "decisions",
        ["act", "finding", "verdict", "withdraws"],
        unique=True,
    )
    _create_people()
    _create_record()
    _create_reviewing()
    _create_missed()
    _create_elusion()
    _create_referrals()
    _guard(postgresql=postgresql)


def _extend_findings() -> None:
    op.add_column("findings", sa.Column("wording", sa.Text(), nullable=True))
    op.add_column("findings", sa.Column("doubt", sa.Double(), nullable=True))
    op.execute("UPDATE findings SET doubt = abs(confidence - 0.5)")
    op.create_index(op.f("ix_findings_assessment_doubt_id"), "findings", ["assessment", "doubt", "id"])
    op.create_index(op.f("ix_findings_assessment_wording"), "findings", ["assessment", "wording"])
    op.create_index(op.f("ix_findings_assessment_id"), "findings", ["assessment", "id"])
    op.create_index("ix_findings_reading", "findings", ["assessment", "document", "start", "id"])
    order = ["assessment", "kind", "strength", "confidence", "id", "document", "start"]
    filters = ["status", "category", "subject", "source_kind", "superseded_by_run"]
    op.create_index("ix_findings_queue", "findings", [*order, *filters])


def _new_decision_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("round", sa.Text(), nullable=False, server_default="first"),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("act", sa.Text(), nullable=True),
        sa.Column("withdraws", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("before", sa.JSON(), nullable=True),
    ]


def _extend_decisions_in_place() -> None:
    for column in _new_decision_columns():
        op.add_column("decisions", column)
    op.drop_constraint(op.f("ck_decisions_verdict"), "decisions", type_="check")
    op.create_check_constraint(op.f("ck_decisions_verdict"), "decisions", _VERDICTS)
    op.create_check_constraint(op.f("ck_decisions_round"), "decisions", _ROUNDS)


def _extend_decisions_by_copying() -> None:
    """SQLite changes no constraint of a table that is there; dropping a table fires none of its triggers."""
    op.create_table(
        "decisions_extended",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("finding", "verdict", "by", "reason", "at")),
        sa.Column("changes", sa.JSON(), nullable=False),
        *_new_decision_columns(),
        sa.CheckConstraint(_VERDICTS, name=op.f("ck_decisions_verdict")),
        sa.CheckConstraint(_ROUNDS, name=op.f("ck_decisions_round")),
        sa.ForeignKeyConstraint(["assessment"], ["assessments.name"], name=op.f("fk_decisions_assessment")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )
    columns = 'seq, assessment, finding, verdict, "by", reason, at, changes'
    op.execute(f"INSERT INTO decisions_extended ({columns}) SELECT {columns} FROM decisions ORDER BY seq")  # noqa: S608
    op.drop_table("decisions")
    op.rename_table("decisions_extended", "decisions")
    op.create_index(op.f("ix_decisions_assessment_finding"), "decisions", ["assessment", "finding"])


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _yes_or_no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _of(table: str, column: str = "assessment", target: str = "assessments.name") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _numbered() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False)


def _place() -> list[sa.Column[Any]]:
    """Return where a passage stands: its document, the file's content, start and end, and the words themselves."""
    start, end = (sa.Column(name, sa.Integer(), nullable=False) for name in ("start", "end"))
    return [*_words("document", "sha256", "format"), start, end, *_words("text")]


def _create_people() -> None:
    op.create_table(
        "users",
        *_words("login", "name", "secret"),
        _yes_or_no("administrator"),
        _yes_or_no("locked"),
        *_words("created_at"),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_users")),
    )
    op.create_table(
        "permissions",
        *_words("assessment", "login", "role"),
        _yes_or_no("may_see_integrity"),
        _yes_or_no("may_see_names"),
        sa.CheckConstraint("role IN ('analyst', 'reviewer', 'lead', 'readonly')", name=op.f("ck_permissions_role")),
        _of("permissions"),
        _of("permissions", "login", "users.login"),
        sa.PrimaryKeyConstraint("assessment", "login", name=op.f("pk_permissions")),
    )
    op.create_table(
        "sessions",
        *_words("id", "login", "created_at", "seen_at"),
        sa.Column("ended_at", sa.Text(), nullable=True),
        _of("sessions", "login", "users.login"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_login"), "sessions", ["login"])


def _create_record() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        *_words("at", "who", "action"),
        sa.Column("assessment", sa.Text(), nullable=True),
        *_words("target", "detail", "previous", "hash"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_action_at"), "audit", ["action", "at"])
    op.create_index(op.f("ix_audit_assessment_seq"), "audit", ["assessment", "seq"])


def _create_reviewing() -> None:
    op.create_table(
        "assignments",
        *_words("assessment", "login", "scope", "value", "by", "at"),
        sa.CheckConstraint("scope IN ('document', 'subject')", name=op.f("ck_assignments_scope")),
        _of("assignments"),
        _of("assignments", "login", "users.login"),
        sa.PrimaryKeyConstraint("assessment", "login", "scope", "value", name=op.f("pk_assignments")),
    )
    op.create_table(
        "notes",
        _numbered(),
        *_words("assessment", "finding", "kind", "text", "by", "account", "at"),
        sa.CheckConstraint("kind IN ('note', 'flag', 'unflag')", name=op.f("ck_notes_kind")),
        _of("notes"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_notes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notes_assessment_finding"), "notes", ["assessment", "finding"])
    op.create_table(
        "standings",
        *_words("assessment", "finding"),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("first", "second", "adjudication")),
        *_words("standing"),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("category", "status", "subject")),
        _yes_or_no("flagged"),
        sa.CheckConstraint(
            "standing IN ('pending', 'confirmed', 'rejected', 'disputed')", name=op.f("ck_standings_standing")
        ),
        _of("standings"),
        sa.PrimaryKeyConstraint("assessment", "finding", name=op.f("pk_standings")),
    )
    for column in ("standing", "subject", "category"):
        op.create_index(op.f(f"ix_standings_assessment_{column}"), "standings", ["assessment", column])


def _create_missed() -> None:
    op.create_table(
        "missed_passages",
        _numbered(),
        *_words("assessment"),
        *_place(),
        *_words("category", "status"),
        sa.Column("subject", sa.Text(), nullable=True),
        *_words("reason", "by", "account", "at"),
        sa.Column("withdraws", sa.Integer(), nullable=False, server_default="0"),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_missed_passages_status")),
        sa.CheckConstraint(_SPAN, name=op.f("ck_missed_passages_span")),
        _of("missed_passages"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_missed_passages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_missed_passages_assessment_document"), "missed_passages", ["assessment", "document"])


def _create_elusion() -> None:
    whole = [sa.Column(name, sa.Integer(), nullable=False) for name in ("seed", "size", "frame")]
    op.create_table(
        "elusion_samples",
        _numbered(),
        *_words("assessment"),
        *whole,
        *_words("by", "at"),
        _of("elusion_samples"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_elusion_samples")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "elusion_sentences",
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_place(),
        sa.CheckConstraint(_SPAN, name=op.f("ck_elusion_sentences_span")),
        _of("elusion_sentences", "sample", "elusion_samples.seq"),
        sa.PrimaryKeyConstraint("sample", "position", name=op.f("pk_elusion_sentences")),
    )
    op.create_table(
        "elusion_verdicts",
        _numbered(),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("verdict"),
        sa.Column("category", sa.Text(), nullable=True),
        *_words("reason", "by", "account", "at"),
        sa.CheckConstraint("verdict IN ('clean', 'missed')", name=op.f("ck_elusion_verdicts_verdict")),
        sa.ForeignKeyConstraint(
            ["sample", "position"],
            ["elusion_sentences.sample", "elusion_sentences.position"],
            name=op.f("fk_elusion_verdicts_sample_position"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_elusion_verdicts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_elusion_verdicts_sample_position"), "elusion_verdicts", ["sample", "position"])


def _create_referrals() -> None:
    op.create_table(
        "referrals",
        *_words("assessment", "document", "id", "sha256", "format"),
        *_place()[3:],
        sa.Column("locator", sa.JSON(), nullable=False),
        *_words("category", "status"),
        sa.Column("speaker", sa.Text(), nullable=True),
        *_words("source_kind"),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("sources", "versions")),
        *_words("run"),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_referrals_status")),
        sa.CheckConstraint(_SPAN, name=op.f("ck_referrals_span")),
        sa.ForeignKeyConstraint(
            ["assessment", "document"],
            ["documents.assessment", "documents.name"],
            name=op.f("fk_referrals_assessment_document"),
        ),
        _of("referrals", "run", "runs.id"),
        sa.PrimaryKeyConstraint("assessment", "document", "id", name=op.f("pk_referrals")),
    )


def _guard(*, postgresql: bool) -> None:
    """Refuse to change or delete what people said, whichever program asks."""
    for table in _APPENDED if postgresql else ("decisions", *_APPENDED):
        final = f"{table} are only ever appended"
        if postgresql:
            op.execute(
                f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql"
                f" AS $$ BEGIN RAISE EXCEPTION '{final}'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            )
            continue
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{action} BEFORE {action} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{final}'); END"
            )
