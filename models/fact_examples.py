"""The labelled assessments of facts as findings: what is measured or learnt on them is the putting together alone.

Subject and category are as labelled; kind of source, quantities and hearsay as the pipeline reads them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.corpora.rulebook import shipped_book
from mingcha.models.stages import load_stages
from mingcha.pipeline.attribution import attribute_document
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.registry import build_registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

    from mingcha.corpora.fact_gold import FactCase, GoldFact, GoldPassage
    from mingcha.pipeline.preparation import Stages
    from mingcha.pipeline.terms import Strength

Key = tuple[str, ...]

_OFFICIAL: Final = frozenset({"S-AUDIT", "S-INSP", "S-DISC", "S-STAT", "S-FILE"})


@dataclass(frozen=True, slots=True)
class Given:
    """The findings made of a case, by what they were made of."""

    findings: Mapping[Key, Finding]

    def of(self, fact: GoldFact, passage: GoldPassage) -> Finding:
        """Return the finding that a passage of a fact was made into."""
        return self.findings[_key(fact, passage)]


def given(case: FactCase) -> Given:
    """Return the findings of a labelled case."""
    kinds = _sources(case, load_stages(shipped_book()))
    pairs = ((fact, passage) for fact in case.facts for passage in (*fact.supports, *fact.contradicts))
    return Given({_key(fact, passage): _finding(case, fact, passage, kinds) for fact, passage in pairs})


def _key(fact: GoldFact, passage: GoldPassage) -> Key:
    return fact.subject, passage.document, passage.text, *_said(fact, passage)


def _said(fact: GoldFact, passage: GoldPassage) -> tuple[str, str, str]:
    """Return kind, category and status of a passage: its own where it is labelled with one, else its fact's."""
    if ":" in passage.judged:
        kind, category = passage.judged.split(":")
        return kind, category, "asserted"
    return fact.kind, fact.category, passage.judged


def _sources(case: FactCase, stages: Stages) -> dict[tuple[str, str], str]:
    """Return the kind of source of every sentence of a case, by document and words, as the pipeline sees it."""
    registry = build_registry(case.roster)
    kinds = {}
    for name, text in case.texts.items():
        prepared = prepare(Document(name, name, "txt", text, tuple(_lines(text))), stages)
        told = attribute_document(prepared.segmented, prepared.sentences, prepared.genre, registry, name)
        for marked, one in zip(prepared.sentences, told, strict=True):
            kinds[name, prepared.clean.offsets.to_original(marked.sentence.span).of(text)] = one.source_kind
    return kinds


def _lines(text: str) -> Iterator[Block]:
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        yield Block(Span(start, start + len(line)), Locator(line=number))
        start += len(line) + 1


def _source_of(kinds: Mapping[tuple[str, str], str], passage: GoldPassage) -> str:
    fitting = (
        kind
        for (name, text), kind in kinds.items()
        if name == passage.document and (text in passage.text or passage.text in text)
    )
    return next(fitting, "S-UNKNOWN")


def _finding(case: FactCase, fact: GoldFact, passage: GoldPassage, kinds: Mapping[tuple[str, str], str]) -> Finding:
    kind, category, status = _said(fact, passage)
    hearsay = status == "asserted" and passage.text.startswith("听")
    source = _source_of(kinds, passage)
    start = case.texts[passage.document].index(passage.text)
    labelled: dict[str, Any] = {"kind": kind, "category": category, "status": "reported" if hearsay else status}
    return Finding(
        id=hashlib.sha256(repr(_key(fact, passage)).encode()).hexdigest()[:20],
        document=passage.document,
        span=Span(start, start + len(passage.text)),
        text=passage.text,
        locator=Locator(line=1),
        subclass=None,
        cue=None,
        subject=fact.subject,
        candidates=(),
        speaker=None,
        source_kind=source,
        quantities=extract_quantities(passage.text),
        strength=_strength(source, hearsay=hearsay),
        confidence=0.9,
        sources=("given",),
        versions={},
        **labelled,
    )


def _strength(source: str, *, hearsay: bool) -> Strength:
    if hearsay:
        return "E1"
    return "E4" if source in _OFFICIAL else "E2"
