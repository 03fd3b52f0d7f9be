"""What the machine gives: room on the disk, memory, a folder to write to, an encoding that knows Chinese."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.commands.checks import Check, wanted
from mingcha.pipeline.errors import MingchaError
from mingcha.pipeline.outputs import others_may_enter, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_GB = 1_000_000_000
_ROOM, _MEMORY = 1.0, 1.0  # GB; a run over 200 documents writes 0.2 GB, two workers hold 0.7 GB
_PROBE = "明察·考核"


def machine_checks(out: Path) -> Iterator[Check]:
    """Look at the machine; *out* is the folder that results are to be written to, there already or not."""
    place = _existing(out)
    yield _room(place)
    yield _memory()
    yield _writable(out, place)
    yield _open_to_others(out)
    yield _temporary()
    yield _encoding()


def database_checks(db: str) -> Iterator[Check]:
    """Look whether a database can be opened, is of this version and can be written to; change nothing."""
    from mingcha.pipeline.commands.options import opened
    from mingcha.pipeline.store import revisions
    from mingcha.pipeline.store.condition import write_refusal
    from mingcha.pipeline.store.database import reading
    from mingcha.pipeline.store.refusals import target_of

    try:
        with opened(db, must_exist=True, upgrade=False) as store:
            with reading(store) as connection:
                revision = revisions.stored(connection)
            yield Check("数据库", target_of(store.url))
            yield _revision(revision, revisions.newest())
            refused = write_refusal(store)
            remedy = "请换一个有写入权限的位置，或请数据库管理员授权"
            yield wanted("数据库可写", refused or "可以写入", there=refused is None, remedy=remedy)
    except MingchaError as error:
        yield Check("数据库", str(error), "faulty", "改正后重试；数据没有改动")


def _revision(found: str | None, newest: str) -> Check:
    if found is None:
        return Check("结构版本", "还没有明察的数据表", "optional", "首次 mingcha run 时自动建立")
    said = f"{found}，本机的明察是 {newest}"
    newer = found > newest
    remedy = "请升级本机的明察" if newer else "下次运行时自动升级；请先备份，再执行 mingcha db upgrade"
    return wanted("结构版本", said, there=found == newest, remedy=remedy, grade="faulty" if newer else "optional")


def _existing(folder: Path) -> Path:
    """Return the nearest folder above that is there."""
    full = folder.absolute()
    return next(path for path in (full, *full.parents) if path.exists())


def _room(place: Path) -> Check:
    free = shutil.disk_usage(place).free / _GB
    said = f"{place} 所在磁盘还有 {free:.1f} GB"
    return wanted("磁盘空间", said, there=free >= _ROOM, remedy="请清理磁盘，或用 --out 换一个位置；至少留出 1 GB")


def _memory() -> Check:
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GB
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GB
    except (AttributeError, ValueError, OSError):
        return Check("内存", "本系统查不到", "optional", "请确认至少有 4 GB 内存")
    said = f"共 {whole:.1f} GB，另有 {free:.1f} GB 完全空闲，处理器 {os.cpu_count()} 个"
    remedy = "至少要 1 GB；请关闭别的程序，并在运行时加 --workers 1"
    return wanted("内存", said, there=whole >= _MEMORY, remedy=remedy)


def _writable(out: Path, place: Path) -> Check:
    about, remedy = "输出文件夹", "请用 --out 换一个可写的文件夹"
    if not place.is_dir():
        return Check(about, f"{place} 是文件，不是文件夹", "faulty", remedy)
    try:
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(_PROBE.encode())
    except OSError as error:
        return Check(about, f"{place} 写不进去：{reason_of(error)}", "faulty", remedy)
    return Check(about, f"{out.absolute()} 可以写入" if place == out.absolute() else f"可以在 {place} 下新建")


def _open_to_others(out: Path) -> Check:
    if not out.is_dir() or not others_may_enter(out):
        return Check("文件夹权限", "别人打不开（新建的输出文件夹只有本人能打开）")
    remedy = f"其中写有结果时，请执行 chmod 700 {out.absolute()}"
    return Check("文件夹权限", f"{out.absolute()} 本机的其他用户也能打开", "optional", remedy)


def _temporary() -> Check:
    place = Path(tempfile.gettempdir())
    free = shutil.disk_usage(place).free / _GB
    remedy = "请清理，或设环境变量 TMPDIR 指到别的磁盘"
    return wanted("临时文件夹", f"{place.parent} 还有 {free:.1f} GB", there=free >= _ROOM / 2, remedy=remedy)


def _encoding() -> Check:
    names, screen = sys.getfilesystemencoding(), (sys.stdout.encoding or "ascii")
    try:
        _PROBE.encode(names)
        _PROBE.encode(screen)
    except UnicodeEncodeError:
        said = f"文件名 {names}、屏幕 {screen}，显示不了中文"
        return Check("编码", said, "faulty", "Linux 请先执行 export LANG=C.UTF-8；Windows 请先执行 chcp 65001")
    return Check("编码", f"文件名 {names}、屏幕 {screen}，中文正常")
