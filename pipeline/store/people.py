"""The tables of people and of what they did: accounts, rights, the record, and all that review adds to findings.

What people said is only ever appended; triggers of revision 0005 refuse every UPDATE and DELETE of the tables in
``APPENDED``. ``standings`` alone is derived: what the decisions on a finding amount to, so that a queue needs no
history.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Boolean, Column, ForeignKey, ForeignKeyConstraint, Index, Table, false

from mingcha.pipeline.scoring.rounds import Standing
from mingcha.pipeline.store.columns import (
    is_span,
    json,
    key,
    metadata,
    number,
    of_document,
    one_of,
    some_words,
    words,
)
from mingcha.pipeline.terms import Status

Role = Literal["analyst", "reviewer", "lead", "readonly"]
NoteKind = Literal["note", "flag", "unflag"]
Scope = Literal["document", "subject"]
SampleVerdict = Literal["clean", "missed"]

APPENDED = ("audit", "notes", "missed_passages", "elusion_sentences", "elusion_verdicts")


def _yes_or_no(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


users = Table(
    "users",
    metadata,
    key("login"),
    words("name"),
    words("secret"),
    _yes_or_no("administrator"),
    _yes_or_no("locked"),
    words("created_at"),
)

permissions = Table(
    "permissions",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("login", ForeignKey("users.login")),
    words("role"),
    _yes_or_no("may_see_integrity"),
    _yes_or_no("may_see_names"),
    one_of("role", Role),
)

# Other systems that read over HTTP: one token each, kept as the hash of it, for one assessment.
clients = Table(
    "clients",
    metadata,
    key("name"),
    words("assessment", ForeignKey("assessments.name")),
    words("secret"),
    words("salt"),
    _yes_or_no("may_see_names"),
    words("created_at"),
    some_words("revoked_at"),
)

sessions = Table(
    "sessions",
    metadata,
    key("id"),
    words("login", ForeignKey("users.login")),
    words("created_at"),
    words("seen_at"),
    some_words("ended_at"),
    Index(None, "login"),
)

audit = Table(
    "audit",
    metadata,
    number("seq", primary_key=True, autoincrement=False),
    words("at"),
    words("who"),
    words("action"),
    some_words("assessment"),
    words("target"),
    words("detail"),
    words("previous"),
    words("hash"),
    Index(None, "action", "at"),
    Index(None, "assessment", "seq"),
)

assignments = Table(
    "assignments",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("login", ForeignKey("users.login")),
    key("scope"),
    key("value"),
    words("by"),
    words("at"),
    one_of("scope", Scope),
)

notes = Table(
    "notes",
    metadata,
    number("seq", primary_key=True, autoincrement=True),
    words("assessment", ForeignKey("assessments.name")),
    words("finding"),
    words("kind"),
    words("text"),
    words("by"),
    words("account"),
    words("at"),
    one_of("kind", NoteKind),
    Index(None, "assessment", "finding"),
    sqlite_autoincrement=True,
)

standings = Table(
    "standings",
    metadata,
    key("assessment", ForeignKey("assessments.name")),
    key("finding"),
    some_words("first"),
    some_words("second"),
    some_words("adjudication"),
    words("standing"),
    some_words("category"),
    some_words("status"),
    some_words("subject"),
    _yes_or_no("flagged"),
    one_of("standing", Standing),
    Index(None, "assessment", "standing"),
    Index(None, "assessment", "subject"),
    Index(None, "assessment", "category"),
)

missed_passages = Table(
    "missed_passages",
    metadata,
    number("seq", primary_key=True, autoincrement=True),
    words("assessment", ForeignKey("assessments.name")),
    words("document"),
    words("sha256"),
    words("format"),
    number("start"),
    number("end"),
    words("text"),
    words("category"),
    words("status"),
    some_words("subject"),
    words("reason"),
    words("by"),
    words("account"),
    words("at"),
    number("withdraws", server_default="0"),
    one_of("status", Status),
    is_span(),
    Index(None, "assessment", "document"),
    sqlite_autoincrement=True,
)

elusion_samples = Table(
    "elusion_samples",
    metadata,
    number("seq", primary_key=True, autoincrement=True),
    words("assessment", ForeignKey("assessments.name")),
    number("seed"),
    number("size"),
    number("frame"),
    words("by"),
    words("at"),
    sqlite_autoincrement=True,
)

elusion_sentences = Table(
    "elusion_sentences",
    metadata,
    number("sample", primary_key=True),
    number("position", primary_key=True),
    words("document"),
    words("sha256"),
    words("format"),
    number("start"),
    number("end"),
    words("text"),
    is_span(),
    ForeignKeyConstraint(["sample"], ["elusion_samples.seq"]),
)

elusion_verdicts = Table(
    "elusion_verdicts",
    metadata,
    number("seq", primary_key=True, autoincrement=True),
    number("sample"),
    number("position"),
    words("verdict"),
    some_words("category"),
    words("reason"),
    words("by"),
    words("account"),
    words("at"),
    one_of("verdict", SampleVerdict),
    ForeignKeyConstraint(["sample", "position"], ["elusion_sentences.sample", "elusion_sentences.position"]),
    Index(None, "sample", "position"),
    sqlite_autoincrement=True,
)

referrals = Table(
    "referrals",
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
    words("category"),
    words("status"),
    some_words("speaker"),
    words("source_kind"),
    json("sources"),
    json("versions"),
    words("run", ForeignKey("runs.id")),
    of_document(),
    one_of("status", Status),
    is_span(),
)
