"""Whether an amount is a plan or a result, and whose share of the work it is: 计划, 力争; 牵头, 参与."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mingcha.pipeline.amount import Amount

Part = Literal["lead", "part"]

# 占计划的85%, 高于目标 and 编制规划4部 speak of a plan without being one; 将 is also 把 (将线索移交).
_INTENDED = re.compile(
    r"(?<![制订定修版台善改])计划(?!的|内|外|书|生育|完成[率情]|执行)|拟(?!定)|力争|争取(?=[到在年完实达])|预计|确保|承诺|下一步|今后|明年|后年|未来|有望"
    r"|要(?=完成|实现|达到|建成|新增|引进)"
    r"|(?:建成|投产|达产|投用|完工|竣工)[之以]?后[^，。；]{0,6}可|可(?=新增|实现|带动|增加|节约|吸纳)"
    r"|[将再](?=新增|新建|建成?|投入|投资|达到?|完成|实现|培训|改造|引进|安排|继续|进一步|增加|提高|降低|带动|吸纳)"
    r"|到(?:20\d\d|二〇[一-九〇]{2})年(?:底|末)?(?=[^，。；]{0,6}(?:建成|实现|达到|完成|新增))"
)
# These speak of the amounts of their own clause only.
_SET = re.compile(
    r"(?<![制订定修版台善改])(?:规划|目标|(?<!公共)预算|预期)(?!的|内|外|数的|[完之]|书|率|任务|执行|收入|支出|单位|管理)|(?:年度|全年|目标|下达|既定)任务(?!的|数的|完成[率情])|任务(?=数?[为是：:]?$)"
    r"|约定(?!俗成)|(?<![按照据的])要求(?![的，、；和])|必须|不得"
)
# What is compared with a plan has come about: 较目标任务少2家, 滞后进度计划35天, 超额完成全年目标任务3.2个百分点.
_COMPARED = re.compile(
    "(?:较|比|与|同|完成(?!率|时)|超额?|超出|超过|高于|低于|高出|落后|滞后|距离?|差)(?:了|于)?(?:全年|年度|年初|时序|进度|既定|原定?|预期|考核|规划|上级)*的?"
    "(?:目标任务|任务目标|计划|规划|目标|任务|预算|预期)"
)
_RESULT = re.compile(
    "实际|已经?(?!定)|累计|共(?!建|同|享)|落地|只|仅|才|截至|截止|回收|实到|实有|完成(?!率|时)|建成|办结|占|目前"
)
_COME_ABOUT = re.compile("实际|已|累计|落地|只|仅|才")
_BREAK = re.compile("[，,；;：:]")
_LEAD = re.compile("牵头|主笔|主编|主责|主持|主导|主办|独立(?=完成|承担|撰写|办理|承办)")
_PART = re.compile(
    "参与(?!率|度|面)|参编|配合(?!度)|协助|协办|协同(?!发展|推进|治理|效应|机制|创新|[”」』])|会同|合作(?=完成|办理|撰写|承担)"
)
_SHARED_KINDS = ("money", "count", "length", "area", "weight", "other")


def is_plan(text: str, amount: Amount, opening: int, near: int) -> bool:
    """Tell whether *amount* is what is to be; *opening* is where its sentence begins, *near* its own clause.

    In each clause the last word decides. A clause without such words goes on with what was intended in the one
    before; what is only set down there (目标, 要求) does not reach so far.
    """
    if amount.kind == "date":
        return False
    intended = False
    for clause in _BREAK.split(text[opening:near]):
        intended = _holds(_INTENDED, clause, otherwise=intended)
    own = text[near : amount.start]
    return _holds(_INTENDED, own, otherwise=intended) or _holds(_SET, own, otherwise=False)


def _holds(words: re.Pattern[str], clause: str, *, otherwise: bool) -> bool:
    clause = _COMPARED.sub("", clause)
    plan = max((match.start() for match in words.finditer(clause)), default=-1)
    result = max((match.start() for match in _RESULT.finditer(clause)), default=-1)
    if plan < 0 and result < 0:
        return otherwise
    # 要完成, 计划建成: a word of result right after one of plan belongs to the plan.
    return plan >= 0 and (result < plan or not _COME_ABOUT.search(clause, plan))


def share_of(text: str, amount: Amount, opening: int) -> Part | None:
    """Return ``lead`` or ``part`` where the sentence before *amount* says so; the last such word counts."""
    if amount.kind not in _SHARED_KINDS:
        return None
    before = text[opening : amount.start]
    lead = max((match.start() for match in _LEAD.finditer(before)), default=-1)
    part = max((match.start() for match in _PART.finditer(before)), default=-1)
    if lead == part:
        return None
    return "lead" if lead > part else "part"
