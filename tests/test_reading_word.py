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
from mingcha.pipeline.reading.word import read_word

if TYPE_CHECKING:
    from pathlib import Path

NS = (
    nsdecls("w") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)
_BOX = "<w:txbxContent><w:p><w:r><w:t>BOX</w:t></w:r></w:p></w:txbxContent>"
_TRACKED = f"""<w:p {NS}>
<w:ins w:id="1" w:author="张三"><w:r><w:t>INS</w:t></w:r></w:ins>
<w:del w:id="2" w:author="李四"><w:r><w:delText>DELETED</w:delText></w:r></w:del>
<w:moveFrom w:id="3" w:author="李四"><w:r><w:t>MOVED</w:t></w:r></w:moveFrom></w:p>"""
_DRAWN = f"""<w:p {NS}><w:r><w:t>AROUND</w:t></w:r><w:r><mc:AlternateContent>
<mc:Choice Requires="wps"><wps:txbx>{_BOX}</wps:txbx></mc:Choice>
<mc:Fallback><w:pict><v:textbox>{_BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""
_CONTROL = f"<w:sdt {NS}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>CONTROL</w:t></w:r></w:p></w:sdtContent></w:sdt>"
_LINK = f"""<w:p {NS}><w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr>
<w:hyperlink><w:r><w:t>LINK</w:t><w:tab/><w:t>end</w:t><w:br/><w:t>two</w:t></w:r></w:hyperlink></w:p>"""
_FOOTNOTES = f"""<?xml version="1.0" encoding="UTF-8"?><w:footnotes {NS}>
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="1"><w:p><w:r><w:t>FOOTNOTE</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def saved(document: docx.document.Document) -> bytes:
    """Return the bytes of the document's file."""
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


def with_parts(data: bytes, parts: dict[str, tuple[str, str]]) -> bytes:
    """Return the package with parts added or replaced: member name to (last words of the content type, XML)."""
    types = zipfile.ZipFile(io.BytesIO(data)).read("[Content_Types].xml").decode()
    for name, (kind, _) in parts.items():
        if f'"/{name}"' not in types:
            override = f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-{kind}+xml"/>'
            types = types.replace("</Types>", override + "</Types>")
    changes = {name: xml.encode() for name, (_, xml) in parts.items()}
    return rezipped(data, {"[Content_Types].xml": types.encode(), **changes})


def with_body(*elements: str, document: docx.document.Document | None = None) -> bytes:
    """Return a document whose body holds the given XML elements."""
    document = document or docx.Document()
    for xml in elements:
        document.element.body.insert(-1, parse_xml(xml.replace(">", f" {NS}>", 1) if "xmlns" not in xml else xml))
    return saved(document)


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
    return with_parts(
        saved(document), {"word/footnotes.xml": ("officedocument.wordprocessingml.footnotes", _FOOTNOTES)}
    )


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
        ("MERGED", Locator("table", table=1, row=1, column=1), "cell"),
        ("CORNER", Locator("table", table=1, row=1, column=3), "cell"),
        ("TALL", Locator("table", table=1, row=2, column=1), "cell"),
        ("MIDDLE", Locator("table", table=1, row=2, column=3), "cell"),
        ("NESTED", Locator("table", table=2, row=1, column=2), "cell"),
        ("INS", Locator(paragraph=4), "paragraph"),
        ("AROUND", Locator(paragraph=5), "paragraph"),
        ("BOX", Locator("textbox", paragraph=1), "paragraph"),
        ("CONTROL", Locator(paragraph=6), "paragraph"),
        ("LINK\tend\ntwo", Locator(paragraph=7), "paragraph"),
        ("LAST", Locator(paragraph=8), "paragraph"),
        ("HEADER", Locator("header", paragraph=1), "paragraph"),
        ("FOOTER", Locator("footer", paragraph=1), "paragraph"),
        ("FOOTNOTE", Locator("note", paragraph=1), "paragraph"),
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
    item = _read(tmp_path, saved(document))
    assert isinstance(item, Document)
    assert item.blocks[0].kind == "heading"


