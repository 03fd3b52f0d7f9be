"""Whole and part: figures of a county and of a town in it, a year and half of it, two branches of one service."""

from __future__ import annotations

import re

# Each row: words for the whole, and for a part of it; 农村 and 城乡 are no places.
_WHOLES = (
    (
        re.compile("全[县市区]"),
        re.compile("[一-龥](?:(?<!城)镇|(?<!城)乡|街道|片区|(?<![农乡])村|社区)(?![局办委民级公振])"),
    ),
    (re.compile("全[镇乡]|全街道"), re.compile("[一-龥](?:片区|(?<![农乡])村|社区)(?![局办委民级公振])")),
)
_PART = re.compile("^其中|[镇乡村区]境内|[上下]半年|[一二三四]季度")
# Each row: branches of one service or halves of one field, which are counted apart.
_BRANCHES = (
    *(("门诊", "住院"), ("城镇", "农村"), ("小学", "初中", "高中"), ("线上", "线下")),
    *(("上半年", "下半年"), ("一季度", "二季度", "三季度", "四季度")),
)


def of_two_scopes(one: str, other: str) -> bool:
    """Tell whether two texts count different things of one kind: the whole and a part of it, or two branches.

    >>> of_two_scopes("全县改造公路86公里", "白石镇改造公路12公里"), of_two_scopes("全县造林8万亩", "造林7.8万亩")
    (True, False)
    """
    return bool(_PART.search(one)) != bool(_PART.search(other)) or _of_two_branches(one, other) or _in_part(one, other)


def _in_part(one: str, other: str) -> bool:
    return any(
        whole.search(left) and part.search(right) and not whole.search(right)
        for whole, part in _WHOLES
        for left, right in ((one, other), (other, one))
    )


def _of_two_branches(one: str, other: str) -> bool:
    for branches in _BRANCHES:
        first, second = ({branch for branch in branches if branch in text} for text in (one, other))
        if first and second and not first & second:
            return True
    return False
