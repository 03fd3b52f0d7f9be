"""The tables of the store, one schema for SQLite and PostgreSQL; docs/数据库.md explains every field in Chinese.

Characters are counted in code points, times are ISO 8601 text with a zone, points are decimal text: what goes in
comes out exactly. A change here needs a new revision in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)

from mingcha.pipeline.findings import Verdict
from mingcha.pipeline.store.escapes import escape, unescape
from mingcha.pipeline.terms import Kind, Status, Strength

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Words(TypeDecorator[str]):
    """Text of any characters, NUL and lone surrogates included."""

    impl = Text
    cache_ok = True

    # The processors are given whole instead of through process_bind_param: one call less for each of fifteen
    # strings of each finding.
    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Write what databases refuse in a form they accept."""
        return _escaped

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], str | None]:
        """Give back the characters as they were."""
        return _unescaped


def _escaped(text: str | None) -> str | None:
    return None if text is None else escape(text)


def _unescaped(text: str | None) -> str | None:
    return None if text is None else unescape(text)


def _key(name: str, *constraints: Any) -> Column[str]:
    return Column(name, Words, *constraints, primary_key=True)


def _words(name: str, *constraints: Any) -> Column[str]:
    return Column(name, Words, *constraints, nullable=False)


def _some_words(name: str, *constraints: Any) -> Column[str]:
    return Column(name, Words, *constraints, nullable=True)


def _number(name: str, **options: Any) -> Column[int]:
    return Column(name, Integer, **({"nullable": False} | options))


def _json(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSON(none_as_null=True), nullable=nullable)


def _one_of(column: str, vocabulary: Any) -> CheckConstraint:
    words = ", ".join(f"'{word}'" for word in get_args(vocabulary))
    return CheckConstraint(f"{column} IN ({words})", name=column)


def _is_span() -> CheckConstraint:
    return CheckConstraint('0 <= start AND start <= "end"', name="span")


def _of_document() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["assessment", "document"], ["documents.assessment", "documents.name"])


assessments = Table("assessments", metadata, _key("name"), _words("period"), _words("created_at"))

subjects = Table(
    "subjects",
    metadata,
    _key("assessment", ForeignKey("assessments.name")),
    _key("id"),
    _number("position"),
    _words("name"),
    _json("aliases"),
    _words("unit"),
    _words("post"),
    _words("type"),
    _words("category"),
    CheckConstraint("type IN ('person', 'team')", name="type"),
)

runs = Table(
    "runs",
    metadata,
    _key("id"),
    _words("assessment", ForeignKey("assessments.name")),
    _words("folder"),
    _words("started"),
    _some_words("finished"),
    _json("versions"),
    _json("glossary", nullable=True),  # null where an older version wrote the row
)

documents = Table(
    "documents",
    metadata,
    _key("assessment", ForeignKey("assessments.name")),
    _key("name"),
    _some_words("sha256"),
    _words("status"),
    _some_words("format"),
    _some_words("genre"),
    _number("characters", nullable=True),
    Column("coverage", Double),
    _some_words("encoding"),
    _some_words("failure_kind"),
    _some_words("failure_message"),
    _json("notes"),
    _words("run", ForeignKey("runs.id")),
    _json("genre_evidence", nullable=True),  # this and the rest: null where an older version wrote the row
    _json("parts", nullable=True),
    _json("repairs", nullable=True),
    _json("traces", nullable=True),
    CheckConstraint("status IN ('read', 'failed')", name="status"),
    CheckConstraint(
        "status = 'failed' OR (sha256 IS NOT NULL AND format IS NOT NULL AND characters IS NOT NULL"
        " AND coverage IS NOT NULL AND failure_kind IS NULL)",
        name="read",
    ),
    CheckConstraint(
        "status = 'read' OR (failure_kind IS NOT NULL AND failure_message IS NOT NULL)",
        name="failed",
    ),
    Index(None, "sha256"),
)

