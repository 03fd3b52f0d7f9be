"""The roster file (CSV or xlsx) as subjects: who is assessed, and under which names documents speak of him."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mingcha.corpora.tables import read_bytes, text_rows, workbook_rows
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mingcha.corpora.tables import Row

_HEADINGS = {
    "id": ("id", "编号", "編號", "序号"),
    "name": ("name", "姓名", "名称", "名稱", "姓名/名称"),
    "aliases": ("aliases", "别名", "別名"),
    "unit": ("unit", "单位", "單位"),
    "post": ("post", "职务", "職務"),
    "type": ("type", "类型", "類型"),
    "category": ("category", "类别", "類別"),
}
_FIELD_OF = {heading: field for field, headings in _HEADINGS.items() for heading in headings}
_TYPES: dict[str, Literal["person", "team"]] = {
    **dict.fromkeys(("", "person", "个人", "個人", "人员", "干部", "领导干部"), "person"),
    **dict.fromkeys(("team", "班子", "领导班子", "单位", "單位", "集体", "团队", "部门"), "team"),
}
_COLUMNS = "id（编号）、name（姓名或名称）、aliases（别名）、unit（单位）、post（职务）、type（类型）、category（类别）"


def read_roster(path: Path) -> tuple[Subject, ...]:
    """Return the subjects in a roster, in its order.

    The first row names the columns, in English or Chinese; aliases are parted by semicolons. Every fault is a
    :class:`DataError` that names the file and the row.
    """
    data = read_bytes(path, "名册")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError(f"{path}：这是旧版 Excel 文件（xls）。请用 Excel 或 WPS 打开，另存为 xlsx 后重试。")
    rows = workbook_rows(path, data) if data.startswith(b"PK") else text_rows(path, data, fits=_fits)
    return tuple(_subjects(path, rows))


def _fits(heading: Sequence[str]) -> bool:
    return _columns(heading).keys() >= {"id", "name"}


def _columns(heading: Sequence[str]) -> dict[str, int]:
    names = (re.sub(r"\s+", "", cell).lower() for cell in heading)
    return {_FIELD_OF[name]: place for place, name in reversed(list(enumerate(names))) if name in _FIELD_OF}


def _subjects(path: Path, rows: Sequence[Row]) -> Iterator[Subject]:
    if not rows:
        raise DataError(f"{path}：名册是空的。请填写表头和人员后重试，表头为：{_COLUMNS}。")
    columns = _columns(rows[0][1])
    if missing := [field for field in ("id", "name") if field not in columns]:
        names = "、".join(_HEADINGS[field][1] for field in missing)
        raise DataError(f"{path}：第{rows[0][0]}行的表头缺少“{names}”一列。请补上，表头为：{_COLUMNS}。")
    seen: dict[str, int] = {}
    for number, row in rows[1:]:
        subject = _subject(f"{path} 第{number}行", columns, row)
        if subject.id in seen:
            same = f"编号“{subject.id}”与第{seen[subject.id]}行重复"
            raise DataError(f"{path} 第{number}行：{same}。请为每个对象编不同的编号。")
        seen[subject.id] = number
        yield subject


def _subject(where: str, columns: dict[str, int], row: Sequence[str]) -> Subject:
    fields = {field: row[place].strip() if place < len(row) else "" for field, place in columns.items()}
    for field, remedy in (("id", "请补上编号，每个对象一个"), ("name", "请补上姓名或单位名称")):
        if not fields[field]:
            raise DataError(f"{where}：没有填写{_HEADINGS[field][1]}。{remedy}。")
    kind = _TYPES.get(fields.get("type", "").lower())
    if kind is None:
        raise DataError(f"{where}：不认识的类型“{fields['type']}”。请填 person（个人）或 team（班子、单位）。")
    return Subject(
        *(fields["id"], fields["name"], _aliases(fields.get("aliases", ""))),
        unit=fields.get("unit", ""),
        post=fields.get("post", ""),
        type=kind,
        category=fields.get("category", ""),
    )


def _aliases(cell: str) -> tuple[str, ...]:
    names: Iterable[str] = (name.strip() for name in re.split(r"[;；]", cell))
    return tuple(dict.fromkeys(name for name in names if name))
