import pytest

from mingcha.pipeline.metadata import Metadata, find_fields, read_metadata

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
    ("时 间：2024年5月8日\n地 点：党校204", Metadata(time="2024年5月8日", place="党校204")),
    ("谈 话 对 象: 编号B-07", Metadata(interviewee="编号B-07")),
    ("谈话时间∶2024年5月8日", Metadata(time="2024年5月8日")),
    ("- **时间**：2024年7月22日\n- **地点**：二楼", Metadata(time="2024年7月22日", place="二楼")),
    ("【谈话对象】编号B-07", Metadata(interviewee="编号B-07")),
    ("谈话人：赵×  谈话对象：编号B-07（女）  记录：钱×", Metadata("编号B-07（女）", interviewer="赵×", recorder="钱×")),
    (
        "谈话对象：编号B-07  职务：科员\n了解对象：孙海  职务：镇长",
        Metadata("编号B-07", "孙海", "镇长", interviewee_post="科员"),
    ),
    ("谈话时间：\n2024年5月8日\n谈话地点：党校", Metadata(time="2024年5月8日", place="党校")),
    ("谈话时间：\n谈话地点：党校", Metadata(place="党校")),
    ("谈话对象：\n挺好的", Metadata()),
    (
        "谈话对象\t编号B-07\t性别\t女\n谈话时间\t2024年5月8日\t地点\t党校",
        Metadata("编号B-07", time="2024年5月8日", place="党校"),
    ),
    ("谈话对象：\t编号B-07\t性别：\t女", Metadata("编号B-07")),
    ("姓名\t职务\t优秀\t称职\n孙海\t镇长\t18\t9", Metadata()),
    ("时间\t地点\t事由\n5月8日\t党校\t谈话", Metadata()),
    ("职务\t镇长", Metadata()),
    ("工单编号\t受理时间\t来电人", Metadata()),
    ("谈话对象说时间：不够用。", Metadata()),
    ("完成时间：2024年5月8日", Metadata()),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_reads_the_fields_of_the_head(text, expected):
    assert read_metadata(text) == expected


def test_every_field_knows_its_place_and_label():
    text = "谈话记录\n谈 话 时 间：2024年5月8日\n谈话对象\t编号B-07（镇干部，女）\n"
    assert [(field.name, field.label, field.passage.span.of(text)) for field in find_fields(text)] == [
        ("time", "谈话时间", "2024年5月8日"),
        ("interviewee", "谈话对象", "编号B-07（镇干部，女）"),
    ]


def test_reads_a_signature_at_the_end_but_nothing_between():
    body = "\n".join(f"第{n}段" for n in range(40))
    assert read_metadata(f"报告\n{body}\n述职人：孙海\n2024年12月").assessed == "孙海"
    assert read_metadata(f"报告\n{body}\n述职人：孙海\n{body}").assessed is None
