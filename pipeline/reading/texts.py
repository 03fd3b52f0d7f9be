"""Plain text and tables of comma-separated values: the text is the file, the blocks are its lines or records."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Block, Locator, Span
from mingcha.pipeline.grids import delimiter_of
from mingcha.pipeline.reading.assembly import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mingcha.pipeline.reading.encodings import Decoded

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def read_lines(decoded: Decoded) -> Reading:
    """Return the text with a block for each line that is not blank."""
    return _reading(decoded, _lines, lambda number: Locator(line=number))


def read_records(decoded: Decoded) -> Reading:
    """Return the text with a block for each record; a quoted field may make a record of several lines.

    Where a quote is never closed, every line is taken for a record.
    """
    return _reading(decoded, _records_or_lines, lambda number: Locator(row=number))


def _reading(decoded: Decoded, split: Callable[[str], Iterable[Span]], locate: Callable[[int], Locator]) -> Reading:
    text = decoded.text
    blocks = tuple(
        Block(span, locate(number), "line") for number, span in enumerate(split(text), start=1) if span.of(text).strip()
    )
    found = (decoded.encoding, decoded.coverage, decoded.notes)
    return Reading(text, blocks, *found, undecoded=decoded.undecoded)


def _lines(text: str) -> Iterator[Span]:
    """Yield the lines without their ends."""
    for match in _LINE.finditer(text):
        yield Span(match.start(), match.start() + len(match[0].rstrip("\r\n")))


def _records_or_lines(text: str) -> list[Span]:
    try:
        return list(_records(text))
    except csv.Error:
        return list(_lines(text))


def _records(text: str) -> Iterator[Span]:
    lines = io.StringIO(text, newline="").readlines()
    # strict=False lets a quote inside a field pass, as spreadsheet programs do. The blank line added to the end
    # belongs to the last record only if that was never closed.
    reader = csv.reader([*lines, "\n"], delimiter=delimiter_of(text))
    start = read = 0
    for _ in reader:
        if read < len(lines) < reader.line_num:
            raise csv.Error("a quote is never closed")
        end = start + sum(map(len, lines[read : reader.line_num]))
        yield Span(start, start + len(text[start:end].rstrip("\r\n")))
        start, read = end, reader.line_num
