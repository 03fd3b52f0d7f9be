"""What is wrong with a scheme file, in words its author can act on: line, place, cause, remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]

_WORDS = {
    "missing": "缺少这一项。请补上",
    "string_type": "这里应当是文字。请给它加上英文双引号",
    "string_too_short": "这里不能空着。请填写",
    "string_pattern_mismatch": "“{input}”的写法不合要求。编号只用文字、数字、点、横线和下划线，风险小类写 R01 至 R12",
    "literal_error": "没有“{input}”这种写法。可写：{expected}",
    "union_tag_invalid": "没有“{tag}”这种 method。可写：{expected_tags}",
    "union_tag_not_found": "缺少 method，不知道怎么算。"
    "可写：add、mean、multiply、findings、manual、table、linear、formula、checklist、series",
    "greater_than": "“{input}”太小。必须大于 {gt}",
    "greater_than_equal": "“{input}”太小。不能小于 {ge}",
    "less_than_equal": "“{input}”太大。不能大于 {le}",
    "too_short": "内容太少。至少写 {min_length} 个",
    "decimal_max_places": "小数位太多。最多 {decimal_places} 位",
    "finite_number": "这里应当是普通数字。请改成具体的数",
    "int_type": "这里应当是整数。请改成 0 到 6 的整数",
    "tuple_type": '这里应当是列表。请用方括号括起来，例如 ["甲", "乙"]',
    "dict_type": "这里应当是一组“键 = 值”。请照文档中的例子书写",
    "model_type": "这里应当是一组“键 = 值”。请照文档中的例子书写",
    "model_attributes_type": "这里应当是一组“键 = 值”。请照文档中的例子书写",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: the key path (list positions count from 0) and cause with remedy in Chinese."""

    path: Path
    text: str


def syntax_message(source: str, detail: str) -> str:
    """Say where a text stops being TOML; *detail* is the parser's own message with its line and column."""
    place = re.search(r"line (\d+), column (\d+)", detail)
    where = f"第{place[1]}行第{place[2]}列" if place else "文件末尾"
    remedy = "请检查引号、方括号是否成对，同一个键是否写了两遍，中文的键名是否加了英文双引号"
    return f"{source}：{where}附近不合 TOML 的写法。{remedy}。"


def message_of(source: str, text: str, faults: Sequence[Fault]) -> str:
    """Return one message that names every fault, one a line, with the line of the file it stands in."""
    rows = (f"{source}：第{_line(text, fault.path)}行，{_place(fault.path)}：{fault.text}。" for fault in faults)
    return "\n".join(dict.fromkeys(rows))


def faults_of(error: ValidationError, table: Mapping[str, Any], keys: Iterable[str]) -> list[Fault]:
    """Put pydantic's findings about *table* into our words; *keys* are what a misspelt key may have meant."""
    known = sorted(keys)
    details = error.errors(include_url=False)
    return [Fault(_key_path(detail["loc"], table), _wording(detail, known)) for detail in details]


def _wording(detail: ErrorDetails, keys: Sequence[str]) -> str:
    if detail["type"] == "extra_forbidden":
        return _unknown_key(str(detail["loc"][-1]), keys)
    words = _WORDS.get(detail["type"])
    if words is None:  # our own validators already speak Chinese
        return detail["msg"] if not detail["msg"].isascii() else "写法不合要求。请照文档中的例子改正"
    shown = {"input": detail["input"], **detail.get("ctx", {})}
    return words.format_map(shown).replace("'", "").replace(" or ", "、").replace(", ", "、")


def _unknown_key(key: str, keys: Sequence[str]) -> str:
    if key in keys:
        return f"“{key}”不写在这里。请删去，或对照文档移到该写的地方"
    return f"不认识“{key}”这一项。{meant(key, keys) or '请删去或对照文档改名'}"


def _key_path(loc: Iterable[str | int], table: Any) -> Path:
    """Drop the union tags that pydantic mixes into the place of an error."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(table, dict) and step not in table and step == table.get("method"):
            continue
        path.append(step)
        table = _inside(table, step)
    return tuple(path)


def _inside(table: Any, step: str | int) -> Any:
    if isinstance(table, dict):
        return table.get(str(step))
    return table[step] if isinstance(table, list) and isinstance(step, int) else None


def _place(path: Path) -> str:
    words = [f"第{step + 1}个" if isinstance(step, int) else f" {step} " for step in path]
    return "".join(words).strip() or "整个文件"


def _line(text: str, path: Path) -> int:
    """Return the line (from 1) of the table header or key that *path* leads to, or the nearest one above it."""
    lines = text.splitlines()
    row, end, header = 0, len(lines), ""
    for step, following in zip(path, (*path[1:], None), strict=True):
        if isinstance(step, int):
            continue
        header = f"{header}.{step}" if header else step
        places = _headers(lines, header, row, end)
        position = following if isinstance(following, int) else 0
        if position < len(places):
            row, end = places[position], (*places, end)[position + 1]
        else:
            row = _key(lines, step, row, end)
    return row + 1


def _headers(lines: Sequence[str], header: str, start: int, end: int) -> list[int]:
    pattern = re.compile(rf"\s*\[\[?\s*{re.escape(header)}\s*\]\]?")
    return [row for row in range(start, end) if pattern.match(lines[row].replace('"', ""))]


def _key(lines: Sequence[str], key: str, start: int, end: int) -> int:
    """Return the row of a key in the table that begins at *start*, or *start* where the key is not written."""
    pattern = re.compile(rf'\s*"?{re.escape(key)}"?\s*=')
    below = next((row for row in range(start + 1, end) if lines[row].lstrip().startswith("[")), end)
    return next((row for row in range(start, below) if pattern.match(lines[row])), start)
