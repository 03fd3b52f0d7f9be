"""Files of one JSON object a line: what is wrong with one is told by file and line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the object of every line that is not blank, after the words that name its place in messages."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}：无法读取（{error.strerror}）。请确认文件存在、能够打开。") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}：不是 UTF-8 编码。请另存为 UTF-8 后重试。") from error
    # Only "\n" parts lines: other separators (U+2028 …) may stand in a text.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path} 第{number}行", parse_object(line, f"{path} 第{number}行")


def parse_object(line: str, where: str) -> dict[str, Any]:
    """Return the object that *line* writes; *where* names its place in messages."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}：第{error.colno}个字符附近不是合法的 JSON。请检查引号、括号和逗号。") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}：括号嵌套过深或数字过长，无法读取。请检查这一行。") from error
    if not isinstance(row, dict):
        raise DataError(f"{where}：每行应是一个 JSON 对象（用花括号括起）。")
    return row
