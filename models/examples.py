"""Labelled documents made ready for training and evaluation: the same stages as a real run, gold labels laid over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.corpora.labelled_documents import Labels
from mingcha.pipeline.document import Document
from mingcha.pipeline.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mingcha.corpora.labelled_documents import LabelledDocument
    from mingcha.pipeline.document import Span
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.preparation import Stages


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one question (head) about a sentence; ``trust`` is the weight it has beside a label of ours."""

    said: bool
    trust: float


@dataclass(frozen=True, slots=True)
class Example:
    """One prepared document: its sentences, its genre, and the labels of each sentence.

    ``answers`` is there for documents of an office: people answered some questions about some of the sentences, by
    head, and their words must not be found in a model; the labels are all unsure then.
    """

    id: str
    source_type: str
    sentences: tuple[Marked, ...]
    genre: Genre
    labels: tuple[Labels, ...]
    answers: tuple[Mapping[str, Answer], ...] | None = None


def prepare_examples(documents: Iterable[LabelledDocument], stages: Stages) -> tuple[Example, ...]:
    """Run the stages over *documents* and give every sentence the labels of the gold sentences it covers."""
    return tuple(_example(document, stages) for document in documents)


def _example(labelled: LabelledDocument, stages: Stages) -> Example:
    digest = hashlib.sha256(labelled.text.encode("utf-8", "replace")).hexdigest()
    prepared = prepare(Document(labelled.id, digest, "txt", labelled.text, ()), stages)
    places = [prepared.clean.offsets.to_original(sentence.sentence.span) for sentence in prepared.sentences]
    labels = _aligned(places, labelled.sentences)
    return Example(labelled.id, labelled.source_type, prepared.sentences, prepared.genre, labels)


def _aligned(places: Sequence[Span], gold: Sequence[tuple[Span, Labels]]) -> tuple[Labels, ...]:
    """Join the labels of all gold sentences that share at least half of the shorter span (as the measure does)."""
    aligned, first = [], 0
    for place in places:
        while first < len(gold) and gold[first][0].end <= place.start:
            first += 1
        near = []
        for span, labels in gold[first:]:
            if span.start >= place.end:
                break
            overlap = min(span.end, place.end) - max(span.start, place.start)
            if 2 * overlap >= min(len(span), len(place)):
                near.append(labels)
        aligned.append(_joined(near))
    return tuple(aligned)


def _joined(labels: Sequence[Labels]) -> Labels:
    risk = tuple(sorted({code for row in labels for code in row.risk}))
    statuses = {row.status for row in labels if row.risk}
    return Labels(
        risk=risk,
        evidence=tuple(sorted({code for row in labels for code in row.evidence})),
        status=("asserted" if "asserted" in statuses else "reported") if risk else None,
        mention=None if risk else next((row.mention for row in labels if row.mention), None),
        unsure=any(row.unsure for row in labels),
    )
