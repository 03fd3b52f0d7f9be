"""What an analyst should know of a workbook of any format: what was hidden, covered, wrong or never calculated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils.cell import get_column_letter

from mingcha.pipeline.reading.assembly import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DEEPLY_HIDDEN = "（深度隐藏）"


def name_places(title: str, places: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield places (row, column) of the sheet *title* as an analyst types them, such as “汇总”C5."""
    for row, column in places:
        yield f"“{title}”{get_column_letter(column)}{row}"


def note_hidden_sheets(titles: Sequence[str]) -> Iterator[str]:
    """Say which sheets a viewer of the book does not see."""
    if titles:
        yield f"隐藏的工作表也已读入：{shortened(titles)}"


def note_hidden(title: str, rows: Sequence[int], columns: Sequence[int]) -> Iterator[str]:
    """Say which rows and columns of the sheet *title* a viewer does not see, filtered rows among them."""
    if rows:
        yield f"工作表“{title}”隐藏的行也已读入：{shortened(map(str, rows))}"
    if columns:
        yield f"工作表“{title}”隐藏的列也已读入：{shortened(map(get_column_letter, columns))}"


def note_pictures(count: int) -> Iterator[str]:
    """Say how many pictures lie on the sheets of a book."""
    if count:
        yield f"{count} 张图片没有读入"


def note_places(*, covered: Sequence[str], errors: Sequence[str], uncalculated: Sequence[str] = ()) -> Iterator[str]:
    """Say which cells lie below a merged cell, show an error or have a formula without a result."""
    if covered:
        yield f"被合并单元格遮住的内容也已读入：{shortened(covered, limit=5)}"
    if errors:
        yield f"{len(errors)} 个单元格显示为错误值，按原样读入（{shortened(errors, limit=5)}）"
    if uncalculated:
        places = shortened(uncalculated, limit=5)
        yield f"{len(uncalculated)} 个公式没有保存计算结果，没有读入（{places}）；请用 Excel 打开并保存一次"
