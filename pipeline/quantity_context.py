"""What the words around an amount say of it: direction, baseline, target, period, and what is measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mingcha.pipeline.comparisons import BASELINE, YEAR, Direction, read_baseline, read_direction, read_target
from mingcha.pipeline.measures import read_measure
from mingcha.pipeline.numerals import BLANK
from mingcha.pipeline.quantity_roles import is_plan, share_of

if TYPE_CHECKING:
    from mingcha.pipeline.amount import Amount
    from mingcha.pipeline.quantity_roles import Part

_REACH = 120
_SENTENCE_BREAK = re.compile("[。！？!?\n]")
_CLAUSE_BREAK = re.compile("[。！？!?\n，；;：（）()]")

_COUNT = "(?:[一二两三四五六七八九十]{1,2}|\\d{1,2})"
_POINT = (
    f"(?:(?:{YEAR}{BLANK}年?{BLANK}[-—–~～至到]{BLANK})?{YEAR}{BLANK}年度?|今年|去年|前年|上年度?|本年度?|当年|全年|上半年|下半年|前[一二三]季度|第?[一二三四1-4]个?季度"
    f"|本季度|上季度|(?:\\d{{1,2}}|[一二三四五六七八九]|十[一二]?){BLANK}月(?:份|{BLANK}\\d{{1,2}}{BLANK}日)?"
    "|本月|上月|年初|年底|年末)"
)
_PERIOD = re.compile(
    f"(?:截[至止]到?)?(?:{_POINT}(?:[至到—–~～-]{{1,2}}(?={_POINT}))?)+(?:底|末|以来|期间|上旬|中旬|下旬)?"
    f"|(?<![了达长时历用拖等续停欠工])(?:最近|近){_COUNT}(?:年|个月)(?:来|以来)?|“?十[二三四五]五”?(?:期间|时期|以来)"
    f"|前{_COUNT}个月|任期内|任职(?:以来|期间)|到任(?:以来|后)|上任(?:以来|后)|截至目前|(?:入汛|建镇|换届|改革|整改)以来"
)


class Context(NamedTuple):
    """What surrounds an amount, all as written."""

    direction: Direction
    baseline: str | None
    target: str | None
    period: str | None
    measure: str | None
    plan: bool = False
    share: Part | None = None


NO_CONTEXT = Context("none", None, None, None, None)


def read_context(text: str, amount: Amount, floor: int) -> Context:
    """Return what the words before *amount* say of it; *floor* is where the quantity before it ends."""
    opening = sentence_start(text, amount.start)
    clause = _last_break(text, amount.start, _CLAUSE_BREAK, opening)
    near = max(clause, floor)
    baselines = list(BASELINE.finditer(text, opening, amount.start))
    baseline = read_baseline(text, baselines, near, clause)
    moves = amount.kind != "rank"
    return Context(
        read_direction(text, amount, near, compared=baseline is not None) if moves else "none",
        baseline,
        read_target(text, amount, near),
        _period(text, opening, amount.start, baselines),
        read_measure(text, near, amount),
        plan=is_plan(text, amount, opening, near),
        share=share_of(text, amount, opening),
    )


def sentence_start(text: str, position: int) -> int:
    """Return where the sentence around *position* begins, at most 120 characters before it."""
    return _last_break(text, position, _SENTENCE_BREAK, max(0, position - _REACH))


def _last_break(text: str, position: int, breaks: re.Pattern[str], floor: int) -> int:
    found = breaks.search(text[floor:position][::-1])
    return position - found.start() if found else floor


def _period(text: str, opening: int, end: int, baselines: list[re.Match[str]]) -> str | None:
    """Return the last period before the amount; 2015年 in 较2015年 is a baseline and none."""
    found = None
    for match in _PERIOD.finditer(text, opening, end):
        if not any(match.start() < other.end() and other.start() < match.end() for other in baselines):
            found = match[0]
    return found
