"""Rectification: items from tables and running text, totals and their checks."""

import pytest

from tests.test_structure import lined, parts_of, structured, tabled

REPORT = """关于巡察整改进展情况的通报
反馈问题3个，已完成1个，正在整改2个，整改完成率33.3%。建立制度12项。
1.关于“泵房未开工”问题。整改：5月6日开工，完成1.8公里。（正在推进）
2.关于“以会代干”问题。（已完成）
精简会议14次。目前每月不超过两次。
3.针对台账补签问题，整改情况：逐户核对。责任单位：水利站。完成时限：6月底前。
三、下一步打算
抓好后续工作。"""


def items_of(document):
    return [
        (item.state, [(field.name, field.passage.text) for field in item.fields])
        for item in structured(document)[1].rectifications
    ]


def test_running_text_gives_problem_measure_result_and_state():
    assert items_of(lined(REPORT)) == [
        (
            "ongoing",
            [("problem", "关于“泵房未开工”问题"), ("measure", "5月6日开工，完成1.8公里。"), ("state", "正在推进")],
        ),
        (
            "done",
            [
                ("problem", "关于“以会代干”问题"),
                ("state", "已完成"),
                ("measure", "精简会议14次。"),
                ("result", "目前每月不超过两次。"),
            ],
        ),
        (
            None,
            [
                ("problem", "针对台账补签问题"),
                ("measure", "逐户核对。"),
                ("owner", "水利站。"),
                ("deadline", "6月底前。"),
            ],
        ),
    ]


def test_labels_on_lines_of_their_own_part_an_item():
    text = "整改报告\n问题1：值班电话无人接。\n整改措施：重排值班表。\n整改结果：抽查十次都有人接。\n整改状态：基本完成\n问题2：台账补签。\n整改措施：逐户核对。"
    assert items_of(lined(text)) == [
        (
            "mostly",
            [
                ("problem", "值班电话无人接"),
                ("measure", "重排值班表。"),
                ("result", "抽查十次都有人接。"),
                ("state", "基本完成"),
            ],
        ),
        (None, [("problem", "台账补签"), ("measure", "逐户核对。")]),
    ]


def test_an_item_ends_with_the_section():
    assert all("抓好后续工作" not in words for _, words in parts_of(lined(REPORT), "measure", "result"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("巡察反馈意见.txt", "关于巡察清溪镇的反馈意见\n1.关于泵房问题。久拖不办。"),
        ("整改报告.txt", "整改报告\n关于泵房问题，大家都着急。"),
        ("整改报告.txt", "整改报告\n1.精简会议14次。"),
    ],
)
def test_what_is_no_list_of_rectifications_gives_no_items(name, text):
    assert items_of(lined(text, name)) == []


HEADER = ["序号", "反馈问题", "整改措施", "整改成效", "责任单位", "整改时限", "整改状态"]


def test_a_row_is_one_item_and_a_row_below_a_merged_cell_goes_on_with_it():
    rows = [
        HEADER,
        ["1", "泵房停水", "换泵", "水通了", "水务局", "6月底前", "已完成"],
        [None, None, "加装电表", None, "供电所", None, None],
        ["2", "台账补签", "逐户核对", None, "水利站", "长期", "长期坚持"],
    ]
    first, second = items_of(tabled(rows))
    assert [words for name, words in first[1] if name in {"measure", "owner"}] == [
        "换泵",
        "水务局",
        "加装电表",
        "供电所",
    ]
    assert (first[0], second[0]) == ("done", "lasting")


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("已完成", "done"),
        ("已整改到位", "done"),
        ("基本完成", "mostly"),
        ("正在推进", "ongoing"),
        ("整改中", "ongoing"),
        ("长期坚持", "lasting"),
        ("未完成", "undone"),
        ("尚未启动", "undone"),
        ("见附件", None),
    ],
)
def test_the_state_column_is_read_as_one_of_five(words, state):
    rows = [["问题", "整改措施", "整改状态"], ["泵房停水", "换泵", words]]
    assert items_of(tabled(rows))[0][0] == state


def test_totals_are_read_with_their_rate():
    totals = structured(lined(REPORT))[1].totals
    assert (totals.total, totals.states, totals.rate) == (3, (("done", 1), ("ongoing", 2)), 33.3)


@pytest.mark.parametrize(
    ("sentence", "failed"),
    [
        ("反馈问题3个，已完成1个，正在整改2个，整改完成率33.3%。", set()),
        ("反馈问题3个，已完成1个，正在整改1个。", {"totals.sum", "totals.items"}),
        ("反馈问题3个，已完成1个，整改完成率40%。", {"totals.rate"}),
        ("反馈问题3个，已完成2个，正在推进1个。", {"totals.items"}),
        ("反馈问题25个，已完成19个，正在整改6个，整改完成率76%。", set()),
        ("反馈问题25个，基本完成25个，已完成0个。", {"totals.items"}),
    ],
)
def test_totals_are_checked_against_themselves_and_the_items(sentence, failed):
    text = REPORT.replace(REPORT.splitlines()[1], sentence).replace("完成时限：6月底前。", "（正在推进）")
    totals = structured(lined(text))[1].totals
    assert {check.id for check in totals.checks if not check.holds} == failed


def test_the_check_of_the_items_says_what_was_counted():
    totals = structured(lined(REPORT))[1].totals
    explanations = [check.explanation for check in totals.checks if check.id == "totals.items"]
    assert explanations[0] == "逐项列出3个，其中“已完成”1个，总数中为1个"


@pytest.mark.parametrize(
    "text", ["整改报告\n反馈问题3个。", "整改报告\n已完成2个。", "工作报告\n办结事项3个，已完成2个。"]
)
def test_a_number_alone_is_no_total(text):
    assert structured(lined(text))[1].totals is None


def test_items_are_parts_with_their_number():
    _, structure = structured(lined(REPORT))
    groups = [(part.kind, part.group) for part in structure.parts if part.kind in {"problem", "state", "owner"}]
    assert groups == [("problem", 1), ("state", 1), ("problem", 2), ("state", 2), ("problem", 3), ("owner", 3)]
