"""The page that ``mingcha evaluate`` prints and writes: Markdown in Chinese."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING

from mingcha.models.evaluation import Figure, evaluate, rank, worst_false_flags, worst_misses
from mingcha.models.ranking import calibration_error, reliability_of
from mingcha.models.rule_yields import rule_yields
from mingcha.models.tallies import LEAST_GOLD, tallied
from mingcha.pipeline.terms import CATEGORIES, EVIDENCE_CATEGORIES, chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.models.evaluation import Examined, Slip
    from mingcha.models.ranking import Bin
    from mingcha.models.rule_yields import RuleYield
    from mingcha.pipeline.analysis import Toolkit

_MEASURES = {
    "risk.p": "风险（任一类）准确率",
    "risk.r": "风险（任一类）召回率",
    "risk.f1": "风险（任一类）F1",
    "risk.macro": "风险各类 F1 平均",
    "evidence.p": "实绩证据准确率",
    "evidence.r": "实绩证据召回率",
    "evidence.f1": "实绩证据 F1（合计）",
    "evidence.macro": "实绩证据各类 F1 平均",
    "flagged.mention": "仅提及的句子被误报的比例",
    "flagged.plain": "普通句子被误报的比例",
    "status": "仅提及的句子状态判对的比例",
    "average_precision": "平均精度（按概率排序）",
    "recall_at_p80": "准确率 0.8 时的召回率",
    "recall_at_p90": "准确率 0.9 时的召回率",
    "share_read_for_95": "找到 95% 风险须读的句子比例",
}
_SOURCE_TYPES = {
    "complaint": "投诉留言",
    "assessment_report": "考核报告",
    "gov_report": "政府工作报告",
    "neutral": "一般材料",
    "case_notice": "案例通报",
    "inspection_feedback": "巡察督查反馈",
    "rectification_report": "整改报告",
    "accident_report": "事故调查报告",
    "commendation": "表彰材料",
    "court": "裁判文书",
}
_ORIGINS = {"public": "公开文件", "authored": "专门撰写"}
_LEAST_DOCUMENTS = 3
_FEW = 15


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is shown: ``rules`` in the table of rules (``None``: all), ``errors`` of either kind."""

    rules: int | None = _FEW
    errors: int = 0


def write_page(documents: Sequence[Examined], kit: Toolkit, scope: Scope) -> str:
    """Return the whole page over *documents*, which were examined with *kit*."""
    figures = known_figures(documents)
    parts = [
        _head(documents, kit.versions),
        _section("总体", _overall(figures)),
        _section("各类别", _by_category(documents, figures)),
        _section("按材料类型", _by_group(documents, {one: _source(one.labelled.source_type) for one in documents})),
        _section("按识别出的文种", _by_group(documents, {one: chinese(one.genre) for one in documents})),
        _section("按来源", _by_group(documents, {one: _ORIGINS.get(one.origin, one.origin) for one in documents})),
        _section("概率可靠性", _reliability(reliability(documents))),
        _section("规则", _rules(rule_yields(documents, kit.stages.matcher.rules), scope)),
        _section("最严重的漏报", _slips(worst_misses(documents, scope.errors))),
        _section("最严重的误报", _slips(worst_false_flags(documents, scope.errors))),
    ]
    return "\n".join(part for part in parts if part)


def known_figures(documents: Sequence[Examined]) -> dict[str, Figure]:
    """Return the figures of *documents*; one that has nothing to measure is NaN, where the measure itself says 0."""
    counts = tallied(documents)
    gold = {name: counts[f"{name}.tp"] + counts[f"{name}.fn"] for name in ("risk", *CATEGORIES)}
    gold["evidence"] = sum(gold[name] for name in EVIDENCE_CATEGORIES)
    basis = gold | {"flagged.mention": counts["mention"], "status": counts["mention"], "flagged.plain": counts["plain"]}
    return {
        name: figure if basis.get(name, basis.get(name.partition(".")[0], 1)) else Figure(nan, nan, nan)
        for name, figure in evaluate(documents).items()
    }


def reliability(documents: Sequence[Examined]) -> tuple[Bin, ...]:
    """Return the ten bins of the probability that a sentence asserts a risk."""
    ranked = rank(documents)
    return reliability_of(ranked.probabilities, ranked.answers)


def _head(documents: Sequence[Examined], versions: Mapping[str, str]) -> str:
    sentences = [sentence for document in documents for sentence in document.sentences]
    unsure = sum(sentence.labels.unsure for sentence in sentences)
    used = "，".join(f"{_VERSIONS.get(name, name)} {version}" for name, version in versions.items())
    return (
        f"# 评测结果\n\n{len(documents)} 份文档，{len(sentences)} 句；其中标为“不确定”的 {unsure} 句不计分。{used}。\n"
        "区间为按文档重抽样（500 次，固定种子）的 95% 区间。\n"
    )


_VERSIONS = {"software": "软件", "rules": "规则", "model": "模型", "point": "操作点"}


