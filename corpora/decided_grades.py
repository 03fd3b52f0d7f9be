"""Final grades, and rewards and punishments in force, from the office's own lists (CSV or xlsx).

What goes into a personnel database stays there for a career, so everything is refused that does not say of itself
that people decided it for good: who, and when.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from mingcha.corpora.tables import read_bytes, text_rows, workbook_rows
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.personnel import Grade, Reward

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

GRADE_COLUMNS = ("人员编号", "姓名", "年度", "等次", "是否最终", "决定机关", "决定日期")
REWARD_COLUMNS = ("人员编号", "姓名", "奖惩名称", "奖惩代码", "批准机关", "批准日期")
_MAY_BE_EMPTY = frozenset({"奖惩代码"})

_PERSON = re.compile(r"[\w{][\w{}-]{0,63}")
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:[-/.年]?)(\d{1,2})(?:[-/.月]?)(\d{1,2})日?", re.ASCII)
# What a cell of a database import must not bear: the beginning of a formula, control characters, the end of a CDATA.
_UNFIT = re.compile(r"^[=+\-@＝＋－＠']|[\x00-\x1f\ud800-\udfff]|\]\]>")
_ONLY = "只有人已经最终确定的等次和奖惩才能写入人事库；线索、得分、建议等次都不能"


def read_grades(path: Path, *, today: date) -> tuple[Grade, ...]:
    """Return the final grades of a list whose columns are exactly `GRADE_COLUMNS`, in any order.

    Raise DataError, naming the row, for a row that is not final (是否最终 must be 是), that lacks who decided or when,
    or whose day of decision lies before the year of the grade or after *today*.
    """
    return tuple(_grade(where, row, today) for where, row in _rows(path, "等次", GRADE_COLUMNS))


def read_rewards(path: Path, *, today: date) -> tuple[Reward, ...]:
    """Return the rewards and punishments of a list whose columns are exactly `REWARD_COLUMNS`, in any order."""
    return tuple(_reward(where, row, today) for where, row in _rows(path, "奖惩", REWARD_COLUMNS))


def _rows(path: Path, what: str, columns: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    data = read_bytes(path, what)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")):
        raise DataError(
            f"{path}：这是 JSON 文件，可能是明察的输出。{_ONLY}。请提供{what}表，表头：{'、'.join(columns)}。"
        )
    is_book = data.startswith(b"PK")
    rows = workbook_rows(path, data) if is_book else text_rows(path, data, fits=lambda row: columns[0] in row)
    heading = [cell.strip() for cell in rows[0][1]] if rows else []
    while heading and not heading[-1]:
        heading.pop()
    _check_heading(path, heading, columns)
    for number, row in rows[1:]:
        where = f"{path} 第{number}行"
        cells = [cell.strip() for cell in row]
        if any(cells[len(heading) :]):
            raise DataError(f"{where}：格数比表头多。请检查多余的逗号。")
        named = dict(zip(heading, [*cells, *[""] * len(heading)], strict=False))
        _check_cells(where, named)
        yield where, named


def _check_heading(path: Path, heading: Sequence[str], columns: Sequence[str]) -> None:
    if strange := [name for name in heading if name not in columns]:
        raise DataError(f"{path}：不接受“{'、'.join(strange)}”这样的列。{_ONLY}。表头应为：{'、'.join(columns)}。")
    if missing := [name for name in columns if name not in heading]:
        raise DataError(f"{path}：缺少“{'、'.join(missing)}”一列。表头应为：{'、'.join(columns)}。请补上。")
    if len(set(heading)) < len(heading):
        raise DataError(f"{path}：表头有重复的列。请每列只留一个。")


def _check_cells(where: str, cells: Mapping[str, str]) -> None:
    for name, words in cells.items():
        if not words and name not in _MAY_BE_EMPTY:
            raise DataError(f"{where}：没有填写“{name}”。{_ONLY}，每行都要写明谁在何时决定。请补上。")
        if _UNFIT.search(words):
            raise DataError(f"{where}：“{name}”的内容“{words[:20]}”含有公式符号或控制字符，不能写入人事库。请改正。")
    if not _PERSON.fullmatch(cells["人员编号"]):
        raise DataError(f"{where}：人员编号“{cells['人员编号']}”只能用文字、数字、下划线和短横。请核对人事库中的编号。")


def _grade(where: str, row: Mapping[str, str], today: date) -> Grade:
    if row["是否最终"] != "是":
        raise DataError(f"{where}：“是否最终”写的是“{row['是否最终']}”。{_ONLY}。请在最终确定后填“是”，或删去这一行。")
    if not _YEAR.fullmatch(row["年度"]):
        raise DataError(f"{where}：年度“{row['年度']}”应是四位数字，如 2024。请改正。")
    year, day = int(row["年度"]), _day(where, row["决定日期"], today)
    if day.year < year:
        raise DataError(f"{where}：决定日期 {day} 早于考核年度 {year}。请核对。")
    return Grade(row["人员编号"], row["姓名"], year, row["等次"], row["决定机关"], day)


def _reward(where: str, row: Mapping[str, str], today: date) -> Reward:
    person, name, title, code, authority, day = (row[column] for column in REWARD_COLUMNS)
    return Reward(person, name, title, code, authority, _day(where, day, today))


def _day(where: str, words: str, today: date) -> date:
    found = _DAY.fullmatch(words)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise DataError(f"{where}：日期“{words}”看不懂。请写成 2024-12-31 或 20241231。")
    if day > today:
        raise DataError(f"{where}：日期 {day} 还没有到。还没有作出的决定不能写入人事库，请核对。")
    return day
