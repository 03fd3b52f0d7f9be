"""Files in the compound format of old Office and WPS programs: what they hold, told by their streams."""

from __future__ import annotations

import io
from dataclasses import dataclass

import olefile

from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.formats import AS_PDF, MAIL

_UNREAD = (
    ("PowerPoint Document", "旧版演示文稿（ppt、dps）", AS_PDF),
    ("__properties_version1.0", "Outlook 邮件（msg）", MAIL),
)
_MACROS = ("Macros", "_VBA_PROJECT_CUR", "VBA")
# The flag fEncrypted of a Word file's header: [MS-DOC] 2.5.2, bit 8 of the word at offset 10.
_FLAGS_AT, _ENCRYPTED = 10, 0x0100


@dataclass(frozen=True, slots=True)
class Compound:
    """What a compound file is: ``doc`` or ``xls``, and whether it bears macros."""

    format: str
    macros: bool


def recognize_compound(data: bytes) -> Compound:
    """Return what the compound file is.

    Raises ``RefusalError`` for a locked one and for formats that are not read, and ``OSError`` for a damaged one.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        names = {path[0] for path in compound.listdir(storages=True)}
        if "EncryptedPackage" in names or ("WordDocument" in names and _is_locked(compound)):
            raise RefusalError("encrypted")
    return Compound(_format(names), not names.isdisjoint(_MACROS))


def _format(names: set[str]) -> str:
    if "WordDocument" in names:
        return "doc"
    if names & {"Workbook", "Book"}:
        return "xls"
    for name, label, remedy in _UNREAD:
        if name in names:
            raise RefusalError("unsupported", f"暂不支持{label}", remedy)
    raise RefusalError("unsupported", "暂不支持这种旧版 Office 或 WPS 文件", AS_PDF)


def _is_locked(compound: olefile.OleFileIO) -> bool:
    head = compound.openstream("WordDocument").read(_FLAGS_AT + 2)
    return bool(int.from_bytes(head[_FLAGS_AT:], "little") & _ENCRYPTED)
