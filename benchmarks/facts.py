"""How rightly passages are put together to facts, on our labelled assessments; writes ``results/facts.md``.

Given findings: the labelled passages are made into findings (their subject and category as labelled; kind of source,
quantities and hearsay as the pipeline reads them), so that what is measured is the putting together alone. What tells
denials in other words has seen nothing of the case that is counted: its weights are fitted on the others.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from mingcha.corpora.fact_gold import FACTS, FactCase, load_fact_case
from mingcha.models import opposition_training
from mingcha.models.fact_examples import given
from mingcha.models.senses import load_sense_model
from mingcha.pipeline import opposition
from mingcha.pipeline.corroboration import corroborate
from mingcha.pipeline.titles import names_of

if TYPE_CHECKING:
    from mingcha.pipeline.findings import Finding

RESULT = Path(__file__).parent / "results" / "facts.md"
AGAINST = "对立"
ORDINARY, IN_OTHER_WORDS, BLIND = "照常写的", "专为换了说法的否认写的", "盲（只看过总数）"
SORTS = {
    **dict.fromkeys(("dev4", "dev5", "dev6", "dev7"), IN_OTHER_WORDS),
    **dict.fromkeys(sorted(opposition_training.BLIND), BLIND),
}


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
        AGAINST: (len(gold_against), len(found_against), len(gold_against & found_against)),
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


def held_out(case: FactCase, learnt: opposition_training.Pairs) -> tuple[dict[str, tuple[int, int, int]], list[str]]:
    """Measure *case* with weights that saw nothing of it."""
    with mock.patch.object(opposition, "WEIGHTS", opposition_training.fit(learnt.part(learnt.cases != case.name))):
        return measure(case)


def table(rows: dict[str, tuple[int, int, int]]) -> str:
    head = "\n| 项 | 标注 | 判定 | 一致 | 精确率 | 召回率 | F1 |\n|---|---:|---:|---:|---:|---:|---:|\n"
    return head + "".join(f"| {label} | {scores(*row)} |\n" for label, row in rows.items())


def totals(counted: dict[str, dict[str, tuple[int, int, int]]]) -> str:
    """Sum the contradictions by sort of case."""
    sorts = {name: SORTS.get(name, ORDINARY) for name in counted}
    rows = {sort: {sort} for sort in (ORDINARY, BLIND, IN_OTHER_WORDS)}
    rows |= {"照常写的与盲的合计": {ORDINARY, BLIND}, "全部": {*rows}}
    chosen = {
        row: [counted[name][AGAINST] for name in counted if sorts[name] in within] for row, within in rows.items()
    }
    return table({row: tuple(map(sum, zip(*counts, strict=True))) for row, counts in chosen.items()})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", help="print what differs in this case")
    arguments = parser.parse_args()
    learnt = opposition_training.pairs_of(opposition_training.learning_cases())
    if arguments.errors:
        print("\n".join(held_out(load_fact_case(arguments.errors), learnt)[1]))
        return
    cases = [load_fact_case(path.name) for path in sorted(FACTS.iterdir()) if path.is_dir()]
    counted = {case.name: held_out(case, learnt)[0] for case in cases}
    parts = [
        "# 事实\n\n`python benchmarks/facts.py`；标注集见 `corpora/gold/facts/`。给定线索，只量归并、对立和重复的判定；对立按（事实，句子）计数。判“换了说法的否认”的权重不学所计的那个案例，`blind`、`blind3` 从不学。\n\n## 对立，按案例的种类\n",
        totals(counted),
    ]
    parts += [
        f"\n## {case.name}（{len(case.texts)} 份文书，{len(case.facts)} 个事实）\n{table(counted[case.name])}"
        for case in cases
    ]
    parts.append(timed())
    text = "".join(parts)
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
