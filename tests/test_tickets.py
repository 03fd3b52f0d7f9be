"""Tickets: from tables a row each, from running text a run of labels each."""

import pytest

from mingcha.pipeline.parts import passage_of
from mingcha.pipeline.tickets import truth_of
from tests.test_structure import lined, parts_of, structured, tabled

TOLD = """热线工单摘录
工单编号：HT-001 受理时间：2024-12-02 08:14 来电人：王女士（138****0000）
诉求内容：楼道灯坏了半年，报了三次没人修。
物业说归社区管。

承办单位：河东街道 办理时限：5个工作日
办理结果：已更换灯具。
回访情况：来电人表示灯亮了。
是否解决：是 是否满意：不满意

工单编号：HT-002
来电人：匿名
诉求内容：公交站牌倒了。
办理结果：转交通局。

附注：本页共两件。"""


def told(document):
    _, structure = structured(document)
    return [{field.name: field.passage.text for field in ticket.fields} for ticket in structure.tickets]


def test_running_text_gives_one_ticket_a_number():
    first, second = told(lined(TOLD))
    assert first == {
        "number": "HT-001",
        "time": "2024-12-02 08:14",
        "caller": "王女士（138****0000）",
        "content": "楼道灯坏了半年，报了三次没人修。\n物业说归社区管。",
        "unit": "河东街道",
        "deadline": "5个工作日",
        "reply": "已更换灯具。",
        "callback": "来电人表示灯亮了。",
        "solved": "是",
        "satisfied": "不满意",
    }
    assert second == {"number": "HT-002", "caller": "匿名", "content": "公交站牌倒了。", "reply": "转交通局。"}


def test_solved_and_satisfied_are_told_apart():
    _, structure = structured(lined(TOLD))
    assert [(ticket.solved, ticket.satisfied) for ticket in structure.tickets] == [(True, False), (None, None)]


def test_tickets_without_numbers_begin_where_a_label_comes_again():
    text = "诉求内容：灯坏了。\n承办单位：街道\n办理结果：换了灯。\n诉求内容：井盖响。\n办理结果：垫了胶。"
    assert [ticket["content"] for ticket in told(lined(text))] == ["灯坏了。", "井盖响。"]


@pytest.mark.parametrize(
    "text",
    [
        "诉求内容要写清楚，办理结果要回访。",
        "办理结果：换了灯。\n承办单位：街道",
        "谈话时间：2024年5月8日\n谈话对象：编号A-01",
        "",
        "诉求内容：灯坏了。",
    ],
)
def test_what_has_not_the_labels_of_a_ticket_is_none(text):
    assert told(lined(text)) == []


def test_a_row_is_one_ticket_and_columns_that_nobody_knows_are_kept():
    rows = [
        ["诉求内容", "回访结果", "工单编号", "处长批示"],
        ["灯坏了。", "满意", "HT-1", "速办"],
        ["井盖响。", "不满意", "HT-2", None],
    ]
    assert told(tabled(rows)) == [
        {"content": "灯坏了。", "callback": "满意", "number": "HT-1", "other": "速办"},
        {"content": "井盖响。", "callback": "不满意", "number": "HT-2"},
    ]


def test_the_parts_of_a_ticket_share_its_number_and_bear_its_labels():
    _, structure = structured(lined(TOLD))
    parts = [(part.kind, part.group, part.label) for part in structure.parts if part.kind.startswith("ticket_")]
    assert parts[3] == ("ticket_content", 1, "诉求内容")
    assert parts[6:8] == [("ticket_reply", 1, "办理结果"), ("ticket_callback", 1, "回访情况")]
    assert parts[-1] == ("ticket_reply", 2, "办理结果")
    assert all(words != "附注：本页共两件。" for _, words in parts_of(lined(TOLD)))


@pytest.mark.parametrize(
    ("words", "truth"),
    [
        ("是", True),
        ("否", False),
        ("已解决", True),
        ("未解决", False),
        ("满意", True),
        ("不满意", False),
        ("基本满意", True),
        ("没有解决", False),
        ("—", None),
        ("待回访", None),
        ("来电人说灯是亮了，可是只亮了一个晚上", None),
    ],
)
def test_a_yes_or_no_is_read_only_where_it_is_clear(words, truth):
    assert truth_of(passage_of(words, 0, len(words))) is truth


def test_nothing_is_neither_yes_nor_no():
    assert truth_of(None) is None
