"""Calculations over tables: what is missing stays missing, places do not depend on the order of the rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.assessment import assess
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.outcomes import Outcome, Record
from mingcha.pipeline.scoring.scheme import Scheme, parse_scheme

HEAD = """id = "trial"
name = "试行"
source = "自拟的方案"
standing = "示例"

[[tables]]
id = "表"
name = "试行表"
columns = [{ id = "单位" }, { id = "甲", kind = "number" }, { id = "乙", kind = "number" }, { id = "年", kind = "number" }]

[[calculations]]
id = "率"
name = "比率"
source = "自拟"
table = "表"
"""
RATE = (
    HEAD
    + """group = ["单位"]
ranking = { by = "比" }

[[calculations.totals]]
id = "甲数"
take = "sum"
of = "甲"

[[calculations.totals]]
id = "乙数"
take = "sum"
of = "乙"

[[calculations.figures]]
id = "比"
formula = "甲数 / 乙数"

[[calculations.verdicts]]
when = "比 >= 1"
say = "{比}，第{名次}名"
proposal = true

[[calculations.verdicts]]
say = "不足一"
"""
)
NUMBERS = st.one_of(st.none(), st.decimals(min_value=0, max_value=50, places=1))
ROWS = st.lists(st.tuples(st.sampled_from("东西南北"), NUMBERS, NUMBERS), min_size=1, max_size=12)


def records(rows) -> tuple[Record, ...]:
    return tuple(
        Record(f"第{number}行", {"单位": unit, "甲": left, "乙": right, "年": None})
        for number, (unit, left, right) in enumerate(rows, 1)
    )


def outcomes(scheme: Scheme, rows) -> dict[str, Outcome]:
    found = assess(scheme, (), Evidence(tables={"表": records(rows)})).outcomes
    return {"/".join(outcome.about): outcome for outcome in found}


@given(ROWS)
def test_missing_is_never_a_number_and_every_row_is_in_one_group(rows) -> None:
    found = outcomes(parse_scheme(RATE), rows)
    assert sorted(record for one in found.values() for record in one.records) == sorted(
        f"第{number}行" for number in range(1, len(rows) + 1)
    )
    for unit, outcome in found.items():
        mine = [(left, right) for one, left, right in rows if one == unit]
        gaps = any(left is None or right is None for left, right in mine)
        divisor = sum((right or Decimal(0) for _, right in mine), Decimal(0))
        if gaps or not divisor:
            assert outcome.value("比") is None
            assert outcome.said == ()
            assert outcome.undetermined
            assert outcome.place is None
        else:
            assert outcome.undetermined == ()
            assert len(outcome.said) == 1


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing_but_the_order_of_groups(rows, random) -> None:
    scheme = parse_scheme(RATE)
    shuffled = rows[:]
    random.shuffle(shuffled)
    before, after = outcomes(scheme, rows), outcomes(scheme, shuffled)
    assert before.keys() == after.keys()
    for unit, outcome in before.items():
        assert (outcome.value("比"), outcome.place, outcome.said) == (
            after[unit].value("比"),
            after[unit].place,
            after[unit].said,
        )


@given(ROWS)
def test_places_follow_the_values(rows) -> None:
    found = [one for one in outcomes(parse_scheme(RATE), rows).values() if one.place is not None]
    for one in found:
        better = sum(other.value("比") > one.value("比") for other in found)
        assert one.place == better + 1
        assert one.ranked == len(found)


def test_the_working_shows_formula_and_numbers() -> None:
    outcome = outcomes(parse_scheme(RATE), [("东", Decimal(3), Decimal(4))])["东"]
    assert next(one for one in outcome.reckoned if one.id == "比").working == "甲数 / 乙数 = 3 / 4"
    assert outcome.said[0].text == "不足一"


def test_a_row_that_may_not_count_is_shown() -> None:
    scheme = parse_scheme(RATE.replace('group = ["单位"]', 'where = "年 == 2024"\ngroup = ["单位"]'))
    cells = {"单位": "一", "甲": Decimal(1), "乙": Decimal(1)}
    rows = [Record(f"第{year}行", {**cells, "年": year and Decimal(year)}) for year in (2024, 2023, None)]
    first, unclear = assess(scheme, (), Evidence(tables={"表": rows})).outcomes
    assert (first.records, first.remarks) == (("第2024行",), ("另有1行不能判断是否属于本项，未计入",))
    assert (unclear.records, unclear.said) == (("第None行",), ())
    assert unclear.undetermined == ("缺少“年”，不能判断是否属于本项，未计入",)


def test_rows_skipped_by_a_total_are_counted_in_its_remark() -> None:
    total = 'of = "甲"\nwhere = "年 == 2024"\nmissing = "skip"'
    scheme = parse_scheme(RATE.replace('of = "甲"', total, 1))
    cells = {"单位": "一", "乙": Decimal(1)}
    values = [(Decimal(1), Decimal(2024)), (None, Decimal(2024)), (Decimal(1), None), (Decimal(1), Decimal(2023))]
    rows = [Record(str(place), {**cells, "甲": one, "年": year}) for place, (one, year) in enumerate(values)]
    (outcome,) = assess(scheme, (), Evidence(tables={"表": rows})).outcomes
    assert outcome.remarks == ("“甲数”略去缺值的2行",)
    assert outcome.value("甲数") == 1


def test_a_table_that_was_not_given_is_named() -> None:
    assert assess(parse_scheme(RATE), (), Evidence()).waiting == ("比率",)


BROKEN = [
    ('table = "表"', 'table = "账"', "没有编号为“账”的表"),
    ('group = ["单位"]', 'group = ["处室"]', "没有“处室”这一列"),
    ('of = "甲"', 'of = "丙"', "没有编号为“丙”的输入或指标"),
    ('of = "甲"', 'of = "甲 +"', "写法不对"),
    ('of = "甲"', 'of = "eval(甲)"', "没有函数“eval”"),
    ('of = "甲"\n', "\n", "要用 of 写明取哪个值"),
    ('take = "sum"\nof = "甲"', 'take = "average"\nof = "甲"', "没有“average”这种写法"),
    ('formula = "甲数 / 乙数"', 'formula = "甲数 / 丙数"', "没有编号为“丙数”"),
    ('formula = "甲数 / 乙数"', "formula = 3", "这里应当是算式"),
    ('id = "比"', 'id = "甲数"', "已是列、参数或前面的数"),
    ('id = "比"', 'id = "名次"', "算式里已有的词"),
    ('id = "比"', 'id = "if"', "算式里已有的词"),
    ('id = "比"', 'id = "1比"', "写法不合要求"),
    ('by = "比"', 'by = "率"', "“率”不是列，也没有算出来过"),
    ("{比}，第", "{率}，第", "花括号里的“率”没有算出来过"),
    ('when = "比 >= 1"', 'when = "率 >= 1"', "没有编号为“率”"),
    ('{ id = "乙", kind = "number" }', '{ id = "甲", kind = "number" }', "表头“甲”指了两列"),
    ('{ id = "乙", kind = "number" }', '{ id = "乙", kind = "amount" }', "没有“amount”这种写法"),
    ("proposal = true", "proposel = true", "是否想写“proposal”"),
    ('source = "自拟"', "", "缺少这一项"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN, ids=[words for *_, words in BROKEN])
def test_a_broken_calculation_is_refused_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert old in RATE
    with pytest.raises(DataError, match=r"方案：第\d+行") as caught:
        parse_scheme(RATE.replace(old, new, 1))
    assert words in str(caught.value)


def test_a_scheme_that_reckons_nothing_is_refused() -> None:
    with pytest.raises(DataError, match="什么也没有算"):
        parse_scheme(HEAD)
    with pytest.raises(DataError, match="既没有指标"):
        parse_scheme('id = "a"\nname = "空"\nsource = "自拟"\nstanding = "示例"\n')


TREE = """id = "tree"
name = "树"
source = "自拟"
standing = "示例"

[[inputs]]
id = "件数"
name = "件数"

[[indicators]]
id = "total"
name = "总分"
method = "formula"
full = 100
formula = "work + 件数"

[[indicators]]
id = "work"
name = "工作"
parent = "total"
method = "series"
full = 100
periods = ["上", "下"]
"""
WRONG_TREES = [
    ('formula = "work + 件数"', 'formula = "total + 1"', "绕回了它自己"),
    ('formula = "work + 件数"', 'formula = "work + 人数"', "没有编号为“人数”"),
    ('id = "件数"\n', 'id = "work"\n', "用了两次"),
    ('id = "件数"\n', 'id = "min"\n', "算式里已有的词"),
    ('periods = ["上", "下"]', 'periods = ["上", "上"]', "同一期写了两次"),
    ('periods = ["上", "下"]', 'periods = ["上", "下"]\nleast = 3', "least 不能是3"),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG_TREES, ids=[words for *_, words in WRONG_TREES])
def test_a_broken_formula_in_the_tree_is_refused(old: str, new: str, words: str) -> None:
    assert old in TREE
    with pytest.raises(DataError) as caught:
        parse_scheme(TREE.replace(old, new, 1))
    assert words in str(caught.value)
