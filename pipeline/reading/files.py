"""Read one file of any kind into documents; whatever cannot be read becomes a failure that says why."""

from __future__ import annotations

import hashlib
import logging
import stat
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Document
from mingcha.pipeline.logs import called
from mingcha.pipeline.reading.assembly import storable
from mingcha.pipeline.reading.classification import find_mark, refuse_classified
from mingcha.pipeline.reading.contents import recognize
from mingcha.pipeline.reading.failures import DAMAGE, RefusalError, failure, unreadable
from mingcha.pipeline.reading.packages import check_member, list_members, open_archive
from mingcha.pipeline.reading.readers import read_content
from mingcha.pipeline.reading.settings import ReadingSettings

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from pathlib import Path

    from mingcha.pipeline.document import Failure
    from mingcha.pipeline.reading.assembly import Reading
    from mingcha.pipeline.reading.contents import Content

LARGEST_FILE = 200 << 20  # bytes
_TOO_LARGE = f"文件超过 {LARGEST_FILE >> 20} MB"
_MOST_NESTED = 2  # a mail in an archive, an archive in a mail
_NO_SETTINGS = ReadingSettings()
_PIECE = 1 << 20  # bytes hashed at a time

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes of a file or of a member, how it is called, and what it came in."""

    name: str
    data: bytes
    settings: ReadingSettings
    depth: int = 0
    archived: bool = False

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def member(self, name: str, data: bytes, *, archived: bool) -> _Source:
        return _Source(f"{self.name}!{name}", data, self.settings, self.depth + 1, self.archived or archived)


def read(path: Path, name: str, settings: ReadingSettings = _NO_SETTINGS) -> list[Document | Failure]:
    """Return what the file at *path*, called *name*, holds: one item, or one for each member of an archive or mail.

    Members are called ``archive.zip!member``. Bad files, whatever ails them, are returned as failures.
    """
    try:
        data = file_bytes(path)
    except OSError as error:
        return [failure(name, unreadable(error))]
    except RefusalError as refusal:
        return [failure(name, refusal)]
    return _items(_Source(name, data, settings))


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a file; raise ``OSError``, or ``RefusalError`` where it is too large or no plain file."""
    status = path.stat()
    if status.st_size > LARGEST_FILE:
        raise RefusalError("too_large", _TOO_LARGE)
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise RefusalError("unreadable", "这不是普通文件（是设备或管道）")
    return path.read_bytes()  # of a folder: raises the error that says why it could not be listed


def file_hash(path: Path) -> str | None:
    """Return the hash of a file's bytes, ``None`` where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError:
        return None
    return digest.hexdigest()


def _items(source: _Source) -> list[Document | Failure]:
    try:
        content = recognize(source.data, source.suffix)
        if content.format == "zip":
            return list(_members(source))
        if content.format == "eml":
            return list(_mail(source, content))
        return [_document(source, content, read_content(content, source.data, source.settings))]
    except RefusalError as error:
        refusal = error
    except MemoryError:
        refusal = RefusalError("too_large", "读取时内存超过上限")
    except DAMAGE:
        _log.info("cannot parse", exc_info=True, extra={"document": called(source.sha256)})
        refusal = RefusalError("corrupt")
    return [_refused(source, refusal)]


def _refused(source: _Source, refusal: RefusalError) -> Failure:
    return failure(source.name, refusal, sha256=source.sha256, format=source.suffix[1:] or None)


def _members(source: _Source) -> Iterator[Document | Failure]:
    from mingcha.pipeline.reading.conversion import converting_members

    if source.archived:
        remedy = "请先解压里面的压缩包，把文件直接放进文件夹"
        raise RefusalError("unsupported", "压缩包里又有压缩包，只读一层", remedy)
    _check_depth(source)
    with open_archive(source.data) as package:
        members = list(list_members(package))
        if not members:
            raise RefusalError("empty", "压缩包里没有文件")
        with converting_members(package, [info for _, info in members]) as folder:
            conversions = folder or source.settings.conversions
            archive = replace(source, settings=replace(source.settings, conversions=conversions))
            for name, info in members:
                yield from _member(package, info, archive, name)


def _member(package: zipfile.ZipFile, info: zipfile.ZipInfo, archive: _Source, name: str) -> list[Document | Failure]:
    full_name = f"{archive.name}!{name}"
    if info.file_size > LARGEST_FILE:
        return [failure(full_name, RefusalError("too_large", _TOO_LARGE))]
    try:
        check_member(info)
        data = package.read(info)
    except RefusalError as refusal:
        return [failure(full_name, refusal)]
    except MemoryError:
        return [failure(full_name, RefusalError("too_large", "读取时内存超过上限"))]
    except DAMAGE:
        _log.info("cannot unpack a member", exc_info=True, extra={"document": called(archive.sha256)})
        return [failure(full_name, RefusalError("corrupt"))]
    return _items(archive.member(name, data, archived=True))


def _mail(source: _Source, content: Content) -> Iterator[Document | Failure]:
    """Yield the mail itself and what came with it; a mail whose own text is blank is left out beside attachments.

    A mark of secrecy in the mail covers what came with it.
    """
    from mingcha.pipeline.reading.folder import unique_names
    from mingcha.pipeline.reading.mails import read_mail

    _check_depth(source)
    mail = read_mail(source.data)
    names = unique_names(attachment.name for attachment in mail.attachments)
    pairs = zip(names, mail.attachments, strict=True)
    attached = [source.member(name, attachment.data, archived=False) for name, attachment in pairs]
    if not mail.reading.blank or not attached:
        try:
            yield _document(source, content, mail.reading)
        except RefusalError as refusal:
            if refusal.kind != "classified":
                raise
            yield _refused(source, refusal)
            covering = RefusalError("classified", f"所在的邮件没有读取：{refusal.cause}")
            yield from (_refused(one, covering) for one in attached)
            return
    for one in attached:
        yield from _items(one)


def _check_depth(source: _Source) -> None:
    if source.depth >= _MOST_NESTED:
        remedy = "请把里面的文件取出来，直接放进文件夹"
        raise RefusalError("unsupported", f"文件层层嵌套超过 {_MOST_NESTED} 层，没有继续拆开", remedy)


def _document(source: _Source, content: Content, reading: Reading) -> Document:
    if reading.blank:
        raise RefusalError("empty")
    reading = storable(reading)
    mark = find_mark(source.name, reading)
    if mark is not None and not source.settings.allow_classified:
        raise refuse_classified(mark)
    secrecy = (mark.note,) if mark else ()
    return Document(
        name=source.name,
        sha256=source.sha256,
        format=content.format,
        text=reading.text,
        blocks=reading.blocks,
        encoding=reading.encoding,
        coverage=reading.coverage,
        notes=(*secrecy, *content.notes, *reading.notes),
        traces=reading.traces,
        undecoded=reading.undecoded,
    )
