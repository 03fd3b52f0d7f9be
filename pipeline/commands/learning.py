"""The command that trains the sentence model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(out: Annotated[Path, typer.Option(metavar="NPZ", help="写出的权重文件。")]) -> None:
    """用自带标注语料重新训练句子模型（开发者用）。"""
    from mingcha.models.building import build_sentence_model

    build_sentence_model(out, typer.echo)
