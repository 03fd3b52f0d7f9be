"""Amounts as people say, count, sign and misprint them: coins, currencies, minus signs, names that only begin like a count."""

from __future__ import annotations

import pytest

from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.quantities import extract_quantities

NORMALIZE = load_stages().normalize


def found(text: str) -> list[tuple[str, float, str, str | None]]:
    return [(q.text, q.value, q.unit, q.approximator) for q in extract_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支付人民币1200元。", ("人民币1200元", 1200, "元", None)),
        ("折合人民币约3700万元。", ("人民币约3700万元", 37_000_000, "元", "about")),
        ("押金RMB2000，未退。", ("RMB2000", 2000, "元", None)),
        ("余额US$35万。", ("US$35万", 350_000, "美元", None)),
        ("新台币50万元。", ("新台币50万元", 500_000, "新台币", None)),
        ("报价1.8亿日圆。", ("1.8亿日圆", 180_000_000, "日圆", None)),
        ("写作叁拾伍万圆整。", ("叁拾伍万圆", 350_000, "元", None)),
        ("载明壹万贰仟叁佰元伍角。", ("壹万贰仟叁佰元伍角", 12_300.5, "元", None)),
        ("合计7元6角4分。", ("7元6角4分", 7.64, "元", None)),
        ("收一毛钱。", ("一毛钱", 0.1, "元", None)),
        ("才卖三毛五。", ("三毛五", 0.35, "元", None)),
        ("均价一块六毛五。", ("一块六毛五", 1.65, "元", None)),
        ("差个块八毛的。", ("块八毛", 1, "元", "about")),
        ("给了两千好几。", ("两千好几", 2000, "元", "more")),
        ("挣一万出头。", ("一万出头", 10_000, "元", "more")),
        ("彩礼要了小两万。", ("小两万", 20_000, "元", "less")),
        ("要千八百块。", ("千八百块", 1000, "元", "about")),
        ("余额1亿零60万元。", ("1亿零60万元", 100_600_000, "元", None)),
        ("50万元（含）以上的采购。", ("50万元（含）以上", 500_000, "元", "more")),
        ("药品打八五折。", ("八五折", 8.5, "折", None)),
        ("不足半成。", ("不足半成", 5, "%", "less")),
        ("下调25个基点。", ("25个基点", 25, "基点", None)),
        ("俩月没发工资。", ("俩月", 2, "月", None)),
        ("个把小时就走。", ("个把小时", 1, "小时", "about")),
        ("行政拘留10日。", ("10日", 10, "日", None)),
        ("未满18周岁的。", ("未满18周岁", 18, "周岁", "less")),
        ("通话3分20秒。", ("3分20秒", 200, "秒", None)),
        ("三百好几十口人。", ("三百好几十口", 300, "口", "more")),
        ("小一百人。", ("小一百人", 100, "人", "less")),
        ("称了二斤四两肉。", ("二斤四两", 2.4, "斤", None)),
        ("身高1米62。", ("1米62", 1.62, "米", None)),
        ("超出半亩。", ("半亩", 0.5, "亩", None)),
    ],
)
def test_ways_of_telling_an_amount(text: str, expected: tuple[str, float, str, str | None]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("增速为－1.5%。", "－1.5%", -1.5),
        ("增长负2.6%。", "负2.6%", -2.6),
        ("结余-45.2万元。", "-45.2万元", -452_000),
        ("利润（350.6）万元。", "（350.6）万元", -3_506_000),
        ("变动-1.2个百分点。", "-1.2个百分点", -1.2),
        ("温度零下18度。", "零下18度", -18),
        ("最低-5℃。", "-5℃", -5),
        ("信访较上年-12件。", "-12件", -12),
        ("增长率为-1.48‰。", "-1.48‰", -0.148),
    ],
)
def test_amounts_below_nought(text: str, words: str, value: float) -> None:
    assert [(q.text, q.value) for q in extract_quantities(text)] == [(words, value)]


@pytest.mark.parametrize(
    ("text", "value"), [("为企业减负19.3亿元", 1.93e9), ("担负30万元债务", 300_000), ("误差正负0.1个百分点", 0.1)]
)
def test_a_burden_is_no_minus(text: str, value: float) -> None:
    assert [q.value for q in extract_quantities(text)] == [value]


def test_a_minus_turns_a_range_round() -> None:
    (quantity,) = extract_quantities("零下5至8度。")
    assert (quantity.value, quantity.value_max) == (-8, -5)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "五家渠市",
            "三门峡市",
            "九台区",
            "三元桥",
            "三只松鼠",
            "公益二类事业单位",
            "二次供水",
            "二轮承包",
            "三轮车乱停",
        ),
        *("红十字药箱", "写“同意”二字", "桩号K35+200处", "没拿一分钱", "一毛钱也没给", "一个半成功的人"),
    ],
)
def test_words_that_only_begin_like_a_count(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["现存条石二百余块，", "设置路牌四百五十块。", "亩产涨到四百二。", "一年多了三万二。"])
def test_what_is_not_money_stays_so(text: str) -> None:
    assert all(unit != "元" for _, _, unit, _ in found(text))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("征收土地 1 ,2 3 4 .5 亩，已报批。", 1234.5, "亩"),
        ("下降 1 2. 6 个 百 分 点，靠后。", 12.6, "百分点"),
        ("支出 1, 208. 6 万元，超预算。", 12_086_000, "元"),
        ("结余六 百 余 元，未上缴。", 600, "元"),
        ("共有 12 0户，已搬迁。", 120, "户"),
        ("问题金额 3 60 万元，已追回。", 3_600_000, "元"),
        ("截至 2 024 年，未整改。", 2024, "日期"),
    ],
)
def test_blanks_of_a_text_layer_do_not_break_a_number(text: str, value: float, unit: str) -> None:
    document = Document("材料.pdf", "0", "pdf", text, (Block(Span(0, len(text)), Locator(line=1)),))
    assert [(q.value, q.unit) for q in extract_quantities(NORMALIZE(document).text)] == [(value, unit)]
