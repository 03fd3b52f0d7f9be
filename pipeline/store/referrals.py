"""Passages for authorized reviewers alone: written by a run, read by nobody who may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.people import referrals

if TYPE_CHECKING:
    from mingcha.pipeline.findings import Referral
    from mingcha.pipeline.store.database import Store


def load_referrals(store: Store, assessment: str) -> tuple[Referral, ...]:
    """Return the referrals of an assessment in the order of documents and text; the caller sees to who may read."""
    columns = referrals.c
    query = select(referrals).where(columns.assessment == assessment)
    with reading(store) as connection:
        found = connection.execute(query.order_by(columns.document, columns.start, columns.id)).mappings()
        return tuple(rows.referral_value(row) for row in found)
