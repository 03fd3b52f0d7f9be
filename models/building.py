"""``mingcha train``: from the labelled sentences to shipped weights, the same way every time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import mingcha
from mingcha.corpora.digests import corpus_hash, stages_hash
from mingcha.corpora.labelled_documents import load_labelled
from mingcha.corpora.lexicon import rules_version
from mingcha.models import training
from mingcha.models.calibration import RISK_BETA, best_threshold, choose_point, precision_points, reached_at
from mingcha.models.examples import prepare_examples
from mingcha.models.operating_points import point_of, raised
from mingcha.models.policy_scores import policy_scores
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import learned_rules, load_stages
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mingcha.models.examples import Example
    from mingcha.models.sentence_model import SentenceModel
    from mingcha.models.training import Matrix


@dataclass(frozen=True, slots=True)
class Trained:
    """A model with its card, and the ``probabilities`` of all sentences of its examples as given out of fold."""

    model: SentenceModel
    card: dict[str, Any]
    probabilities: NDArray[np.float32]


def build_sentence_model(path: Path, tell: Callable[[str], None]) -> None:
    """Train, calibrate and write the sentence model and its card; *tell* hears of the progress."""
    trained = train_model(prepare_examples(load_labelled(), load_stages()), corpus_hash(), tell)
    training.save(trained.model, path, trained.card)
    tell(f"已写出 {path} 和 {path.with_suffix('.json').name}")


def train_model(examples: Sequence[Example], made_of: str, tell: Callable[[str], None]) -> Trained:
    """Train and calibrate a model; *made_of* is a hash of the data, from which it has its id."""
    frequencies = training.count_frequencies(examples)
    matrix = training.design(examples, frequencies)
    tell(f"语料：{len(examples)} 份文档，{len(matrix.targets)} 句；特征 {matrix.features.shape[1]} 维")
    scores = training.cross_validate(matrix)
    again = training.read_again(matrix, scores)
    card = model_card(examples, made_of) | calibration_of(examples, matrix, again.probabilities)
    model = training.fit(matrix, frequencies, scores, again.reading, _version(matrix, made_of))
    for line in reached_lines(card):
        tell(line)
    return Trained(model, card, again.probabilities)


def calibration_of(
    examples: Sequence[Example], matrix: Matrix, probabilities: NDArray[np.float32], *, right: float = 0.0
) -> dict[str, Any]:
    """Return what the card says of out-of-fold *probabilities*: operating point, precisions to choose from, figures.

    At the operating point at least the share *right* (to the hundredth) of what is flagged is so, if that is reached.
    """
    used, all_used = matrix.judging, matrix.used
    row, answers = choose_point(probabilities[used], matrix.targets[used]), matrix.targets[used, 0]
    # What is flagged is the policy's doing, so its own scores choose how sure the model must be.
    usual = policy_scores(examples, probabilities, point_of(row))[used]
    row["risk"] = best_threshold(usual.astype(np.float32), answers, beta=RISK_BETA)
    sure = precision_points(usual, answers).get(f"{right:.2f}")
    row["risk"] = max(row["risk"], sure["risk"]) if sure else row["risk"]
    point = point_of(row)
    asked = policy_scores(examples, probabilities, raised(point, point.risk))[used]
    return {
        "operating_point": row,
        "reached": reached_at(point.risk, usual, answers),
        "precision_points": precision_points(asked, answers),
        "cross_validation": cross_validated(probabilities[all_used], matrix.targets[all_used]),
        "lifelike": cross_validated(probabilities[used], matrix.targets[used]),
    }


def reached_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield in Chinese what training reached: each head, the operating point, the precisions that can be asked for."""
    yield "交叉验证（同一作者的文书整批留出）："
    for head, row in card["cross_validation"].items():
        name = "风险信号" if head == "risk" else chinese(head)
        best = f"平均精度 {row['average_precision']:.3f}，F1 最高 {row['best_f1']:.3f}"
        near = f"仿真文书上 {card['lifelike'][head]['average_precision']:.3f}"
        yield f"  {name}：{best}，正例 {row['positives']}；{near}"
    reached, threshold = card["reached"], card["operating_point"]["risk"]
    yield (
        f"默认操作点（概率 {threshold:.4f}）：准确率 {reached['precision']:.3f}，召回率 {reached['recall']:.3f}，"
        f"F1 {reached['f1']:.3f}"
    )
    points = card["precision_points"]
    chosen = [name for name in points if name in {"0.70", "0.80", "0.90", max(points)}]
    listed = "；".join(f"≥{name} 时召回率 {points[name]['recall']:.3f}" for name in chosen)
    yield f"--min-precision 可选的准确率：{listed or '没有能稳定达到的档位'}"


def model_card(examples: Sequence[Example], made_of: str) -> dict[str, Any]:
    """Return what a reader must know of the model: data, features, settings, purpose and limits."""
    own = [example for example in examples if example.answers is None]
    return {
        "reason": "句子模型判断：结合用词、上下文、文书类型和规则命中综合给出的概率",
        "purpose": "提示可能的风险信号与实绩证据，供人工核实；不得作为结论。",
        "limits": "训练语料为虚构文书，真实材料上的准确度低于交叉验证数值，见 benchmarks/。",
        "software": mingcha.__version__,
        "rules": rules_version(learned_rules()),
        "stages": stages_hash(),
        "data": {
            "documents": len(own),
            "sentences": sum(len(example.sentences) for example in own),
            "sha256": made_of,
        },
        "settings": {
            "seed": training.SEED,
            "folds": training.FOLDS,
            "regularization": training.REGULARIZATION,
            "context_share": training.CONTEXT_SHARE,
            "dense_share": training.DENSE_SHARE,
        },
    }


def cross_validated(probabilities: NDArray[np.float32], targets: NDArray[np.int8]) -> dict[str, dict[str, float]]:
    """Return average precision, the best F1 and the positives of each head."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    rows = {}
    for number, head in enumerate(HEADS):
        answers, column = targets[:, number], probabilities[:, number]
        precision, recall, _ = precision_recall_curve(answers, column)
        f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        rows[head] = {
            "average_precision": round(float(average_precision_score(answers, column)), 4),
            "best_f1": round(float(f1.max()), 4),
            "positives": int(answers.sum()),
        }
    return rows


def _version(matrix: Matrix, made_of: str) -> str:
    digest = hashlib.sha256(made_of.encode())
    digest.update(rules_version(learned_rules()).encode())
    digest.update(np.ascontiguousarray(matrix.targets).tobytes())
    return f"sentence-{digest.hexdigest()[:10]}"
