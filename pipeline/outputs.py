"""The output folder: JSON-lines files that appear whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Any

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.scratch import sweep_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType


def make_folder(folder: Path) -> None:
    """Create *folder*, which only its owner can enter, where it is not there yet."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"无法建立输出文件夹“{folder}”：{reason_of(error)}。请换一个可写的位置。") from error


class Outputs:
    """Open output files by name; each is written beside its place and moved there when the run ends well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, IO[str]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Outputs:
        """Create the folder; remove what killed processes left in it."""
        make_folder(self._folder)
        sweep_parts(self._folder)
        return self

    def begin(self, name: str) -> None:
        """Open *name* for writing, so that it exists even if no record comes; only its owner can read it."""
        if (self._folder / name).is_dir():
            raise UsageError(f"“{self._folder / name}”是一个文件夹，无法写成结果文件。请换一个输出文件夹。")
        part = self._folder / f".{name}.part"
        with _refusing(self._folder / name):
            part.unlink(missing_ok=True)  # a rest of a broken-off run would keep its own permissions
            opened = open(part, "w", encoding="utf-8", newline="\n", opener=_private)  # noqa: SIM115 - the stack closes it
            self._open[name] = self._stack.enter_context(opened)

    def write(self, name: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Append *records* to *name*, one JSON object a line."""
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        with _refusing(self._folder / name):
            self._open[name].writelines(lines)

    def write_text(self, name: str, text: str) -> None:
        """Write *text* as the whole of *name*."""
        self.write_pieces(name, (text,))

    def write_pieces(self, name: str, pieces: Iterable[str]) -> None:
        """Write *pieces*, as they come, as the whole of *name*."""
        self.begin(name)
        with _refusing(self._folder / name):
            self._open[name].writelines(pieces)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything; move the files into place, or remove them where the run failed."""
        parts = {self._folder / f".{name}.part": self._folder / name for name in self._open}
        try:
            with _refusing(self._folder):
                self._stack.close()
                for part, place in parts.items() if kind is None else ():
                    part.replace(place)
        finally:
            for part in parts:
                part.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def reserve(path: Path) -> None:
    """Make an empty file that only its owner can read, for a library to write into; one that is there stays.

    Raise ``OSError`` where that is not possible.
    """
    os.close(_private(str(path), os.O_WRONLY | os.O_CREAT))


def others_may_read(path: Path) -> bool:
    """Tell whether the permissions of a file let anybody but its owner read it; Windows keeps that elsewhere."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def others_may_enter(folder: Path) -> bool:
    """Tell whether somebody else on the machine can enter a folder; Windows keeps that elsewhere."""
    return os.name == "posix" and bool(folder.stat().st_mode & stat.S_IXOTH)


@contextmanager
def _refusing(place: Path) -> Iterator[None]:
    """Turn what the disk refuses into a message."""
    try:
        yield
    except OSError as error:
        remedy = "请检查磁盘空间和权限，并关闭正在打开它的程序"
        raise UsageError(f"无法写入“{place}”：{reason_of(error)}。{remedy}。") from error


def reason_of(error: OSError) -> str:
    """Return why the system refused, in Chinese where it is one of the common reasons."""
    return _REASONS.get(error.errno or 0, error.strerror or "原因不明")


_REASONS = {
    errno.ENOENT: "路径中有一段不存在",
    errno.ENOSPC: "磁盘已满",
    errno.EADDRINUSE: "已被别的程序占用",
    errno.EADDRNOTAVAIL: "这不是本机的地址",
    errno.EACCES: "没有写入权限",
    errno.EPERM: "没有写入权限",
    errno.EROFS: "磁盘是只读的",
    errno.EISDIR: "那里是一个文件夹",
    errno.EEXIST: "那里已有同名文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "名称太长",
}
