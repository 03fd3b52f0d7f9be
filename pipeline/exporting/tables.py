"""Records as rows: for readers in Chinese words, for programs with their codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.pipeline.exporting.records import Record

Sort = Literal["text", "integer", "number", "decimal", "flag"]
Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its value stands in a record (``decision.by``), its Chinese heading, what it holds.

    ``decimal`` is a number written as text, exactly. ``width`` counts Latin characters. ``words`` are the Chinese
    words of codes; the common table of terms where it is ``True``.
    """

    key: str
    heading: str
    sort: Sort = "text"
    width: int = 14
    words: Mapping[str, str] | bool = False


def rows_for_readers(
    records: Iterator[Record], columns: tuple[Column, ...], names: Mapping[str, str] | None
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each record in Chinese words; *names* are those of an office's own categories."""
    for record in records:
        yield tuple(_told(value_at(record, column.key), column, names or {}) for column in columns)


def rows_for_programs(records: Iterator[Record], columns: tuple[Column, ...]) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each record with codes as they are; lists and objects are JSON text."""
    for record in records:
        yield tuple(_plain(value_at(record, column.key)) for column in columns)


def lines_of(cards: Iterator[Record]) -> Iterator[Record]:
    """Yield a record for each line of each scorecard; a card without lines gives one record by itself."""
    for card in cards:
        lines = card["lines"] or [dict.fromkeys(("indicator", "amount", "findings", "explanation"))]
        yield from (card | {"line": line | {"number": place}} for place, line in enumerate(lines, 1))


def value_at(record: Record, key: str) -> Any:
    """Return the value at a dotted place, ``None`` where something on the way is missing."""
    value: Any = record
    for name in key.split("."):
        value = value.get(name) if value is not None else None
    return value


def _told(value: Any, column: Column, names: Mapping[str, str]) -> Cell:
    if isinstance(value, list | tuple):
        return "；".join(str(_told(item, column, names)) for item in value)
    if column.words and isinstance(value, str):
        own = names if column.words is True else column.words
        return own.get(value) or chinese(value)
    return _plain(value)


def _plain(value: Any) -> Cell:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False) if value else None
    cell: Cell = value
    return cell
