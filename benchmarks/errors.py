"""In which kinds of expression detection errs on the evaluation documents; writes ``results/errors.md``. Needs ../shared.

    .venv/bin/python benchmarks/errors.py

The kinds are given by hand in ``errors/kinds.tsv`` (document and place, no text); errors of today's rules and models
that nobody has read yet are counted apart.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

from contenders import EVALUATION, GOLD, both
from quality import examined

from mingcha.corpora.gold_documents import read_gold
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.commands.gold_files import read_as_files

HERE = Path(__file__).parent
RESULT = HERE / "results" / "errors.md"
ERRORS = {"missed": "漏报", "false": "误报"}
UNREAD = "尚未逐句判读"


def main() -> None:
    """Count the errors by kind and write the table."""
    if not EVALUATION.exists():
        sys.exit("评估数据（../shared/evaluation）不在，无法评估。")
    gold, kit = read_gold(GOLD), load_toolkit()
    documents = [document for _, document in read_as_files(gold, print)]
    answers = examined(gold, [both(document, kit) for document in documents])
    text = page(list(errors_of(answers)), kinds())
    RESULT.write_text(text, encoding="utf-8")
    print(text)


def kinds() -> dict[tuple[str, int, str], str]:
    """Return the kind given to each error by document, place and sort."""
    with (HERE / "errors" / "kinds.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {(row["document"], int(row["start"]), row["error"]): row["kind"] for row in rows}


def errors_of(answers):
    """Yield document, place, sort, origin and probability of each missed risk and each false flag."""
    for one in answers:
        for sentence in one.sentences:
            if sentence.labels.unsure or bool(sentence.labels.risk) == bool(sentence.risk):
                continue
            sort = "missed" if sentence.labels.risk else "false"
            yield one.labelled.id, sentence.span.start, sort, one.origin, sentence.probability


def page(found, known) -> str:
    names = tomllib.loads((HERE / "errors" / "kinds.toml").read_text(encoding="utf-8"))
    parts = [
        "# 检测错误的分类\n\n`python benchmarks/errors.py`；每类的说明和自撰例句见 `benchmarks/errors/kinds.toml`。判读是开发者逐句作的，一句只归一类。\n"
    ]
    for sort, title in ERRORS.items():
        rows: dict[str, list] = defaultdict(list)
        for document, start, error, origin, probability in found:
            if error == sort:
                rows[known.get((document, start, error), "")].append((origin, probability))
        parts.append(
            f"\n## {title}（{sum(map(len, rows.values()))} 句）\n\n| 说法 | 句数 | 占比 | 公开文书 | 自撰文书 | 概率不低于 0.3 的 |\n|---|---:|---:|---:|---:|---:|\n"
        )
        total = sum(map(len, rows.values()))
        for kind, members in sorted(rows.items(), key=lambda row: -len(row[1])):
            origins = Counter(origin for origin, _ in members)
            near = sum(probability >= 0.3 for _, probability in members)
            name = names[sort][kind]["name"] if kind else UNREAD
            parts.append(
                f"| {name} | {len(members)} | {len(members) / total:.0%} | {origins['public']} | {origins['authored']} | {near} |\n"
            )
    return "".join(parts)


if __name__ == "__main__":
    main()
