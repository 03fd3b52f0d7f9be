"""The tables of counts that several reports share; every table accounts for the same findings, so that all add up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mingcha.pipeline.dimensions import dimension_of, dimensions_for
from mingcha.pipeline.reporting.papers.case import standing_of
from mingcha.pipeline.reporting.papers.dating import month_of
from mingcha.pipeline.reporting.papers.paper import Cell, Column, Plot, Table, row_of
from mingcha.pipeline.terms import CATEGORIES, CHINESE, chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.scoring.decisions import Reviewed

ELSEWHERE = "其他"
UNDATED = "未写明时间"
_STANDINGS = (("evidence", "confirmed"), ("evidence", "pending"), ("risk", "confirmed"), ("risk", "pending"))
_STANDING_COLUMNS = tuple(
    Column(title, 0.9, adds=True) for title in ("实绩·已确认", "实绩·待确认", "风险·已确认", "风险·待确认", "小计")
)
_COUNTED = "“实绩”指实绩证据，包括没有完成目标的“目标差距”；“风险”指风险信号，是待核实的线索。"
_SOURCES = tuple(term for term in CHINESE if term.startswith("S-"))


def standing_counts(found: Iterable[Reviewed]) -> tuple[int, ...]:
    """Count evidence confirmed and pending, risks confirmed and pending, and all."""
    seen = Counter[tuple[str, str]]((one.finding.kind, standing_of(one)) for one in found)
    counts = [seen[key] for key in _STANDINGS]
    return (*counts, sum(counts))


def dimension_table(found: Sequence[Reviewed], *, team: bool) -> Table:
    """Count the findings by content of assessment."""
    places = [(dimension_of(one.finding.category, team=team) or ELSEWHERE, one) for one in found]
    names = (*dimensions_for(team=team), ELSEWHERE)
    rows = tuple(row_of(name, *standing_counts(one for place, one in places if place == name)) for name in names)
    note = (
        f"{_COUNTED}“廉”（党风廉政建设）和政治素质不由软件从文字中判断；“其他”为本单位自立类别等不归入上述内容的事项。"
    )
    return Table("按考核内容统计（处）", _columns("考核内容"), rows, Plot("bars", (1, 2, 3, 4)), note)


def category_table(found: Sequence[Reviewed], index: Index) -> Table:
    """Count the findings by category."""
    seen = dict.fromkeys((*CATEGORIES, *sorted(one.finding.category for one in found)))
    by_category = [(name, [one for one in found if one.finding.category == name]) for name in seen]
    rows = tuple(
        row_of(index.case.names.get(name) or chinese(name), *standing_counts(ones)) for name, ones in by_category
    )
    return Table("按类别统计（处）", _columns("类别"), rows, Plot("bars", (1, 2, 3, 4)), _COUNTED)


def _columns(first: str) -> tuple[Column, ...]:
    return Column(first, 1.4), *_STANDING_COLUMNS


def source_table(found: Sequence[Reviewed], index: Index) -> Table:
    """Count the findings by kind of source and category; only what occurs has a line."""
    categories = list(dict.fromkeys((*CATEGORIES, *sorted(one.finding.category for one in found))))
    seen = Counter((one.finding.source_kind, one.finding.category) for one in found)
    used = [name for name in categories if any(seen[source, name] for source in _SOURCES)]
    rows = [
        row_of(chinese(source), *(seen[source, name] for name in used), sum(seen[source, name] for name in used))
        for source in _SOURCES
        if any(seen[source, name] for name in used)
    ]
    titles = [*(index.case.names.get(name) or chinese(name) for name in used), "小计"]
    columns = (Column("来源", 1.4), *(Column(title, 0.9, adds=True) for title in titles))
    return Table("来源与类别（处）", columns, tuple(rows), Plot("heat", tuple(range(1, len(used) + 1))))


def coverage_table(index: Index) -> Table:
    """Count, for each subject, the findings from each kind of source: an empty cell is a source that says nothing."""
    holdings = [(subject, index.holding(subject.id).active) for subject in index.roster]
    seen = Counter((subject.id, one.finding.source_kind) for subject, active in holdings for one in active)
    used = [source for source in _SOURCES if any(seen[subject.id, source] for subject in index.roster)]
    rows = tuple(
        row_of(index.names[subject.id], *(seen[subject.id, source] for source in used), len(active))
        for subject, active in holdings
    )
    columns = (Column("对象", 1.6), *(Column(chinese(source), 0.9, adds=True) for source in (*used, "小计")))
    note = "0处表示这类材料没有说到该对象，既不等于没有问题，也不等于没有实绩。"
    return Table("材料覆盖：对象与来源（处）", columns, rows, Plot("heat", tuple(range(1, len(used) + 1))), note)


def month_table(found: Sequence[Reviewed], period: str, *, quarters: bool = False) -> Table:
    """Count evidence and risks by month, or by quarter, of the first date that each passage names."""
    dated = [(_slot(one, period, quarters=quarters), one.finding.kind) for one in found]
    seen = Counter(dated)
    slots = sorted({slot for slot, _ in dated if slot != UNDATED}, key=_order)
    rows: list[tuple[Cell, ...]] = [
        (slot, seen[slot, "evidence"], seen[slot, "risk"], seen[slot, "evidence"] + seen[slot, "risk"])
        for slot in (*slots, UNDATED)
    ]
    columns = (
        Column("季度" if quarters else "月份", 1.4),
        *(Column(t, 1, adds=True) for t in ("实绩", "风险", "小计")),
    )
    note = (
        f"按文中写明的第一个日期；没有写年份的按考核期间（{period or '未填'}）推定。"
        f"只写年份或没有日期的列在“{UNDATED}”，图中不画。"
    )
    return Table(
        "按季度统计（处）" if quarters else "时间分布（处）",
        columns,
        tuple(rows),
        Plot("timeline", (1, 2), left_out=1),
        note,
    )


def _slot(one: Reviewed, period: str, *, quarters: bool) -> str:
    month = month_of(one.finding, period)
    if month is None:
        return UNDATED
    year, number = month
    return f"{year}年第{(number + 2) // 3}季度" if quarters else f"{year}年{number}月"


def _order(slot: str) -> tuple[int, int]:
    year, _, rest = slot.partition("年")
    return int(year), int("".join(each for each in rest if each.isdigit()))
