"""Chinese words of the review page that the table of field terms does not have."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from mingcha.pipeline.handwork import parts_said
from mingcha.pipeline.scoring.arithmetic import plain
from mingcha.pipeline.terms import (
    CATEGORIES,
    EVIDENCE_CATEGORIES,
    RISK_CATEGORIES,
    chinese,
)

if TYPE_CHECKING:
    from decimal import Decimal

ROLES = MappingProxyType({"analyst": "初核", "reviewer": "复核", "lead": "裁定", "readonly": "只读"})
ROUNDS = MappingProxyType({"first": "初核", "second": "复核", "adjudication": "裁定"})
STANDINGS = MappingProxyType(
    {"pending": "○ 待核", "confirmed": "✓ 已确认", "rejected": "× 已驳回", "disputed": "≠ 两轮不一致"}
)
OUTCOMES = MappingProxyType({"confirm": "✓ 已确认", "reject": "× 已驳回", "open": "○ 更正后待确认"})
STATES = MappingProxyType(
    {
        "open": "待核",
        "decided": "已决定",
        "confirmed": "已确认",
        "rejected": "已驳回",
        "disputed": "两轮不一致",
        "flagged": "有标记",
        "any": "全部",
    }
)
ORDERS = MappingProxyType({"priority": "要紧的在前", "doubt": "软件最拿不准的在前", "document": "按材料顺序"})
FIELDS = MappingProxyType({"category": "类别", "status": "状态", "subject": "对象"})
NOTES = MappingProxyType({"note": "备注", "flag": "标记", "unflag": "取消标记"})
ACTIONS = MappingProxyType(
    {
        "decision": "决定",
        "note": "备注",
        "flag": "标记",
        "unflag": "取消标记",
        "split": "拆分线索",
        "unsplit": "撤销拆分",
        "missed": "标出漏检",
        "missed_withdrawn": "撤销漏检标注",
        "login": "登录",
        "logout": "退出",
        "login_tried": "尝试登录",
        "login_failed": "登录失败",
        "login_barred": "登录被暂停",
        "user_added": "新建账号",
        "user_locked": "停用账号",
        "user_opened": "启用账号",
        "password_changed": "改口令",
        "record_begun": "开始记录",
        "granted": "授权",
        "revoked": "收回权限",
        "assigned": "分工",
        "unassigned": "取消分工",
        "sampled": "抽样",
        "sample_verdict": "抽查判断",
        "see_names": "查看谈话人姓名",
        "see_page": "查看原件页面",
        "see_integrity": "查看廉洁类表述",
        "exported": "导出记录",
        "sent": "发出材料",
        "recalled": "收回材料",
        "stated": "记录本人陈述",
        "client_added": "登记接口客户端",
        "client_revoked": "作废接口令牌",
        "client_read": "接口读取",
        "client_missed": "接口查无此项",
        "client_refused": "接口令牌无效",
        "model_trained": "训练候选模型",
        "model_adopted": "采用模型",
        "model_rolled_back": "退回模型",
        "denied": "越权访问被拒绝",
        "refused": "请求被拒绝",
    }
)
SAID = MappingProxyType(
    {
        "confirm": "已确认上一条。按 u 撤销。",
        "reject": "已驳回上一条。按 u 撤销。",
        "change": "上一条已更正并确认。按 u 撤销。",
        "many": "说法相同的几条已一并决定。按 u 一并撤销。",
        "split": "已拆成两条，这是第一条；两条分别决定。按 u 撤销拆分。",
        "undone": "已撤销，请重新决定。",
        "nothing": "没有可以撤销的决定。",
        "note": "备注已保存。",
        "flag": "已加标记。",
        "unflag": "已取消标记。",
        "missed": "漏检处已记为线索，进入队列，等待决定。",
        "unmissed": "漏检标注已撤销。",
        "sampled": "已抽样，请逐句判断。",
        "judged": "已记录，这是下一句。",
        "finished": "这次抽查的句子都已判断。",
        "end": "这个队列已到末尾。",
        "assigned": "分工已保存。",
        "password": "口令已改，请用新口令登录。",
        "granted": "权限已保存。",
        "locked": "账号状态已改。",
    }
)
REFUSED = frozenset({"login_failed", "login_barred", "denied", "refused", "client_missed", "client_refused"})

RISKS, EVIDENCE, ALL_CATEGORIES = RISK_CATEGORIES, EVIDENCE_CATEGORIES, CATEGORIES
STATUSES = ("asserted", "reported", "normative", "negated", "generic", "resolved", "hypothetical", "exculpatory")
SOURCES = (
    *("S-SELF", "S-SUP", "S-PEER", "S-SUB", "S-SERV", "S-BALLOT", "S-INSP", "S-AUDIT", "S-DISC"),
    *("S-PETI", "S-ANON", "S-12345", "S-STAT", "S-MEDIA", "S-FILE", "S-UNKNOWN"),
)
STRENGTHS = ("E5", "E4", "E3", "E2", "E1", "E0")


parts_of = parts_said


def word(term: object) -> str:
    """Return the Chinese word of a term."""
    return chinese(str(term))


def moment(at: str) -> str:
    """Return a time as people write it, in the zone of the office.

    >>> len(moment("2024-05-01T09:30:00+00:00"))
    16
    """
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return at


def percent(share: float) -> str:
    """Return a share as a percentage that never rounds up to 100 % or down to 0 %.

    >>> percent(0.9999), percent(0.5), percent(0.0)
    ('99.9%', '50%', '0%')
    """
    value = round(share * 100, 1)
    if 0 < share < 1:
        value = min(max(value, 0.1), 99.9)
    return f"{value:g}%"


def about(amount: Decimal) -> str:
    """Return points to the hundredth, with their sign: what is only tried needs no more.

    >>> from decimal import Decimal
    >>> about(Decimal("9.64285722"))
    '+9.64'
    """
    return points(round(amount, 2))


def points(amount: Decimal) -> str:
    """Return points with their sign, as a ledger has them.

    >>> from decimal import Decimal
    >>> points(Decimal("1.50")), points(Decimal("-2"))
    ('+1.5', '-2')
    """
    return plain(amount) if amount < 0 else f"+{plain(amount)}"
