"""How many characters a document holds before LibreOffice converts it, counted without LibreOffice.

Some documents come out of the conversion shorter than they went in: of an rtf file with one text box inside another
all that follows is left out. Only a count of our own can tell.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.assembly import inked
from mingcha.pipeline.reading.word_parts import Part, count_visible
from mingcha.pipeline.reading.xml_parts import local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    Element = etree._Element

# A conversion writes out fields (page numbers, dates) that the original only names, and the other way round.
_TOLERATED, _TOLERATED_SHARE = 4, 0.02
_CONTROL = re.compile("[\0-\x20\x7f\\s]+")

# [MS-DOC] 2.5: where the header of a Word file says which table stream it uses and where the list of pieces lies.
_FLAGS_AT, _SECOND_TABLE = 0x0A, 0x0200
_PIECES_AT = 0x01A2
_FIRST_VERSION = 0x00C1  # Word 97; older files have no list of pieces
_BYTES_FLAG = 1 << 30
_INSTRUCTION = re.compile("\x13[^\x13\x14\x15]*(?:\x14|\x15)")

_ODT_PARTS = ("content.xml", "styles.xml")
_ODT_ASIDE = frozenset(
    {"tracked-changes", "change-info", "creator", "date", "date-string", "note-citation", "ruby-text", "title", "desc"}
)
_RTF = re.compile(
    rb"\\bin(?P<binary>\d+) ?|\\u(?P<unicode>-?\d+) ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\uc(?P<width>\d+) ?"
    rb"|\\\*\s*\\(?P<optional>[a-zA-Z]+)(?:-?\d+)? ?|\\(?P<word>[a-zA-Z]+)(?:-?\d+)? ?|\\(?P<sign>.)"
    rb"|(?P<opening>\{)|(?P<closing>\})|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_RTF_ASIDE = frozenset(
    b"fonttbl colortbl stylesheet info pict sp listtext pntext tc xe nonshppict mmathPr objdata filetbl".split()
)
_RTF_KEPT = frozenset({b"shpinst"})


def count_original(data: bytes, format_: str) -> int | None:
    """Return how many characters, blanks and field codes aside, *data* holds, deleted ones included.

    ``None`` where nothing can tell. Raises ``RefusalError`` for XML that defines entities, and for damaged data what
    the parsers raise.
    """
    if format_ == "doc":
        return _count_word(data)
    if format_ == "rtf":
        return _count_rtf(data)
    if format_ == "odt":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return sum(_count_odt(parse_xml(package.read(name))) for name in _ODT_PARTS if name in package.namelist())
    return count_visible(Part("main", parse_xml(data)))


def is_short(read: int, original: int) -> bool:
    """Tell whether *read* characters are too few for a document that held *original* ones.

    >>> is_short(990, 1000), is_short(900, 1000), is_short(8, 10)
    (False, True, False)
    """
    return original - read > max(_TOLERATED, original * _TOLERATED_SHARE)


def _count_odt(root: Element) -> int:
    """Count what stands in paragraphs, each character once: boxes and notes lie inside other paragraphs."""
    paragraphs = root.iter("{*}p", "{*}h")
    outer = (paragraph for paragraph in paragraphs if not any(local_name(up) in {"p", "h"} for up in _above(paragraph)))
    return sum(map(_count_paragraph, outer))


def _above(element: Element) -> Iterator[Element]:
    return element.iterancestors()


def _count_paragraph(paragraph: Element) -> int:
    if any(local_name(up) in _ODT_ASIDE for up in _above(paragraph)):
        return 0
    return sum(inked(text) for text in _texts(paragraph))


def _texts(element: Element) -> Iterator[str]:
    """Yield the texts in *element*, those of asides left out and what follows them kept."""
    if local_name(element) not in _ODT_ASIDE:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _count_word(data: bytes) -> int | None:
    """Count by the list of pieces, from which the texts of body, notes, margins and boxes are put together."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        stream = compound.openstream("WordDocument").read()
        version, flags = (struct.unpack_from("<H", stream, at)[0] for at in (2, _FLAGS_AT))
        if version < _FIRST_VERSION:
            return None
        table = compound.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
    start, size = struct.unpack_from("<II", stream, _PIECES_AT)
    text = "".join(_pieces(stream, table[start : start + size]))
    while len(shorter := _INSTRUCTION.sub("", text)) < len(text):
        text = shorter
    return len(_CONTROL.sub("", text))


def _pieces(stream: bytes, table: bytes) -> Iterator[str]:
    at = 0
    while table[at] == 1:  # formats of pieces, which come first
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    count = (struct.unpack_from("<I", table, at + 1)[0] - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", table, at + 5)
    for number in range(count):
        place = struct.unpack_from("<I", table, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
        length = ends[number + 1] - ends[number]
        if place & _BYTES_FLAG:
            start = (place & ~_BYTES_FLAG) // 2
            yield stream[start : start + length].decode("cp1252", "replace")
        else:
            yield stream[place : place + 2 * length].decode("utf-16-le", "replace")


def _count_rtf(data: bytes) -> int:
    """Count the characters of an rtf file; of bytes in a row two are taken for one character, as in Chinese."""
    groups = [(False, 1)]  # whether the group is no text, and how many characters stand in for one of Unicode
    count = owed = position = 0
    half = False
    while found := _RTF.match(data, position):
        position = found.end()
        aside, width = groups[-1]
        kind, value = found.lastgroup or "", found[found.lastgroup or 0]
        second = kind == "byte" and half
        half = kind == "byte" and not half and not owed
        if kind == "opening":
            groups.append(groups[-1])
        elif kind == "closing":
            del groups[max(1, len(groups) - 1) :]
        elif kind == "binary":
            position += int(value)
        elif kind == "width":
            groups[-1] = (aside, int(value))
        elif (kind == "word" and value in _RTF_ASIDE) or (kind == "optional" and value not in _RTF_KEPT):
            groups[-1] = (True, width)
        elif not aside:
            shown, owed = _shown(kind, value, owed, width)
            count += 0 if second else shown
    return count


def _shown(kind: str, value: bytes, owed: int, width: int) -> tuple[int, int]:
    """Return how many characters a token shows, and how many of those to come only stand in for one shown."""
    if kind == "unicode":
        return 1, width
    if kind == "text":
        return len(b"".join(value[owed:].split())), max(0, owed - len(value))
    if kind == "byte" and owed:
        return 0, owed - 1
    return int(kind == "byte" or (kind == "sign" and value in b"{}\\")), owed
