"""The sentence model: trained and served by the same code, refused when it was tampered with."""

import json
import shutil

import numpy as np
import pytest

from mingcha.corpora.labelled_documents import Labels, load_labelled
from mingcha.models import training
from mingcha.models.calibration import best_share, best_threshold
from mingcha.models.examples import prepare_examples
from mingcha.models.features import WIDTH, dense_features
from mingcha.models.sentence_model import HEADS, WEIGHTS, load_sentence_model
from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Document
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.preparation import prepare


def marked(text: str):
    prepared = prepare(Document("a.txt", "0" * 64, "txt", text, ()), load_stages())
    return prepared.sentences, prepared.genre


@pytest.fixture(scope="module")
def tiny():
    """A model fitted on a tenth of the corpus, with its design matrix."""
    examples = prepare_examples(load_labelled()[::10], load_stages())
    frequencies = training.count_frequencies(examples)
    matrix = training.design(examples, frequencies)
    scores = training.cross_validate(matrix)
    return (
        examples,
        matrix,
        training.fit(matrix, frequencies, scores, training.read_again(matrix, scores).reading, "tiny"),
    )


@pytest.fixture
def weights(tmp_path):
    for path in (WEIGHTS, WEIGHTS.with_suffix(".json")):
        shutil.copy(path, tmp_path / path.name)
    return tmp_path / WEIGHTS.name


def test_the_shipped_model_loads_and_knows_a_signal_from_an_exhortation():
    sentences, genre = marked("报告递上去三个多月，一点回音都没有。要坚决整治推诿扯皮问题。")
    told, wished = load_sentence_model().probabilities(sentences, genre)
    assert told[0] > 3 * wished[0]
    assert wished[HEADS.index("normative")] > 10 * told[HEADS.index("normative")]


def test_served_scores_equal_the_fitted_ones(tiny):
    examples, matrix, model = tiny
    example = examples[0]
    served = model.logits([m.text for m in example.sentences], dense_features(example.sentences, example.genre))
    risk = training.fit_head(matrix, 0, np.flatnonzero(matrix.weights > 0))
    fitted = risk.decision_function(matrix.features[: len(example.sentences)])
    slope, offset = np.polyfit(fitted, served[:, 0], 1)
    assert slope > 0
    assert np.allclose(slope * fitted + offset, served[:, 0], atol=0.02)


def test_fitting_twice_gives_the_same_weights(tiny):
    _, matrix, _ = tiny
    rows = np.flatnonzero(matrix.weights > 0)
    first, second = training.fit_head(matrix, 0, rows), training.fit_head(matrix, 0, rows)
    assert np.abs(first.coef_ - second.coef_).max() < 1e-6


def test_a_saved_model_is_the_same_when_loaded(tiny, tmp_path):
    _, _, model = tiny
    training.save(model, tmp_path / "m.npz", {"reason": "小模型"})
    loaded = load_sentence_model(tmp_path / "m.npz")
    texts, dense = ["报告交上去没有回音。", "按期完成。"], np.zeros((2, WIDTH), np.float32)
    assert np.allclose(loaded.read(texts, dense), model.read(texts, dense), atol=1e-3)


def test_no_sentences_give_no_probabilities():
    assert load_sentence_model().probabilities([], marked("空")[1]).shape == (0, len(HEADS))


def test_a_changed_weights_file_is_refused(weights):
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with pytest.raises(DataError, match="校验值不符"):
        load_sentence_model(weights)


def test_a_model_that_scores_its_golden_sentences_otherwise_is_refused(weights):
    card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    card["golden"]["probabilities"][0][0] = 0.123
    weights.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(DataError, match="标准例句"):
        load_sentence_model(weights)


def test_a_missing_model_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match="mingcha train"):
        load_sentence_model(tmp_path / "none.npz")


def test_the_card_says_what_the_model_was_made_of():
    card = load_sentence_model().card
    assert card["data"]["sentences"] > 10_000
    assert {"purpose", "limits", "settings", "cross_validation", "operating_point"} <= card.keys()


def test_the_shipped_model_was_made_from_the_corpus_and_rules_that_are_shipped():
    from mingcha.corpora.lexicon import rules_version
    from mingcha.models.building import corpus_hash, stages_hash
    from mingcha.models.stages import learned_rules

    card = load_sentence_model().card
    assert card["data"]["sha256"] == corpus_hash()
    assert card["rules"] == rules_version(learned_rules())
    assert card["stages"] == stages_hash()


@pytest.mark.parametrize(
    ("labels", "heads"),
    [
        (Labels(), set()),
        (Labels(risk=("inaction",), status="asserted"), {"risk", "inaction"}),
        (Labels(risk=("formalism",), status="reported"), {"risk", "formalism", "reported"}),
        (Labels(evidence=("achievement",), mention="resolved"), {"achievement", "resolved"}),
    ],
)
def test_labels_become_the_answers_of_the_heads(labels, heads):
    assert {HEADS[n] for n, answer in enumerate(training.targets_of(labels)) if answer} == heads


def test_the_threshold_follows_the_measure():
    probabilities, answers = np.array([0.9, 0.8, 0.7, 0.1], np.float32), np.array([1, 0, 1, 0], np.int8)
    assert best_threshold(probabilities, answers, beta=0.1) == pytest.approx(0.9)
    assert best_threshold(probabilities, answers, beta=3) == pytest.approx(0.7)
    assert best_threshold(probabilities, np.zeros(4, np.int8)) == 1.0
    assert best_share(np.zeros((0, 6), np.float32), np.zeros((0, 6), np.int8)) == 1.0
