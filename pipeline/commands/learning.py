"""The commands that train the sentence model and that measure how good the analysis is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import DB_HELP, EncoderFolder, ModelChoice, ModelName, ModelsDir, models_of
from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.models.evaluation import Examined
    from mingcha.pipeline.lessons import Taught

_DECISIONS_HELP = "同时学习库里的决定（确认、驳回、更正、标出的漏检），写成候选模型；由人决定是否采用。"
_ENCODER_HELP = "给这个文件夹里的编码器（model.onnx 和 tokenizer.json）配上判断层，写在同一文件夹里。"
_CORPUS_HELP = "用这个文件夹的标注语料代替自带语料（格式见 docs/语料说明.md）。"


def train(  # noqa: PLR0913 - one parameter an option
    out: Annotated[Path | None, typer.Option(metavar="NPZ", help="写出的权重文件（只用语料时）。")] = None,
    with_decisions: Annotated[bool, typer.Option("--with-decisions", help=_DECISIONS_HELP)] = False,
    db: Annotated[list[str] | None, typer.Option("--db", metavar="URL", help=f"{DB_HELP}可写多次。")] = None,
    assessment: Annotated[list[str] | None, typer.Option(metavar="NAME", help="只学这些考核的决定；默认全部。")] = None,
    models_dir: ModelsDir = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="操作人，记入操作记录。")] = "命令行",
    corpus: Annotated[Path | None, typer.Option(metavar="FOLDER", help=_CORPUS_HELP)] = None,
    encoder: Annotated[Path | None, typer.Option(metavar="DIR", help=_ENCODER_HELP)] = None,
) -> None:
    """重新训练句子模型：只用自带语料（开发者用），或加上本单位的决定，得到一个候选模型；或给本单位的编码器配判断层。"""
    if encoder is not None:
        _fit_encoder(encoder, corpus, alone=out is None and not with_decisions)
        return
    if not with_decisions:
        if out is None:
            raise UsageError("缺少 --out：请写明权重文件；要从决定中学习，请加 --with-decisions。")
        from mingcha.models.building import build_sentence_model

        build_sentence_model(out, typer.echo)
        return
    if out is not None or not db or models_dir is None:
        raise UsageError("--with-decisions 要和 --db、--models-dir 同用，不能用 --out：候选模型写入模型文件夹。")
    _train_candidate(Sources(tuple(db), tuple(assessment or ())), models_dir, corpus, by=by)


def _fit_encoder(folder: Path, corpus: Path | None, *, alone: bool) -> None:
    if not alone:
        raise UsageError("--encoder 不能和 --out、--with-decisions 同用：判断层写在编码器的文件夹里。")
    from mingcha.models.encoding.office_encoder import fit_office_encoder

    fit_office_encoder(folder, typer.echo, corpus)


@dataclass(frozen=True, slots=True)
class Sources:
    """The stores whose decisions are learned, and the assessments of them; all where none is named."""

    stores: tuple[str, ...]
    assessments: tuple[str, ...]

    def lessons(self) -> tuple[Taught, ...]:
        """Return what the decisions teach."""
        from mingcha.pipeline.commands.options import opened
        from mingcha.pipeline.store.lessons import load_lessons
        from mingcha.pipeline.store.material import assessment_names

        taught: list[Taught] = []
        missing = set(self.assessments)
        for db in self.stores:
            with opened(db, must_exist=True) as store:
                for name in assessment_names(store):
                    missing.discard(name)
                    if not self.assessments or name in self.assessments:
                        taught += load_lessons(store, name, names_in=_names_in)
        if missing:
            raise UsageError(f"数据库中没有考核“{'”“'.join(sorted(missing))}”。请核对 --assessment。")
        return tuple(taught)


def _names_in(text: str) -> Iterator[str]:
    from mingcha.pipeline.reporting.papers.personal_details import shadow
    from mingcha.pipeline.reporting.papers.personal_names import find_names

    return (detail.value for detail in find_names(shadow(text)))


def _train_candidate(sources: Sources, folder: Path, corpus: Path | None, *, by: str) -> None:
    from mingcha.models.candidates import build_candidate
    from mingcha.pipeline.commands.options import now, opened
    from mingcha.pipeline.reporting.model_pages import card_lines
    from mingcha.pipeline.store.model_events import record_training

    made = build_candidate(sources.lessons(), folder, at=now(), tell=typer.echo, corpus=corpus)
    counts = made.card["decisions"]
    detail = {"weights": made.hashes.weights, "card": made.hashes.card, "sentences": counts["sentences"]}
    for db in sources.stores:
        with opened(db, must_exist=True) as store:
            record_training(store, made.id, detail, by=by)
    for line in card_lines(made.card):
        typer.echo(line)
    typer.echo(f"候选模型写在 {made.place.parent}，尚未采用。用 mingcha model compare {made.id} 查看线索的变化。")


def evaluate(  # noqa: PLR0913 - one parameter an option
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="标注文档：每行一份，格式见标注手册。")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="另把全部结果写成文件，旁边附可靠性图（同名 .svg）。")
    ] = None,
    errors: Annotated[int, typer.Option(metavar="N", min=0, help="列出最严重的漏报和误报各 N 句。")] = 0,
    models_dir: ModelsDir = None,
    model: ModelName = ModelChoice.FULL,
    encoder: EncoderFolder = None,
) -> None:
    """用标注文档衡量分析质量：准确率、召回率、误报、排序、概率可靠性、每条规则的得失。"""
    from mingcha.models.toolkit import load_toolkit
    from mingcha.pipeline.commands.evaluation_page import Scope, write_page
    from mingcha.pipeline.commands.gold_files import examine_gold

    if out is not None and out.suffix.lower() == ".svg":
        raise UsageError("--out 应是 .md 文件：可靠性图会以同名 .svg 写在旁边。请换一个文件名。")
    kit = load_toolkit(models=models_of(models_dir, model, encoder))
    documents = examine_gold(gold, kit, lambda words: typer.echo(words, err=True))
    typer.echo(write_page(documents, kit, Scope(errors=errors)))
    if out is not None:
        _write(out, write_page(documents, kit, Scope(None, errors)), documents)


def _write(out: Path, page: str, documents: list[Examined]) -> None:
    from mingcha.pipeline.commands.evaluation_page import reliability
    from mingcha.pipeline.commands.reliability_diagram import draw_reliability
    from mingcha.pipeline.outputs import Outputs

    diagram = f"{out.stem}.svg"
    with Outputs(out.parent) as outputs:
        outputs.write_text(diagram, draw_reliability(reliability(documents)))
        outputs.write_text(out.name, f"{page}\n![概率可靠性图](<{diagram}>)\n")
    typer.echo(f"已写出 {out} 和 {out.with_name(diagram)}")
