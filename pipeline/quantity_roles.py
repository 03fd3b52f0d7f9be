"""Whether an amount is a plan or a result, and whose share of the work it is: 计划, 力争; 牵头, 参与."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mingcha.pipeline.amount import Amount

Part = Literal["lead", "part"]

# 占计划的85% and 高于目标 speak of a plan without being one; 将 is also 把 (将线索移交).
_PLAN = re.compile(
    r"(?:计划|规划|目标|任务|预算|预期)(?!的|内|外|数的|[完之]|书|率)|拟(?!定)|力争|争取(?=[到在年完实达])|预计|确保|承诺|下一步|今后|明年|后年"
    r"|要(?=完成|实现|达到|建成|新增|引进)|要求|必须|不得"
    r"|[将再](?=新增|新建|建成?|投入|投资|达到|完成|实现|培训|改造|引进|安排|继续|进一步|增加|提高|降低)"
    r"|到(?:20\d\d|二〇[一-九〇]{2})年(?:底|末)?(?=[^，。；]{0,6}(?:建成|实现|达到|完成|新增))"
)
_RESULT = re.compile(
    "实际|已经?(?!定)|累计|共(?!建|同|享)|落地|只|仅|才|截至|截止|回收|实到|实有|完成(?!率|时)|建成|办结|占"
)
_BREAK = re.compile("[，,；;：:]")
_LEAD = re.compile("牵头|主笔|主责|主持|主办|独立(?=完成|承担)")
_PART = re.compile("参与(?!率|度|面)|配合|协助|协同|会同")
_SHARED_KINDS = ("money", "count", "length", "area", "weight", "other")


def is_plan(text: str, amount: Amount, opening: int, near: int) -> bool:
    """Tell whether *amount* is what is to be; *opening* is where its sentence begins, *near* its own clause.

    In each clause the last word decides; a clause without such words goes on with what the one before said.
    """
    if amount.kind == "date":
        return False
    planned = False
    for clause in _BREAK.split(text[opening:near]):
        planned = _planned(clause, before=planned)
    return _planned(text[near : amount.start], before=planned)


def _planned(clause: str, *, before: bool) -> bool:
    plan = max((match.start() for match in _PLAN.finditer(clause)), default=-1)
    result = max((match.start() for match in _RESULT.finditer(clause)), default=-1)
    if plan < 0 and result < 0:
        return before
    # 要完成, 计划建成: a word of result right after one of plan belongs to the plan.
    return plan >= 0 and (result < plan or not re.search("实际|已|累计|落地|只|仅|才", clause[plan:]))


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
