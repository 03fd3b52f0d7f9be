"""What calamine does not tell of an xls or et file: formats, errors, comments, text boxes, pictures, hidden rows.

The records of the book's stream are walked once, after [MS-XLS]; a record is its kind, its size and its bytes.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import olefile

from mingcha.pipeline.reading.cell_values import NumberFormat, builtin_code, parse_format
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.sheet_comments import Comment

if TYPE_CHECKING:
    from collections.abc import Iterator

_STREAM = "Workbook"
_BEGIN, _END, _CONTINUE, _LOCK = 0x809, 0x0A, 0x3C, 0x2F
_FORMAT, _STYLE, _SHEET, _ROW, _COLUMNS, _NOTE = 0x41E, 0xE0, 0x85, 0x208, 0x7D, 0x1C
_PICTURE = 8  # the type of an object
_OBJECT, _TEXT, _HEADER, _FOOTER, _CHART_TEXT = 0x5D, 0x1B6, 0x14, 0x15, 0x100D
_NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS, _FORMULA, _FLAG = 0x203, 0x27E, 0xBD, 0x06, 0x205
_PLACED = frozenset({_NUMBER, _SHORT_NUMBER, _FORMULA, _FLAG})
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_PLAIN = NumberFormat()


class _Record(NamedTuple):
    position: int
    kind: int
    body: bytes


@dataclass(frozen=True, slots=True)
class SheetRecords:
    """What the records of one sheet tell beside its values; places are (row, column) from 1.

    ``formats`` holds the cells whose number format changes what they show, ``errors`` what the cells like #DIV/0! show,
    ``texts`` the words of text boxes, ``charts`` those of charts, ``margins`` pairs of header or footer and its code.
    ``pictures`` counts the pictures that lie on the sheet.
    """

    formats: dict[tuple[int, int], NumberFormat] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    margins: list[tuple[str, str]] = field(default_factory=list)
    pictures: int = 0


def walk_records(data: bytes) -> dict[str, SheetRecords]:
    """Return what the records tell of each sheet, by its title; nothing for books older than Excel 97.

    Raises ``RefusalError`` for a book that needs a password, and what olefile and struct raise for a damaged file.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        if not compound.exists(_STREAM):
            return {}
        records = _records(compound.openstream(_STREAM).read())
    formats, titles = _globals(records)
    sheets = {}
    for record in records:
        if record.kind == _BEGIN:
            sheets[titles.get(record.position, "")] = _sheet(list(_own(records)), formats)
    return {title: sheet for title, sheet in sheets.items() if title}


def _records(stream: bytes) -> Iterator[_Record]:
    position = 0
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        yield _Record(position, kind, stream[position + 4 : position + 4 + size])
        position += 4 + size


