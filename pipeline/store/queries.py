"""What the store holds, read back as the values that were saved."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_ as union
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, Table, select

from mingcha.pipeline.assessments import Assessment
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.rules import Glossary
from mingcha.pipeline.scoring.decisions import decisions_until
from mingcha.pipeline.store import anatomy, anatomy_rows, rows, schema
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.decisions import identify, load_decisions
from mingcha.pipeline.store.handmade import findings_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Row

    from mingcha.pipeline.document import Block
    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.rewriting import Repair
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.rows import StoredDocument, StoredFinding
    from mingcha.pipeline.subjects import Subject

_Columns = TypeVar("_Columns", bound=tuple[Any, ...])
_Value = TypeVar("_Value")


def load_findings(store: Store, assessment: str | None = None, *, document: str | None = None) -> tuple[Finding, ...]:
    """Return the findings in the order of the documents' names and of the text, without superseded ones."""
    return _findings(store, schema.findings.c.superseded_by_run.is_(None), assessment=assessment, document=document)


def load_findings_at(store: Store, assessment: str, moment: datetime) -> tuple[Finding, ...]:
    """Return the findings as they were at *moment*: superseded, split, marked and unmarked as far as that went then."""
    later = runs_after(store, assessment, moment)
    made = decisions_until(load_decisions(store, assessment), moment)
    with reading(store) as connection:
        return findings_at(connection, assessment, later, made, lambda at: datetime.fromisoformat(at) <= moment)


def runs_after(store: Store, assessment: str, moment: datetime) -> tuple[str, ...]:
    """Return the ids of the runs of an assessment that started after *moment*."""
    return tuple(run.id for run in _runs(store, assessment) if datetime.fromisoformat(run.started) > moment)


def _findings(store: Store, condition: ColumnElement[bool], **values: str | None) -> tuple[Finding, ...]:
    table = schema.findings
    query = _of(select(table).where(condition), table, **values)
    order = (table.c.assessment, table.c.document, table.c.start, table.c.end, table.c.id)
    return _values(store, query.order_by(*order), rows.finding_value)


def load_finding(store: Store, finding: str, *, assessment: str | None = None) -> StoredFinding:
    """Return the finding of an id, or of an unambiguous beginning of one, superseded or not.

    Where identical copies of a file have it, the first copy by name is given. Raise DataError for an unknown or
    ambiguous id.
    """
    table = schema.findings
    order = (table.c.superseded_by_run.is_not(None), table.c.document)
    with reading(store) as connection:
        name, full = identify(connection, finding, assessment)
        query = _of(select(table), table, assessment=name, id=full).order_by(*order).limit(1)
        return rows.stored_finding(connection.execute(query).mappings().one())


def load_quantities(store: Store, assessment: str, document: str) -> tuple[Quantity, ...]:
    """Return the quantities of a document in the order in which they were saved."""
    return _values(store, _of_document(schema.quantities, assessment, document), rows.quantity_value)


def load_blocks(store: Store, assessment: str, document: str) -> tuple[Block, ...]:
    """Return the blocks in which a document was read, in order; none where an older version read it."""
    return _values(store, _of_document(anatomy.blocks, assessment, document), anatomy_rows.block_value)


def load_repairs(store: Store, assessment: str, document: str) -> tuple[Repair, ...]:
    """Return the repairs of a document's text in the order in which `replay` makes them again."""
    return _values(store, _of_document(anatomy.repairs, assessment, document), anatomy_rows.repair_value)


def load_structure(store: Store, assessment: str, document: str) -> tuple[dict[str, Any], ...]:
    """Return the lines of ``structure.jsonl`` for a document."""
    return _values(store, _of_document(anatomy.structures, assessment, document), anatomy_rows.structure_value)


def _of_document(table: Table, assessment: str, document: str) -> Select[Any]:
    return _of(select(table), table, assessment=assessment, document=document).order_by(table.c.position)


def load_facts(store: Store, assessment: str) -> tuple[Fact, ...]:
    """Return the facts of an assessment in the order of their ids."""
    table = schema.facts
    query = _of(select(table), table, assessment=assessment).order_by(table.c.id)
    return _values(store, query, rows.fact_value)


def load_text(store: Store, sha256: str, *, format: str | None = None) -> str | None:  # noqa: A002
    """Return the text that offsets refer to, ``None`` where the store does not have it.

    *format* matters only where the same bytes were read in two formats.
    """
    table = schema.texts
    query = _of(select(table.c.text), table, sha256=sha256, format=format).order_by(table.c.format).limit(1)
    with reading(store) as connection:
        text: str | None = connection.scalar(query)
        return text


