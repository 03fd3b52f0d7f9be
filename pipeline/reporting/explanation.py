"""One finding explained in plain Chinese: the passage, its place, what decided its status, which rules fired."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.wording import is_model, reason_of, visible
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.findings import Decision, Finding

_CONTEXT = 60  # characters shown before and behind the passage
_NOBODY: Mapping[str, str] = MappingProxyType({})
_FIELDS = MappingProxyType({"category": "类别", "status": "状态", "subject": "对象"})


def explain_finding(
    finding: Finding,
    text: str | None,
    reasons: Mapping[str, str],
    decisions: Iterable[Decision],
    *,
    names: Mapping[str, str] = _NOBODY,
) -> str:
    """Return the explanation as lines.

    *text* is the document's text, ``None`` where the store has it no more; *names* maps roster ids, and an office's own
    categories, to names.
    """
    return "\n".join(
        [*_passage(finding, text), *_judgment(finding, names), *_rules(finding, reasons), *_history(decisions, names)]
    )


def _passage(finding: Finding, text: str | None) -> Iterator[str]:
    yield f"线索 {finding.id}"
    place = f"{visible(finding.locator.label)}，第{finding.span.start + 1}—{finding.span.end}字"
    yield f"文件：{visible(finding.document)}（{place}）"
    if text is None:
        yield f"原文：【{_one_line(finding.text)}】"
        return
    start, end = finding.span.start, finding.span.end
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    yield f"原文：…{_one_line(before)}【{_one_line(text[start:end])}】{_one_line(after)}…"


def _judgment(finding: Finding, names: Mapping[str, str]) -> Iterator[str]:
    subclass = f"（{chinese(finding.subclass.partition('.')[0])} {finding.subclass}）" if finding.subclass else ""
    category = names.get(finding.category, chinese(finding.category))
    yield f"类别：{chinese(finding.kind)}·{category}{subclass}"
    yield f"状态：{chinese(finding.status)}；依据：{_cue(finding)}"
    possible = "、".join(_named(candidate, names) for candidate in finding.candidates)
    subject = _named(finding.subject, names) if finding.subject else "未确定"
    yield f"对象：{subject}{f'；可能是：{possible}' if possible else ''}"
    yield f"来源：{chinese(finding.source_kind)}；说话人：{_one_line(finding.speaker or '未注明')}"
    yield f"证据强度：{finding.strength} {chinese(finding.strength)}；把握：{finding.confidence:.0%}"
    if finding.quantities:
        yield "数量：" + "；".join(_one_line(quantity.text) for quantity in finding.quantities)


def _cue(finding: Finding) -> str:
    if finding.cue is None:
        return "没有改变语气的词，按文书类型和模型判断"
    return f"“{_one_line(finding.cue.text)}”（{finding.cue.id}）"


def _named(subject: str, names: Mapping[str, str]) -> str:
    """Return name and id of a subject; a namesake's name has the id in it already."""
    name = names.get(subject, subject)
    return visible(name if subject in name else f"{name}（{subject}）")


def _rules(finding: Finding, reasons: Mapping[str, str]) -> Iterator[str]:
    yield "命中："
    for source in finding.sources:
        reason = reason_of(source, reasons, otherwise="规则已不在当前规则库")
        yield f"  {reason}（{source}）" if source in reasons or not is_model(source) else f"  {reason}"


def _history(decisions: Iterable[Decision], names: Mapping[str, str]) -> Iterator[str]:
    lines = [
        f"  {decision.at[:19].replace('T', ' ')} {_one_line(decision.by)} {chinese(decision.verdict)}"
        f"{_changes(decision, names)}：{_one_line(decision.reason)}"
        for decision in decisions
    ]
    yield "决定："
    yield from lines or ["  尚无人工决定；未经确认不得作为结论。"]


def _changes(decision: Decision, names: Mapping[str, str]) -> str:
    return "".join(
        f"（{_field(field)} → {_named(value, names) if field.endswith('subject') else chinese(value)}）"
        for field, value in decision.changes
    )


def _field(field: str) -> str:
    """Return a corrected field in words; of a split it is preceded by the number of the part."""
    part, _, inner = field.rpartition(".")
    return f"拆出第{part.removeprefix('part')}条的{_FIELDS.get(inner, inner)}" if part else _FIELDS.get(field, field)


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))
