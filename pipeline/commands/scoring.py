"""The commands around scoring: a score as a tree, what would be if, the shipped schemes and their worked values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.cases import Asked, Case, load_case, moment_of
from mingcha.pipeline.commands.options import FATAL, AsOf, InputsFile, SchemeName, StoreName
from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.scoring.scorecards import Scorecard

_NUMERALS = "零一二三"

SubjectName = Annotated[str, typer.Argument(metavar="SUBJECT", help="对象的编号或姓名（名称）。")]
AssessmentName = Annotated[
    str | None, typer.Option("--assessment", metavar="NAME", help="考核名称；数据库里只有一个时可省略。")
]


def explain_score(  # noqa: PLR0913 - one parameter an option
    subject: SubjectName,
    db: StoreName,
    assessment: AssessmentName = None,
    scheme: SchemeName = "deneng",
    inputs: InputsFile = None,
    indicator: Annotated[str | None, typer.Option(metavar="ID", help="只看这个指标及其下级。")] = None,
    as_of: AsOf = None,
) -> None:
    """把一个对象的得分展开成树：每项多少分、依据哪条规则、哪些线索，逐行相加正好是总分。

    写明 --as-of 时，按当时的决定重算，并与当时保存的计分逐行对照。
    """
    from mingcha.pipeline.reporting.score_tree import score_tree
    from mingcha.pipeline.scoring.scorecards import score

    case = load_case(Asked(subject, db, assessment, scheme, inputs, as_of))
    if indicator is not None and indicator not in case.scheme.places:
        raise UsageError(f"方案“{case.scheme.name}”没有指标“{indicator}”。可写：{'、'.join(case.scheme.places)}。")
    card = score(case.subject, case.scheme, case.evidence)
    typer.echo(score_tree(card, case.scheme, indicator))
    if as_of is not None:
        typer.echo("\n".join(_replayed(case, card, as_of)))


def what_if(  # noqa: PLR0913 - one parameter an option
    subject: SubjectName,
    db: StoreName,
    assessment: AssessmentName = None,
    scheme: SchemeName = "deneng",
    inputs: InputsFile = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="改动方案，如 strength=E2、indicators.qin.weight=20。"),
    ] = None,
    drop: Annotated[list[str] | None, typer.Option("--drop", metavar="ID", help="假定这条线索被驳回。")] = None,
    plot: Annotated[Path | None, typer.Option(metavar="SVG", help="把权重敏感度画成图，写到这个文件。")] = None,
) -> None:
    """试算：改权重、界限或分值，去掉某条线索，看哪些行变；不写改动时，列出等次系于哪些线索、名次对权重是否敏感。

    只试算，不写入数据库。
    """
    case = load_case(Asked(subject, db, assessment, scheme, inputs))
    if change or drop:
        typer.echo("\n".join(_tried(case, change or [], drop or [])))
    else:
        typer.echo("\n".join((*_hanging(case), *_sensitive(case, plot))))


def list_schemes() -> None:
    """列出自带的评分方案、依据和状态。"""
    from mingcha.corpora.schemebook import load_scheme, shipped_schemes

    for name in shipped_schemes():
        scheme = load_scheme(name)
        parts = f"指标{len(scheme.indicators)}个，表格核算{len(scheme.calculations)}项"
        typer.echo(f"{name}　{scheme.name}〔{scheme.standing}〕{parts}\n　　依据：{scheme.source}")


def check_schemes() -> None:
    """逐个跑自带方案的算例，列表：制度、方案、核对的数、不符的数。"""
    from collections import Counter

    from mingcha.corpora.scheme_checks import check_schemes as checked

    results = checked()
    values: Counter[tuple[str, str]] = Counter()
    faults = [f"{result.scheme}“{result.case}”：{fault}" for result in results for fault in result.faults]
    wrong = Counter((result.system, result.scheme) for result in results for _ in result.faults)
    for result in results:
        values[result.system, result.scheme] += result.values
    for (system, scheme), count in values.items():
        typer.echo(f"{system} → {scheme}：核对{count}个数，不符{wrong[system, scheme]}个")
    typer.echo(f"合计：{len(values)}个方案，{len(results)}个算例，核对{values.total()}个数，不符{len(faults)}个")
    if faults:
        typer.echo("\n".join(faults), err=True)
        raise typer.Exit(FATAL)


def _replayed(case: Case, card: Scorecard, as_of: str) -> Iterator[str]:
    from mingcha.pipeline.publishing import scorecard_row
    from mingcha.pipeline.reporting.replay import replay_lines

    now = scorecard_row(card, case.scheme, moment_of(as_of).isoformat(timespec="seconds"))
    return replay_lines(now, case.saved, case.later_runs)


def _tried(case: Case, altering: list[str], dropped: list[str]) -> Iterator[str]:
    from mingcha.pipeline.scoring.scorecards import score
    from mingcha.pipeline.scoring.what_if import altered, change_lines, changes, without

    known = {one.finding.id for one in case.evidence.reviewed}
    whole = {name for prefix in dropped for name in known if name.startswith(prefix)}
    if missing := [prefix for prefix in dropped if not any(name.startswith(prefix) for name in known)]:
        raise UsageError(f"没有编号为“{'、'.join(missing)}”的线索。请核对编号。")
    scheme = case.scheme
    for change in altering:
        scheme = altered(scheme, change)
    before = score(case.subject, case.scheme, case.evidence)
    after = score(case.subject, scheme, without(case.evidence, whole))
    yield f"{case.subject.name}（试算，不写入）"
    yield f"总分：{before.as_json()['total'] or '待定'} → {after.as_json()['total'] or '待定'}"
    yield f"对照：{before.grade or '—'} → {after.grade or '—'}"
    yield from change_lines(changes(before, after))
    yield from (f"缺：{reason}" for reason in after.undetermined if reason not in before.undetermined)


def _hanging(case: Case) -> Iterator[str]:
    from mingcha.pipeline.scoring.scorecards import score
    from mingcha.pipeline.scoring.what_if import hanging_on

    card = score(case.subject, case.scheme, case.evidence)
    yield f"{case.subject.name}：{card.as_json()['total'] or '待定'}　{card.grade or '不对照等次'}"
    found = hanging_on(case.subject, case.scheme, case.evidence)
    if not found.tried:
        yield "总分待定，或方案没有等次线，不能判断等次系于哪些线索。"
    elif not found.sets:
        yield f"去掉任何{'一项' if found.tried == 1 else f'一至{_NUMERALS[found.tried]}项'}事实的线索，等次对照都不变。"
    for findings in found.sets:
        yield f"去掉 {'、'.join(findings)}，等次对照就会改变"


def _sensitive(case: Case, plot: Path | None) -> Iterator[str]:
    from mingcha.pipeline.reporting.sensitivity_plot import sensitivity_plot
    from mingcha.pipeline.scoring.sensitivity import sensitivity

    shifts = sensitivity(case.scheme, case.roster, case.evidence)
    for shift in shifts:
        if shift.swapped:
            moved = "、".join(f"{name} {before}→{after}" for name, before, after in shift.moved)
            yield f"“{shift.name}”权重{shift.step:+d}：{shift.pairs}对中{shift.swapped}对换位（{moved}）"
    if not any(shift.swapped for shift in shifts):
        yield "各项权重上下变动5至10个百分点，名次都不变（总分待定的对象不排）。"
    if plot is not None:
        try:
            plot.write_text(sensitivity_plot(shifts), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"无法写入“{plot}”（{error.strerror}）。请换一个位置。") from error
        yield f"敏感度图：{plot}"
