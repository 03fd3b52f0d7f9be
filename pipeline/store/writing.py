"""What a run writes: the roster, every document with what was found in it, and the facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.store import anatomy_rows, rows, statements
from mingcha.pipeline.store.anatomy import blocks, repairs, structures
from mingcha.pipeline.store.bulk import insert_rows, insert_tuples
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.handmade import has_handwork, refresh_handmade
from mingcha.pipeline.store.people import referrals
from mingcha.pipeline.store.schema import (
    decisions,
    documents,
    fact_members,
    facts,
    findings,
    quantities,
    runs,
    subjects,
)
from mingcha.pipeline.store.standings import refresh_standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from sqlalchemy import Connection

    from mingcha.pipeline.assessments import Assessment, Run
    from mingcha.pipeline.findings import Fact, Finding, Referral
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.rewriting import Repair
    from mingcha.pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class Entry:
    """What one file gave: the document, or why it was not read, and what the analysis found in it.

    ``evidence`` are the words that told the genre, ``repairs`` counts what was mended by its kind, ``mended`` is each
    place of it; ``referrals`` are passages for authorized reviewers alone, ``structure`` the lines of
    ``structure.jsonl``.
    """

    document: Document | Failure
    genre: str | None = None
    findings: Sequence[Finding] = ()
    quantities: Sequence[Quantity] = ()
    evidence: Sequence[str] = ()
    repairs: Mapping[str, int] = field(default_factory=dict)
    referrals: Sequence[Referral] = ()
    mended: Sequence[Repair] = ()
    structure: Sequence[Mapping[str, Any]] = ()


def start_run(store: Store, assessment: Assessment, run: Run) -> None:
    """Write the run, its assessment and its roster.

    An empty period or roster leaves what is stored; a roster that is not empty takes the place of the stored one.
    """
    with writing(store) as connection:
        row = {"name": assessment.name, "period": assessment.period, "created_at": run.started}
        kept = frozenset({"created_at"} if assessment.period else {"created_at", "period"})
        connection.execute(statements.upsert("assessments", connection.dialect.name, kept), row)
        if assessment.roster:
            _replace_roster(connection, assessment)
        values = {"id": run.id, "assessment": run.assessment, "folder": run.folder, "started": run.started}
        said = {"versions": dict(run.versions), "glossary": rows.glossary_object(run.glossary)}
        connection.execute(insert(runs), values | said)


def finish_run(store: Store, run: Run, finished: str, *, met: Collection[str] | None = None) -> None:
    """Write when the run ended (ISO 8601 with zone); a run without it was broken off.

    *met* are the names of all documents that the run met, read or not; any other document is marked as absent since
    this run. Its findings stay, unless the same file is there under another name: then they are marked as superseded,
    because the other name has them too. Without *met* nothing is marked.
    """
    with writing(store) as connection:
        connection.execute(update(runs).where(runs.c.id == run.id).values(finished=finished))
        if met is not None:
            _mark_absent(connection, run, frozenset(met))
        if connection.dialect.name == "sqlite":  # the server of PostgreSQL counts by itself
            connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
            connection.exec_driver_sql("ANALYZE")


def save_document(store: Store, run: Run, entry: Entry) -> bool:
    """Write one document with all that was found in it, in place of what the store had of it: all or nothing.

    Return whether the store had the document: what people marked or split in it cannot be older than it.

    A finding that is no longer made is deleted, or marked as superseded by this run if an analyst decided on it:
    a decision always keeps its finding. One that is made again but otherwise (of another person, with another status)
    awaits a decision anew: what somebody confirmed of one person is never confirmed of another. What people marked or
    split in the same text is there again. Saving the same entry twice changes nothing.
    """
    document = entry.document
    mine = {"of_assessment": run.assessment, "of_document": document.name}
    with writing(store) as connection:
        dialect = connection.dialect.name
        if dialect == "postgresql":
            connection.execute(statements.LOCK_DOCUMENT, mine)
        before = connection.execute(statements.STORED_HASH, mine).one_or_none()
        analysis = {"genre_evidence": list(entry.evidence), "repairs": dict(entry.repairs), "absent_since": None}
        row = rows.document_row(document, entry.genre) | {"assessment": run.assessment, "run": run.id} | analysis
        connection.execute(statements.upsert("documents", dialect), row)
        if before is not None:
            _clear(connection, run, entry)
        _insert(connection, run, entry)
        if before is not None and has_handwork(connection, run.assessment, document.name):
            refresh_handmade(connection, run.assessment, document.name)
        for finding in connection.scalars(statements.DECIDED_HERE, mine).all():
            refresh_standing(connection, run.assessment, finding)
        if isinstance(document, Document):
            connection.execute(statements.upsert("texts", dialect), rows.text_row(document))
        if before is not None and before.sha256 not in (None, document.sha256):
            connection.execute(statements.DELETE_UNUSED_TEXT, {"of_sha256": before.sha256})
    return before is not None


def _mark_absent(connection: Connection, run: Run, met: frozenset[str]) -> None:
    known = connection.scalars(select(documents.c.name).where(documents.c.assessment == run.assessment))
    mine = {"of_assessment": run.assessment, "by_run": run.id}
    gone = [mine | {"of_document": name} for name in known if name not in met]
    if gone:
        connection.execute(statements.MARK_ABSENT, gone)
        connection.execute(statements.SUPERSEDE_RENAMED, mine)


def save_facts(store: Store, run: Run, found: Iterable[Fact]) -> None:
    """Write the facts of the run's assessment in place of those it had."""
    with writing(store) as connection:
        connection.execute(delete(facts).where(facts.c.assessment == run.assessment))
        key = {"assessment": run.assessment, "run": run.id}
        listed = list(found)
        insert_rows(connection, facts, [rows.fact_row(fact) | key for fact in listed])
        members = [member | {"assessment": run.assessment} for fact in listed for member in rows.member_rows(fact)]
        insert_rows(connection, fact_members, members)


