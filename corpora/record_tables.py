"""The tables an office fills in for a scheme's calculations: CSV or xlsx, read by the columns the scheme names."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from mingcha.corpora.labelbook import load_labels
from mingcha.corpora.tables import read_bytes, text_rows, workbook_rows
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.outcomes import Record
from mingcha.pipeline.scoring.registers import Register, RegisterRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mingcha.corpora.tables import Row
    from mingcha.pipeline.scoring.calculations import Column, TableShape
    from mingcha.pipeline.scoring.operations import Value
    from mingcha.pipeline.scoring.registers import ColumnKind
    from mingcha.pipeline.subjects import Subject

    Numbered = list[tuple[int, Record]]

_ANSWERS = {"是": True, "否": False, "√": True, "×": False, "有": True, "无": False, "yes": True, "no": False}
_MISSING = ("", "—", "-", "/", "缺", "未知", "待补")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:]+)?")
_MOST_FAULTS = 10
_MOST_VOTES = 2**31  # more of them are no count of votes


def read_records(path: Path, table: TableShape) -> tuple[Record, ...]:
    """Return the rows of a file as records of *table*; an empty cell is missing, which is not zero.

    The first row names the columns, by their ids or other headings; foreign columns are passed over. A
    :class:`DataError` lists the faults with file, row and column (the first ten).
    """
    return tuple(record for _, record in _numbered(path, table, read_bytes(path, table.name)))


def read_register(path: Path, table: TableShape, roster: Sequence[Subject]) -> Register:
    """Return the rows of a file with their numbers and with whom of *roster* they speak of, as the store keeps them.

    A table with two or more columns that count votes for an option (好、较好、一般、差) is a ballot.
    """
    data = read_bytes(path, table.name)
    rows = [_register_row(number, record, roster) for number, record in _numbered(path, table, data)]
    votes = _vote_columns(table, rows)
    columns: dict[str, ColumnKind] = {one.id: "votes" if one.id in votes else one.kind for one in table.columns}
    origin = (table.id, table.name, path.name, sha256(data).hexdigest())
    return Register("ballot" if votes else "register", *origin, columns, tuple(rows))


def records_of(register: Register) -> tuple[Record, ...]:
    """Return the rows of a table as the records that `read_records` gives."""
    return tuple(Record(_where(register.file, row.line), row.cells) for row in register.rows)


def _register_row(number: int, record: Record, roster: Sequence[Subject]) -> RegisterRow:
    named = (_named(value, roster) for value in record.values.values() if isinstance(value, str))
    return RegisterRow(number, next(filter(None, named), None), None, record.values)


def _named(words: str, roster: Sequence[Subject]) -> str | None:
    """Return the id of the one subject that *words* are the id, the name or an alias of."""
    found = [one.id for one in roster if words == one.id] or [one.id for one in roster if words in one.names]
    return found[0] if len(found) == 1 else None


def _vote_columns(table: TableShape, rows: Sequence[RegisterRow]) -> frozenset[str]:
    """Return the columns that count votes; none where the table has no two of them, or other figures stand in them."""
    book = load_labels()
    options = [one.id for one in table.columns if one.kind == "number" and book.field_of(one.id, "ballot") == "option"]
    counted = all(_is_count(row.cells[option]) for row in rows for option in options)
    return frozenset(options) if len(options) > 1 and counted else frozenset()


def _is_count(value: Value | None) -> bool:
    return value is None or (isinstance(value, Decimal) and 0 <= value < _MOST_VOTES and value == int(value))


def _numbered(path: Path, table: TableShape, data: bytes) -> Numbered:
    rows = workbook_rows(path, data) if data.startswith(b"PK") else text_rows(path, data, fits=partial(_fits, table))
    if not rows:
        raise DataError(f"{path}：“{table.name}”是空的。请填写表头和内容，表头为：{_listed(table)}。")
    places = _places(path, table, rows[0][1])
    faults: list[str] = []
    records = [(row[0], _record(path, row, places, faults)) for row in rows[1:]]
    if faults:
        more = f"\n……另有{len(faults) - _MOST_FAULTS}处。" if len(faults) > _MOST_FAULTS else ""
        raise DataError("\n".join(faults[:_MOST_FAULTS]) + more)
    return records


def _where(file: str, number: int) -> str:
    return f"{file} 第{number}行"


def _listed(table: TableShape) -> str:
    return "、".join(column.id for column in table.columns)


def _plain(heading: str) -> str:
    return re.sub(r"\s+", "", heading).lower()


def _fits(table: TableShape, heading: Sequence[str]) -> bool:
    return bool(_found(table, heading))


def _found(table: TableShape, heading: Sequence[str]) -> dict[Column, int]:
    places = {_plain(cell): place for place, cell in reversed(list(enumerate(heading)))}
    named = {
        column: [places[_plain(name)] for name in (column.id, *column.headings) if _plain(name) in places]
        for column in table.columns
    }
    return {column: found[0] for column, found in named.items() if found}


def _places(path: Path, table: TableShape, heading: Sequence[str]) -> Mapping[Column, int]:
    found = _found(table, heading)
    missing = [column.id for column in table.columns if column not in found]
    if missing:
        raise DataError(f"{path}：“{table.name}”的表头缺少“{'”、“'.join(missing)}”。请补上这些列，没有数据的可以空着。")
    return found


def _record(path: Path, row: Row, places: Mapping[Column, int], faults: list[str]) -> Record:
    number, cells = row
    where = _where(path.name, number)
    values: dict[str, Value | None] = {}
    for column, place in places.items():
        words = cells[place].strip() if place < len(cells) else ""
        try:
            values[column.id] = None if words in _MISSING else _value(column, words)
        except ValueError as error:
            faults.append(f"{path} 第{number}行，“{column.id}”：“{words}”{error}。请改正。")
        if column.required and values.get(column.id) is None and words in _MISSING:
            faults.append(f"{path} 第{number}行，“{column.id}”：不能空着。请补上。")
    return Record(where, values)


def _value(column: Column, words: str) -> Value:
    match column.kind:
        case "number":
            return _number(words)
        case "yesno":
            return _answer(words)
        case "date":
            return _date(words)
    return words


def _number(words: str) -> Decimal:
    try:
        number = Decimal(words.replace(",", "").removesuffix("%"))
    except InvalidOperation as error:
        raise ValueError("不是数字") from error
    if not number.is_finite():
        raise ValueError("不是可以计算的数字")
    return number


def _answer(words: str) -> bool:
    if (answer := _ANSWERS.get(words.lower())) is None:
        raise ValueError("应当填“是”或“否”")
    return answer


def _date(words: str) -> date:
    match = _DATE.fullmatch(words)
    if match is None:
        raise ValueError("不是日期，应当写成 2025-03-01 的样子")
    try:
        return date(*map(int, match.groups()))
    except ValueError as error:
        raise ValueError("不是存在的日期") from error
