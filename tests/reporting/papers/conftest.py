"""The invented assessment as a case to compose reports from, with talks, rectification and indicators of its own."""

from dataclasses import replace

import pytest

from mingcha.pipeline.reporting.papers.case import Case, Extras, PlannedTalk, Progress, Rectified, Talk, indexed
from mingcha.pipeline.reporting.papers.kinds import KINDS, OF_ONE, compose
from mingcha.pipeline.scoring.decisions import current_findings

TALKS = (
    Talk("谈话记录/第5号.txt", "编号C-02（股室负责人，女）", ("P1",), "2025年1月9日"),
    Talk("谈话记录/第3号.txt", "王桂兰（村民）", ("P3",), "2025年1月8日"),
)
PLANNED = (
    PlannedTalk("C-02", "县水利局", "实干"),
    PlannedTalk("王桂兰", "柳河镇", "一线"),
    PlannedTalk("A-06", "柳河镇", "一线"),
    PlannedTalk("B-05", "柳河镇", "久任"),
)
RECTIFIED = tuple(
    Rectified(
        "整改报告.docx",
        f"文本第{number}行",
        f"柳河镇第{number}个问题",
        "已改",
        state="已完成" if number <= 19 else "正在推进",
    )
    for number in range(1, 26)
)
PROGRESS = (
    Progress("统计表.csv", "文本第2行", "县水利局", "供水入户", "户", 120, None, (30, 27)),
    Progress("统计表.csv", "文本第3行", "柳河镇", "管网改造", "公里", 120, None, (30, None)),
)
EXTRAS = Extras(talks=TALKS, planned=PLANNED, rectified=RECTIFIED, progress=PROGRESS, quarter=2)


@pytest.fixture(scope="session")
def case(content):
    # A fact that several independent kinds of source bear out, confirmed in part; and a risk that nobody confirmed.
    firm = replace(content.facts[1], independent=2, source_kinds=("S-SUB", "S-12345"))
    ids = [finding.id for finding in content.findings]
    heavy = replace(
        firm,
        id="k4",
        subject="T1",
        kind="risk",
        category="bureaucratism",
        text="多头催报",
        supports=(ids[12],),
        contradicts=(),
    )
    decisions = tuple(content.decisions.values())
    return Case(
        content.assessment,
        current_findings(content.findings, decisions),
        (content.facts[0], firm, content.facts[2], heavy),
        decisions,
        content.materials,
        content.failures,
        "2025-01-16 09:30",
        reasons=content.reasons,
        extras=EXTRAS,
    )


@pytest.fixture(scope="session")
def index(case):
    return indexed(case)


@pytest.fixture(scope="session")
def papers(index):
    """Each kind of report once; the profile is that of 周启明."""
    return {kind: compose(kind, index, index.roster[0] if kind in OF_ONE else None) for kind in KINDS}
