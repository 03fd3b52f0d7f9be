"""Pseudonyms: every detail goes, the same one always to the same name, and nobody without the key finds the way back."""

import re
import string
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.reporting.papers.masking import Mask, details_of, masked, masking, pseudonym
from mingcha.pipeline.reporting.papers.personal_details import find_numbers
from mingcha.pipeline.reporting.papers.personal_names import find_names

KEY = b"k" * 32
MASK = Mask(KEY, {"王桂兰": "人员", "郑海": "人员", "B-03": "人员"}, frozenset({"周启明"}))
HIDE = masking(MASK)

DETAILS = [
    pytest.param("请打13800138000找我", "13800138000", id="mobile"),
    pytest.param("请打138-0013-8000找我", "138-0013-8000", id="mobile with hyphens"),
    pytest.param("请打138 0013 8000找我", "138 0013 8000", id="mobile with blanks"),
    pytest.param("请打１３８００１３８０００找我", "１３８００１３８０００", id="full-width mobile"),
    pytest.param("请打+86 13800138000找我", "13800138000", id="mobile with country"),
    pytest.param("tel13800138000转", "13800138000", id="mobile beside letters"),
    pytest.param("固话0571-87654321", "0571-87654321", id="landline"),
    pytest.param("联系电话：5551234", "5551234", id="short landline behind its label"),
    pytest.param("身份证11010519491231002X号", "11010519491231002X", id="identity number"),
    pytest.param("身份证110105194912310021", "110105194912310021", id="identity number in digits"),
    pytest.param("证号110105491231002。", "110105491231002", id="old identity number"),
    pytest.param("卡号6222020200001234567", "6222020200001234567", id="bank card"),
    pytest.param("卡号 6222 0202 0000 1234 567", "6222 0202 0000 1234 567", id="bank card in groups"),
    pytest.param("开着浙A·12345来的", "浙A·12345", id="plate"),
    pytest.param("开着浙AD12345来的", "浙AD12345", id="new-energy plate"),
    pytest.param("写信到wang.gl@example.com", "wang.gl@example.com", id="mail"),
    pytest.param("微信号：wang_gl88", "wang_gl88", id="account"),
    pytest.param("住柳河镇双桥村3组12号", "柳河镇双桥村3组12号", id="house in a village"),
    pytest.param("家住人民路18号院2单元301室。", "人民路18号院2单元301室", id="flat in a town"),
    pytest.param("家庭住址：石坎村老井边，靠河", "石坎村老井边", id="place behind its label"),
    pytest.param("来电人：李海山", "李海山", id="caller behind the label"),
    pytest.param("王女士来电", "王女士", id="form of address"),
    pytest.param("村民陈秀英说", "陈秀英", id="villager by name"),
    pytest.param("何树林（男，52岁）反映", "何树林", id="name with sex and age"),
    pytest.param("此致\n赵铁牛\n2025年1月5日", "赵铁牛", id="signature"),
    pytest.param("听王桂兰讲", "王桂兰", id="known name anywhere"),
    pytest.param("村民趙大叔說", "趙大叔", id="traditional characters"),
    pytest.param("聽王桂蘭講", "王桂蘭", id="known name in traditional characters"),
    pytest.param("我弟弟童玉明的工钱", "童玉明", id="relative by name"),
    pytest.param("隔壁老魏可以作证", "老魏", id="familiar form of address"),
    pytest.param("编号B-03的人", "B-03", id="code of an interviewee"),
]


@pytest.mark.parametrize(("text", "detail"), DETAILS)
def test_hides_the_detail_and_keeps_the_rest(text, detail):
    hidden = HIDE(text)
    assert detail not in hidden
    assert hidden.startswith(text.partition(detail)[0][:1])
    assert "〔" in hidden


@pytest.mark.parametrize(
    "text",
    [
        "",
        "全镇412户1386人用上自来水，投入1860万元，同比增长28%。",
        "2024年12月20日恢复供水，2024-12-02 08:14受理。",
        "工单QL24120031，谈话记录第3号，第17位。",
        "周启明主持会议，县水利局副局长参加。",
        "线索0138001380，文号青水〔2024〕12号",
        "12345热线",
        "谈话人：考核二组　谈话对象：我承认有。",
        "工单编号\t来电人\t编号",
        "镇里五月六号开会，全村四百栋房子，主街有一栋空着，住院率明显虚高。",
        "当事人陈述的情况，群众曾反映过，职工周转房。",
        "老百姓夸他是老黄牛，小康路上不落一户。",
    ],
)
def test_leaves_alone_what_is_no_detail(text):
    assert HIDE(text) == text


def test_one_number_has_one_pseudonym_however_it_is_written():
    ways = ("13800138000", "138-0013-8000", "138 0013 8000", "１３８００１３８０００", "+86 13800138000")
    assert len({HIDE(f"打{way}。") for way in ways}) == 1


def test_traditional_characters_have_the_pseudonym_of_simple_ones():
    assert HIDE("王桂蘭。")[:-1] == HIDE("王桂兰。")[:-1]


def test_another_key_gives_other_pseudonyms():
    assert pseudonym(KEY, "人员", "王桂兰") != pseudonym(b"j" * 32, "人员", "王桂兰")


names = st.text("王李张刘陈桂兰海山秀英明", min_size=2, max_size=3)
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
fillers = st.text(st.sampled_from("，。说 住在打村路号组室12〔〕·A人员电话\n" + string.digits + "王女士"), max_size=12)
texts = st.lists(
    st.one_of(names, phones, fillers, st.sampled_from(["王桂兰", "B-03", "来电人：", "双桥村3组"])), max_size=8
).map("".join)


@given(texts)
def test_masking_twice_is_masking_once(text):
    assert HIDE(HIDE(text)) == HIDE(text)


@given(texts.map(lambda text: re.sub(r"\d", "数", text)), phones)
def test_a_phone_goes_wherever_it_stands_by_itself(text, phone):
    assert phone not in HIDE(f"{text}，{phone}，{text}")


@given(texts, st.sampled_from(sorted(MASK.names)))
def test_a_known_name_goes_wherever_it_stands(text, name):
    assert name not in HIDE(f"{text}{name}{text}")


@given(st.sets(st.tuples(st.sampled_from(["人员", "电话"]), st.text(min_size=1)), min_size=2, max_size=200))
def test_different_details_have_different_pseudonyms(details):
    assert len({pseudonym(KEY, sort, value) for sort, value in details}) == len(details)


@given(texts)
def test_details_do_not_overlap_and_lie_in_the_text(text):
    found = details_of(text, MASK)
    ends = [0, *(one.span.end for one in found)]
    assert all(one.span.start >= end for one, end in zip(found, ends, strict=False))
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found)


@given(st.text(max_size=300))
def test_any_text_is_masked_without_fault(text):
    assert HIDE(HIDE(text)) == HIDE(text)
    assert all(one.span.of(text) for one in (*find_numbers(text), *find_names(text)))


@dataclass(frozen=True)
class Nested:
    name: str
    parts: tuple
    standing: str
    number: int = 3


def test_every_string_in_a_value_is_masked_but_the_software_s_own_words():
    value = Nested("王桂兰", ("打13800138000", ("甲", Nested("郑海", (), "王桂兰"))), "confirmed")
    hidden = masked(value, HIDE)
    assert "王桂兰" not in hidden.name
    assert "13800138000" not in hidden.parts[0]
    assert "郑海" not in hidden.parts[1][1].name
    assert (hidden.standing, hidden.parts[1][1].standing, hidden.number) == ("confirmed", "王桂兰", 3)
    assert masked(value, HIDE) == replace(hidden)
