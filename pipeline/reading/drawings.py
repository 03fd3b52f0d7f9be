"""What is drawn on a sheet: text boxes and shapes, diagrams, the titles and series of charts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece
from mingcha.pipeline.reading.workbook_parts import follow, list_links, parse_part
from mingcha.pipeline.reading.xml_parts import attribute, local_name

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from mingcha.pipeline.reading.workbook_parts import Sheet

    Element = etree._Element

_ANCHORS = ("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A drawing part of a sheet; ``targets`` are the members that it shows, by the identifier of their link."""

    package: zipfile.ZipFile
    sheet: str
    targets: dict[str, str]


def list_drawn(package: zipfile.ZipFile, sheet: Sheet) -> list[Piece]:
    """Return the texts drawn on *sheet*, from above, one piece each, at the cell that their upper left corner is in.

    A drawing that is tied to no cell, as on a sheet that is one large chart, has the sheet alone as its place.
    """
    pieces = list(_drawn(package, sheet))
    known = {piece.text for piece in pieces}
    pieces += (piece for piece in _controls(package, sheet) if piece.text not in known)
    return sorted(pieces, key=lambda piece: (piece.locator.row or 0, piece.locator.column or 0))


def _drawn(package: zipfile.ZipFile, sheet: Sheet) -> Iterator[Piece]:
    members = set(package.namelist())
    for part in follow(package, sheet.path, "drawing"):
        targets = {link.identifier: link.target for link in list_links(package, part) if link.target in members}
        drawing = _Drawing(package, sheet.title, targets)
        for anchor in parse_part(package, part).iter(*_ANCHORS):
            if not _is_fallback(anchor):
                yield from _anchored(anchor, drawing)


def _controls(package: zipfile.ZipFile, sheet: Sheet) -> Iterator[Piece]:
    """Yield the captions of buttons and boxes to tick; Excel keeps most of them a second time as shapes.

    They are written in an older language, by some programs not even as well-formed XML.
    """
    for part in follow(package, sheet.path, "vmlDrawing"):
        root = etree.fromstring(package.read(part), etree.XMLParser(recover=True, resolve_entities=False))
        for shape in root.iter("{*}shape") if root is not None else ():
            data = shape.find("{*}ClientData")
            text = "".join("".join(map(str, box.itertext())) for box in shape.iter("{*}textbox")).strip()
            if data is not None and data.get("ObjectType") != "Note" and text:
                row, column = _cell_of(data.findtext("{*}Anchor"))
                yield Piece(text, Locator("textbox", sheet=sheet.title, row=row, column=column))


def _cell_of(anchor: str | None) -> tuple[int | None, int | None]:
    """Return the row and column that an anchor such as ``2, 0, 4, 0, 3, 0, 5, 0`` begins in; the file counts from 0."""
    numbers = [int(number) for number in re.findall(r"\d+", anchor or "")]
    return (numbers[2] + 1, numbers[0] + 1) if len(numbers) >= 3 else (None, None)


def _anchored(anchor: Element, drawing: _Drawing) -> Iterator[Piece]:
    corner = anchor.find("{*}from")
    row, column = (None, None) if corner is None else (_count(corner, "row"), _count(corner, "col"))
    for element in anchor.iter("{*}txBody", "{*}chart", "{*}relIds"):
        if _is_fallback(element):
            continue
        part, texts = _texts(element, drawing)
        for text in texts:
            yield Piece(text, Locator(part, sheet=drawing.sheet, row=row, column=column))


def _texts(element: Element, drawing: _Drawing) -> tuple[str, list[str]]:
    """Return the locator part and the texts of a text body, or of the chart or diagram that *element* names."""
    kind = local_name(element)
    if kind == "txBody":
        return "textbox", [_paragraphs(element)]
    member = drawing.targets.get(attribute(element, "id" if kind == "chart" else "dm"))
    if member is None:
        return kind, []
    root = parse_part(drawing.package, member)
    if kind == "chart":
        return "chart", [*_chart(root), *_inside(drawing.package, member)]
    return "diagram", [_paragraphs(point) for point in root.iter("{*}pt")]


def _chart(root: Element) -> Iterator[str]:
    """Yield the titles, the names of the series and the labels that somebody typed; the rest repeats cells."""
    for text in root.iter("{*}tx"):
        yield _paragraphs(text) or "\n".join(value.text or "" for value in text.iter("{*}v"))


def _inside(package: zipfile.ZipFile, chart: str) -> Iterator[str]:
    """Yield the text boxes drawn inside a chart."""
    for part in follow(package, chart, "chartUserShapes"):
        yield from map(_paragraphs, parse_part(package, part).iter("{*}txBody"))


def _paragraphs(body: Element) -> str:
    return "\n".join(filter(None, (_line(paragraph) for paragraph in body.iter("{*}p"))))


def _line(paragraph: Element) -> str:
    return "".join("\n" if local_name(run) == "br" else run.text or "" for run in paragraph.iter("{*}t", "{*}br"))


def _count(corner: Element, name: str) -> int:
    """Return a row or column of an anchor; the file counts from 0."""
    return int(corner.findtext("{*}" + name) or 0) + 1


def _is_fallback(element: Element) -> bool:
    """Tell whether the element is the older copy of a drawing."""
    return any(local_name(parent) == "Fallback" for parent in element.iterancestors())
