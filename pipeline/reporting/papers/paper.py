"""What an office hands in, as one frozen value: computed once, then written as a page, a Word file or a workbook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Standing = Literal["confirmed", "pending", "context"]
Cell: TypeAlias = str | int | float | Decimal | None
Row: TypeAlias = tuple[Cell, ...]
PlotForm = Literal["bars", "heat", "timeline", "curve", "reliability"]

STANDINGS = {"confirmed": "已确认", "pending": "待确认", "context": "供核对"}
MARKS = {"confirmed": "✓", "pending": "○", "context": "·"}
DRAFT = "【机器草稿】"
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a statement comes from. ``voice`` is who speaks, already masked; ``finding`` an id, empty for none."""

    document: str
    place: str
    voice: str = ""
    finding: str = ""

    @property
    def label(self) -> str:
        """The reference as it stands behind a statement.

        >>> Reference("谈话记录.txt", "第5行", "编号B-03", "65ff1b6f574997810853").label
        '《谈话记录.txt》第5行，编号B-03，线索65ff1b6f57'
        """
        code = f"线索{self.finding[:10]}" if self.finding else ""
        return "，".join(part for part in (f"《{self.document}》{self.place}", self.voice, code) if part)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that documents say, in their words, with its references; ``remark`` is what to know of it."""

    text: str
    standing: Standing
    tag: str
    references: tuple[Reference, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements of one standing under one heading; ``empty`` is said where there is none."""

    standing: Standing
    items: tuple[Statement, ...]
    empty: str = "没有。"


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph. A *draft* was composed by the software and bears a mark that says so."""

    text: str
    draft: bool = False

    @property
    def shown(self) -> str:
        """The text with its mark."""
        return f"{DRAFT}{self.text}" if self.draft else self.text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` is its share beside the others, *adds* tells that its numbers are summed."""

    title: str
    width: float = 1.0
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """How a table may be drawn: ``label`` is the column that names the rows, ``series`` those with the numbers.

    ``left_out`` is how many of the last rows are not drawn, as those without a date in the order of time.
    """

    form: PlotForm
    series: tuple[int, ...]
    label: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. The last line sums the columns that add; ``None`` is a figure that nobody has, never zero."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    plot: Plot | None = None
    note: str = ""

    @property
    def drawn(self) -> tuple[Row, ...]:
        """The rows that a chart shows; none where there is no chart."""
        return self.rows[: len(self.rows) - self.plot.left_out] if self.plot else ()

    @property
    def total(self) -> tuple[Cell, ...]:
        """The sums, empty where no column adds or there is nothing to add."""
        if not self.rows or not any(column.adds for column in self.columns):
            return ()
        return ("合计", *(self._sum(place) for place in range(1, len(self.columns))))

    def _sum(self, place: int) -> Cell:
        return sum(_added(row[place]) for row in self.rows) if self.columns[place].adds else ""


def _added(cell: Cell) -> int:
    assert isinstance(cell, int), "only counts are summed"
    return cell


def row_of(*cells: Cell) -> Row:
    """Return cells as a row."""
    return cells


Block: TypeAlias = Note | Statements | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what stands under it, and the sections within."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report. ``facts`` are label and value under the title, ``signatures`` whose places are left open.

    ``stem`` begins the name of its file.
    """

    kind: str
    title: str
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    signatures: tuple[str, ...]
    stem: str
    wide: bool = False

    @property
    def statements(self) -> Iterator[Statement]:
        """Every statement in order."""
        return (item for block in self.blocks if isinstance(block, Statements) for item in block.items)

    @property
    def tables(self) -> Iterator[Table]:
        """Every table in order."""
        return (block for block in self.blocks if isinstance(block, Table))

    @property
    def blocks(self) -> Iterator[Block]:
        """Every block in order, whatever the depth of its section."""
        return (block for section, _ in outline(self.sections) for block in section.blocks)


def outline(sections: Sequence[Section], level: int = 1) -> Iterator[tuple[Section, int]]:
    """Yield each section with its level, 1 for the outermost, as they stand in the paper."""
    for section in sections:
        yield section, level
        yield from outline(section.sections, level + 1)


def numbered(sections: Iterable[Section], level: int = 1) -> tuple[Section, ...]:
    """Number the headings as official papers do: 一、 then （一） then 1."""
    return tuple(
        replace(
            section,
            title=f"{heading_number(place, level)}{section.title}",
            sections=numbered(section.sections, level + 1),
        )
        for section, place in zip(sections, count(1), strict=False)
    )


def heading_number(place: int, level: int) -> str:
    """Return the number of the heading at *place* (from 1) of a level.

    >>> [heading_number(12, level) for level in (1, 2, 3, 4)]
    ['十二、', '（十二）', '12.', '（12）']
    """
    return (f"{chinese_number(place)}、", f"（{chinese_number(place)}）", f"{place}.", f"（{place}）")[level - 1]


def chinese_number(number: int) -> str:
    """Return a number below 1000 in Chinese.

    >>> [chinese_number(each) for each in (3, 10, 14, 20, 57, 104, 110)]
    ['三', '十', '十四', '二十', '五十七', '一百零四', '一百一十']
    """
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    zero = "零" if head and rest and not tens else ""
    ten = ("" if tens == 1 and not head else _NUMERALS[tens]) + "十" if tens else ""
    return f"{head}{zero}{ten}{_NUMERALS[ones] if ones else ''}"
