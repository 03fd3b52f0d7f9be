"""The documents of our own corpus that are kept apart: models are compared by them, no candidate is trained on them.

Membership follows from the id of a document alone, so it stays as it is when documents are added or reworded. The model
that is shipped was trained on the whole corpus; where it is compared, a model of the same recipe stands in for it that
has not seen these documents (`models/candidates`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.corpora.labelled_documents import LabelledDocument

SHARE = 8
"""One document in so many is kept apart."""

_SALT = "mingcha frozen split 1"


def is_kept_apart(id: str) -> bool:  # noqa: A002
    """Tell whether the document of this id is for comparisons only.

    >>> [number for number in range(1, 40) if is_kept_apart(f"t1-{number:03d}")]
    [13, 20, 21, 31, 32, 39]
    """
    digest = hashlib.sha256(f"{_SALT}\n{id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % SHARE == 0


def split(
    documents: Iterable[LabelledDocument],
) -> tuple[tuple[LabelledDocument, ...], tuple[LabelledDocument, ...]]:
    """Return the documents to learn from, and those that are kept apart."""
    every = tuple(documents)
    apart = tuple(one for one in every if is_kept_apart(one.id))
    return tuple(one for one in every if not is_kept_apart(one.id)), apart


def split_hash(documents: Iterable[LabelledDocument]) -> str:
    """Return a hash of ids, texts and labels: figures of the same hash can be laid side by side."""
    digest = hashlib.sha256()
    for document in sorted(documents, key=lambda one: one.id):
        digest.update(f"{document.id}\n{document.text}\n{document.sentences!r}\n".encode(errors="surrogatepass"))
    return digest.hexdigest()
