"""The columns of every table that can be exported; docs/导出.md explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.exporting.tables import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.exporting.content import What

_RELATIONS = {
    "self": "本人",
    "superior": "上级",
    "peer": "同级",
    "subordinate": "下级",
    "service": "服务对象",
    "other": "其他",
}
_RESPONSIBILITIES = {"direct": "直接", "lead": "领导责任"}
_READINGS = {"read": "已读取", "failed": "未读成"}
_ROUNDS = {"first": "初核", "second": "复核", "adjudication": "裁定"}
_SHARES = {"lead": "牵头", "part": "参与"}

TITLES: Mapping[What, str] = {
    "findings": "线索",
    "facts": "事实",
    "scores": "计分明细",
    "quantities": "数量",
    "documents": "材料",
    "decisions": "决定",
}

COLUMNS: Mapping[What, tuple[Column, ...]] = {
    "findings": (
        Column("id", "线索编号", width=24),
        Column("document", "材料", width=28),
        Column("locator.label", "位置", width=16),
        Column("text", "原文", width=60),
        Column("kind", "种类", width=10, words=True),
        Column("category", "类别", width=12, words=True),
        Column("subclass", "细类", width=8),
        Column("status", "状态", width=12, words=True),
        Column("subject", "对象编号", width=10),
        Column("subject_name", "对象", width=10),
        Column("candidates", "可能的对象"),
        Column("speaker", "说话人", width=10),
        Column("relation", "说话人与对象", width=12, words=_RELATIONS),
        Column("responsibility", "责任", width=10, words=_RESPONSIBILITIES),
        Column("source_kind", "来源", width=12, words=True),
        Column("strength", "证据强度", width=18, words=True),
        Column("confidence", "把握", "number", 8),
        Column("decision.verdict", "决定", width=8, words=True),
        Column("decision.by", "决定人", width=10),
        Column("decision.at", "决定时间", width=28),
        Column("decision.reason", "理由", width=24),
        Column("detected.category", "更正前类别", width=12, words=True),
        Column("detected.status", "更正前状态", width=12, words=True),
        Column("detected.subject", "更正前对象", width=12),
        Column("start", "起点", "integer", 8),
        Column("end", "终点", "integer", 8),
        Column("quantities", "数量（JSON）"),
        Column("sources", "规则与模型", width=15),
        Column("versions", "版本（JSON）"),
        Column("format", "文件格式", width=8),
        Column("sha256", "文件散列值", width=14),
        Column("run", "运行", width=14),
        Column("superseded_by_run", "从哪次运行起停用", width=15),
    ),
    "facts": (
        Column("id", "事实编号", width=24),
        Column("subject", "对象编号", width=10),
        Column("subject_name", "对象", width=10),
        Column("kind", "种类", width=10, words=True),
        Column("category", "类别", width=12, words=True),
        Column("dimension", "考核内容", width=12),
        Column("text", "概括", width=60),
        Column("strength", "证据强度", width=18, words=True),
        Column("independent", "独立来源数", "integer", 10),
        Column("source_kinds", "来源种类", width=24, words=True),
        Column("supports", "支持的线索", width=24),
        Column("contradicts", "矛盾的线索", width=24),
        Column("copies", "重复的线索", width=24),
    ),
    "scores": (
        Column("subject", "对象编号", width=10),
        Column("subject_name", "对象", width=10),
        Column("scheme", "方案", width=16),
        Column("scheme_version", "方案版本", width=12),
        Column("total", "总分", "decimal", 10),
        Column("preview", "只是预览", "flag", 10),
        Column("at", "计分时间", width=28),
        Column("line.number", "行", "integer", 6),
        Column("line.indicator", "指标", width=16),
        Column("line.amount", "分值", "decimal", 10),
        Column("line.explanation", "说明", width=60),
        Column("line.findings", "依据的线索", width=24),
    ),
    "quantities": (
        Column("document", "材料", width=28),
        Column("text", "原文", width=24),
        Column("value", "数值", "number", 14),
        Column("value_max", "上限", "number", 14),
        Column("unit", "单位", width=8),
        Column("kind", "种类", width=10),
        Column("measure", "指标", width=20),
        Column("approximator", "约数", width=8),
        Column("direction", "升降", width=8, words=True),
        Column("baseline", "与什么相比"),
        Column("target", "目标"),
        Column("period", "所指时间"),
        Column("plan", "是计划", "flag", 8),
        Column("share", "牵头或参与", width=10, words=_SHARES),
        Column("start", "起点", "integer", 8),
        Column("end", "终点", "integer", 8),
    ),
    "documents": (
        Column("document", "材料", width=40),
        Column("status", "读取", width=10, words=_READINGS),
        Column("failure.message", "未读成的原因和办法", width=50),
        Column("failure.kind", "未读成的种类", width=14),
        Column("gone", "已不在材料文件夹", "flag", 16),
        Column("genre", "文种", width=14, words=True),
        Column("genre_evidence", "文种依据", width=18),
        Column("characters", "字数", "integer", 10),
        Column("coverage", "读到的比例", "number", 10),
        Column("format", "格式", width=8),
        Column("encoding", "编码", width=10),
        Column("notes", "提示", width=40),
        Column("parts", "各部分字数（JSON）"),
        Column("repairs", "修复（JSON）"),
        Column("traces", "修订与批注（JSON）", width=14),
        Column("sha256", "文件散列值", width=14),
        Column("run", "运行", width=14),
    ),
    "decisions": (
        Column("number", "序号", "integer", 8),
        Column("finding", "线索编号", width=24),
        Column("verdict", "决定", width=8, words=True),
        Column("by", "决定人", width=10),
        Column("at", "时间", width=28),
        Column("reason", "理由", width=50),
        Column("changes", "更正内容（JSON）", width=15),
        Column("round", "轮次", width=8, words=_ROUNDS),
        Column("account", "账号", width=10),
        Column("withdraws", "撤回的序号", "integer", 10),
        Column("in_force", "现行有效", "flag", 10),
    ),
}