def _section(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"## {title}\n\n{body}\n" if body else ""


def _overall(figures: Mapping[str, Figure]) -> Iterator[str]:
    yield "| 指标 | 数值 | 95% 区间 |\n|---|---|---|"
    for name, words in _MEASURES.items():
        one = figures[name]
        yield _row((words, _number(one.value), _interval(one)))


def _by_category(documents: Sequence[Examined], figures: Mapping[str, Figure]) -> Iterator[str]:
    counts = tallied(documents)
    yield "| 类别 | 准确率 | 召回率 | F1 | 95% 区间 | 标注句 | 报出句 |\n|---|---|---|---|---|---|---|"
    for name in CATEGORIES:
        p, r, f1 = (figures[f"{name}.{kind}"] for kind in ("p", "r", "f1"))
        right, false, missed = (counts[f"{name}.{cell}"] for cell in ("tp", "fp", "fn"))
        numbers = (p.value, r.value, f1.value)
        yield _row((chinese(name), *map(_number, numbers), _interval(f1), right + missed, right + false))
    yield f"\n标注不足 {LEAST_GOLD} 句的类别不计入各类平均。"


def _by_group(documents: Sequence[Examined], names: Mapping[Examined, str]) -> Iterator[str]:
    """Yield a row for each group of some documents, the largest first; nothing where there is but one group."""
    groups: dict[str, list[Examined]] = defaultdict(list)
    for document in documents:
        groups[names[document]].append(document)
    if len(groups) < 2:
        return
    yield (
        "| 类型 | 文档 | 风险句 | 准确率 | 召回率 | F1 | 95% 区间 | 证据 F1 | 误报句 | 误报（提及） | 平均精度 |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for name, members in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        yield _row((name or "未注明", len(members), *_group_cells(members)))
    if any(len(members) < _LEAST_DOCUMENTS for members in groups.values()):
        yield f"\n不足 {_LEAST_DOCUMENTS} 份文档的类型，区间没有意义，仅供参考。"


def _group_cells(documents: Sequence[Examined]) -> Iterator[object]:
    figures, counts = known_figures(documents), tallied(documents)
    yield counts["risk.tp"] + counts["risk.fn"]
    yield from (_number(figures[f"risk.{kind}"].value) for kind in ("p", "r", "f1"))
    yield _interval(figures["risk.f1"])
    yield _number(figures["evidence.f1"].value)
    yield counts["risk.fp"]
    yield from (_number(figures[name].value) for name in ("flagged.mention", "average_precision"))


def _reliability(bins: Sequence[Bin]) -> Iterator[str]:
    yield "| 概率 | 句数 | 平均概率 | 实际为风险的比例 |\n|---|---|---|---|"
    for one in bins:
        yield _row((f"{one.low:.1f}—{one.high:.1f}", one.count, _number(one.mean), _number(one.share)))
    yield f"\n平均偏差（按句数加权）{calibration_error(tuple(bins)):.3f}。"


def _rules(yields: Sequence[RuleYield], scope: Scope) -> Iterator[str]:
    if not yields:
        yield "没有规则触发。"
        return
    yield "| 规则 | 类别 | 触发 | 有效 | 判对 | 准确率 | 漏报 | 与模型冲突 | 其中规则对 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in yields[: scope.rules]:
        rule, share = one.rule, "—" if one.precision is None else _number(one.precision)
        counts = (one.fired, one.active, one.right, share, one.missed, one.doubted, one.doubted_right)
        yield _row((f"`{rule.id}`", chinese(rule.category), *counts))
    rest = len(yields) - len(yields[: scope.rules])
    yield f"\n误报多的在前{f'，另有 {rest} 条规则见 --out 写出的文件' if rest else ''}。" + _RULE_NOTE


_RULE_NOTE = (
    "触发：句中有规则命中；有效：没有被“要求、否定、已整改”等线索词收回；判对：标注确有这一类；"
    "漏报：标注有这一类、规则也触发，最后仍未报出；冲突：规则有效，而模型概率低于操作点。"
)


def _slips(slips: Sequence[Slip]) -> Iterator[str]:
    for slip in slips:
        sentence = slip.sentence
        gold = [*sentence.labels.risk, *sentence.labels.evidence, sentence.labels.mention or ""]
        said = [*sorted(sentence.risk), *sorted(sentence.evidence), *sorted(sentence.statuses)]
        labels = f"标注 {_listed(gold)}；报出 {_listed(said)}；概率 {sentence.probability:.2f}"
        yield f"- `{slip.document}`（{labels}）{' '.join(slip.text.split())}"


def _listed(terms: Iterable[str]) -> str:
    return "、".join(chinese(term) for term in terms if term) or "无"


def _source(source_type: str) -> str:
    return _SOURCE_TYPES.get(source_type, chinese(source_type))


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _interval(figure: Figure) -> str:
    return "—" if isnan(figure.low) else f"{figure.low:.3f}—{figure.high:.3f}"


def _number(value: float) -> str:
    return "—" if isnan(value) else f"{value:.3f}"
