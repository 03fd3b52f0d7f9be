"""The schemes that scores were computed with, word for word: a scorecard names one by id and version."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import select

from mingcha.pipeline.store import statements
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.schema import schemes

if TYPE_CHECKING:
    from mingcha.pipeline.store.database import Store


class SchemeRow(TypedDict):
    """A scheme as it was used: ``text`` is its JSON, of which ``version`` is the hash; ``first_used`` is ISO 8601."""

    id: str
    version: str
    name: str
    text: str
    first_used: str


def text_version(text: str) -> str:
    """Return the version of a scheme from its JSON: the beginning of its SHA-256 hash."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def keep_scheme(store: Store, scheme: SchemeRow) -> None:
    """Write a scheme, unless this version of it is there already."""
    with writing(store) as connection:
        kept = frozenset({"name", "text", "first_used"})
        connection.execute(statements.upsert("schemes", connection.dialect.name, kept), dict(scheme))


def load_scheme_text(store: Store, scheme: str, version: str) -> str | None:
    """Return the JSON of a scheme, ``None`` where the scores were made by a version of the software that kept none."""
    query = select(schemes.c.text).where(schemes.c.id == scheme, schemes.c.version == version)
    with reading(store) as connection:
        text: str | None = connection.scalar(query)
        return text
