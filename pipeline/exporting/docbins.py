"""spaCy's DocBin: a document's text with its findings in ``doc.spans["mingcha"]``, all else as plain JSON values.

Every character is a token, as in ``spacy.blank("zh")`` without settings, so that every span stands exactly where the
finding does. spaCy writes a DocBin from memory, so documents are written in several files where they are many.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.exporting.cells import writable
from mingcha.pipeline.exporting.places import replacing
from mingcha.pipeline.exporting.records import finding_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mingcha.pipeline.exporting.records import Record, Scope
    from mingcha.pipeline.store.streams import Labelled

GROUP = "mingcha"
LARGEST = 5_000_000  # characters of one file; a token takes some hundred bytes while it is in memory
_FINDING = 500  # as many characters as a finding takes room


def write_docbins(
    place: Path, documents: Iterable[Labelled], scope: Scope, *, largest: int = LARGEST
) -> tuple[int, tuple[Path, ...]]:
    """Write *place*, and where the documents are many ``…-2``, ``…-3`` beside it; return how many documents, where.

    A DocBin holds at least one document, however long it is.
    """
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocabulary, count = Vocab(), 0
    files: list[Path] = []
    for piece in _pieces(documents, largest):
        docs = DocBin(docs=[_doc(vocabulary, one, scope) for one in piece], store_user_data=True)
        files.append(place if not files else place.with_stem(f"{place.stem}-{len(files) + 1}"))
        count += len(docs)
        with replacing(files[-1]) as part:
            part.write_bytes(docs.to_bytes())
    return count, tuple(files)


def _pieces(documents: Iterable[Labelled], largest: int) -> Iterator[list[Labelled]]:
    """Yield the documents in pieces of at most that size; one empty piece where there is no document."""
    piece: list[Labelled] = []
    size, any_given = 0, False
    for document in documents:
        added = len(document.text) + _FINDING * len(document.judged)
        if piece and size + added > largest:
            yield piece
            piece, size, any_given = [], 0, True
        piece.append(document)
        size += added
    if piece or not any_given:
        yield piece


def _doc(vocabulary: Any, labelled: Labelled, scope: Scope) -> Any:
    from spacy.tokens import Doc, Span, SpanGroup

    text = writable(labelled.text)
    doc = Doc(vocabulary, words=list(text), spaces=[False] * len(text))
    doc.user_data["title"] = writable(labelled.document.name)
    doc.user_data[GROUP] = {"assessment": scope.assessment, "sha256": labelled.document.sha256}
    records = [_plain(finding_record(one, scope)) for one in labelled.judged]
    spans = [
        Span(doc, record["start"], record["end"], label=record["category"], span_id=record["id"]) for record in records
    ]
    attributes = {"findings": {record["id"]: record for record in records}}
    doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=spans, attrs=attributes)
    return doc


def _plain(record: Record) -> Record:
    """Return *record* without halves of characters, which spaCy cannot write."""
    plain: Record = json.loads(writable(json.dumps(record, ensure_ascii=False)))
    return plain
