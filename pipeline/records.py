"""The JSON records of the output files, field by field; their schemas lie in ``docs/schemas``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mingcha.pipeline.dimensions import dimension_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mingcha.pipeline.analyzed import Analysis, ScoredSentence
    from mingcha.pipeline.document import Failure, Locator, Trace
    from mingcha.pipeline.exposures import Exposure
    from mingcha.pipeline.findings import Cue, Fact, Finding, Referral
    from mingcha.pipeline.quantity import Quantity

Record = dict[str, Any]


def document_record(analysis: Analysis) -> Record:
    """Return the line of ``documents.jsonl`` for a document that was read."""
    document = analysis.document
    return {
        "document": document.name,
        "status": "read",
        "sha256": document.sha256,
        "format": document.format,
        "encoding": document.encoding,
        "genre": analysis.genre.id,
        "genre_evidence": list(analysis.genre.evidence),
        "characters": len(document.text),
        "coverage": round(document.coverage, 4),
        "parts": document.characters_by_part,
        "repairs": dict(analysis.repairs),
        "traces": [_trace_record(trace) for trace in document.traces],
        "undecoded": [{"position": one.position, "bytes": one.bytes.hex()} for one in document.undecoded],
        "notes": list(document.notes),
        "failure": None,
    }


def _trace_record(trace: Trace) -> Record:
    return {
        "kind": trace.kind,
        "author": trace.author,
        "date": trace.date,
        "text": trace.text,
        "start": trace.span.start,
        "end": trace.span.end,
    }


def failure_record(failure: Failure) -> Record:
    """Return the line of ``documents.jsonl`` for a file that could not be read."""
    return {
        "document": failure.name,
        "status": "failed",
        "sha256": failure.sha256,
        "format": failure.format,
        "encoding": None,
        "genre": None,
        "genre_evidence": [],
        "characters": 0,
        "coverage": 0.0,
        "parts": {},
        "repairs": {},
        "traces": [],
        "undecoded": [],
        "notes": [],
        "failure": {"kind": failure.kind, "message": failure.message},
    }


def finding_record(finding: Finding) -> Record:
    """Return the line of ``findings.jsonl``."""
    return {
        "id": finding.id,
        "document": finding.document,
        "start": finding.span.start,
        "end": finding.span.end,
        "text": finding.text,
        "locator": locator_record(finding.locator),
        "kind": finding.kind,
        "category": finding.category,
        "subclass": finding.subclass,
        "status": finding.status,
        "cue": cue_record(finding.cue),
        "subject": finding.subject,
        "candidates": list(finding.candidates),
        "speaker": finding.speaker,
        "source_kind": finding.source_kind,
        "quantities": [quantity_record(quantity) for quantity in finding.quantities],
        "strength": finding.strength,
        "confidence": finding.confidence,
        "sources": list(finding.sources),
        "versions": dict(finding.versions),
        "relation": finding.relation,
        "responsibility": finding.responsibility,
    }


def referral_record(referral: Referral) -> Record:
    """Return the line of ``referrals.jsonl``."""
    return {
        "id": referral.id,
        "document": referral.document,
        "start": referral.span.start,
        "end": referral.span.end,
        "text": referral.text,
        "locator": locator_record(referral.locator),
        "category": referral.category,
        "status": referral.status,
        "speaker": referral.speaker,
        "source_kind": referral.source_kind,
        "sources": list(referral.sources),
        "versions": dict(referral.versions),
    }


def locator_record(locator: Locator) -> Record:
    """Return a locator with its Chinese label; parts that do not apply are null."""
    box = locator.box
    return {
        "part": locator.part,
        "page": locator.page,
        "paragraph": locator.paragraph,
        "line": locator.line,
        "sheet": locator.sheet,
        "table": locator.table,
        "row": locator.row,
        "column": locator.column,
        "item": locator.item,
        "box": [box.left, box.top, box.right, box.bottom] if box else None,
        "label": locator.label,
    }


def cue_record(cue: Cue | None) -> Record | None:
    """Return a cue; start and end are null where the genre or a computation decided."""
    if cue is None:
        return None
    place = cue.span
    return {
        "id": cue.id,
        "text": cue.text,
        "start": place.start if place else None,
        "end": place.end if place else None,
    }


def quantity_record(quantity: Quantity) -> Record:
    """Return a quantity; in ``quantities.jsonl`` its document stands before it."""
    return {
        "start": quantity.span.start,
        "end": quantity.span.end,
        "text": quantity.text,
        "value": quantity.value,
        "value_max": quantity.value_max,
        "unit": quantity.unit,
        "kind": quantity.kind,
        "approximator": quantity.approximator,
        "direction": quantity.direction,
        "baseline": quantity.baseline,
        "target": quantity.target,
        "period": quantity.period,
        "measure": quantity.measure,
        "plan": quantity.plan,
        "share": quantity.share,
    }


def fact_record(
    fact: Fact, teams: Collection[str] = (), exposures: Mapping[str, Sequence[Exposure]] | None = None
) -> Record:
    """Return the line of ``facts.jsonl``; *teams* are the ids of the roster's teams.

    *exposures* are the counts of workload by the finding they stand beside; where none are given, nothing is said.
    """
    record = {
        "id": fact.id,
        "subject": fact.subject,
        "kind": fact.kind,
        "category": fact.category,
        "text": fact.text,
        "supports": list(fact.supports),
        "contradicts": list(fact.contradicts),
        "copies": list(fact.copies),
        "source_kinds": list(fact.source_kinds),
        "independent": fact.independent,
        "strength": fact.strength,
        "dimension": dimension_of(fact.category, team=fact.subject in teams),
    }
    if exposures is None:
        return record
    beside = [one for finding in fact.supports for one in exposures.get(finding, ())]
    return record | {"exposures": [_exposure_record(one) for one in beside]}


def _exposure_record(exposure: Exposure) -> Record:
    quantity = exposure.quantity
    return {
        "finding": exposure.finding,
        "load": exposure.load,
        "text": quantity.text,
        "value": quantity.value,
        "unit": quantity.unit,
        "period": quantity.period,
        "rule": exposure.rule,
    }


def sentence_record(document: str, sentence: ScoredSentence) -> Record:
    """Return the line of ``sentences.jsonl``: the probability that the sentence asserts a risk."""
    return {
        "document": document,
        "start": sentence.span.start,
        "end": sentence.span.end,
        "risk": sentence.risk,
    }
