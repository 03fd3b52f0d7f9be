"""Word documents: what a reader of the printed page and of its margins sees, part by part.

The XML is walked directly. python-docx's paragraphs miss tracked insertions, text boxes and content controls,
its loader unpacks every picture and refuses macro documents and dangling links, all of which Word opens.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Literal

from lxml import etree

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, printable
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.packages import open_package

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    Element = etree._Element

_CONTENT_TYPE = re.compile(r"\.(main|header|footer|footnotes|endnotes|comments|styles|diagramData)\+xml$")
# Where the text parts come in the document, and the locator part of each.
_PARTS = {
    "main": "body",
    "header": "header",
    "footer": "footer",
    "footnotes": "note",
    "endnotes": "note",
    "comments": "comment",
}
# Text that is not on the page: deleted or moved away, the older copy of a drawing, the reading above a character.
_HIDDEN = frozenset({"del", "moveFrom", "Fallback", "rt"})
_PROPERTIES = frozenset({"pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "sdtPr", "tblGrid"})
_SKIPPED = _HIDDEN | _PROPERTIES
_BOXES = frozenset({"txbxContent", "txBody"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING_STYLES = ("heading", "title", "标题")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: the part, how paragraphs and boxes are counted there, and the table cell if in one."""

    part: str
    headings: frozenset[str]
    numbers: count[int] = field(default_factory=lambda: count(1))
    boxes: count[int] = field(default_factory=lambda: count(1))
    cell: Locator | None = None


def read_word(data: bytes) -> Reading:
    """Return body, headers, footers, notes, comments and text boxes; tracked deletions are only noted."""
    with open_package(data) as package:
        parts = _list_parts(package)
        roots = [(_PARTS[kind], _parse(package, name)) for kind, name in parts if kind in _PARTS]
        styles = [_parse(package, name) for kind, name in parts if kind == "styles"]
        drawings = [_parse(package, name) for kind, name in parts if kind == "diagramData"]
        pictures = any(name.startswith("word/media/") for name in package.namelist())
    headings = _heading_styles(styles)
    text, blocks = assemble(piece for part, root in roots for piece in _walk(root, _Place(part, headings)))
    if pictures and not blocks:
        raise RefusalError("no_text", "文档里只有图片，没有文字")
    text, cleaned = printable(text)
    unread = sum(map(_visible, drawings))
    seen = sum(_visible(root) for _, root in roots)
    notes = (*_tracked_notes([root for _, root in roots]), *_unread_notes(unread, roots), *cleaned)
    return Reading(text, blocks, coverage=_share(_inked(text), seen + unread), notes=notes)