def _replace_roster(connection: Connection, assessment: Assessment) -> None:
    _check_identities(connection, assessment)
    connection.execute(delete(subjects).where(subjects.c.assessment == assessment.name))
    key = {"assessment": assessment.name}
    values = [rows.subject_row(subject, position) | key for position, subject in enumerate(assessment.roster)]
    connection.execute(insert(subjects), values)


def _check_identities(connection: Connection, assessment: Assessment) -> None:
    """Refuse a roster in which an id has become somebody else, once decisions name that id.

    A new name is the same person where the old one is among the aliases.
    """
    columns = subjects.c
    query = select(columns.id, columns.name).where(columns.assessment == assessment.name)
    known = {row.id: row.name for row in connection.execute(query)}
    changed = [
        f"{one.id}（原为“{known[one.id]}”，现为“{one.name}”）"
        for one in assessment.roster
        if one.id in known and known[one.id] not in (one.name, *one.aliases)
    ]
    any_decision = select(decisions.c.seq).where(decisions.c.assessment == assessment.name).limit(1)
    if changed and connection.scalar(any_decision) is not None:
        raise DataError(
            f"考核“{assessment.name}”的花名册里，编号换了人：{'、'.join(changed)}。已有的决定记在编号上，会落到别人头上，"
            "因此没有采用。请保持原来的编号，给新对象另用编号；若只是改名，请把原名写进别名一列。"
        )


def _clear(connection: Connection, run: Run, entry: Entry) -> None:
    """Take away what the store has of a document, all but the findings that somebody decided on."""
    mine = {"of_assessment": run.assessment, "of_document": entry.document.name}
    connection.execute(statements.DELETE_UNDECIDED, mine)
    decided = set(connection.scalars(statements.DECIDED_IDS, mine))
    for made_again in sorted(decided.intersection(finding.id for finding in entry.findings)):
        connection.execute(statements.DELETE_FINDING, mine | {"of_id": made_again})
    if decided:
        connection.execute(statements.SUPERSEDE, mine | {"by_run": run.id})
    for statement in statements.DELETE_DERIVED:
        connection.execute(statement, mine)


def _insert(connection: Connection, run: Run, entry: Entry) -> None:
    document = entry.document
    key = {"assessment": run.assessment, "document": document.name}
    origin = {"assessment": run.assessment, "sha256": document.sha256, "format": document.format, "run": run.id}
    insert_rows(connection, findings, [rows.finding_row(finding) | origin for finding in entry.findings])
    amounts = [rows.quantity_row(item) | key | {"position": n} for n, item in enumerate(entry.quantities)]
    insert_rows(connection, quantities, amounts)
    insert_rows(connection, referrals, [rows.referral_row(one) | origin for one in entry.referrals])
    if isinstance(document, Document):
        _insert_anatomy(connection, run.assessment, document, entry)


def _insert_anatomy(connection: Connection, assessment: str, document: Document, entry: Entry) -> None:
    """Write what the document is made of: its blocks, each repair of its text, what each passage does."""
    read = anatomy_rows.block_rows(assessment, document)
    insert_tuples(connection, blocks, anatomy_rows.BLOCK_COLUMNS, read)
    mended = anatomy_rows.repair_rows(assessment, document.name, entry.mended)
    insert_tuples(connection, repairs, anatomy_rows.REPAIR_COLUMNS, mended)
    told = (anatomy_rows.structure_row(record, position) for position, record in enumerate(entry.structure))
    insert_rows(connection, structures, [row | {"assessment": assessment} for row in told])
