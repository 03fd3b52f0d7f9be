"""The command that shows what a file says, as read and as cleaned."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import AllowClassified
from mingcha.pipeline.errors import MingchaError

if TYPE_CHECKING:
    from mingcha.pipeline.document import Document


def show_text(
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