def load_documents(store: Store, assessment: str | None = None) -> tuple[StoredDocument, ...]:
    """Return every file that was met, read or not, in the order of names."""
    table = schema.documents
    query = _of(select(table), table, assessment=assessment).order_by(table.c.assessment, table.c.name)
    return _values(store, query, rows.document_value)


def known_documents(store: Store, assessment: str) -> dict[str, tuple[str | None, Mapping[str, str]]]:
    """Return, for each document by name, its hash and the versions of the run that last saved it.

    A rerun with the same versions may skip a file whose hash is the same.
    """
    documents, runs = schema.documents, schema.runs
    query = select(documents.c.name, documents.c.sha256, runs.c.versions).join(runs, documents.c.run == runs.c.id)
    with reading(store) as connection:
        found = connection.execute(query.where(documents.c.assessment == assessment))
        return {name: (sha256, versions) for name, sha256, versions in found}


def present_documents(store: Store, assessment: str) -> dict[str, str | None]:
    """Return the hash of the file of each document whose file was there when it was last looked for."""
    columns = schema.documents.c
    query = select(columns.name, columns.sha256).where(columns.assessment == assessment, columns.absent_since.is_(None))
    with reading(store) as connection:
        return {name: sha256 for name, sha256 in connection.execute(query)}  # noqa: C416 - rows are not pairs to mypy


def unfinished_run(store: Store, assessment: str) -> str | None:
    """Return when the latest run of an assessment started (ISO 8601 with zone), if it was broken off, else ``None``."""
    started = _runs(store, assessment)
    return started[-1].started if started and started[-1].finished is None else None


def missing_documents(store: Store, assessment: str) -> tuple[str, ...]:
    """Return the names of the documents whose files are gone: a run was finished that did not meet them, nor any later.

    A file that has only another name now is among them.
    """
    columns = schema.documents.c
    query = select(columns.name).where(columns.assessment == assessment, columns.absent_since.is_not(None))
    with reading(store) as connection:
        return tuple(connection.scalars(query.order_by(columns.name)))


def load_glossary(store: Store, assessment: str) -> Glossary:
    """Return what the runs of an assessment said of an office's own rules and categories, the latest before others."""
    columns = schema.runs.c
    order = {run.id: place for place, run in enumerate(_runs(store, assessment))}
    query = select(columns.id, columns.glossary).where(columns.assessment == assessment)
    with reading(store) as connection:
        found = sorted(connection.execute(query), key=lambda run: order.get(run.id, len(order)))
    return reduce(union, (rows.glossary_value(run.glossary) for run in found), Glossary())


def load_roster(store: Store, assessment: str) -> tuple[Subject, ...]:
    """Return the roster of an assessment in its own order."""
    table = schema.subjects
    query = _of(select(table), table, assessment=assessment).order_by(table.c.position)
    return _values(store, query, rows.subject_value)


def load_assessment(store: Store, name: str | None = None) -> Assessment:
    """Return an assessment with its roster; without *name* the only one there is.

    Raise DataError where there is none of that name, or several and no name.
    """
    table = schema.assessments
    with reading(store) as connection:
        found = [(row.name, row.period) for row in connection.execute(select(table).order_by(table.c.name))]
    names = "、".join(f"“{known}”" for known, _ in found) or "（没有）"
    fitting = [row for row in found if name in (None, row[0])]
    if not fitting:
        raise DataError(f"数据库中没有考核“{name or ''}”。已有的考核：{names}。请核对名称，或先运行 mingcha run。")
    if len(fitting) > 1:
        raise DataError(f"数据库中有多个考核：{names}。请用 --assessment 写明是哪一个。")
    known, period = fitting[0]
    return Assessment(known, period, load_roster(store, known))


def _runs(store: Store, assessment: str) -> list[Row[tuple[str, str, str | None]]]:
    """Return the runs of an assessment in the order of their starts, whatever zones these are written in."""
    columns = schema.runs.c
    query = select(columns.id, columns.started, columns.finished).where(columns.assessment == assessment)
    with reading(store) as connection:
        return sorted(connection.execute(query), key=lambda run: datetime.fromisoformat(run.started))


def _of(query: Select[_Columns], table: Table, **values: str | None) -> Select[_Columns]:
    """Narrow a query to the rows that have these values; ``None`` asks for nothing."""
    return query.where(*(table.c[name] == value for name, value in values.items() if value is not None))


def _values(store: Store, query: Select[Any], make: Callable[[Mapping[Any, Any]], _Value]) -> tuple[_Value, ...]:
    with reading(store) as connection:
        return tuple(make(row) for row in connection.execute(query).mappings())
