"""What a rule may ask of a token: its words, its length, the sort of its quantity, and how many tokens in a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENTITY_TYPES = frozenset({"DURATION", "COUNT", "MONEY", "RATE", "DATE", "RANK"})
# What the compiler of patterns raises; the last two where repetitions or brackets go beyond any use.
UNCOMPILABLE = (re.error, OverflowError, RecursionError)

# Each time is a state of the matcher, hence two digits.
_TIMES = re.compile(r"[1!?+*]|\{\d{1,2}\}|\{(?P<least>\d{0,2}),(?P<most>\d{1,2})\}|\{\d{1,2},\}")
_COMPARED = frozenset({"==", "!=", ">=", "<=", ">", "<"})
_LISTS = frozenset({"IN", "NOT_IN"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a token cannot be used, and what to write instead (both Chinese)."""

    cause: str
    remedy: str


def token_fault(token: object) -> Fault | None:
    """Return what is wrong with a token of a rule, ``None`` where it can be used.

    >>> token_fault({"TEXT": {"REGEX": "["}}).cause
    'TEXT 里的正则表达式“[”写错了'
    """
    if not isinstance(token, dict) or not token.keys() <= _CHECKS.keys():
        return Fault(f"看不懂词条 {token}", f"词条只能用 {'、'.join(sorted(_CHECKS))}")
    return next((fault for name, asked in token.items() if (fault := _CHECKS[name](asked))), None)


def _times_fault(times: object) -> Fault | None:
    match = _TIMES.fullmatch(times) if isinstance(times, str) else None
    if match and (not match["most"] or int(match["least"] or 0) <= int(match["most"])):
        return None
    return Fault(f"看不懂 OP“{times}”", "应是 ?、*、+、! 或 {2,5} 之一，次数不超过 99，由小到大")


def _kind_fault(asked: object) -> Fault | None:
    named = _listed(asked)
    if named is None:
        return Fault(f"看不懂 ENT_TYPE“{asked}”", '应写成 "COUNT" 或 { IN = ["COUNT", "RATE"] } 的样子')
    unknown = [name for name in named if name not in ENTITY_TYPES]
    remedy = f"应是 {'、'.join(sorted(ENTITY_TYPES))} 之一"
    return Fault(f"不认识的 ENT_TYPE“{unknown[0]}”", remedy) if unknown else None


def _words_fault(asked: object) -> Fault | None:
    if isinstance(asked, dict) and asked.keys() == {"REGEX"}:
        return _pattern_fault(asked["REGEX"])
    if _listed(asked) is not None:
        return None
    return Fault(f"看不懂 TEXT“{asked}”", '应写成 "拖"、{ IN = ["拖", "推"] } 或 { REGEX = "^拖" } 的样子')


def _pattern_fault(pattern: object) -> Fault | None:
    try:
        re.compile(pattern if isinstance(pattern, str) else "[")
    except UNCOMPILABLE:
        return Fault(f"TEXT 里的正则表达式“{pattern}”写错了", "请检查括号是否成对")
    return None


def _length_fault(asked: object) -> Fault | None:
    numbers = list(asked.values()) if isinstance(asked, dict) and asked and asked.keys() <= _COMPARED else [asked]
    if all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        return None
    return Fault(f"看不懂 LENGTH“{asked}”", '应写成 2 或 { ">=" = 2 } 的样子')


def _listed(asked: object) -> list[str] | None:
    """Return the words that a condition names: one, or those of its lists; ``None`` where it is written otherwise."""
    if isinstance(asked, str):
        return [asked]
    if not isinstance(asked, dict) or not asked or not asked.keys() <= _LISTS:
        return None
    lists = list(asked.values())
    if not all(isinstance(listed, list) and all(isinstance(word, str) for word in listed) for listed in lists):
        return None
    return [word for listed in lists for word in listed]


_CHECKS: Mapping[str, Callable[[object], Fault | None]] = {
    "OP": _times_fault,
    "ENT_TYPE": _kind_fault,
    "TEXT": _words_fault,
    "LENGTH": _length_fault,
}
