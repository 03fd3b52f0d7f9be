"""What the categories mean, in words for whoever is assessed."""

from __future__ import annotations

from types import MappingProxyType

MEANINGS = MappingProxyType(
    {
        "inaction": "应当做的没有做、做得太晚、推给别人，或者该管的没有管。",
        "timidity": "能做、该做，但因为怕担风险、怕得罪人而没有做。",
        "incapacity": "做了，但本领、办法或者知识不够，没有做好。",
        "overreach": "违反规定或者脱离实际去做，例如违规审批、一刀切、挪用资金、搞面子工程。",
        "formalism": "做给人看而没有实际效果，例如以材料代替工作、虚报、走过场、表面整改。",
        "bureaucratism": "高高在上、脱离群众，例如态度冷硬、不听意见、不了解情况就下命令。",
        "achievement": "做成了的事和取得的结果。",
        "initiative": "主动承担、带头攻坚，或者受到服务对象好评的做法。",
        "shortfall": "目标没有完成、指标下降或者进度落后的事实；说的是结果，不是态度。",
        "team_conflict": "班子运行中的问题，只列出，不计分。",
    }
)
OWN_CATEGORY = "本单位自定的类别，含义以本单位的规则说明为准。"


def meaning_of(category: str) -> str:
    """Return what a category means; an office's own is explained by its own rules.

    >>> meaning_of("achievement")
    '做成了的事和取得的结果。'
    """
    return MEANINGS.get(category, OWN_CATEGORY)
