"""The training of the encoder on tiny data. torch is no dependency: who has it not cannot train and skips these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="只有训练编码器的人装 torch（make encoder）")

from mingcha.models.encoding.making import pretraining, tuning
from mingcha.models.encoding.making.corpus import joined, sentences_of, tokenized
from mingcha.models.encoding.making.examples import Read
from mingcha.models.encoding.making.exporting import export
from mingcha.models.encoding.making.network import Shape
from mingcha.models.encoding.passages import passages
from mingcha.models.encoding.session import open_network
from mingcha.models.encoding.tokens import rows_of
from mingcha.models.encoding.vocabulary import Vocabulary, choose_words

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [["会议开了四次没定下来。", "报告交了没有回音。"], ["全年完成投资。", "比上年增长。", "群众很满意。"]] * 12
VOCABULARY = Vocabulary.of(choose_words({one: 9 for text in TEXTS for sentence in text for one in sentence}, 80))
SHAPE = Shape(len(VOCABULARY.words), width=32, layers=1, heads=2, inner=48, places=48)
FEATURES, QUESTIONS = 4, 3


def pretrained(steps: int, seed: int = 5) -> tuple[pretraining.Pretrainer, list[str]]:
    torch.manual_seed(seed)
    corpus = tokenized(TEXTS, VOCABULARY)
    masker = pretraining.Masker(corpus, 32, pretraining.Chances(0.2, 0.15, seed))
    model, told = pretraining.Pretrainer(SHAPE), list[str]()
    pace = pretraining.Pace(3e-3, 10, steps, 8)
    watch = pretraining.Watch(told.append, lambda _: None)
    pretraining.pretrain(model, masker, pretraining.cut_windows(corpus, 32), pace, watch)
    return model, told


def documents() -> list[Read]:
    """Documents of which the first question asks after 没, which no other feature tells."""
    made = []
    for text in TEXTS:
        targets = np.zeros((len(text), QUESTIONS), np.float32)
        targets[:, 0] = ["没" in sentence for sentence in text]
        made.append(
            Read(
                [VOCABULARY.tokens(one) for one in text],
                np.zeros((len(text), FEATURES), np.float32),
                targets,
                np.ones(len(text), np.float32),
            )
        )
    return made


def tuned(seed: int = 5) -> tuning.Judge:
    torch.manual_seed(seed)
    weights = pretraining.Pretrainer(SHAPE).encoder.state_dict()
    judge = tuning.new_judge(SHAPE, weights, (FEATURES, QUESTIONS), 0.1)
    tuning.tune(judge, documents(), tuning.Tuning(32, 4, 12, 3e-3, 0.1, seed), lambda _: None)
    return judge


def test_masked_words_are_guessed_better_after_some_steps():
    _, told = pretrained(200)
    losses = [float(line.split("words ")[1].split(",")[0]) for line in told]
    assert losses[-1] < losses[0] / 1.5


def test_no_window_reaches_over_two_documents_and_none_is_lost():
    corpus = tokenized(TEXTS, VOCABULARY)
    runs = pretraining.cut_windows(corpus, 16)
    assert sorted(number for run in runs for number in run) == list(range(len(corpus.documents)))
    assert all(len({corpus.documents[number] for number in run}) == 1 for run in runs)


def test_a_corpus_joined_of_two_has_the_sentences_of_both():
    one, other = tokenized(TEXTS[:1], VOCABULARY), tokenized(TEXTS[1:2], VOCABULARY)
    both = joined([one, other])
    assert both.of(2).tolist() == other.of(0).tolist()
    assert both.documents.tolist() == [0, 0, 1, 1, 1]


def test_sentences_without_chinese_are_left_out():
    assert sentences_of("第一句。12345\nabc！“第二句。”完") == ["第一句。", "“第二句。”"]


def test_tuning_learns_what_the_words_tell():
    judge = tuned()
    for document in documents()[:2]:
        said = tuning.answers(judge, document, 32)[:, 0]
        assert ((said > 0) == (document.targets[:, 0] > 0)).all()


def test_tuning_again_gives_the_same():
    first, second = (tuning.answers(tuned(), documents()[0], 32) for _ in range(2))
    assert np.allclose(first, second, atol=1e-4)


@pytest.mark.filterwarnings("ignore")  # torch and onnxruntime warn of each other's ways
def test_the_exported_network_says_what_the_tuned_one_says(tmp_path: Path):
    judge, document = tuned(), documents()[1]
    export(judge, FEATURES, VOCABULARY.words, tmp_path / "model.onnx")
    network = open_network(tmp_path)
    assert network.vocabulary().words == VOCABULARY.words
    rows = rows_of(document.tokens, list(passages([len(one) for one in document.tokens], range(3), 32)), 32)
    features = np.zeros((len(rows.ids), rows.places.shape[1], FEATURES), np.float32)
    said = network.run({"ids": rows.ids, "owned": rows.owned, "features": features})
    assert np.abs(said[rows.places >= 0] - tuning.answers(judge, document, 32)).max() < 0.3
