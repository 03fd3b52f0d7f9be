"""JSON files written piece by piece: one object a line, or one list of objects."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mingcha.pipeline.exporting.places import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mingcha.pipeline.exporting.records import Record

_HALF = re.compile("[\ud800-\udfff]")


def write_lines(place: Path, records: Iterable[Record]) -> int:
    """Write one record a line and return how many there were."""
    count = 0
    with replacing(place) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(written(record) + "\n")
            count += 1
    return count


def write_list(place: Path, records: Iterable[Record]) -> int:
    """Write one JSON list, a record a line, and return how many records there were."""
    count = 0
    with replacing(place) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for count, record in enumerate(records, 1):
            file.write((",\n" if count > 1 else "\n") + written(record))
        file.write("\n]\n")
    return count


def written(record: Record) -> str:
    """Return *record* as JSON in readable characters; halves of characters are written as escapes."""
    return _HALF.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(record, ensure_ascii=False))
