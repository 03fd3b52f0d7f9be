"""How much more labelled documents are worth: average precision for risk by size of the training corpus. Needs ../shared.

    .venv/bin/python benchmarks/learning.py           prints the table and writes benchmarks/results/learning.md

Parts of the corpus are drawn by whole documents, three times each, with fixed seeds.
"""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
from contenders import EVALUATION, GOLD

from mingcha.corpora.gold_documents import read_gold
from mingcha.corpora.labelled_documents import Labels, load_labelled
from mingcha.models import training
from mingcha.models.comparison import Answer, compare
from mingcha.models.evaluation import Examined, rank
from mingcha.models.examples import Example, prepare_examples
from mingcha.models.ranking import ranking_of
from mingcha.models.sentence_model import sigmoid
from mingcha.models.stages import load_stages
from mingcha.pipeline.analyzed import ScoredSentence
from mingcha.pipeline.commands.gold_files import read_as_files
from mingcha.pipeline.preparation import prepare

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).parent / "results" / "learning.md"
PARTS = (8, 4, 2, 1)
DRAWS = 3
RISK = 0  # the number of its head


def main() -> None:
    """Train on ever larger parts and write what each reached."""
    if not EVALUATION.exists():
        sys.exit("评估数据（../shared/evaluation）不在，无法评估。")
    stages = load_stages()
    examples = prepare_examples(load_labelled(), stages)
    dev = Dev(stages)
    rows = [row(part, [measured(drawn, dev) for drawn in draws(examples, part)]) for part in PARTS]
    RESULTS.write_text(page(rows), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


class Dev:
    """The development documents, prepared once."""

    def __init__(self, stages) -> None:
        read = list(read_as_files(read_gold(GOLD), print))
        self.gold = [one for one, _ in read]
        prepared = [prepare(document, stages) for _, document in read]
        self.examples = [
            Example(one.labelled.id, "", made.sentences, made.genre, (Labels(),) * len(made.sentences))
            for one, made in zip(self.gold, prepared, strict=True)
        ]
        self.spans = [
            [made.clean.offsets.to_original(marked.sentence.span) for marked in made.sentences] for made in prepared
        ]

    def average_precision(self, chances) -> float:
        """Return that of *chances*, one for each sentence in order."""
        rest, documents = iter(chances.tolist()), []
        for one, spans in zip(self.gold, self.spans, strict=True):
            scores = tuple(ScoredSentence(span, next(rest)) for span in spans)
            documents.append(Examined(one.labelled, "", compare(one.labelled, Answer((), scores))))
        ranked = rank(documents)
        return ranking_of(ranked.probabilities, ranked.answers)["average_precision"]


def draws(examples, part: int):
    if part == 1:
        return [examples]
    drawn = [sorted(random.Random(seed).sample(range(len(examples)), len(examples) // part)) for seed in range(DRAWS)]
    return [[examples[place] for place in places] for places in drawn]


def measured(examples, dev: Dev) -> tuple[int, int, float, float]:
    """Return documents, sentences, average precision cross-validated and on the development documents."""
    frequencies = training.count_frequencies(examples)
    matrix = training.design(examples, frequencies)
    used = matrix.weights > 0
    held_out = training.cross_validate(matrix, heads=(RISK,))[used, RISK]
    cross_validated = ranking_of(held_out.astype(float), matrix.targets[used, RISK] > 0)["average_precision"]
    model = training.fit_head(matrix, RISK, np.flatnonzero(used))
    scores = model.decision_function(training.design(dev.examples, frequencies).features)
    return len(examples), len(matrix.targets), cross_validated, dev.average_precision(sigmoid(scores))


def row(part: int, found) -> str:
    documents, sentences, own, dev = (np.array(column) for column in zip(*found, strict=True))
    name = "all" if part == 1 else f"1/{part}"
    return f"| {name} | {documents.mean():.0f} | {sentences.mean():,.0f} | {spread(own)} | {spread(dev)} |"


def spread(values) -> str:
    if len(values) == 1:
        return f"{values[0]:.3f}"
    return f"{values.mean():.3f} ({values.min():.3f}–{values.max():.3f})"


def page(rows: list[str]) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    body = "\n".join(rows)
    return (
        f"# Learning curve\n\n{dt.date.today()}, commit {commit.stdout.strip()}, `python benchmarks/learning.py`.\n\n"  # noqa: DTZ011
        "Average precision of the risk head by size of the training corpus: what one hand wrote held out of our own corpus\n"
        f"({training.FOLDS} folds), and the development documents. Parts: mean (lowest–highest) of {DRAWS} draws.\n\n"
        "| part | documents | sentences | own corpus, held out | development documents |\n|---|---|---|---|---|\n"
        f"{body}\n"
    )


if __name__ == "__main__":
    main()