def _list_parts(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return (kind, member name) of the parts, in reading order."""
    types = _parse(package, "[Content_Types].xml")
    found = []
    for override in types.iter("{*}Override"):
        kind = _CONTENT_TYPE.search(override.get("ContentType", ""))
        name = override.get("PartName", "").lstrip("/")
        if kind and "/glossary/" not in name:
            found.append((kind[1], name))
    if not any(kind == "main" for kind, _ in found):
        found.append(("main", "word/document.xml"))
    order = [*_PARTS, "styles", "diagramData"]
    return sorted(found, key=lambda part: (order.index(part[0]), len(part[1]), part[1]))


def _parse(package: zipfile.ZipFile, name: str) -> Element:
    """Return the root of an XML part; entities are never expanded, and no office program writes any."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(package.read(name), parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise RefusalError("corrupt", "文件里夹带了不该有的实体定义，可能被改动过，没有读取")
    return root


def _name(element: Element) -> str:
    """Return the name without its namespace, which differs between the two dialects of the format."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), "")


def _property(element: Element, path: str) -> str:
    """Return the value of a property such as ``tcPr/gridSpan``, empty where it is not set."""
    found = element.find("/".join("{*}" + step for step in path.split("/")))
    return "" if found is None else _attribute(found, "val")


def _heading_styles(roots: list[Element]) -> frozenset[str]:
    styles = [style for root in roots for style in root.iter("{*}style")]
    return frozenset(
        _attribute(style, "styleId")
        for style in styles
        if _property(style, "name").lower().startswith(_HEADING_STYLES) or _property(style, "pPr/outlineLvl")
    )


def _walk(container: Element, place: _Place) -> Iterator[Piece]:
    for child in container:
        name = _name(child)
        if name == "p":
            yield from _paragraph(child, place)
        elif name == "tbl":
            yield from _table(child, place)
        elif name not in _SKIPPED:
            yield from _walk(child, place)


def _paragraph(paragraph: Element, place: _Place) -> Iterator[Piece]:
    text = "".join(_inline(paragraph))
    if place.cell:
        yield Piece(text, place.cell, "cell")
    else:
        # Blank paragraphs count: an analyst who looks for paragraph 12 in Word counts the empty ones, too.
        yield Piece(text, Locator(place.part, paragraph=next(place.numbers)), _kind(paragraph, place.headings))
    for box in _boxes(paragraph):
        yield from _walk(box, _Place("textbox", place.headings, numbers=place.boxes))


def _kind(paragraph: Element, headings: frozenset[str]) -> Literal["heading", "paragraph"]:
    styled = _property(paragraph, "pPr/pStyle") in headings
    level = _property(paragraph, "pPr/outlineLvl")
    return "heading" if styled or (level and level != "9") else "paragraph"


def _inline(node: Element) -> Iterator[str]:
    for child in node:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name not in _SKIPPED and name not in _BOXES:
            yield from _inline(child)


def _boxes(node: Element) -> Iterator[Element]:
    for child in node:
        name = _name(child)
        if name in _BOXES:
            yield child
        elif name not in _SKIPPED:
            yield from _boxes(child)


def _table(table: Element, place: _Place) -> Iterator[Piece]:
    """Yield the cells, tabs between those of a row; a table inside a cell stands at that cell's place."""
    part = "table" if place.part == "body" else place.part
    for row_number, row in enumerate(_below(table, "tr"), start=1):
        joint = "\n"
        column = 1 + int(_property(row, "trPr/gridBefore") or 0)
        for cell in _below(row, "tc"):
            inside = place if place.cell else replace(place, cell=Locator(part, row=row_number, column=column))
            pieces = [piece for piece in _walk(cell, inside) if piece.text.strip()]
            if pieces:
                yield replace(pieces[0], joint=joint)
                yield from pieces[1:]
                joint = "\t"
            column += int(_property(cell, "tcPr/gridSpan") or 1)


def _below(node: Element, wanted: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, also those wrapped in content controls."""
    for child in node:
        name = _name(child)
        if name == wanted:
            yield child
        elif name not in _SKIPPED:
            yield from _below(child, wanted)


def _visible(root: Element) -> int:
    """Count the characters that a complete reading of the part must give, blanks aside."""
    hidden = {text for branch in root.iter(*("{*}" + name for name in _HIDDEN)) for text in branch.iter("{*}t")}
    return sum(_inked(text.text or "") for text in root.iter("{*}t") if text not in hidden)


def _inked(text: str) -> int:
    return len("".join(text.split()))


def _share(read: int, seen: int) -> float:
    return min(1.0, read / seen) if seen else 1.0


def _tracked_notes(roots: list[Element]) -> Iterator[str]:
    """Say whose tracked changes the document bears; unsigned ones count as 未署名."""
    for tags, what in (
        (("{*}del", "{*}moveFrom"), "删除的文字未计入正文"),
        (("{*}ins", "{*}moveTo"), "插入的文字已计入正文"),
    ):
        changes = [change for root in roots for change in root.iter(*tags)]
        sizes = [(_attribute(change, "author") or "未署名", _length(change)) for change in changes]
        authors = Counter(author for author, size in sizes if size)
        for author, places in authors.items():
            total = sum(size for name, size in sizes if name == author)
            yield f"修订痕迹：{author}{what}（{places} 处，共 {total} 字）"


def _length(change: Element) -> int:
    return sum(len(text.text or "") for text in change.iter("{*}t", "{*}delText"))


def _unread_notes(unread: int, roots: list[tuple[str, Element]]) -> Iterator[str]:
    if unread:
        yield f"图示（SmartArt）里的 {unread} 个字没有读入"
    if any(True for _, root in roots for _ in root.iter("{*}altChunk")):
        yield "文档里嵌有另一份文件，其内容没有读入"
