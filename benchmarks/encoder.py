"""What the encoder brings and costs: each step of the cascade on the evaluation documents. Needs ../shared.

.venv/bin/python benchmarks/encoder.py            prints the tables and writes benchmarks/results/encoder.md
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from contenders import EVALUATION, GOLD, both, keywords
from quality import COLUMNS, by_group, examined, number

from mingcha.corpora.gold_documents import read_gold
from mingcha.models.choice import LIGHT
from mingcha.models.encoding.cards import ENCODER
from mingcha.models.encoding.joining import Band
from mingcha.models.encoding.loading import load_cascade
from mingcha.models.sentence_model import HEADS
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.commands.evaluation_page import known_figures, reliability
from mingcha.pipeline.commands.gold_files import read_as_files
from mingcha.pipeline.preparation import prepare

if TYPE_CHECKING:
    from mingcha.models.evaluation import Examined

RESULT = Path(__file__).parent / "results" / "encoder.md"
EVERYTHING = Band(np.full(len(HEADS), -1, np.float32), np.full(len(HEADS), 2, np.float32))
FIGURES = {"risk F1": "risk.f1"} | COLUMNS


@dataclass(frozen=True)
class Step:
    """One way to use the two readings, what it said, and what it cost."""

    documents: list[Examined]
    seconds: float
    share: float


def main() -> None:
    if not EVALUATION.exists():
        sys.exit("评估数据（../shared/evaluation）不在，无法评估。")
    gold = read_gold(GOLD)
    documents = [document for _, document in read_as_files(gold, print)]
    light, full = load_toolkit(models=LIGHT), load_toolkit()
    cascade = load_cascade()
    kits = {
        "light": light,
        "cascade (mingcha)": full,
        "encoder on every sentence": replace(
            full, scorer=replace(full.scorer, cascade=replace(cascade, band=EVERYTHING))
        ),
    }
    steps = {name: step(gold, documents, kit) for name, kit in kits.items()}
    found = {name: one.documents for name, one in steps.items()}
    explicit = told_by_name(gold, documents)
    text = "\n".join(
        [
            "# The encoder: what it brings and what it costs\n",
            "`python benchmarks/encoder.py`; development documents; intervals 95 %, bootstrap over documents.\n",
            *quality_rows(found),
            "\n## Risk found, by whether a keyword tells it\n",
            *recall_rows(found, explicit),
            "\n## By source type: risk F1 / AP\n",
            *by_group(found, lambda one: one.labelled.source_type),
            "\n## Calibration of “any risk”\n",
            *(f"- {name}: expected calibration error {calibration_error(rows):.3f}" for name, rows in found.items()),
            "\n## Cost, one process\n",
            *cost_rows(steps, sum(len(one.text) for one in documents)),
            f"\n{speed_alone(documents, full)}\n",
        ]
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)


def step(gold, documents, kit) -> Step:
    """Analyze all documents; the second of three times counts."""
    answers, seconds = [], []
    for _ in range(3):
        begin = time.perf_counter()
        answers = [both(document, kit) for document in documents]
        seconds.append(time.perf_counter() - begin)
    return Step(examined(gold, answers), statistics.median(seconds), share_read(documents, kit))


def share_read(documents, kit) -> float:
    """Return which share of the sentences reaches the encoder."""
    read = total = 0
    for document in documents:
        prepared = prepare(document, kit.stages)
        scores = kit.scorer(prepared.sentences, prepared.genre)
        total += len(scores)
        read += sum("encoder" in score for score in scores)
    return read / total


def quality_rows(found):
    yield f"| | {' | '.join(FIGURES)} |"
    yield f"|---|{'---|' * len(FIGURES)}"
    for name, documents in found.items():
        figures = known_figures(documents)
        spread = {key: f" ({figures[key].low:.3f}–{figures[key].high:.3f})" for key in ("risk.f1", "average_precision")}
        cells = [f"{number(figures[key].value)}{spread.get(key, '')}" for key in FIGURES.values()]
        yield f"| {name} | {' | '.join(cells)} |"


def told_by_name(gold, documents) -> list[list[bool]]:
    """Return for every gold sentence whether the plain keyword matcher claims anything in it."""
    return [
        [bool(one.risk or one.statuses) for one in document.sentences]
        for document in examined(gold, keywords(documents))
    ]


def recall_rows(found, explicit):
    yield "| | told by a keyword | told without |"
    yield "|---|---|---|"
    for name, documents in found.items():
        cells = []
        for named in (True, False):
            hits = [
                bool(one.risk)
                for document, told in zip(documents, explicit, strict=True)
                for one, by_name in zip(document.sentences, told, strict=True)
                if one.labels.risk and not one.labels.unsure and by_name is named
            ]
            cells.append(f"{sum(hits)} of {len(hits)} ({sum(hits) / len(hits):.2f})")
        yield f"| {name} | {' | '.join(cells)} |"


def calibration_error(documents) -> float:
    bins = reliability(documents)
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.mean - one.share) for one in bins if one.count) / total


def cost_rows(steps, characters):
    yield "| | characters/s, whole analysis | share of sentences that reach the encoder |"
    yield "|---|---:|---:|"
    for name, one in steps.items():
        yield f"| {name} | {characters / one.seconds:,.0f} | {one.share:.1%} |"


def speed_alone(documents, kit) -> str:
    """Say how fast the encoder itself is, and how much memory the process takes."""
    cascade, read, seconds = kit.scorer.cascade, 0, 0.0
    for document in documents[:40]:
        prepared = prepare(document, kit.stages)
        texts = [marked.text for marked in prepared.sentences]
        features = np.zeros((len(texts), cascade.card["features"]), np.float32)
        begin = time.perf_counter()
        cascade.encoder.read(texts, features, range(len(texts)))
        seconds, read = seconds + time.perf_counter() - begin, read + len(texts)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(path.stat().st_size for path in ENCODER.iterdir()) / 1e6
    return f"The encoder alone reads {read / seconds:,.0f} sentences a second on one core; its files take {size:.1f} MB; this process took {memory:.0f} MB at most."


if __name__ == "__main__":
    main()
