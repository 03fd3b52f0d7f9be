"""Sentences, turns and headings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Document, Span
from mingcha.pipeline.normalization import Clean
from mingcha.pipeline.segmentation import is_heading, segment, split_sentences, turn_of


def cleaned(text: str) -> Clean:
    from mingcha.models.characters import load_normalizer

    return load_normalizer()(Document("a.txt", "0" * 64, "txt", text, ()))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("", [], id="empty"),
        pytest.param(" \n\t\n", [], id="blank"),
        pytest.param("甲。乙！丙？丁；戊", ["甲。", "乙！", "丙？", "丁；", "戊"], id="marks"),
        pytest.param("他说：“不行。”然后走了。", ["他说：“不行。”", "然后走了。"], id="closing quote stays"),
        pytest.param("没有标点\n第二行", ["没有标点", "第二行"], id="line ends"),
        pytest.param("投资3.5亿元，增长2.1%。", ["投资3.5亿元，增长2.1%。"], id="decimal point is no end"),
        pytest.param("真的吗？！好。", ["真的吗？！", "好。"], id="doubled marks"),
        pytest.param(
            "编号1\t王女士\t停水了。没人管。", ["编号1", "王女士", "停水了。", "没人管。"], id="cells of a row"
        ),
        pytest.param("甲。\r\n乙。\r丙。", ["甲。", "乙。", "丙。"], id="all line ends"),
    ],
)
def test_splits_at_marks_and_line_ends(text, sentences):
    assert [span.of(text) for span in split_sentences(text)] == sentences


@given(st.text(alphabet="甲乙。！？；”\n\r 3.a", max_size=60))
def test_sentences_hold_every_character_that_is_not_blank(text):
    spans = list(split_sentences(text))
    covered = "".join(span.of(text) for span in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(left.end <= right.start for left, right in pairwise(spans))


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("问：他怎么样？", "asker"),
        ("答：还行。", "answerer"),
        ("考察组：请谈谈，越具体越好。", "asker"),
        ("谈话人：王某", None),
        ("记者：李明", None),
        ("李科长：我说两句。", "answerer"),
        ("他说：这不行", None),
        ("时间：2024年5月8日", None),
        ("问题：台账不全", None),
    ],
)
def test_knows_who_asks_and_who_answers(line, role):
    turn, _ = turn_of(line)
    assert (turn.role if turn else None) == role


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("一、履职情况", True),
        ("（二）存在的问题", True),
        ("3.管网工程", True),
        ("3.5亿元投资", False),
        ("1.会开了三次，没有定下一件事。", False),
        ("今年以来，全县工作稳步推进", False),
        ("", False),
    ],
)
def test_tells_headings_from_sentences(line, heading):
    assert is_heading(line) is heading


def test_a_turn_lasts_until_the_next_turn_or_heading():
    segmented = segment(cleaned("问：怎么样？\n答：还行。\n他很忙。\n一、其他情况\n没有了。"))
    roles = [sentence.turn.role if sentence.turn else None for sentence in segmented.sentences]
    assert roles == ["asker", "answerer", "answerer", None, None]


def test_a_sentence_knows_its_section():
    segmented = segment(cleaned("一、成绩\n修了路。\n二、存在的问题\n进度慢。"))
    assert [sentence.section for sentence in segmented.sentences][-1] == "二、存在的问题"


def test_without_answers_nobody_asks():
    segmented = segment(cleaned("记者：李明\n督查组：第三组，共四人。\n该局推诿扯皮。"))
    assert [sentence.turn for sentence in segmented.sentences] == [None, None, None]


def test_the_words_of_a_turn_begin_behind_its_label():
    segmented = segment(cleaned("问：怎么样？\n答：好。"))
    assert [segmented.text_of(sentence) for sentence in segmented.sentences] == ["怎么样？", "好。"]
    assert segmented.sentences[0].span == Span(2, 6)
