"""Passages for authorized reviewers alone: written by a run, read by nobody who may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.people import referrals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.assessments import Run
    from mingcha.pipeline.document import Document, Failure
    from mingcha.pipeline.findings import Referral
    from mingcha.pipeline.store.database import Store


def replace_referrals(
    connection: Connection, run: Run, document: Document | Failure, found: Sequence[Referral]
) -> None:
    """Write the referrals of a document in place of those that the store had of it."""
    columns = referrals.c
    mine = (columns.assessment == run.assessment, columns.document == document.name)
    connection.execute(delete(referrals).where(*mine))
    origin = {"assessment": run.assessment, "sha256": document.sha256, "format": document.format, "run": run.id}
    values = [rows.referral_row(referral) | origin for referral in found]
    if values:
        connection.execute(insert(referrals), values)


def load_referrals(store: Store, assessment: str) -> tuple[Referral, ...]:
    """Return the referrals of an assessment in the order of documents and text; the caller sees to who may read."""
    columns = referrals.c
    query = select(referrals).where(columns.assessment == assessment)
    with reading(store) as connection:
        found = connection.execute(query.order_by(columns.document, columns.start, columns.id)).mappings()
        return tuple(rows.referral_value(row) for row in found)
