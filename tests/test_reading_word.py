"""Word documents made on the spot: every planted mark comes back once, at its place."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mingcha.pipeline.document import Document, Failure, Locator
from mingcha.pipeline.reading.files import read

if TYPE_CHECKING:
    from pathlib import Path

_NS = (
    nsdecls("w") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_BOX = "<w:txbxContent><w:p><w:r><w:t>BOX</w:t></w:r></w:p></w:txbxContent>"
_TRACKED = f"""<w:p {_NS}>
<w:ins w:id="1" w:author="张三"><w:r><w:t>INS</w:t></w:r></w:ins>
<w:del w:id="2" w:author="李四"><w:r><w:delText>DELETED</w:delText></w:r></w:del>
<w:moveFrom w:id="3" w:author="李四"><w:r><w:t>MOVED</w:t></w:r></w:moveFrom></w:p>"""
_DRAWN = f"""<w:p {_NS}><w:r><w:t>AROUND</w:t></w:r><w:r><mc:AlternateContent>
<mc:Choice Requires="wps"><wps:txbx>{_BOX}</wps:txbx></mc:Choice>
<mc:Fallback><w:pict><v:textbox>{_BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""
_CONTROL = f"<w:sdt {_NS}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>CONTROL</w:t></w:r></w:p></w:sdtContent></w:sdt>"
_LINK = f"""<w:p {_NS}><w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr>
<w:hyperlink><w:r><w:t>LINK</w:t><w:tab/><w:t>end</w:t><w:br/><w:t>two</w:t></w:r></w:hyperlink></w:p>"""
_FOOTNOTES = f"""<?xml version="1.0" encoding="UTF-8"?><w:footnotes {_NS}>
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="1"><w:p><w:r><w:t>FOOTNOTE</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def _saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    """Return the package with the given members replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return buffer.getvalue()


def _full_document() -> bytes:
    document = docx.Document()
    document.add_heading("HEADING", level=1)
    document.add_paragraph("")
    commented = document.add_paragraph("BODY")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "MERGED"
    table.cell(0, 2).text = "CORNER"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "TALL"
    table.cell(1, 2).text = "MIDDLE"
    table.cell(2, 1).add_table(rows=1, cols=2).cell(0, 1).text = "NESTED"
    for xml in (_TRACKED, _DRAWN, _CONTROL, _LINK):
        document.element.body.insert(-1, parse_xml(xml))
    document.add_paragraph("LAST")
    document.sections[0].header.paragraphs[0].text = "HEADER"
    document.sections[0].footer.paragraphs[0].text = "FOOTER"
    document.add_comment(commented.runs, text="COMMENT", author="王五", initials="W")
    types = zipfile.ZipFile(io.BytesIO(_saved(document))).read("[Content_Types].xml")
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    entry = b'<Override PartName="/word/footnotes.xml" ContentType="' + kind + b'"/></Types>'
    changes = {"word/footnotes.xml": _FOOTNOTES.encode(), "[Content_Types].xml": types.replace(b"</Types>", entry)}
    return rezipped(_saved(document), changes)


def _read(folder: Path, data: bytes, name: str = "甲.docx") -> Document | Failure:
    path = folder / name
    path.write_bytes(data)
    (item,) = read(path, name)
    return item


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Document:
    item = _read(tmp_path_factory.mktemp("word"), _full_document())
    assert isinstance(item, Document), item
    return item


@pytest.mark.parametrize(
    ("mark", "locator", "kind"),
    [
        ("HEADING", Locator(paragraph=1), "heading"),
        ("BODY", Locator(paragraph=3), "paragraph"),
        ("MERGED", Locator("table", row=1, column=1), "cell"),
        ("CORNER", Locator("table", row=1, column=3), "cell"),
        ("TALL", Locator("table", row=2, column=1), "cell"),
        ("MIDDLE", Locator("table", row=2, column=3), "cell"),
        ("NESTED", Locator("table", row=3, column=2), "cell"),
        ("INS", Locator(paragraph=4), "paragraph"),
        ("AROUND", Locator(paragraph=5), "paragraph"),
        ("BOX", Locator("textbox", paragraph=1), "paragraph"),
        ("CONTROL", Locator(paragraph=6), "paragraph"),
        ("LINK\tend\ntwo", Locator(paragraph=7), "paragraph"),
        ("LAST", Locator(paragraph=8), "paragraph"),
        ("HEADER", Locator("header", paragraph=1), "paragraph"),
        ("FOOTER", Locator("footer", paragraph=1), "paragraph"),
        ("FOOTNOTE", Locator("note", paragraph=2), "paragraph"),
        ("COMMENT", Locator("comment", paragraph=1), "paragraph"),
    ],
)
def test_each_mark_comes_once_at_its_place(full: Document, mark: str, locator: Locator, kind: str) -> None:
    found = [block for block in full.blocks if block.span.of(full.text) == mark]
    assert [(block.locator, block.kind) for block in found] == [(locator, kind)]


def test_order_is_that_of_the_document(full: Document) -> None:
    marks = (
        "HEADING BODY MERGED CORNER TALL MIDDLE NESTED INS AROUND BOX CONTROL LINK LAST HEADER FOOTER FOOTNOTE COMMENT"
    )
    places = [full.text.index(mark) for mark in marks.split()]
    assert places == sorted(places)
    assert "MERGED\tCORNER\nTALL\tMIDDLE\n" in full.text


def test_deletions_are_kept_out_and_noted_with_their_author(full: Document) -> None:
    assert "DELETED" not in full.text
    assert "MOVED" not in full.text
    assert full.notes == (
        "修订痕迹：李四删除的文字未计入正文（2 处，共 12 字）",
        "修订痕迹：张三插入的文字已计入正文（1 处，共 3 字）",
    )


def test_everything_visible_is_covered(full: Document) -> None:
    assert (full.format, full.coverage) == ("docx", 1.0)


def test_chinese_heading_styles_are_known(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles.add_style("标题 一", 1)
    document.add_paragraph("一、总体情况", style=style)
    item = _read(tmp_path, _saved(document))
    assert isinstance(item, Document)
    assert item.blocks[0].kind == "heading"


def test_macro_documents_and_dangling_links_are_read(tmp_path: Path) -> None:
    data = _saved(_with_text("正文内容"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        types = package.read("[Content_Types].xml")
        links = package.read("word/_rels/document.xml.rels")
    main = b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    changes = {
        "[Content_Types].xml": types.replace(main, b"vnd.ms-word.document.macroEnabled.main+xml"),
        "word/_rels/document.xml.rels": links.replace(b"styles.xml", b"NULL"),
    }
    item = _read(tmp_path, rezipped(data, changes), "甲.docm")
    assert isinstance(item, Document), item
    assert item.text == "正文内容"


def _with_text(text: str) -> docx.document.Document:
    document = docx.Document()
    document.add_paragraph(text)
    return document


def test_a_document_without_text_is_empty(tmp_path: Path) -> None:
    item = _read(tmp_path, _saved(_with_text(" \t")))
    assert isinstance(item, Failure)
    assert item.kind == "empty"


def test_a_document_of_pictures_needs_ocr(tmp_path: Path) -> None:
    item = _read(tmp_path, rezipped(_saved(docx.Document()), {"word/media/image1.png": b"x"}))
    assert isinstance(item, Failure)
    assert (item.kind, "文档里只有图片" in item.message) == ("no_text", True)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x [<!ENTITY e "a"><!ENTITY f "&e;&e;">]>',
    ],
)
def test_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    data = _saved(_with_text("MARK"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml").replace(b"?>", b"?>" + declaration.encode(), 1)
    item = _read(tmp_path, rezipped(data, {"word/document.xml": body.replace(b"MARK", b"&e;")}))
    assert isinstance(item, Failure)
    assert (item.kind, "实体定义" in item.message) == ("corrupt", True)
