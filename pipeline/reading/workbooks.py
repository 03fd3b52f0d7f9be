"""Excel workbooks: the saved values of all sheets, the comments on them, what is drawn and printed around them.

Hidden sheets, rows and columns are read like the others. Links to other files are never followed, macros never run.
"""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, shortened
from mingcha.pipeline.reading.drawings import list_drawn
from mingcha.pipeline.reading.failures import DAMAGE, RefusalError
from mingcha.pipeline.reading.packages import open_package
from mingcha.pipeline.reading.panics import panics_refused
from mingcha.pipeline.reading.sheet_cells import place_cells, scan
from mingcha.pipeline.reading.sheet_comments import list_comments, list_people, trace_comments
from mingcha.pipeline.reading.workbook_notes import (
    DEEPLY_HIDDEN,
    name_places,
    note_hidden,
    note_hidden_sheets,
    note_places,
)
from mingcha.pipeline.reading.workbook_parts import list_links, open_book

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterator

    from python_calamine import CalamineWorkbook

    from mingcha.pipeline.reading.sheet_cells import Grid
    from mingcha.pipeline.reading.sheet_comments import Comment
    from mingcha.pipeline.reading.workbook_parts import Book, Sheet

_Found = TypeVar("_Found")

# calamine keeps a place for every cell between the first and the last; beyond this many it would run out of memory.
_MOST_PLACES = 5_000_000


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet as read; ``damaged`` names (Chinese) what beside its cells could not be parsed."""

    sheet: Sheet
    grid: Grid
    comments: list[Comment]
    drawn: list[Piece]
    damaged: tuple[str, ...]

    def pieces(self) -> Iterator[Piece]:
        """Yield the cells, then the comments, what is drawn, the header and the footer."""
        yield from place_cells(self.sheet.title, self.grid.cells)
        for comment in self.comments:
            place = Locator("comment", sheet=self.sheet.title, row=comment.row, column=comment.column)
            yield Piece(comment.text, place)
        yield from self.drawn
        for part, text in self.grid.margins:
            yield Piece(text, Locator(part, sheet=self.sheet.title))


def read_workbook(data: bytes) -> Reading:
    """Return sheet by sheet the cells, the comments, what is drawn, the header and the footer.

    Tabs stand between the cells of a row; blank cells and rows are left out, a merged cell stands at its upper left
    corner. Numbers are written as stored, shares as the per cent that the sheet shows, dates as 2024-03-05, times as
    14:30. Coverage counts the cells that calamine, another reader, sees, and the formulas saved without a result.
    """
    with open_package(data) as package:
        book = open_book(package)
        people = _tried(lambda: list_people(package)) or {}
        pages = [_page(book, sheet, people) for sheet in book.sheets]
        notes = [*_sheet_notes(book, pages), *_package_notes(package)]
    text, blocks = assemble(piece for page in pages for piece in page.pieces())
    lost = _lost(data, pages)
    unread = len(book.missing) + sum(lost.values())
    unread += sum(len(page.grid.uncalculated) + len(page.damaged) for page in pages)
    notes += [f"工作表“{title}”有 {count} 个单元格没有读入" for title, count in lost.items()]
    comments = [comment for page in pages for comment in page.comments if comment.text.strip()]
    return Reading(
        text,
        blocks,
        coverage=len(blocks) / (len(blocks) + unread) if unread else 1.0,
        notes=tuple(notes),
        traces=tuple(trace_comments(text, blocks, comments)),
    )


def _page(book: Book, sheet: Sheet, people: dict[str, str]) -> _Page:
    comments = _tried(lambda: list_comments(book.package, sheet, people))
    drawn = _tried(lambda: list_drawn(book.package, sheet))
    damaged = tuple(what for what, found in (("批注", comments), ("图形", drawn)) if found is None)
    return _Page(sheet, scan(book, sheet), comments or [], drawn or [], damaged)


def _tried(find: Callable[[], _Found]) -> _Found | None:
    """Return what *find* finds, ``None`` where the part is damaged: the cells are worth reading without it."""
    try:
        return find()
    except RefusalError:
        raise
    except DAMAGE:
        return None


def _lost(data: bytes, pages: list[_Page]) -> dict[str, int]:
    """Return how many cells of which sheets calamine sees beyond those read; nothing where it cannot open the book."""
    from python_calamine import CalamineError, CalamineWorkbook

    counted = [page for page in pages if page.grid.cells and page.grid.places <= _MOST_PLACES]
    try:
        with panics_refused():
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            lost = {page.sheet.title: _seen(book, page.sheet.title) - _read(page.grid) for page in counted}
    except (CalamineError, RefusalError):
        return {}
    return {title: count for title, count in lost.items() if count > 0}


def _seen(book: CalamineWorkbook, title: str) -> int:
    """Count the cells that calamine sees; it tells errors from blanks no more than we tell blanks from spaces."""
    rows = book.get_sheet_by_name(title).iter_rows()
    return sum(bool(value.strip()) if isinstance(value, str) else True for row in rows for value in row)


def _read(grid: Grid) -> int:
    return len(grid.cells) + grid.repeated - len(grid.errors)


def _sheet_notes(book: Book, pages: list[_Page]) -> Iterator[str]:
    if book.missing:
        yield f"文件里缺少工作表的内容，没有读入：{shortened(book.missing)}"
    deep = {"veryHidden": DEEPLY_HIDDEN}
    hidden = [sheet.title + deep.get(sheet.state, "") for sheet in book.sheets if sheet.state != "visible"]
    yield from note_hidden_sheets(hidden)
    for page in pages:
        yield from note_hidden(page.sheet.title, page.grid.hidden_rows, page.grid.hidden_columns)
        for what in page.damaged:
            yield f"工作表“{page.sheet.title}”的{what}部分已损坏，没有读入"
    yield from note_places(
        covered=[place for page in pages for place in name_places(page.sheet.title, page.grid.covered)],
        errors=[place for page in pages for place in name_places(page.sheet.title, page.grid.errors)],
        uncalculated=[place for page in pages for place in name_places(page.sheet.title, page.grid.uncalculated)],
    )


def _package_notes(package: zipfile.ZipFile) -> Iterator[str]:
    """Say what the package holds beside sheets; all of it is left alone."""
    members = package.namelist()
    if any(name.endswith("vbaProject.bin") for name in members):
        yield "文件带有宏，没有运行，也没有读取"
    external = [name for name in members if name.startswith("xl/externalLinks/") and name.endswith(".xml")]
    if external:
        files = (posixpath.basename(link.target) for name in external for link in list_links(package, name))
        yield f"文件引用了外部工作簿，没有打开，引用处按上次保存的值读入：{shortened(dict.fromkeys(files))}"
    if "xl/connections.xml" in members:
        yield "文件带有外部数据连接，没有连接"
    for folder, note in _LEFT_ALONE:
        names = [
            posixpath.basename(name)
            for name in members
            if name.startswith(folder) and not name.endswith((".rels", "/"))
        ]
        if names:
            yield note.format(count=len(names), names=shortened(names))


_LEFT_ALONE = (
    ("xl/embeddings/", "嵌入的文件没有读入：{names}"),
    ("xl/media/", "{count} 张图片没有读入"),
    ("xl/pivotCache/pivotCacheRecords", "数据透视表的缓存没有读入（{count} 份），其中可能有表上看不到的数据"),
)