def _globals(records: Iterator[_Record]) -> tuple[list[NumberFormat], dict[int, str]]:
    """Read the first part of the stream: the number formats by style, the titles by where the sheets begin."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    titles: dict[int, str] = {}
    for record in records:
        if record.kind == _END:
            break
        if record.kind == _FORMAT:
            codes[_word(record.body, 0)] = _text(record.body, 2)
        elif record.kind == _STYLE:
            styles.append(_word(record.body, 2))
        elif record.kind == _LOCK:
            raise RefusalError("encrypted")
        elif record.kind == _SHEET:
            titles[struct.unpack_from("<I", record.body)[0]] = _short_text(record.body, 6)
    return [parse_format(codes.get(number) or builtin_code(number)) for number in styles], titles


def _sheet(own: list[_Record], formats: list[NumberFormat]) -> SheetRecords:
    sheet = SheetRecords(pictures=sum(_is_picture(record) for record in own))
    objects = _objects(own)
    for record in own:
        if record.kind == _NOTE:
            words = objects.pop(_word(record.body, 6), "")
            row, column = _word(record.body, 0) + 1, _word(record.body, 2) + 1
            sheet.comments.append(Comment(row, column, _text(record.body, 8).strip(), words))
        else:
            _add(sheet, record, formats)
    sheet.texts.extend(objects.values())
    return sheet


def _own(records: Iterator[_Record]) -> Iterator[_Record]:
    """Yield the records up to the end of a sheet; of the charts that stand on it only the texts."""
    depth = 0
    for record in records:
        if record.kind == _BEGIN:
            depth += 1
        elif record.kind == _END:
            if depth == 0:
                return
            depth -= 1
        elif depth == 0 or record.kind == _CHART_TEXT:
            yield record


def _is_picture(record: _Record) -> bool:
    # The group of drawings of the book (0xEB) is there for comments and text boxes, too, and tells nothing of pictures.
    return record.kind == _OBJECT and _word(record.body, 4) == _PICTURE


def _objects(own: list[_Record]) -> dict[int, str]:
    """Return the words of the objects on a sheet by their number; the records after a text hold its characters."""
    objects: dict[int, str] = {}
    current, wanted = 0, 0
    for record in own:
        if record.kind == _OBJECT:
            current = _word(record.body, 6)
        elif record.kind == _TEXT:
            wanted = _word(record.body, 10)
        elif record.kind == _CONTINUE and wanted:
            size = 2 if record.body[0] & 1 else 1
            characters = record.body[1 : 1 + wanted * size]
            objects[current] = objects.get(current, "") + _decoded(characters, size)
            wanted -= len(characters) // size
    return objects


def _add(sheet: SheetRecords, record: _Record, formats: list[NumberFormat]) -> None:
    body = record.body
    if record.kind in _PLACED:
        _add_cell(sheet, record, formats)
    elif record.kind == _SHORT_NUMBERS:
        row, first = _word(body, 0), _word(body, 2)
        for number in range((len(body) - 6) // 6):
            _add_format(sheet, (row + 1, first + number + 1), _word(body, 4 + 6 * number), formats)
    elif record.kind == _ROW and body[12] & 0x20:
        sheet.hidden_rows.add(_word(body, 0) + 1)
    elif record.kind == _COLUMNS and body[8] & 1:
        sheet.hidden_columns.append(range(_word(body, 0) + 1, _word(body, 2) + 2))
    elif record.kind == _CHART_TEXT:
        sheet.charts.append(_short_text(body, 2))
    elif record.kind in {_HEADER, _FOOTER} and body:
        sheet.margins.append(("header" if record.kind == _HEADER else "footer", _text(body, 0)))


def _add_cell(sheet: SheetRecords, record: _Record, formats: list[NumberFormat]) -> None:
    body = record.body
    place = (_word(body, 0) + 1, _word(body, 2) + 1)
    if record.kind == _FLAG:
        error = body[6] if body[7] else None
    elif record.kind == _FORMULA:
        error = body[8] if body[12:14] == b"\xff\xff" and body[6] == 2 else None
    else:
        error = None
    if error is not None:
        sheet.errors[place] = _ERRORS.get(error, "#N/A")
    _add_format(sheet, place, _word(body, 4), formats)


def _add_format(sheet: SheetRecords, place: tuple[int, int], style: int, formats: list[NumberFormat]) -> None:
    number_format = formats[style] if style < len(formats) else _PLAIN
    if number_format != _PLAIN:
        sheet.formats[place] = number_format


def _word(body: bytes, place: int) -> int:
    return int(struct.unpack_from("<H", body, place)[0])


def _text(body: bytes, place: int) -> str:
    """Return a text with its length in two bytes; a flag says whether its characters take one byte or two."""
    return _flagged(body[place + 2 :], _word(body, place))


def _short_text(body: bytes, place: int) -> str:
    return _flagged(body[place + 1 :], body[place])


def _flagged(data: bytes, length: int) -> str:
    size = 2 if data[0] & 1 else 1
    return _decoded(data[1 : 1 + length * size], size)


def _decoded(data: bytes, size: int) -> str:
    text = data.decode("utf-16-le" if size == 2 else "latin-1", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
