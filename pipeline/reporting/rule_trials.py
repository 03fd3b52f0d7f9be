"""What a trial of rules over a folder tells, as lines for the terminal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.wording import visible
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.differences import Difference
    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.rules import RuleBook

_SHOWN = 20  # sentences listed of each sort of difference
_LONGEST = 80  # characters of a sentence shown


@dataclass(slots=True)
class Trial:
    """What rules did in a folder: documents read, rules that fired, differences from the shipped where *compared*."""

    compared: bool
    read: int = 0
    unread: int = 0
    fired: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)


def trial_lines(trial: Trial, book: RuleBook) -> Iterator[str]:
    """Yield the lines of a trial: what was read, the rules that never fired, and what the office's file changes."""
    yield f"读取 {trial.read} 份材料，未能读取 {trial.unread} 个文件。"
    shipped = [rule.id for rule in book.rules if rule.id not in book.own]
    yield from _idle_lines("本单位规则", sorted(book.own), trial.fired)
    yield from _idle_lines("自带规则", shipped, trial.fired)
    if trial.compared:
        yield from _difference_lines(trial.differences, book.glossary.names)


def _idle_lines(title: str, rules: Sequence[str], fired: set[str]) -> Iterator[str]:
    idle = [rule for rule in rules if rule not in fired]
    if rules:
        yield f"{title} {len(rules)} 条，没有命中的 {len(idle)} 条{'：' if idle else '。'}{'、'.join(idle)}"


def _difference_lines(differences: Sequence[Difference], names: Mapping[str, str]) -> Iterator[str]:
    added = [finding for one in differences for finding in one.added]
    removed = [finding for one in differences for finding in one.removed]
    changed = [pair for one in differences for pair in one.changed]
    counts = f"新增 {len(added)} 条，减少 {len(removed)} 条，状态改变 {len(changed)} 条"
    yield f"与只用自带规则相比：{counts}。"
    yield from _listed("新增", added, names)
    yield from _listed("减少", removed, names)
    yield from _listed("状态改变", [after for _, after in changed], names, [before for before, _ in changed])
    more, less = (sum(getattr(one, name) for one in differences) for name in ("referrals_added", "referrals_removed"))
    if more or less:
        yield f"单独存放的表述：新增 {more} 处，减少 {less} 处；只供授权人员查看，这里不列。"


def _listed(
    title: str, findings: Sequence[Finding], names: Mapping[str, str], before: Sequence[Finding] = ()
) -> Iterator[str]:
    if not findings:
        return
    counts = Counter(names.get(finding.category, chinese(finding.category)) for finding in findings)
    yield f"{title}（{'，'.join(f'{name} {count}' for name, count in counts.most_common())}）："
    earlier: Iterable[Finding | None] = before or [None] * len(findings)
    for finding, old in list(zip(findings, earlier, strict=True))[:_SHOWN]:
        status = f"{chinese(old.status)}→{chinese(finding.status)}" if old else chinese(finding.status)
        category = names.get(finding.category, chinese(finding.category))
        place = f"{visible(finding.document)} {visible(finding.locator.label)}"
        yield f"  {place}｜{category}·{status}｜{_short(finding.text)}（{'、'.join(finding.sources)}）"
    if len(findings) > _SHOWN:
        yield f"  ……另有 {len(findings) - _SHOWN} 条"


def _short(text: str) -> str:
    words = visible(" ".join(text.split()))
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
