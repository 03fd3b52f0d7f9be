"""The commands that train the sentence model and that measure how good the analysis is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from mingcha.models.evaluation import Examined


def train(out: Annotated[Path, typer.Option(metavar="NPZ", help="写出的权重文件。")]) -> None:
    """用自带标注语料重新训练句子模型（开发者用）。"""
    from mingcha.models.building import build_sentence_model

    build_sentence_model(out, typer.echo)


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="标注文档：每行一份，格式见标注手册。")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="另把全部结果写成文件，旁边附可靠性图（同名 .svg）。")
    ] = None,
    errors: Annotated[int, typer.Option(metavar="N", min=0, help="列出最严重的漏报和误报各 N 句。")] = 0,
) -> None:
    """用标注文档衡量分析质量：准确率、召回率、误报、排序、概率可靠性、每条规则的得失。"""
    from mingcha.models.toolkit import load_toolkit
    from mingcha.pipeline.commands.evaluation_page import Scope, write_page
    from mingcha.pipeline.commands.gold_files import examine_gold

    if out is not None and out.suffix.lower() == ".svg":
        raise UsageError("--out 应是 .md 文件：可靠性图会以同名 .svg 写在旁边。请换一个文件名。")
    kit = load_toolkit()
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
