"""The tables an office fills in for a scheme's calculations: CSV or xlsx, read by the columns the scheme names."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING

from mingcha.corpora.tables import read_bytes, text_rows, workbook_rows
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.outcomes import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mingcha.corpora.tables import Row
    from mingcha.pipeline.scoring.calculations import Column, TableShape
    from mingcha.pipeline.scoring.operations import Value

_ANSWERS = {"是": True, "否": False, "√": True, "×": False, "有": True, "无": False, "yes": True, "no": False}
_MISSING = ("", "—", "-", "/", "缺", "未知", "待补")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:]+)?")
_MOST_FAULTS = 10


def read_records(path: Path, table: TableShape) -> tuple[Record, ...]:
    """Return the rows of a file as records of *table*; an empty cell is missing, which is not zero.

    The first row names the columns, by their ids or other headings; foreign columns are passed over. A
    :class:`DataError` lists the faults with file, row and column (the first ten).
    """
    data = read_bytes(path, table.name)
    rows = workbook_rows(path, data) if data.startswith(b"PK") else text_rows(path, data, fits=partial(_fits, table))
    if not rows:
        raise DataError(f"{path}：“{table.name}”是空的。请填写表头和内容，表头为：{_listed(table)}。")
    places = _places(path, table, rows[0][1])
    faults: list[str] = []
    records = [_record(path, row, places, faults) for row in rows[1:]]
    if faults:
        more = f"\n……另有{len(faults) - _MOST_FAULTS}处。" if len(faults) > _MOST_FAULTS else ""
        raise DataError("\n".join(faults[:_MOST_FAULTS]) + more)
    return tuple(records)


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
    where = f"{path.name} 第{number}行"
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
