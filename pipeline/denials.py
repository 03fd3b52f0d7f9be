"""What denies a claim in words: done and found undone, every day and never, a figure and a charge that it is padded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.findings import Finding

# What a charge says is lacking, late, locked, made up.
_LACKING = (
    *("未", "没", "停工", "拖", "欠", "搁置", "压着", "卡在", "仅", "只[有拿完]", "才", "迟", "慢", "闲置"),
    *("无人", "无[一-龥]{1,4}在岗", "空无", "不在(?:现场|岗|位)", "上锁", "停[用供]", "滞留", "不合格", "不达标"),
    *("[代倒]签", "充数", "不实", "失实", "与事实不符", "真[能正]", "实有", "缺岗"),
)
# What a claim says is finished, whole, or without exception.
_SWEEPING = (
    *(
        "全部",
        "全面",
        "全额",
        "均已",
        "都已",
        "已于",
        "已经",
        "竣工",
        "完工",
        "交工",
        "交付",
        "投入使用",
        "到户",
        "清零",
    ),
    *(
        "见底",
        "办结",
        "解决",
        "恢复",
        "达标(?!率)",
        "合格(?!率)",
        "通车",
        "接通",
        "落实到位",
        "(?:率|达)100%",
        "百分之百",
        "一个(?:没|不)",
    ),
    *("均有", "都有", "配[齐备]", "储备到位", "24小时", "始终", "每[天日周月]", "从[未不]", "未发生", "全年[无未]"),
    *("(?:都|均|全)[走跑]?[到遍]了", "[走跑]遍", "正常运[行转]"),
)
_UNDONE, _DONE = re.compile("|".join(_LACKING)), re.compile("|".join(_SWEEPING))
_PADDED = re.compile("虚报|多报|虚增")
_CLAIMED = re.compile("完成|实现|上报|我")  # a bare figure is a count, no claim
# Their figures are the ones that others are held to.
_COUNTED = frozenset({"S-AUDIT", "S-INSP", "S-DISC", "S-STAT"})


def says_undone(charge: str) -> bool:
    """Tell whether a charge says that something is lacking: 仍未动工, 空无一物, 由他人代签."""
    return bool(_UNDONE.search(charge))


def claims_whole(claim: str) -> bool:
    """Tell whether a claim says that something is done or holds without exception: 全部完成, 每天, 从未."""
    return bool(_DONE.search(claim))


def is_padded(charge: Iterable[Finding], claim: Iterable[Finding]) -> bool:
    """Tell whether a charge calls a claimed figure padded: 虚报1260亩, and 完成4300亩 of him who reports.

    What is padded is less than the whole; figures that others counted are not the padded ones.
    """
    padded = [
        quantity
        for finding in charge
        if _PADDED.search(finding.text)
        for quantity in finding.quantities
        if quantity.kind != "date"
    ]
    claimed = [
        quantity
        for finding in claim
        if finding.source_kind not in _COUNTED and _CLAIMED.search(finding.text)
        for quantity in finding.quantities
        if not quantity.plan
    ]
    return any(
        (part.kind, part.unit) == (whole.kind, whole.unit) and part.value < whole.value
        for part in padded
        for whole in claimed
    )
