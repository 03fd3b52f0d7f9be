"""The statements that save a document, built once: building them costs more than a small document's rows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from sqlalchemy import and_, bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mingcha.pipeline.store.schema import assessments, decisions, documents, findings, quantities, texts

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, ColumnElement, Insert, Table

_TABLES = {table.name: table for table in (assessments, documents, texts)}

# Parameters: of_assessment, of_document; and of_id, of_sha256, by_run where the statement names them.
_ASSESSMENT: BindParameter[str] = bindparam("of_assessment")
_DOCUMENT: BindParameter[str] = bindparam("of_document")
_SHA256: BindParameter[str] = bindparam("of_sha256")


def _of_document(table: Table) -> ColumnElement[bool]:
    return and_(table.c.assessment == _ASSESSMENT, table.c.document == _DOCUMENT)


_decided = exists().where(decisions.c.assessment == findings.c.assessment, decisions.c.finding == findings.c.id)
_superseded = findings.c.superseded_by_run.is_not(None)

STORED_HASH = select(documents.c.sha256).where(documents.c.assessment == _ASSESSMENT, documents.c.name == _DOCUMENT)
DELETE_UNDECIDED = delete(findings).where(_of_document(findings), ~_decided)
DECIDED_IDS = select(findings.c.id).where(_of_document(findings))
DELETE_FINDING = delete(findings).where(_of_document(findings), findings.c.id == bindparam("of_id"))
SUPERSEDE = update(findings).where(_of_document(findings), ~_superseded).values(superseded_by_run=bindparam("by_run"))
DELETE_QUANTITIES = delete(quantities).where(_of_document(quantities))
DELETE_UNUSED_TEXT = delete(texts).where(
    texts.c.sha256 == _SHA256,
    ~exists().where(documents.c.sha256 == _SHA256),
    ~exists().where(_superseded, findings.c.sha256 == _SHA256),
)


@cache
def upsert(
    table: Literal["assessments", "documents", "texts"], dialect: str, kept: frozenset[str] = frozenset()
) -> Insert:
    """Insert a whole row; where its key is there already, overwrite every column but the *kept* ones."""
    target = _TABLES[table]
    adding = postgresql.insert(target) if dialect == "postgresql" else sqlite.insert(target)
    key = list(target.primary_key.columns)
    changed = [column.name for column in target.columns if not column.primary_key and column.name not in kept]
    if not changed:
        return adding.on_conflict_do_nothing(index_elements=key)
    return adding.on_conflict_do_update(index_elements=key, set_={name: adding.excluded[name] for name in changed})
