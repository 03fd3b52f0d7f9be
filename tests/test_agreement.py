"""Numbers of two passages that agree, and dates that part them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.agreement import Number, agreements, is_telling, marks_of, numbers_of, on_other_days
from mingcha.pipeline.quantities import extract_quantities


def numbers(text):
    return list(numbers_of(extract_quantities(text)))


AGREEMENTS = [
    ("转移群众142人。", "一百四十多口人都接出来了。", True),
    ("建成农田3.2万亩。", "建成农田31978亩。", True),
    ("产值5590万元。", "一年产值五千六百万元。", True),
    ("上报改厕三百八十多户。", "改造户厕386户。", True),
    ("上报改厕三百八十多户。", "改造户厕402户。", False),
    ("拖欠86万元。", "拖欠31.2万元。", False),
    ("7月14日暗访。", "七月十四号没见到他。", True),
    ("7月14日暗访。", "7月15日暗访。", False),
    ("转移群众142人。", "修路142公里。", False),
    ("有两个村。", "有两个镇。", False),
]


@pytest.mark.parametrize(("one", "other", "agree"), AGREEMENTS)
def test_numbers_agree_within_what_their_wording_leaves(one, other, agree):
    assert bool(agreements(numbers(one), numbers(other))) is agree
    assert bool(agreements(numbers(other), numbers(one))) is agree


@pytest.mark.parametrize(
    ("number", "telling"),
    [
        (Number("人", 142, 142, 142), True),
        (Number("元", 186_000, 186_000, 186_000), True),
        (Number("年", 3, 3, 3), False),
        (Number("元", 5_000_000, 5_000_000, 5_000_000), False),
        (Number("元", 5_000_000, 4_750_000, 5_250_000), False),  # 约500万元 is round, whatever its bounds
        (Number("日期", 714, 714, 714), True),
        (Number("日期", 11, 11, 11), False),
    ],
)
def test_round_and_small_numbers_tell_little(number, telling):
    assert is_telling(number) is telling


OTHER_DAYS = [
    ("7月14日不在岗。", "10月20日不在岗。", True),
    ("7月14日不在岗。", "十月那次也不在。", True),
    ("7月14日不在岗。", "七月那次也不在。", False),
    ("1月停工。", "11月仍停工。", False),
    ("2024年7月14日不在岗。", "7月14日不在岗。", False),
    ("2024年不在岗。", "7月14日不在岗。", False),
    ("不在岗。", "7月14日不在岗。", False),
]


@pytest.mark.parametrize(("one", "other", "differ"), OTHER_DAYS)
def test_days_part_matters_and_months_alone_do_not(one, other, differ):
    assert on_other_days(numbers(one), numbers(other)) is differ


VALUES = st.floats(min_value=0.5, max_value=1e9)
NUMBERS = st.lists(
    st.builds(lambda unit, low, more: Number(unit, low, low, low + more), st.sampled_from("人元"), VALUES, VALUES)
)


@given(NUMBERS)
def test_every_number_agrees_with_itself(found):
    assert agreements(found, found) == found


@given(NUMBERS, NUMBERS)
def test_agreement_goes_both_ways(one, other):
    assert bool(agreements(one, other)) is bool(agreements(other, one))


def test_marks_name_the_first_two_digits():
    assert set(marks_of(numbers("转移群众142人。"))) & set(marks_of(numbers("一百四十多口人。")))


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("清淤31.7公里。", "清淤31700米。", True),
        ("封山育林1420公顷。", "封山育林2.13万亩。", True),
        ("粮食18.4万吨。", "粮食3.68亿斤。", True),
        ("清淤43公里。", "清淤31700米。", False),
        ("造林300亩。", "厂房300平方米。", False),
    ],
)
def test_sizes_agree_in_whatever_unit(one: str, other: str, agree: bool) -> None:
    assert bool(agreements(numbers(one), numbers(other))) is agree
