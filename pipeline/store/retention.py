"""Removing an assessment for good: every row of it, texts that nothing else needs, and the words of its record."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Table, delete, exists, func, select, update
from sqlalchemy.exc import DBAPIError

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.store.chain import PURGED, Event, append_events, detail_hash, lock_record
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.guards import unguarded
from mingcha.pipeline.store.people import audit, elusion_samples, elusion_sentences, missed_passages, referrals
from mingcha.pipeline.store.schema import (
    assessments,
    documents,
    findings,
    ledger_lines,
    metadata,
    runs,
    scorecards,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine

_KEPT = frozenset({"audit"})  # entries stay, emptied of their words: the chain must not be broken


@dataclass(frozen=True, slots=True)
class Purge:
    """What a purge removed and what remains.

    ``removed`` counts rows by table, ``emptied`` the entries of the record whose words went. ``hashes`` are those of
    the documents that were removed, so that a copy found elsewhere can be recognized. ``folders`` are where the
    material lay. ``remaining`` are the other assessments. ``compacted`` tells whether the space was given back.
    """

    assessment: str
    removed: Mapping[str, int]
    emptied: int
    hashes: tuple[str, ...]
    folders: tuple[str, ...]
    remaining: tuple[str, ...]
    compacted: bool = False


def purge_assessment(store: Engine, assessment: str, *, by: str, reason: str) -> Purge:
    """Remove an assessment for good, all or nothing, and record who did it and why.

    Deleted pages are overwritten in SQLite; `compact` then gives the space back. Raise DataError for an assessment
    that is not there, StoreError where the user may not purge.
    """
    with writing(store) as connection:
        if store.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        _check_there(connection, assessment)
        lock_record(connection)
        hashes, folders = _hashes(connection, assessment), _folders(connection, assessment)
        with unguarded(connection):
            removed = _remove_rows(connection, assessment)
            emptied = _empty_record(connection, assessment)
        removed |= {"texts": _remove_texts(connection, hashes)}
        detail = {"reason": reason, "removed": removed, "emptied": emptied}
        append_events(connection, [Event(by, "purge", assessment=assessment, detail=detail)])
        remaining = tuple(connection.scalars(select(assessments.c.name).order_by(assessments.c.name)))
    return Purge(assessment, removed, emptied, hashes, folders, remaining)


def compact(store: Engine) -> bool:
    """Give back the space of deleted rows, so that nothing of them is left in the files; tell whether it was done.

    It waits for nobody: where others use the database it is not done, and may be tried again.
    """
    try:
        if store.dialect.name == "sqlite":
            with reading(store) as connection, closing(connection.connection.cursor()) as cursor:
                connection.rollback()
                cursor.execute("VACUUM")
                # The file has the old pages until the log is copied into it, which waits for the last reader.
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        with store.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')
    except (DBAPIError, store.dialect.loaded_dbapi.Error):
        return False
    return True


def _check_there(connection: Connection, assessment: str) -> None:
    known = connection.scalars(select(assessments.c.name).order_by(assessments.c.name)).all()
    if assessment not in known:
        listed = "、".join(f"“{name}”" for name in known) or "（没有）"
        raise DataError(f"数据库中没有考核“{assessment}”，没有清除任何内容。已有的考核：{listed}。请核对名称。")


def _hashes(connection: Connection, assessment: str) -> tuple[str, ...]:
    found: set[str] = set()
    for table in (documents, findings, missed_passages, referrals):
        query = select(table.c.sha256).where(table.c.assessment == assessment, table.c.sha256.is_not(None))
        found |= set(connection.scalars(query.distinct()))
    sampled = select(elusion_sentences.c.sha256).where(elusion_sentences.c.sample.in_(_samples(assessment)))
    return tuple(sorted(found | set(connection.scalars(sampled.distinct()))))


def _folders(connection: Connection, assessment: str) -> tuple[str, ...]:
    return tuple(sorted(set(connection.scalars(select(runs.c.folder).where(runs.c.assessment == assessment)))))


def _samples(assessment: str) -> ColumnElement[int]:
    return select(elusion_samples.c.seq).where(elusion_samples.c.assessment == assessment).scalar_subquery()


def _remove_rows(connection: Connection, assessment: str) -> dict[str, int]:
    """Delete the rows, those that refer to others first; return how many there were in each table that had any."""
    removed: dict[str, int] = {}
    for table in reversed(metadata.sorted_tables):
        condition = _belongs(table, assessment)
        if condition is not None and table.name not in _KEPT:
            count = connection.scalar(select(func.count()).select_from(table).where(condition)) or 0
            connection.execute(delete(table).where(condition))
            removed |= {table.name: count} if count else {}
    return removed


def _belongs(table: Table, assessment: str) -> ColumnElement[bool] | None:
    """Return which rows of a table are of an assessment, ``None`` where the table knows no assessments."""
    if table is assessments:
        return table.c.name == assessment
    if "assessment" in table.c:
        return table.c.assessment == assessment
    if "sample" in table.c:
        return table.c.sample.in_(_samples(assessment))
    if table is ledger_lines:
        cards = select(scorecards.c.seq).where(scorecards.c.assessment == assessment)
        return table.c.scorecard.in_(cards)
    return None


def _empty_record(connection: Connection, assessment: str) -> int:
    """Put the hash of its words in place of each detail; who did what, when and to which id stays."""
    query = select(audit.c.seq, audit.c.detail).where(audit.c.assessment == assessment)
    entries = [(seq, detail) for seq, detail in connection.execute(query) if not detail.startswith(PURGED)]
    for seq, detail in entries:
        connection.execute(update(audit).where(audit.c.seq == seq).values(detail=PURGED + detail_hash(detail)))
    return len(entries)


def _remove_texts(connection: Connection, hashes: tuple[str, ...]) -> int:
    """Delete the texts of these files that no other assessment needs."""
    users = (documents, findings, missed_passages, referrals, elusion_sentences)
    unused = [~exists().where(table.c.sha256 == texts.c.sha256) for table in users]
    removed = 0
    for sha256 in hashes:
        removed += connection.execute(delete(texts).where(texts.c.sha256 == sha256, *unused)).rowcount
    return removed
