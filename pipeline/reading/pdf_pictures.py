"""A page of a PDF as a picture, with a frame around one place: made in a process of its own, which may fail alone.

``python -m mingcha.pipeline.reading.pdf_pictures PAGE [LEFT TOP RIGHT BOTTOM]`` takes the file from its standard input
and writes a PNG; `draw_page` runs it so.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Box
from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SCALE = 2  # pixels a point: readable beside the passage, and known to who scrolls to a place
_MOST_PIXELS = 4_500_000
_MEMORY, _SECONDS = 2 << 30, 20  # what a page may cost
_FRAME, _THICK, _AROUND = bytes((176, 92, 0)), 3, 4  # color, pixels, points
_FAILED = "这一页的图像画不出来。请用原件核对。"


def draw_page(data: bytes, page: int, box: Box | None = None) -> bytes:
    """Return a page (counted from 1) of a PDF as PNG, *box* framed; raise DataError where it cannot be drawn."""
    place = () if box is None else (box.left, box.top, box.right, box.bottom)
    command = [sys.executable, "-m", __spec__.name, str(page), *map(str, place)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * _SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise DataError(_FAILED) from error
    return done.stdout


def picture(data: bytes, page: int, box: Box | None) -> bytes:
    """Return a page as PNG, drawn in this very process."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    shown = document[page - 1]
    width, height = shown.get_size()
    scale = min(SCALE, (_MOST_PIXELS / (width * height)) ** 0.5)
    bitmap = shown.render(scale=scale, rev_byteorder=True)
    drawn = bytes(bitmap.buffer)
    rows = [
        bytearray(drawn[start : start + 3 * bitmap.width])
        for start in range(0, bitmap.stride * bitmap.height, bitmap.stride)
    ]
    if box is not None:
        _frame(rows, [round(side * scale) for side in _widened(box)])
    return _png(bitmap.width, rows)


def _widened(box: Box) -> tuple[float, float, float, float]:
    return box.left - _AROUND, box.top - _AROUND, box.right + _AROUND, box.bottom + _AROUND


def _frame(rows: Sequence[bytearray], sides: Sequence[int]) -> None:
    width, height = len(rows[0]) // 3, len(rows)
    left, right = (min(max(one, 0), width - _THICK) for one in (sides[0], sides[2]))
    top, bottom = (min(max(one, 0), height - _THICK) for one in (sides[1], sides[3]))
    for y in range(top, bottom + _THICK):
        across = y < top + _THICK or y >= bottom
        for start, end in ((left, right + _THICK),) if across else ((left, left + _THICK), (right, right + _THICK)):
            rows[y][3 * start : 3 * end] = _FRAME * (end - start)


def _png(width: int, rows: Sequence[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(chunks))


def _chunks(parts: Sequence[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for name, data in parts:
        yield struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _limit() -> None:
    """Bound memory and time of this process, where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def main() -> None:
    """Draw what the command line asks for."""
    _limit()
    page, *sides = sys.argv[1:]
    box = Box(*map(float, sides)) if sides else None
    sys.stdout.buffer.write(picture(sys.stdin.buffer.read(), int(page), box))


if __name__ == "__main__":
    main()
