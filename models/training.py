"""Training of the sentence model with scikit-learn on our own labelled sentences. Not imported when serving."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from mingcha.corpora.labelled_documents import LIFELIKE
from mingcha.models.features import WIDTH, dense_features
from mingcha.models.ngrams import BUCKETS, grams_of, windows_of
from mingcha.models.sentence_model import CONTEXT_LONGEST, HEADS, SentenceModel, agreed, sigmoid
from mingcha.models.surroundings_training import fit_reading, held_out_readings, inputs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mingcha.corpora.labelled_documents import Labels
    from mingcha.models.examples import Answer, Example
    from mingcha.models.ngrams import Grams
    from mingcha.models.surroundings import SecondReading

SEED = 20240517
FOLDS = 5
FEW = 20  # positives below which a calibration would follow single sentences
RARE = 2  # n-grams in fewer sentences than this are left out
CONTEXT_SHARE = 0.5  # how much a neighbour weighs beside the sentence itself
DENSE_SHARE = 0.35
REGULARIZATION = 10.0  # tuned by cross-validation on our own corpus, see benchmarks/
GOLDEN = (
    "报告递上去三个多月，一点回音都没有。",
    "要坚决整治推诿扯皮、敷衍塞责等问题。",
    "全年完成投资3.2亿元，同比增长12%。",
    "谈话中没有人反映他有弄虚作假的情况。",
)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The design matrix of all sentences and what belongs to its rows.

    ``sizes`` counts those of each document; ``lifelike`` tells the ones of documents that look like real ones.
    ``weights`` tells which rows bear sure labels of ours; ``trust`` (rows, heads) how much each single answer weighs
    for the first reading, those of an office's reviewers among them. Its decisions are on what the software found, no
    fair sample of sentences: calibration, thresholds and the second reading know the sure rows alone.
    """

    features: sparse.csr_matrix
    targets: NDArray[np.int8]
    groups: NDArray[np.int64]
    weights: NDArray[np.float32]
    sizes: tuple[int, ...]
    lifelike: NDArray[np.bool_]
    trust: NDArray[np.float32]

    def part(self, rows: NDArray[np.bool_], sizes: tuple[int, ...]) -> Matrix:
        """Return what belongs to *rows*, those of documents with so many sentences each."""
        rest = [field.name for field in fields(self) if field.name != "sizes"]
        return replace(self, sizes=sizes, **{name: getattr(self, name)[rows] for name in rest})

    @property
    def used(self) -> NDArray[np.bool_]:
        """The rows whose labels are sure."""
        return self.weights > 0

    @property
    def judging(self) -> NDArray[np.bool_]:
        """The sure rows that thresholds and probabilities are set by: the lifelike ones, all where there are none."""
        chosen = self.used & self.lifelike
        return chosen if chosen.any() else self.used


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Squared idf of each bucket, zero where it is too rare; own and neighbouring windows apart.

    ``windows`` are all windows of the corpus: nothing else may be learned from documents of an office.
    """

    own: NDArray[np.float32]
    near: NDArray[np.float32]
    windows: NDArray[np.uint32]


def targets_of(labels: Labels) -> list[int]:
    """Return the 0/1 answers of all heads for one sentence."""
    said = {*labels.risk, *labels.evidence}
    said |= {"risk"} if labels.risk else set()
    said |= {labels.mention} if labels.mention else set()
    said |= {"reported"} if labels.status == "reported" else set()
    return [int(head in said) for head in HEADS]


def count_frequencies(examples: Sequence[Example]) -> Frequencies:
    """Count in how many sentences of ours each bucket occurs and turn it into squared smoothed idf."""
    texts = [marked.text for example in examples if example.answers is None for marked in example.sentences]
    return Frequencies(_squared_idf(texts, 4), _squared_idf(texts, CONTEXT_LONGEST), windows_of(texts))


def _squared_idf(texts: Sequence[str], longest: int) -> NDArray[np.float32]:
    grams = grams_of(texts, longest=longest)
    pairs = np.unique(grams.rows * BUCKETS + grams.columns)
    counts = np.bincount(pairs % BUCKETS, minlength=BUCKETS)
    idf = np.log((1 + len(texts)) / (1 + counts)) + 1
    return np.where(counts >= RARE, idf * idf, 0).astype(np.float32)


def design(examples: Sequence[Example], frequencies: Frequencies) -> Matrix:
    """Return the design matrix: own n-grams, the sentence before, the sentence after, dense features."""
    blocks = [_document_block(example, frequencies) for example in examples]
    labels = [labels for example in examples for labels in example.labels]
    sizes = [len(example.sentences) for example in examples]
    targets = np.array([targets_of(row) for row in labels], dtype=np.int8)
    weights = np.array([0.0 if row.unsure else 1.0 for row in labels], dtype=np.float32)
    trust = np.repeat(weights[:, None], len(HEADS), axis=1)
    for row, head, answer in _answers(examples):
        targets[row, head], trust[row, head] = answer.said, answer.trust
    return Matrix(
        sparse.vstack(blocks, format="csr"),
        targets,
        np.repeat(_hands(examples), sizes),
        weights,
        tuple(sizes),
        np.repeat([_hand(example) in LIFELIKE for example in examples], sizes),
        trust,
    )


def _answers(examples: Sequence[Example]) -> Iterator[tuple[int, int, Answer]]:
    """Yield the answers of an office's reviewers, each after its row and the number of its head."""
    first = 0
    for example in examples:
        for row, answers in enumerate(example.answers or (), start=first):
            yield from ((row, HEADS.index(head), answer) for head, answer in answers.items())
        first += len(example.sentences)


