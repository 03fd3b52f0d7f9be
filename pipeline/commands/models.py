"""The commands that show an office's models: which there are, and what a candidate would change."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingcha.pipeline.commands.options import RuleFiles, opened
from mingcha.pipeline.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.differences import Difference

_DIR_HELP = "本单位的模型文件夹；也可以用环境变量 MINGCHA_MODELS 写明。"
Shelf = Annotated[
    Path, typer.Option("--models-dir", metavar="DIR", envvar="MINGCHA_MODELS", show_envvar=False, help=_DIR_HELP)
]
Model = Annotated[str, typer.Argument(metavar="ID", help="候选模型的编号，可只写开头（见 mingcha model list）。")]
_FOLDER_HELP = "在这个文件夹的材料上比较。"
_DB_HELP = "在这个数据库已存的材料上比较。"


def list_models(models_dir: Shelf) -> None:
    """列出自带模型、候选模型和采用的经过。"""
    from mingcha.models import shelf
    from mingcha.pipeline.reporting.model_pages import model_name

    steps = shelf.load_steps(models_dir)
    current = shelf.in_use(steps)
    for model in (shelf.SHIPPED, *shelf.candidates_in(models_dir)):
        mark = "［在用］" if model == current else ""
        typer.echo(f"{model_name(model)}{mark}{_told_of(models_dir, model)}")
    for step in steps:
        act = "采用" if step.act == "adopt" else "退回"
        anyway = "（比原模型差，仍采用）" if step.anyway else ""
        typer.echo(f"　　{step.at}　{step.by} {act} {model_name(step.model)}{anyway}：{step.reason}")


def _told_of(folder: Path, model: str) -> str:
    from mingcha.models import shelf

    if model == shelf.SHIPPED:
        return ""
    try:
        card = shelf.card_of(folder, model)
    except DataError as error:
        return f"　不能用：{error}"
    counts = card["decisions"]
    return f"　训练于 {card['made']}，{counts['documents']} 份材料上有决定的 {counts['sentences']} 句{_outdated(card)}"


def _outdated(card: dict[str, Any]) -> str:
    """Say so where rules, cues or genres are other ones now than those that the model learned with."""
    from mingcha.corpora.digests import stages_hash
    from mingcha.corpora.lexicon import rules_version
    from mingcha.models.stages import learned_rules

    same = card["rules"] == rules_version(learned_rules()) and card["stages"] == stages_hash()
    return "" if same else "；按旧版规则训练，请重新训练"


def compare_models(  # noqa: PLR0913 - one parameter an option
    model: Model,
    models_dir: Shelf,
    folder: Annotated[Path | None, typer.Option("--folder", metavar="FOLDER", help=_FOLDER_HELP)] = None,
    db: Annotated[str | None, typer.Option("--db", metavar="URL", help=_DB_HELP)] = None,
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称；库里只有一个时可省略。")] = None,
    rules: RuleFiles = None,
    out: Annotated[Path | None, typer.Option(metavar="CSV", help="另把变化的线索全部写成 CSV。")] = None,
) -> None:
    """把候选模型和在用的模型放在一起看：训练时的数字；给出材料时，线索的新增、消失、改变。库和采用情况都不改动。"""
    from mingcha.models import shelf
    from mingcha.pipeline.reporting.model_pages import card_lines, change_lines, change_rows

    if folder is not None and db is not None:
        raise UsageError("--folder 和 --db 只能给出一个。")
    found = shelf.find_candidate(models_dir, model)
    pair = Pair(shelf.weights_in_use(models_dir), shelf.weights_of(models_dir, found), tuple(rules or ()))
    for line in card_lines(shelf.card_of(models_dir, found)):
        typer.echo(line)
    if folder is None and db is None:
        return
    differences = _in_folder(folder, pair) if folder is not None else _in_store(db or "", assessment, pair)
    rows = list(change_rows(differences))
    for line in change_lines(rows):
        typer.echo(line)
    if out is not None:
        _write(out, rows)


@dataclass(frozen=True, slots=True)
class Pair:
    """The weights of the model in use (``None``: the shipped one) and of the candidate, and an office's rule files."""

    old: Path | None
    new: Path
    rules: tuple[Path, ...]

    def loading(self, weights: Path | None) -> Callable[[], Toolkit]:
        """Return what loads the toolkit with one of the two, in whatever process."""
        from mingcha.corpora.rulebook import load_rulebook
        from mingcha.models.choice import SHIPPED_MODELS, Models
        from mingcha.models.toolkit import load_toolkit

        models = Models(weights) if weights else SHIPPED_MODELS
        return partial(load_toolkit, book=load_rulebook(self.rules), models=models)


def _in_folder(folder: Path, pair: Pair) -> Iterator[Difference]:
    from mingcha.pipeline.analysis import analyze
    from mingcha.pipeline.commands.rules import plan_trial
    from mingcha.pipeline.differences import differ
    from mingcha.pipeline.document import Failure
    from mingcha.pipeline.progress import tell_conversions, telling
    from mingcha.pipeline.reading.conversion import converting
    from mingcha.pipeline.running import analyze_files

    plan, old = plan_trial(folder), pair.loading(pair.old)()
    paths = [path for _, path in plan.files]
    with telling(len(plan.files)) as tell, converting(paths, tell=tell_conversions) as conversions:
        plan = replace(plan, settings=replace(plan.settings, conversions=conversions))
        for result in analyze_files(plan, pair.loading(pair.new)):
            tell(result)
            read = (item for item in result if not isinstance(item, Failure))
            yield from (differ(analyze(item.document, old), item) for item in read)


def _in_store(db: str, assessment: str | None, pair: Pair) -> Iterator[Difference]:
    """Yield the differences on the stored texts; both models read these, not the layout of the files."""
    from mingcha.pipeline.analysis import analyze
    from mingcha.pipeline.differences import differ
    from mingcha.pipeline.document import Document
    from mingcha.pipeline.store.queries import load_assessment
    from mingcha.pipeline.store.streams import snapshot, stream_labelled

    old, new = (pair.loading(weights)() for weights in (pair.old, pair.new))
    with opened(db, must_exist=True) as store:
        name = load_assessment(store, assessment).name
        with snapshot(store) as connection:
            for one in stream_labelled(connection, name):
                kept = one.document
                document = Document(kept.name, kept.sha256 or "", kept.format or "", one.text, ())
                yield differ(analyze(document, old), analyze(document, new))


def _write(out: Path, rows: Iterable[Any]) -> None:
    from mingcha.pipeline.exporting.csv_files import write_csv
    from mingcha.pipeline.exporting.tables import Column
    from mingcha.pipeline.reporting.model_pages import HEADINGS

    count = write_csv(out, [Column(heading, heading) for heading in HEADINGS], map(astuple, rows))
    typer.echo(f"已写出 {out}（{count} 行）。")
