"""Parquet for statistics programs: English column names, codes as they are, types that hold for empty tables too."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.exporting.cells import writable
from mingcha.pipeline.exporting.places import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mingcha.pipeline.exporting.tables import Cell, Column

_BATCH = 10_000  # rows of a row group
_MISSING = "导出 parquet 需要先安装组件 pyarrow。请执行 pip install 'mingcha[parquet]' 后重试，或改用 --format csv。"


def write_parquet(place: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Write the rows, a row group at a time, and return how many there were."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise UsageError(_MISSING) from error
    schema = _schema(pa, columns)
    count, rest = 0, iter(rows)
    with replacing(place) as part, parquet.ParquetWriter(part, schema) as writer:
        while group := list(islice(rest, _BATCH)):
            cells = [[_written(cell) for cell in column] for column in zip(*group, strict=True)]
            arrays = [pa.array(one, field.type) for one, field in zip(cells, schema, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
            count += len(group)
    return count


def _schema(pa: Any, columns: Sequence[Column]) -> Any:
    sorts = {
        "text": pa.string(),
        "decimal": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
    }
    return pa.schema([(column.key.replace(".", "_"), sorts[column.sort]) for column in columns])


def _written(cell: Cell) -> Cell:
    return writable(cell) if isinstance(cell, str) else cell
