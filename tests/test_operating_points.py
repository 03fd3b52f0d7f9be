"""The precision that a user asks for: measured through the policy, looked up in the card, refused where not reached."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingcha.corpora.labelled_documents import LabelledDocument, Labels
from mingcha.models.calibration import LEAST_FLAGGED, precision_points, reached_at
from mingcha.models.encoding.cards import encoder_card
from mingcha.models.examples import prepare_examples
from mingcha.models.operating_points import choose_operating_point, describe_point
from mingcha.models.policy_scores import STEPS, policy_scores, witness_of
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.judgment import OperatingPoint, judge
from mingcha.pipeline.terms import ACTIVE_STATUSES, EVIDENCE_CATEGORIES, RISK_CATEGORIES

POINT = OperatingPoint(0.5, 0.7, dict.fromkeys(EVIDENCE_CATEGORIES, 0.5), 0.3)
CARD = {
    "operating_point": {"risk": 0.5, "share": 0.7, "evidence": dict.fromkeys(EVIDENCE_CATEGORIES, 0.5), "mention": 0.3},
    "precision_points": {
        "0.60": {"risk": 0.3, "recall": 0.7},
        "0.80": {"risk": 0.7, "recall": 0.5},
        "0.90": {"risk": 0.85, "recall": 0.25},
    },
}
TEXT = (
    "问：有没有推诿扯皮？\n答：报告交上去三个月，一点回音都没有。\n"
    "经核查，该局推诿扯皮。没有发现弄虚作假。要坚决整治形式主义。全年完成投资3.2亿元。"
)
EXAMPLES = prepare_examples(
    [LabelledDocument("谈话记录", "interview", "", TEXT, ((Span(0, 5), Labels()),))], load_stages()
)
SENTENCES = EXAMPLES[0].sentences


def active(marked, row, risk):
    judged = judge(witness_of(EXAMPLES[0], marked, row), replace(POINT, risk=risk))
    return any(one.category in RISK_CATEGORIES and one.status in ACTIVE_STATUSES for one in judged)


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.floats(0, 1, width=32), min_size=len(HEADS), max_size=len(HEADS)),
        min_size=len(SENTENCES),
        max_size=len(SENTENCES),
    )
)
def test_a_policy_score_is_the_last_point_at_which_the_sentence_is_active(rows):
    probabilities = np.array(rows, np.float32)
    scores = policy_scores(EXAMPLES, probabilities, POINT)
    for marked, row, score in zip(SENTENCES, probabilities.tolist(), scores, strict=True):
        assert 0 <= score <= 1
        assert score == 0 or active(marked, row, score)
        assert score == 1 or not active(marked, row, round(score * STEPS + 1) / STEPS)


def test_the_asker_never_scores_and_a_plain_likely_sentence_scores_its_probability():
    row = [0.64 if head in {"risk", "inaction"} else 0.0 for head in HEADS]
    scores = policy_scores(EXAMPLES, np.array([row] * len(SENTENCES), np.float32), POINT)
    by_text = {marked.text: score for marked, score in zip(SENTENCES, scores, strict=True)}
    asked, told = (next(score for text, score in by_text.items() if word in text) for word in ("有没有", "3.2亿"))
    assert asked == 0
    assert told == pytest.approx(0.64, abs=1 / STEPS)


@given(st.lists(st.tuples(st.integers(0, 50).map(lambda n: n / 50), st.booleans()), max_size=200))
def test_every_point_keeps_its_promise_and_is_the_lowest_that_does(rows):
    scores, answers = np.array([s for s, _ in rows], float), np.array([a for _, a in rows], np.int8)
    points = precision_points(scores, answers)
    for name, point in points.items():
        flagged = scores >= point["risk"]
        assert flagged.sum() >= LEAST_FLAGGED
        assert answers[flagged].mean() >= float(name) - 1e-9
        assert point["recall"] == pytest.approx(answers[flagged].sum() / max(answers.sum(), 1), abs=1e-4)
        lower = {score for score in scores if 0 < score < point["risk"]}
        assert all(answers[scores >= score].mean() < float(name) for score in lower)
    missing = {f"{percent / 100:.2f}" for percent in range(50, 100)} - points.keys()
    enough = [score for score in set(scores) if score > 0 and (scores >= score).sum() >= LEAST_FLAGGED]
    assert all(answers[scores >= score].mean() < float(name) for name in missing for score in enough)


def test_a_precision_seen_on_few_sentences_only_is_not_promised():
    scores, answers = np.linspace(1, 0.01, 100), np.zeros(100, np.int8)
    answers[: LEAST_FLAGGED - 1] = 1
    assert max(precision_points(scores, answers)) == "0.96"  # 29 of 30
    assert precision_points(scores, np.zeros(100, np.int8)) == {}
    assert precision_points(np.zeros(100), answers) == {}


def test_what_is_reached_at_a_threshold_is_counted():
    scores, answers = np.array([0.9, 0.8, 0.4, 0.0]), np.array([1, 0, 1, 1], np.int8)
    assert reached_at(0.8, scores, answers) == {"precision": 0.5, "recall": 0.3333, "f1": 0.4}
    assert reached_at(0.95, scores, answers) == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


@pytest.mark.parametrize(
    ("asked", "risk"),
    [(0.5, 0.3), (0.6, 0.3), (0.61, 0.7), (0.8, 0.7), (0.8000000001, 0.7), (0.9, 0.85)],
)
def test_the_next_step_up_is_taken_and_no_rule_lowers_it(asked, risk):
    assert choose_operating_point(CARD, asked) == replace(POINT, risk=risk, carried=1.0, carried_alone=1.0)


def test_without_a_wanted_precision_the_card_decides():
    assert choose_operating_point(CARD) == POINT


def test_what_is_not_reached_is_refused_and_the_highest_named():
    with pytest.raises(UsageError, match=r"0\.95 达不到.*只能稳定达到 0\.90（此时召回率 0\.25）"):
        choose_operating_point(CARD, 0.95)


@pytest.mark.parametrize("asked", [0.0, 0.49, 0.995, 1.0, 90.0, float("nan")])
def test_a_precision_outside_the_table_is_a_wrong_use(asked):
    with pytest.raises(UsageError, match=r"0\.50 到 0\.99"):
        choose_operating_point(CARD, asked)


@pytest.mark.parametrize("card", [CARD | {"precision_points": {}}, {"operating_point": CARD["operating_point"]}])
def test_a_card_without_precisions_says_what_to_do(card):
    with pytest.raises(DataError, match="mingcha train"):
        choose_operating_point(card, 0.9)


def test_the_versions_say_which_point_was_chosen():
    assert describe_point(CARD, 0.85) == "precision>=0.90 risk>=0.8500"


PRECISIONS = encoder_card()["precision_points"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "材料").mkdir()
    (tmp_path / "材料" / "反馈.txt").write_text("巡察发现，该局推诿扯皮，报告交上去三个月没有回音。", encoding="utf-8")
    return tmp_path / "材料"


def test_a_run_records_the_chosen_point_with_the_run_and_every_finding(mingcha, folder, tmp_path):
    import sqlite3

    asked = min(PRECISIONS)
    run = mingcha("run", folder, "--out", tmp_path / "out", "--min-precision", asked, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    point = describe_point(encoder_card(), float(asked))
    assert {finding["versions"]["point"] for finding in run.records("findings.jsonl")} == {point}
    with sqlite3.connect(tmp_path / "out" / "mingcha.db") as store:
        ((versions,),) = store.execute("select versions from runs").fetchall()
    assert json.loads(versions)["point"] == point
    assert point.replace(">", "&gt;") in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", [0.99, 2, 0.1])
def test_a_run_with_a_precision_that_is_not_to_be_had_writes_nothing(mingcha, folder, tmp_path, asked):
    if f"{asked:.2f}" in PRECISIONS:
        pytest.skip("this precision is reached")
    run = mingcha("run", folder, "--out", tmp_path / "out", "--min-precision", asked)
    assert run.code == 2
    assert "--min-precision" in run.stderr
    assert not (tmp_path / "out").exists()
