"""What is said of a subject in the order of time, as far as the passages name a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.case import standing_of
from mingcha.pipeline.reporting.papers.dating import month_of
from mingcha.pipeline.reporting.papers.paper import MARKS, STANDINGS, Column, Table, row_of
from mingcha.pipeline.reporting.papers.statements import reference_of, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Row
    from mingcha.pipeline.scoring.decisions import Reviewed

_COLUMNS = (Column("时间", 0.9), Column("状态", 0.8), Column("类别", 1.2), Column("内容", 3), Column("出处", 1.8))


def chronicle(found: Iterable[Reviewed], index: Index) -> Table:
    """Return the passages that name a month, the earliest first; those of one month stand as in the documents."""
    period = index.case.assessment.period
    dated = [(month, one) for one in found if (month := month_of(one.finding, period)) is not None]
    rows = tuple(_row(month, one, index) for month, one in sorted(dated, key=lambda pair: pair[0]))
    return Table("按时间排列的事项（只列写明月份的）", _COLUMNS, rows)


def _row(month: tuple[int, int], one: Reviewed, index: Index) -> Row:
    standing = standing_of(one)
    return row_of(
        f"{month[0]}年{month[1]}月",
        f"{MARKS[standing]} {STANDINGS[standing]}",
        tag_of(one.finding, index),
        " ".join(one.finding.text.split()),
        reference_of(one.finding, index).label,
    )
