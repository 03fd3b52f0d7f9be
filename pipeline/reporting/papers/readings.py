"""Which documents were read, how far, and which were not: tables that several reports show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.paper import Column, Table
from mingcha.pipeline.reporting.wording import remedy
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from mingcha.pipeline.reporting.papers.case import Index


def unread_table(index: Index) -> Table:
    """Return every file that was not read, with the cause and what to do."""
    rows = tuple((failure.name, remedy(failure)) for failure in index.case.failures)
    return Table("未能读取的文件", (Column("文件", 1.4), Column("原因和办法", 3)), rows)


def coverage_of_materials(index: Index) -> Table:
    """Return every document that was read, with how much of its visible text."""
    rows = tuple(
        (one.name, one.format, chinese(one.genre), one.characters, round(100 * one.coverage, 1), "；".join(one.notes))
        for one in index.case.materials
    )
    columns = (
        Column("文件", 2.2),
        Column("格式", 0.6),
        Column("文种"),
        Column("字符数", 0.8, adds=True),
        Column("读到的文字%", 0.9),
        Column("读取提示", 1.8),
    )
    return Table("已读材料", columns, rows)
