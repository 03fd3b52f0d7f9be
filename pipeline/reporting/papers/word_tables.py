"""Tables of a report as WordprocessingML, so that every column has its width and its header stands on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mingcha.pipeline.reporting.papers.figures import amount, is_number, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mingcha.pipeline.reporting.papers.paper import Cell, Table

STYLE, HEAD, TEXT, NUMBER = "MingchaTable", "MingchaCellHead", "MingchaCellText", "MingchaCellNumber"
_SHADES = ("FFFFFF", "E1EDF8", "BCD7EE", "8FBCE0", "5F9DCF", "4A8DC4")
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def word_table(table: Table, width: int) -> str:
    """Return the table as XML, *width* twentieths of a point wide; its looks are the template's styles."""
    widths = _widths(table, width)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    body = [_row([(column.title, HEAD, "") for column in table.columns], widths, head=True)]
    body += [_row(_styled(row, table), widths) for row in table.rows]
    if not table.rows:
        body.append(_nothing(widths))
    if table.total:
        body.append(_row(_styled(table.total, None), widths))
    shape = (
        f'<w:tblPr><w:tblStyle w:val="{STYLE}"/><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    return f"<w:tbl>{shape}<w:tblGrid>{grid}</w:tblGrid>{''.join(body)}</w:tbl>"


def _widths(table: Table, width: int) -> list[int]:
    whole = sum(column.width for column in table.columns)
    return [int(width * column.width / whole) for column in table.columns]


def _styled(row: Sequence[Cell], table: Table | None) -> list[tuple[str, str, str]]:
    """Return the words, the style and the shade of each cell; a total has no table and no shades."""
    plot = table.plot if table is not None else None
    shaded = plot.series if plot is not None and plot.form == "heat" else ()
    peak = max((amount(each[place]) for each in table.rows for place in shaded), default=0.0) if table else 0.0
    return [
        (written(cell), NUMBER if is_number(cell) else TEXT, _shade(amount(cell), peak) if place in shaded else "")
        for place, cell in enumerate(row)
    ]


def _shade(value: float, peak: float) -> str:
    level = 0 if value <= 0 or peak <= 0 else min(5, 1 + int(4.999 * value / peak))
    return _SHADES[level]


def _row(cells: Iterable[tuple[str, str, str]], widths: Sequence[int], *, head: bool = False) -> str:
    kept = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    made = (_cell(words, style, shade, width) for (words, style, shade), width in zip(cells, widths, strict=True))
    return f"<w:tr>{kept}{''.join(made)}</w:tr>"


def _nothing(widths: Sequence[int]) -> str:
    """Return the one row of a table without rows, across all its columns."""
    spanned = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/>'
    return (
        f"<w:tr><w:tc><w:tcPr>{spanned}</w:tcPr>"
        f'<w:p><w:pPr><w:pStyle w:val="{TEXT}"/></w:pPr><w:r><w:t>没有。</w:t></w:r></w:p></w:tc></w:tr>'
    )


def _cell(words: str, style: str, shade: str, width: int) -> str:
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    lines = words.split("\n")
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(clean(line))}</w:t>' for line in lines)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{text}</w:r></w:p></w:tc>'
    )


def clean(text: str) -> str:
    """Return text without the characters that XML cannot hold.

    >>> clean("甲\\x00乙\\ud800丙")
    '甲乙丙'
    """
    return "".join(
        each
        for each in text
        if each in "\t\n\r" or 0x20 <= ord(each) < 0xD800 or (ord(each) >= 0xE000 and ord(each) not in (0xFFFE, 0xFFFF))
    )
