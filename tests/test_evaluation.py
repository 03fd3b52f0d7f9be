"""The measure: equal to the evaluation's own script, and right on cases that can be counted by hand."""

import importlib.util
import json
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingcha.corpora.labelled_documents import LabelledDocument, Labels
from mingcha.models.comparison import Answer, Claim, Firing, compare
from mingcha.models.evaluation import Examined, evaluate, rank, worst_false_flags, worst_misses
from mingcha.models.ranking import calibration_error, ranking_of, reliability_of
from mingcha.models.rule_yields import rule_yields
from mingcha.models.tallies import tallied
from mingcha.pipeline.analyzed import ScoredSentence
from mingcha.pipeline.document import Span
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES, EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

EVALUATION = Path(__file__).parent.parent.parent / "shared" / "evaluation"
needs_script = pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation's script is not here")

PLAIN = Labels()
INACTION = Labels(risk=("inaction",), status="asserted")
WISHED = Labels(mention="normative")
LENGTH = 10

SAME = {
    "risk.p": ("risk_any", "p"), "risk.r": ("risk_any", "r"), "risk.f1": ("risk_any", "f1"),
    "evidence.p": ("evidence_micro", "p"), "evidence.r": ("evidence_micro", "r"), "evidence.f1": ("evidence_micro", "f1"),
    "risk.macro": ("risk_macro_f1",), "evidence.macro": ("evidence_macro_f1",),
    "flagged.mention": ("false_flag_rate_on_mentions",), "flagged.plain": ("false_flag_rate_on_plain",),
    "status": ("status_right_on_mentions",),
} | {f"{code}.{kind}": ("per_category", code, kind) for code in CATEGORIES for kind in ("p", "r", "f1")}  # fmt: skip
INTERVALS = {
    "risk.f1": "risk_any",
    "risk.macro": "risk_macro_f1",
    "evidence.f1": "evidence_micro",
    "flagged.mention": "false_flag_rate_on_mentions",
    "status": "status_right_on_mentions",
}


