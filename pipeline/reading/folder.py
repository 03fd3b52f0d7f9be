"""The files of a folder, each under a name that can be written down anywhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import UsageError, meant
from mingcha.pipeline.reading.failures import DAMAGE, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import IO

_QUOTES = "\"'“”‘’「」"
_CLUTTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
# Lock files hold the name of who has the document open; what a Mac keeps beside each file begins with its own mark.
_LOCKS, _LARGEST_LOCK = ("~$", ".~"), 1024
_MAC_START, _MAC_HEAD = "._", bytes.fromhex("00051607")


def list_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and path of every file below *folder*, in the order of the names.

    Names are relative, with ``/``, unique and valid UTF-8. Lock files of office programs and clutter of
    operating systems are left out. Linked folders are followed, no folder is entered twice. Broken links and
    folders that cannot be opened are yielded too, so that reading them reports a failure.

    Raises ``UsageError`` at once if *folder* is not a folder that can be listed.
    """
    if not os.path.exists(folder):
        raise UsageError(f"找不到文件夹“{readable_name(str(folder))}”。{_remedy(folder)}")
    if not os.path.isdir(folder):
        raise UsageError(
            f"“{readable_name(str(folder))}”是文件，不是文件夹。请把材料放进一个文件夹，再给出文件夹的路径。"
        )
    try:
        entries = _entries(folder)
    except OSError as error:
        raise UsageError(f"打不开文件夹“{readable_name(str(folder))}”：{unreadable(error)}") from error
    return _walk(entries, root=folder.resolve(), entered={_identity(folder)})


def _remedy(folder: Path) -> str:
    """Return how to name a folder that is not there: without quotes, or as a neighbor of nearly the same name."""
    if str(folder) != str(folder).strip(_QUOTES):
        return "路径里带有引号，请去掉引号；路径中有空格时，用一对英文引号把整个路径括起来。"
    try:
        neighbors = [path.name for path in folder.absolute().parent.iterdir() if path.is_dir()]
    except OSError:
        return f"上一级“{readable_name(str(folder.absolute().parent))}”也打不开或不存在。请检查路径是否写对。"
    return f"{meant(folder.name, map(readable_name, neighbors))}请检查路径是否写对。"


def is_clutter(name: str, opened: Callable[[], IO[bytes]]) -> bool:
    """Tell whether the file of this *name* is made by programs for themselves; a document may bear such a name, too."""
    if name in _CLUTTER or not name.startswith((*_LOCKS, _MAC_START)):
        return name in _CLUTTER
    try:
        with opened() as file:
            head = file.read(_LARGEST_LOCK + 1)
    except DAMAGE:
        return False
    return head.startswith(_MAC_HEAD) if name.startswith(_MAC_START) else len(head) <= _LARGEST_LOCK


def readable_name(name: str) -> str:
    """Return *name* as valid text; the bytes of an undecodable name are taken for GB18030, else written out.

    >>> readable_name(b"\\xb1\\xa8\\xb8\\xe6.txt".decode("utf-8", "surrogateescape"))
    '报告.txt'
    >>> readable_name(b"\\xff.txt".decode("utf-8", "surrogateescape"))
    '\\\\xff.txt'
    """
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def unique_names(names: Iterable[str]) -> list[str]:
    """Number repeated names, leaving the first as it is.

    >>> unique_names(["a.txt", "a.txt", "a.txt (2)"])
    ['a.txt', 'a.txt (3)', 'a.txt (2)']
    """
    wanted = list(names)
    taken = set(wanted)
    seen: set[str] = set()
    result = []
    for name in wanted:
        chosen, number = name, 2
        while chosen in seen or (chosen != name and chosen in taken):
            chosen, number = f"{name} ({number})", number + 1
        seen.add(chosen)
        result.append(chosen)
    return result


def _walk(top: list[tuple[str, Path]], *, root: Path, entered: set[tuple[int, int]]) -> Iterator[tuple[str, Path]]:
    pending = [("", iter(top))]
    while pending:
        prefix, entries = pending[-1]
        name, path = next(entries, (None, root))
        if name is None:
            pending.pop()
        elif not name.endswith("/"):
            yield prefix + name, path
        elif not _met_elsewhere(path, root=root, entered=entered):
            try:
                pending.append((prefix + name, iter(_entries(path))))
            except OSError:
                yield prefix + name.rstrip("/"), path


def _entries(folder: Path) -> list[tuple[str, Path]]:
    """Return what *folder* holds, folders with a final ``/``: so sorted, the whole tree comes in order of names."""
    with os.scandir(folder) as scan:
        kept = sorted(entry.name for entry in scan if _is_listed(entry))
    # Valid names come first, so that they keep their form where a cleaned one would equal them.
    kept.sort(key=lambda name: readable_name(name) != name)
    names = unique_names(readable_name(name) for name in kept)
    paths = [folder / name for name in kept]
    marked = [name + "/" if os.path.isdir(path) else name for name, path in zip(names, paths, strict=True)]
    return sorted(zip(marked, paths, strict=True))


def _is_listed(entry: os.DirEntry[str]) -> bool:
    """Leave out clutter, and pipes, sockets and devices, which would block a reader; keep broken links."""
    try:
        if entry.is_file():
            return not is_clutter(entry.name, lambda: open(entry.path, "rb"))
        return entry.is_dir() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        return True


def _met_elsewhere(path: Path, *, root: Path, entered: set[tuple[int, int]]) -> bool:
    """Tell whether the folder is one already entered, or a link to one that has its own name below *root*."""
    try:
        if path.is_symlink() and path.resolve().is_relative_to(root):
            return True
        identity = _identity(path)
    except OSError:
        return False
    known = identity in entered
    entered.add(identity)
    return known


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
