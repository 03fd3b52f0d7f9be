"""The shipped analysis put to documents whose gold labels are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.models.comparison import Answer, Firing, claims_of, compare
from mingcha.models.evaluation import Examined
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.terms import CATEGORIES, MENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.corpora.labelled_documents import LabelledDocument
    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.detection import Hit
    from mingcha.pipeline.document import Document
    from mingcha.pipeline.judgment import OperatingPoint


def examine(labelled: LabelledDocument, document: Document, kit: Toolkit, *, origin: str = "") -> Examined:
    """Analyze *document* as a run does and compare with *labelled*."""
    analysis = analyze(document, kit)
    answer = Answer(claims_of(analysis.findings), analysis.sentences, tuple(_firings(document, kit)))
    return Examined(labelled, analysis.genre.id, compare(labelled, answer), origin)


def _firings(document: Document, kit: Toolkit) -> Iterator[Firing]:
    """Yield the rules that fired in each sentence, with its span; gold labels know the codebook's categories only."""
    prepared = prepare(document, kit.stages)
    scores = kit.scorer(prepared.sentences, prepared.genre)
    for marked, probabilities in zip(prepared.sentences, scores, strict=True):
        span = prepared.clean.offsets.to_original(marked.sentence.span)
        for hit, cue in zip(marked.hits, marked.governed, strict=True):
            if hit.rule.category in CATEGORIES:
                active = cue is None or cue.rule.status not in MENTIONS
                yield Firing(span, hit.rule.id, active, _doubted(hit, probabilities, kit.point))


def _doubted(hit: Hit, probabilities: Mapping[str, float], point: OperatingPoint) -> bool:
    if hit.rule.kind == "evidence":
        return probabilities[hit.rule.category] < point.evidence[hit.rule.category]
    return probabilities["risk"] < point.risk
