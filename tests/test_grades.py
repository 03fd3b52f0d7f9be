"""Thresholds, quotas and rounding against published and worked figures."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.scoring.arithmetic import plain, quotient, rounded
from mingcha.pipeline.scoring.grades import band_of, comparison, places, quota_text, vetoed
from mingcha.pipeline.scoring.scheme import Quota, Scale, parse_scheme

GOLDEN = Path(__file__).resolve().parents[2] / "shared" / "domain" / "golden.json"

QUOTAS = [
    (20, 0, 0, 0),
    (20, 4, 0, 1),
    (20, 5, 1, 1),
    (20, 23, 4, 5),
    (20, 47, 9, 9),
    (20, 100, 20, 20),
    (25, 23, 5, 6),
    (25, 47, 11, 12),
    (30, 13, 3, 4),
    (30, 165, 49, 50),
    (15, 47, 7, 7),
    (10, 47, 4, 5),
    (8, 47, 3, 4),
]
POLITICAL = Scale.model_validate(
    {
        "indicator": "political",
        "bands": [
            {"name": "优秀", "at_least": 90, "notes": ["可评优"]},
            {"name": "合格", "at_least": 80, "notes": ["取消评优资格"]},
            {"name": "低于合格", "notes": ["取消评优资格", "逐一研判并提整改要求"]},
        ],
    }
)
POLITICAL_VALUES = {
    "95": "优秀|可评优",
    "90": "优秀|可评优",
    "89.995": "合格|取消评优资格",
    "89.99": "合格|取消评优资格",
    "80": "合格|取消评优资格",
    "79.99": "低于合格|取消评优资格|逐一研判并提整改要求",
}
WATER_BANDS = [
    {"name": "优秀", "at_least": 90},
    {"name": "良好", "at_least": 80},
    {"name": "合格", "at_least": 60},
    {"name": "不合格"},
]
WATER = Scale.model_validate({"indicator": "total", "bands": WATER_BANDS})
WATER_VALUES = {"90": "优秀", "89.99": "良好", "80": "良好", "79.99": "合格", "60": "合格", "59.99": "不合格"}


def golden(key: str) -> dict[str, object]:
    if not GOLDEN.exists():
        pytest.skip("the golden figures are kept beside the repository")
    table: dict[str, dict[str, object]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return table[key]


@pytest.mark.parametrize(("percent", "count", "floor", "half_up"), QUOTAS)
def test_counts_places_by_either_rounding(percent: int, count: int, floor: int, half_up: int) -> None:
    assert places(count, Decimal(percent)) == floor
    assert places(count, Decimal(percent), "half_up") == half_up


@pytest.mark.parametrize("percent", [20, 25, 30])
def test_counts_places_as_the_golden_file_does(percent: int) -> None:
    for count, expected in golden(f"quota{percent}").items():
        found = {mode: places(int(count), Decimal(percent), mode) for mode in ("floor", "half_up")}
        assert found == {mode: expected[mode] for mode in found}  # type: ignore[index]


@given(st.integers(0, 10**6), st.decimals("0.01", 100, places=2))
def test_rounding_down_never_exceeds_the_share(count: int, percent: Decimal) -> None:
    assert places(count, percent) * 100 <= count * percent
    assert places(count, percent, "half_up") - places(count, percent) in (0, 1)


@pytest.mark.parametrize(("value", "expected"), POLITICAL_VALUES.items())
def test_compares_political_scores_unrounded(value: str, expected: str) -> None:
    band = band_of(Decimal(value), POLITICAL)
    assert band is not None
    assert "|".join([band.name, *band.notes]) == expected


@pytest.mark.parametrize(("value", "expected"), WATER_VALUES.items())
def test_names_the_band_of_a_water_score(value: str, expected: str) -> None:
    band = band_of(Decimal(value), WATER)
    assert band is not None
    assert band.name == expected


def test_bands_agree_with_the_golden_file() -> None:
    assert {key: value for key, value in golden("gs_pol").items() if key != "None"} == POLITICAL_VALUES
    assert golden("water_thresh") == WATER_VALUES


def test_draws_no_conclusion_without_a_value() -> None:
    assert band_of(None, POLITICAL) is None
    assert comparison(POLITICAL, None, 2) is None


@pytest.mark.parametrize(
    ("value", "digits", "name"),
    [("89.5", 0, "优秀"), ("89.5", None, "良好"), ("89.49", 0, "良好"), ("90.4375", 0, "优秀")],
)
def test_rounds_before_comparing_only_where_the_rule_does(value: str, digits: int | None, name: str) -> None:
    scale = WATER.model_copy(update={"digits": digits})
    band = band_of(Decimal(value), scale)
    assert band is not None
    assert band.name == name


def test_words_a_comparison_as_a_suggestion() -> None:
    assert comparison(POLITICAL, Decimal("89.995"), 2) == "建议对照：合格（90.00分，界限80；取消评优资格）"
    assert comparison(WATER, Decimal(12), 0) == "建议对照：不合格（12分，低于各档界限）"


def test_says_how_a_quota_was_rounded() -> None:
    quota = Quota.model_validate({"grade": "优秀", "percent": 20, "rounding": "half_up"})
    assert quota_text(quota, 4) == "参加考核的4人，“优秀”比例20%（四舍五入），名额1个"


@pytest.mark.parametrize(
    ("raw", "digits", "shown"),
    [("87.565", 2, "87.57"), ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.005", 2, "0.01"), ("-0.001", 2, "0.00")],
)
def test_rounds_half_up_for_display(raw: str, digits: int, shown: str) -> None:
    assert str(rounded(Decimal(raw), digits)) == shown


def test_writes_raw_numbers_without_exponent() -> None:
    assert [plain(Decimal(raw)) for raw in ("1E+3", "0.50", "-7", "0E-9")] == ["1000", "0.5", "-7", "0"]
    assert plain(quotient(Decimal(1), Decimal(3))) == "0." + "3" * 50


SCHEME_WITH_VETO = """
id = "water"
name = "节水考核"
source = "示例"
standing = "示例"
[[indicators]]
id = "total"
name = "总分"
method = "manual"
full = 100
[[vetoes]]
id = "red_line"
name = "突破红线"
grade = "不合格"
[[scales]]
indicator = "total"
bands = [{ name = "合格", at_least = 60 }, { name = "不合格" }]
"""


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (True, "建议对照：不合格（“突破红线”填写为“是”）"),
        (False, None),
        (None, "暂不对照等次：尚未填写“突破红线”"),
    ],
)
def test_an_unanswered_veto_is_not_a_no(answer: bool | None, text: str | None) -> None:
    assert vetoed(parse_scheme(SCHEME_WITH_VETO), {"red_line": answer}) == text
