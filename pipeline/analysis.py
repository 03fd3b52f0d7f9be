"""The whole way of one document: from its text to findings. Pure; every collaborator is handed in."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from mingcha.pipeline.analyzed import Analysis, ScoredSentence
from mingcha.pipeline.arithmetic import check_sums
from mingcha.pipeline.attribution import attribute_document
from mingcha.pipeline.consultation import consult
from mingcha.pipeline.findings import Cue, Finding, Referral, finding_id
from mingcha.pipeline.judgment import Witness, refer
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.rewriting import count_repairs
from mingcha.pipeline.second_judgment import noted
from mingcha.pipeline.strength import strength_of
from mingcha.pipeline.structure import read_structure
from mingcha.pipeline.structure_records import structure_records
from mingcha.pipeline.terms import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.attribution import Attribution
    from mingcha.pipeline.consultation import SecondReader
    from mingcha.pipeline.document import Document, Span
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.judgment import Judgment, OperatingPoint
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.preparation import Prepared, Stages
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.registry import Registry
    from mingcha.pipeline.second_judgment import Reconsidered


READ_BY_ENCODER = "encoder"
"""Stands among the probabilities of a sentence that an encoder has read as well."""


class Scorer(Protocol):
    """The models: probabilities by head for the consecutive sentences of one document."""

    def __call__(self, sentences: Sequence[Marked], genre: Genre, /) -> Sequence[Mapping[str, float]]:
        """Return one mapping per sentence."""
        ...


@dataclass(frozen=True, slots=True)
class Toolkit:
    """Everything the analysis needs beside the document. ``versions`` goes into every finding.

    ``model`` and ``encoder`` are the ids that a finding names where these had a say; no encoder is empty.
    """

    stages: Stages
    scorer: Scorer
    point: OperatingPoint
    registry: Registry
    versions: Mapping[str, str]
    model: str
    encoder: str = ""
    second_reader: SecondReader | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """What the findings of one document share."""

    prepared: Prepared
    quantities: tuple[Quantity, ...]
    kit: Toolkit

    @property
    def clean(self) -> Clean:
        """The clean text with its way back."""
        return self.prepared.clean

    @property
    def genre(self) -> Genre:
        """The genre of the document."""
        return self.prepared.genre


def analyze(document: Document, kit: Toolkit) -> Analysis:
    """Read *document* the whole way: clean, segment, mark, score, judge, attribute."""
    prepared = prepare(document, kit.stages)
    scores = kit.scorer(prepared.sentences, prepared.genre)
    who = attribute_document(prepared.segmented, prepared.sentences, prepared.genre, kit.registry, document.name)
    context = _Context(prepared, extract_quantities(prepared.clean.text), kit)
    witnesses = tuple(_witnesses(prepared, scores))
    consultation = consult(prepared, witnesses, kit.point, kit.second_reader)
    found = (*_findings(context, witnesses, consultation.judged, who), *_checks(context))
    findings = tuple({finding.id: finding for finding in found}.values())
    quantities = _located(context, context.quantities)
    mended = prepared.clean.repairs
    structure = read_structure(prepared.segmented, prepared.genre, kit.stages.labels, tables=prepared.tables)
    return Analysis(
        document=document,
        genre=prepared.genre,
        findings=findings,
        quantities=quantities,
        sentences=_scored(prepared, consultation.judged),
        repairs=count_repairs(mended),
        structure=tuple(structure_records(prepared.clean, structure)),
        fired=frozenset(hit.rule.id for sentence in prepared.sentences for hit in sentence.hits),
        referrals=tuple(_referrals(context, witnesses, who)),
        mended=mended,
        consulted=consultation.consulted,
    )


def _witnesses(prepared: Prepared, scores: Sequence[Mapping[str, float]]) -> Iterator[Witness]:
    for one, probabilities in zip(prepared.sentences, scores, strict=True):
        yield Witness.of(one, prepared.genre.id, probabilities, of_sentences=len(prepared.sentences))


def _findings(
    context: _Context, witnesses: Sequence[Witness], judged: Sequence[Reconsidered], who: Sequence[Attribution]
) -> Iterator[Finding]:
    """Yield the findings; what a sentence on integrity says is for authorized reviewers alone, so it has none."""
    sentences = context.prepared.sentences
    for sentence, witness, one, attribution in zip(sentences, witnesses, judged, who, strict=True):
        models = _models(witness, context.kit)
        for judgment in () if refer(witness) else one.judgments:
            finding = _finding(judgment, sentence, attribution.of(judgment.hits), context, models)
            yield noted(finding, one, sentence.sentence.span, context.clean)


def _models(witness: Witness, kit: Toolkit) -> tuple[str, ...]:
    """Return the models that had a say in a sentence."""
    return (kit.model, kit.encoder) if READ_BY_ENCODER in witness.probabilities else (kit.model,)


def _referrals(context: _Context, witnesses: Sequence[Witness], who: Sequence[Attribution]) -> Iterator[Referral]:
    clean = context.clean
    for sentence, witness, attribution in zip(context.prepared.sentences, witnesses, who, strict=True):
        span = clean.offsets.to_original(sentence.sentence.span)
        for referred in refer(witness):
            yield Referral(
                id=finding_id(clean.document.sha256, span, "referral", referred.category),
                document=clean.document.name,
                span=span,
                text=span.of(clean.document.text),
                locator=clean.document.locator_at(span),
                category=referred.category,
                status=referred.status,
                speaker=attribution.speaker,
                source_kind=attribution.source_kind,
                sources=tuple(sorted({hit.rule.id for hit in referred.hits})),
                versions=context.kit.versions,
            )


def _finding(
    judgment: Judgment, sentence: Marked, who: Attribution, context: _Context, models: tuple[str, ...]
) -> Finding:
    clean, place = context.clean, sentence.sentence.span
    span = clean.offsets.to_original(place)
    quantities = _within(context.quantities, place)
    return Finding(
        id=finding_id(clean.document.sha256, span, judgment.kind, judgment.category),
        document=clean.document.name,
        span=span,
        text=span.of(clean.document.text),
        locator=clean.document.locator_at(span),
        kind=judgment.kind,
        category=judgment.category,
        subclass=judgment.subclass,
        status=judgment.status,
        cue=_cue(judgment, sentence, clean),
        subject=who.subject,
        candidates=who.candidates,
        speaker=who.speaker,
        source_kind=who.source_kind,
        quantities=_located(context, quantities),
        strength=strength_of(judgment, quantities, sentence.text, source_kind=who.source_kind, genre=context.genre.id),
        confidence=round(judgment.confidence, 4),
        sources=_sources(judgment, models),
        versions=context.kit.versions,
        relation=who.relation,
        responsibility=who.responsibility,
    )


def _sources(judgment: Judgment, models: tuple[str, ...]) -> tuple[str, ...]:
    """Return the rules that fired, and the *models* where they had a say."""
    rules = sorted({hit.rule.id for hit in judgment.hits})
    return (*rules, *models) if judgment.category in CATEGORIES else tuple(rules)


def _cue(judgment: Judgment, sentence: Marked, clean: Clean) -> Cue | None:
    if judgment.cue is None:
        return None
    span = clean.offsets.to_original(judgment.cue.span.shifted(sentence.sentence.span.start))
    return Cue(judgment.cue.rule.id, span.of(clean.document.text), span)


def _checks(context: _Context) -> Iterator[Finding]:
    """Yield a finding of kind ``check`` for every sum or rate that does not come out."""
    document = context.clean.document
    for mismatch in check_sums(context.clean.text, context.quantities):
        span = context.clean.offsets.to_original(mismatch.span)
        yield Finding(
            id=finding_id(document.sha256, span, "check", "arithmetic"),
            document=document.name,
            span=span,
            text=span.of(document.text),
            locator=document.locator_at(span),
            kind="check",
            category="arithmetic",
            subclass=None,
            status="asserted",
            cue=Cue("check.sum", mismatch.explanation),
            subject=None,
            candidates=(),
            speaker=None,
            source_kind=context.genre.source,
            quantities=_located(context, _within(context.quantities, mismatch.span)),
            strength="E2",
            confidence=1.0,
            sources=("check.sum",),
            versions=context.kit.versions,
        )


def _within(quantities: tuple[Quantity, ...], span: Span) -> tuple[Quantity, ...]:
    first = bisect_right(quantities, span.start - 1, key=lambda quantity: quantity.span.start)
    last = bisect_right(quantities, span.end - 1, key=lambda quantity: quantity.span.start)
    return quantities[first:last]


def _located(context: _Context, quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Return the quantities with span and text of the original."""
    offsets, text = context.clean.offsets, context.clean.document.text
    spans = ((quantity, offsets.to_original(quantity.span)) for quantity in quantities)
    return tuple(replace(quantity, span=span, text=span.of(text)) for quantity, span in spans)


def _scored(prepared: Prepared, judged: Sequence[Reconsidered]) -> tuple[ScoredSentence, ...]:
    """Return every sentence with its probability; noise was not scored and gets 0."""
    risk = {m.sentence.span: one.risk for m, one in zip(prepared.sentences, judged, strict=True)}
    to_original = prepared.clean.offsets.to_original
    spans = (sentence.span for sentence in prepared.segmented.sentences)
    return tuple(ScoredSentence(to_original(span), round(float(risk.get(span, 0.0)), 5)) for span in spans)