@pytest.fixture(scope="module")
def script():
    """The evaluation's own script."""
    spec = importlib.util.spec_from_file_location("score", EVALUATION / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def labelled(*labels: Labels, name: str = "d") -> LabelledDocument:
    """A document of sentences of ten characters each."""
    text = "".join(f"第{number:03}句说的事。" + "。" * (LENGTH - 9) for number in range(len(labels)))
    spans = [Span(LENGTH * number, LENGTH * (number + 1)) for number in range(len(labels))]
    return LabelledDocument(name, "other", "", text, tuple(zip(spans, labels, strict=True)))


def sentence(number: int) -> Span:
    return Span(LENGTH * number, LENGTH * (number + 1))


def flag(number: int, category: str = "inaction", status: str = "asserted") -> Claim:
    kind = "evidence" if category in EVIDENCE_CATEGORIES else "risk"
    return Claim(sentence(number), kind, category, status)


def examined(document: LabelledDocument, *claims: Claim, scores=(), firings=()) -> Examined:
    scored = tuple(ScoredSentence(sentence(number), score) for number, score in enumerate(scores))
    return Examined(document, "other", compare(document, Answer(claims, scored, firings)))


def in_script_form(document: LabelledDocument) -> dict:
    rows = []
    for span, labels in document.sentences:
        row = {"start": span.start, "end": span.end, "risk": list(labels.risk), "evidence": list(labels.evidence)}
        row |= {"mention": labels.mention, "status": labels.status, "unsure": labels.unsure}
        rows.append({key: value for key, value in row.items() if value})
        rows[-1]["start"] = span.start
    return {"id": document.id, "text": document.text, "sentences": rows}


_labels = st.one_of(
    st.builds(Labels, evidence=st.sets(st.sampled_from(EVIDENCE_CATEGORIES), max_size=2).map(tuple), mention=st.sampled_from([None, *MENTIONS]), unsure=st.booleans()),
    st.builds(Labels, risk=st.sets(st.sampled_from(RISK_CATEGORIES), min_size=1, max_size=3).map(tuple), status=st.sampled_from(sorted(ACTIVE_STATUSES))),
)  # fmt: skip
_spans = st.tuples(st.integers(0, 80), st.integers(1, 25)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
_claims = st.one_of(
    st.builds(Claim, _spans, st.just("risk"), st.sampled_from(RISK_CATEGORIES), st.sampled_from([*sorted(ACTIVE_STATUSES), *MENTIONS])),
    st.builds(Claim, _spans, st.just("evidence"), st.sampled_from(EVIDENCE_CATEGORIES), st.just("asserted")),
    st.builds(Claim, _spans, st.just("check"), st.just("arithmetic"), st.just("asserted")),
)  # fmt: skip
_scores = st.builds(ScoredSentence, _spans, st.integers(0, 20).map(lambda tenth: tenth / 20))
_cases = st.lists(
    st.tuples(
        st.lists(_labels, min_size=1, max_size=8),
        st.lists(_claims, max_size=8),
        st.lists(_scores, max_size=8),
    ),
    min_size=1,
    max_size=4,
)


@needs_script
@settings(max_examples=40)
@given(_cases)
def test_every_figure_and_interval_equals_the_scripts(script, cases):
    documents, gold, findings, scored = [], [], [], []
    for number, (labels, claims, scores) in enumerate(cases):
        document = labelled(*labels, name=f"d{number}")
        documents.append(Examined(document, "", compare(document, Answer(tuple(claims), tuple(scores)))))
        gold.append(in_script_form(document))
        place = {"document": f"{document.id}.txt"}
        findings += [
            place
            | {"start": c.span.start, "end": c.span.end, "kind": c.kind, "category": c.category, "status": c.status}
            for c in claims
        ]
        scored += [place | {"start": s.span.start, "end": s.span.end, "risk": s.risk} for s in scores]
    figures, predicted = evaluate(documents), script.predictions(gold, findings)
    assert_equal(figures, script.measure(gold, predicted))
    for ours, theirs in INTERVALS.items():
        assert (figures[ours].low, figures[ours].high) == pytest.approx(script.interval(gold, predicted, theirs))
    if any(labels.risk and not labels.unsure for document in documents for _, labels in document.labelled.sentences):
        for name, value in script.rank(gold, scored).items():
            assert figures[name].value == pytest.approx(value), name


def assert_equal(figures, theirs):
    for name, path in SAME.items():
        wanted = theirs
        for part in path:
            wanted = wanted[part]
        assert figures[name].value == pytest.approx(wanted), name


@needs_script
def test_a_run_scored_by_the_script_gives_the_figures_that_evaluate_gives(script, mingcha, tmp_path):
    from mingcha.models.toolkit import load_toolkit
    from mingcha.pipeline.commands.gold_files import examine_gold

    lines = (EVALUATION / "dev.jsonl").read_text(encoding="utf-8").splitlines()[::4]
    path, out = tmp_path / "gold.jsonl", tmp_path / "out"
    path.write_text("\n".join(lines), encoding="utf-8")
    gold = [json.loads(line) for line in lines]
    (tmp_path / "材料").mkdir()
    for document in gold:
        (tmp_path / "材料" / f"{document['id']}.txt").write_bytes(document["text"].encode())
    run = mingcha("run", tmp_path / "材料", "--out", out, "--scores", "--allow-classified", "--workers", 1, out=out)
    assert run.code == 0, run.stderr
    figures = evaluate(examine_gold(path, load_toolkit(), tell=pytest.fail))
    findings, scored = run.records("findings.jsonl"), run.records("sentences.jsonl")
    assert findings
    assert_equal(figures, script.measure(gold, script.predictions(gold, findings)))
    for name, value in script.rank(gold, scored).items():
        assert figures[name].value == pytest.approx(value), name


@pytest.mark.parametrize(
    ("labels", "claim", "borne"),
    [
        pytest.param(PLAIN, Claim(Span(0, 10), "risk", "inaction", "asserted"), True, id="the same span"),
        pytest.param(PLAIN, Claim(Span(5, 15), "risk", "inaction", "reported"), True, id="half of it"),
        pytest.param(PLAIN, Claim(Span(6, 16), "risk", "inaction", "asserted"), False, id="less than half of both"),
        pytest.param(PLAIN, Claim(Span(2, 4), "risk", "inaction", "asserted"), True, id="a phrase in it"),
        pytest.param(PLAIN, Claim(Span(10, 20), "risk", "inaction", "asserted"), False, id="beside it"),
        pytest.param(PLAIN, Claim(Span(0, 10), "risk", "inaction", "negated"), False, id="a mere mention"),
        pytest.param(PLAIN, Claim(Span(0, 10), "check", "arithmetic", "asserted"), False, id="a check"),
    ],
)  # fmt: skip
def test_a_sentence_bears_a_claim_that_overlaps_half_of_the_shorter(labels, claim, borne):
    (found,) = compare(labelled(labels), Answer((claim,), ()))
    assert bool(found.risk) is borne


def test_figures_of_a_case_counted_by_hand():
    document = labelled(
        INACTION, INACTION, PLAIN, WISHED, WISHED, Labels(unsure=True, risk=("inaction",), status="asserted")
    )
    figures = evaluate([examined(document, flag(0), flag(2), flag(3), flag(4, status="normative"), flag(5))])
    assert (figures["risk.p"].value, figures["risk.r"].value) == (pytest.approx(1 / 3), 0.5)
    assert figures["flagged.mention"].value == 0.5
    assert figures["flagged.plain"].value == 1.0
    assert figures["status"].value == 0.5


def test_one_document_leaves_no_spread_and_many_alike_none_either():
    document = labelled(INACTION, PLAIN)
    for number in (1, 7):
        figure = evaluate([examined(document, flag(0), flag(1))] * number)["risk.f1"]
        assert figure.low == figure.value == figure.high


def test_the_interval_of_unlike_documents_holds_the_value_and_comes_out_the_same_again():
    good, bad = examined(labelled(INACTION, PLAIN), flag(0)), examined(labelled(INACTION, PLAIN), flag(1))
    documents = [good, bad] * 6
    figure = evaluate(documents)["risk.f1"]
    assert figure.low < figure.value == 0.5 < figure.high
    assert evaluate(documents)["risk.f1"] == figure


@pytest.mark.parametrize(
    ("probabilities", "answers", "expected"),
    [
        ([0.9, 0.8, 0.1, 0.2], [1, 1, 0, 0], (1.0, 1.0, 1.0, 0.5)),
        ([0.1, 0.2, 0.9, 0.8], [1, 1, 0, 0], ((1 / 3 + 2 / 4) / 2, 0.0, 0.0, 1.0)),
        ([0.9, 0.8, 0.7], [1, 0, 1], ((1 + 2 / 3) / 2, 0.5, 0.5, 1.0)),
    ],
)
def test_ranking_figures_counted_by_hand(probabilities, answers, expected):
    found = ranking_of(np.array(probabilities), np.array(answers, bool))
    assert tuple(found.values()) == pytest.approx(expected)


def test_without_any_risk_a_ranking_cannot_be_told():
    assert all(isnan(value) for value in ranking_of(np.array([0.5]), np.array([False])).values())
    assert isnan(evaluate([examined(labelled(PLAIN), scores=(0.3,))])["average_precision"].low)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_the_bins_of_a_reliability_table_hold_every_sentence_once(rows):
    probabilities, answers = np.array([p for p, _ in rows]), np.array([a for _, a in rows], bool)
    bins = reliability_of(probabilities, answers)
    assert len(bins) == 10
    assert sum(one.count for one in bins) == len(rows)
    assert sum(one.share * one.count for one in bins if one.count) == pytest.approx(answers.sum())
    assert all(one.low - 1e-9 <= one.mean <= one.high + 1e-9 for one in bins if one.count)
    assert 0 <= calibration_error(bins) <= 1


def test_probabilities_that_come_true_have_no_calibration_error():
    probabilities, answers = np.array([0.25] * 4 + [0.75] * 4), np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)
    assert calibration_error(reliability_of(probabilities, answers)) == 0.0
    assert calibration_error(reliability_of(probabilities, ~answers)) == 0.5


def test_the_worst_slips_come_first_and_unsure_sentences_not_at_all():
    unsure = Labels(risk=("inaction",), status="asserted", unsure=True)
    document = labelled(INACTION, INACTION, unsure, PLAIN, WISHED, INACTION)
    documents = [examined(document, flag(3), flag(4), flag(5), scores=(0.3, 0.1, 0.0, 0.6, 0.9, 0.8))]
    assert [slip.sentence.span for slip in worst_misses(documents, 9)] == [sentence(1), sentence(0)]
    assert [slip.sentence.span for slip in worst_false_flags(documents, 1)] == [sentence(4)]
    assert worst_misses(documents, 1)[0].text == sentence(1).of(document.text).strip()


def test_a_rule_is_counted_where_it_fired_was_active_right_and_doubted():
    rule = Rule("R02.x", "risk", "inaction", "R02", 0.8, "甲")
    silent = Rule("R03.x", "risk", "inaction", "R03", 0.8, "乙")
    fired = [(0, True, False), (1, True, True), (2, True, True), (3, False, False), (4, True, True)]
    firings = tuple(Firing(sentence(number), rule.id, active, doubted) for number, active, doubted in fired)
    unsure = Labels(risk=("inaction",), status="asserted", unsure=True)
    document = examined(labelled(INACTION, INACTION, PLAIN, WISHED, unsure), flag(0), firings=firings)
    (found,) = rule_yields([document], [silent, rule])
    assert found.rule is rule
    assert (found.fired, found.active, found.right, found.missed) == (4, 3, 2, 1)
    assert (found.doubted, found.doubted_right) == (2, 1)
    assert found.precision == pytest.approx(2 / 3)


def test_tallies_add_up_over_documents():
    document = examined(labelled(INACTION, PLAIN, WISHED), flag(0), flag(0, "achievement"))
    one, three = tallied([document]), tallied([document] * 3)
    assert {name: 3 * count for name, count in one.items()} == three
    assert (one["risk.tp"], one["achievement.fp"], one["plain"], one["mention"]) == (1, 1, 1, 1)


def test_ranked_sentences_keep_their_order_and_leave_out_the_unsure():
    document = examined(labelled(INACTION, Labels(unsure=True), PLAIN), scores=(0.5, 0.6, 0.7))
    ranked = rank([document, document])
    assert ranked.probabilities.tolist() == [0.5, 0.7, 0.5, 0.7]
    assert ranked.documents.tolist() == [0, 0, 1, 1]
