"""A law: whatever a Word document holds, and wherever, each visible mark comes back once, at its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import TYPE_CHECKING

import docx
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.word import read_word
from tests.test_reading_word import NS, with_body, with_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn

_RUNS = {
    "plain": "<w:r><w:t>{}</w:t></w:r>",
    "bold": "<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>",
    "hidden": "<w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r>",
    "link": '<w:hyperlink w:anchor="x"><w:r><w:t>{}</w:t></w:r></w:hyperlink>',
    "control": "<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent><w:r><w:t>{}</w:t></w:r></w:sdtContent></w:sdt>",
    "field": '<w:r><w:instrText>DATE</w:instrText></w:r><w:fldSimple w:instr="DATE"><w:r><w:t>{}</w:t></w:r></w:fldSimple>',
    "equation": "<m:oMath><m:r><m:t>{}</m:t></m:r></m:oMath>",
    "smart": "<w:smartTag><w:r><w:t>{}</w:t></w:r></w:smartTag>",
    "base": "<w:r><w:ruby><w:rt><w:r><w:t>音</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{}</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    "inserted": '<w:ins w:author="甲"><w:r><w:t>{}</w:t></w:r></w:ins>',
    "moved": '<w:moveTo w:author="甲"><w:r><w:t>{}</w:t></w:r></w:moveTo>',
    "deleted": '<w:del w:author="乙"><w:r><w:delText>{}</w:delText></w:r></w:del>',
    "away": '<w:moveFrom w:author="乙"><w:r><w:t>{}</w:t></w:r></w:moveFrom>',
}
_GONE = frozenset({"deleted", "away"})
_CHANGED = frozenset({"inserted", "moved"})
_NEW_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></mc:Choice>'
    "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
_OLD_BOX = "<w:r><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r>"


@dataclass
class _Story:
    """One part while it is being written: how its paragraphs, tables and boxes are counted."""

    part: str
    boxes: _Story | None = None
    paragraphs: Iterator[int] = field(default_factory=lambda: count(1))
    tables: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(repr=False)
class _Plan:
    """The marks planted so far: where the visible ones must be found, and which must be traces only."""

    draw: DrawFn
    data: bytes = b""
    places: dict[str, tuple[Locator, str]] = field(default_factory=dict)
    inserted: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    serial: Iterator[int] = field(default_factory=lambda: count(1))

    def __repr__(self) -> str:
        return f"<{len(self.places)} marks to be seen, {len(self.gone)} gone>"

    def mark(self, locator: Locator, kind: str = "paragraph") -> str:
        mark = f"〔{next(self.serial)}〕"
        self.places[mark] = (locator, kind)
        return mark

    def runs(self, locator: Locator, kind: str, *, gone: bool) -> str:
        written = ""
        for run in self.draw(st.lists(st.sampled_from(sorted(_RUNS)), min_size=1, max_size=4)):
            mark = self.mark(locator, kind)
            if run in _GONE or gone:
                del self.places[mark]
                self.gone.add(mark)
            elif run in _CHANGED:
                self.inserted.add(mark)
            written += _RUNS[run].format(mark)
        return written

    def paragraph(self, story: _Story, cell: Locator | None, *, gone: bool = False) -> str:
        properties, kind = "", "paragraph"
        locator = cell or Locator(story.part, paragraph=next(story.paragraphs))
        if cell:
            kind = "cell"
        elif self.draw(st.booleans()):
            properties, kind = '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>', "heading"
        runs = self.runs(locator, kind, gone=gone)
        box = self.draw(st.sampled_from(["", "", "", _NEW_BOX, _OLD_BOX])) if story.boxes and not gone else ""
        if box:
            runs += box.format(self.contents(story.boxes, depth=1))
        return f"<w:p>{properties}{runs}</w:p>"

    def contents(self, story: _Story, *, depth: int, cell: Locator | None = None, gone: bool = False) -> str:
        """Write what a body, a box or a cell holds; a cell ends with a paragraph."""
        written = ""
        for kind in self.draw(st.lists(st.sampled_from(["text", "text", "blank", "control", "table"]), max_size=3)):
            if kind == "table" and depth:
                written += self.table(story, depth - 1, gone=gone)
            elif kind == "control":
                inner = self.paragraph(story, cell, gone=gone)
                written += f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
            elif kind == "blank":
                written += "<w:p></w:p>"
                if cell is None:
                    next(story.paragraphs)
            else:
                written += self.paragraph(story, cell, gone=gone)
        return written + self.paragraph(story, cell, gone=gone)

    def table(self, story: _Story, depth: int, *, gone: bool) -> str:
        part = "table" if story.part == "body" else story.part
        number = next(story.tables)
        rows = ""
        for row in range(1, self.draw(st.integers(1, 3)) + 1):
            deleted = self.draw(st.integers(0, 5)) == 0
            column = 1 + (before := self.draw(st.sampled_from([0, 0, 1])))
            marks = '<w:del w:author="乙"/>' if deleted else ""
            cells = f'<w:trPr><w:gridBefore w:val="{before}"/>{marks}</w:trPr>'
            for _ in range(self.draw(st.integers(1, 3))):
                span = self.draw(st.integers(1, 2))
                cell = Locator(part, table=number, row=row, column=column)
                cells += self.cell(story, cell, depth, span=span, gone=gone or deleted)
                column += span
            rows += f"<w:tr>{cells}</w:tr>"
        return f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"

    def cell(self, story: _Story, place: Locator, depth: int, *, span: int, gone: bool) -> str:
        merge = self.draw(st.sampled_from(["", "", '<w:vMerge w:val="restart"/>', "<w:vMerge/>"]))
        properties = f'<w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>'
        if merge == "<w:vMerge/>":
            return f"<w:tc>{properties}<w:p></w:p></w:tc>"
        return f"<w:tc>{properties}{self.contents(story, depth=depth, cell=place, gone=gone)}</w:tc>"


def _wrapped(root: str, content: str, item: str = "") -> str:
    inner = f"<w:{item} w:id='1' w:author='丙'>{content}</w:{item}>" if item else content
    return f"<w:{root} {NS}>{inner}</w:{root}>"


def _diagram(plan: _Plan) -> str:
    marks = [plan.mark(Locator("diagram", paragraph=number)) for number in (1, 2)]
    points = "".join(f"<dgm:pt><dgm:t><a:p><a:r><a:t>{mark}</a:t></a:r></a:p></dgm:t></dgm:pt>" for mark in marks)
    return f"<dgm:dataModel {NS}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>"


def _chart(plan: _Plan) -> str:
    title, name = (plan.mark(Locator("chart", paragraph=number)) for number in (1, 2))
    label, value = (plan.mark(Locator("chart", paragraph=2)) for _ in range(2))
    return (
        f"<c:chartSpace {NS}><c:title><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:title>"
        f"<c:ser><c:tx><c:v>{name}</c:v></c:tx><c:cat><c:pt idx='0'><c:v>{label}</c:v></c:pt></c:cat>"
        f"<c:val><c:pt idx='0'><c:v>{value}</c:v></c:pt></c:val></c:ser></c:chartSpace>"
    )


_PART_NAMES = {
    "footnotes": ("word/footnotes.xml", "note", "footnote"),
    "endnotes": ("word/endnotes.xml", "note", "endnote"),
    "comments": ("word/comments.xml", "comment", "comment"),
    "header": ("word/header7.xml", "header", ""),
    "footer": ("word/footer7.xml", "footer", ""),
}


def _parts(plan: _Plan) -> dict[str, tuple[str, str]]:
    """Write the parts that python-docx has no words for, headers and footers without a section among them."""
    parts = {}
    for kind in plan.draw(st.lists(st.sampled_from(sorted(_PART_NAMES)), unique=True)):
        name, part, item = _PART_NAMES[kind]
        root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
        content = plan.contents(_Story(part, _Story("textbox")), depth=1)
        parts[name] = (f"officedocument.wordprocessingml.{kind}", _wrapped(root, content, item))
    if plan.draw(st.booleans()):
        parts["word/diagrams/data1.xml"] = ("officedocument.drawingml.diagramData", _diagram(plan))
    if plan.draw(st.booleans()):
        parts["word/charts/chart1.xml"] = ("officedocument.drawingml.chart", _chart(plan))
    return parts


def _sections(plan: _Plan, document: docx.document.Document) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = document.settings.odd_and_even_pages_header_footer = True
    margins = {
        "header": (section.header, section.first_page_header, section.even_page_header),
        "footer": (section.footer, section.first_page_footer, section.even_page_footer),
    }
    for part, kinds in margins.items():
        for margin in kinds:
            if plan.draw(st.booleans()):
                story = _Story(part, _Story("textbox"))
                margin.is_linked_to_previous = False
                # python-docx begins each with a blank paragraph, which counts.
                next(story.paragraphs)
                content = f"<w:hdr {NS}>{plan.contents(story, depth=1)}</w:hdr>"
                margin._element.extend(parse_xml(content))


@st.composite
def _documents(draw: DrawFn) -> _Plan:
    plan = _Plan(draw)
    document = docx.Document()
    _sections(plan, document)
    story = _Story("body", _Story("textbox"))
    body = plan.contents(story, depth=2)
    body += f"<w:p>{_RUNS['plain'].format(plan.mark(Locator(paragraph=next(story.paragraphs))))}</w:p>"
    plan.data = with_parts(with_body(*_elements(body), document=document), _parts(plan))
    return plan


def _elements(content: str) -> list[str]:
    """Return the elements of *content* one by one, each with the namespaces it needs."""
    return [etree.tostring(child, encoding="unicode") for child in parse_xml(f"<w:body {NS}>{content}</w:body>")]


@given(_documents())
@settings(max_examples=40)
def test_each_visible_mark_comes_back_once_at_its_place(plan: _Plan) -> None:
    reading = read_word(plan.data)
    found = {
        mark: [(block.locator, block.kind) for block in reading.blocks if mark in block.span.of(reading.text)]
        for mark in plan.places
    }
    assert found == {mark: [place] for mark, place in plan.places.items()}
    assert {mark: reading.text.count(mark) for mark in found} == dict.fromkeys(found, 1)


@given(_documents())
@settings(max_examples=40)
def test_what_was_deleted_is_a_trace_only(plan: _Plan) -> None:
    reading = read_word(plan.data)
    deletions = [trace for trace in reading.traces if trace.kind == "deletion"]
    insertions = [trace for trace in reading.traces if trace.kind == "insertion"]
    assert {mark for trace in deletions for mark in _marks(trace.text)} == plan.gone
    assert sum(len(_marks(trace.text)) for trace in deletions) == len(plan.gone)
    assert not any(mark in reading.text for mark in plan.gone)
    assert sorted(trace.text for trace in insertions) == sorted(plan.inserted)
    assert all(len(trace.span) == 0 and trace.author == "乙" for trace in deletions)
    assert all(trace.span.of(reading.text) == trace.text and trace.author == "甲" for trace in insertions)


def _marks(text: str) -> list[str]:
    return [f"{mark}〕" for mark in text.split("〕") if mark]


@given(_documents())
@settings(max_examples=40)
def test_blocks_tile_the_text_in_order_and_nothing_is_missing(plan: _Plan) -> None:
    reading = read_word(plan.data)
    assert reading.blocks[0].span.start == 0
    assert reading.blocks[-1].span.end == len(reading.text)
    joints = {reading.text[one.span.end : other.span.start] for one, other in pairwise(reading.blocks)}
    assert joints <= {"\n", "\t"}
    assert reading.coverage == 1.0
    assert not [note for note in reading.notes if "没有读入" in note]
