"""Places in a ranking: 第15位, 全市第二, 前三名, 倒数第一."""

from __future__ import annotations

import re

from mingcha.pipeline.amount import Amount
from mingcha.pipeline.numerals import BLANK, CHINESE_NUMERALS, read_numeral

_PLACE = rf"\d{{1,3}}|[{CHINESE_NUMERALS}]{{1,4}}"
_UNIT = "(?P<unit>名(?![单额义称])|位(?!数))"
_RANK = re.compile(rf"第{BLANK}(?P<number>{_PLACE}){BLANK}{_UNIT}?")
_RANKS = re.compile(
    rf"第{BLANK}(?P<number>{_PLACE}){BLANK}[名位]?{BLANK}[至到—–~～-]{BLANK}第?{BLANK}(?P<last>{_PLACE}){BLANK}{_UNIT}"
)
_LAST_OR_FIRST = re.compile(rf"(?P<number>{_PLACE}){BLANK}{_UNIT}?")
_RANKED = re.compile(
    "(?:全[市省国县区州盟旗镇乡院系校局球]|世界|排名|名次|排在?|位[列居]|名列|列|居|并列|倒数|总分|得分|进入|跻身|夺得|获得?|荣获|拿[了下到]|得了|连续[^，。；]{1,4}年|[市省县区]直|[升降跃跌滑移进退][至到为])"
    "(?:全[市省国县区州盟旗镇乡院系校局球])?$"
)
_MOVES = "上升|下降|下滑|升|降|跃|跌|滑|前移|后移|前进|后退"
_RANK_ENDS = re.compile(f"{BLANK}(?:$|[，。；、！？,;）)：:\\s的]|{_MOVES})")
_MOVED_FROM, _MOVED_ON = re.compile("[由从]$"), re.compile(_MOVES)


def read_rank(text: str, position: int) -> Amount | None:
    """Read 第15位, 第5至第8名 and 全市第二; a bare ordinal (第二批, 第一书记) is no rank."""
    before = text[max(0, position - 8) : position]
    moved = _MOVED_FROM.search(before)  # 由第5名到第8名 moves and is no range
    if not moved and (ranks := _RANKS.match(text, position)):
        return _rank(position, ranks, ranks["last"])
    match = _RANK.match(text, position)
    if match is None:
        return None
    ranked = _RANKED.search(before) and (match["unit"] or _RANK_ENDS.match(text, match.end()))
    ranked = ranked or (moved and _MOVED_ON.match(text, match.end()))
    if not ranked and not (match["unit"] and (match["unit"] == "名" or match["number"].isdigit())):
        return None
    return _rank(position - 2 if before.endswith("倒数") else position, match)


def _rank(start: int, match: re.Match[str], last: str | None = None) -> Amount | None:
    first, end = read_numeral(match["number"]), read_numeral(last) if last else None
    if first is None or first.value_max is not None:
        return None
    high = end.value if end is not None and end.value > first.value else None
    return Amount(start, match.end(), first.value, "名", "rank", high)


def read_end_rank(text: str, position: int) -> Amount | None:
    """Read 前三名 (third or better) and 倒数三名 where the words before speak of a ranking."""
    before = text[max(0, position - 10) : position]
    lead = re.search("(?:前|倒数|后)$", before)
    match = _LAST_OR_FIRST.match(text, position)
    if lead is None or match is None or not (match["unit"] or _RANK_ENDS.match(text, match.end())):
        return None
    numeral = read_numeral(match["number"])
    if numeral is None or not _RANKED.search(before[: lead.start()] if lead[0] != "倒数" else before):
        return None
    less = "less" if lead[0] == "前" else None
    return Amount(position - len(lead[0]), match.end(), numeral.value, "名", "rank", approximator=less)