SUPERSEDED = text("superseded_by_run IS NOT NULL")

texts = Table("texts", metadata, _key("sha256"), _key("format"), _words("text"))

findings = Table(
    "findings",
    metadata,
    _key("assessment"),
    _key("document"),
    _key("id"),
    _words("sha256"),
    _words("format"),
    _number("start"),
    _number("end"),
    _words("text"),
    _json("locator"),
    _words("kind"),
    _words("category"),
    _some_words("subclass"),
    _words("status"),
    _json("cue", nullable=True),
    _some_words("subject"),
    _json("candidates"),
    _some_words("speaker"),
    _words("source_kind"),
    _json("quantities"),
    _words("strength"),
    Column("confidence", Double, nullable=False),
    _json("sources"),
    _json("versions"),
    _words("run", ForeignKey("runs.id")),
    _some_words("superseded_by_run", ForeignKey("runs.id")),
    Column("relation", Text, nullable=False, server_default="other"),
    Column("responsibility", Text, nullable=False, server_default="direct"),
    _of_document(),
    _one_of("kind", Kind),
    _one_of("status", Status),
    _one_of("strength", Strength),
    _is_span(),
    CheckConstraint("0 <= confidence AND confidence <= 1", name="confidence"),
    Index(None, "id"),
    Index(None, "superseded_by_run", sqlite_where=SUPERSEDED, postgresql_where=SUPERSEDED),
    Index(None, "assessment", "subject"),
    Index(None, "assessment", "category"),
)

quantities = Table(
    "quantities",
    metadata,
    _key("assessment"),
    _key("document"),
    _number("position", primary_key=True),
    _number("start"),
    _number("end"),
    _words("text"),
    Column("value", Double, nullable=False),
    _words("unit"),
    _words("kind"),
    Column("value_max", Double),
    _some_words("approximator"),
    _words("direction"),
    _some_words("baseline"),
    _some_words("target"),
    _some_words("period"),
    _some_words("measure"),
    Column("plan", Boolean, nullable=False, server_default=false()),
    _some_words("share"),
    _of_document(),
    _is_span(),
    CheckConstraint("direction IN ('up', 'down', 'none')", name="direction"),
)

facts = Table(
    "facts",
    metadata,
    _key("assessment", ForeignKey("assessments.name")),
    _key("id"),
    _some_words("subject"),
    _words("kind"),
    _words("category"),
    _words("text"),
    _json("supports"),
    _json("contradicts"),
    _json("copies"),
    _json("source_kinds"),
    _number("independent"),
    _words("strength"),
    _words("run", ForeignKey("runs.id")),
    _one_of("kind", Kind),
    _one_of("strength", Strength),
    Index(None, "assessment", "subject"),
)

# Appended only: triggers of the first revision refuse every UPDATE and DELETE.
decisions = Table(
    "decisions",
    metadata,
    _number("seq", primary_key=True, autoincrement=True),
    _words("assessment", ForeignKey("assessments.name")),
    _words("finding"),
    _words("verdict"),
    _words("by"),
    _words("reason"),
    _words("at"),
    _json("changes"),
    _one_of("verdict", Verdict),
    Index(None, "assessment", "finding"),
    sqlite_autoincrement=True,
)

scorecards = Table(
    "scorecards",
    metadata,
    _number("seq", primary_key=True, autoincrement=True),
    _words("assessment", ForeignKey("assessments.name")),
    _words("subject"),
    _words("scheme"),
    _words("scheme_version"),
    _some_words("total"),
    Column("preview", Boolean, nullable=False),
    _words("at"),
    Index(None, "assessment", "subject"),
)

ledger_lines = Table(
    "ledger_lines",
    metadata,
    _number("scorecard", primary_key=True),
    _number("position", primary_key=True),
    _words("indicator"),
    _some_words("amount"),
    _json("findings"),
    _words("explanation"),
    ForeignKeyConstraint(["scorecard"], ["scorecards.seq"], ondelete="CASCADE"),
)
