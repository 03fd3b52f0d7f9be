"""In which kinds of expression detection errs on the evaluation documents; writes ``results/errors.md``. Needs ../shared.

    .venv/bin/python benchmarks/errors.py

The kinds are given by hand in ``errors/kinds.tsv`` (document and place, no text); errors of today's rules and models
that nobody has read yet are counted apart. Evidence is counted by category only.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from contenders import EVALUATION, GOLD, both
from quality import examined

from mingcha.corpora.gold_documents import read_gold
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.commands.gold_files import read_as_files
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES

HERE = Path(__file__).parent
RESULT = HERE / "results" / "errors.md"
ERRORS = {"missed": "漏报", "false": "误报", "code": "类别不对", "status": "断言与反映不对"}
UNREAD = "尚未逐句判读"
NEAR, SHOWN = 0.3, 3
HEAD = """# 检测错误的分类

`python benchmarks/errors.py`；每类的说明和自撰例句见 `benchmarks/errors/kinds.toml`。判读是开发者逐句作的，一句只归一类。
“名次”是该类各句的概率在全部确定句中的百分位的中位数，越近 100 越接近标出；“已过线”是概率已达操作点的；漏报中的这几句是被语境线索、体裁或断行挡下的。
"""


@dataclass(frozen=True, slots=True)
class Slip:
    """One error: where it stands, what sort it is, and how likely the model thought a risk (``rank`` in percent)."""

    document: str
    start: int
    sort: str
    origin: str
    source_type: str
    probability: float
    rank: float


def main() -> None:
    """Count the errors by kind and write the table."""
    if not EVALUATION.exists():
        sys.exit("评估数据（../shared/evaluation）不在，无法评估。")
    gold, kit = read_gold(GOLD), load_toolkit()
    answers = [both(document, kit) for _, document in read_as_files(gold, print)]
    documents = examined(gold, answers)
    slips = list(slips_of(documents, answers))
    parts = [HEAD, *(table(slips, sort, kit.point.risk) for sort in ERRORS), evidence_table(documents)]
    RESULT.write_text("\n".join(parts), encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"))


def slips_of(documents, answers):
    """Yield every error of risk in the sure sentences; one sentence may err in code and in status."""
    likely = sorted(s.probability for one in documents for s in one.sentences if not s.labels.unsure)
    for one, answer in zip(documents, answers, strict=True):
        for sentence in one.sentences:
            rank = 100 * bisect_left(likely, sentence.probability) / len(likely)
            for sort in sorts_of(sentence, answer):
                place = (one.labelled.id, sentence.span.start, sort, one.origin, one.labelled.source_type)
                yield Slip(*place, sentence.probability, rank)


def sorts_of(sentence, answer):
    gold = set(sentence.labels.risk)
    if sentence.labels.unsure or not (gold or sentence.risk):
        return
    if not (gold and sentence.risk):
        yield "missed" if gold else "false"
        return
    if gold != sentence.risk:
        yield "code"
    if sentence.labels.status not in said_statuses(sentence, answer):
        yield "status"


def said_statuses(sentence, answer) -> set[str]:
    span = sentence.span
    return {
        claim.status
        for claim in answer.claims
        if claim.category in sentence.risk and claim.span.start < span.end and span.start < claim.span.end
    }


def kinds() -> dict[tuple[str, int, str], str]:
    """Return the kind given to each error by document, place and sort."""
    with (HERE / "errors" / "kinds.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {(row["document"], int(row["start"]), row["error"]): row["kind"] for row in rows}


def table(slips, sort: str, point: float) -> str:
    names = tomllib.loads((HERE / "errors" / "kinds.toml").read_text(encoding="utf-8"))[sort]
    known, groups = kinds(), defaultdict(list)
    for slip in slips:
        if slip.sort == sort:
            groups[known.get((slip.document, slip.start, sort), "")].append(slip)
    total = sum(map(len, groups.values()))
    lines = [
        f"\n## {ERRORS[sort]}（{total} 句）\n",
        f"| 说法 | 句数 | 占比 | 公开文书 | 自撰文书 | 体裁（前三） | 概率不低于 {NEAR} | 已过线 | 名次 |",
        "|---|---:|---:|---:|---:|---|---:|---:|---:|",
    ]
    for kind, members in sorted(groups.items(), key=lambda row: -len(row[1])):
        lines.append(f"| {names[kind]['name'] if kind else UNREAD} | {row_of(members, total, point)} |")
    return "\n".join(lines)


def row_of(members, total: int, point: float) -> str:
    origins = Counter(slip.origin for slip in members)
    types = Counter(slip.source_type for slip in members).most_common(SHOWN)
    near = sum(slip.probability >= NEAR for slip in members)
    over = sum(slip.probability >= point for slip in members)
    cells = (
        len(members),
        f"{len(members) / total:.0%}",
        origins["public"],
        origins["authored"],
        "，".join(f"{name} {number}" for name, number in types),
        near,
        over,
        f"{median(slip.rank for slip in members):.0f}",
    )
    return " | ".join(map(str, cells))


def evidence_table(documents) -> str:
    sure = [(one.origin, s) for one in documents for s in one.sentences if not s.labels.unsure]
    lines = ["\n## 实绩与不足（只按类计数，未逐句判读）\n", "| 类别 | 漏报 | 误报 |", "|---|---:|---:|"]
    for code in EVIDENCE_CATEGORIES:
        missed = Counter(origin for origin, s in sure if code in s.labels.evidence and code not in s.evidence)
        false = Counter(origin for origin, s in sure if code in s.evidence and code not in s.labels.evidence)
        cells = (f"{sum(n.values())}（公开 {n['public']}，自撰 {n['authored']}）" for n in (missed, false))
        lines.append(f"| {code} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
