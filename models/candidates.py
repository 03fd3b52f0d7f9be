"""``mingcha train --with-decisions``: a candidate from our own corpus and an office's decisions, beside the old.

No candidate has seen the documents of the frozen split. The shipped model has; for the comparison a model of the same
recipe and the same corpus, without decisions and without those documents, stands in for it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import mingcha
from mingcha.corpora.digests import corpus_hash, stages_hash
from mingcha.corpora.frozen_split import split, split_hash
from mingcha.corpora.labelled_documents import load_labelled
from mingcha.corpora.lexicon import rules_version
from mingcha.models import training
from mingcha.models.building import train_model
from mingcha.models.choice import Models
from mingcha.models.contrast import card_rows, contrast
from mingcha.models.decided_examples import decided_examples
from mingcha.models.evaluation import measure
from mingcha.models.examination import examine
from mingcha.models.examples import prepare_examples
from mingcha.models.operating_points import point_of
from mingcha.models.past_decisions import FIGURES, asked_of, measure_past
from mingcha.models.policy_scores import policy_scores
from mingcha.models.sentence_model import load_sentence_model
from mingcha.models.shelf import FILE, SHIPPED, hashes_of, in_use, load_steps, weights_in_use
from mingcha.models.stages import learned_rules, load_stages
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.document import Document
from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.lessons import lessons_hash
from mingcha.pipeline.scratch import scratch_folder, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mingcha.corpora.labelled_documents import LabelledDocument
    from mingcha.models.building import Trained
    from mingcha.models.decided_examples import Decided
    from mingcha.models.evaluation import Measured
    from mingcha.models.examples import Example
    from mingcha.models.shelf import Hashes
    from mingcha.pipeline.lessons import Taught

    Tell = Callable[[str], None]

PRIVACY = (
    "只存权重和统计数：特征是字符窗口的散列，仅限自有语料中已有的窗口；花名册、谈话人和文中找到的姓名、"
    "涉及廉洁的句子在训练前已抹去。"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that was just made: its id, where it lies, its hashes, its card."""

    id: str
    place: Path
    hashes: Hashes
    card: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a candidate is made on: our corpus without and with the documents kept apart, and the model in use."""

    corpus: str
    rest: tuple[LabelledDocument, ...]
    apart: tuple[LabelledDocument, ...]
    former: str
    folder: Path


def build_candidate(
    documents: Sequence[Taught], folder: Path, *, at: str, tell: Tell, corpus: Path | None = None
) -> Candidate:
    """Train a candidate into *folder* from our corpus (or that of the folder *corpus*) and what *documents* teach.

    *at* is the time that its card bears. Raise DataError where nothing was decided, UsageError where the same was
    trained before.
    """
    if not documents:
        raise DataError("库里没有可以学习的决定：没有仍然有效的确认、驳回、更正，也没有标出的漏检。请先审阅。")
    folder.mkdir(parents=True, exist_ok=True)
    ground, stages = _ground(folder, corpus), load_stages()
    made_of = _made_of(ground, documents)
    _refuse_known(folder, made_of)
    examples, decided = prepare_examples(ground.rest, stages), decided_examples(documents, stages)
    old = _old(ground, examples, tell)
    tell(f"训练候选模型：{decided.counts['documents']} 份材料上的 {decided.counts['sentences']} 句有决定")
    trained = train_model((*examples, *decided.examples), made_of, tell)
    sweep(folder)
    with scratch_folder(folder) as made:
        place = made / FILE
        training.save(trained.model, place, trained.card)
        card = _finished_card(place, trained, at=at) | _measured(ground, decided, old, place, trained)
        place.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        _put(place, folder / trained.model.id / FILE)
    place = folder / trained.model.id / FILE
    return Candidate(trained.model.id, place, hashes_of(place), card)


def _put(made: Path, place: Path) -> None:
    place.parent.mkdir()
    for suffix in (".json", ".npz"):  # the weights last: a model without them is none
        shutil.copyfile(made.with_suffix(suffix), place.with_suffix(suffix))


def _ground(folder: Path, corpus: Path | None) -> Ground:
    rest, apart = split(load_labelled(corpus) if corpus else load_labelled())
    if not rest or not apart:
        raise DataError(f"{corpus}：标注文档太少，分不出单独留存、只供比较的一份。请增加文档。")
    return Ground(corpus_hash(corpus) if corpus else corpus_hash(), rest, apart, in_use(load_steps(folder)), folder)


def _made_of(ground: Ground, documents: Sequence[Taught]) -> str:
    """Return a hash of all that a candidate is made of, the model that it is compared with among it."""
    told = (ground.corpus, split_hash(ground.apart), ground.former, lessons_hash(documents), stages_hash())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _refuse_known(folder: Path, made_of: str) -> None:
    for path in sorted(folder.glob("sentence-*/sentence.json")):
        if json.loads(path.read_text(encoding="utf-8")).get("made_of") == made_of:
            raise UsageError(f"同样的语料和决定已经训练过，候选模型是 {path.parent.name}。请直接比较或采用它。")


def _old(ground: Ground, examples: Sequence[Example], tell: Tell) -> Path:
    """Return the weights that stand for the model in use; a stand-in for the shipped one is trained once and kept."""
    adopted = weights_in_use(ground.folder)
    if adopted is not None:
        return adopted
    told = (ground.corpus, split_hash(ground.apart), rules_version(learned_rules()), stages_hash(), mingcha.__version__)
    key = hashlib.sha256("\n".join(told).encode()).hexdigest()
    path = ground.folder / "reference" / f"{key[:16]}.npz"
    if not path.with_suffix(".json").exists():
        tell("训练对照模型：同样的语料，不含决定，也不含单独留存的文档（只需一次）")
        trained = train_model(examples, key, tell)
        training.save(trained.model, path, trained.card)
    return path


def _finished_card(place: Path, trained: Trained, *, at: str) -> dict[str, Any]:
    """Return the card that was saved with the weights, with what makes the model a candidate."""
    saved: dict[str, Any] = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
    return saved | {"made": at, "made_of": trained.card["data"]["sha256"], "privacy": PRIVACY}


def _measured(ground: Ground, decided: Decided, old: Path, new: Path, trained: Trained) -> dict[str, Any]:
    """Return the figures of a card: those of the frozen split, and those of past decisions."""
    frozen = contrast(_on_frozen(ground.apart, old), _on_frozen(ground.apart, new))
    asked = asked_of(decided.examples)
    held_out = trained.probabilities[-sum(len(one.sentences) for one in decided.examples) :]
    pair = (_past(decided, old, None), _past(decided, new, held_out))
    past = contrast(*(measure_past(asked, *one) for one in pair))
    return {
        "compared_with": ground.former,
        "decisions": dict(decided.counts),
        "frozen": {
            "documents": len(ground.apart),
            "sentences": sum(len(one.sentences) for one in ground.apart),
            "sha256": split_hash(ground.apart),
            "figures": card_rows(frozen),
        },
        "past": {
            "risks": int(asked.answers.sum()),
            "others": int((~asked.answers).sum()),
            "folds": training.FOLDS,
            "old_has_learned_some": ground.former != SHIPPED,
            "figures": card_rows(past, FIGURES),
        },
    }


def _on_frozen(documents: Sequence[LabelledDocument], weights: Path) -> Measured:
    kit = load_toolkit(models=Models(weights))
    return measure([examine(one, _document(one), kit) for one in documents])


def _document(labelled: LabelledDocument) -> Document:
    digest = hashlib.sha256(labelled.text.encode("utf-8", "replace")).hexdigest()
    return Document(labelled.id, digest, "txt", labelled.text, ())


def _past(
    decided: Decided, weights: Path, held_out: NDArray[np.float32] | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return probability and flag of every sentence of the decided documents; *held_out* are those out of fold."""
    model = load_sentence_model(weights)
    point = point_of(model.card["operating_point"])
    if held_out is None:
        rows = [model.probabilities(one.sentences, one.genre) for one in decided.originals]
        held_out = np.vstack(rows)
    scores = policy_scores(decided.originals, held_out, point)
    return held_out[:, 0].astype(np.float64), scores >= point.risk
