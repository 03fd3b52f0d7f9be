"""The texts of the documents of one assessment, read back from the store in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mingcha.pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class StoredText:
    """A document that was read, with its text."""

    name: str
    sha256: str
    format: str
    genre: str
    text: str


def load_texts(store: Store, assessment: str) -> tuple[StoredText, ...]:
    """Return the texts of an assessment in the order of the documents' names."""
    from sqlalchemy import and_, select

    from mingcha.pipeline.store import schema
    from mingcha.pipeline.store.database import reading

    documents, texts = schema.documents.c, schema.texts.c
    same = and_(documents.sha256 == texts.sha256, documents.format == texts.format)
    query = (
        select(documents.name, documents.sha256, documents.format, documents.genre, texts.text)
        .join_from(schema.documents, schema.texts, same)
        .where(documents.assessment == assessment, documents.status == "read")
        .order_by(documents.name)
    )
    with reading(store) as connection:
        return tuple(
            StoredText(name, sha, form, genre or "other", text)
            for name, sha, form, genre, text in connection.execute(query)
        )
