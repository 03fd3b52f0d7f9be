"""Whole and part: figures of a county and of a town in it, a year and half of it, two branches of one service."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_REMEMBERED = 4096  # each text is compared with its neighbors, and then no more

# Each row: words for the whole, and for a part of it; 农村 and 城乡 are no places.
_WHOLES = (
    (
        re.compile("全[县市区]"),
        re.compile("[一-龥](?:(?<!城)镇|(?<!城)乡|街道|片区|(?<![农乡])村|社区)(?![局办委民级公振])"),
    ),
    (
        re.compile("全[镇乡]|全街道|全部|均已|都已|所有"),
        re.compile("[一-龥](?:片区|(?<![农乡])村|社区)(?![局办委民级公振])"),
    ),
)
_PART = re.compile("^其中|(?:我们?|俺们?|咱们?)[家村组]|[镇乡村区]境内|[上下]半年|[一二三四]季度")
# Each row: branches of one service or halves of one field, which are counted apart.
_BRANCHES = (
    *(("门诊", "住院", "急诊"), ("城镇", "农村"), ("小学", "初中", "高中"), ("线上", "线下")),
    *(("上半年", "下半年"), ("一季度", "二季度", "三季度", "四季度"), ("城东", "城西", "城南", "城北")),
    *(("[一1]期", "[二2]期", "[三3]期"), ("[一1]标段", "[二2]标段", "[三3]标段")),
)
# Each row: steps of one work; what is taken in is not yet done.
_STEPS = (
    *(("受理|收到|接收", "办结|答复"), ("新设|新办|新登记", "注销|吊销")),
    *(("签约", "开工", "投产"), ("申报|申请", "获批|批准|到位")),
)
_BRANCH_WORDS, _STEP_WORDS = (tuple(tuple(map(re.compile, row)) for row in rows) for rows in (_BRANCHES, _STEPS))


def of_two_scopes(one: str, other: str) -> bool:
    """Tell whether two texts count different things of one kind: the whole and a part of it, or two branches.

    >>> of_two_scopes("全县改造公路86公里", "白石镇改造公路12公里"), of_two_scopes("全县造林8万亩", "造林7.8万亩")
    (True, False)
    """
    return (
        _is_part(one) != _is_part(other)
        or of_two_branches(one, other)
        or _in_other_places(_steps_of(one), _steps_of(other))
        or _in_part(one, other)
    )


@lru_cache(_REMEMBERED)
def _is_part(text: str) -> bool:
    return bool(_PART.search(text))


def _in_part(one: str, other: str) -> bool:
    wholes, others = _wholes_and_parts(one), _wholes_and_parts(other)
    return any(
        (left == "whole" and right == "part") or (left == "part" and right == "whole")
        for left, right in zip(wholes, others, strict=True)
    )


@lru_cache(_REMEMBERED)
def _wholes_and_parts(text: str) -> tuple[str, ...]:
    """Return for each row of wholes whether *text* speaks of the whole, else of a part, else of neither."""
    return tuple("whole" if whole.search(text) else "part" if part.search(text) else "" for whole, part in _WHOLES)


def of_two_branches(one: str, other: str) -> bool:
    """Tell whether two texts speak of different branches or parts: 门诊 and 急诊, 一期 and 二期."""
    return _in_other_places(_branches_of(one), _branches_of(other))


def _in_other_places(one: dict[int, frozenset[int]], other: dict[int, frozenset[int]]) -> bool:
    return any(not places & other[row] for row, places in one.items() if row in other)


@lru_cache(_REMEMBERED)
def _branches_of(text: str) -> dict[int, frozenset[int]]:
    return _places_of(text, _BRANCH_WORDS)


@lru_cache(_REMEMBERED)
def _steps_of(text: str) -> dict[int, frozenset[int]]:
    return _places_of(text, _STEP_WORDS)


def _places_of(text: str, rows: Sequence[Sequence[re.Pattern[str]]]) -> dict[int, frozenset[int]]:
    """Return for each of *rows* that *text* speaks of the numbers of its words."""
    found = (frozenset(number for number, word in enumerate(row) if word.search(text)) for row in rows)
    return {number: places for number, places in enumerate(found) if places}
