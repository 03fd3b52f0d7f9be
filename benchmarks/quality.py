"""Quality on the evaluation documents and, cross-validated, on our own corpus; rivals in the same run. Needs ../shared.

    .venv/bin/python benchmarks/quality.py            prints the tables and writes benchmarks/results/quality.md

Every row is measured by mingcha.models.evaluation, whose figures a test compares with the evaluation's own script.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
from dataclasses import replace
from math import isnan
from pathlib import Path

from contenders import EVALUATION, GOLD, HeldOut, PlainClassifier, both, keywords, model_only, rules_only
from sklearn.model_selection import GroupKFold

from mingcha.corpora.gold_documents import GoldDocument, read_gold
from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models import training
from mingcha.models.building import calibration_of
from mingcha.models.choice import LIGHT
from mingcha.models.comparison import compare
from mingcha.models.evaluation import Examined
from mingcha.models.examples import prepare_examples
from mingcha.models.operating_points import point_of, raised
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import load_stages
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.commands.evaluation_page import known_figures
from mingcha.pipeline.commands.gold_files import read_as_files
from mingcha.pipeline.document import Document

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).parent / "results" / "quality.md"
OURS = {"rules only": rules_only, "model only": model_only, "both (--model light)": both}
COLUMNS = {
    "P": "risk.p",
    "R": "risk.r",
    "macro F1": "risk.macro",
    "evidence F1": "evidence.f1",
    "flags on mentions": "flagged.mention",
    "flags on plain": "flagged.plain",
    "status right": "status",
    "AP": "average_precision",
    "R at P 0.8": "recall_at_p80",
    "R at P 0.9": "recall_at_p90",
    "read for 95 %": "share_read_for_95",
}
LEAST_DOCUMENTS, LEAST_RISKS = 3, 5


def main() -> None:
    """Measure everything and write what came of it."""
    if not EVALUATION.exists():
        sys.exit("评估数据（../shared/evaluation）不在，无法评估。")
    own = OwnCorpus()
    dev = measured_dev(own)
    RESULTS.write_text(page(dev, own.measured(), own), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


class OwnCorpus:
    """Our labelled documents, each with the probabilities that it got while it was held out."""

    def __init__(self) -> None:
        self.labelled = load_labelled()
        examples = prepare_examples(self.labelled, load_stages())
        matrix = training.design(examples, training.count_frequencies(examples))
        scores = training.cross_validate(matrix)
        probabilities = training.read_again(matrix, scores).probabilities
        self.calibration = calibration_of(examples, matrix, probabilities)
        self.point = point_of(self.calibration["operating_point"])
        rows = iter([dict(zip(HEADS, row, strict=True)) for row in probabilities.tolist()])
        self.held_out = [HeldOut(tuple(next(rows) for _ in example.sentences)) for example in examples]

    def measured(self) -> dict[str, list[Examined]]:
        documents = [as_document(one) for one in self.labelled]
        kit = replace(load_toolkit(models=LIGHT), point=self.point)
        kits = [replace(kit, scorer=scorer) for scorer in self.held_out]
        answers = {"keywords": keywords(documents), "TF-IDF + logistic regression": self._plain()}
        for name, answer in OURS.items():
            answers[name] = [answer(document, kit) for document, kit in zip(documents, kits, strict=True)]
        gold = [GoldDocument(one) for one in self.labelled]
        return {name: examined(gold, rows) for name, rows in answers.items()}

    def _plain(self) -> list:
        answers: list = [None] * len(self.labelled)
        folds = GroupKFold(training.FOLDS, shuffle=True, random_state=training.SEED)
        places = list(range(len(self.labelled)))
        hands = [document.id.partition("-")[0] for document in self.labelled]  # the folds of our own model
        for fitted, held in folds.split(places, groups=hands):
            classifier = PlainClassifier([self.labelled[place] for place in fitted])
            for place in held:
                answers[place] = classifier.answer(self.labelled[place])
        return answers


def as_document(labelled) -> Document:
    """Return the document as training prepares it, so that held-out probabilities fit its sentences."""
    digest = hashlib.sha256(labelled.text.encode()).hexdigest()
    return Document(labelled.id, digest, "txt", labelled.text, ())


def examined(gold, answers) -> list[Examined]:
    pairs = zip(gold, answers, strict=True)
    return [Examined(one.labelled, "", compare(one.labelled, answer), one.origin) for one, answer in pairs]


def measured_dev(own: OwnCorpus) -> dict[str, list[Examined]]:
    gold = read_gold(GOLD)
    documents = [document for _, document in read_as_files(gold, print)]
    kit, plain = load_toolkit(models=LIGHT), PlainClassifier(own.labelled)
    answers = {
        "keywords": keywords(documents),
        "TF-IDF + logistic regression": [plain.answer(one.labelled) for one in gold],
    }
    for name, answer in OURS.items():
        answers[name] = [answer(document, kit) for document in documents]
    with_encoder = load_toolkit()
    answers["both and the encoder (mingcha)"] = [both(document, with_encoder) for document in documents]
    for asked, row in chosen_points(own.calibration).items():
        point = raised(own.point, row["risk"])
        answers[asked] = [both(document, replace(kit, point=point)) for document in documents]
    return {name: examined(gold, rows) for name, rows in answers.items()}


def chosen_points(calibration) -> dict[str, dict[str, float]]:
    points = calibration["precision_points"]
    wanted = {"0.70", "0.75", "0.80", "0.85", "0.90", "0.95", max(points, default="")}
    return {f"--min-precision {name}": row for name, row in points.items() if name in wanted}


def page(dev, own, corpus: OwnCorpus) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    rows = {name: documents for name, documents in dev.items() if not name.startswith("--")}
    size = sum(len(one.sentences) for one in corpus.labelled)
    return "\n".join(
        [
            f"# Quality\n\n{dt.date.today()}, commit {commit.stdout.strip()}, `python benchmarks/quality.py`;",  # noqa: DTZ011
            f"trained on {len(corpus.labelled)} documents of our own writing ({size:,} sentences). Intervals: 95 %,",
            "bootstrap over documents. The classifier gets the gold sentence boundaries; keywords rank by their number.\n",
            f"## Development documents ({len(rows['keywords'])})\n",
            *table(rows),
            f"\n## Our own corpus, all that one hand wrote held out together ({len(corpus.labelled)})\n",
            "Rules were written beside this corpus, so that “rules only” is no held-out figure here.\n",
            *table(own),
            "\n## By category (development documents)\n",
            *by_category(rows),
            "\n## By origin (development documents): risk F1 / AP\n",
            *by_group(rows, lambda one: one.origin),
            "\n## By source type (development documents): risk F1 / AP\n",
            *by_group(rows, lambda one: one.labelled.source_type),
            "\n## What `--min-precision` keeps\n",
            *precision_rows(dev, corpus.calibration),
            "",
        ]
    )


def table(rows):
    yield f"| | risk F1 | {' | '.join(COLUMNS)} |"
    yield f"|---|---|{'---|' * len(COLUMNS)}"
    for name, documents in rows.items():
        figures = known_figures(documents)
        f1 = figures["risk.f1"]
        cells = [
            f"{f1.value:.3f} ({f1.low:.3f}–{f1.high:.3f})",
            *(number(figures[key].value) for key in COLUMNS.values()),
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def by_category(rows):
    from mingcha.models.tallies import tallied
    from mingcha.pipeline.terms import CATEGORIES

    figures, counts = {name: known_figures(documents) for name, documents in rows.items()}, tallied(rows["keywords"])
    yield f"| F1 | gold | {' | '.join(rows)} |"
    yield f"|---|---|{'---|' * len(rows)}"
    for code in CATEGORIES:
        gold = counts[f"{code}.tp"] + counts[f"{code}.fn"]
        yield f"| {code} | {gold} | {' | '.join(number(figures[name][f'{code}.f1'].value) for name in rows)} |"


def by_group(rows, group_of):
    names = [group_of(one) for one in next(iter(rows.values()))]
    yield f"| | documents | risks | {' | '.join(rows)} |"
    yield f"|---|---|---|{'---|' * len(rows)}"
    for group in sorted(set(names), key=lambda name: -names.count(name)):
        parts = {name: [one for one in documents if group_of(one) == group] for name, documents in rows.items()}
        members = next(iter(parts.values()))
        risks = sum(bool(s.labels.risk) and not s.labels.unsure for one in members for s in one.sentences)
        if len(members) >= LEAST_DOCUMENTS and risks >= LEAST_RISKS:
            cells = [both_numbers(known_figures(documents)) for documents in parts.values()]
            yield f"| {group or 'unknown'} | {len(members)} | {risks} | {' | '.join(cells)} |"
    yield f"\nGroups with fewer than {LEAST_DOCUMENTS} documents or {LEAST_RISKS} risks are left out."


def both_numbers(figures) -> str:
    return f"{number(figures['risk.f1'].value)} / {number(figures['average_precision'].value)}"


def precision_rows(dev, calibration):
    yield "| asked for | operating point | R on our own corpus, held out | P on development documents | R | flags on mentions |"
    yield "|---|---|---|---|---|---|"
    for asked, row in chosen_points(calibration).items():
        figures = known_figures(dev[asked])
        p, r, flags = (number(figures[key].value) for key in ("risk.p", "risk.r", "flagged.mention"))
        yield f"| {asked} | {row['risk']:.3f} | {row['recall']:.3f} | {p} | {r} | {flags} |"
    yield (
        "\nHigher precisions are not reached on our own corpus."
        if "0.99" not in calibration["precision_points"]
        else ""
    )


def number(value: float) -> str:
    return "—" if isnan(value) else f"{value:.3f}"


if __name__ == "__main__":
    main()
