"""What is told of an office's models: the list, the figures beside the former model, the findings that come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.reporting.wording import visible
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.differences import Difference
    from mingcha.pipeline.findings import Finding

_SHOWN = 50  # rows of the table on the screen
_LONGEST = 60  # characters of a passage on the screen
_FIGURES = {
    "average_precision": "平均精度（按概率排序）",
    "risk.f1": "风险 F1",
    "evidence.f1": "实绩证据 F1",
    "risk.p": "风险准确率",
    "risk.r": "风险召回率",
    "risk.macro": "风险各类 F1 平均",
    "flagged.mention": "仅提及的句子误报率",
    "flagged.plain": "一般句子误报率",
    "kept": "人工认定的仍能标出",
    "dropped": "人工驳回的不再标出",
}
_SORTS = {"confirmed": "确认", "corrected": "更正", "rejected": "驳回", "missed": "漏检", "clean": "抽查无漏检"}
_HANDS = {"adjudicated": "经裁定", "agreed": "两人一致", "single": "只有一人"}
HEADINGS = ("变化", "材料", "位置", "原来", "现在", "原文")


@dataclass(frozen=True, slots=True)
class Row:
    """A finding that comes, goes or changes: what it said before and says now, empty where it was or is not there."""

    change: str
    document: str
    place: str
    before: str
    after: str
    text: str


def change_rows(differences: Iterable[Difference]) -> Iterator[Row]:
    """Yield the differences as rows; a passage of which only the category differs is one that changed."""
    for one in differences:
        gone = {(finding.kind, finding.span): finding for finding in one.removed}
        pairs = [*one.changed]
        for finding in one.added:
            before = gone.pop((finding.kind, finding.span), None)
            if before is None:
                yield _row("新增", finding, "", _said(finding))
            else:
                pairs.append((before, finding))
        yield from (_row("消失", finding, _said(finding), "") for finding in gone.values())
        yield from (_row("改变", after, _said(before), _said(after)) for before, after in pairs)


def _row(change: str, finding: Finding, before: str, after: str) -> Row:
    return Row(change, finding.document, finding.locator.label, before, after, " ".join(finding.text.split()))


def _said(finding: Finding) -> str:
    return f"{chinese(finding.category)}·{chinese(finding.status)}"


def change_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield how many findings come, go and change, and a table of them; a long one is cut short."""
    counts = {name: sum(row.change == name for row in rows) for name in ("新增", "消失", "改变")}
    yield f"线索：新增 {counts['新增']} 条，消失 {counts['消失']} 条，改变 {counts['改变']} 条。"
    if rows:
        yield ""
        yield f"| {' | '.join(HEADINGS)} |"
        yield "|---" * len(HEADINGS) + "|"
    for row in rows[:_SHOWN]:
        cells = (row.change, row.document, row.place, row.before, row.after, _short(row.text))
        yield f"| {' | '.join(visible(cell).replace('|', '｜') or '—' for cell in cells)} |"
    if len(rows) > _SHOWN:
        yield f"……另有 {len(rows) - _SHOWN} 条，用 --out 写出全部。"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the card of a candidate says: what it learned, and its figures beside those of the former model."""
    counts = card["decisions"]
    yield f"候选模型 {card['id']}，训练于 {card['made']}，对照{model_name(card['compared_with'])}。"
    if card["compared_with"] == "shipped":
        yield "自带模型学过全部自有文档，这里由同样训练、但没有学过留存文档的模型代替它。"
    sorts = "、".join(f"{word} {counts[name]}" for name, word in _SORTS.items())
    hands = "、".join(f"{word} {counts[name]}" for name, word in _HANDS.items())
    yield f"学习的决定：{sorts}；{hands}；{counts['documents']} 份材料，{counts['sentences']} 句。"
    frozen, past = card["frozen"], card["past"]
    yield f"单独留存的自有文档（{frozen['documents']} 份，{frozen['sentences']} 句，两个模型都没有学过）："
    yield from _figure_lines(frozen["figures"])
    yield f"以往的决定（风险 {past['risks']} 句，不是风险 {past['others']} 句；新模型按{past['folds']}折留出）："
    yield from _figure_lines(past["figures"])
    yield "这些线索多是原模型自己挑出来的，原模型在后两项上的数字不说明好坏；请看平均精度。"
    if past["old_has_learned_some"]:
        yield "原模型学过其中一部分决定，它在这里的数字偏高。"


def _figure_lines(figures: Mapping[str, Mapping[str, Sequence[float | None]]]) -> Iterator[str]:
    yield ""
    yield "| 指标 | 原模型（95%区间） | 新模型（95%区间） | 差（95%区间） |"
    yield "|---|---|---|---|"
    for name, row in figures.items():
        told = (_FIGURES[name], _figure(row["old"]), _figure(row["new"]), _figure(row["difference"], "+"))
        yield f"| {' | '.join(told)} |"
    yield ""


def _figure(numbers: Sequence[float | None], sign: str = "") -> str:
    value, low, high = (None if number is None else f"{number:{sign}.3f}" for number in numbers)
    return "—" if value is None else f"{value}（{low or '—'} 至 {high or '—'}）"


def figure_names(names: Iterable[str]) -> str:
    """Return the Chinese names of figures."""
    return "、".join(_FIGURES[name] for name in names)


def model_name(model: str) -> str:
    """Return what a model is called: its id, or that it is the shipped one."""
    return "自带模型" if model == "shipped" else model
