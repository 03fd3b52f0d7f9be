"""What an amount is compared with: its direction, its baseline and its target."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mingcha.pipeline.amount import Amount

Direction = Literal["up", "down", "none"]

UP = (
    "增长(?![点极])|提高|提升(?!行动)|上升|增加(?!值)|增收|新增|上涨|上浮|攀升|放大(?!镜)|扩大(?!会)|增速|增幅|涨幅|升幅|高出|高于|升至|升到|增至|增到|涨到|涨至|扩到|扩至"
    "|递增|净增|翻了|增设|增产|增支|提速|扩建|扩容|追加|上调|超支"
)
DOWN = (
    "负增长|下降|降低|减少|压减|压缩|压降|缩短|缩减|精简|削减|下滑|下跌|下调|回落|收窄|降幅|减幅|跌幅|低于|减至|减到|降至|降到"
    "|缩至|缩到|递减|核减|减轻|减产|减员|减收|减支|节支|裁减|精减|撤并|缩编|砍掉|砍去|后退"
)
YEAR = "(?:(?:19|20)\\d\\d|[一二][〇零○一二三四五六七八九]{3})"
_EARLIER = (
    f"(?:{YEAR}年(?:同期|年?底|年?末|\\d{{1,2}}月(?:底|末)?)?|(?:去年|上年度?|上一年度?|前年|往年|上月|上季度|上半年|历史)"
    "(?:同期|同月|年?底|年?末|平均)?|年初(?:计划|预算|目标)?|年度?(?:计划|预算|目标)"
    "|(?:全[国省市县区]|所在[市县])(?:平均)?(?:水平|数|值)?|(?:原|既定)?(?:计划|目标|预算|工期)|同期|基期|原来|以往|此前|过去"
    "|整改前|改革前|调整前|(?:规定|法定|承诺)的?(?:时限|期限|时间))"
)
BASELINE = re.compile(f"同比|环比|(?:比|较|与|同|低于|高于|优于){_EARLIER}")

_MOVE = re.compile(f"(?P<down>{DOWN}|[降减跌缩](?=[了约近超至到为]?$))|(?P<up>{UP}|[增升涨](?=[了约近超至到为]?$))")
_MOVE_GAP = re.compile("(?:[到至为了约达]|到了)?[^，。；的是有、]{0,8}|[到至为][^，。；]{0,10}")
_MOVE_BEHIND = re.compile("的?(?:(?P<down>降幅|下降|减少)|(?P<up>增幅|增速|增长))")
# 高, 低, 多 and 少 move nothing by themselves, only beside a baseline: 比上年多了1930元.
_DIFFERS = re.compile("(?:(?P<down>[低少慢])|(?P<up>[高多快]))[了出]?$")
_BESIDE = re.compile("(?:比|较)[^，。；、]{1,8}$")
_UNMOVED = re.compile("(?:未|没有|没|不再|并未|零|无|防止|避免)$")
_AGAINST = re.compile("(?:相比|比较|相较)?(?:而言|来看)?[，,]")

_GOAL = (
    "(?:年度|全年|年初|既定|规划|考核|下达|阶段性)?(?:目标任务|任务目标|任务|目标|计划|指标|预算)(?:总?数|值|总?量|额)?"
)
_GOAL_SHARE = re.compile(f"(?P<goal>{_GOAL})的$")
_BEYOND = re.compile("(?:较|比|超额?完成|超过?|超出|高于|低于|落后|滞后|进度|编制|制定|修订)$")
_GOAL_VALUE = re.compile(f"{_GOAL}(?:为|是|：|:|完成|实现|达到?|共)?$")


def read_direction(text: str, amount: Amount, near: int, *, compared: bool) -> Direction:
    """Return where the words between *near* and the amount say it moves; *compared* tells of a baseline there."""
    before = text[max(near, amount.start - 20) : amount.start]
    found = _last_move(before) or (_DIFFERS.search(before) if compared or _BESIDE.search(before) else None)
    if found is None and amount.kind in ("rate", "points"):
        found = _MOVE_BEHIND.match(text, amount.end)
    if found is None:
        return "down" if compared and amount.value < 0 else "none"
    up = found.lastgroup == "up"
    return "up" if up != (amount.value < 0) else "down"


def _last_move(before: str) -> re.Match[str] | None:
    last = max(_MOVE.finditer(before), key=re.Match.start, default=None)
    if last is None or not _is_near(before, last) or _UNMOVED.search(before[: last.start()]):
        return None
    return last


def _is_near(before: str, move: re.Match[str]) -> bool:
    """Tell whether nothing but the way to the amount lies between: 降至历史最低的2.1%."""
    return bool(_MOVE_GAP.fullmatch(before, move.end() - 1 if move[0][-1] in "至到" else move.end()))


def read_baseline(text: str, baselines: list[re.Match[str]], near: int, clause: int) -> str | None:
    """Take the last baseline behind *near*, or one that fills the clause before: 与2015年相比，用水量下降23.8%."""
    if not baselines:
        return None
    last = baselines[-1]
    if last.start() >= near or _AGAINST.fullmatch(text[last.end() : clause]):
        return last[0]
    return None


def read_target(text: str, amount: Amount, near: int) -> str | None:
    """Return 任务数 for 任务数的95%, and the whole of 目标120件 for the amount that is itself the target."""
    before = text[near : amount.start]
    if amount.kind in ("rate", "points") and (share := _GOAL_SHARE.search(before)):
        return share["goal"]
    value = _GOAL_VALUE.search(before)
    if value is None or _BEYOND.search(before[: value.start()]):
        return None
    return text[near + value.start() : amount.end]
