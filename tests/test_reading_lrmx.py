"""Record files of the 任免审批表 made on the spot: every field once, at its name, whatever its encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.lrmx import read_lrmx

if TYPE_CHECKING:
    from mingcha.pipeline.reading.assembly import Reading

_FORM = """<?xml version="1.0" encoding="{encoding}"?>
<Person>
  <XingMing>孙某甲</XingMing>
  <ShenFenZheng>000000190001010000</ShenFenZheng>
  <QuanRiZhiJiaoYu_XueLi>大学</QuanRiZhiJiaoYu_XueLi>
  <RuDangShiJian></RuDangShiJian>
  <JianLi><![CDATA[2001.07--2010.03  云岭镇干事
2010.03--          云岭镇副镇长]]></JianLi>
  <JiaTingChengYuan>
    <Item><ChengWei>妻子</ChengWei><XingMing>周某</XingMing><ChuShengRiQi/><ZhengZhiMianMao>群众</ZhengZhiMianMao></Item>
    <Item><ChengWei>儿子</ChengWei><XingMing>孙某乙</XingMing></Item>
  </JiaTingChengYuan>
  <ZhaoPian>/9j/4AAQSkZJRg==</ZhaoPian>
  <TeBieShuoMing>另有说明一条</TeBieShuoMing>
</Person>"""


def _form(encoding: str = "UTF-8") -> str:
    return _FORM.format(encoding=encoding)


def _places(reading: Reading) -> dict[str, Locator]:
    return {block.span.of(reading.text): block.locator for block in reading.blocks}


def test_every_field_is_a_block_at_its_name() -> None:
    reading = read_lrmx(_form().encode())
    assert reading.text == (
        "姓名：孙某甲\n身份证号码：000000190001010000\n全日制教育学历：大学\n"
        "简历：2001.07--2010.03  云岭镇干事\n2010.03--          云岭镇副镇长\n"
        "称谓：妻子\t姓名：周某\t政治面貌：群众\n称谓：儿子\t姓名：孙某乙\nTeBieShuoMing：另有说明一条"
    )
    places = _places(reading)
    family = "家庭主要成员及重要社会关系"
    assert places["姓名：孙某甲"] == Locator("form", item="姓名")
    assert places["TeBieShuoMing：另有说明一条"] == Locator("form", item="TeBieShuoMing")
    # The third column is blank in the first row and still counts.
    assert places["政治面貌：群众"] == Locator("form", item=family, row=1, column=4)
    assert places["姓名：孙某乙"] == Locator("form", item=family, row=2, column=2)
    assert reading.coverage == 1.0


def test_the_photo_is_left_out_and_noted() -> None:
    reading = read_lrmx(_form().encode())
    assert "9j/4" not in reading.text
    assert reading.notes == ("表里的照片没有读入",)


@pytest.mark.parametrize(
    ("written", "declared", "read"),
    [
        ("utf-8", "UTF-8", "utf-8"),
        ("utf-8-sig", "utf-8", "utf-8-sig"),
        ("gb18030", "GB18030", "gb18030"),
        ("gb18030", "gb2312", "gb18030"),
        ("gb18030", "utf-8", "gb18030"),
        ("utf-8", "gb2312", "utf-8"),
        ("utf-16", "utf-16", "utf-16"),
        ("utf-8", "no-such-code", "utf-8"),
    ],
)
def test_what_the_file_says_of_its_encoding_may_be_wrong(written: str, declared: str, read: str) -> None:
    reading = read_lrmx(_form(declared).encode(written))
    assert (reading.text, reading.encoding) == (read_lrmx(_form().encode()).text, read)


def test_forms_of_a_list_are_counted() -> None:
    one = "<Person><XingMing>{}</XingMing><JiaTingChengYuan><Item><ChengWei>父亲</ChengWei></Item></JiaTingChengYuan></Person>"
    data = f"<Persons><MingCheng>第一批</MingCheng><Zu>{one.format('甲某')}{one.format('乙某')}</Zu></Persons>".encode()
    reading = read_lrmx(data)
    assert reading.text == "MingCheng：第一批\n姓名：甲某\n称谓：父亲\n姓名：乙某\n称谓：父亲"
    assert [block.locator.table for block in reading.blocks] == [None, 1, 1, 2, 2]
    assert reading.blocks[3].locator.label == "表单2“姓名”"
    assert reading.coverage == 1.0


def test_a_list_of_one_form_is_not_counted() -> None:
    reading = read_lrmx("<Persons><Person><XingMing>甲某</XingMing></Person></Persons>".encode())
    assert [block.locator for block in reading.blocks] == [Locator("form", item="姓名")]


def test_words_between_elements_are_read() -> None:
    reading = read_lrmx("<Person>散落<JianLi>前<b>中</b>后</JianLi></Person>".encode())
    assert reading.text == "Person：散落\n简历：前后\nb：中"
    assert reading.coverage == 1.0


def test_control_characters_do_not_stop_the_reading() -> None:
    reading = read_lrmx("<Person><JianLi>甲\x0b乙</JianLi></Person>".encode())
    assert reading.text == "简历：甲\ufffd乙"
    assert reading.notes == ("有 1 个不该出现的控制字符，已用“\ufffd”代替",)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'<!DOCTYPE Person [<!ENTITY a "b">]><Person><XingMing>&a;</XingMing></Person>', RefusalError),
        (b'<!DOCTYPE Person SYSTEM "file:///etc/hostname"><Person><XingMing>a</XingMing></Person>', RefusalError),
        (b"<Person><XingMing>a</Person>", etree.XMLSyntaxError),
        (bytes(range(256)) * 4, RefusalError),
    ],
)
def test_refuses_entities_and_what_is_no_form(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_lrmx(data)


_WORDS = st.text("甲乙丙丁 ：,。&<>\n", min_size=0, max_size=12)
_TAGS = st.sampled_from(["XingMing", "JianLi", "NianDuKaoHeJieGuo", "BuRenShi", "ShenFenZheng"])


@given(st.lists(st.tuples(_TAGS, _WORDS), max_size=8), st.lists(st.lists(_WORDS, max_size=5), max_size=4))
def test_all_words_come_back_in_order(fields: list[tuple[str, str]], family: list[list[str]]) -> None:
    form = etree.Element("Person")
    for tag, words in fields:
        etree.SubElement(form, tag).text = words
    table = etree.SubElement(form, "JiaTingChengYuan")
    for row in family:
        item = etree.SubElement(table, "Item")
        for words in row:
            etree.SubElement(item, "ChengWei").text = words
    reading = read_lrmx(etree.tostring(form, encoding="gb18030", xml_declaration=True))
    cells = [(words, row, column) for row, item in enumerate(family, 1) for column, words in enumerate(item, 1)]
    expected = [(words, None, None) for _, words in fields] + cells
    read = [
        (block.span.of(reading.text).partition("：")[2], block.locator.row, block.locator.column)
        for block in reading.blocks
    ]
    assert read == [(words.strip(), row, column) for words, row, column in expected if words.strip()]
    assert reading.coverage == 1.0
