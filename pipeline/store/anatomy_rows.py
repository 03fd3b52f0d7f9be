"""What documents are made of as rows of the store, and those rows as values again, exactly."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Block, Box, Locator, Span
from mingcha.pipeline.rewriting import Repair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.document import Document

Row = dict[str, Any]

_LARGEST = 2**31 - 1  # the largest whole number that both databases keep in an INTEGER
BLOCK_COLUMNS = (
    *("assessment", "document", "position", "start", "end", "kind", "part"),
    *("page", "paragraph", "line", "table_number", "table_row", "table_column", "sheet", "item", "box"),
)
REPAIR_COLUMNS = (
    *("assessment", "document", "position", "start", "end", "place"),
    *("before", "after", "kind", "reason", "confidence", "applied"),
)
_LOCATOR = ("part", "page", "paragraph", "line", "sheet", "table", "row", "column", "item", "box", "label")


def block_rows(assessment: str, document: Document) -> Iterator[tuple[Any, ...]]:
    """Yield the blocks of a document in the order of `BLOCK_COLUMNS`; the box is JSON text.

    A damaged file may count its rows from nothing or beyond all numbers: what cannot be a place is left out.
    """
    name = document.name
    for position, block in enumerate(document.blocks):
        span, at = block.span, block.locator
        counted = (at.page, at.paragraph, at.line, at.table, at.row, at.column)
        yield (
            *(assessment, name, position, span.start, span.end, block.kind, at.part),
            *[None if one is None or not 0 < one <= _LARGEST else one for one in counted],
            *(at.sheet, at.item, _box_text(at.box)),
        )


def _box_text(box: Box | None) -> str | None:
    sides = None if box is None else (box.left, box.top, box.right, box.bottom)
    return None if sides is None or not all(map(isfinite, sides)) else f"[{','.join(map(repr, sides))}]"


def block_value(row: Mapping[Any, Any]) -> Block:
    """Return the block of a row."""
    box = None if row["box"] is None else Box(*row["box"])
    plain = {name: row[name] for name in ("part", "page", "paragraph", "line", "sheet", "item")}
    table = {name: row[f"table_{name}"] for name in ("row", "column")} | {"table": row["table_number"]}
    return Block(Span(row["start"], row["end"]), Locator(**plain, **table, box=box), row["kind"])


def repair_rows(assessment: str, document: str, repairs: Iterable[Repair]) -> Iterator[tuple[Any, ...]]:
    """Yield repairs in the order of `REPAIR_COLUMNS`."""
    for position, one in enumerate(repairs):
        place = (one.span.start, one.span.end, one.place.start)
        sure = (min(one.confidence, 1.0), one.applied)
        yield (assessment, document, position, *place, one.before, one.after, one.kind, one.reason, *sure)


def repair_value(row: Mapping[Any, Any]) -> Repair:
    """Return the repair of a row."""
    place = Span(row["place"], row["place"] + len(row["before"]))
    said = {name: row[name] for name in ("before", "after", "kind", "reason", "confidence", "applied")}
    return Repair(Span(row["start"], row["end"]), place, **said)


def structure_row(record: Mapping[str, Any], position: int) -> Row:
    """Return the row of a line of ``structure.jsonl``, without its assessment."""
    locator = {name: value for name, value in record["locator"].items() if value is not None}
    row = {name: value for name, value in record.items() if name != "group"}
    return row | {"group_number": record["group"], "locator": locator, "position": position}


def structure_value(row: Mapping[Any, Any]) -> Row:
    """Return the line of ``structure.jsonl`` of a row."""
    return {
        **{name: row[name] for name in ("document", "record", "kind")},
        "group": row["group_number"],
        **{name: row[name] for name in ("level", "label", "start", "end", "text")},
        "locator": {name: row["locator"].get(name) for name in _LOCATOR},
        **{name: row[name] for name in ("fields", "holds", "explanation")},
    }
