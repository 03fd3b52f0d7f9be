"""The figures people type in for scoring: ``inputs.csv`` with subject, indicator and value."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from mingcha.corpora.tables import read_bytes, text_rows
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.registers import INPUTS, Register, RegisterRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mingcha.pipeline.subjects import Subject

    Inputs = dict[str, dict[str, Decimal | bool | None]]

_FIELDS = {"对象": "subject", "编号": "subject", "指标": "indicator", "数值": "value"}
_COLUMNS = ("subject", "indicator", "value")
_ANSWERS = {"是": True, "否": False, "yes": True, "no": False}
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_LISTED = 10


def read_inputs(path: Path, roster: Sequence[Subject]) -> Inputs:
    """Return the values by the subject's id and the indicator; an empty value is missing, which is not zero."""
    return inputs_by_subject(read_input_register(path, roster))


def inputs_by_subject(register: Register) -> Inputs:
    """Return the values of what `read_input_register` gave, by the subject's id and the indicator."""
    inputs: Inputs = defaultdict(dict)
    for row in register.rows:
        inputs[row.subject or ""][row.indicator or ""] = row.cells["value"]  # type: ignore[assignment]
    return dict(inputs)


def read_input_register(path: Path, roster: Sequence[Subject]) -> Register:
    """Return the figures typed in, row by row.

    The columns are subject (对象: the id, or a name or alias that only one subject of *roster* has), indicator
    (指标) and value (数值); a veto's value is 是 or 否. Every fault is a :class:`DataError` that names file and line.
    """
    data = read_bytes(path, "手工输入")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DataError(f"{path}：这是 Excel 工作簿。请用 Excel 或 WPS 打开，另存为 CSV 后重试。")
    rows = text_rows(path, data, fits=_fits)
    if not rows or not _fits(rows[0][1]):
        raise DataError(f"{path}：第一行应是表头，写明 对象（subject）、指标（indicator）、数值（value）三列。请补上。")
    typed: dict[tuple[str, str], RegisterRow] = {}
    for number, row in rows[1:]:
        where = f"{path} 第{number}行"
        given, indicator, words = _cells(rows[0][1], row, where)
        subject = _subject(given, roster, where)
        if (subject, indicator) in typed:
            raise DataError(f"{where}：对象“{given}”的指标“{indicator}”前面已经填过。请只保留一行。")
        typed[subject, indicator] = RegisterRow(number, subject, indicator, {"value": _value(words, where)})
    origin = (INPUTS, "手工填写", path.name, sha256(data).hexdigest())
    return Register("inputs", *origin, {"value": "number"}, tuple(typed.values()))


def _names(heading: Sequence[str]) -> list[str]:
    return [_FIELDS.get(cell.strip(), cell.strip().lower()) for cell in heading]


def _fits(heading: Sequence[str]) -> bool:
    return set(_names(heading)) >= set(_COLUMNS)


def _cells(heading: Sequence[str], row: Sequence[str], where: str) -> tuple[str, str, str]:
    """Return subject, indicator and value of a row."""
    if any(cell.strip() for cell in row[len(heading) :]):
        cause = f"有{len(row)}格，比表头的{len(heading)}列多"
        raise DataError(f"{where}：{cause}。请检查多余的逗号；数字里不要加千位逗号。")
    fields = {name: cell.strip() for name, cell in zip(_names(heading), row, strict=False)}
    subject, indicator, value = (fields.get(column, "") for column in _COLUMNS)
    if not subject or not indicator:
        raise DataError(f"{where}：没有写明对象或指标。请补上，每行要有 对象、指标、数值。")
    return subject, indicator, value


def _subject(given: str, roster: Sequence[Subject], where: str) -> str:
    if any(subject.id == given for subject in roster):
        return given
    found = [subject for subject in roster if given in subject.names]
    if len(found) == 1:
        return found[0].id
    known = _listing(found or roster)
    if found:
        raise DataError(f"{where}：对象“{given}”对应不止一个：{known}。请改写编号。")
    if not roster:
        raise DataError(f"{where}：这个考核没有名册，无法确定对象“{given}”。请先用 mingcha run --roster 提供名册。")
    raise DataError(f"{where}：名册中没有对象“{given}”。已有：{known}。请改用其中的编号或姓名。")


def _listing(subjects: Sequence[Subject]) -> str:
    listed = "、".join(f"{subject.id}（{subject.name}）" for subject in subjects[:_LISTED])
    return f"{listed}等{len(subjects)}个" if len(subjects) > _LISTED else listed


def _value(words: str, where: str) -> Decimal | bool | None:
    if not words:
        return None
    if words.lower() in _ANSWERS:
        return _ANSWERS[words.lower()]
    if not _NUMBER.fullmatch(words):
        remedy = "请用半角数字填写（如 85 或 85.5），不加单位、百分号和千位逗号；尚无数据请留空"
        raise DataError(f"{where}：数值“{words}”既不是数字，也不是 是/否。{remedy}。")
    return Decimal(words)
