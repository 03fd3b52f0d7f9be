"""What denies a claim in words: done and found undone, every day and never, a figure and a charge that it is padded."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mingcha.pipeline.agreement import on_other_days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.likeness import Utterance

_REMEMBERED = 4096  # each text is compared with its neighbors, and then no more

# What a charge says is lacking, late, locked, made up.
_LACKING = (
    "未|没|停工|拖|欠|搁置|压着|卡在|仅|只[有拿完]|才|迟|慢|闲置",
    "无人|无[一-龥]{1,4}在岗|空无|不在(?:现场|岗|位)|上锁|锁着|停[用供]|滞留|不合格|不达标|堆[在着]",
    "一[顿块次天个张][也都]?[没不未]|还没|从来|照样|照旧|仍|回潮|反弹|不管|不知道|没碰见|几乎不|就不错",
    "[代倒打]签|代[打填]|补[记填写]|同一[天晚]|集中[填补]|充数|摆设|做样子|糊弄|应付|流于形式",
    "不实|失实|与事实不符|真[能正]|实有|缺岗",
)
# What a claim says is finished.
_FINISHED = (
    "全额|均已|都已|已于|已经|竣工|完工|交工|交付|投入使用|投用|启用|挂牌|到户|清零|见底|办结|解决|恢复|消除|通车|接通",
    "达标(?!率)|合格(?!率)|落实到位|到位|储备到位|配[齐备]|齐全|(?:都|均|全)[走跑]?[到遍]了|[走跑]遍",
)
# What a claim says holds at all times, or of all.
_WITHOUT_EXCEPTION = (
    "全部|全面|全覆盖|(?:率|达)100%|百分之百|一个(?:没|不)|不落|不漏|件件|人人|户户|家家|条条|日日|一律|应.尽.|均有|都有",
    "24小时|始终|每[天日周月]|当[日天]|定期|实时|常态|第一时间|延时|错时|长效|按[月季]|常年|从[未不]|未发生|全年[无未]",
    "严格(?:执行|落实)|逐[一户个村]|无一|没有一|零[一-龥]|根治|杜绝|做到|有人[值管]|正常运[行转]|井然|畅通|整洁",
)
# What says that somebody counted again.
_RECOUNTED = re.compile("实际|凑[数任够]|摆拍|注水|核减|丈量|测量|勘[验测]|清点|核[实对定]|复核|抽查|报账")
_UNDONE, _DONE, _ALWAYS = (re.compile("|".join(words)) for words in (_LACKING, _FINISHED, _WITHOUT_EXCEPTION))
_COMPLETED = re.compile("建成|竣工|完工|投用|投入使用|通车|开馆|开放|开园|交付|启用|收尾")
_MADE_GOOD = re.compile("归还|退[回还赔]|追[回缴]|核减|补[发办种建缴]|清退|收回|上缴|整改|纠正|修复|撤销|拆除")
_PADDED = re.compile("虚报|多报|虚增")
_CLAIMED = re.compile("完成|实现|上报|我")  # a bare figure is a count, no claim
# Their figures are the ones that others are held to.
_COUNTED = frozenset({"S-AUDIT", "S-INSP", "S-DISC", "S-STAT"})


@lru_cache(_REMEMBERED)
def says_undone(charge: str) -> bool:
    """Tell whether a charge says that something is lacking: 仍未动工, 空无一物, 由他人代签."""
    return bool(_UNDONE.search(charge))


@lru_cache(_REMEMBERED)
def counts_again(charge: str) -> bool:
    """Tell whether a charge holds another figure against a claimed one: 实际长度31700米, 报四十三是凑任务."""
    return bool(_UNDONE.search(charge) or _RECOUNTED.search(charge))


@lru_cache(_REMEMBERED)
def claims_whole(claim: str) -> bool:
    """Tell whether a claim says that something is done or holds without exception: 全部完成, 每天, 从未."""
    return bool(_DONE.search(claim)) or claims_always(claim)


@lru_cache(_REMEMBERED)
def claims_always(claim: str) -> bool:
    """Tell whether a claim says that something holds at all times, or of all: 每天巡山, 全覆盖."""
    return bool(_ALWAYS.search(claim))


def makes_good(claim: str) -> bool:
    """Tell whether a claim says that what was wrong has been made good: 86万元已归还."""
    return bool(_MADE_GOOD.search(claim))


def dated_otherwise(one: Utterance, other: Utterance) -> bool:
    """Tell whether both date one completion, each on another day: 5月1日开馆, and 9月20日才对外开放."""
    texts = (one.findings[0].text, other.findings[0].text)
    return all(_COMPLETED.search(text) for text in texts) and on_other_days(one.numbers, other.numbers)


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
