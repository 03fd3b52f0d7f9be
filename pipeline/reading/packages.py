"""Zip files: what is refused before anything is unpacked, and the documents inside."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.folder import is_clutter, unique_names
from mingcha.pipeline.reading.formats import UNPACK

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_MEMBERS = 10_000
_MOST_UNPACKED = 1 << 30
_MOST_XML = 300 << 20
# Office files compress ten- to hundredfold at most; bombs a thousandfold. Small members may be blank tables, and
# blank pictures, which are not read, compress as well as bombs.
_MOST_RATIO = 200
_RATIO_COUNTS_FROM = 1 << 20
_PICTURES = (".bmp", ".emf", ".wmf", ".tif", ".tiff", ".png", ".gif", ".jpg", ".jpeg")
_UTF8_NAME = 0x800
_LOCKED = 1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open a zip file, whose members are to be checked one by one by :func:`check_member`.

    Raises ``RefusalError`` for one that would unpack to too much; the sizes it declares are binding for the unpacker.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    _check_size(archive.infolist())
    return archive


def open_package(data: bytes) -> zipfile.ZipFile:
    """Open an office file; raises ``RefusalError`` if one of its members is not harmless, unread pictures aside."""
    package = open_archive(data)
    for member in package.infolist():
        if not member.filename.lower().endswith(_PICTURES):
            _check_ratio(member)
        _check_path(member)
    return package


def list_members(package: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the files of an archive under readable, unique names."""
    named = [(_readable(member), member) for member in package.infolist()]
    files = [(name, member) for name, member in named if not name.endswith("/")]
    kept = [(name, member) for name, member in files if not _is_clutter(package, name, member)]
    names = unique_names(name for name, _ in kept)
    return zip(names, (member for _, member in kept), strict=True)


def _is_clutter(package: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> bool:
    return is_clutter(name.rpartition("/")[2], lambda: package.open(member))


def check_member(member: zipfile.ZipInfo) -> None:
    """Raise ``RefusalError`` for a member that must not or cannot be unpacked."""
    if member.flag_bits & _LOCKED:
        raise RefusalError("encrypted")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise RefusalError("unsupported", "这是快捷链接，不是文件", "请把它指向的文件放进压缩包")
    if member.compress_type not in _METHODS:
        raise RefusalError("unsupported", "压缩包用了读不了的压缩方法", UNPACK)
    _check_ratio(member)
    _check_path(member)


def _check_ratio(member: zipfile.ZipInfo) -> None:
    if member.file_size > max(_RATIO_COUNTS_FROM, member.compress_size * _MOST_RATIO):
        cause = f"压缩比例异常（{_readable(member)}），疑似压缩炸弹，没有解压"
        raise RefusalError("too_large", cause, "请核对来源；确有内容的，请解压后放入")


def _check_path(member: zipfile.ZipInfo) -> None:
    name = _readable(member)
    if name.startswith("/") or ".." in name.split("/") or name[1:3] == ":/":
        raise RefusalError(
            "corrupt",
            f"包内的路径“{name}”指向包外，可能被改动过，没有解压",
            "请确认来源；确需读取时，请在安全的电脑上解压后重新打包",
        )


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS:
        raise RefusalError("too_large", f"压缩包内有 {len(members)} 个文件，超过上限 {_MOST_MEMBERS} 个")
    if sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise RefusalError("too_large", f"解压后超过 {_MOST_UNPACKED >> 20} MB")
    if sum(member.file_size for member in members if member.filename.endswith(".xml")) > _MOST_XML:
        raise RefusalError("too_large", f"解压后的文字部分超过 {_MOST_XML >> 20} MB")


def _readable(member: zipfile.ZipInfo) -> str:
    """Return the member's name; Chinese zip programs write GBK, which the library takes for code page 437.

    Separators are ``/`` and never backslashes.
    """
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        name = _redecoded(name)
    return name.replace("\\", "/")


def _redecoded(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name