def _hands(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Number the hands that wrote the documents: ids begin with the writer's file (t9-012)."""
    return np.unique([_hand(example) for example in examples], return_inverse=True)[1]


def _hand(example: Example) -> str:
    return example.id.partition("-")[0]


def _document_block(example: Example, frequencies: Frequencies) -> sparse.csr_matrix:
    known = None if example.answers is None else frequencies.windows
    texts = [marked.text for marked in example.sentences]
    near = _gram_matrix(grams_of(texts, longest=CONTEXT_LONGEST, known=known), frequencies.near)
    empty = sparse.csr_matrix((1, BUCKETS), dtype=np.float32)
    before, after = sparse.vstack([empty, near[:-1]]), sparse.vstack([near[1:], empty])
    dense = sparse.csr_matrix(dense_features(example.sentences, example.genre))
    parts = [_gram_matrix(grams_of(texts, known=known), frequencies.own), before * CONTEXT_SHARE, after * CONTEXT_SHARE]
    return sparse.hstack([*parts, dense * DENSE_SHARE], format="csr")


def _gram_matrix(grams: Grams, squared_idf: NDArray[np.float32]) -> sparse.csr_matrix:
    values = squared_idf[grams.columns]
    lengths = np.sqrt(np.maximum(np.bincount(grams.rows, values, minlength=grams.size), 1e-9))
    data = np.sqrt(values) / lengths[grams.rows]
    matrix = sparse.csr_matrix((data, (grams.rows, grams.columns)), shape=(grams.size, BUCKETS), dtype=np.float32)
    matrix.eliminate_zeros()
    return matrix


def fit_head(matrix: Matrix, head: int, rows: NDArray[np.int64]) -> LogisticRegression:
    """Fit one head on those of *rows* that answer its question, each with its trust."""
    # Far more columns than rows: the dual problem gives the same weights in a tenth of the time.
    model = LogisticRegression(C=REGULARIZATION, solver="liblinear", dual=True, random_state=SEED, max_iter=1000)
    rows = rows[matrix.trust[rows, head] > 0]
    return model.fit(matrix.features[rows], matrix.targets[rows, head], sample_weight=matrix.trust[rows, head])


def cross_validate(matrix: Matrix, heads: Sequence[int] = tuple(range(len(HEADS)))) -> NDArray[np.float32]:
    """Return out-of-fold linear scores of all sentences; all that one hand wrote stays in one fold.

    Real documents are by hands the model has not seen: folds that mix the hands promise too much (decision 0009).
    """
    scores = np.zeros((matrix.features.shape[0], len(HEADS)), dtype=np.float32)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for fitted, held in folds.split(matrix.features, groups=matrix.groups):
        for head in heads:
            scores[held, head] = fit_head(matrix, head, fitted).decision_function(matrix.features[held])
    return scores


def platt(scores: NDArray[np.float32], answers: NDArray[np.int8]) -> tuple[float, float]:
    """Return slope and offset that turn *scores* into calibrated log-odds (Platt 1999)."""
    model = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), answers)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


