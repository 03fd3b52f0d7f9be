import pytest

from mingcha.pipeline.metadata import Metadata, read_metadata

TABLE = [
    ("", Metadata()),
    ("谈话时间：2024年5月8日  地点：党校204", Metadata(time="2024年5月8日", place="党校204")),
    ("谈话人：赵×、钱×    记录人：钱×", Metadata(interviewer="赵×、钱×", recorder="钱×")),
    (
        "谈话对象：编号B-07（镇干部，女）；了解对象：孙×（镇长）",
        Metadata(interviewee="编号B-07（镇干部，女）", assessed="孙×（镇长）"),
    ),
    ("考核对象：孙海\n考核对象职务：青石镇镇长", Metadata(assessed="孙海", post="青石镇镇长")),
    ("述职人（签名）：孙海", Metadata(assessed="孙海")),
    ("被谈话人: 李明\n被考察人: 王志成", Metadata(interviewee="李明", assessed="王志成")),
    ("谈话对象：他这个人不错，办事快。", Metadata()),
    ("谈话人：请您谈谈他的不足？", Metadata()),
    ("谈话对象：\n了解对象：", Metadata()),
    ("会议认为职务消费要管住", Metadata()),
    ("谈话对象：编号1\n谈话对象：编号2", Metadata(interviewee="编号1")),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_reads_the_fields_of_the_head(text, expected):
    assert read_metadata(text) == expected


def test_reads_a_signature_at_the_end_but_nothing_between():
    body = "\n".join(f"第{n}段" for n in range(40))
    assert read_metadata(f"报告\n{body}\n述职人：孙海\n2024年12月").assessed == "孙海"
    assert read_metadata(f"报告\n{body}\n述职人：孙海\n{body}").assessed is None
