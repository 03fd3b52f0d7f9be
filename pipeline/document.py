"""One file as read: its text, the blocks it came in, and where each block stands in the original."""

from __future__ import annotations

from dataclasses import dataclass, field
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
class Locator:
    """Where a block stands in the original file; all numbers count from 1, ``None`` means not applicable.

    ``part`` says which part of the file: body, header, footer, note, comment, textbox, sheet, mail.
    """

    part: str = "body"
    page: int | None = None
    paragraph: int | None = None
    line: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: int | None = None

    @property
    def label(self) -> str:
        """The place in the words an analyst would use.

        >>> Locator(page=3, paragraph=2).label
        '第3页第2段'
        >>> Locator(part="sheet", sheet="工单", row=5, column=3).label
        '工作表“工单”第5行第3列'
        """
        prefix = _PART_NAMES.get(self.part, "")
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        numbers = (
            (self.page, "页"),
            (self.paragraph, "段"),
            (self.line, "行"),
            (self.row, "行"),
            (self.column, "列"),
        )
        place = "".join(f"第{number}{unit}" for number, unit in numbers if number is not None)
        return f"{prefix}{sheet}{place}" or "正文"


_PART_NAMES = {
    "header": "页眉",
    "footer": "页脚",
    "note": "脚注",
    "comment": "批注",
    "textbox": "文本框",
    "table": "表格",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the document's text that stands in one place of the original."""

    span: Span
    locator: Locator
    kind: Literal["paragraph", "line", "cell", "heading"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read. ``text`` is what every offset refers to and what ``mingcha text`` prints.

    ``name`` is the path relative to the folder (``archive.zip!member`` inside archives), ``sha256`` the
    hash of the file's bytes, ``coverage`` the share (0 to 1) of the visible text that was read, ``notes``
    what the reader wants an analyst to know (Chinese). Blocks are in order and do not overlap.
    """

    name: str
    sha256: str
    format: str
    text: str
    blocks: tuple[Block, ...]
    encoding: str | None = None
    coverage: float = 1.0
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was met and not read; ``message`` (Chinese) names the file, the cause and the remedy."""

    name: str
    kind: FailureKind
    message: str
    sha256: str | None = None
    format: str | None = None
