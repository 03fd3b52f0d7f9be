"""The command that shows what a file says, as read and as cleaned."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import AllowClassified
from mingcha.pipeline.errors import MingchaError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.document import Document, Failure


def show_text(
    file: Annotated[str, typer.Argument(metavar="FILE", help="要查看的文件；压缩包、邮件里的写成 包名!成员名。")],
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

    path, member = _split(file)
    if path.is_dir():
        raise UsageError(f"“{file}”是文件夹，不是文件。请写其中一个文件的路径；要分析整个文件夹，请用 mingcha run。")
    items = read_apart(path, path.name, ReadingSettings(allow_classified=classified))
    item = _chosen(items, path, member)
    if isinstance(item, Failure):
        raise MingchaError(item.message)
    shown = _cleaned(item, repairs=repairs) if clean or repairs else item.text
    sys.stdout.buffer.write(shown.encode("utf-8"))
    sys.stdout.buffer.flush()


def _split(file: str) -> tuple[Path, str]:
    """Part ``archive!member`` at the first ``!`` before which an existing file is named; the member may be empty."""
    ends = [place for place, character in enumerate(file) if character == "!"]
    # Not by Path, which raises an error for a name that is too long for a file, as that of a member may be.
    end = None if os.path.exists(file) else next((place for place in ends if os.path.isfile(file[:place])), None)
    return (Path(file), "") if end is None else (Path(file[:end]), file[end + 1 :])


def _chosen(items: Sequence[Document | Failure], path: Path, member: str) -> Document | Failure:
    """Return the item that is asked for by name, else the only one inside it, else the failure of the whole file.

    Raises ``UsageError`` where there are several or none.
    """
    asked = f"{path.name}!{member}" if member else path.name
    inside = [item for item in items if item.name.startswith(f"{asked}!")]
    exact = next((item for item in items if item.name == asked), None)
    if exact is not None and inside:
        typer.echo(f"提示：“{asked}”还带有 {len(inside)} 个文件。{_ways(inside, path)}", err=True)
    found = exact or (inside[0] if len(inside) == 1 else _unopened(items, path))
    if found is None:
        whole = f"“{asked}”里有 {len(inside)} 个文件，要指明看哪一个。"
        raise UsageError((whole if inside else f"“{path.name}”里没有“{member}”。") + _ways(inside or items, path))
    return found


def _unopened(items: Sequence[Document | Failure], path: Path) -> Failure | None:
    from mingcha.pipeline.document import Failure

    return next((item for item in items if isinstance(item, Failure) and item.name == path.name), None)


def _ways(items: Sequence[Document | Failure], path: Path) -> str:
    """Return how to ask for each of *items*, a line each; quoted, because shells take ``!`` for a command."""
    calls = (shlex.quote(f"{path}{item.name.removeprefix(path.name)}") for item in items)
    return "\n".join(["请写：", *(f"  mingcha text {call}" for call in calls)])


def _cleaned(document: Document, *, repairs: bool) -> str:
    from mingcha.models.characters import load_normalizer
    from mingcha.pipeline.reporting.repairs import repair_lines

    clean = load_normalizer()(document)
    return "".join(f"{line}\n" for line in repair_lines(clean)) if repairs else clean.text
