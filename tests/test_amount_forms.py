"""Forms of amounts: money without 元, two units in one, doublings, places in a ranking, and words that count nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.quantities import extract_quantities


def found(text: str) -> list[tuple[str, float, str, str | None]]:
    return [(q.text, q.value, q.unit, q.approximator) for q in extract_quantities(text)]


@pytest.mark.parametrize(
    ("text", "words", "value", "approximator"),
    [
        ("投资一点八六个亿", "一点八六个亿", 186_000_000, None),
        ("账上有两个多亿", "两个多亿", 200_000_000, "more"),
        ("签了三个亿的合同", "三个亿", 300_000_000, None),
        ("尾款一亿二没付", "一亿二", 120_000_000, None),
        ("欠了工程队三百来万，没还", "三百来万", 3_000_000, "about"),
        ("欠款三十多万没还", "三十多万", 300_000, "more"),
        ("县里给了五十万启动资金", "五十万", 500_000, None),
        ("产值3千多万元", "3千多万元", 30_000_000, "more"),
        ("年薪20万左右", "20万左右", 200_000, "about"),
        ("月薪8千，不低", "8千", 8000, None),
        ("花了一万多块", "一万多块", 10_000, "more"),
        ("每人每月补贴三百块", "三百块", 300, None),
        ("每斤三块五", "三块五", 3.5, None),
        ("交两百块押金", "两百块", 200, None),
        ("花了50块钱", "50块钱", 50, None),
        ("共计￥12,300.50元", "￥12,300.50元", 12_300.5, None),
        ("共计￥2.5万", "￥2.5万", 25_000, None),
        ("净利润-1200万元", "-1200万元", -12_000_000, None),
        ("达到1 240 万元", "1 240 万元", 12_400_000, None),
    ],
)
def test_money_is_read_however_it_is_told(text: str, words: str, value: float, approximator: str | None) -> None:
    assert (words, value, "元", approximator) in found(text)


@pytest.mark.parametrize(
    "text", ["换了三块", "墙上挂了三百块展板", "出资那一块", "大约三百万", "办证数多了三万二", "孙某 3 240", "三千"]
)
def test_what_may_not_be_money_is_none(text: str) -> None:
    assert all(unit != "元" for _, _, unit, _ in found(text))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("一年零两个月", 14, "月"),
        ("一年四个月", 16, "月"),
        ("2小时30分钟", 150, "分钟"),
        ("2个小时20分", 140, "分钟"),
        ("一小时四十分", 100, "分钟"),
        ("三亩二分", 3.2, "亩"),
        ("一米八", 1.8, "米"),
        ("两亩半", 2.5, "亩"),
        ("五公里半", 5.5, "公里"),
    ],
)
def test_two_units_make_one_amount(text: str, value: float, unit: str) -> None:
    assert found(f"约定{text}。") == [(text, value, unit, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("半个多月", ("半个多月", 0.5, "月", "more")),
        ("一个来月", ("一个来月", 1, "月", "about")),
        ("限期15日", ("15日", 15, "日", None)),
        ("百分之七八十", ("百分之七八十", 70, "%", "about")),
        ("百分之二十几", ("百分之二十几", 20, "%", "about")),
        ("收入翻倍", ("翻倍", 100, "%", None)),
        ("收入翻了两番多", ("翻了两番多", 300, "%", "more")),
        ("收入翻了近一番", ("翻了近一番", 100, "%", "nearly")),
        ("24年5月开工", ("24年5月", 202405, "日期", None)),
        ("98年底开工", ("98年", 1998, "日期", None)),
        ("全长12.5km", ("12.5km", 12.5, "km", None)),
        ("二氧化硫28微克/立方米", ("28微克/立方米", 28, "微克/立方米", None)),
        ("会同9部门", ("9部门", 9, "部门", None)),
        ("进入全省前20名", ("前20名", 20, "名", "less")),
        ("全县倒数第三", ("倒数第三", 3, "名", None)),
        ("全市倒数第一名", ("倒数第一名", 1, "名", None)),
        ("荣获第一名", ("第一名", 1, "名", None)),
        ("夺得第一", ("第一", 1, "名", None)),
        ("排在第5至第8名", ("第5至第8名", 5, "名", None)),
        ("2/3以上的代表", ("2/3以上", pytest.approx(66.6667, abs=1e-4), "%", "more")),
        ("两成至三成", ("两成至三成", 20, "%", None)),
        ("万把块钱", ("万把块钱", 10_000, "元", "about")),
        ("2024年元月15日", ("2024年元月15日", 20240115, "日期", None)),
        ("2024.3.1-2024.3.31", ("2024.3.1-2024.3.31", 20240301, "日期", None)),
        ("最少5次", ("最少5次", 5, "次", "more")),
        ("全市排第3", ("第3", 3, "名", None)),
    ],
)
def test_further_forms(text: str, expected: tuple[str, float, str, str | None]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "words",
    [
        *("3条线索", "5名校长", "2名优秀教师", "3家国有企业", "12家乡镇卫生院", "2家园区企业", "4名单位负责人"),
        *("5个案件", "3个体育馆", "3次要求", "2次日常检查", "5次数据核对", "15户均已搬迁", "8户外出", "38人均为党员"),
        *("3起诉讼案件", "2起信访积案", "5份内容", "3处在建工地", "3所属地学校", "3种植物", "3例外来人员", "1名副科长"),
    ],
)
def test_a_measure_word_before_a_word_that_begins_like_another_still_counts(words: str) -> None:
    assert [value for _, value, _, _ in found(f"共{words}。")] == [int("".join(filter(str.isdigit, words)))]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "工业零件损耗大",
            "菜谱统一成一张表",
            "牛角塘村五组",
            "第二季度",
            "2024年度三季度",
            "五个到位",
            "两个一百年奋斗目标",
        ),
        *(
            "八小时以外",
            "三分钟热度",
            "门前三包",
            "监管一方。",
            "五部门联合印发",
            "12部门联合印发",
            "第二批",
            "第十八条规定",
        ),
        *("第3号", "2栋3单元", "四个意识", "一名一策", "三头六臂", "十分重视", "有一次性", "第3至5次会议", "一块儿去"),
    ],
)
def test_words_that_count_nothing(text: str) -> None:
    assert [one for one in found(text) if one[2] != "日期"] == []


_CHINESE = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Write a whole number in Chinese, by the rule that each step of ten thousand is read like the last one."""
    if number < 10:
        return _CHINESE[number]
    for size, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            head, rest = divmod(number, size)
            gap = "零" if rest and rest < size // 10 else ""
            return f"{chinese(head)}{name}{gap}{chinese(rest) if rest else ''}"
    raise AssertionError(number)


