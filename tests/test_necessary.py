"""Words without which an expression cannot match: derived rightly, and no match of any shipped expression is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.cuebook import load_cues
from mingcha.corpora.genrebook import load_genres
from mingcha.corpora.labelled_documents import load_labelled
from mingcha.pipeline.necessary import necessary_words, sieve_of
from mingcha.pipeline.units import _FIRST, DURATION_UNITS

CUES = [rule.pattern for rule in load_cues().rules]
GENRES = [pattern for rule in load_genres().rules for part in (rule.name, rule.head, rule.body) for pattern, _ in part]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("推诿", {"推诿"}),
        ("(?:不得|未)有?发现", {"不得发现", "不得有发现", "未发现", "未有发现"}),
        ("没[^。]{0,8}回音", {"回音"}),
        ("回音[^。]{0,8}没", {"回音"}),
        ("第[一二]次.*(?:会|会议)", {"第一次", "第二次"}),
        ("(?:扯皮)+", {"扯皮"}),
        ("(?<=不)作为(?!的)", {"作为"}),
        ("^一是", {"一是"}),
        ("是.否|有无", {"是", "有无"}),
        ("[a-c]类", {"a类", "b类", "c类"}),
    ],
)
def test_the_words_are_derived_from_the_expression(expression, words):
    assert necessary_words(re.compile(expression)) == words


@pytest.mark.parametrize("expression", ["[^。]+", "(?:推诿)?", "推诿|.", r"\d+", "(?i:abc)", "(?i)abc", "", "(?=推诿)"])
def test_where_none_can_be_told_none_is(expression):
    assert necessary_words(re.compile(expression)) is None


PARTS = st.recursive(
    st.sampled_from(
        ["甲", "乙丙", "[甲丁]", ".", "[^甲]", "(?!丁)", "(?<=乙)", "丁?", "(?:甲乙)*", "(?:丙|丁丁)+", "$"]
    ),
    lambda part: (
        st.lists(part, min_size=1, max_size=3).map("".join)
        | st.lists(part, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})")
    ),
    max_leaves=8,
)


@given(PARTS, st.text("甲乙丙丁", max_size=12))
def test_every_match_of_any_expression_holds_one_of_its_words(expression, text):
    compiled = re.compile(expression)
    words = necessary_words(compiled)
    for match in compiled.finditer(text):
        assert words is None or any(word in match[0] for word in words)


@given(st.lists(PARTS, min_size=1, max_size=4), st.text("甲乙丙丁", max_size=12))
def test_what_the_sieve_holds_back_does_not_match(expressions, text):
    compiled = [re.compile(expression) for expression in expressions]
    passing = sieve_of(compiled).passing(text)
    assert passing == sorted(set(passing))
    assert {place for place, one in enumerate(compiled) if one.search(text)} <= set(passing)


@pytest.mark.parametrize("expressions", [CUES, GENRES], ids=["cues", "genres"])
def test_no_match_of_a_shipped_expression_is_lost(expressions):
    sieve, texts = sieve_of(expressions), [document.text for document in load_labelled()[::40]]
    spared = 0
    for line in (line for text in texts for line in text.splitlines()):
        passing = sieve.passing(line)
        spared += len(expressions) - len(passing)
        assert {place for place, one in enumerate(expressions) if one.search(line)} <= set(passing)
    assert spared > len(expressions)
    assert not sieve_of(expressions).always


def test_every_unit_may_begin_with_its_first_character():
    assert {unit[0] for unit in DURATION_UNITS - {"月"}} <= set(_FIRST)  # 3月 is a date, months are 个月
