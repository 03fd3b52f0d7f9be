"""An invented assessment with some twenty findings of every sort."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mingcha.pipeline.assessments import Assessment
from mingcha.pipeline.document import Failure, Locator, Span
from mingcha.pipeline.findings import Cue, Decision, Fact, Finding
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.reporting.content import Material, ReportContent
from mingcha.pipeline.scoring.ledger import Ledger, LedgerLine
from mingcha.pipeline.scoring.scorecards import Scorecard
from mingcha.pipeline.subjects import Subject
from mingcha.pipeline.terms import RISK_CATEGORIES

ROSTER = (
    Subject("P1", "周启明", ("周局长",), "县水利局", "局长", "person", "县直部门正职"),
    Subject("P2", "何春燕", ("何副局长",), "县水利局", "副局长", "person", "县直部门副职"),
    Subject("P3", "周立新", ("周镇长",), "柳河镇", "镇长", "person", "乡镇正职"),
    Subject("P4", "邓小禾", ("邓主任",), "县政务服务中心", "主任", "person", "县直部门正职"),
    Subject("T1", "柳河镇", ("镇党委",), "柳河镇", "", "team", "乡镇"),
)
VERSIONS = {"mingcha": "0.1.0", "词库": "2024.1", "模型": "sentences-1"}


# id | category class status | subject | source strength | place | quote
ROWS = """
1 | inaction R03 asserted | P1 | S-SUB E2 | 谈话记录/第5号.txt | 山塘清淤方案四月份报上去，九月才批。
2 | timidity R04 reported | P1 | S-SUB E1 | 谈话记录/第5号.txt | 听说周局长遇到有争议的事总要先问县里。
3 | achievement - asserted | P1 | S-SELF E2 | 述职报告（周启明）.docx | 争取上级资金3200万元，同比增长28%。
4 | shortfall - asserted | P1 | S-STAT E4 | 统计表.csv | 热线按时办结率81.6%，低于95%的目标。
5 | initiative - asserted | P2 | S-SUB E3 | 谈话记录/第5号.txt | 她主动把供水接了过来，在泵房连守三夜。
6 | achievement - asserted | P2 | S-SUB E3 | 谈话记录/第5号.txt | 双桥村12月20日恢复供水，村里送来锦旗。
7 | incapacity R05 asserted | P2 | S-SUB E2 | 谈话记录/第5号.txt | 平台上线半年，她还是让人打印出来看。
8 | overreach R01 asserted | P3 | S-AUDIT E4 | 审计报告摘要.pdf | 镇政府将86万元供水资金用于镇区亮化。
9 | overreach R11 asserted | P3 | S-INSP E4 | 巡察反馈.docx | 周立新在镇长办公会上个人拍板修建文化广场。
10 | formalism R09 reported | P3 | S-ANON E1 | 匿名信.txt | 每回来石坎都是拍了照就走。
11 | achievement - asserted | P3 | S-SUB E3 | 谈话记录/第3号.txt | 四月份他连着十几天住在村部，31户都签了字。
12 | formalism R12 asserted | T1 | S-INSP E4 | 巡察反馈.docx | 抽查确认单40份，其中27份签名为同一笔迹。
13 | bureaucratism R10 asserted | T1 | S-INSP E2 | 巡察反馈.docx | 县里每月要一次进度，镇里每天向各村要一次。
14 | achievement - asserted | T1 | S-MEDIA E2 | 新闻/通水.html | 全镇412户1386人用上自来水。
15 | shortfall - asserted | T1 | S-AUDIT E4 | 审计报告摘要.pdf | 截至11月30日实际通水286户，126户未通水。
16 | inaction R02 reported | T1 | S-12345 E2 | 热线工单.xlsx | 水利站电话一天打了六次都没人接。
17 | overreach R01 reported | - | S-ANON E1 | 匿名信.txt | 老周还没等论证就定了。
18 | inaction R07 normative | - | S-FILE E0 | 讲话.txt | 坚决杜绝推诿扯皮。
19 | inaction R03 exculpatory | P1 | S-AUDIT E4 | 审计报告摘要.pdf | 因汛期停工23天，停工手续齐全。
20 | inaction R06 resolved | P4 | S-SELF E2 | 整改报告.docx | 午间脱岗问题已整改到位。
21 | arithmetic - asserted | - | S-SELF E2 | 整改报告.docx | 反馈问题25个，其中落实类9个、服务类8个、党建类7个。
22 | bureaucratism R10 reported | P4 | S-12345 E2 | 热线工单.xlsx | 窗口工作人员头也不抬。
"""
SHEET = Locator(part="sheet", sheet="工单", row=10, column=4)


def finding(row):
    number, classes, subject, source, document, text = row.split(" | ")
    category, subclass, status = classes.split()
    source_kind, strength = source.split()
    start = int(number) * 100
    return Finding(
        id=f"{int(number):020d}",
        document=document,
        span=Span(start, start + len(text)),
        text=text,
        locator=SHEET if document.endswith("xlsx") else Locator(page=1, paragraph=int(number)),
        kind="risk" if category in RISK_CATEGORIES else "check" if category == "arithmetic" else "evidence",
        category=category,
        subclass=None if subclass == "-" else subclass,
        status=status,
        cue=None,
        subject=None if subject == "-" else subject,
        candidates=(),
        speaker=None,
        source_kind=source_kind,
        quantities=(),
        strength=strength,
        confidence=0.86,
        sources=("r-tardy",) if category == "inaction" else ("r-other",),
        versions=VERSIONS,
    )


PLAIN = [finding(row) for row in ROWS.strip().splitlines()]
MONEY = Quantity(Span(804, 808), "86万元", 860000.0, "元", "money")
SPECIAL = {
    1: {"speaker": "编号C-02（股室负责人）"},
    2: {"cue": Cue("c-heard", "听说", Span(200, 202))},
    8: {"quantities": (MONEY,), "sources": ("r-diverted",)},
    17: {"candidates": ("P1", "P3")},
    18: {"cue": Cue("c-norm", "坚决杜绝", None)},
    21: {"sources": ("分项相加为 24，与总数 25 不符",)},
}
FINDINGS = tuple(replace(each, **SPECIAL.get(number, {})) for number, each in enumerate(PLAIN, start=1))


def at(number):
    return FINDINGS[number - 1].id


def decision(number, verdict, by, reason, **changes):
    return Decision(at(number), verdict, by, reason, "2025-01-15T10:20:00+08:00", tuple(changes.items()))


DECIDED = (
    decision(5, "confirm", "赵核", "两人证实"),
    decision(7, "reject", "钱审", "不属履职问题"),
    decision(8, "confirm", "赵核", "与凭证一致"),
    decision(12, "change", "钱审", "属编造台账", category="formalism"),
)
FACTS = (
    Fact("k1", "T1", "evidence", "achievement", "通水户数", (at(14),), (at(15), at(16)), (), ("S-MEDIA",), 1, "E2"),
    Fact("k2", "P2", "evidence", "initiative", "泵房抢修", (at(5), at(6)), (), ("x",), ("S-SUB",), 1, "E3"),
    Fact("k3", "P1", "risk", "inaction", "只有一处的事", (at(1),), (), (), ("S-SUB",), 1, "E2"),
)


def line(name, amount, explanation, *ids):
    return LedgerLine("i", name, Decimal(amount), Decimal(amount), "每件扣5分", explanation, ids)


LINES = (line("资金管理", "-5", "挪用专项资金 1 件", at(8)), line("供水通达", "86.505", "依据不在本报告", "gone"))
MISSING = Ledger((), ("“群众满意度”没有测评数据",))
SCORECARDS = (
    Scorecard(
        "P3", "周立新", "county", "县级示例方案", Ledger(LINES), True, "达到“良好”档", ("另有2条线索未计入",)
    ).as_json(),
    Scorecard("P1", "周启明", "county", "县级示例方案", MISSING, True).as_json(),
)
CONTENT = ReportContent(
    assessment=Assessment("青岭县2024年度考核", "2024", ROSTER),
    materials=(
        Material("述职报告（周启明）.docx", "docx", "self_report", 1286, 0.97, ("有 1 处修订删除，未计入正文",)),
        Material("谈话记录/第5号.txt", "txt", "interview", 1132),
        Material("审计报告摘要.pdf", "pdf", "audit", 903),
        Material("讲话.txt", "txt", "speech", 704),
        Material("热线工单.xlsx", "xlsx", "ticket", 1010, 1.0, ("含隐藏工作表“回访原始记录”",)),
    ),
    failures=(
        Failure(
            "民主测评汇总表.docx", "corrupt", "民主测评汇总表.docx：文件不完整，打不开。请向报送单位索取完好的文件。"
        ),
        Failure("附件3 补充说明.txt", "empty", "附件3 补充说明.txt：文件是空的。请核对是否漏传。"),
    ),
    findings=FINDINGS,
    generated_at="2025年1月16日 09:30",
    facts=FACTS,
    decisions={each.finding: each for each in DECIDED},
    reasons={
        "r-tardy": "说明一件事长时间没有办成",
        "r-diverted": "专项资金改作他用",
        "r-other": "说明具体做法或结果",
    },
    scorecards=SCORECARDS,
    versions=VERSIONS,
)


@pytest.fixture(scope="session")
def content():
    return CONTENT
