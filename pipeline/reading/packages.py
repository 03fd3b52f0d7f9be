"""Zip files: what is refused before anything is unpacked, and the documents inside."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.folder import is_clutter, unique_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_MEMBERS = 10_000
_MOST_UNPACKED = 1 << 30
_MOST_XML = 300 << 20
# Office files compress ten- to hundredfold at most; bombs a thousandfold. Small members may be blank tables.
_MOST_RATIO = 200
_RATIO_COUNTS_FROM = 1 << 20
_UTF8_NAME = 0x800


def open_package(data: bytes) -> zipfile.ZipFile:
    """Open a zip file whose list of members is harmless; the sizes it declares are binding for the unpacker.

    Raises ``RefusalError`` for one that would unpack to too much or whose names lead out of it.
    """
    package = zipfile.ZipFile(io.BytesIO(data))
    _guard(package.infolist())
    return package


def list_members(package: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the files of an archive under readable, unique names."""
    named = [(_readable(member), member) for member in package.infolist()]
    files = [(name, member) for name, member in named if not name.endswith("/")]
    kept = [(name, member) for name, member in files if not any(map(is_clutter, name.split("/")))]
    names = unique_names(name for name, _ in kept)
    return zip(names, (member for _, member in kept), strict=True)


def _guard(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS:
        raise RefusalError("too_large", f"压缩包内有 {len(members)} 个文件，超过上限 {_MOST_MEMBERS} 个")
    if sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise RefusalError("too_large", f"解压后超过 {_MOST_UNPACKED >> 20} MB")
    if sum(member.file_size for member in members if member.filename.endswith(".xml")) > _MOST_XML:
        raise RefusalError("too_large", f"解压后的文字部分超过 {_MOST_XML >> 20} MB")
    for member in members:
        if member.file_size > max(_RATIO_COUNTS_FROM, member.compress_size * _MOST_RATIO):
            raise RefusalError("too_large", f"压缩比例异常（{_readable(member)}），疑似压缩炸弹，没有解压")
        if _leads_out(_readable(member)):
            raise RefusalError(
                "corrupt",
                f"包内的路径“{_readable(member)}”指向包外，可能被改动过，没有解压",
                "请确认来源；确需读取时，请在安全的电脑上解压后重新打包",
            )


def _leads_out(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or name[1:3] == ":/"


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
