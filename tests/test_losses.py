"""Lost characters: what is guessed, what is only told, and what is no loss at all. All texts are our own fiction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.characters import log_probability
from mingcha.models.words import fitting_words
from mingcha.pipeline.losses import guess_lost, no_words


def guesses(text, words=fitting_words):
    step = guess_lost(text, words=words, score=log_probability)
    assert step.after == text
    assert not step.applied
    return [(change.place.of(text), change.after) for change in step.changes]


@pytest.mark.parametrize("mark", ["\ufffd", "?", "□", "■"])
@pytest.mark.parametrize(
    ("before", "lost", "after"),
    [
        ("办事人员互相推", "诿", "扯皮，群众跑了四趟"),
        ("台账是事后补的，属于弄虚", "作", "假行为"),
        ("一些领导", "干", "部作风漂浮"),
        ("对上级部署敷衍", "塞", "责的问题"),
    ],
)
def test_guesses_a_character_by_the_word_that_it_was_part_of(mark, before, lost, after):
    assert guesses(before + mark + after) == [(mark, lost)]


def test_guesses_two_characters_of_a_long_word():
    assert guesses("整改停留在形□□义的层面") == [("□□", "式主")]


def test_a_star_is_a_loss_only_inside_a_word():
    assert guesses("存在官僚*义倾向") == [("*", "主")]
    assert guesses("互相推*扯皮") == []
    assert guesses("刘*明显迟到") == []


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("住建局副局长\ufffd某未到会", ["\ufffd"]),
        ("二??九年六月", ["??"]),
        ("联系人：赟□某", ["□"]),
        ("全县共\ufffd", ["\ufffd"]),
    ],
)
def test_says_that_something_is_lost_where_nothing_can_be_guessed(text, marks):
    step = guess_lost(text, words=no_words, score=log_probability)
    assert [change.place.of(text) for change in step.changes] == marks
    assert all((change.after, change.confidence) == ("", 0.0) for change in step.changes)
    assert all("无法推测，请对照原件核实" in change.reason for change in step.changes)


def test_the_reason_names_the_guess_and_says_that_it_was_not_written():
    (change,) = guess_lost("互相推\ufffd扯皮", words=fitting_words, score=log_probability).changes
    assert change.reason == "此处丢了1个字，按词典猜测为“诿”，未写入正文，请对照原件核实"
    assert 0.5 <= change.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "这件事谁负责?没人回答",
        "为什么拖了三个月?等批复",
        "去吗?好",
        "有没有登记?没有",
        "能不能办?能",
        "你说这像话?他不吭声",
        "他走了?没人知道",
        "群众满意?群众不满意",
        "真的?!",
        "“谁签的字?”他问",
        "谁签的字?\n没人答",
        "男□女□",
        "满意□ 基本满意■ 不满意□",
        "是□否□已整改",
        "□已整改",
        "■一、存在的问题",
        "★重点任务",
        "李**反映",
        "王＊明反映",
        "这是**重要**的事",
        "这是*重要*的事",
        "身份证号362***********1234",
        "甲????乙",
        "\ufffd\ufffd\ufffd",
        "查询地址a?b",
    ],
)
def test_leaves_signs_that_mean_what_they_are(text):
    assert guesses(text) == []


def test_names_of_people_are_never_guessed():
    assert guesses("会上点名批评了李□明一人") in ([], [("□", "")])
    assert not list(fitting_words("李\0明"))


@given(st.text(alphabet="推诿扯皮形式主义的了干部?\ufffd□*，。\n a", max_size=30))
def test_never_fails_and_keeps_order(text):
    places = [change.place for change in guess_lost(text, words=fitting_words, score=log_probability).changes]
    assert places == sorted(places)
    assert all(set(place.of(text)) <= set("?\ufffd□*") and 1 <= len(place) <= 2 for place in places)


def test_looks_up_a_bounded_number_of_holes():
    asked = []

    def words(pattern):
        asked.append(pattern)
        return fitting_words(pattern)

    changes = guess_lost("推\ufffd扯皮。" * 150, words=words, score=log_probability).changes
    assert len(changes) == 150
    assert [bool(change.after) for change in changes] == [True] * 100 + [False] * 50
    assert len(asked) < 100 * 40


@pytest.mark.parametrize(
    ("pattern", "word"),
    [("推\0", "推诿"), ("\0诿", "推诿"), ("形\0\0义", "形式主义"), ("\0", "的"), ("官\0主义", "官僚主义")],
)
def test_the_word_list_finds_what_fits_a_pattern(pattern, word):
    found = dict(fitting_words(pattern))
    assert found[word] > 0
    assert all(len(each) == len(pattern) for each in found)
