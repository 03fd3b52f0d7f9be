"""Decision files: what is wrong with a line is told before anything reaches the store."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.decision_files import decision_of, read_decisions
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision

NOW = "2024-12-31T09:30:00+08:00"
PLAIN = {"finding": "a1b2c3d4", "verdict": "confirm", "by": "王敏", "reason": "与台账一致"}
CHANGE = PLAIN | {"verdict": "change"}


def write(tmp_path, *lines, end="\n"):
    path = tmp_path / "决定.jsonl"
    path.write_bytes(end.join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode())
    return path


def test_reads_each_line_and_gives_it_the_time_it_lacks(tmp_path):
    changes = {"subject": "P1", "category": "inaction", "status": "resolved"}
    path = write(tmp_path, PLAIN, "", CHANGE | {"changes": changes, "at": "2024-12-30T08:00"}, end="\r\n")
    first, second = read_decisions(path, now=NOW)
    assert first == Decision("a1b2c3d4", "confirm", "王敏", "与台账一致", NOW)
    assert (second.at, second.changes) == ("2024-12-30T08:00", tuple(sorted(changes.items())))


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\\n"])
def test_a_reason_may_hold_any_separator_of_lines(tmp_path, separator):
    line = f'{{"finding": "a1b2c3", "verdict": "reject", "by": "王敏", "reason": "甲{separator}乙"}}'
    (decision,) = read_decisions(write(tmp_path, line), now=NOW)
    assert decision.reason == "甲" + separator.replace("\\n", "\n") + "乙"


REFUSED = [
    (PLAIN | {"verdict": "maybe"}, "verdict 应为"),
    (PLAIN | {"verdict": ["confirm"]}, "verdict 应为"),
    ({"verdict": "confirm", "by": "王敏"}, "缺少 finding、reason"),
    (PLAIN | {"by": " "}, "by 应是一段不为空的文字"),
    (PLAIN | {"by": 7}, "by 应是一段不为空的文字"),
    (PLAIN | {"reason": {"文字": "好"}}, "reason 应是一段不为空的文字"),
    (PLAIN | {"reason": "甲\x00乙"}, "reason 含有无法保存的字符"),
    (PLAIN | {"by": "\ud800"}, "by 含有无法保存的字符"),
    (PLAIN | {"finding": "a1b2c3\udfff"}, "finding 含有无法保存的字符"),
    (PLAIN | {"at": None}, "缺少 at"),
    (PLAIN | {"at": "昨天"}, "时间“昨天”看不懂"),
    (PLAIN | {"at": "2024-12-31"}, "请写明日期和时间"),
    (PLAIN | {"at": "20241231"}, "请写明日期和时间"),
    (PLAIN | {"at": "2024-02-30T09:30:00"}, "看不懂"),
    (PLAIN | {"at": "2024-12-31T09:30:00+99:00"}, "看不懂"),
    (PLAIN | {"changes": {"status": "resolved"}}, "其他决定不带更正"),
    (CHANGE, "change 须写明更正"),
    (CHANGE | {"changes": {}}, "change 须写明更正"),
    (CHANGE | {"changes": {"text": "另一段"}}, "change 须写明更正"),
    (CHANGE | {"changes": ["status"]}, "changes 应是用花括号括起的更正内容"),
    (PLAIN | {"changes": []}, "changes 应是用花括号括起的更正内容"),
    (CHANGE | {"changes": "status"}, "changes 应是用花括号括起的更正内容"),
    (CHANGE | {"changes": {"category": "lazy"}}, "category 不能更正为“lazy”。请改用：inaction（不作为）"),
    (CHANGE | {"changes": {"category": "arithmetic"}}, "category 不能更正为"),
    (CHANGE | {"changes": {"status": "maybe"}}, "status 不能更正为“maybe”。请改用：asserted（直接认定）"),
    (CHANGE | {"changes": {"status": "resolved", "subject": ""}}, "subject 应是一段不为空的文字"),
    (CHANGE | {"changes": {"subject": 3}}, "subject 应是一段不为空的文字"),
    (CHANGE | {"changes": {"subject": "甲\x00"}}, "subject 含有无法保存的字符"),
    ("[1]", "每行应是一个 JSON 对象"),
    ('{"finding": ', "不是合法的 JSON"),
    ("[" * 200_000, "嵌套过深"),
    ('{"finding": ' + "1" * 5000 + "}", "数字过长"),
]


@pytest.mark.parametrize(("line", "words"), REFUSED, ids=range(len(REFUSED)))
def test_refuses_a_bad_line_by_its_number(tmp_path, line, words):
    path = write(tmp_path, PLAIN, "", line)
    with pytest.raises(DataError) as caught:
        read_decisions(path, now=NOW)
    message = str(caught.value)
    assert words in message
    assert message.startswith(f"{path} 第3行：")
    assert message.encode()


@pytest.mark.parametrize("data", [None, b"\xff\xfe\x00"])
def test_refuses_a_file_that_is_not_there_or_no_utf8(tmp_path, data):
    path = tmp_path / "决定.jsonl"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(DataError, match="无法读取决定文件"):
        read_decisions(path, now=NOW)


values = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2)
fields = st.sampled_from(["finding", "verdict", "by", "reason", "at", "changes"])


@given(st.dictionaries(fields, values | st.dictionaries(st.text(), values, max_size=2)))
def test_whatever_is_in_a_row_it_is_refused_or_can_be_written(row):
    try:
        decision = decision_of(CHANGE | {"at": NOW, "changes": {"status": "resolved"}} | row, "某处")
    except DataError:
        return
    assert "".join((decision.finding, decision.by, decision.reason, decision.at)).encode()
    assert (decision.verdict == "change") == bool(decision.changes)
