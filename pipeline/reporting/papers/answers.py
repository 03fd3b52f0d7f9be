"""What the assessed said of what was found, beside it in reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.paper import Column, Table, row_of

if TYPE_CHECKING:
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.subjects import Subject

_COLUMNS = (Column("时间", 1), Column("针对", 1), Column("本人陈述的原话", 4))


def answers_of(subject: Subject, index: Index) -> Table | None:
    """Return the statements of a subject, the earliest first; ``None`` where there is none."""
    told = [one for one in index.case.extras.answers if one.subject == subject.id]
    rows = (row_of(one.at[:16].replace("T", " "), one.finding[:10] or "全部内容", one.text.strip()) for one in told)
    return Table("已记录的本人陈述", _COLUMNS, tuple(rows)) if told else None
