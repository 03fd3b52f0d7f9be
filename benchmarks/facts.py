"""How rightly passages are put together to facts, on our labelled assessments; writes ``results/facts.md``.

Given findings: the labelled passages are made into findings (their subject and category as labelled; kind of source,
quantities and hearsay as the pipeline reads them), so that what is measured is the putting together alone.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.corpora.fact_gold import FACTS, FactCase, load_fact_case
from mingcha.models.fact_examples import given
from mingcha.models.senses import load_sense_model
from mingcha.pipeline.corroboration import corroborate
from mingcha.pipeline.titles import names_of

if TYPE_CHECKING:
    from mingcha.pipeline.findings import Finding

RESULT = Path(__file__).parent / "results" / "facts.md"


def pairs(groups) -> set[frozenset]:
    return {frozenset(pair) for group in groups for pair in combinations(sorted(group), 2)}


def measure(case: FactCase) -> tuple[dict[str, tuple[int, int, int]], list[str]]:
    made = given(case)
    facts = corroborate(list(made.findings.values()), load_sense_model(), names_of(case.roster))
    gold_groups = [[made.of(fact, one).id for one in fact.supports] for fact in case.facts]
    known = {one for group in gold_groups for one in group}
    found_groups = [[one for one in (*fact.supports, *fact.copies) if one in known] for fact in facts]
    gold_pairs, found_pairs = pairs(gold_groups), pairs(found_groups)
    home = {made.of(fact, one).id: fact for fact in case.facts for one in fact.supports}
    place = {finding.id: (finding.document, finding.text) for finding in made.findings.values()}
    gold_against = {(fact.id, place[made.of(fact, one).id]) for fact in case.facts for one in fact.contradicts}
    found_against = {
        (home[one].id, place[other])
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
    errors += [f"漏对立 {fact} {'：'.join(one)}" for fact, one in gold_against - found_against]
    errors += [f"误对立 {fact} {'：'.join(one)}" for fact, one in found_against - gold_against]
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
    facts = corroborate(many, load_sense_model())
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
        "# 事实\n\n`python benchmarks/facts.py`；标注集见 `corpora/gold/facts/`。给定线索，只量归并、对立和重复的判定；对立按（事实，句子）计数。除 `blind`、`blind3` 外的案例都用来学“换了说法的否认”，留出的数字由 `python -m mingcha.models.opposition_training` 给出。\n"
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
