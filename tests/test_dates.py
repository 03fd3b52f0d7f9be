"""Dates and ranges of dates."""

from __future__ import annotations

import pytest

from mingcha.pipeline.dates import read_date


@pytest.mark.parametrize(
    ("text", "value", "value_max"),
    [
        ("2024年", 2024, None),
        ("2024年3月", 202403, None),
        ("2024 年 3 月 21 日", 20240321, None),
        ("2024年3月21日", 20240321, None),
        ("2024.3.21", 20240321, None),
        ("2024-03-21", 20240321, None),
        ("2024/3/21", 20240321, None),
        ("2021.03", 202103, None),
        ("二〇二四年三月", 202403, None),
        ("二〇二四年三月二十一日", 20240321, None),
        ("6月20日", 620, None),
        ("十二月", 12, None),
        ("3月份", 3, None),
        ("2024年3月至6月", 202403, 202406),
        ("2024年3月4日至4月12日", 20240304, 20240412),
        ("2024年3月4日至12日", 20240304, 20240312),
        ("2024年3月4—12日", 20240304, 20240312),
        ("2023年11月至2024年2月", 202311, 202402),
        ("2021—2023年", 2021, 2023),
        ("2021年至2023年", 2021, 2023),
        ("3—5月", 3, 5),
        ("三至五月", 3, 5),
        ("2024.3.4—2024.4.12", 20240304, 20240412),
    ],
)
def test_reads_the_whole_date_as_one_number(text: str, value: float, value_max: float | None) -> None:
    dating = read_date(text, 0)
    assert dating is not None
    assert (dating.end, dating.value, dating.value_max) == (len(text), value, value_max)


@pytest.mark.parametrize(
    "text",
    ["2024", "13月", "2月40日", "21日", "2024.5%", "2024.3.211", "3个月", "三年", "2024年级", "2024.05万元"],
)
def test_leaves_alone_what_is_no_date(text: str) -> None:
    dating = read_date(text, 0)
    assert dating is None or dating.end < len(text)


def test_a_second_date_that_lies_before_the_first_makes_no_range() -> None:
    dating = read_date("11月至2月", 0)
    assert dating is not None
    assert (dating.value, dating.value_max, dating.end) == (11, None, 3)
