"""Ballots: rows, footers and whether the figures agree."""

import pytest

from tests.test_structure import lined, parts_of, structured, tabled

TEXT = """表二 领导干部民主测评表（B类：中层干部）
姓名 职务 |优秀 称职 基本称职 不称职 |不了解
段云 镇长 | 18   9     2       1   |  2
卢青 副镇长 | 20   9     1       1   |  1
发出32 收回32 有效30"""


def ballots_of(document):
    return structured(document)[1].ballots


def checks_of(document):
    return {(check.id, check.holds) for ballot in ballots_of(document) for check in ballot.checks}


def test_lines_whose_words_are_parted_by_blanks_are_rows():
    (ballot,) = ballots_of(lined(TEXT))
    rows = [
        (row.name.text, row.post.text, [(count.kind, count.option, count.number) for count in row.counts])
        for row in ballot.rows
    ]
    assert rows[0] == (
        "段云",
        "镇长",
        [
            ("option", "优秀", 18),
            ("option", "称职", 9),
            ("option", "基本称职", 2),
            ("option", "不称职", 1),
            ("unknown", "不了解", 2),
        ],
    )
    assert [row[0] for row in rows] == ["段云", "卢青"]
    assert (ballot.issued, ballot.returned, ballot.valid, ballot.invalid) == (32, 32, 30, None)


def test_each_row_is_summed_and_the_explanation_shows_how():
    (ballot,) = ballots_of(lined(TEXT))
    sums = [(check.holds, check.explanation) for check in ballot.checks if check.id == "ballot.row_sum"]
    assert sums == [(True, "段云各档票数18+9+2+1=30，有效票30"), (False, "卢青各档票数20+9+1+1=31，有效票30")]


@pytest.mark.parametrize(
    ("footer", "checks"),
    [
        ("发出32张，收回33张，有效30张", {("ballot.returned", False), ("ballot.valid", True)}),
        (
            "共发放测评票32张，回收31张，其中有效票30张，无效票2张。",
            {("ballot.returned", True), ("ballot.valid", False)},
        ),
        ("收回30张，有效30张，废票0张", {("ballot.valid", True)}),
        ("与会人员32人", set()),
        ("", set()),
    ],
)
def test_the_footer_is_checked_against_itself(footer, checks):
    text = f"姓名 优秀 称职 不称职\n段云 20 9 1\n{footer}"
    assert {check for check in checks_of(lined(text)) if check[0] != "ballot.row_sum"} == checks


def test_abstentions_may_count_among_the_valid_votes():
    text = "姓名 同意 不同意 弃权\n段云 20 9 1\n发出30 收回30 有效30"
    assert ("ballot.row_sum", True) in checks_of(lined(text))
    assert ("ballot.row_sum", False) in checks_of(lined(text.replace("20 9 1", "20 8 1")))


def test_a_table_under_a_header_of_two_rows_is_summed_group_by_group():
    upper = ["姓名", "德", None, None, "能", None, None]
    lower = [None, "好", "一般", "差", "好", "一般", "差"]
    row = ["段云", "20", "9", "1", "20", "9", "2"]
    (ballot,) = ballots_of(tabled([upper, lower, row], behind="发出30 收回30 有效30"))
    sums = {check.explanation: check.holds for check in ballot.checks if check.id == "ballot.row_sum"}
    assert sums == {"段云（德）各档票数20+9+1=30，有效票30": True, "段云（能）各档票数20+9+2=31，有效票30": False}


def test_a_total_row_is_a_row_that_nobody_sums():
    rows = [["姓名", "优秀", "称职"], ["段云", "20", "10"], ["合计", "20", "10"]]
    (ballot,) = ballots_of(tabled(rows, behind="发出30 收回30 有效30"))
    assert [row.name.text for row in ballot.rows] == ["段云", "合计"]
    assert [check.explanation[:2] for check in ballot.checks if check.id == "ballot.row_sum"] == ["段云"]


def test_ticks_are_counts_without_a_number():
    (ballot,) = ballots_of(tabled([["测评项目", "好", "较好", "一般"], ["作风", "√", None, None]]))
    assert [(count.option, count.number) for row in ballot.rows for count in row.counts] == [("好", None)]


def test_reverse_ballots_ask_for_failings():
    (ballot,) = ballots_of(
        tabled([["测评内容", "有", "无", "不了解"], ["吃拿卡要", "1", "28", "3"]], behind="发出32收回32有效29")
    )
    assert [(count.option, count.number) for count in ballot.rows[0].counts] == [("有", 1), ("无", 28), ("不了解", 3)]
    assert all(check.holds for check in ballot.checks)


def test_votes_may_carry_a_unit_and_a_share():
    (ballot,) = ballots_of(tabled([["姓名", "优秀", "称职"], ["段云", "20票（66.7%）", "10票"]]))
    assert [count.number for count in ballot.rows[0].counts] == [20, 10]


@pytest.mark.parametrize(
    "text",
    [
        "他工作优秀，群众满意。",
        "优秀 称职 不称职",
        "姓名 优秀 称职\n段云 镇长 副镇长",
        "姓名 优秀 称职\n段云 20",
        "姓名 优秀 称职 备注\n段云 20 10 无",
        "发出32 收回32 有效30",
    ],
)
def test_what_has_no_counts_is_no_ballot(text):
    assert ballots_of(lined(text)) == ()


def test_two_ballots_have_their_own_footers():
    one = "姓名 优秀 称职\n段云 20 10\n发出30 收回30 有效30"
    two = "姓名 满意 不满意\n卢青 12 3\n发出16 收回15 有效15"
    assert [(ballot.issued, ballot.valid) for ballot in ballots_of(lined(f"{one}\n\n{two}"))] == [(30, 30), (16, 15)]


def test_rows_and_footer_are_parts():
    assert parts_of(lined(TEXT), "ballot_row", "ballot_footer") == [
        ("ballot_row", "段云 镇长 | 18   9     2       1   |  2"),
        ("ballot_row", "卢青 副镇长 | 20   9     1       1   |  1"),
        ("ballot_footer", "发出32 收回32 有效30"),
    ]
