"""The command line: the one place where edges and stages meet. Chinese help, English option names."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from mingcha.pipeline.assessments import Assessment
from mingcha.pipeline.errors import MingchaError, UsageError
from mingcha.pipeline.help_pages import Command, Group, usage_message
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from mingcha.pipeline.document import Document
    from mingcha.pipeline.job import Job, Summary
    from mingcha.pipeline.publishing import Edition

OK, FATAL, WRONG_USE, SOME_UNREAD, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="mingcha",
    help="明察：读取考核材料，提取实绩证据与风险信号，每一处都能回到原文；软件只提示，结论由人作出。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=Group,
)
explain_app = typer.Typer(help="说明一条线索的由来。", no_args_is_help=True, cls=Group, rich_markup_mode=None)
decide_app = typer.Typer(help="记录人工决定，只追加不改写。", no_args_is_help=True, cls=Group, rich_markup_mode=None)
app.add_typer(explain_app, name="explain")
app.add_typer(decide_app, name="decide")

_DB_HELP = "数据库：SQLite 文件路径，或 postgresql+psycopg://主机/库名。"
StoreName = Annotated[str, typer.Option("--db", metavar="URL", help=_DB_HELP)]
SchemeName = Annotated[str, typer.Option("--scheme", metavar="TOML", help="评分方案文件，或自带方案名（deneng 等）。")]
InputsFile = Annotated[Path | None, typer.Option("--inputs", metavar="CSV", help="手工填写的指标值：对象,指标,数值。")]
_CLASSIFIED_HELP = "带有密级标志的文件也读取（默认只报告，不读取）。国家秘密只能在涉密计算机上处理。"
AllowClassified = Annotated[bool, typer.Option("--allow-classified", help=_CLASSIFIED_HELP)]
Out = Annotated[Path, typer.Option("--out", metavar="OUT", help="输出文件夹（不存在则新建）。")]


@app.command(cls=Command)
def run(  # noqa: PLR0913 - one parameter an option
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="材料所在的文件夹。")],
    out: Out,
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称，默认取文件夹名。")] = None,
    period: Annotated[str, typer.Option(metavar="2024", help="考核期间，如 2024。")] = "",
    roster: Annotated[Path | None, typer.Option(metavar="CSV", help="花名册（CSV 或 Excel）。")] = None,
    scheme: SchemeName = "deneng",
    db: Annotated[str | None, typer.Option(metavar="URL", help=f"{_DB_HELP}默认 OUT/mingcha.db。")] = None,
    inputs: InputsFile = None,
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="并行进程数；0 表示自动。")] = 0,
    scores: Annotated[bool, typer.Option("--scores", help="另写 sentences.jsonl：每句断言风险的概率。")] = False,
    classified: AllowClassified = False,
) -> None:
    """分析一个文件夹：写出线索、数量、事实、计分预览和报告。

    退出码：0 全部读取；3 已完成但有文件未能读取；2 用法有误；1 无法继续。
    """
    from mingcha.corpora.roster import read_roster
    from mingcha.pipeline.job import Job
    from mingcha.pipeline.progress import summary_lines

    people = read_roster(roster) if roster else ()
    assessed = Assessment(_assessment_name(assessment, folder), period.strip(), people)
    job = Job(folder, out, assessed, workers=workers, scores=scores, allow_classified=classified)
    summary = _carry_out(job, db, scheme, inputs)
    if not summary.read and not summary.failures:
        typer.echo(f"提示：文件夹“{folder}”里没有文件，请确认材料放在其中。", err=True)
    typer.echo("\n".join(summary_lines(summary, out)))
    raise typer.Exit(SOME_UNREAD if summary.failures else OK)


@app.command(cls=Command)
def text(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="要查看的文件。")],
    clean: Annotated[bool, typer.Option("--clean", help="输出清理后的文字，而不是原文。")] = False,
    repairs: Annotated[
        bool, typer.Option("--show-repairs", help="列出清理时改动的每一处：位置、改动、原因、把握。")
    ] = False,
    classified: AllowClassified = False,
) -> None:
    """输出一个文件的文字。

    不加选项时原样输出：线索中的起止位置就是按这份文字计数的（UTF-8，无 BOM，换行保持原样）。
    """
    from mingcha.pipeline.document import Failure
    from mingcha.pipeline.reading.isolation import read_apart
    from mingcha.pipeline.reading.settings import ReadingSettings

    for item in read_apart(file, file.name, ReadingSettings(allow_classified=classified)):
        if isinstance(item, Failure):
            raise MingchaError(item.message)
        shown = _cleaned(item, repairs=repairs) if clean or repairs else item.text
        sys.stdout.buffer.write(shown.encode("utf-8"))
    sys.stdout.buffer.flush()


def _cleaned(document: Document, *, repairs: bool) -> str:
    from mingcha.models.characters import load_normalizer
    from mingcha.pipeline.reporting.repairs import repair_lines

    clean = load_normalizer()(document)
    return "".join(f"{line}\n" for line in repair_lines(clean)) if repairs else clean.text


@explain_app.command("finding", cls=Command)
def explain_finding(
    finding: Annotated[str, typer.Argument(metavar="ID", help="线索编号，可只写开头几位。")],
    db: StoreName,
) -> None:
    """显示一条线索：原文、出处、状态依据、命中的规则及理由、已有的决定。"""
    from mingcha.pipeline.reporting.content import subject_names
    from mingcha.pipeline.reporting.explanation import explain_finding as explained
    from mingcha.pipeline.store.decisions import load_decisions
    from mingcha.pipeline.store.queries import load_assessment, load_finding, load_text

    with _opened(db, must_exist=True) as store:
        stored = load_finding(store, finding)
        history = [d for d in load_decisions(store, stored.assessment) if d.finding == stored.finding.id]
        words = load_text(store, stored.sha256, format=stored.format)
        names = subject_names(load_assessment(store, stored.assessment))
    typer.echo(explained(stored.finding, words, _reasons(), history, names=names))


@decide_app.command("finding", cls=Command)
def decide_finding(  # noqa: PLR0913 - one parameter an option
    finding: Annotated[str, typer.Argument(metavar="ID", help="线索编号，可只写开头几位。")],
    verdict: Annotated[str, typer.Argument(metavar="confirm|reject|change", help="确认、驳回或更正。")],
    db: StoreName,
    by: Annotated[str, typer.Option(metavar="NAME", help="作出决定的人。")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="理由。")],
    category: Annotated[str | None, typer.Option(help="更正后的类别（仅 change）。")] = None,
    status: Annotated[str | None, typer.Option(help="更正后的状态（仅 change）。")] = None,
    subject: Annotated[str | None, typer.Option(help="更正后的对象编号（仅 change）。")] = None,
) -> None:
    """对一条线索作出决定。更正后需再次确认才会计分。"""
    from mingcha.corpora.decision_files import decision_of
    from mingcha.pipeline.store.decisions import append_decision

    changes = {"category": category, "status": status, "subject": subject}
    row: dict[str, Any] = {"finding": finding, "verdict": verdict, "by": by, "reason": reason, "at": _now()}
    row["changes"] = {field: value for field, value in changes.items() if value is not None}
    with _opened(db, must_exist=True) as store:
        written = append_decision(store, decision_of(row, "命令行"))
    typer.echo(f"已记录：线索 {written.finding} {chinese(written.verdict)}（{written.by}）。")
    typer.echo("运行 mingcha score 重新计分。")


@decide_app.command("file", cls=Command)
def decide_file(
    file: Annotated[Path, typer.Argument(metavar="JSONL", help="decisions.jsonl：每行一个决定。")],
    db: StoreName,
) -> None:
    """从文件读入一批决定：全部写入，或一条也不写。"""
    from mingcha.corpora.decision_files import read_decisions
    from mingcha.pipeline.store.decisions import append_decisions

    decisions = read_decisions(file, now=_now())
    with _opened(db, must_exist=True) as store:
        written = append_decisions(store, decisions)
    typer.echo(f"已记录 {len(written)} 条决定。运行 mingcha score 重新计分。")


@app.command(cls=Command)
def score(
    db: StoreName,
    out: Out,
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称；数据库里只有一个时可省略。")] = None,
    scheme: SchemeName = "deneng",
    inputs: InputsFile = None,
) -> None:
    """按已有决定重新计分，重写 scorecards.jsonl 和 report.html。没有决定时只是预览。"""
    from mingcha.pipeline.progress import gap_lines
    from mingcha.pipeline.store.queries import load_assessment

    with _opened(db, must_exist=True) as store:
        found = load_assessment(store, assessment)
        for line in gap_lines(store, found.name):
            typer.echo(line, err=True)
        cards = _publish(store, _edition(found, scheme, inputs), out)
    for card in cards:
        preview = "（预览：尚无人工决定）" if card["preview"] else ""
        typer.echo(f"{card['subject_name']}：{card['total'] or '待定'}{preview}")


@app.command(cls=Command)
def train(out: Annotated[Path, typer.Option(metavar="NPZ", help="写出的权重文件。")]) -> None:
    """用自带标注语料重新训练句子模型（开发者用）。"""
    from mingcha.models.building import build_sentence_model

    build_sentence_model(out, typer.echo)


def _assessment_name(given: str | None, folder: Path) -> str:
    from mingcha.pipeline.reading.folder import readable_name

    name = readable_name(folder.resolve().name if given is None else given).strip()
    if given is not None and not name:
        raise UsageError("考核名称是空的。请在 --assessment 后面写上名称，或去掉这个选项。")
    return name or "考核"


def _carry_out(job: Job, db: str | None, scheme: str, inputs: Path | None) -> Summary:
    from mingcha.models.toolkit import current_versions, load_toolkit
    from mingcha.pipeline.job import LOG, Means, carry_out, plan_job
    from mingcha.pipeline.outputs import make_folder
    from mingcha.pipeline.progress import gap_lines, telling

    plan = plan_job(job)
    for folder in plan.passed_over:
        typer.echo(f"提示：“{folder}”是以前运行的输出，没有当作材料读取。", err=True)
    make_folder(job.out)
    with _opened(db or str(job.out / "mingcha.db")) as store, telling(len(plan.files)) as tell:
        _log_to(job.out / LOG)
        job = _with_roster(job, store)
        edition = _edition(job.assessment, scheme, inputs)  # its mistakes are told before the long work
        means = Means(partial(load_toolkit, job.assessment.roster), current_versions())
        summary = carry_out(job, plan, store, means, tell=tell)
        for line in gap_lines(store, job.assessment.name):
            typer.echo(line, err=True)
        _publish(store, edition, job.out)
    return summary


def _with_roster(job: Job, store: Engine) -> Job:
    """Take the roster that the store has of the assessment where none is given."""
    from mingcha.pipeline.store.queries import load_roster

    if job.assessment.roster:
        return job
    stored = load_roster(store, job.assessment.name)
    if stored:
        typer.echo(
            f"提示：没有给出 --roster，沿用数据库中“{job.assessment.name}”的花名册（{len(stored)} 个对象）。", err=True
        )
    return replace(job, assessment=replace(job.assessment, roster=stored))


def _edition(assessment: Assessment, scheme: str, inputs: Path | None) -> Edition:
    from mingcha.corpora.manual_inputs import read_inputs
    from mingcha.corpora.schemebook import load_scheme
    from mingcha.models.toolkit import current_versions
    from mingcha.pipeline.publishing import Edition

    values = read_inputs(inputs, assessment.roster) if inputs else {}
    return Edition(assessment, load_scheme(scheme), _reasons(), current_versions(), values)


def _publish(store: Engine, edition: Edition, out: Path) -> list[dict[str, Any]]:
    from mingcha.pipeline.publishing import publish

    return [card.as_json() for card in publish(store, edition, out)]


def _reasons() -> dict[str, str]:
    from mingcha.models.toolkit import rule_reasons

    return rule_reasons()


def _opened(db: str, *, must_exist: bool = False) -> AbstractContextManager[Engine]:
    from mingcha.pipeline.store.database import opened

    return opened(db, must_exist=must_exist)


def _log_to(path: Path) -> None:
    from mingcha.pipeline.running import start_log

    try:
        start_log(path)
    except OSError as error:
        raise UsageError(f"无法写入运行日志“{path}”（{error.strerror}）。请换一个可写的输出文件夹。") from error


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def main() -> NoReturn:
    """Run the command line; whatever goes wrong by the user's or the data's fault is one line in Chinese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character must not end the run
    try:
        code = app(prog_name="mingcha", standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except MingchaError as error:
        _end(f"错误：{error}", WRONG_USE if isinstance(error, UsageError) else FATAL)
    except (KeyboardInterrupt, typer.Abort):
        _end("已中断。已完成的文件保存在数据库中，重新运行即可。", INTERRUPTED)
    except Exception as error:
        message = usage_message(error)
        if message is None:
            raise
        _end(message, WRONG_USE)
    sys.exit(code if isinstance(code, int) else OK)


def _end(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
