"""One file as read: its text, the blocks it came in, and where each block stands in the original."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

FailureKind = Literal[
    "corrupt",
    "empty",
    "no_text",
    "encrypted",
    "wrong_format",
    "too_large",
    "unsupported",
    "unreadable",
    "classified",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points, ``start`` included and ``end`` not."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return how many characters the span covers."""
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of *text* that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def within(self, other: Span) -> bool:
        """Tell whether every character of this span lies in *other*."""
        return other.start <= self.start and self.end <= other.end

    def shifted(self, offset: int) -> Span:
        """Return the span moved by *offset* characters."""
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch) from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a block stands in the original file; all numbers count from 1, ``None`` means not applicable.

    ``part`` says which part of the file: body, header, footer, note, comment, textbox, diagram, chart, table, form,
    sheet, mail. ``table`` counts the tables of a part, nested ones too, in the order in which they begin. ``item``
    names a field of a form. ``box`` is where the block stands on its page.
    """

    part: str = "body"
    page: int | None = None
    paragraph: int | None = None
    line: int | None = None
    sheet: str | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    item: str | None = None
    box: Box | None = None

    @property
    def label(self) -> str:
        """The place in the words an analyst would use.

        >>> Locator(page=3, paragraph=2).label
        '第3页第2段'
        >>> Locator(part="sheet", sheet="工单", row=5, column=3).label
        '工作表“工单”第5行第3列'
        >>> Locator(part="table", table=2, row=1, column=3).label
        '表格2第1行第3列'
        >>> Locator(part="header", table=1, row=1, column=2).label
        '页眉表格1第1行第2列'
        >>> Locator(part="comment", sheet="工单", row=5, column=3).label
        '工作表“工单”批注第5行第3列'
        """
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        table = f"{self.table}" if self.part in _NUMBERED else f"表格{self.table}"
        prefix = _PART_NAMES.get(self.part, "") + (table if self.table else "")
        item = f"“{self.item}”" if self.item else ""
        numbers = (
            (self.page, "页"),
            (self.paragraph, "段"),
            (self.line, "行"),
            (self.row, "行"),
            (self.column, "列"),
        )
        place = "".join(f"第{number}{unit}" for number, unit in numbers if number is not None)
        return f"{sheet}{prefix}{item}{place}" or "正文"


_NUMBERED = frozenset({"table", "form"})  # the number follows the name of the part at once
_PART_NAMES = {
    "header": "页眉",
    "footer": "页脚",
    "note": "注释",
    "comment": "批注",
    "textbox": "文本框",
    "diagram": "图示",
    "chart": "图表",
    "table": "表格",
    "form": "表单",
    "mail": "邮件",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the document's text that stands in one place of the original."""

    span: Span
    locator: Locator
    kind: Literal["paragraph", "line", "cell", "heading"] = "paragraph"


TraceKind = Literal["insertion", "deletion", "comment"]


@dataclass(frozen=True, slots=True)
class Trace:
    """What somebody left in an office file beside its text: a tracked change or a comment, with who and when.

    ``span`` is where an insertion or a comment's own words stand in the text; a deletion is no part of the text, so its
    span is empty and says where its words stood. ``date`` is written as the file has it.
    """

    kind: TraceKind
    author: str
    text: str
    span: Span
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Undecoded:
    """Bytes that are no character in the file's encoding; ``position`` is that of the U+FFFD that stands for them."""

    position: int
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read. ``text`` is what every offset refers to and what ``mingcha text`` prints.

    ``name`` is the path relative to the folder (``archive.zip!member`` inside archives and mails), ``sha256`` the
    hash of the file's bytes, ``coverage`` the share (0 to 1) of the visible text that was read, as measured against a
    count of the format's own characters, ``notes`` what the reader wants an analyst to know (Chinese). Blocks are in
    order and do not overlap.
    """

    name: str
    sha256: str
    format: str
    text: str
    blocks: tuple[Block, ...]
    encoding: str | None = None
    coverage: float = 1.0
    notes: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    undecoded: tuple[Undecoded, ...] = ()

    @property
    def characters_by_part(self) -> dict[str, int]:
        """How many characters of the text stand in the body, the headers, the tables …; joints between blocks aside."""
        counts: dict[str, int] = {}
        for block in self.blocks:
            counts[block.locator.part] = counts.get(block.locator.part, 0) + len(block.span)
        return counts

    def locator_at(self, span: Span) -> Locator:
        """Return where in the original file *span* begins: the place of the last block that begins no later."""
        number = bisect_right(self.blocks, span.start, key=lambda block: block.span.start) - 1
        return self.blocks[max(number, 0)].locator if self.blocks else Locator()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was met and not read; ``message`` (Chinese) names the file, the cause and the remedy."""

    name: str
    kind: FailureKind
    message: str
    sha256: str | None = None
    format: str | None = None