@given(st.integers(2, 10**12 - 1), st.sampled_from(["件", "户", "公里", "吨", "天", "元"]))
def test_chinese_numerals_say_the_same_as_digits(number: int, unit: str) -> None:
    (digits,) = extract_quantities(f"共计{number}{unit}。")
    (words,) = extract_quantities(f"共计{chinese(number)}{unit}。")
    assert (
        (words.value, words.unit, words.kind) == (digits.value, digits.unit, digits.kind) == (number, unit, digits.kind)
    )


@given(st.integers(1, 99), st.sampled_from("余多"), st.sampled_from(["件", "户", "名"]))
def test_more_is_told_in_digits_and_in_chinese_alike(tens: int, vague: str, unit: str) -> None:
    number = tens * 10
    (digits,) = extract_quantities(f"共计{number}{vague}{unit}。")
    (words,) = extract_quantities(f"共计{chinese(number)}{vague}{unit}。")
    assert (digits.value, digits.approximator) == (words.value, words.approximator) == (number, "more")


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from(["至", "—", "~", "到", "-"]))
def test_ranges_have_both_ends_in_order(low: int, high: int, join: str) -> None:
    if low >= high:
        return
    (quantity,) = extract_quantities(f"每村{low}{join}{high}户。")
    assert (quantity.value, quantity.value_max, quantity.approximator) == (low, high, None)


@given(st.floats(0.01, 9999, allow_nan=False).map(lambda value: round(value, 2)), st.sampled_from(["", "万", "亿"]))
def test_money_is_multiplied_out(value: float, scale: str) -> None:
    (quantity,) = extract_quantities(f"投入{value}{scale}元。")
    assert quantity.value == pytest.approx(value * {"": 1, "万": 10**4, "亿": 10**8}[scale])
