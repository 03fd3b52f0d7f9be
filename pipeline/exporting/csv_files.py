"""CSV for Excel and WPS: UTF-8 with a mark, RFC 4180, no cell that runs as a formula."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from mingcha.pipeline.exporting.cells import neutral, printable
from mingcha.pipeline.exporting.places import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mingcha.pipeline.exporting.tables import Cell, Column


def write_csv(place: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Write the rows under their Chinese headings and return how many there were."""
    count = 0
    with replacing(place) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in columns])
        for row in rows:
            writer.writerow([_written(cell, column) for cell, column in zip(row, columns, strict=True)])
            count += 1
    return count


def _written(cell: Cell, column: Column) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if cell is None:
        return ""
    return neutral(printable(str(cell))) if column.sort == "text" else str(cell)
