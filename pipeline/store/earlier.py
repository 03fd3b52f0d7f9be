"""What an assessment was analyzed and scored with last, so that a change of rules or scheme does not pass unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.schema import runs, scorecards

if TYPE_CHECKING:
    from mingcha.pipeline.store.database import Store


def versions_before(store: Store, assessment: str) -> dict[str, str]:
    """Return the versions of the last run that ended, empty where there is none."""
    done = select(runs.c.versions).where(runs.c.assessment == assessment, runs.c.finished.is_not(None))
    with reading(store) as connection:
        return dict(connection.scalar(done.order_by(runs.c.finished.desc()).limit(1)) or {})


def scheme_before(store: Store, assessment: str, scheme: str) -> str | None:
    """Return the version of the scheme *scheme* by which the assessment was scored last."""
    columns = scorecards.c
    last = select(columns.scheme_version).where(columns.assessment == assessment, columns.scheme == scheme)
    with reading(store) as connection:
        version: str | None = connection.scalar(last.order_by(columns.seq.desc()).limit(1))
    return version
