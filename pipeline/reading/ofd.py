"""OFD files, the Chinese standard for pages in their final form (GB/T 33190-2016): pages, templates, annotations."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Box, Locator, Trace
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, inked, name_pages, shortened
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.lines import Imprint, align, enclose, gather, pieces
from mingcha.pipeline.reading.ofd_pages import Drawing, read_drawing, rectangle
from mingcha.pipeline.reading.packages import open_package
from mingcha.pipeline.reading.xml_parts import local_name, parse_xml

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator, Sequence

    from lxml import etree

    from mingcha.pipeline.document import Block

    Element = etree._Element

_ENCRYPTION = re.compile(r"(^|/)encrypt(ions|info)\.xml$")
# Text that programs put on every page, and references to other places; nobody's comment.
_IMPERSONAL = frozenset({"Watermark", "Link"})
_A4 = Box(0, 0, 595.3, 841.9)
_COVERED = 0.6
_FEW = 30
_MOST_PAGES = 5_000
_REMEDY = "请用 OFD 阅读器打开，打印成 PDF 后放入，由 OCR（文字识别）读取"


@dataclass(frozen=True, slots=True)
class _Package:
    """The parts of the file; names differ in case and in a leading slash between what is written and what is meant."""

    zip: zipfile.ZipFile
    names: dict[str, str]

    def find(self, location: str, folder: str) -> str | None:
        """Return the name under which the part at *location*, as written in a part of *folder*, is kept."""
        written = location.strip().replace("\\", "/")
        beside = posixpath.join("" if written.startswith("/") else folder, written.lstrip("/"))
        for path in (beside, written):
            name = posixpath.normpath(path).lstrip("/").lower()
            if name in self.names:
                return name
        return None

    def parse(self, location: str, folder: str = "") -> tuple[Element, str]:
        """Return the root of a part and the folder that locations in it start from."""
        name = self.find(location, folder)
        if name is None:
            raise RefusalError("corrupt", f"OFD 文件不完整，缺少“{location.strip()}”")
        return parse_xml(self.zip.read(self.names[name])), posixpath.dirname(name)


@dataclass(frozen=True, slots=True)
class _Annotation:
    """Text that was put onto a page afterwards, with who did it and when."""

    text: str
    kind: str
    box: Box | None
    author: str
    date: str | None
    counted: int = 0


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's own drawing, with templates, and its annotations."""

    drawing: Drawing
    area: float
    annotations: tuple[_Annotation, ...] = ()

    @property
    def unread(self) -> bool:
        """Tell whether the page shows something of which next to nothing is text."""
        letters = sum(len(text) for text, _ in self.drawing.scraps)
        covered = letters < _FEW and self.drawing.pictured >= _COVERED * self.area
        return self.drawing.drawn and (not letters or covered)

    @property
    def read(self) -> bool:
        """Tell whether the text of the page was read; a blank page is neither read nor unread."""
        return bool(self.drawing.scraps) and not self.unread


@dataclass(frozen=True, slots=True)
class _Body:
    """One of the documents in the file."""

    pages: tuple[_Page, ...]
    attachments: tuple[str, ...] = field(default=())


def read_ofd(data: bytes) -> Reading:
    """Return the text of the pages with their templates, gathered to lines and paragraphs by where it is drawn.

    Several documents in one file are read one after the other, their pages counted on. Coverage is the share of the
    characters held by the parts of the pages, templates and annotations (glyphs without a character included) that
    came into the text, times the share of pages with text. Raises ``RefusalError`` for encrypted and incomplete
    files and those that are only pictures; zipfile's and lxml's errors for damaged ones.
    """
    with open_package(data) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        names = {posixpath.normpath(m.filename.replace("\\", "/")).lstrip("/").lower(): m.filename for m in members}
        if any(member.flag_bits & 1 for member in members) or any(map(_ENCRYPTION.search, names)):
            raise RefusalError("encrypted")
        package = _Package(archive, names)
        root, folder = package.parse("OFD.xml")
        locations = [found.text or "" for found in root.iter("{*}DocRoot")]
        if not locations:
            raise RefusalError("corrupt", "OFD 文件不完整，没有写明文档在哪里")
        bodies = [_read_body(package, location, folder) for location in locations]
    return _reading([page for body in bodies for page in body.pages], [n for body in bodies for n in body.attachments])


