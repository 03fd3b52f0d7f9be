"""The statements that save a document, built once: building them costs more than a small document's rows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from sqlalchemy import and_, bindparam, cast, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mingcha.pipeline.store.anatomy import blocks, repairs, structures
from mingcha.pipeline.store.columns import Words
from mingcha.pipeline.store.people import elusion_sentences, missed_passages, notes, referrals
from mingcha.pipeline.store.schema import assessments, decisions, documents, files, findings, quantities, schemes, texts

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, ColumnElement, Insert, Table

_TABLES = {table.name: table for table in (assessments, documents, files, schemes, texts)}

# Parameters: of_assessment, of_document; and of_id, of_sha256, by_run where the statement names them.
_ASSESSMENT: BindParameter[str] = bindparam("of_assessment", type_=Words())
_DOCUMENT: BindParameter[str] = bindparam("of_document", type_=Words())
_SHA256: BindParameter[str] = bindparam("of_sha256")
_RUN: BindParameter[str] = bindparam("by_run")


def _of_document(table: Table) -> ColumnElement[bool]:
    return and_(table.c.assessment == _ASSESSMENT, table.c.document == _DOCUMENT)


def _spoken_of(table: Table) -> ColumnElement[bool]:
    return exists().where(table.c.assessment == findings.c.assessment, table.c.finding == findings.c.id)


_decided = or_(_spoken_of(decisions), _spoken_of(notes))  # what people said of a finding keeps it
_superseded = findings.c.superseded_by_run.is_not(None)

STORED_HASH = select(documents.c.sha256).where(documents.c.assessment == _ASSESSMENT, documents.c.name == _DOCUMENT)
DELETE_UNDECIDED = delete(findings).where(_of_document(findings), ~_decided)
DECIDED_IDS = select(findings.c.id).where(_of_document(findings))
DECIDED_HERE = select(findings.c.id).where(_of_document(findings), _spoken_of(decisions))
DELETE_FINDING = delete(findings).where(_of_document(findings), findings.c.id == bindparam("of_id"))
# A finding that people split is superseded by its own run while a run makes it.
_there_until_now = or_(~_superseded, findings.c.superseded_by_run == findings.c.run)
SUPERSEDE = update(findings).where(_of_document(findings), _there_until_now).values(superseded_by_run=_RUN)
DELETE_DERIVED = tuple(
    delete(table).where(_of_document(table)) for table in (quantities, referrals, blocks, repairs, structures)
)
DELETE_UNUSED_TEXT = delete(texts).where(
    texts.c.sha256 == _SHA256,
    ~exists().where(documents.c.sha256 == _SHA256),
    ~exists().where(_superseded, findings.c.sha256 == _SHA256),
    ~exists().where(missed_passages.c.sha256 == _SHA256),
    ~exists().where(elusion_sentences.c.sha256 == _SHA256),
)

# Documents that a run did not meet; and their findings, where the same file is there under another name.
MARK_ABSENT = (
    update(documents)
    .where(documents.c.assessment == _ASSESSMENT, documents.c.name == _DOCUMENT, documents.c.absent_since.is_(None))
    .values(absent_since=_RUN)
)
_gone = select(documents.c.name).where(documents.c.assessment == _ASSESSMENT, documents.c.absent_since == _RUN)
_there = documents.alias("there")
_elsewhere = exists().where(
    _there.c.assessment == _ASSESSMENT, _there.c.absent_since.is_(None), _there.c.sha256 == findings.c.sha256
)
SUPERSEDE_RENAMED = (
    update(findings)
    .where(findings.c.assessment == _ASSESSMENT, findings.c.document.in_(_gone), _there_until_now, _elsewhere)
    .values(superseded_by_run=_RUN)
)
# Two runs at once save a document one after the other; SQLite has one writer anyway.
_KEY = func.hashtextextended(cast(_ASSESSMENT, Words) + cast(_DOCUMENT, Words), 0)
LOCK_DOCUMENT = select(func.pg_advisory_xact_lock(_KEY))


@cache
def upsert(
    table: Literal["assessments", "documents", "files", "schemes", "texts"],
    dialect: str,
    kept: frozenset[str] = frozenset(),
) -> Insert:
    """Insert a whole row; where its key is there already, overwrite every column but the *kept* ones."""
    target = _TABLES[table]
    adding = postgresql.insert(target) if dialect == "postgresql" else sqlite.insert(target)
    key = list(target.primary_key.columns)
    changed = [column.name for column in target.columns if not column.primary_key and column.name not in kept]
    if not changed:
        return adding.on_conflict_do_nothing(index_elements=key)
    return adding.on_conflict_do_update(index_elements=key, set_={name: adding.excluded[name] for name in changed})
