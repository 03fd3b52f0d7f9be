"""What a run tells while it goes on: a bar on a terminal, plain lines in a log; one line for each unread file."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Failure
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES, chinese

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.analyzed import Consulted
    from mingcha.pipeline.findings import Fact
    from mingcha.pipeline.job import Summary
    from mingcha.pipeline.running import Result
    from mingcha.pipeline.scoring.assessment import Assessed

_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def telling(total: int) -> Iterator[Callable[[Result], None]]:
    """Give the function that hears of each finished file; *total* is how many files there are."""
    if sys.stderr.isatty():
        with _bar(total) as tell:
            yield tell
    else:
        yield _lines(total)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Result], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("分析"), BarColumn(), MofNCompleteColumn(), TextColumn("预计还需"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=total)

        def tell(result: Result) -> None:
            for failure in _failures(result):
                progress.console.print(f"未读取：{failure.message}", markup=False, highlight=False)
            progress.advance(task)

        yield tell


def _lines(total: int) -> Callable[[Result], None]:
    done, last = 0, time.monotonic()

    def tell(result: Result) -> None:
        nonlocal done, last
        done += 1
        for failure in _failures(result):
            print(f"未读取：{failure.message}", file=sys.stderr)
        if time.monotonic() - last >= _SECONDS_BETWEEN_LINES or done == total:
            last = time.monotonic()
            print(f"已处理 {done}/{total} 个文件", file=sys.stderr, flush=True)

    return tell


def tell_conversions(count: int) -> None:
    """Say that LibreOffice is at work, which for many old documents takes minutes; *count* is how many there are."""
    print(f"正在用 LibreOffice 转换 {count} 份旧版文档……", file=sys.stderr, flush=True)


def _failures(result: Result) -> Iterator[Failure]:
    return (item for item in result if isinstance(item, Failure))


def summary_lines(summary: Summary, out: Path, names: Mapping[str, str]) -> list[str]:
    """Return the last words of a run; *names* are those of the office's own categories."""
    known = [finding for finding in summary.findings if finding.category in CATEGORIES]
    active = sum(1 for f in known if f.kind == "risk" and f.status in ACTIVE_STATUSES)
    evidence = sum(1 for f in known if f.kind == "evidence")
    return [
        f"读取 {summary.read} 份材料，未能读取 {len(summary.failures)} 个文件。",
        f"待核实的风险信号 {active} 条，实绩证据 {evidence} 条，事实 {len(summary.facts)} 项。均须人工确认。",
        *_apart_lines(summary, names),
        *_copy_lines(summary.facts),
        *_reader_lines(summary.consulted),
        *_change_lines(summary),
        f"报告：{out / 'report.html'}",
        *(f"您的规则 {rule} 在本次材料中没有命中。请用 mingcha rules check 核对写法。" for rule in summary.idle),
    ]


def _apart_lines(summary: Summary, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what stands apart from the counts, each only where there is any."""
    active = [f for f in summary.findings if f.kind != "check" and f.status in ACTIVE_STATUSES]
    counts = Counter(finding.category for finding in active if finding.category not in CATEGORIES)
    if counts:
        listed = "，".join(f"{names.get(category, chinese(category))} {count} 条" for category, count in counts.items())
        yield f"另行单列：{listed}。"
    if summary.referrals:
        yield f"另有 {summary.referrals} 处涉及廉洁的表述，单独存放（referrals.jsonl），仅供授权人员查看。"


def _copy_lines(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield the alarm that passages of several documents repeat one another nearly word for word."""
    copied = [fact for fact in facts if fact.copies]
    if copied:
        passages = sum(len(fact.copies) for fact in copied)
        yield f"雷同提醒：{len(copied)} 项事实中有 {passages} 处只是重复别处的话，未另算来源。请核实材料是否互相抄录。"


def _reader_lines(consulted: Consulted) -> Iterator[str]:
    """Yield what a second reader was asked and what came of it, where there was one."""
    if not consulted.asked:
        return
    counts = (
        ("补提", consulted.raised),
        ("同意", consulted.agreed),
        ("撤下", consulted.withheld),
        ("存疑", consulted.doubted),
    )
    effects = "，".join(f"{word} {count} 处" for word, count in counts)
    yield f"第二读者：问了 {consulted.asked} 句拿不准的；{effects}；{consulted.ungrounded} 句答得没有依据，不算。"
    if consulted.left_out:
        yield f"另有 {consulted.left_out} 句也拿不准，超过每份材料的句数，没有问第二读者。"


def _change_lines(summary: Summary) -> Iterator[str]:
    """Yield what became of the files since the last run, where there was one."""
    if summary.kept:
        yield f"其中 {summary.kept} 个文件与上次相同，没有重读。"
    changes = summary.changes
    renamed = tuple(f"{old} → {new}" for old, new in changes.renamed)
    told = (("新增", changes.new), ("内容有变", changes.replaced), ("改名", renamed), ("不见了", changes.gone))
    if changes:
        listed = "；".join(f"{word} {len(names)} 份（{_some(names)}）" for word, names in told if names)
        yield f"与上次运行相比：{listed}。"


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:5]) + ("等" if len(names) > 5 else "")


def gap_lines(store: Engine, assessment: str) -> Iterator[str]:
    """Yield what makes stored results incomplete: a run that was broken off, files that were not met, no year."""
    from mingcha.pipeline.scoring.matters import years_of
    from mingcha.pipeline.store.queries import load_assessment, missing_documents, unfinished_run

    period = load_assessment(store, assessment).period
    if period and not years_of(period):
        yield (
            f"提示：考核期间“{period}”里没有年份，按年份核对的内容（方案是否适用、按月分布）都略去了。"
            "请写四位年份，如 --period 2024 或 2022—2024，重新运行。"
        )
    started = unfinished_run(store, assessment)
    if started is not None:
        moment = started[:19].replace("T", " ")
        remedy = "请重新运行 mingcha run（加 --resume，已做完的文件不再重读）。"
        yield f"提示：{moment} 开始的运行没有做完，结果不完整。{remedy}"
    missing = missing_documents(store, assessment)
    if missing:
        yield (
            f"提示：有 {len(missing)} 个文件最近一次运行没有遇到（{_some(missing)}），已在库中标明。"
            "其线索仍在库中和报告里；只是改了名的，线索以新文件名为准。"
        )


def result_lines(assessed: Assessed) -> Iterator[str]:
    """Yield a line for each scorecard and for each outcome of a calculation."""
    for card in assessed.scorecards:
        preview = "（预览：其线索尚无人工决定）" if card.preview else ""
        yield f"{card.name}：{card.as_json()['total'] or '待定'}{preview}"
    for outcome in assessed.outcomes:
        said = "；".join(("〔建议〕" if one.proposal else "") + one.text for one in outcome.said)
        figures = "，".join(f"{one.id}{one.shown}" for one in outcome.reckoned if one.value is not None)
        reasons = f"待定：{'；'.join(outcome.undetermined)}" if outcome.undetermined else ""
        yield f"{outcome.name}　{'／'.join(outcome.about)}：{said or reasons or figures}"
    for name in assessed.waiting:
        yield f"{name}：没有给出表格，未核算"
