"""The plan of interviews that an office gives: a CSV of who is to be talked to, and why he must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.corpora.tables import read_bytes, text_rows
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reporting.papers.case import PlannedTalk
from mingcha.pipeline.reporting.papers.talk_lists import MUST_TALK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_WHO, _UNIT, _REASON = "谈话对象", "单位", "必谈情形"


def read_plan(path: Path) -> tuple[PlannedTalk, ...]:
    """Return the talks of a plan; its columns are 谈话对象 (name or code), 单位 and 必谈情形, the last two at will."""
    rows = text_rows(path, read_bytes(path, "谈话计划"), fits=_fits)
    if not rows or not _fits(rows[0][1]):
        raise DataError(f"{path}：第一行应是表头，至少有“{_WHO}”一列，另可有“{_UNIT}”“{_REASON}”。请补上。")
    heading = [cell.strip() for cell in rows[0][1]]
    planned = [_planned(dict(zip(heading, row, strict=False)), f"{path} 第{number}行") for number, row in rows[1:]]
    if len(set(planned)) < len(planned):
        raise DataError(f"{path}：有重复的行。同一个人在计划中只写一次，请删去重复的行。")
    return tuple(planned)


def _fits(heading: Sequence[str]) -> bool:
    return _WHO in [cell.strip() for cell in heading]


def _planned(cells: dict[str, str], where: str) -> PlannedTalk:
    who, unit, reason = (cells.get(name, "").strip() for name in (_WHO, _UNIT, _REASON))
    if not who:
        raise DataError(f"{where}：没有写谈话对象。请写姓名或编号，或删去这一行。")
    if reason and reason not in MUST_TALK:
        listed = "、".join(f"{key}（{words}）" for key, words in MUST_TALK.items())
        raise DataError(f"{where}：必谈情形“{reason}”不认识。可写：{listed}；不属于四必谈的请留空。")
    return PlannedTalk(who, unit, reason)
