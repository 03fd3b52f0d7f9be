"""The tables of the store, one schema for SQLite and PostgreSQL; docs/数据库.md explains every field in Chinese.

Characters are counted in code points, times are ISO 8601 text with a zone, points are decimal text: what goes in
comes out exactly. A change here needs a new revision in ``migrations/versions``; a test compares the two. The tables
of accounts, rights and the record of what people did are in ``people``, those of what documents are made of in
``anatomy``, those of what offices fill in in ``registers``.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    false,
    text,
)

from mingcha.pipeline.findings import Round, Verdict
from mingcha.pipeline.store import anatomy as anatomy
from mingcha.pipeline.store import people as people
from mingcha.pipeline.store import registers as registers
from mingcha.pipeline.store.columns import (
    is_span,
    json,
    key,
    number,
    of_document,
    one_of,
    some_words,
    told,
    words,
)
from mingcha.pipeline.store.columns import metadata as metadata
from mingcha.pipeline.terms import Kind, Status, Strength

assessments = Table("assessments", metadata, key("name"), words("period"), words("created_at"))

subjects = Table(
    "subjects",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("id"),
    number("position"),
    words("name"),
    json("aliases"),
    words("unit"),
    words("post"),
    words("type"),
    words("category"),
    CheckConstraint("type IN ('person', 'team')", name="type"),
)

runs = Table(
    "runs",
    metadata,
    key("id"),
    words("assessment", ForeignKey("assessments.name")),
    words("folder"),
    words("started"),
    some_words("finished"),
    json("versions"),
    json("glossary", nullable=True),  # null where an older version wrote the row
)

documents = Table(
    "documents",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("name"),
    some_words("sha256"),
    words("status"),
    some_words("format"),
    some_words("genre"),
    number("characters", nullable=True),
    Column("coverage", Double),
    some_words("encoding"),
    some_words("failure_kind"),
    some_words("failure_message"),
    json("notes"),
    words("run", ForeignKey("runs.id")),
    json("genre_evidence", nullable=True),  # this and the rest: null where an older version wrote the row
    json("parts", nullable=True),
    json("repairs", nullable=True),
    json("traces", nullable=True),
    some_words("absent_since"),  # the run that no longer met the file; null while it is there
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

# What a file gave besides the rows above, so that a run that goes on need not read the file again.
files = Table(
    "files",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("name"),
    words("sha256"),
    words("method"),
    json("contents"),
    words("run", ForeignKey("runs.id")),
)

SUPERSEDED = text("superseded_by_run IS NOT NULL")

texts = Table("texts", metadata, key("sha256"), key("format"), words("text"))

findings = Table(
    "findings",
    metadata,
    key("assessment"),
    key("document"),
    key("id"),
    words("sha256"),
    words("format"),
    number("start"),
    number("end"),
    words("text"),
    json("locator"),
    words("kind"),
    words("category"),
    some_words("subclass"),
    words("status"),
    json("cue", nullable=True),
    some_words("subject"),
    json("candidates"),
    some_words("speaker"),
    words("source_kind"),
    json("quantities"),
    words("strength"),
    Column("confidence", Double, nullable=False),
    json("sources"),
    json("versions"),
    words("run", ForeignKey("runs.id")),
    some_words("superseded_by_run", ForeignKey("runs.id")),
    told("relation", "other"),
    told("responsibility", "direct"),
    some_words("wording"),  # null where an older version wrote the row
    Column("doubt", Double),
    of_document(),
    one_of("kind", Kind),
    one_of("status", Status),
    one_of("strength", Strength),
    is_span(),
    CheckConstraint("0 <= confidence AND confidence <= 1", name="confidence"),
    Index(None, "id"),
    Index(None, "superseded_by_run", sqlite_where=SUPERSEDED, postgresql_where=SUPERSEDED),
    Index(None, "assessment", "subject", "category"),
    Index(None, "assessment", "category"),
    Index(None, "assessment", "wording"),
    Index(None, "assessment", "id"),
    Index(None, "assessment", "doubt", "id"),
    Index("ix_findings_reading", "assessment", "document", "start", "id"),
    # All that a queue asks for and shows in its order, so that nothing else is read.
    Index(
        "ix_findings_queue",
        *("assessment", "kind", "strength", "confidence", "id", "document", "start"),
        *("status", "category", "subject", "source_kind", "superseded_by_run"),
    ),
)

quantities = Table(
    "quantities",
    metadata,
    key("assessment"),
    key("document"),
    number("position", primary_key=True),
    number("start"),
    number("end"),
    words("text"),
    Column("value", Double, nullable=False),
    words("unit"),
    words("kind"),
    Column("value_max", Double),
    some_words("approximator"),
    words("direction"),
    some_words("baseline"),
    some_words("target"),
    some_words("period"),
    some_words("measure"),
    Column("plan", Boolean, nullable=False, server_default=false()),
    some_words("share"),
    of_document(),
    is_span(),
    CheckConstraint("direction IN ('up', 'down', 'none')", name="direction"),
)

facts = Table(
    "facts",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("id"),
    some_words("subject"),
    words("kind"),
    words("category"),
    words("text"),
    json("supports"),
    json("contradicts"),
    json("copies"),
    json("source_kinds"),
    number("independent"),
    words("strength"),
    words("run", ForeignKey("runs.id")),
    one_of("kind", Kind),
    one_of("strength", Strength),
    Index(None, "assessment", "subject"),
)

fact_members = Table(
    "fact_members",
    metadata,
    key("assessment"),
    key("fact"),
    key("role"),
    number("position", primary_key=True),
    words("finding"),
    ForeignKeyConstraint(["assessment", "fact"], ["facts.assessment", "facts.id"], ondelete="CASCADE"),
    CheckConstraint("role IN ('support', 'contradict', 'copy')", name="role"),
    Index(None, "assessment", "finding"),
)

# Appended only: triggers of the first revision refuse every UPDATE and DELETE.
decisions = Table(
    "decisions",
    metadata,
    number("seq", primary_key=True, autoincrement=True),
    words("assessment", ForeignKey("assessments.name")),
    words("finding"),
    words("verdict"),
    words("by"),
    words("reason"),
    words("at"),
    json("changes"),
    told("round", "first"),
    some_words("account"),
    some_words("act"),
    number("withdraws", server_default="0"),
    json("before", nullable=True),
    one_of("verdict", Verdict),
    one_of("round", Round),
    Index(None, "assessment", "finding"),
    Index(None, "assessment", "account", "seq"),
    Index(None, "act", "finding", "verdict", "withdraws", unique=True),
    sqlite_autoincrement=True,
)

# What a score was computed with; scorecards of older versions refer to schemes that are not here.
schemes = Table("schemes", metadata, key("id"), key("version"), words("name"), words("text"), words("first_used"))

scorecards = Table(
    "scorecards",
    metadata,
    number("seq", primary_key=True, autoincrement=True),
    words("assessment", ForeignKey("assessments.name")),
    words("subject"),
    words("scheme"),
    words("scheme_version"),
    some_words("total"),
    Column("preview", Boolean, nullable=False),
    words("at"),
    Index(None, "assessment", "subject"),
)

ledger_lines = Table(
    "ledger_lines",
    metadata,
    number("scorecard", primary_key=True),
    number("position", primary_key=True),
    words("indicator"),
    some_words("amount"),
    json("findings"),
    words("explanation"),
    ForeignKeyConstraint(["scorecard"], ["scorecards.seq"], ondelete="CASCADE"),
)
