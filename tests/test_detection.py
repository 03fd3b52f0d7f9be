"""Rules in sentences."""

import pytest

from mingcha.models.characters import load_normalizer
from mingcha.pipeline.detection import compile_rules, detect
from mingcha.pipeline.document import Document, Span
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.segmentation import segment


def rule(name: str, **fields) -> Rule:
    return Rule(name, "risk", "inaction", "R07", 0.9, "理由", **fields)


def found(text: str, *rules: Rule, match_tokens=None) -> list[tuple[int, str, str]]:
    segmented = segment(load_normalizer()(Document("a.txt", "0" * 64, "txt", text, ())))
    hits = detect(segmented, compile_rules(rules, match_tokens=match_tokens))
    return [(n, hit.rule.id, hit.span.of(segmented.clean.text)) for n, group in hits.items() for hit in group]


def test_no_rules_find_nothing():
    assert found("推诿扯皮。") == []


def test_a_phrase_is_found_in_its_sentence():
    assert found("好。他推诿扯皮。", rule("a", phrases=("推诿扯皮",))) == [(1, "a", "推诿扯皮")]


def test_traditional_text_is_found_by_simplified_rules():
    assert found("他推諉扯皮。", rule("a", phrases=("推诿扯皮",))) == [(0, "a", "推诿扯皮")]


def test_a_phrase_across_two_sentences_is_not_found():
    assert found("推诿。扯皮", rule("a", phrases=("推诿。扯皮",))) == []


def test_a_pattern_runs_only_where_its_anchor_stands():
    asked = rule("a", pattern=r"交.{0,6}没有回音", anchors=("没有回音",))
    assert found("报告交了没有回音。交了就好。", asked) == [(0, "a", "交了没有回音")]


def test_an_exception_takes_a_hit_back_only_where_it_overlaps():
    flat = rule("a", phrases=("躺平",), unless=("不躺平",))
    assert found("他不躺平。", flat) == []
    assert found("他躺平，别人不躺平。", flat) == [(0, "a", "躺平")]


def test_a_hit_inside_a_longer_hit_of_the_same_rule_is_one_hit():
    assert found("互相推诿扯皮。", rule("a", phrases=("推诿", "推诿扯皮"))) == [(0, "a", "推诿扯皮")]


def test_two_rules_may_hit_the_same_words():
    names = [name for _, name, _ in found("推诿。", rule("b", phrases=("推诿",)), rule("a", phrases=("推诿",)))]
    assert names == ["a", "b"]


def test_token_rules_are_run_by_the_given_function():
    tokens = rule("t", tokens=({"TEXT": "没有"},), anchors=("没有",))
    assert found("他没有来。", tokens, match_tokens=lambda text, names: [(names[0], Span(1, 3))]) == [(0, "t", "没有")]
    assert found("他没有来。", tokens) == []


@pytest.mark.parametrize("text", ["", "\n", "。。。", "\U0001f600" * 5])
def test_odd_texts_are_no_trouble(text):
    assert found(text, rule("a", phrases=("推诿",))) == []
