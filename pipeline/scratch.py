"""Folders for what is needed for a moment only; those of a process that was killed are removed by the next one."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX, LOCK = "mingcha-", ".lock"
_YOUNG = 3600.0  # seconds in which a folder without a lock may belong to somebody who is about to put one there
_LAST = -200  # after multiprocessing has removed what it put there (-100)
_OLD_PART = 86_400.0  # seconds after which a half-written output file belongs to nobody


@contextmanager
def scratch_folder(within: Path | None = None) -> Iterator[Path]:
    """Give a folder that only this user can enter; it goes with the block, or with the next sweep after a kill."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=within, ignore_cleanup_errors=True) as name:
        held = _hold(Path(name))
        try:
            yield Path(name)
        finally:
            os.close(held)


@contextmanager
def private_temp() -> Iterator[None]:
    """Let this process and its children put temporary files, those of libraries too, into one folder of their own.

    Where none can be made (a full or read-only disk) they go where they always go.
    """
    with ExitStack() as stack:
        try:
            sweep()
            folder = str(stack.enter_context(scratch_folder()))
        except OSError:
            yield
            return
        before, told = tempfile.tempdir, os.environ.get("TMPDIR")
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        try:
            yield
        finally:
            tempfile.tempdir = before
            os.environ.pop("TMPDIR") if told is None else os.environ.update(TMPDIR=told)


@contextmanager
def lasting_temp() -> Iterator[None]:
    """Put what is made in the block into a folder that outlives the private one: what this process needs to its end."""
    private = tempfile.tempdir
    if private and Path(private).name.startswith(PREFIX):
        tempfile.tempdir = str(Path(private).parent)
    try:
        tempfile.tempdir = str(_lasting_folder())
        yield
    finally:
        tempfile.tempdir = private


@cache
def _lasting_folder() -> Path:
    from multiprocessing.util import Finalize

    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    _hold(folder)  # until this process ends
    # Not a TemporaryDirectory: that may go before multiprocessing has removed what it put there.
    Finalize(None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=_LAST)
    return folder


def sweep(within: Path | None = None) -> int:
    """Remove this user's folders whose process is gone; return how many there were."""
    place = within or Path(tempfile.gettempdir())
    stale = [path for path in place.glob(f"{PREFIX}*") if path.is_dir() and not path.is_symlink() and _is_stale(path)]
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)
    return len(stale)


@contextmanager
def sole_use(folder: Path) -> Iterator[bool]:
    """Hold a folder for a block and tell whether nobody else does; systems without such locks always say so.

    The folder itself is locked: nothing is left behind in it, and a killed process holds nothing.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        yield True
        return
    try:
        yield not _taken(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    """Lock an open folder; tell whether somebody else has it. File systems without locks never say so."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        return False
    return False


def sweep_parts(folder: Path) -> None:
    """Remove what killed processes left half-written among the output: hidden files that nobody touched for a day."""
    for path in folder.glob(".*.part*"):
        try:
            if path.is_file() and time.time() - path.lstat().st_mtime > _OLD_PART:
                path.unlink()
        except OSError:
            continue  # somebody else was quicker, or it is not ours


def _hold(folder: Path) -> int:
    """Lock the folder for as long as this process lives; the lock is complete before it has its name."""
    made = folder / f"{LOCK}.new"
    handle = os.open(made, os.O_RDWR | os.O_CREAT, 0o600)
    _lock(handle)
    if os.name == "posix":
        made.rename(folder / LOCK)
    return handle


def _is_stale(folder: Path) -> bool:
    try:
        if hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
            return False
        if not (folder / LOCK).exists():
            old = time.time() - folder.lstat().st_mtime > _YOUNG
            if old:
                (folder / f"{LOCK}.new").unlink(missing_ok=True)  # Windows refuses while its process lives
            return old
        handle = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Lock an open file without waiting; tell whether nobody else had it. Windows knows no such lock."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