@dataclass(frozen=True, slots=True)
class Calibration:
    """Slope and offset of each head, and those of the joint logit of "any risk"."""

    slopes: NDArray[np.float32]
    offsets: NDArray[np.float32]
    joint: NDArray[np.float32]

    def logits(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log-odds of all heads for linear *scores*: what the first reading says."""
        return agreed(scores * self.slopes + self.offsets, self.joint)


def calibrate(scores: NDArray[np.float32], matrix: Matrix) -> Calibration:
    """Calibrate out-of-fold *scores* head by head, then the joint logit; unsure sentences say nothing."""
    used = matrix.used
    pairs = [platt(scores[used, head], matrix.targets[used, head]) for head in range(len(HEADS))]
    slopes, offsets = np.array(pairs, dtype=np.float32).T
    plain = np.array([1, 0], dtype=np.float32)
    joint = platt(agreed(scores * slopes + offsets, plain)[used, 0], matrix.targets[used, 0])
    return Calibration(slopes, offsets, np.array(joint, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Reread:
    """The second reading fitted on everything, and the ``probabilities`` of all sentences out of fold."""

    reading: SecondReading
    probabilities: NDArray[np.float32]


def read_again(matrix: Matrix, scores: NDArray[np.float32]) -> Reread:
    """Fit the second reading on the out-of-fold *scores* of the first, calibrated on its own out-of-fold answers."""
    first = calibrate(scores, matrix).logits(scores)
    held = held_out_readings(first, matrix, folds=FOLDS, seed=SEED)
    slopes, offsets = np.array([_platt_of(matrix, head, held[:, head]) for head in range(len(HEADS))], np.float32).T
    reading = fit_reading(inputs_of(first, matrix.sizes)[matrix.used], matrix.targets[matrix.used], SEED)
    return Reread(replace(reading, slopes=slopes, offsets=offsets), sigmoid(held * slopes + offsets))


def _platt_of(matrix: Matrix, head: int, scores: NDArray[np.float32]) -> tuple[float, float]:
    """Calibrate a head on the judging rows; where hardly any of them bears it, on all."""
    rows = matrix.judging if matrix.targets[matrix.judging, head].sum() >= FEW else matrix.used
    return platt(scores[rows], matrix.targets[rows, head])


def fit(
    matrix: Matrix, frequencies: Frequencies, scores: NDArray[np.float32], second: SecondReading, version: str
) -> SentenceModel:
    """Fit all heads on everything, calibrate them on the out-of-fold *scores*, and fold both into one table."""
    weights, biases = [], []
    rows = np.arange(len(matrix.targets))
    calibration = calibrate(scores, matrix)
    for head, (slope, offset) in enumerate(zip(calibration.slopes, calibration.offsets, strict=True)):
        model = fit_head(matrix, head, rows)
        weights.append(slope * model.coef_[0])
        biases.append(slope * float(model.intercept_[0]) + offset)
    own, before, after, dense = np.split(np.array(weights, dtype=np.float32), np.cumsum([BUCKETS] * 3), axis=1)
    near = frequencies.near
    return SentenceModel(
        version,
        _table(own, frequencies.own),
        _table(before * CONTEXT_SHARE, near),
        _table(after * CONTEXT_SHARE, near),
        dense.T.astype(np.float16).astype(np.float32) * np.float32(DENSE_SHARE),
        np.array(biases, dtype=np.float32),
        calibration.joint,
        second,
        {},
    )


def _table(weights: NDArray[np.float32], squared_idf: NDArray[np.float32]) -> NDArray[np.float32]:
    scaled = weights * np.sqrt(squared_idf)
    return np.vstack([squared_idf, scaled]).T.astype(np.float16).astype(np.float32)


def save(model: SentenceModel, path: Path, card: dict[str, Any]) -> None:
    """Write the weights in half precision, and beside them the model card with hash and golden probabilities."""
    arrays: dict[str, NDArray[Any]] = {"dense": model.dense, "bias": model.bias, "joint": model.joint}
    for name in ("own", "before", "after"):
        table = getattr(model, name)
        columns = np.flatnonzero(table[:, 0] > 0)
        arrays[f"{name}_columns"], arrays[f"{name}_values"] = (
            columns.astype(np.int32),
            table[columns].astype(np.float16),
        )
    arrays |= {f"second_{field.name}": getattr(model.second, field.name) for field in fields(model.second)}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    golden = model.read(GOLDEN, np.zeros((len(GOLDEN), WIDTH), dtype=np.float32))
    card |= {
        "id": model.id,
        "heads": list(HEADS),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "golden": {"texts": list(GOLDEN), "probabilities": np.round(golden, 5).tolist()},
    }
    path.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
