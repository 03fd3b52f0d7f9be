"""A scorecard as a tree of text: every indicator with its points and, below it, each line with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import plain, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.scoring.indicators import Indicator
    from mingcha.pipeline.scoring.ledger import LedgerLine
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.scoring.scorecards import Scorecard


def score_tree(card: Scorecard, scheme: Scheme, indicator: str | None = None) -> str:
    """Return the tree below *indicator* (all where ``None``); amounts are unrounded and add up to the total."""
    top = scheme.places[indicator] if indicator else scheme.root
    head = f"{card.name}　{card.scheme_name}{'（预览：其线索尚无人工决定）' if card.preview else ''}"
    total = "待定" if card.total is None else f"{rounded(card.total, card.digits)}（未取整 {plain(card.total)}）"
    rows = [head, f"总分：{total}", *_branch(card, scheme, top, 0)]
    if card.grade:
        rows.append(card.grade)
    rows += [f"缺：{reason}" for reason in card.undetermined]
    rows += [f"注：{remark}" for remark in card.remarks]
    return "\n".join(rows)


def _branch(card: Scorecard, scheme: Scheme, indicator: Indicator, depth: int) -> Iterator[str]:
    lines = [line for line in card.lines if line.indicator == indicator.id]
    weight = f"，权重{plain(indicator.weight)}%" if indicator.weight is not None else ""
    yield f"{'　' * depth}▪ {indicator.name}（{indicator.id}{weight}）"
    for line in lines:
        yield f"{'　' * (depth + 1)}{_row(line)}"
    for part in scheme.branches.get(indicator.id, ()):
        yield from _branch(card, scheme, part, depth + 1)


def _row(line: LedgerLine) -> str:
    rests = f"　依据：{'、'.join(line.findings)}" if line.findings else ""
    counted = "" if line.points == line.amount else f"，计入总分{plain(line.amount)}"
    return f"{_signed(line)}{counted}　{line.rule}：{line.explanation}{rests}"


def _signed(line: LedgerLine) -> str:
    return plain(line.points) if line.points < 0 else f"+{plain(line.points)}"
