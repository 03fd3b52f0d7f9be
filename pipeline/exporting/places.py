"""Where exports are written: beside their place first, and moved there when they are whole."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.outputs import make_folder, reason_of, reserve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(place: Path) -> Iterator[Path]:
    """Give a path to write to; what was written is moved to *place* at the end, or removed where the block failed.

    Only its owner can read it. The folder is created where it is not there. Raise UsageError for whatever the disk
    refuses.
    """
    if place.is_dir():
        raise UsageError(f"“{place}”是一个文件夹，无法写成导出文件。请在 --out 中写明文件名。")
    make_folder(place.parent)
    part = place.with_name(f".{place.name}.part")
    try:
        part.unlink(missing_ok=True)
        reserve(part)
        yield part
        part.replace(place)
    except OSError as error:
        remedy = "请检查磁盘空间和权限，并关闭正在打开它的程序"
        raise UsageError(f"无法写入“{place}”：{reason_of(error)}。{remedy}。") from error
    finally:
        part.unlink(missing_ok=True)
