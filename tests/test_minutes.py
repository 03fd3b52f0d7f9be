"""Minutes: people, decisions, owners and deadlines."""

import pytest

from tests.test_structure import lined, parts_of, structured, tabled

TEXT = """专题会议纪要
时间：2024年3月5日  地点：二楼会议室
主持人：段云
出席：卢青（县水务局）、祝山、
      柏明
列席：县财政局、县审计局
缺席：邱红（出差）
会议议定事项：
（一）由县水务局牵头、河东镇配合，3月底前完成管网排查。
（二）县财政局、县审计局要在4月15日前核清账目。
（三）加强宣传，让村民知道。（责任单位：融媒体中心）
会议强调，要抓好落实。
四、其他
泵房要换锁。"""


def minutes_of(document):
    return structured(document)[1].minutes


def test_people_are_listed_by_role_with_their_units():
    minutes = minutes_of(lined(TEXT))
    assert {role: minutes.names(role) for role in ("host", "attendee", "observer", "absent")} == {
        "host": ("段云",),
        "attendee": ("卢青（县水务局）", "祝山", "柏明"),
        "observer": ("县财政局", "县审计局"),
        "absent": ("邱红（出差）",),
    }


def test_decisions_have_owners_and_deadlines_where_these_are_stated():
    found = [
        tuple(tuple(one.text for one in decision.passages(name)) for name in ("decision", "owner", "deadline"))
        for decision in minutes_of(lined(TEXT)).decisions
    ]
    assert found == [
        (("由县水务局牵头、河东镇配合，3月底前完成管网排查。",), ("县水务局", "河东镇"), ("3月底前",)),
        (("县财政局、县审计局要在4月15日前核清账目。",), ("县财政局、县审计局",), ("4月15日前",)),
        (("加强宣传，让村民知道。（责任单位：融媒体中心）",), ("融媒体中心",), ()),
    ]


@pytest.mark.parametrize(
    ("words", "owners", "deadlines"),
    [
        ("由段云同志负责汛期值守。", ["段云同志"], []),
        ("县交通局10个工作日内办结。", ["县交通局"], ["10个工作日内"]),
        ("主管网由县水务局负责，入户管由清溪镇负责，年底前接通。", ["县水务局", "清溪镇"], ["年底前"]),
        ("水通了以后再议。", [], []),
        ("不得由个人决定。", [], []),
        ("大家要抓紧。", [], []),
    ],
)
def test_duties_are_read_only_where_they_are_said(words, owners, deadlines):
    (decision,) = minutes_of(lined(f"会议纪要\n议定事项\n1.{words}")).decisions
    assert [one.text for one in decision.passages("owner")] == owners
    assert [one.text for one in decision.passages("deadline")] == deadlines


def test_a_sentence_that_says_so_is_a_decision_anywhere():
    minutes = minutes_of(lined("会议纪要\n会议听取了汇报。会议决定，由县水务局牵头抢修。会议指出问题不少。"))
    assert [decision.passages("decision")[0].text for decision in minutes.decisions] == [
        "会议决定，由县水务局牵头抢修。"
    ]


def test_a_table_of_decisions_gives_one_a_row():
    rows = [["序号", "议定事项", "责任单位", "完成时限"], ["1", "抢修泵房", "县水务局", "3月底前"]]
    (decision,) = minutes_of(tabled(rows, name="会议纪要.docx")).decisions
    assert [(field.name, field.passage.text) for field in decision.fields][1:] == [
        ("decision", "抢修泵房"),
        ("owner", "县水务局"),
        ("deadline", "3月底前"),
    ]


@pytest.mark.parametrize("text", ["讲话\n同志们：出席率要提高。", "述职报告\n议定事项\n1.由县水务局负责。"])
def test_other_papers_have_no_minutes(text):
    assert minutes_of(lined(text)) is None


def test_people_and_decisions_are_parts():
    kinds = [kind for kind, _ in parts_of(lined(TEXT), "attendee", "decision", "owner", "deadline")]
    assert {kind: kinds.count(kind) for kind in kinds} == {"attendee": 7, "decision": 3, "owner": 4, "deadline": 2}


def test_a_record_with_the_host_at_its_end_is_read_too():
    body = "\n".join(f"第{number}件事已经说过。" for number in range(50))
    assert minutes_of(lined(f"会议记录\n{body}\n主持：段云")).names("host") == ("段云",)
