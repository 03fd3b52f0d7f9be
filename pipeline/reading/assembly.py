"""From pieces of text with their places to one text with its blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.document import Block, Locator, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.document import Trace, Undecoded

_FORBIDDEN = re.compile("[\0\ud800-\udfff]")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad\ufffd"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as a reader met it; ``joint`` stands between it and the piece before."""

    text: str
    locator: Locator
    kind: Literal["paragraph", "line", "cell", "heading"] = "paragraph"
    joint: str = "\n"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a file's bytes; the fields are those of ``Document``."""

    text: str
    blocks: tuple[Block, ...]
    encoding: str | None = None
    coverage: float = 1.0
    notes: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    undecoded: tuple[Undecoded, ...] = ()

    @property
    def blank(self) -> bool:
        """Tell whether nothing in the text can be seen."""
        return not printable(self.text)[0].strip().strip(_INVISIBLE).strip()


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Join *pieces* to one text; blank pieces are left out, the others become one block each.

    >>> text, blocks = assemble([Piece("甲", Locator(row=1)), Piece("乙", Locator(row=1), joint="\\t")])
    >>> text, blocks[1].span
    ('甲\\t乙', Span(start=2, end=3))
    """
    parts: list[str] = []
    blocks: list[Block] = []
    end = 0
    for piece in pieces:
        if not piece.text.strip():
            continue
        joint = piece.joint if parts else ""
        start = end + len(joint)
        end = start + len(piece.text)
        parts += (joint, piece.text)
        blocks.append(Block(Span(start, end), piece.locator, piece.kind))
    return "".join(parts), tuple(blocks)


def printable(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace NUL and lone surrogates, which no database or UTF-8 file takes, one for one by U+FFFD; say so.

    >>> printable("甲\\0乙")
    ('甲�乙', ('有 1 个无法显示的字符，已用“�”代替',))
    """
    cleaned, count = _FORBIDDEN.subn("\ufffd", text)
    return cleaned, (f"有 {count} 个无法显示的字符，已用“\ufffd”代替",) if count else ()


def storable(reading: Reading) -> Reading:
    """Return *reading* free of what no database or UTF-8 file takes, one sign for one; a note counts those in the text.

    Every reading passes through here before it becomes a document, with its names of places and its traces.
    """
    text, cleaned = printable(reading.text)
    return replace(
        reading,
        text=text,
        blocks=tuple(_storable_block(block) for block in reading.blocks),
        notes=(*(printable(note)[0] for note in reading.notes), *cleaned),
        traces=tuple(_storable_trace(trace) for trace in reading.traces),
    )


def _storable_block(block: Block) -> Block:
    place = block.locator
    if not _FORBIDDEN.search(f"{place.item}{place.sheet}"):
        return block
    item, sheet = (name and printable(name)[0] for name in (place.item, place.sheet))
    return replace(block, locator=replace(place, item=item, sheet=sheet))


def _storable_trace(trace: Trace) -> Trace:
    date = trace.date and printable(trace.date)[0]
    return replace(trace, author=printable(trace.author)[0], text=printable(trace.text)[0], date=date)


def inked(text: str) -> int:
    """Count the characters of *text* that are no blanks.

    >>> inked("青岭县 通报\\n")
    5
    """
    return len("".join(text.split()))


def name_pages(pages: Iterable[int]) -> str:
    """List *pages*, counted from 1, in Chinese.

    >>> name_pages([1, 3])
    '第1页、第3页'
    """
    return shortened(f"第{page}页" for page in pages)


def shortened(items: Iterable[str], limit: int = 10) -> str:
    """List *items* in Chinese, the first *limit* of them by name.

    >>> shortened(["3", "5", "8"], limit=2)
    '3、5等3处'
    """
    listed = list(items)
    rest = f"等{len(listed)}处" if len(listed) > limit else ""
    return "、".join(listed[:limit]) + rest
