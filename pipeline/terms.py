"""The one table of field terms: the English word in code and files, the Chinese word on every screen."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["risk", "evidence", "check"]
RuleKind = Literal["risk", "evidence", "referral"]
Status = Literal[
    "asserted",
    "reported",
    "normative",
    "negated",
    "generic",
    "resolved",
    "hypothetical",
    "exculpatory",
]
Strength = Literal["E0", "E1", "E2", "E3", "E4", "E5"]

RISK_CATEGORIES = (
    "inaction",
    "timidity",
    "incapacity",
    "overreach",
    "formalism",
    "bureaucratism",
)
EVIDENCE_CATEGORIES = ("achievement", "initiative", "shortfall")
# The categories of the codebook: the sentence model knows them, a scheme may score them.
CATEGORIES = (*RISK_CATEGORIES, *EVIDENCE_CATEGORIES)
# What stands apart from them: listed but never scored, or kept for authorized reviewers alone.
APART_CATEGORIES: Mapping[str, RuleKind] = MappingProxyType({"team_conflict": "risk", "integrity": "referral"})
OWN = "own_"  # how the id of a category begins that an office added
ACTIVE_STATUSES = frozenset({"asserted", "reported"})
MENTIONS = ("normative", "negated", "generic", "resolved", "hypothetical", "exculpatory")

# The twelve classes that bear a risk code (codebook section 1), and two that stand apart. The political list (R15) has
# no rules: nothing of it is inferred.
CATEGORY_OF_CLASS = MappingProxyType(
    {
        "R01": "overreach",
        "R02": "inaction",
        "R03": "inaction",
        "R04": "timidity",
        "R05": "incapacity",
        "R06": "inaction",
        "R07": "inaction",
        "R08": "inaction",
        "R09": "formalism",
        "R10": "bureaucratism",
        "R11": "overreach",
        "R12": "formalism",
        "R13": "team_conflict",
        "R14": "integrity",
    }
)

CHINESE = MappingProxyType(
    {
        # kinds
        "risk": "风险信号",
        "evidence": "实绩证据",
        "check": "数据核对",
        "referral": "单独存放",
        # categories
        "inaction": "不作为",
        "timidity": "不敢为",
        "incapacity": "不善为",
        "overreach": "乱作为",
        "formalism": "形式主义",
        "bureaucratism": "官僚主义",
        "achievement": "工作成效",
        "initiative": "担当作为",
        "shortfall": "目标差距",
        "arithmetic": "数字不符",
        "team_conflict": "班子运行问题",
        "integrity": "廉洁风险",
        # classes
        "R01": "乱作为",
        "R02": "不作为",
        "R03": "慢作为",
        "R04": "不敢为",
        "R05": "不善为",
        "R06": "庸懒散",
        "R07": "推拖绕",
        "R08": "躺平",
        "R09": "形式主义",
        "R10": "官僚主义",
        "R11": "政绩观偏差",
        "R12": "弄虚作假",
        "R13": "班子运行问题",
        "R14": "廉洁风险",
        # statuses
        "asserted": "直接认定",
        "reported": "据反映",
        "normative": "要求倡导",
        "negated": "否定",
        "generic": "泛指",
        "resolved": "已整改",
        "hypothetical": "假设或提问",
        "exculpatory": "有客观原因",
        # strengths (facts C8)
        "E0": "套话",
        "E1": "单一陈述",
        "E2": "单一来源的具体事实",
        "E3": "两类独立来源印证",
        "E4": "官方文件或数据",
        "E5": "现场核实或终局结论",
        # source kinds (facts D1)
        "S-SELF": "自述材料",
        "S-SUP": "上级谈话",
        "S-PEER": "同级谈话",
        "S-SUB": "下属谈话",
        "S-SERV": "服务对象",
        "S-BALLOT": "民主测评",
        "S-INSP": "巡察督查",
        "S-AUDIT": "审计",
        "S-DISC": "纪律结论",
        "S-PETI": "署名信访",
        "S-ANON": "匿名反映",
        "S-12345": "热线工单",
        "S-STAT": "统计数据",
        "S-MEDIA": "媒体报道",
        "S-FILE": "会议纪要与台账",
        "S-UNKNOWN": "来源不明",
        # genres
        "interview": "谈话记录",
        "work_report": "工作报告",
        "personnel_form": "任免审批表",
        "self_report": "述职报告",
        "self_criticism": "对照检查",
        "appraisal": "考察材料",
        "inspection": "巡察督查反馈",
        "rectification": "整改报告",
        "audit": "审计材料",
        "discipline": "纪律通报",
        "ticket": "热线工单",
        "petition": "信访件",
        "minutes": "会议纪要",
        "statistics": "统计表",
        "ballot": "测评表",
        "policy": "制度文件",
        "speech": "讲话",
        "commentary": "评论文章",
        "news": "新闻报道",
        "other": "其他材料",
        # verdicts
        "confirm": "确认",
        "reject": "驳回",
        "change": "更正",
        "withdraw": "撤销",
        # directions
        "up": "上升",
        "down": "下降",
        "none": "无方向",
    }
)


def chinese(term: str) -> str:
    """Return the Chinese word for a field term, or the term itself where the table has none.

    >>> chinese("formalism")
    '形式主义'
    """
    return CHINESE.get(term, term)
