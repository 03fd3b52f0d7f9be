"""Quantities: value, unit, approximation, and what the words around them say."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.arithmetic import check_sums
from mingcha.pipeline.quantities import extract_quantities

if TYPE_CHECKING:
    from mingcha.pipeline.quantity import Quantity

SEEDS = Path(__file__).parents[1] / ".." / "shared" / "seeds"


def only(text: str) -> Quantity:
    (quantity,) = extract_quantities(text)
    return quantity


def last(text: str) -> Quantity:
    return extract_quantities(text)[-1]


# text, the passage in it, value, unit, kind, approximator
PLAIN = [
    # money
    ("争取资金186万元", "186万元", 1_860_000, "元", "money", None),
    ("拨付1,200 万元", "1,200 万元", 12_000_000, "元", "money", None),
    ("拨付1，200万元", "1，200万元", 12_000_000, "元", "money", None),
    ("总投资5亿元", "5亿元", 500_000_000, "元", "money", None),
    ("总投资3.2亿", "3.2亿", 320_000_000, "元", "money", None),
    ("追缴二十余万元", "二十余万元", 200_000, "元", "money", "more"),
    ("追缴10余万元", "10余万元", 100_000, "元", "money", "more"),
    ("总量近10万亿元", "近10万亿元", 10**13, "元", "money", "nearly"),
    ("罚款两万三千元", "两万三千元", 23_000, "元", "money", None),
    ("花了百万元", "百万元", 1_000_000, "元", "money", None),
    ("垫付50块钱", "50块钱", 50, "元", "money", None),
    ("超过100万元", "超过100万元", 1_000_000, "元", "money", "more"),
    ("不到5万元", "不到5万元", 50_000, "元", "money", "less"),
    ("节约5万元", "5万元", 50_000, "元", "money", None),
    # rates and shares
    ("达到23.8%", "23.8%", 23.8, "%", "rate", None),
    ("为23.8％", "23.8％", 23.8, "%", "rate", None),
    ("百分之五", "百分之五", 5, "%", "rate", None),
    ("百分之二十三点八", "百分之二十三点八", 23.8, "%", "rate", None),
    ("百分之九十以上", "百分之九十以上", 90, "%", "rate", "more"),
    ("七成群众满意", "七成", 70, "%", "rate", None),
    ("占七成五", "七成五", 75, "%", "rate", None),
    ("近八成", "近八成", 80, "%", "rate", "nearly"),
    ("千分之三", "千分之三", 0.3, "%", "rate", None),
    ("抽检2‰", "2‰", 0.2, "%", "rate", None),
    ("三分之二", "三分之二", pytest.approx(66.6667, abs=1e-4), "%", "rate", None),
    ("一半以上", "一半以上", 50, "%", "rate", "more"),
    ("票数过半", "过半", 50, "%", "rate", "more"),
    ("相当于去年的1.5倍", "1.5倍", 1.5, "倍", "rate", None),
    ("提高2.3个百分点", "2.3个百分点", 2.3, "百分点", "points", None),
    ("提高两个百分点", "两个百分点", 2, "百分点", "points", None),
    # ranks
    ("全市第二", "第二", 2, "名", "rank", None),
    ("排名第15位", "第15位", 15, "名", "rank", None),
    ("综合评比第三名", "第三名", 3, "名", "rank", None),
    ("全县倒数第三", "倒数第三", 3, "名", "rank", None),
    ("进入全市前三名", "前三名", 3, "名", "rank", "less"),
    ("排名全省前十。", "前十", 10, "名", "rank", "less"),
    # durations
    ("拖了三个月", "三个月", 3, "月", "duration", None),
    ("跑了3个多月", "3个多月", 3, "月", "duration", "more"),
    ("停工半年", "半年", 0.5, "年", "duration", None),
    ("停工半个月", "半个月", 0.5, "月", "duration", None),
    ("等了一年半", "一年半", 1.5, "年", "duration", None),
    ("等了一个半月", "一个半月", 1.5, "月", "duration", None),
    ("等了一年零两个月", "一年零两个月", 14, "月", "duration", None),
    ("用时2小时30分钟", "2小时30分钟", 150, "分钟", "duration", None),
    ("历时17个月", "17个月", 17, "月", "duration", None),
    ("拖了两年多", "两年多", 2, "年", "duration", "more"),
    ("拖了近三年", "近三年", 3, "年", "duration", "nearly"),
    ("提前40天", "40天", 40, "天", "duration", None),
    ("等候两小时", "两小时", 2, "小时", "duration", None),
    ("15个工作日办结", "15个工作日", 15, "工作日", "duration", None),
    ("3日内答复", "3日", 3, "日", "duration", None),
    ("不超过5天", "不超过5天", 5, "天", "duration", "less"),
    ("10天左右", "10天左右", 10, "天", "duration", "about"),
    # counts and measures
    ("办结15件", "15件", 15, "件", "count", None),
    ("提拔40余人", "40余人", 40, "人", "count", "more"),
    ("2400多名", "2400多名", 2400, "名", "count", "more"),
    ("300人以上", "300人以上", 300, "人", "count", "more"),
    ("惠及412户", "412户", 412, "户", "count", None),
    ("反映了五次", "五次", 5, "次", "count", None),
    ("跑了三趟", "三趟", 3, "趟", "count", None),
    ("讲了两遍", "两遍", 2, "遍", "count", None),
    ("服务2.3万人次", "2.3万人次", 23_000, "人次", "count", None),
    ("上百人", "上百人", 100, "人", "count", "more"),
    ("参加人数百余人", "百余人", 100, "人", "count", "more"),
    ("不少于30场", "不少于30场", 30, "场", "count", "more"),
    ("不足3处", "不足3处", 3, "处", "count", "less"),
    ("约50家", "约50家", 50, "家", "count", "about"),
    ("仅一个", "一个", 1, "个", "count", None),
    ("统一三项", "三项", 3, "项", "count", None),
    ("3项目标", "3项", 3, "项", "count", None),
    ("新铺管线1.8公里", "1.8公里", 1.8, "公里", "length", None),
    ("整治1.2万亩", "1.2万亩", 12_000, "亩", "area", None),
    ("拆除3.5万平方米", "3.5万平方米", 35_000, "平方米", "area", None),
    ("清运垃圾60吨", "60吨", 60, "吨", "weight", None),
    ("发电120万千瓦时", "120万千瓦时", 1_200_000, "千瓦时", "other", None),
    ("装机5千瓦", "5千瓦", 5, "千瓦", "other", None),
    ("得88.5分", "88.5分", 88.5, "分", "other", None),
    ("满九十分", "九十分", 90, "分", "other", None),
    ("1.12个村已通水", "12个", 12, "个", "count", None),
    ("于2024年3月21日", "2024年3月21日", 20240321, "日期", "date", None),
    ("于2024.3.21", "2024.3.21", 20240321, "日期", "date", None),
    ("于二〇二四年三月", "二〇二四年三月", 202403, "日期", "date", None),
]


@pytest.mark.parametrize(("text", "passage", "value", "unit", "kind", "approximator"), PLAIN)
def test_reads_value_unit_and_approximation(
    text: str, passage: str, value: float, unit: str, kind: str, approximator: str | None
) -> None:
    quantity = only(text)
    assert (quantity.text, quantity.value, quantity.unit) == (passage, value, unit)
    assert (quantity.kind, quantity.approximator, quantity.value_max) == (kind, approximator, None)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "approximator"),
    [
        ("5至8件", 5, 8, "件", None),
        ("3—5天", 3, 5, "天", None),
        ("20%~30%", 20, 30, "%", None),
        ("20%至30%", 20, 30, "%", None),
        ("百分之二十至百分之三十", 20, 30, "%", None),
        ("5至10万元", 50_000, 100_000, "元", None),
        ("5万元至10万元", 50_000, 100_000, "元", None),
        ("300-400人", 300, 400, "人", None),
        ("二三十人", 20, 30, "人", "about"),
        ("三五天", 3, 5, "天", "about"),
        ("十几个村", 10, 20, "个", "about"),
        ("几十件", 20, 90, "件", "about"),
        ("几十万元", 200_000, 900_000, "元", "about"),
        ("七八成", 70, 80, "%", "about"),
        ("2024年3月至6月", 202403, 202406, "日期", None),
        ("3月4日至4月12日", 304, 412, "日期", None),
    ],
)
def test_reads_ranges_with_both_ends(text: str, low: float, high: float, unit: str, approximator: str | None) -> None:
    quantity = only(text)
    assert (quantity.value, quantity.value_max, quantity.unit) == (low, high, unit)
    assert quantity.approximator == approximator


def test_a_change_from_one_value_to_another_is_no_range() -> None:
    first, second = extract_quantities("办理时限由30天缩短至5天")
    assert (first.value, first.value_max, first.direction) == (30, None, "none")
    assert (second.value, second.direction, second.baseline) == (5, "down", "30天")


@pytest.mark.parametrize(
    "text",
    [
        "荣立三等功",
        "第一书记",
        "第一时间到场",
        "一把手负责",
        "十四五规划",
        "党的二十大精神",
        "三农工作",
        "增强四个意识、坚定四个自信",
        "落实中央八项规定精神",
        "“五个一批”工程",
        "共建一带一路",
        "拨打12345热线",
        "报警电话110",
        "〔2024〕15号文件",
        "谈话记录（第3号）",
        "3.15晚会",
        "0571-86160000",
        "编号B-07",
        "A7县",
        "3栋2单元501室",
        "19/25",
        "15:10—15:55",
        "两位数增长",
        "一系列措施",
        "进一步加强",
        "统一部署",
        "万一出事",
        "十分重视",
        "千方百计",
        "一方面",
        "有一个问题",
        "这一项工作",
        "一次性告知",
        "三番五次上门",
        "三天两头开会",
        "五位一体",
        "第二批主题教育",
        "第三次会议",
        "2024年级",
        "单位：万元",
        "几个人",
        "上半年",
        "三级联动",
        "五部门联合",
        "一刀切",
        "一成不变",
        "百分制",
        "",
    ],
)
def test_finds_no_quantity_in_words_that_only_look_like_one(text: str) -> None:
    assert extract_quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "direction"),
    [
        ("地区生产总值增长5.2%", 5.2, "up"),
        ("用水量下降23.8%", 23.8, "down"),
        ("产值翻番", 100, "up"),
        ("产值翻一番", 100, "up"),
        ("产值翻了两番", 300, "up"),
        ("产值增长1.5倍", 1.5, "up"),
        ("满意率提高2.3个百分点", 2.3, "up"),
        ("满意率同比降1.2个百分点", 1.2, "down"),
        ("新增就业岗位300个", 300, "up"),
        ("压减会议14场", 14, "down"),
        ("出口负增长2%", 2, "down"),
        ("出口增长-3.2%", -3.2, "down"),
        ("人均收入比上年多了1930元", 1930, "up"),
        ("处理率比全省平均低9个百分点", 9, "down"),
        ("排名上升3位", 3, "up"),
        ("23.8%的降幅", 23.8, "down"),
        ("费用没有增长5%", 5, "none"),
        ("增加值38亿元", 3_800_000_000, "none"),
        ("增长的企业有5家", 5, "none"),
        ("较年初计划提前40天", 40, "none"),
        ("办结15件", 15, "none"),
        ("降至历史最低的2.1%", 2.1, "down"),
        ("减员15人", 15, "down"),
        ("增设岗位30个", 30, "up"),
        ("超支230万元", 2_300_000, "up"),
        ("收入翻倍", 100, "up"),
    ],
)
def test_reads_the_direction_from_the_words_beside_it(text: str, value: float, direction: str) -> None:
    quantity = only(text)
    assert (quantity.value, quantity.direction) == (value, direction)


@pytest.mark.parametrize(
    ("text", "baseline"),
    [
        ("投诉量同比下降12%", "同比"),
        ("投诉量环比下降12%", "环比"),
        ("投诉量比上年下降12%", "比上年"),
        ("用水量较2015年下降23.8%", "较2015年"),
        ("6月20日通水，较年初计划提前40天", "较年初计划"),
        ("与2015年相比，用水量下降23.8%", "与2015年"),
        ("费用由300万元增加到500万元", "300万元"),
        ("案件由2019年的120件增加为2023年的310件", "120件"),
        ("事故死亡人数和起数同比分别下降18%和25%", "同比"),
        ("投诉量下降12%", None),
        ("同比增长5%，其中旅游收入200万元", None),
    ],
)
def test_keeps_the_baseline_as_written(text: str, baseline: str | None) -> None:
    assert last(text).baseline == baseline


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("目标120件", "目标120件"),
        ("年度任务为80公里", "年度任务为80公里"),
        ("完成年度任务数的95%", "年度任务数"),
        ("目标120件，完成108件", "目标120件"),
        ("目标120件，投入30万元", None),
        ("完成108件", None),
    ],
)
def test_keeps_the_target_as_written(text: str, target: str | None) -> None:
    assert last(text).target == target


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024年新建管网3公里", "2024年"),
        ("今年以来化解积案7件", "今年以来"),
        ("2024年上半年办结15件", "2024年上半年"),
        ("一季度办结15件", "一季度"),
        ("近三年提拔12人", "近三年"),
        ("前10个月办结15件", "前10个月"),
        ("截至9月底办结15件", "截至9月底"),
        ("6月20日通水，惠及412户", "6月20日"),
        ("“十四五”期间投入5亿元", "“十四五”期间"),
        ("用水量较2015年下降23.8%", None),
        ("2023年完成。办结15件", None),
        ("办结15件", None),
    ],
)
def test_takes_the_nearest_period_of_the_sentence(text: str, period: str | None) -> None:
    assert last(text).period == period


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("地区生产总值增长5.2%", "地区生产总值"),
        ("全市用水量较2015年下降23.8%", "用水量"),
        ("投诉件次同比下降12%", "投诉件次"),
        ("1至6月我县招商引资额同比增长8%", "招商引资额"),
        ("整改完成率76%", "整改完成率"),
        ("争取资金186万元", "资金"),
        ("建立制度12项", "制度"),
        ("办理时限由30天", "办理时限"),
        ("用水效率全市第二", "用水效率"),
        ("出台20条措施。", "措施"),
        ("提拔40余名干部。", "干部"),
        ("他跑了九趟", None),
        ("会议先看了两遍", None),
        ("惠及412户", None),
        ("县水务局有26人", None),
    ],
)
def test_names_what_is_measured_or_nothing(text: str, measure: str | None) -> None:
    assert last(text).measure == measure


def test_reads_a_line_of_a_report_from_end_to_end() -> None:
    found = extract_quantities("争取资金186万元，6月20日通水，惠及412户，较年初计划提前40天。")
    assert [(q.text, q.value, q.unit, q.kind) for q in found] == [
        ("186万元", 1_860_000, "元", "money"),
        ("6月20日", 620, "日期", "date"),
        ("412户", 412, "户", "count"),
        ("40天", 40, "天", "duration"),
    ]


_WORDS = (
    "2024年 3月 至 — 近 约 超过 不到 40 余 多 万 亿 元 件 个 半 月 年 % 百分之 五 十几 二三十 成 第 名 倒数 前 全市 "
    "翻 番 由 到 增长 下降 同比 较 上年 目标 任务数的 ， 。 ； （ 1,200 3.2 . - 点 分 之 一 两 零 “ 的 降 低"
)
_PIECES = st.sampled_from(_WORDS.split())


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map("".join)))
def test_spans_are_slices_in_order_without_overlap(text: str) -> None:
    end = 0
    for quantity in extract_quantities(text):
        assert quantity.span.start >= end
        assert quantity.span.of(text) == quantity.text != ""
        assert quantity.value_max is None or quantity.value_max > quantity.value
        assert quantity.approximator in (None, "more", "less", "nearly", "about")
        end = quantity.span.end


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_the_sentences_before_do_not_change_what_is_read(text: str) -> None:
    def facts(quantity: Quantity) -> tuple[Any, ...]:
        return (quantity.text, quantity.value, quantity.unit, quantity.direction, quantity.baseline, quantity.period)

    alone = [facts(quantity) for quantity in extract_quantities(text)]
    behind = [facts(quantity) for quantity in extract_quantities(f"会议已经结束。\n{text}")]
    assert behind == alone


@pytest.mark.parametrize(
    "text", ["达到" * 4000, "一" * 20000, "增长降" * 4000, "1" * 20000, "1," * 8000, "一二三" * 8000]
)
@pytest.mark.parametrize("end", ["5%", "万元", "个亿", "块钱"])
def test_long_repetitions_take_no_longer_than_their_length(text: str, end: str) -> None:
    assert len(extract_quantities(f"{text}{end}")) <= 1


@pytest.mark.parametrize(
    "piece",
    [
        "三块",
        "24年5月",
        "百分之百",
        "计划5件，",
        "由5件减到3件，下降",
        "应到5人，实到3人，",
        "第一",
        "全年投资1.2亿元，增长5%。",
    ],
)
def test_the_cost_is_linear_in_the_text(piece: str) -> None:
    """Four times the text may take four times as long, not sixteen times; the best of three runs is compared."""

    def seconds(times: int) -> float:
        def once() -> float:
            start = time.process_time()
            text = piece * times
            check_sums(text, extract_quantities(text))
            return time.process_time() - start

        return min(once() for _ in range(3))

    assert seconds(3200) < 9 * seconds(800) + 0.02


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared documents are not here")
def test_spans_are_slices_of_real_documents() -> None:
    for name in sorted(os.listdir(SEEDS)):
        text = (SEEDS / name).read_text(encoding="utf-8")
        assert all(quantity.span.of(text) == quantity.text for quantity in extract_quantities(text))
