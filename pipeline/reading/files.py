"""Read one file of any kind into documents; whatever cannot be read becomes a failure that says why."""

from __future__ import annotations

import hashlib
import logging
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Document
from mingcha.pipeline.reading.contents import recognize
from mingcha.pipeline.reading.failures import DAMAGE, RefusalError, failure, unreadable
from mingcha.pipeline.reading.packages import list_members, open_package
from mingcha.pipeline.reading.texts import read_lines, read_records

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

    from mingcha.pipeline.document import Failure
    from mingcha.pipeline.reading.assembly import Reading
    from mingcha.pipeline.reading.contents import Content
    from mingcha.pipeline.reading.encodings import Decoded

LARGEST_FILE = 200 << 20  # bytes
_TOO_LARGE = f"文件超过 {LARGEST_FILE >> 20} MB"

_log = logging.getLogger(__name__)


def read(path: Path, name: str) -> list[Document | Failure]:
    """Return what the file at *path*, called *name*, holds: one item, or one for each member of a zip archive.

    Members are called ``archive.zip!member``. Bad files, whatever ails them, are returned as failures.
    """
    try:
        data = _bytes(path)
    except OSError as error:
        return [failure(name, unreadable(error))]
    except RefusalError as refusal:
        return [failure(name, refusal)]
    return _items(data, name, inside=False)


def _bytes(path: Path) -> bytes:
    status = path.stat()
    if status.st_size > LARGEST_FILE:
        raise RefusalError("too_large", _TOO_LARGE)
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise RefusalError("unreadable", "这不是普通文件（是设备或管道）")
    return path.read_bytes()  # of a folder: raises the error that says why it could not be listed


def _items(data: bytes, name: str, *, inside: bool) -> list[Document | Failure]:
    sha256 = hashlib.sha256(data).hexdigest()
    suffix = PurePosixPath(name).suffix.lower()
    try:
        content = recognize(data, suffix)
        if content.format == "zip":
            return _members(data, name, inside=inside)
        return [_document(name, sha256, content, _reading(content, data))]
    except RefusalError as error:
        refusal = error
    except DAMAGE:
        _log.debug("cannot parse %s", name, exc_info=True)
        refusal = RefusalError("corrupt")
    return [failure(name, refusal, sha256=sha256, format=suffix[1:] or None)]


def _members(data: bytes, archive: str, *, inside: bool) -> list[Document | Failure]:
    if inside:
        raise RefusalError("unsupported", "压缩包里又有压缩包，只读一层", "请先解压里面的压缩包，把文件直接放进文件夹")
    with open_package(data) as package:
        items = [item for name, info in list_members(package) for item in _member(package, info, f"{archive}!{name}")]
    if not items:
        raise RefusalError("empty", "压缩包里没有文件")
    return items


def _member(package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> list[Document | Failure]:
    if info.flag_bits & 1:
        return [failure(name, RefusalError("encrypted"))]
    if info.file_size > LARGEST_FILE:
        return [failure(name, RefusalError("too_large", _TOO_LARGE))]
    try:
        data = package.read(info)
    except DAMAGE:
        _log.debug("cannot unpack %s", name, exc_info=True)
        return [failure(name, RefusalError("corrupt"))]
    return _items(data, name, inside=True)


def _document(name: str, sha256: str, content: Content, reading: Reading) -> Document:
    if reading.blank:
        raise RefusalError("empty")
    return Document(
        name=name,
        sha256=sha256,
        format=content.format,
        text=reading.text,
        blocks=reading.blocks,
        encoding=reading.encoding,
        coverage=reading.coverage,
        notes=content.notes + reading.notes,
    )


def _reading(content: Content, data: bytes) -> Reading:
    """Read with the format's own module, imported when its first file is met."""
    if content.decoded is not None:
        return _text_reading(content.format, content.decoded)
    if content.format == "docx":
        from mingcha.pipeline.reading.word import read_word

        return read_word(data)
    if content.format == "xlsx":
        from mingcha.pipeline.reading.workbooks import read_workbook

        return read_workbook(data)
    from mingcha.pipeline.reading.pdf import read_pdf

    return read_pdf(data)


def _text_reading(format_: str, decoded: Decoded) -> Reading:
    if format_ == "html":
        from mingcha.pipeline.reading.webpages import read_page

        return read_page(decoded)
    return read_records(decoded) if format_ == "csv" else read_lines(decoded)
