import hashlib
import json
import math
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.character_training import learn
from mingcha.models.characters import STEP, load_statistics, log_probability, simplify
from mingcha.pipeline.offsets import rewrite
from mingcha.pipeline.repair import find_slips

# Characters that the same page annotates elsewhere.
PAGE = "優(yōu)實(shí)強(qiáng)動(dòng)聯(lián)聽(tīng)數(shù)績(jì)詢(xún)頁(yè)創(chuàng )"


def mend(text, annotated=PAGE):
    slips = find_slips(text, annotated=annotated, convert=simplify, score=log_probability)
    return rewrite(text, ((slip.span, slip.restored) for slip in slips))[0]


@pytest.mark.parametrize(
    ("before", "seen", "after", "restored"),
    [
        ("更加管用", "??己斯ぷ髋c", "國家規劃相連", "。考核工作與"),
        ("年度與平時并重", "??己私M", "按程序開展測評", "。考核組"),
        ("採取措施，確", "??己私Y", "果經得起檢驗", "保考核結"),
        ("看日常表現。在日", "??己酥校\ue0ed\ue01b訌?qiáng)", "對班子的了解", "常考核中，要加強"),
        ("反饋給各", "?。▍^", "、市)政府", "省（區"),
        ("印發《通知》)", "?!锻ㄖ\ue000窂?qiáng)", "調，要抓好落實", "。《通知》強"),
        ("成立七十周年慶", "?;顒?dòng)", "的保障", "祝活動"),
        ("同一類由部", "?jì)戎鞴芴幨邑撠熆己?", ",做到公平", "內主管處室負責考核"),
        ("通過“表", "?yè)P", "、點名”等方式", "揚"),
        ("發現苗頭性", "?xún)A", "向性問題", "傾"),
        ("用人要知事識人、依事", "?lián)袢?", "、公正用人", "擇人"),
        ("在工作中奮勇", "?tīng)幭?", "、干事業", "爭先"),
        ("實行現場檢查", "?,F", "場檢查是重點", "。現"),
        ("需要敢擔當", "?shù)母刹?", "。各地要落實", "的干部"),
        ("機關干部", "?jì)?yōu)", "秀等次比例", "優"),
        ("奠定了堅", "?shí)", "基礎", "實"),
        ("落實責任,加", "?qiáng)", "對干部的考核", "強"),
        ("激發干事", "?chuàng )", "業的熱情", "創"),
    ],
)
def test_restores_known_slips(before, seen, after, restored):
    assert mend(before + seen + after) == before + restored + after


def test_says_where_the_damage_was_and_how_sure_it_is():
    text = "發現苗頭性?xún)A向性問題"
    (slip,) = find_slips(text, convert=simplify, score=log_probability)
    assert (slip.span.of(text), slip.restored) == ("?xún)A", "傾")
    assert 0.9 < slip.confidence <= 1


def test_leaves_a_lost_character_that_the_page_does_not_annotate():
    assert mend("奠定了堅?shí)基礎", annotated="") == "奠定了堅?shí)基礎"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "你知道吗?他说不知道",
        "是否存在不作为?答:没有",
        "问:为什么拖了三个月?答:等批复。",
        "这件事谁负责???没人回答",
        "真的吗?!他一愣",
        "不会吧??还没办?",
        "去吗?好?走",
        "網上查詢http://example.cn/a?b=1&c=2見附件",
        "查询地址?a=b",
        "你用的是?B型还是A型",
        "能不能办?OK,下周给答复",
        "谁来签字?P某说不是他",
        "咋回事?U盘丢了",
        "怎麼辦?誰來負責?沒有人說",
        "幹部為何不敢為?怕擔責?怕問責?",
        "(领导?干部?)",
        "为什么?\nA.不敢为\nB.不愿为",
        "谌某、赟某都在?栾某没来?",
        "答:没有?[笑]",
    ],
)
def test_leaves_real_question_marks_alone(text):
    assert mend(text) == text


PROSE = st.lists(
    st.sampled_from(
        [
            "他说不知道",
            "这件事谁负责",
            "群众反映",
            "没有人来",
            "为什么拖",
            "答",
            "没有",
            "整改落实",
            "行",
            "GDP",
            "U盘",
            "《办法》",
            *["?", "??", ",", "!", ":", ";", "。", "\n", " ", "3", "(", ")", "[", "]"],
        ]
    ),
    max_size=14,
).map("".join)


@given(PROSE)
def test_leaves_simplified_prose_with_question_marks_alone(text):
    assert mend(text) == text


@given(
    st.text(
        alphabet="的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动?,!。", max_size=40
    )
)
def test_leaves_any_row_of_common_characters_alone(text):
    assert mend(text) == text


@given(st.text(max_size=40))
def test_never_fails_and_returns_slips_in_order(text):
    slips = find_slips("?" + text, annotated=text, convert=simplify, score=log_probability)
    assert all(a.span.end <= b.span.start for a, b in pairwise(slips))


def test_statistics_prefer_what_chinese_writes():
    assert log_probability("考", "核") > log_probability("考", "撠") + 5
    assert log_probability("吗", "?") == log_probability("吗", "？") > log_probability("吗", "的")


def test_weights_are_those_of_their_card_and_small():
    folder = files("mingcha.models").joinpath("weights")
    weights = folder.joinpath("characters.npz").read_bytes()
    card = json.loads(folder.joinpath("characters.json").read_text(encoding="utf-8"))
    assert hashlib.sha256(weights).hexdigest() == card["sha256"]
    assert len(weights) <= 2_000_000
    assert len(load_statistics().rights) == card["pairs_kept"]


def test_learned_probabilities_of_one_left_character_sum_to_about_one():
    arrays = learn("甲乙甲丙" * 50)
    size, backoff = len(arrays["vocabulary"]), arrays["backoff"]
    first = list(arrays["vocabulary"]).index(ord("甲"))
    row = slice(arrays["starts"][first], arrays["starts"][first + 1])
    kept = set(arrays["rights"][row].tolist())
    total = sum(math.exp(-STEP * value) for value in arrays["values"][row].tolist())
    total += sum(
        math.exp(-STEP * (int(backoff[first]) + int(arrays["single"][right])))
        for right in range(size)
        if right not in kept
    )
    assert total == pytest.approx(1, abs=0.05)
