"""Which claim a charge denies in other words: what is weighed, and that the weights are those that were learnt."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.opposition_training import fit, held_out, learning_cases, pairs_of
from mingcha.models.senses import load_sense_model
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.likeness import dated, utterances_of
from mingcha.pipeline.opposition import LEAST, WEIGHTS, Aim, Senses, aims, denied, probability, traits
from mingcha.pipeline.similarity import scale_of

PLAIN = Finding(
    *("a", "a.txt", Span(0, 1), "", Locator(), "risk", "inaction", None, "asserted", None, "P1"),
    *((), None, "S-SERV", (), "E2", 0.9, (), {}),
)
CHARGE = replace(PLAIN, id="a", text="我家水龙头拧开是黄汤，做饭得到三里外的井里挑，镇里来人看过一眼就走了。")
OWN = {"kind": "evidence", "category": "achievement", "source_kind": "S-SELF"}
WATER = replace(PLAIN, id="b", document="b.txt", text="集镇供水管网改造全部完工，群众喝上放心水。", **OWN)
ROAD = replace(PLAIN, id="c", document="b.txt", span=Span(30, 50), text="通组公路硬化12公里，方便群众出行。", **OWN)


def spoken(*findings: Finding):
    return dated(sorted(utterances_of(findings), key=lambda one: one.findings[0].id))


def aimed(told, pairs):
    return aims(told, pairs, read, scale_of(one.passage for one in told))


def denials(told, pairs):
    return list(denied(told, pairs, load_sense_model(), scale_of(one.passage for one in told)))


def all_pairs(count: int, near: float):
    return [(i, j, near) for i in range(count) for j in range(i + 1, count)]


@pytest.fixture(scope="module")
def learnt():
    return pairs_of(learning_cases())


def test_the_weights_are_those_that_the_labelled_cases_give(learnt):
    assert fit(learnt) == pytest.approx(WEIGHTS, abs=0.02)


def test_most_denials_told_in_other_words_are_found_and_right_with_each_case_held_out(learnt):
    said, whole = held_out(learnt)[learnt.whole] >= LEAST, learnt.denies[learnt.whole]
    assert whole[said].mean() >= 0.86
    assert said[whole].mean() >= 0.73  # of pairs that share no word, too


def test_there_is_a_trait_for_every_weight():
    charge, claim = spoken(CHARGE, WATER)
    assert len(traits(charge, claim, Aim(0.3, 0.1, 0.2, 0.1, 0.0))) == len(WEIGHTS)


@given(st.tuples(st.floats(0, 1), *[st.floats(-1, 1)] * 4), st.tuples(*[st.floats(0, 0.1)] * 5))
def test_the_nearer_the_more_alone_and_the_plainer_the_likelier(aim, more):
    charge, claim = spoken(CHARGE, WATER)
    least = probability(charge, claim, Aim(*aim))
    assert 0 < least < 1
    assert probability(charge, claim, Aim(*map(sum, zip(aim, more, strict=True)))) >= least


def read(texts):
    """Tell water from roads; a charge that names no road denies plainly."""
    rows = [[1.0, 0.0] if "水" in text else [0.0, 1.0] for text in texts]
    return Senses(np.array(rows, np.float32), np.array([0.5 if "水" in text else 0.0 for text in texts], np.float32))


def test_a_charge_is_aimed_at_the_claim_that_it_is_nearest_to():
    told = spoken(CHARGE, WATER, ROAD)
    found = aimed(told, [(0, 1, 0.3), (0, 2, 0.1), (1, 2, 0.2)])
    assert found == {
        (0, 1): Aim(0.3, pytest.approx(0.2), 1.0, 1.0, 0.5),
        (0, 2): Aim(0.1, pytest.approx(-0.2), 0.0, -1.0, 0.5),
    }


def test_claims_and_answers_do_not_vie_for_a_charge():
    cured = replace(
        WATER, id="d", text="集镇供水水质问题已整改到位。", category="inaction", kind="risk", status="resolved"
    )
    told = spoken(CHARGE, WATER, cured)
    found = aimed(told, [(0, 1, 0.3), (0, 2, 0.4)])
    assert [aim.lead for aim in found.values()] == [0.3, 0.4]


def test_who_denies_a_claim_in_other_words_is_set_against_it():
    told = spoken(CHARGE, WATER, ROAD)
    assert denials(told, [(0, 1, 0.45), (0, 2, 0.1)]) == [(0, 1)]


def test_a_complaint_of_another_side_denies_nothing():
    fees = replace(CHARGE, text="水费从一块八涨到三块六，镇里没有开过一次听证。")
    told = spoken(fees, WATER, ROAD)
    assert denials(told, [(0, 1, 0.3), (0, 2, 0.1)]) == []


@pytest.mark.parametrize(
    ("charge", "claim"),
    [
        (replace(CHARGE, subject=None), replace(WATER, subject=None)),  # nobody knows whom either is about
        (CHARGE, replace(WATER, text="计划新建集镇供水厂1座。", quantities=())),
        (replace(CHARGE, text="2022年" + CHARGE.text), replace(WATER, text="2024年" + WATER.text)),
        (CHARGE, replace(WATER, document=CHARGE.document, source_kind=CHARGE.source_kind)),  # one author
        (replace(CHARGE, status="negated"), WATER),
        (CHARGE, replace(WATER, status="normative")),
    ],
)
def test_what_cannot_deny_never_does(charge, claim):
    told = spoken(charge, claim)
    if claim.text.startswith("计划"):
        told = [replace(one, planned=one.category == "achievement") for one in told]
    assert denials(told, all_pairs(len(told), 0.49)) == []


def test_a_charge_that_shares_no_word_with_a_claim_is_aimed_at_the_one_nearest_in_sense():
    found = aimed(spoken(CHARGE, WATER, ROAD), [])
    assert found[0, 1].sense_lead == 1.0
    assert found[0, 1].near < 0.3
    assert found[0, 2].sense_lead == -1.0


def test_what_shares_its_words_is_left_to_the_words():
    assert aimed(spoken(CHARGE, WATER), [(0, 1, 0.5)]) == {}


def test_learning_sees_nothing_of_the_blind_cases(learnt):
    assert not {"blind", "blind3"} & set(np.unique(learnt.cases))
