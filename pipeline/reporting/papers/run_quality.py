"""How far the run can be trusted: what was not read, what was not reviewed, how often people agreed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.counts import category_table
from mingcha.pipeline.reporting.papers.frames import framed
from mingcha.pipeline.reporting.papers.paper import Column, Note, Plot, Section, Table, row_of
from mingcha.pipeline.reporting.papers.readings import coverage_of_materials, unread_table
from mingcha.pipeline.reporting.papers.verdict_figures import (
    BINS,
    agreement,
    binned,
    kept_shares,
    rule_yields,
    verdicts_of,
    wilson,
)
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Paper
    from mingcha.pipeline.reporting.papers.verdict_figures import Verdict

_BASIS = (
    "以下只按人工已确认或驳回的线索计算：准确率是“确认÷（确认＋驳回）”。没有人工决定的线索不知对错；软件没有提出的漏报不在其内，"
    "所以“查全”只是已确认线索中留下的比例，不是召回率。"
)
_FEW = 30


def quality(index: Index) -> Paper:
    """Return the figures on reading, reviewing and agreement."""
    active = tuple(one for held in index.holdings.values() for one in held.active)
    verdicts = verdicts_of(index.case.reviewed)
    sections = (
        Section("读取", (unread_table(index), coverage_of_materials(index))),
        Section("审核进度", (_progress(index), category_table(active, index))),
        Section("与人工决定相比", (Note(_BASIS), Note(_few(len(verdicts))), _reliability(verdicts), _kept(verdicts))),
        Section("各条规则", (_rules(index),)),
        Section("不同人员的决定是否一致", (_agreement(index),)),
        Section("漏报抽查", (_elusion(index),)),
    )
    return framed("quality", f"{index.case.assessment.name}运行质量", sections, index)


def _few(count: int) -> str:
    return f"已有人工决定{count}处" + (f"，少于{_FEW}处，比例只供参考。" if count < _FEW else "。")


def _progress(index: Index) -> Table:
    statuses = dict.fromkeys(one.finding.status for one in index.case.reviewed)
    rows = []
    for status in statuses:
        ones = [one for one in index.case.reviewed if one.finding.status == status]
        counts = [sum(one.verdict == verdict for one in ones) for verdict in ("confirm", "reject", None)]
        rows.append(row_of(chinese(status), *counts, len(ones)))
    columns = (Column("状态", 1.4), *(Column(title, adds=True) for title in ("已确认", "已驳回", "未决定", "小计")))
    return Table("全部线索的审核进度（处）", columns, tuple(rows))


def _reliability(verdicts: tuple[Verdict, ...]) -> Table:
    rows = tuple(
        (f"{low:.1f}—{high:.1f}", one.count, one.confirmed, one.mean, one.share)
        for (low, high), one in zip(BINS, binned(verdicts), strict=True)
    )
    columns = (
        Column("软件给出的把握"),
        Column("决定数", adds=True),
        Column("确认数", adds=True),
        Column("平均把握"),
        Column("确认比例"),
    )
    note = "平均把握与确认比例越接近（图上越靠近虚线），软件说的“把握”越可信。"
    return Table("把握是否可信", columns, rows, Plot("reliability", (4,), 3), note)


def _kept(verdicts: tuple[Verdict, ...]) -> Table:
    rows = tuple(
        (f"{least:.1f}", kept, confirmed, precision, share)
        for least, kept, confirmed, precision, share in kept_shares(verdicts)
    )
    columns = (Column("把握不低于"), Column("留下"), Column("其中确认"), Column("准确率"), Column("已确认线索留下比例"))
    return Table("界限与准确率", columns, rows, Plot("curve", (3,), 4), "界限提高，报得更准而更少。")


def _rules(index: Index) -> Table:
    rows = tuple(
        (
            index.case.reasons.get(one.rule, one.rule),
            one.rule,
            one.fired,
            one.confirmed,
            one.rejected,
            one.open,
            one.precision,
        )
        for one in rule_yields(index.case.reviewed)
    )
    columns = (
        Column("规则找什么", 2.6),
        Column("编号", 1.4),
        Column("命中", 0.6),
        Column("确认", 0.6),
        Column("驳回", 0.6),
        Column("未决定", 0.7),
        Column("准确率", 0.7),
    )
    return Table("各条规则（一处线索可由多条规则命中，各列不相加）", columns, rows)


def _elusion(index: Index) -> Table:
    """Return what samples of unflagged sentences say of how much is missed."""
    rows = tuple(
        (one.at[:10], one.frame, one.size, one.judged, one.missed, *_shares(one.missed, one.judged))
        for one in index.case.extras.drawn
    )
    titles = ("抽样日期", "未提示的句子总数", "抽取", "已判断", "其中漏报", "漏报比例%", "95%区间%")
    note = "从软件没有提示的句子中随机抽取，由人判断；没有抽查时不知道漏报多少。区间按威尔逊方法计算。"
    return Table("漏报抽查", tuple(Column(title) for title in titles), rows, note=note)


def _shares(missed: int, judged: int) -> tuple[float | None, str]:
    low, high = wilson(missed, judged)
    return (round(100 * missed / judged, 2), f"{100 * low:.2f}—{100 * high:.2f}") if judged else (None, "—")


def _agreement(index: Index) -> Table:
    found = agreement(index.case.decisions)
    rows = (
        ("由两人以上作出决定的线索（处）", found.twice),
        ("其中意见一致（处）", found.agreed),
        ("一致比例", found.share),
        ("科恩κ系数", found.kappa),
    )
    return Table(
        "一致性（同一线索各人最后的确认或驳回）",
        (Column("项目", 2), Column("数值")),
        rows,
        note="没有两人决定同一线索时为“—”。",
    )
