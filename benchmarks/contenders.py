"""Who is compared: a keyword matcher, a plain text classifier, our rules alone, our model alone, both together.

Each answers for one document, as :class:`mingcha.models.comparison.Answer`; all are measured by the same code.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mingcha.models.comparison import Answer, Claim, claims_of
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.analyzed import ScoredSentence
from mingcha.pipeline.document import Span
from mingcha.pipeline.judgment import OperatingPoint, Witness, judge
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES, EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
EVALUATION = SHARED / "evaluation"
GOLD = EVALUATION / "dev.jsonl"

RULES_POINT = OperatingPoint(0.5, 0.7, dict.fromkeys(EVIDENCE_CATEGORIES, 0.5), 0.5)
"""A rule of at least even weight speaks; rules alone have no probabilities to choose a point by."""


def load_script(name: str):
    """Return one of the evaluation's own scripts as a module."""
    spec = importlib.util.spec_from_file_location(name, EVALUATION / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def keywords(documents) -> list[Answer]:
    """Let the evaluation's keyword matcher answer; a sentence ranks by how many words of risk it holds."""
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(documents):
            (Path(folder) / f"{number:06}.txt").write_bytes(document.text.encode())
        out = Path(folder) / "keywords.jsonl"
        subprocess.run([sys.executable, EVALUATION / "keyword_baseline.py", folder, out], check=True)
        found: dict[int, list[dict]] = {number: [] for number in range(len(documents))}
        for line in out.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[int(row["document"].removesuffix(".txt"))].append(row)
    return [keyword_answer(document, found[number]) for number, document in enumerate(documents)]


def keyword_answer(document, rows) -> Answer:
    claims = tuple(Claim(Span(r["start"], r["end"]), r["kind"], r["category"], r["status"]) for r in rows)
    sentences = [Span(*match.span()) for match in re.finditer(r"[^。！？；!?;\n]+[。！？；!?;]*", document.text)]
    risks = [claim.span.start for claim in claims if claim.kind == "risk"]
    counts = [sum(span.start <= place < span.end for place in risks) for span in sentences]
    return Answer(claims, tuple(ScoredSentence(s, float(n)) for s, n in zip(sentences, counts, strict=True)))


class PlainClassifier:
    """TF-IDF of character n-grams and logistic regression, as one writes it with scikit-learn in an hour.

    It is given the gold sentence boundaries, sees each sentence by itself, and decides at probability 0.5.
    """

    HEADS = ("risk", *CATEGORIES)

    def __init__(self, labelled) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.pipeline import make_pipeline

        rows = [
            (span.of(one.text), {*labels.risk, *labels.evidence} | ({"risk"} if labels.risk else set()))
            for one in labelled
            for span, labels in one.sentences
            if not labels.unsure
        ]
        targets = np.array([[head in said for head in self.HEADS] for _, said in rows], dtype=int)
        words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
        classifier = OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear", random_state=0))
        self.model = make_pipeline(words, classifier).fit([text for text, _ in rows], targets)

    def answer(self, labelled) -> Answer:
        spans = [span for span, _ in labelled.sentences]
        if not spans:
            return Answer((), ())
        rows = self.model.predict_proba([span.of(labelled.text) for span in spans])
        claims = [claim for span, row in zip(spans, rows, strict=True) for claim in self._claims(span, row)]
        return Answer(tuple(claims), tuple(ScoredSentence(s, float(r[0])) for s, r in zip(spans, rows, strict=True)))

    def _claims(self, span, row):
        chance = dict(zip(self.HEADS, row, strict=True))
        if chance["risk"] >= 0.5:
            likeliest = max(RISK_CATEGORIES, key=chance.__getitem__)
            named = {code for code in RISK_CATEGORIES if chance[code] >= 0.5} | {likeliest}
            yield from (Claim(span, "risk", code, "asserted") for code in sorted(named))
        yield from (Claim(span, "evidence", code, "asserted") for code in EVIDENCE_CATEGORIES if chance[code] >= 0.5)


def both(document, kit) -> Answer:
    """Answer as a run does."""
    analysis = analyze(document, kit)
    return Answer(claims_of(analysis.findings), analysis.sentences)


def rules_only(document, kit) -> Answer:
    """Answer by the same policy, with the weights of the rules that fired in place of probabilities."""
    return both(document, replace(kit, scorer=score_by_rules, point=RULES_POINT))


def model_only(document, kit) -> Answer:
    """Answer by the probabilities at the operating point; the policy hears of no rule, cue, turn or genre."""
    prepared = prepare(document, kit.stages)
    claims, scores = [], []
    rows = kit.scorer(prepared.sentences, prepared.genre)
    for marked, row in zip(prepared.sentences, rows, strict=True):
        span = prepared.clean.offsets.to_original(marked.sentence.span)
        bare = Witness((), None, (), False, "other", row)
        claims += [Claim(span, one.kind, one.category, one.status) for one in judge(bare, kit.point)]
        scores.append(ScoredSentence(span, row["risk"]))
    return Answer(tuple(claims), tuple(scores))


def score_by_rules(sentences, _genre) -> list[dict[str, float]]:
    return [row_of_rules(marked) for marked in sentences]


def row_of_rules(marked) -> dict[str, float]:
    chance = dict.fromkeys(("risk", *CATEGORIES, "reported", *MENTIONS), 0.0)
    for hit, cue in zip(marked.hits, marked.governed, strict=True):
        free = cue is None or cue.rule.status in ACTIVE_STATUSES
        head = hit.rule.category if free else cue.rule.status
        if head in chance:
            chance[head] = max(chance[head], hit.rule.weight)
    chance["risk"] = max(chance[code] for code in RISK_CATEGORIES)
    chance["reported"] = float(any(cue.rule.status == "reported" for cue in marked.cues))
    return chance


@dataclass(frozen=True)
class HeldOut:
    """Probabilities that were computed while the document was held out of training."""

    rows: tuple[dict[str, float], ...]

    def __call__(self, sentences, _genre):
        assert len(sentences) == len(self.rows)
        return self.rows
