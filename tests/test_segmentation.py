"""Sentences, turns and headings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Document, Span
from mingcha.pipeline.normalization import Clean
from mingcha.pipeline.segmentation import is_heading, segment, split_sentences
from mingcha.pipeline.turns import turn_of


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
        ("问题：台账不全，签名是代签的。", None),
        ("问1：他怎么样？", "asker"),
        ("一问：他怎么样？", "asker"),
        ("1.问：他怎么样？", "asker"),
        ("（2）答：还行。", "answerer"),
        ("【问】他怎么样？", "asker"),
        ("【答】还行。", "answerer"),
        ("**答：** 还行。", "answerer"),
        ("Q：他怎么样？", "asker"),
        ("A：还行。", "answerer"),
        ("被谈话人（签名前）：我说两句。", "answerer"),
        ("谈话对象：编号B-07（镇干部，女）", None),
        ("比分3：2，赢了。", None),
        ("3：2，赢了。", None),
        ("工作人员：12人，其中党员8人。", None),
        ("主持人：段云，出席：卢青。", None),
        ("答复：已办结，请放心。", None),
        ("答辩：共三人，都过了。", None),
        ("问责：给予警告，通报全县。", None),
        ("A类：优秀，共3人。", None),
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


def speakers(text):
    sentences = segment(cleaned(text)).sentences
    return [(s.turn.speaker, s.turn.role) if s.turn else None for s in sentences]


def test_a_label_alone_on_its_line_speaks_below():
    assert speakers("**问**\n怎么样？\n**答**\n还行。")[-1] == ("答", "answerer")
    assert speakers("谈话人：\n请您谈谈，怎么样？\n谈话对象：\n还行，能干。") == [
        ("谈话人", "asker"),
        ("谈话对象", "answerer"),
    ]


def test_question_and_answer_may_share_a_line():
    assert speakers("问：水通了吗？答：通了。家家都有。问：水费呢？答：降了。") == [
        ("问", "asker"),
        ("答", "answerer"),
        ("答", "answerer"),
        ("问", "asker"),
        ("答", "answerer"),
    ]


def test_a_question_goes_on_where_its_line_was_full_and_ends_where_it_was_finished():
    assert speakers("问：请谈谈这一年来\n供水的情况。\n答：好。")[:2] == [("问", "asker"), ("问", "asker")]
    assert speakers("问：水通了吗？\n通了，家家都有。\n答：再补一句。")[1] is None
    assert speakers("问：水通了。\n您怎么看？\n答：好。")[1] == ("问", "asker")


HEAD = "访谈记录\n访谈人：卢青\n受访人：柏明（村民）\n"


def test_names_of_the_head_open_turns():
    assert speakers(f"{HEAD}卢青：水怎么样？\n柏明：通了，大家高兴。")[-2:] == [("卢青", "asker"), ("柏明", "answerer")]
    assert set(speakers("通知\n卢青：水怎么样？\n柏明：通了，大家高兴。")) == {None}


def test_in_a_talk_of_several_those_who_speak_twice_answer():
    text = "座谈记录\n王某：水通了，好。\n李某：路没修，难走。\n王某：泵还缺人。\n李某：是，缺两个。"
    assert {role for _, role in filter(None, speakers(text))} == {"answerer"}
    assert len(list(filter(None, speakers(text)))) == 4


@pytest.mark.parametrize(
    "text",
    [
        "座谈情况\n王庄村：水通了，好。\n李庄村：路没修。\n王庄村：泵缺人。\n李庄村：缺两个。",
        "座谈情况\n王某：水通了，好。\n李某：路没修，难走。",
        "通报\n王某：收了钱，退了。\n李某：没有去，罚了。\n王某：还收过，没退。\n李某：又没去。",
        "调查表\nA：优秀，三人。\nB：称职，两人。",
    ],
)
def test_what_only_looks_like_speakers_opens_no_turn(text):
    assert set(speakers(text)) == {None}


def test_both_letters_stand_for_question_and_answer():
    assert speakers("Q：怎么样？\nA：还行。") == [("Q", "asker"), ("A", "answerer")]


def test_without_answers_nobody_asks():
    segmented = segment(cleaned("记者：李明\n督查组：第三组，共四人。\n该局推诿扯皮。"))
    assert [sentence.turn for sentence in segmented.sentences] == [None, None, None]


def test_the_words_of_a_turn_begin_behind_its_label():
    segmented = segment(cleaned("问：怎么样？\n答：好。"))
    assert [segmented.text_of(sentence) for sentence in segmented.sentences] == ["怎么样？", "好。"]
    assert segmented.sentences[0].span == Span(2, 6)
