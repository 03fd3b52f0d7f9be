"""How rightly passages are put together to facts, on our labelled assessments; writes ``results/facts.md``.

Given findings: the labelled passages are made into findings (their subject and category as labelled; kind of source,
quantities and hearsay as the pipeline reads them), so that what is measured is the putting together alone.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from mingcha.corpora.fact_gold import FACTS, FactCase, GoldFact, GoldPassage, load_fact_case
from mingcha.corpora.rulebook import shipped_book
from mingcha.models.stages import load_stages
from mingcha.pipeline.attribution import attribute_document
from mingcha.pipeline.corroboration import corroborate
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.registry import build_registry
from mingcha.pipeline.titles import names_of

RESULT = Path(__file__).parent / "results" / "facts.md"
STAGES = load_stages(shipped_book())
OFFICIAL = ("S-AUDIT", "S-INSP", "S-DISC", "S-STAT", "S-FILE")


@dataclass(frozen=True)
class Given:
    """The findings made of a case, by what they were made of."""

    findings: dict[tuple, Finding]

    def of(self, fact: GoldFact, passage: GoldPassage) -> Finding:
        return self.findings[key(fact, passage)]


def key(fact: GoldFact, passage: GoldPassage) -> tuple:
    kind, category, status = said(fact, passage)
    return fact.subject, passage.document, passage.text, kind, category, status


def said(fact: GoldFact, passage: GoldPassage) -> tuple[str, str, str]:
    if ":" in passage.judged:
        kind, category = passage.judged.split(":")
        return kind, category, "asserted"
    return fact.kind, fact.category, passage.judged


def sources(case: FactCase) -> dict[tuple[str, str], str]:
    """Return the kind of source of every sentence of a case, as the pipeline sees it."""
    registry = build_registry(case.roster)
    kinds = {}
    for name, text in case.texts.items():
        lines, start, blocks = text.split("\n"), 0, []
        for number, line in enumerate(lines, 1):
            blocks.append(Block(Span(start, start + len(line)), Locator(line=number)))
            start += len(line) + 1
        prepared = prepare(Document(name, name, "txt", text, tuple(blocks)), STAGES)
        said_by = attribute_document(prepared.segmented, prepared.sentences, prepared.genre, registry, name)
        for marked, one in zip(prepared.sentences, said_by, strict=True):
            span = prepared.clean.offsets.to_original(marked.sentence.span)
            kinds[name, text[span.start : span.end]] = one.source_kind
    return kinds


def source_of(case: FactCase, kinds: dict[tuple[str, str], str], passage: GoldPassage) -> str:
    return next(
        (
            kind
            for (name, text), kind in kinds.items()
            if name == passage.document and (text in passage.text or passage.text in text)
        ),
        "S-UNKNOWN",
    )


def given(case: FactCase) -> Given:
    kinds = sources(case)
    findings = {}
    for fact in case.facts:
        for passage in (*fact.supports, *fact.contradicts):
            kind, category, status = said(fact, passage)
            hearsay = status == "asserted" and passage.text.startswith("听")
            source = source_of(case, kinds, passage)
            start = case.texts[passage.document].index(passage.text)
            findings[key(fact, passage)] = Finding(
                id=hashlib.sha256(repr(key(fact, passage)).encode()).hexdigest()[:20],
                document=passage.document,
                span=Span(start, start + len(passage.text)),
                text=passage.text,
                locator=Locator(line=1),
                kind=kind,
                category=category,
                subclass=None,
                status="reported" if hearsay else status,
                cue=None,
                subject=fact.subject,
                candidates=(),
                speaker=None,
                source_kind=source,
                quantities=extract_quantities(passage.text),
                strength="E1" if hearsay else "E4" if source in OFFICIAL else "E2",
                confidence=0.9,
                sources=("given",),
                versions={},
            )
    return Given(findings)


def pairs(groups) -> set[frozenset]:
    return {frozenset(pair) for group in groups for pair in combinations(sorted(group), 2)}


def measure(case: FactCase) -> tuple[dict[str, tuple[int, int, int]], list[str]]:
    made = given(case)
    facts = corroborate(list(made.findings.values()), names_of(case.roster))
    gold_groups = [[made.of(fact, one).id for one in fact.supports] for fact in case.facts]
    known = {one for group in gold_groups for one in group}
    found_groups = [[one for one in (*fact.supports, *fact.copies) if one in known] for fact in facts]
    gold_pairs, found_pairs = pairs(gold_groups), pairs(found_groups)
    home = {made.of(fact, one).id: fact for fact in case.facts for one in fact.supports}
    gold_against = {(fact.id, made.of(fact, one).id) for fact in case.facts for one in fact.contradicts}
    found_against = {
        (home[one].id, other)
        for fact in facts
        for one in (*fact.supports, *fact.copies)
        if one in home
        for other in fact.contradicts
    }
    gold_copies = {made.of(fact, one).id for fact in case.facts for one in fact.copies}
    twins = {made.of(fact, one).id for fact in case.facts if fact.copies for one in fact.supports}
    found_copies = {one for fact in facts for one in fact.copies}
    texts = {finding.id: f"{finding.document}：{finding.text}" for finding in made.findings.values()}
    errors = [f"漏合 {' ＋ '.join(texts[one] for one in pair)}" for pair in gold_pairs - found_pairs]
    errors += [f"误合 {' ＋ '.join(texts[one] for one in pair)}" for pair in found_pairs - gold_pairs]
    errors += [f"漏对立 {fact} {texts[one]}" for fact, one in gold_against - found_against]
    errors += [f"误对立 {fact} {texts[one]}" for fact, one in found_against - gold_against]
    counts = {
        "同一事实的成对": (len(gold_pairs), len(found_pairs), len(gold_pairs & found_pairs)),
        "对立": (len(gold_against), len(found_against), len(gold_against & found_against)),
        "重复、抄录": (len(gold_copies), len(found_copies), len(found_copies & twins)),
    }
    return counts, sorted(errors)


def scores(gold: int, found: int, hits: int) -> str:
    precision, recall = (hits / found if found else 1.0), (hits / gold if gold else 1.0)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"{gold} | {found} | {hits} | {precision:.3f} | {recall:.3f} | {f1:.3f}"


_SUBJECTS, _DOCUMENTS = 200, 2000


def timed() -> str:
    """Measure the facts of 2,000 documents about 200 subjects."""
    case = load_fact_case("dev")
    made = list(given(case).findings.values())
    many: list[Finding] = []
    for copy in range(max(_SUBJECTS, _DOCUMENTS // len(case.texts) + 1)):
        for finding in made:
            words = f"{finding.text}（第{copy}号项目{copy * 37 % 211}标段）"
            many.append(
                replace(
                    finding,
                    id=f"{finding.id}{copy}",
                    document=f"{copy}{finding.document}",
                    text=words,
                    subject=f"S{copy % _SUBJECTS}",
                )
            )
    start = time.perf_counter()
    facts = corroborate(many)
    seconds = time.perf_counter() - start
    return f"\n{len({one.document for one in many}):,} 份文书、{len(many):,} 条线索、{len({one.subject for one in many})} 个对象：归并成 {len(facts):,} 个事实用 {seconds:.1f} 秒（不含读取）。\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", help="print what differs in this case")
    arguments = parser.parse_args()
    if arguments.errors:
        print("\n".join(measure(load_fact_case(arguments.errors))[1]))
        return
    parts = [
        "# 事实\n\n`python benchmarks/facts.py`；标注集见 `corpora/gold/facts/`。给定线索，只量归并、对立和重复的判定。\n"
    ]
    for name in sorted(path.name for path in FACTS.iterdir() if path.is_dir()):
        case = load_fact_case(name)
        counts, _ = measure(case)
        parts.append(
            f"\n## {name}（{len(case.texts)} 份文书，{len(case.facts)} 个事实）\n\n| 项 | 标注 | 判定 | 一致 | 精确率 | 召回率 | F1 |\n|---|---:|---:|---:|---:|---:|---:|\n"
        )
        parts.extend(f"| {label} | {scores(*row)} |\n" for label, row in counts.items())
    parts.append(timed())
    text = "".join(parts)
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
