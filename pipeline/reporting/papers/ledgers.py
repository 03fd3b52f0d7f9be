"""Scores in a report: the ledger whose lines add up to the total, and how firm the order is against the weights."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.papers.paper import Column, Note, Plot, Section, Table
from mingcha.pipeline.reporting.wording import missing_figure
from mingcha.pipeline.scoring.sensitivity import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.reporting.papers.case import Index, Scores
    from mingcha.pipeline.reporting.papers.paper import Cell
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.scoring.sensitivity import Shift

_LINES = (Column("项目", 1.6), Column("得分", 0.8), Column("说明", 3.2), Column("依据的线索", 1.6))
_FINAL = "计分只依据已确认的线索和手工填写的数；等次由人评定。"
_PREVIEW = "预览：尚无人工决定，以下按“全部线索都属实”试算，只供了解计分办法，不是得分。"


def score_sections(subject: str, index: Index) -> Iterator[Section]:
    """Yield the section on a subject's score where a scheme was given."""
    scores = index.case.scores
    card = next((card for card in scores.cards if card.subject == subject), None) if scores else None
    if scores is not None and card is not None:
        yield Section(
            f"计分明细（{scores.scheme}）", (Note(_PREVIEW if card.preview else _FINAL), _ledger(card), *_open(card))
        )


def _ledger(card: Scorecard) -> Table:
    shown = card.as_json()
    rows: list[tuple[Cell, ...]] = [
        (
            line["name"],
            points_of(line["amount_raw"]),
            line["explanation"],
            "、".join(each[:10] for each in line["findings"]),
        )
        for line in shown["lines"]
    ]
    rows.append(("总分", points_of(shown["total_raw"]), shown["grade"] or "—", ""))
    return Table("明细（逐行相加等于总分）", _LINES, tuple(rows), note="得分未经四舍五入。")


def points_of(amount: str | None) -> Decimal | str:
    """Return an amount as a number, or the word for one that is not known yet."""
    return "待定" if amount is None else Decimal(amount)


def _open(card: Scorecard) -> Iterator[Note]:
    for reason in card.undetermined:
        yield Note(f"待定：{missing_figure(reason)}。")
    for remark in card.remarks:
        yield Note(remark)


def totals_section(index: Index) -> Iterator[Section]:
    """Yield all totals in the order of the roster, and the sensitivity of the order, where a scheme was given."""
    scores = index.case.scores
    if scores is None:
        return
    preview = all(card.preview for card in scores.cards)
    blocks = (Note(_PREVIEW if preview else _FINAL), _totals(scores, index), _sensitivity(scores))
    yield Section(f"计分情况（{scores.scheme}）", blocks)


def _totals(scores: Scores, index: Index) -> Table:
    shown = [(card.subject, card.as_json()) for card in scores.cards]
    rows = tuple(
        (
            index.names.get(subject, subject),
            points_of(card["total"]),
            card["grade"] or "—",
            "；".join(card["undetermined"]),
        )
        for subject, card in shown
    )
    columns = (Column("对象", 1.4), Column("总分", 0.8), Column("对照等次线（不是等次）", 1.4), Column("缺什么", 2.4))
    return Table("各对象总分（按花名册次序，不是排名）", columns, rows)


def _sensitivity(scores: Scores) -> Table:
    """Return, for each weight and step, how many of a hundred pairs of subjects swap their places."""
    swaps = {(shift.name, shift.step): _share(shift) for shift in scores.shifts}
    names = dict.fromkeys(name for name, _ in swaps)
    rows = tuple((name, *(swaps.get((name, step)) for step in STEPS)) for name in names)
    columns = (Column("权重", 1.6), *(Column(f"{step:+d}个百分点") for step in STEPS))
    note = "某项权重增减后名次先后改变的对数占比（%）；越大名次越不稳。总分待定的对象不比较，无可比对象为“—”。"
    return Table("权重敏感度（换位占比%）", columns, rows, Plot("heat", (1, 2, 3, 4)), note)


def _share(shift: Shift) -> float | None:
    return round(100 * shift.swapped / shift.pairs, 1) if shift.pairs else None
