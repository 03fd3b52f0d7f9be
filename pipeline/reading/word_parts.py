"""The parts of a Word package: which hold text, how each is parsed, and what in the package is never opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.assembly import inked, shortened
from mingcha.pipeline.reading.xml_parts import attribute, local_name, parse_xml

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from lxml import etree

    Element = etree._Element

# Where the text parts come in the document, and the locator part of each.
PARTS = {
    "main": "body",
    "header": "header",
    "footer": "footer",
    "footnotes": "note",
    "endnotes": "note",
    "comments": "comment",
    "diagramData": "diagram",
    "chart": "chart",
    "chartex": "chart",
    "chartshapes": "chart",
}
_DEFINITIONS = ("styles", "numbering")
_CONTENT_TYPE = re.compile(rf"\.({'|'.join((*PARTS, *_DEFINITIONS))})\+xml$")
# Text that is not on the page: deleted or moved away, the older copy of a drawing, the reading above a character.
_HIDDEN = ("{*}del", "{*}moveFrom", "{*}cellDel", "{*}Fallback", "{*}rt")
_TEXTS = {"chart": ("{*}t", "{*}v"), "chartex": ("{*}t", "{*}v", "{*}pt")}
_OFF = frozenset({"0", "false", "off"})


@dataclass(frozen=True, slots=True)
class Part:
    """An XML part of the package: what it is by its content type, and its parsed root."""

    kind: str
    root: Element

    @property
    def place(self) -> str:
        """The locator part under which its text stands."""
        return PARTS[self.kind]


def load_parts(package: zipfile.ZipFile) -> tuple[list[Part], dict[str, Element]]:
    """Return the parts that hold text, in reading order, and the roots of the styles and of the list definitions.

    Headers and footers are read whether or not a section refers to them. Raises what lxml raises for broken XML.
    """
    members = {name.lower(): name for name in package.namelist()}
    parts = []
    definitions = {}
    for name, kind in _list_parts(package):
        if name.lower() not in members and kind != "main":
            continue  # listed but not there: Word opens such packages
        root = parse_xml(package.read(members.get(name.lower(), name)))
        if kind in PARTS:
            parts.append(Part(kind, root))
        else:
            definitions[kind] = root
    return parts, definitions


def _list_parts(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return (member name, kind) of the parts, in reading order."""
    kinds: dict[str, str] = {}
    for override in parse_xml(package.read("[Content_Types].xml")).iter("{*}Override"):
        kind = _CONTENT_TYPE.search(override.get("ContentType", ""))
        name = override.get("PartName", "").lstrip("/")
        if kind and "/glossary/" not in name:
            kinds[name] = kind[1]
    if "main" not in kinds.values():
        kinds["word/document.xml"] = "main"
    order = [*PARTS, *_DEFINITIONS]
    return sorted(kinds.items(), key=lambda part: (order.index(part[1]), len(part[0]), part[0]))


def child_of(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant along a path of names, ``None`` where a step is missing."""
    for step in path:
        if element is None:
            return None
        element = next(element.iterchildren("{*}" + step), None)
    return element


def value_of(element: Element | None, *path: str) -> str:
    """Return the value of a property such as ``tcPr``, ``gridSpan``; empty where it is not set."""
    found = child_of(element, *path)
    return "" if found is None else attribute(found, "val")


def switched_on(element: Element | None) -> bool:
    """Tell whether an on/off property is set; without a value it is."""
    return element is not None and attribute(element, "val") not in _OFF


def whole_number(text: str, default: int) -> int:
    """Return the number that an attribute writes, *default* where it writes none."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else default


def count_visible(part: Part) -> int:
    """Count the characters, blanks aside, that a complete reading of the part must give.

    A flat pass over the text elements of the raw part, which knows nothing of paragraphs, tables or boxes.
    """
    tags = _TEXTS.get(part.kind, ("{*}t",))
    hidden = {text for branch in part.root.iter(*_HIDDEN) for text in _struck(branch).iter(*tags)}
    return sum(inked(text.text or "") for text in part.root.iter(*tags) if text not in hidden)


def _struck(branch: Element) -> Element:
    """Return what a mark of deletion deletes: itself, or the row or cell among whose properties it stands."""
    holder = branch.getparent()
    in_properties = holder is not None and local_name(holder) in {"trPr", "tcPr"}
    owner = holder.getparent() if in_properties and holder is not None else None
    return branch if owner is None else owner


def enclosure_notes(package: zipfile.ZipFile) -> Iterator[str]:
    """Say what the package carries or points to beside its text; none of it is run, followed or opened."""
    names = package.namelist()
    if pictures := sum(name.startswith("word/media/") for name in names):
        yield f"文档里有 {pictures} 张图片，图片里如有文字，没有读入"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        yield "文档带有宏，未运行，也未读入"
    if controls := sum("/activex/" in name.lower() and name.lower().endswith(".xml") for name in names):
        yield f"文档内有 {controls} 个窗体控件（ActiveX），没有运行，其中的文字没有读入"
    if outside := sum(_external(parse_xml(package.read(name))) for name in names if name.endswith(".rels")):
        yield f"文档引用外部文件（{outside} 处），没有读取"
    if enclosed := [name.rpartition("/")[2] for name in names if "/embeddings/" in name and not name.endswith("/")]:
        listed = shortened(sorted(enclosed))
        yield f"文档内嵌有 {len(enclosed)} 个文件（{listed}），没有读入，请单独另存后放入"


def _external(root: Element) -> int:
    """Count the templates, pictures and objects that stand outside the file; hyperlinks are only text."""
    return sum(
        link.get("TargetMode") == "External" and not link.get("Type", "").endswith("/hyperlink")
        for link in root.iter("{*}Relationship")
    )
