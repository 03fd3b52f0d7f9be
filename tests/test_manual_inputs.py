"""Typed-in figures: for whom, in which encoding, and what is not a number."""

from decimal import Decimal

import pytest

from mingcha.corpora.manual_inputs import read_inputs
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.subjects import Subject

ROSTER = (
    Subject("P1", "孙海", ("孙镇长", "老孙")),
    Subject("P2", "李明", ("小李",)),
    Subject("P3", "李明", ("小李子", "老孙")),
    Subject("李明明", "青石镇", type="team"),
)
HEADING = "对象,指标,数值\n"


def write(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "手工填写.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("heading", [HEADING, "编号,指标,数值\n", "Subject,indicator,value\n"])
def test_reads_both_languages_in_every_encoding(tmp_path, encoding, heading):
    content = heading + "P1,测评,85.5\n孙镇长,否决,是\n\nP2,测评,\n李明明,扣分,-3\nP1,其他,否,\n"
    assert read_inputs(write(tmp_path, content, encoding), ROSTER) == {
        "P1": {"测评": Decimal("85.5"), "否决": True, "其他": False},
        "P2": {"测评": None},
        "李明明": {"扣分": Decimal(-3)},
    }


@pytest.mark.parametrize(
    ("given", "subject"), [("P2", "P2"), ("孙海", "P1"), (" 小李 ", "P2"), ("小李子", "P3"), ("青石镇", "李明明")]
)
def test_a_subject_is_an_id_or_a_name_that_only_one_has(tmp_path, given, subject):
    assert read_inputs(write(tmp_path, f"{HEADING}{given},测评,1\n"), ROSTER) == {subject: {"测评": Decimal(1)}}


REFUSED = [
    ("", "第一行应是表头"),
    ("对象,数值\nP1,1\n", "第一行应是表头"),
    (HEADING + "P1,测评,1\nP1,总分,1,234\n", "第3行：有4格，比表头的3列多"),
    (HEADING + ",测评,1\n", "第2行：没有写明对象或指标"),
    (HEADING + "P1\n", "第2行：没有写明对象或指标"),
    (HEADING + "P9,测评,1\n", "第2行：名册中没有对象“P9”。已有：P1（孙海）、P2（李明）"),
    (HEADING + "李明,测评,1\n", "“李明”对应不止一个：P2（李明）、P3（李明）"),
    (HEADING + "老孙,测评,1\n", "“老孙”对应不止一个：P1（孙海）、P3（李明）"),
    (HEADING + "P1,测评,1\n孙海,测评,2\n", "第3行：对象“孙海”的指标“测评”前面已经填过"),
    (HEADING + 'P1,测评,1\nP1,"总分,1\n', "从第3行起不是正确的 CSV"),
    (b"PK\x03\x04...", "另存为 CSV"),
    (b"\xff\xff\xff\xfe\x81", "无法识别文字编码"),
]


@pytest.mark.parametrize(("content", "words"), REFUSED, ids=range(len(REFUSED)))
def test_names_file_cause_and_remedy_of_a_fault(tmp_path, content, words):
    path = write(tmp_path, content)
    with pytest.raises(DataError) as caught:
        read_inputs(path, ROSTER)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "请" in str(caught.value)


@pytest.mark.parametrize(
    "words", ["８５", "85分", "85%", '"1,234"', "1e3", "NaN", "Infinity", "1_000", "+5", ".5", "5.", "−5", "无"]
)
def test_refuses_what_is_no_plain_number(tmp_path, words):
    with pytest.raises(DataError, match=r"第2行：数值.*请用半角数字"):
        read_inputs(write(tmp_path, f"{HEADING}P1,测评,{words}\n"), ROSTER)


def test_an_assessment_without_a_roster_says_so(tmp_path):
    with pytest.raises(DataError, match="没有名册"):
        read_inputs(write(tmp_path, HEADING + "P1,测评,1\n"), ())


def test_refuses_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="找不到手工输入文件"):
        read_inputs(tmp_path / "没有.csv", ROSTER)