def test_macro_documents_and_dangling_links_are_read(tmp_path: Path) -> None:
    data = saved(_with_text("正文内容"))
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
    item = _read(tmp_path, saved(_with_text(" \t")))
    assert isinstance(item, Failure)
    assert item.kind == "empty"


def test_a_document_of_pictures_needs_ocr(tmp_path: Path) -> None:
    item = _read(tmp_path, rezipped(saved(docx.Document()), {"word/media/image1.png": b"x"}))
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
    data = saved(_with_text("MARK"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml").replace(b"?>", b"?>" + declaration.encode(), 1)
    item = _read(tmp_path, rezipped(data, {"word/document.xml": body.replace(b"MARK", b"&e;")}))
    assert isinstance(item, Failure)
    assert (item.kind, "实体定义" in item.message) == ("corrupt", True)


_DIAGRAM = f"""<dgm:dataModel {NS}><dgm:ptLst><dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>组织</a:t></a:r></a:p>
<a:p><a:r><a:t>实施</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId="2" type="pres"/></dgm:ptLst></dgm:dataModel>"""


def _cache(role: str, *values: str) -> str:
    points = "".join(f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in enumerate(values))
    return f"<c:{role}><c:strRef><c:f>Sheet1!A1</c:f><c:strCache>{points}</c:strCache></c:strRef></c:{role}>"


_CHART = f"""<c:chartSpace {NS}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>完成率</a:t></a:r></a:p></c:rich></c:tx></c:title>
<c:plotArea><c:barChart>
<c:ser>{_cache("tx", "柳河镇")}{_cache("cat", "2023", "2024")}{_cache("val", "85", "92.5")}</c:ser>
<c:ser>{_cache("tx", "青石乡")}{_cache("cat", "2023", "2024")}{_cache("val", "70")}</c:ser>
<c:ser>{_cache("tx", "城关镇")}</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"""


def test_diagrams_and_charts_are_read_with_their_saved_numbers() -> None:
    parts = {
        "word/diagrams/data1.xml": ("officedocument.drawingml.diagramData", _DIAGRAM),
        "word/diagrams/drawing1.xml": ("officedocument.drawingml.diagramDrawing", _DIAGRAM),
        "word/charts/chart1.xml": ("officedocument.drawingml.chart", _CHART),
    }
    reading = read_word(with_parts(with_body("<w:p><w:r><w:t>正文</w:t></w:r></w:p>"), parts))
    assert [(block.span.of(reading.text), block.locator) for block in reading.blocks] == [
        ("正文", Locator(paragraph=1)),
        ("组织", Locator("diagram", paragraph=1)),
        ("实施", Locator("diagram", paragraph=2)),
        ("完成率", Locator("chart", paragraph=1)),
        ("柳河镇：2023 85，2024 92.5", Locator("chart", paragraph=2)),
        ("青石乡：2023 70，2024", Locator("chart", paragraph=3)),
        ("城关镇", Locator("chart", paragraph=4)),
    ]
    assert (reading.coverage, reading.notes) == (1.0, ())


def test_drawn_words_of_a_watermark_are_read() -> None:
    mark = '<w:p><w:r><w:pict><v:shape><v:textpath string="内部资料"/></v:shape></w:pict></w:r></w:p>'
    reading = read_word(with_body(mark, "<w:p><w:r><w:t>正文</w:t></w:r></w:p>"))
    assert (reading.text, reading.blocks[0].locator) == ("内部资料\n正文", Locator("textbox", paragraph=1))


def test_a_box_that_hangs_on_a_cell_of_a_box_is_a_box_of_its_own() -> None:
    hang = "<w:r><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r>"
    inner = hang.format("<w:p><w:r><w:t>里</w:t></w:r></w:p>")
    table = f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>格</w:t></w:r>{inner}</w:p></w:tc></w:tr></w:tbl>"
    reading = read_word(with_body(f"<w:p><w:r><w:t>外</w:t></w:r>{hang.format(table)}</w:p>"))
    assert [block.locator for block in reading.blocks] == [
        Locator(paragraph=1),
        Locator("textbox", table=1, row=1, column=1),
        Locator("textbox", paragraph=1),
    ]


def test_headers_that_no_section_uses_are_read() -> None:
    header = f"<w:hdr {NS}><w:p><w:r><w:t>旧页眉</w:t></w:r></w:p></w:hdr>"
    data = with_parts(
        saved(_with_text("正文")), {"word/header9.xml": ("officedocument.wordprocessingml.header", header)}
    )
    reading = read_word(data)
    assert (reading.text, reading.blocks[1].locator) == ("正文\n旧页眉", Locator("header", paragraph=1))


def _linked(*relations: str) -> bytes:
    links = "".join(
        f'<Relationship Id="x{place}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        f' Target="file:///x" TargetMode="{mode}"/>'
        for place, (kind, mode) in enumerate(relation.split() for relation in relations)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'.encode()


@pytest.mark.parametrize(
    ("members", "notes"),
    [
        ({"word/vbaProject.bin": b"x"}, ("文档带有宏，未运行，也未读入",)),
        (
            {"word/embeddings/oleObject1.bin": b"x", "word/embeddings/账目.xlsx": b"x"},
            ("文档内嵌有 2 个文件（oleObject1.bin、账目.xlsx），没有读入，请单独另存后放入",),
        ),
        (
            {"word/_rels/settings.xml.rels": _linked("attachedTemplate External", "image External")},
            ("文档引用外部文件（2 处），没有读取",),
        ),
        ({"word/_rels/settings.xml.rels": _linked("hyperlink External", "image Internal")}, ()),
        ({"word/activeX/activeX1.xml": b"<x/>"}, ("文档内有 1 个窗体控件（ActiveX），没有运行，其中的文字没有读入",)),
        ({"word/media/a.png": b"x"}, ("文档里有 1 张图片，图片里如有文字，没有读入",)),
        ({"customXml/item1.xml": b"<x/>"}, ()),
    ],
)
def test_what_is_never_opened_is_noted(members: dict[str, bytes], notes: tuple[str, ...]) -> None:
    assert read_word(rezipped(saved(_with_text("正文")), members)).notes == notes


def test_another_file_set_into_the_text_is_noted() -> None:
    reading = read_word(with_body("<w:altChunk></w:altChunk>", "<w:p><w:r><w:t>正文</w:t></w:r></w:p>"))
    assert reading.notes == ("文档里嵌有另一份文件，其内容没有读入",)


def test_text_that_the_walk_does_not_reach_lowers_the_coverage() -> None:
    lost = "<w:p><w:pPr><w:t>失落</w:t></w:pPr><w:r><w:t>四字 正文</w:t></w:r></w:p>"
    reading = read_word(with_body(lost))
    assert reading.coverage == pytest.approx(4 / 6)
    assert reading.notes == ("有 2 个字没有读入：正文 2 个",)


def test_symbols_and_numbers_do_not_make_up_for_lost_text() -> None:
    lost = '<w:p><w:pPr><w:t>失</w:t></w:pPr><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>正文</w:t></w:r></w:p>'
    assert read_word(with_body(lost)).coverage == pytest.approx(2 / 3)


def test_a_document_whose_whole_text_was_deleted_says_so(tmp_path: Path) -> None:
    deleted = '<w:p><w:del w:author="李四"><w:r><w:delText>全文</w:delText></w:r></w:del></w:p>'
    item = _read(tmp_path, with_body(deleted))
    assert isinstance(item, Failure)
    assert (item.kind, "李四删除的文字未计入正文" in item.message) == ("empty", True)


def test_a_part_that_is_listed_but_missing_does_no_harm() -> None:
    data = with_parts(saved(_with_text("正文")), {"word/header8.xml": ("officedocument.wordprocessingml.header", "")})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist() if name != "word/header8.xml"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    assert read_word(buffer.getvalue()).text == "正文"
