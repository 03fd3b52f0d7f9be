"""What the sheets of an Excel package share: their list, their texts, their number formats, the links between parts.

The XML is walked directly. openpyxl takes six times as long, gives up on style sheets that other programs wrote, knows
only one of the two dialects of the format, and leaves out all that is not a cell.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from mingcha.pipeline.reading.cell_values import NumberFormat, builtin_code, parse_format
from mingcha.pipeline.reading.xml_parts import attribute, local_name, parse_xml, refuse_entities

if TYPE_CHECKING:
    import datetime as dt
    import zipfile
    from collections.abc import Iterator

    Element = etree._Element

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]+)")
_TRUE = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship to another part; ``target`` is its member name, or an address where it lies outside the file."""

    identifier: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a book; ``state`` is visible, hidden or veryHidden, ``path`` the member that holds it."""

    title: str
    state: str
    path: str


@dataclass(frozen=True, slots=True)
class Book:
    """An opened workbook; ``formats`` are the number formats by style number, ``missing`` sheets without content."""

    package: zipfile.ZipFile
    sheets: tuple[Sheet, ...]
    missing: tuple[str, ...]
    texts: tuple[str, ...]
    formats: tuple[NumberFormat, ...]
    epoch: dt.datetime


def open_book(package: zipfile.ZipFile) -> Book:
    """Return the workbook in *package*; raises what zipfile and lxml raise for a damaged one."""
    main = next((link.target for link in list_links(package, "") if link.kind == "officeDocument"), "xl/workbook.xml")
    root = parse_part(package, main)
    links = list_links(package, main)
    targets = {link.identifier: link.target for link in links}
    listed = [(sheet, targets.get(attribute(sheet, "id"), "")) for sheet in root.iter("{*}sheet")]
    members = set(package.namelist())
    return Book(
        package,
        tuple(_sheet(sheet, path) for sheet, path in listed if path in members),
        tuple(sheet.get("name", "") for sheet, path in listed if path not in members),
        tuple(_texts(package, links)),
        tuple(_formats(package, links)),
        CALENDAR_MAC_1904 if any(map(_counts_from_1904, root.iter("{*}workbookPr"))) else CALENDAR_WINDOWS_1900,
    )


def parse_part(package: zipfile.ZipFile, name: str) -> Element:
    """Return the root of an XML part; raises what :func:`parse_xml` raises."""
    return parse_xml(package.read(name))


def stream_part(package: zipfile.ZipFile, name: str, *tags: str) -> Iterator[Element]:
    """Yield the elements of an XML part that are called *tags*; each is emptied when the next is asked for."""
    with package.open(name) as part:
        events = etree.iterparse(
            part,
            tag=["{*}" + tag for tag in tags],
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )
        for _, element in events:
            yield element
            _forget(element)
        refuse_entities(events.root)


def list_links(package: zipfile.ZipFile, name: str) -> list[Link]:
    """Return the links of the part *name*, those of the whole package for an empty name."""
    folder, file = posixpath.split(name)
    relationships = posixpath.join(folder, "_rels", f"{file}.rels")
    if relationships not in package.namelist():
        return []
    return [_link(element, folder) for element in parse_part(package, relationships).iter("{*}Relationship")]


def follow(package: zipfile.ZipFile, name: str, *kinds: str) -> Iterator[str]:
    """Yield the members that the part *name* has links of some *kinds* to, as far as they exist."""
    members = package.namelist()
    for link in list_links(package, name):
        if link.kind in kinds and link.target in members:
            yield link.target


def parse_place(reference: str) -> tuple[int, int]:
    """Return row and column, counted from 1, of a *reference* like C5; raises ``ValueError`` for anything else.

    >>> parse_place("C5")
    (5, 3)
    """
    match = _PLACE.fullmatch(reference)
    if not match:
        raise ValueError(f"no place: {reference!r}")
    return int(match[2]), column_index_from_string(match[1])


def is_true(value: str | None) -> bool:
    """Tell whether an attribute's *value* says yes."""
    return value in _TRUE


def text_of(element: Element) -> str:
    """Return the text of a shared or inline string or a comment, the readings above its characters left out.

    Characters that XML cannot hold are spelled ``_x000D_``; a line ends with a line feed alone.
    """
    parts = (text.text or "" for text in element.iter("{*}t") if not _is_reading(text))
    return unescape("".join(parts))


def unescape(text: str) -> str:
    """Return *text* with its spelled characters as such.

    >>> unescape("甲_x000D_乙_x005F_x000D_")
    '甲\\r乙_x000D_'
    """
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n")


def _is_reading(text: Element) -> bool:
    parent = text.getparent()
    return parent is not None and local_name(parent) == "rPh"


def _forget(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _link(element: Element, folder: str) -> Link:
    target = element.get("Target", "")
    if element.get("TargetMode") != "External":
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Link(element.get("Id", ""), element.get("Type", "").rpartition("/")[2], target)


def _sheet(element: Element, path: str) -> Sheet:
    return Sheet(element.get("name", ""), element.get("state", "visible"), path)


def _texts(package: zipfile.ZipFile, links: list[Link]) -> Iterator[str]:
    for link in links:
        if link.kind == "sharedStrings" and link.target in package.namelist():
            yield from map(text_of, stream_part(package, link.target, "si"))


def _formats(package: zipfile.ZipFile, links: list[Link]) -> Iterator[NumberFormat]:
    for link in links:
        if link.kind == "styles" and link.target in package.namelist():
            root = parse_part(package, link.target)
            codes = {int(code.get("numFmtId", -1)): code.get("formatCode", "") for code in root.iter("{*}numFmt")}
            for style in root.iterfind("{*}cellXfs/{*}xf"):
                number = int(style.get("numFmtId", 0))
                yield parse_format(codes.get(number) or builtin_code(number))


def _counts_from_1904(properties: Element) -> bool:
    return is_true(properties.get("date1904"))
