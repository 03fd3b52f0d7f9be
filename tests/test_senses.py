"""What sentences speak of: the claims and denials that it is learnt from, and the model as it is served."""

import json
import re
import shutil
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.denialbook import load_denied_claims
from mingcha.corpora.fact_gold import FACTS, load_fact_case
from mingcha.models.senses import WEIGHTS, load_sense_model
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.similarity import grams


def all_texts():
    return [text for one in load_denied_claims() for text in (one.claim, *one.denials, *one.beside)]


def test_every_claim_has_denials_and_complaints_that_deny_nothing():
    claims = load_denied_claims()
    assert len(claims) >= 2800
    assert {one.sort for one in claims} == {"result", "conduct", "cure"}
    assert {len(one.denials) for one in claims} == {3, 5}
    assert {len(one.beside) for one in claims} == {2}


def test_no_two_sentences_are_nearly_the_same():
    fives = [grams(text, 5) for text in all_texts()]
    holders = defaultdict(list)
    for place, one in enumerate(fives):
        for gram in one:
            holders[gram].append(place)
    near = {(i, j) for places in holders.values() for n, i in enumerate(places) for j in places[n + 1 :]}
    alike = [(i, j) for i, j in near if len(fives[i] & fives[j]) > 0.6 * len(fives[i] | fives[j])]
    assert alike == []


def test_most_denials_share_few_words_with_what_they_deny():
    shared = [len(grams(one.claim, 2) & grams(text, 2)) for one in load_denied_claims() for text in one.denials]
    assert np.mean([count <= 3 for count in shared]) > 0.9


def test_nothing_nearly_stands_in_the_labelled_assessments():
    """What is learnt here is measured there; terms of the trade may be the same, sentences may not."""
    cases = [load_fact_case(path.name) for path in FACTS.iterdir() if path.is_dir()]
    theirs = [grams(line, 5) for case in cases for text in case.texts.values() for line in re.split("[。\\n]", text)]
    holders = defaultdict(set)
    for place, one in enumerate(theirs):
        for gram in one:
            holders[gram].add(place)
    for text in all_texts():
        own = grams(text, 5)
        for place in {place for gram in own for place in holders.get(gram, ())}:
            assert len(own & theirs[place]) <= 0.5 * len(own | theirs[place]), text


@pytest.mark.parametrize(
    ("charge", "claim", "other"),
    [
        ("家里水龙头拧开是黄汤。", "集镇供水管网改造全部完工。", "通组公路硬化12公里。"),
        ("娃们顿顿吃外头送来的盒饭。", "学校食堂建成投用。", "危房改造任务清零。"),
        ("护林员的工钱半年没发。", "320名生态护林员全部在岗。", "窗口平均办理时限压缩六成。"),
    ],
)
def test_a_charge_is_nearer_to_what_it_speaks_of(charge, claim, other):
    vectors = load_sense_model()([charge, claim, other]).vectors
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_that_something_is_not_there_denies_more_than_that_it_is_dear():
    denials = load_sense_model()(["新厕所门上挂着锁，没有开过一天。", "新厕所一次收五毛，比别处贵。"]).denials
    assert denials[0] > denials[1] + 2


@given(st.lists(st.text(max_size=40), max_size=5))
def test_each_text_is_read_alone_and_its_vector_is_of_length_one_or_nought(texts):
    model = load_sense_model()
    read = model(texts)
    assert read.vectors.shape == (len(texts), 64)
    assert read.denials.shape == (len(texts),)
    for place, text in enumerate(texts):
        alone = model([text])
        assert np.allclose(alone.vectors[0], read.vectors[place], atol=1e-6)
        assert np.isclose(alone.denials[0], read.denials[place], atol=1e-5)
        assert np.isclose(np.linalg.norm(alone.vectors[0]), 1.0, atol=1e-4) or not alone.vectors[0].any()


def test_what_does_not_fit_its_card_is_refused(tmp_path):
    path = tmp_path / WEIGHTS.name
    shutil.copy(WEIGHTS, path)
    card = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    card["golden"][0]["said"][0] += 0.1
    path.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(DataError, match="对照句"):
        load_sense_model(path)
    path.write_bytes(path.read_bytes() + b"\0")
    load_sense_model.cache_clear()
    with pytest.raises(DataError, match="校验值不符"):
        load_sense_model(path)
