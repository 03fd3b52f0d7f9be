"""The commands that analyze a folder and that score again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.assessments import Assessment
from mingcha.pipeline.commands.options import (
    DB_HELP,
    OK,
    SOME_UNREAD,
    AllowClassified,
    AsOf,
    EncoderFolder,
    InputsFile,
    MinPrecision,
    ModelChoice,
    ModelName,
    ModelsDir,
    Out,
    RuleFiles,
    SchemeName,
    StoreName,
    TableFiles,
    models_of,
    opened,
    read_senses,
    reasons,
    toolkit_of,
)
from mingcha.pipeline.commands.second_readers import ReaderModel, ReaderUrl, engage, is_short_of
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.workers import prepare_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Engine

    from mingcha.models.choice import Models
    from mingcha.models.second_reader import ReaderSettings
    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.job import Job, Means, Summary
    from mingcha.pipeline.publishing import Edition
    from mingcha.pipeline.rules import RuleBook
    from mingcha.pipeline.running import Plan, Result
    from mingcha.pipeline.scoring.calculations import TableShape
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.subjects import Subject

_ENGINE_HELP = "在 dask 集群上分析：dask://主机:端口（加密连接写 dask+tls://）；默认在本机，见 docs/集群.md。"
_RESUME_HELP = "接着做：内容和分析方法都没有变的文件不再重读，其余照常；结果与全部重做相同。"


def run(  # noqa: PLR0913 - one parameter an option
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="材料所在的文件夹。")],
    out: Out,
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称，默认取文件夹名。")] = None,
    period: Annotated[str, typer.Option(metavar="2024", help="考核期间，如 2024。")] = "",
    roster: Annotated[Path | None, typer.Option(metavar="CSV", help="花名册（CSV 或 Excel）。")] = None,
    scheme: SchemeName = "deneng",
    db: Annotated[str | None, typer.Option(metavar="URL", help=f"{DB_HELP}默认 OUT/mingcha.db。")] = None,
    inputs: InputsFile = None,
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="并行进程数；0 表示自动。")] = 0,
    scores: Annotated[bool, typer.Option("--scores", help="另写 sentences.jsonl：每句断言风险的概率。")] = False,
    min_precision: MinPrecision = None,
    rules: RuleFiles = None,
    classified: AllowClassified = False,
    resume: Annotated[bool, typer.Option("--resume", help=_RESUME_HELP)] = False,
    engine: Annotated[str | None, typer.Option(metavar="URL", help=_ENGINE_HELP)] = None,
    reader: ReaderUrl = None,
    reader_model: ReaderModel = None,
    models_dir: ModelsDir = None,
    model: ModelName = ModelChoice.FULL,
    encoder: EncoderFolder = None,
) -> None:
    """分析一个文件夹：写出线索、数量、事实、计分预览和报告。

    退出码：0 全部读取；3 已完成，但有文件未能读取，或第二读者没有答完；2 用法有误；1 无法继续。
    """
    if not engine:
        prepare_workers(folder)
    from mingcha.corpora.roster import read_roster
    from mingcha.corpora.rulebook import load_rulebook
    from mingcha.pipeline.job import Job
    from mingcha.pipeline.progress import summary_lines

    if resume and scores:
        raise UsageError("--resume 和 --scores 不能同用：逐句概率没有存入数据库，须重新读取全部文件。请去掉其中一个。")
    if engine and workers:
        raise UsageError("--engine 和 --workers 不能同用：集群上的进程数由 dask worker 决定。请去掉其中一个。")
    second = engage(reader, reader_model, out, engine=engine)
    people = read_roster(roster) if roster else ()
    assessed = Assessment(_assessment_name(assessment, folder), period.strip(), people)
    job = Job(folder, out, assessed, workers=workers, scores=scores, allow_classified=classified, resume=resume)
    book = load_rulebook(rules or ())
    method = _Method(book, min_precision, models_of(models_dir, model, encoder), engine, second)
    summary = _carry_out(job, method, db, scheme, inputs)
    if not summary.read and not summary.failures:
        typer.echo(f"提示：文件夹“{folder}”里没有文件，请确认材料放在其中。", err=True)
    typer.echo("\n".join(summary_lines(summary, out, book.glossary.names)))
    short = is_short_of(reader, second, summary)
    raise typer.Exit(SOME_UNREAD if summary.failures or short else OK)


def score(  # noqa: PLR0913 - one parameter an option
    db: StoreName,
    out: Out,
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称；数据库里只有一个时可省略。")] = None,
    scheme: SchemeName = "deneng",
    inputs: InputsFile = None,
    table: TableFiles = None,
    as_of: AsOf = None,
    models_dir: ModelsDir = None,
    model: ModelName = ModelChoice.FULL,
) -> None:
    """按已有决定重新计分，重写 scorecards.jsonl、outcomes.jsonl 和 report.html。没有决定时只是预览。"""
    from mingcha.models.versions import current_versions
    from mingcha.pipeline.commands.cases import moment_of
    from mingcha.pipeline.integrity import refuse_altered
    from mingcha.pipeline.progress import gap_lines, result_lines
    from mingcha.pipeline.publishing import publish
    from mingcha.pipeline.store.queries import load_assessment

    refuse_altered()
    with opened(db, must_exist=True) as store:
        found = load_assessment(store, assessment)
        for line in gap_lines(store, found.name):
            typer.echo(line, err=True)
        edition = _edition(found, scheme, inputs, current_versions(models=models_of(models_dir, model)))
        _tell_changed_scheme(store, edition)
        moment = moment_of(as_of) if as_of else None
        edition = replace(_with_tables(edition, table or []), as_of=moment)
        assessed = publish(store, edition, out)
    typer.echo("\n".join(result_lines(assessed)))


def _assessment_name(given: str | None, folder: Path) -> str:
    from mingcha.pipeline.reading.folder import readable_name

    name = readable_name(folder.resolve().name if given is None else given).strip()
    if given is not None and not name:
        raise UsageError("考核名称是空的。请在 --assessment 后面写上名称，或去掉这个选项。")
    return name or "考核"


@dataclass(frozen=True, slots=True)
class _Method:
    """How the findings are to be made: the rules in force, the precision asked for, the models, and where."""

    book: RuleBook
    min_precision: float | None
    models: Models
    engine: str | None = None
    reader: ReaderSettings | None = None

    def versions(self) -> dict[str, str]:
        from mingcha.models.versions import current_versions

        versions = current_versions(self.min_precision, book=self.book, models=self.models)
        return versions | ({"reader": self.reader.version} if self.reader else {})

    def means(self, roster: Sequence[Subject], versions: Mapping[str, str]) -> Means:
        from mingcha.corpora.exposurebook import load_exposures
        from mingcha.pipeline.job import Means

        asked = partial(toolkit_of, min_precision=self.min_precision, book=self.book, models=self.models)
        load_kit = self._with_reader(partial(asked, roster))
        return Means(load_kit, versions, read_senses, self.book.glossary, load_exposures(), self.spread())

    def _with_reader(self, load_kit: Callable[[], Toolkit]) -> Callable[[], Toolkit]:
        from mingcha.models.second_reader import load_with_reader

        return partial(load_with_reader, load_kit, self.reader) if self.reader else load_kit

    def spread(self) -> Callable[[Plan, Callable[[], Toolkit]], Iterator[Result]] | None:
        """Return what has the files analyzed by a cluster, where one is named."""
        if not self.engine:
            return None
        from mingcha.pipeline.distribution import cluster_at, distribute

        return partial(distribute, cluster_at(self.engine, self.models.files()))


def _carry_out(job: Job, method: _Method, db: str | None, scheme: str, inputs: Path | None) -> Summary:
    from mingcha.pipeline.integrity import refuse_altered
    from mingcha.pipeline.job import LOG, carry_out, plan_job
    from mingcha.pipeline.outputs import make_folder
    from mingcha.pipeline.progress import gap_lines, telling
    from mingcha.pipeline.publishing import publish
    from mingcha.pipeline.reporting.page import prepare_rendering

    refuse_altered()
    method.spread()  # a wrong address is told before anything is written
    versions = method.versions()  # a precision that is not reached is told before anything is written
    plan = replace(plan_job(job), patience=method.reader.seconds_for_file if method.reader else 0.0)
    for folder in plan.passed_over:
        typer.echo(f"提示：“{folder}”是以前运行的输出，没有当作材料读取。", err=True)
    make_folder(job.out)
    with opened(db or str(job.out / "mingcha.db")) as store, telling(len(plan.files)) as tell:
        _log_to(job.out / LOG)
        job = _with_roster(job, store)
        _tell_changes(store, job.assessment.name, versions)
        edition = _edition(job.assessment, scheme, inputs, versions)  # its mistakes are told before the long work
        # While the workers start this process only waits.
        Thread(target=prepare_rendering, args=(method.book.glossary.names,), daemon=True).start()
        summary = carry_out(job, plan, store, method.means(job.assessment.roster, versions), tell=tell)
        for line in gap_lines(store, job.assessment.name):
            typer.echo(line, err=True)
        _tell_changed_scheme(store, edition)
        publish(store, edition, job.out)
    return summary


def _tell_changes(store: Engine, assessment: str, versions: Mapping[str, str]) -> None:
    """Say where the office's own rules are not those of the last run: somebody changed the file, or left it out."""
    from mingcha.pipeline.store.earlier import versions_before

    former, present = (before := versions_before(store, assessment)).get("own_rules"), versions.get("own_rules")
    if before and former != present:
        typer.echo(
            f"提示：本单位的规则与“{assessment}”上次运行时不同（{former or '没有'} → {present or '没有'}），"
            "线索会随之变化。如不是有意改动，请核对规则文件。",
            err=True,
        )