def _read_body(package: _Package, location: str, folder: str) -> _Body:
    root, folder = package.parse(location, folder)
    listed = [page for pages in root.iterfind("{*}Pages") for page in pages.iterfind("{*}Page")]
    if len(listed) > _MOST_PAGES:
        raise RefusalError("too_large", f"OFD 有 {len(listed)} 页，超过上限 {_MOST_PAGES} 页")
    templates = {
        template.get("ID", ""): package.parse(template.get("BaseLoc", ""), folder)[0]
        for template in root.iterfind("{*}CommonData/{*}TemplatePage")
    }
    composites = _composites(package, root, folder)
    annotations = _annotation_parts(package, root, folder)
    usual = rectangle(root.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox")) or _A4
    pages = []
    for page in listed:
        content, _ = package.parse(page.get("BaseLoc", ""), folder)
        used = [template.get("TemplateID", "") for template in content.iterfind("{*}Template")]
        drawing = read_drawing([*(templates[key] for key in used if key in templates), content], composites)
        box = rectangle(content.findtext("{*}Area/{*}PhysicalBox")) or usual
        marks = (mark for part in annotations.get(page.get("ID", ""), ()) for mark in _annotations(part, composites))
        pages.append(_Page(drawing, (box.right - box.left) * (box.bottom - box.top), tuple(marks)))
    return _Body(tuple(pages), tuple(_attachments(package, root, folder)))


def _composites(package: _Package, root: Element, folder: str) -> dict[str, Element]:
    """Return the reusable parts of pages (composite graphic units) by id."""
    found = {}
    for location in root.iterfind("{*}CommonData/*"):
        if local_name(location) in {"PublicRes", "DocumentRes"} and package.find(location.text or "", folder):
            resources, _ = package.parse(location.text or "", folder)
            for unit in resources.iter("{*}CompositeGraphicUnit"):
                found[unit.get("ID", "")] = unit
    return found


def _annotation_parts(package: _Package, root: Element, folder: str) -> dict[str, list[Element]]:
    """Return the annotation parts of each page by the page's id."""
    parts: dict[str, list[Element]] = {}
    for location in root.iterfind("{*}Annotations"):
        index, inside = package.parse(location.text or "", folder)
        for page in index.iterfind("{*}Page"):
            for file in page.iterfind("{*}FileLoc"):
                parts.setdefault(page.get("PageID", ""), []).append(package.parse(file.text or "", inside)[0])
    return parts


def _annotations(part: Element, composites: dict[str, Element]) -> Iterator[_Annotation]:
    for annotation in part.iter("{*}Annot"):
        remark = (annotation.findtext("{*}Remark") or "").strip()
        appearances = list(annotation.iterfind("{*}Appearance"))
        drawing = read_drawing(appearances, composites)
        shown = "\n".join(line.text for line in align(drawing.scraps))
        repeated = _closed_up(remark) in _closed_up(shown)
        corner = next((rectangle(appearance.get("Boundary")) for appearance in appearances), None)
        text = shown if repeated else "\n".join(filter(None, (remark, shown)))
        if text.strip():
            yield _Annotation(
                text,
                annotation.get("Type", ""),
                enclose([corner]),
                annotation.get("Creator", ""),
                annotation.get("LastModDate") or annotation.get("LastModeDate"),
                drawing.counted - drawing.doubled + (0 if repeated else inked(remark)),
            )


def _attachments(package: _Package, root: Element, folder: str) -> Iterator[str]:
    for location in root.iterfind("{*}Attachments"):
        if package.find(location.text or "", folder):
            index, _ = package.parse(location.text or "", folder)
            for attachment in index.iter("{*}Attachment"):
                yield attachment.get("Name") or posixpath.basename(attachment.findtext("{*}FileLoc") or "")


def _reading(pages: Sequence[_Page], attachments: Sequence[str]) -> Reading:
    placed = [(piece, mark) for number, page in enumerate(pages, start=1) for piece, mark in _page_pieces(page, number)]
    if not placed and any(page.unread for page in pages):
        raise RefusalError("no_text", remedy=_REMEDY)
    text, blocks = assemble(piece for piece, _ in placed)
    traces = tuple(
        Trace("comment", mark.author, block.span.of(text), block.span, mark.date)
        for (_, mark), block in zip(placed, blocks, strict=True)
        if mark and mark.kind not in _IMPERSONAL
    )
    notes = tuple(_notes(pages, attachments))
    return Reading(text, blocks, coverage=_coverage(pages, text, blocks), notes=notes, traces=traces)


def _page_pieces(page: _Page, number: int) -> Iterator[tuple[Piece, _Annotation | None]]:
    paragraphs: Iterable[Imprint] = gather(align(page.drawing.scraps))
    for piece in pieces(paragraphs, number):
        yield piece, None
    for index, mark in enumerate(page.annotations, start=1):
        yield Piece(mark.text, Locator("comment", page=number, paragraph=index, box=mark.box)), mark


def _coverage(pages: Sequence[_Page], text: str, blocks: Iterable[Block]) -> float:
    seen = sum(page.drawing.counted - page.drawing.doubled for page in pages)
    seen += sum(mark.counted for page in pages for mark in page.annotations)
    got = sum(inked(block.span.of(text)) for block in blocks)
    read, unread = sum(page.read for page in pages), sum(page.unread for page in pages)
    return (min(1.0, got / seen) if seen else 1.0) * (read / (read + unread) if unread else 1.0)


def _closed_up(text: str) -> str:
    return "".join(text.split())


def _notes(pages: Sequence[_Page], attachments: Sequence[str]) -> Iterator[str]:
    unread = [number for number, page in enumerate(pages, start=1) if page.unread]
    if unread:
        yield f"{name_pages(unread)}没有可读的文字（多为扫描图像），没有读全；{_REMEDY}"
    shaped = [number for number, page in enumerate(pages, start=1) if page.drawing.glyphs]
    if shaped:
        count = sum(page.drawing.glyphs for page in pages)
        yield f"{name_pages(shaped)}有 {count} 个字只有字形、没有文字编码，没有读入，请对照原件"
    if attachments:
        yield f"OFD 内嵌有 {len(attachments)} 个附件（{shortened(attachments)}），没有读入，请单独另存后放入"
