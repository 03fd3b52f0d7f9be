"""Tables as offices save them: CSV or tab-separated text in any of the usual Chinese encodings."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Row = tuple[int, Sequence[str]]

_ENCODINGS = ("utf-8-sig", "gb18030", "big5", "utf-16")


def read_bytes(path: Path, what: str) -> bytes:
    """Return the bytes of a file; *what* is what the office calls it (名册 …) in messages."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"{path}：找不到{what}文件。请检查路径是否写对。") from error
    except OSError as error:
        raise DataError(
            f"{path}：{what}文件打不开（{'这是一个文件夹' if path.is_dir() else error.strerror}）。"
            "请检查它是不是文件、有没有读取权限。"
        ) from error


def text_rows(path: Path, data: bytes, *, fits: Callable[[Sequence[str]], bool]) -> list[Row]:
    """Return the rows that are not blank, each with the number of its (last) line, counted from 1.

    Of the encodings the first is taken under which the heading row *fits*, or else the first that decodes at all.
    Raise DataError where none does or the quotes do not close.
    """
    texts = [text for text in map(_decoded, [data] * len(_ENCODINGS), _ENCODINGS) if text is not None]
    if not texts:
        raise DataError(f"{path}：无法识别文字编码。请另存为 UTF-8 编码的 CSV 后重试。")
    return _parsed(path, next((text for text in texts if fits(_heading(text))), texts[0]))


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _rows(text: str) -> Iterator[Row]:
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return ((reader.line_num, row) for row in reader)


def _heading(text: str) -> Sequence[str]:
    try:
        return next((row for _, row in _rows(text) if _filled(row)), ())
    except csv.Error:
        return ()


def _parsed(path: Path, text: str) -> list[Row]:
    rows: list[Row] = []
    try:
        for row in _rows(text):
            rows.append(row)  # noqa: PERF402 - the rows before a fault tell where it is
    except csv.Error as error:
        line = rows[-1][0] + 1 if rows else 1
        cause = f"从第{line}行起不是正确的 CSV（可能是双引号没有成对，或一格内容过长）"
        raise DataError(f"{path}：{cause}。请用 Excel 或 WPS 打开检查这一行，改正后另存为 CSV 重试。") from error
    return [row for row in rows if _filled(row[1])]


def _filled(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def workbook_rows(path: Path, data: bytes) -> list[Row]:
    """Return the rows of a workbook's first visible sheet that are not blank, each with its number; cells as text."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        return list(_sheet_rows(sheet.iter_rows(values_only=True)))
    except (BadZipFile, KeyError, ValueError, OSError, StopIteration) as error:  # OSError: another office file
        remedy = "请用 Excel 或 WPS 打开检查，另存为 xlsx 或 CSV 后重试"
        raise DataError(f"{path}：这不是可以读取的 xlsx 文件。{remedy}。") from error


def _sheet_rows(rows: Iterator[Sequence[object]]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        cells = [_cell(cell) for cell in row]
        if any(cells):
            yield number, cells


def _cell(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float):
        return repr(cell).removesuffix(".0")
    return "" if cell is None else str(cell).strip()
