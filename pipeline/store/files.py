"""What is known of the files of a folder, so that a run that goes on need not read again what has not changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from mingcha.pipeline.store import rows, statements
from mingcha.pipeline.store.anatomy import structures
from mingcha.pipeline.store.anatomy_rows import structure_value
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import referrals
from mingcha.pipeline.store.schema import documents, files, findings, quantities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.pipeline.assessments import Run
    from mingcha.pipeline.findings import Finding, Referral
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.store.database import Store

Contents = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that was read wholly: the hash of its bytes, and of all that decided what was found in it.

    ``contents`` has, for each document in it, what the other tables do not have: ``document`` (its record),
    ``findings`` (their ids in order) and ``fired``.
    """

    name: str
    sha256: str
    method: str
    contents: Contents


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one document, as the store has it; findings in the order in which they were made.

    ``structure`` are the lines of ``structure.jsonl``.
    """

    findings: tuple[Finding, ...]
    quantities: tuple[Quantity, ...]
    referrals: tuple[Referral, ...]
    structure: tuple[dict[str, Any], ...] = ()


def known_files(store: Store, assessment: str) -> dict[str, KnownFile]:
    """Return the files that were read wholly and are still what the store has of them, by name."""
    with reading(store) as connection:
        there = select(documents.c.name).where(documents.c.assessment == assessment, documents.c.absent_since.is_(None))
        present = set(connection.scalars(there))
        found = connection.execute(select(files).where(files.c.assessment == assessment)).mappings()
        known = [KnownFile(row["name"], row["sha256"], row["method"], row["contents"]) for row in found]
    return {one.name: one for one in known if all(part["document"]["document"] in present for part in one.contents)}


def file_names(store: Store, assessment: str) -> frozenset[str]:
    """Return the names of all files of which something is kept."""
    with reading(store) as connection:
        return frozenset(connection.scalars(select(files.c.name).where(files.c.assessment == assessment)))


def keep_file(store: Store, run: Run, file: KnownFile) -> None:
    """Write that a file was read wholly; call it when all its documents are saved."""
    row = {"name": file.name, "sha256": file.sha256, "method": file.method, "contents": file.contents}
    with writing(store) as connection:
        statement = statements.upsert("files", connection.dialect.name)
        connection.execute(statement, row | {"assessment": run.assessment, "run": run.id})


def forget_file(store: Store, run: Run, name: str) -> None:
    """Write that what the store has of a file is about to change."""
    with writing(store) as connection:
        connection.execute(delete(files).where(files.c.assessment == run.assessment, files.c.name == name))


def load_found(store: Store, assessment: str, document: str, order: Sequence[str]) -> Found:
    """Return what was found in a document; *order* are the ids of its findings, those that people made come last."""
    place: Mapping[str, int] = {id_: position for position, id_ in enumerate(order)}
    with reading(store) as connection:

        def found(table: Any, *order_by: Any) -> Any:
            mine = (table.c.assessment == assessment, table.c.document == document)
            return connection.execute(select(table).where(*mine).order_by(*order_by)).mappings()

        current = (row for row in found(findings, findings.c.id) if row["superseded_by_run"] is None)
        ordered = sorted(map(rows.finding_value, current), key=lambda one: place.get(one.id, len(place)))
        amounts = tuple(map(rows.quantity_value, found(quantities, quantities.c.position)))
        apart = tuple(map(rows.referral_value, found(referrals, referrals.c.start, referrals.c.end)))
        told = tuple(map(structure_value, found(structures, structures.c.position)))
    return Found(tuple(ordered), amounts, apart, told)
