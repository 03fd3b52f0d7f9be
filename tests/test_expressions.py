"""The formula language: exact, closed, and honest about what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.scoring.expressions import ExpressionError, parse_expression

if TYPE_CHECKING:
    from mingcha.pipeline.scoring.operations import Value

VALUES: dict[str, Value | None] = {
    "a": Decimal(3),
    "b": Decimal("0.1"),
    "优秀票": Decimal(18),
    "yes": True,
    "none": None,
    "等次": "优秀",
    "日": date(2024, 2, 29),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("-a + 5", "2"),
        ("0.1 + 0.2", "0.3"),
        ("b * 3", "0.3"),
        ("1.005", "1.005"),
        ("100 * 优秀票 / 30", "60"),
        ("min(a, 1, 2)", "1"),
        ("max(a, 100)", "100"),
        ("sum(a, b, 1)", "4.1"),
        ("mean(a, 4)", "3.5"),
        ("abs(2 - a)", "1"),
        ("round(87.565, 2)", "87.57"),
        ("round(89.5)", "90"),
        ("floor(9.4) + ceil(9.4)", "19"),
        ("10 if a >= 3 else 20", "10"),
        ("10 if a > 3 else 1 / 0 if a > 9 else 5", "5"),
        ("given(none, 7)", "7"),
        ("given(a, none)", "3"),
        ("1 if known(none) else 2", "2"),
        ("1 if 等次 == '优秀' else 2", "1"),
        ("1 if one_of(等次, '称职', '优秀') else 2", "1"),
        ("1 if one_of(等次, '称职') or 等次 != '优秀' else 2", "2"),
        ("days(日, plus_days(日, 30))", "30"),
        ("days(日, plus_months(日, 12))", "365"),
        ("year(plus_months(日, -2))", "2023"),
        ("1 if plus_months(日, 1) > 日 else 2", "1"),
        ("1 if 1 < a <= 3 and not (a == 4 or False) else 0", "1"),
    ],
)
def test_works_out_exactly(text: str, expected: str) -> None:
    assert parse_expression(text).answer(VALUES).value == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a + none", "缺少“none”"),
        ("absent * 2", "缺少“absent”"),
        ("a / (b - 0.1)", "除数为零"),
        ("yes + 1", "不是数字"),
        ("1 if a else 2", "不是条件"),
        ("1 if 等次 == 1 else 2", "不是同一种值"),
        ("1 if 等次 > '称职' else 2", "不能比较大小"),
        ("days(等次, 日)", "不是日期"),
        ("days(日, plus_days(日, 10000000))", "整数"),
        ("days(日, plus_months(日, 99999))", "超出范围"),
        ("days(日, plus_days(日, 0.5))", "整数"),
        ("1 if none else 2", "缺少“none”"),
        ("round(a, 0.5)", "位数"),
        ("round(a, 99)", "位数"),
    ],
)
def test_undetermined_says_why(text: str, reason: str) -> None:
    answer = parse_expression(text).answer(VALUES)
    assert answer.value is None
    assert any(reason in one for one in answer.reasons)


def test_a_settled_condition_needs_nothing_more() -> None:
    assert parse_expression("1 if yes or none else 2").answer(VALUES) == parse_expression(
        "1 if yes or none else 2"
    ).answer(VALUES)
    assert parse_expression("1 if yes or none else 2").answer(VALUES).value == 1
    assert parse_expression("1 if not yes and none else 2").answer(VALUES).value == 2
    assert parse_expression("1 if yes and none else 2").answer(VALUES).value is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "a ** 9",
        "a // 2",
        "a % 2",
        "__import__('os')",
        "a.real",
        "a[0]",
        "b'bytes'",
        "[1, 2]",
        "lambda: 1",
        "(x := 1)",
        "f'{a}'",
        "min()",
        "min(*a)",
        "min(a, key=b)",
        "abs(1, 2)",
        "unknown(1)",
        "known(1)",
        "given(a)",
        "1j",
        "0x10",
        "1e9",
        "1_000",
        "None",
        "...",
        "a; b",
        "9" * 501,
        "(" * 300 + "1" + ")" * 300,
        "-" * 60 + "1",
        "１＋１；",
    ],
)
def test_lets_nothing_else_through(text: str) -> None:
    with pytest.raises(ExpressionError, match="算式"):
        parse_expression(text)


def test_working_shows_the_numbers() -> None:
    answer = parse_expression("(优秀票*100 + a) / 总票").answer(VALUES)
    assert answer.working == "(18*100 + 3) / 待定"
    assert answer.reasons == ("缺少“总票”",)


NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=3)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_agrees_with_fractions(x: Decimal, y: Decimal, z: Decimal) -> None:
    answer = parse_expression("x * y - (z + x) * 2 - -y").answer({"x": x, "y": y, "z": z})
    left, middle, right = Fraction(x), Fraction(y), Fraction(z)
    assert isinstance(answer.value, Decimal)
    assert Fraction(answer.value) == left * middle - (right + left) * 2 + middle