def _tell_changed_scheme(store: Engine, edition: Edition) -> None:
    from mingcha.pipeline.publishing import scheme_version
    from mingcha.pipeline.store.earlier import scheme_before

    scheme, present = edition.scheme, scheme_version(edition.scheme)
    former = scheme_before(store, edition.assessment.name, scheme.id)
    if former is not None and former != present:
        typer.echo(
            f"提示：评分方案 {scheme.id} 的内容与上次计分时不同（{former} → {present}），分数不能直接比较。"
            "如不是有意改动，请核对方案文件。",
            err=True,
        )


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


def _edition(assessment: Assessment, scheme: str, inputs: Path | None, versions: Mapping[str, str]) -> Edition:
    from mingcha.corpora.exposurebook import load_exposures
    from mingcha.corpora.manual_inputs import inputs_by_subject, read_input_register
    from mingcha.corpora.schemebook import load_scheme
    from mingcha.pipeline.publishing import Edition

    typed = (read_input_register(inputs, assessment.roster),) if inputs else ()
    values = inputs_by_subject(*typed) if typed else {}
    told = (reasons(), versions, values)
    return Edition(assessment, load_scheme(scheme), *told, workload=load_exposures(), registers=typed)


def _with_tables(edition: Edition, given: Sequence[str]) -> Edition:
    """Read the files given as 表=FILE by the shapes of the scheme."""
    from mingcha.corpora.record_tables import read_register, records_of

    files = _table_files(edition.scheme, given)
    read = [read_register(path, shape, edition.assessment.roster) for shape, path in files]
    tables = {register.table: records_of(register) for register in read}
    return replace(edition, tables=tables, registers=(*edition.registers, *read))


def _table_files(scheme: Scheme, given: Sequence[str]) -> list[tuple[TableShape, Path]]:
    shapes = {shape.id: shape for shape in scheme.tables}
    files = dict(one.partition("=")[::2] for one in given)
    for name, path in files.items():
        if name not in shapes or not path:
            listed = "、".join(shapes) or "（没有表）"
            raise UsageError(f"--table “{name}={path}”不成立：应写成 表的编号=文件，方案里的表有：{listed}。")
    return [(shapes[name], Path(path)) for name, path in files.items()]


def _log_to(path: Path) -> None:
    from mingcha.pipeline.logs import start_log

    try:
        start_log(path)
    except OSError as error:
        raise UsageError(f"无法写入运行日志“{path}”（{error.strerror}）。请换一个可写的输出文件夹。") from error
