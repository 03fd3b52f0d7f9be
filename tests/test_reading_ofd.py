"""OFD files built part by part as GB/T 33190-2016 lays them out."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.reading.failures import DAMAGE, RefusalError
from mingcha.pipeline.reading.ofd import read_ofd

if TYPE_CHECKING:
    from mingcha.pipeline.document import Locator
    from mingcha.pipeline.reading.assembly import Reading

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MM = 72 / 25.4
_PICTURE = '<ofd:ImageObject ID="9" Boundary="0 0 210 297" ResourceID="4"/>'


def text_at(text: str, x: float, y: float, *, size: float = 5, attributes: str = "") -> str:
    """Return a text object whose characters stand an em apart, its upper left corner at (x, y) millimeters."""
    width = size * len(text)
    steps = f'DeltaX="g {len(text) - 1} {size}"' if len(text) > 1 else ""
    return (
        f'<ofd:TextObject ID="7" Boundary="{x} {y} {width} {size}" Font="2" Size="{size}" {attributes}>'
        f'<ofd:TextCode X="0" Y="{0.88 * size}" {steps}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def _content(objects: str, *, templates: str = "", area: str = "") -> str:
    layer = f'<ofd:Content><ofd:Layer ID="5" Type="Body">{objects}</ofd:Layer></ofd:Content>'
    return f"<ofd:Page {_NS}>{templates}{area}{layer}</ofd:Page>"


def make_ofd(
    pages: list[str],
    *,
    common: str = "",
    document: str = "",
    parts: dict[str, str] | None = None,
    rooted: bool = False,
) -> bytes:
    """Return an OFD file whose pages have the given parts; *common* and *document* are further entries."""
    base = "/Doc_0/" if rooted else ""
    listed = "".join(
        f'<ofd:Page ID="{100 + index}" BaseLoc="{base}Pages/Page_{index}/Content.xml"/>' for index in range(len(pages))
    )
    box = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    body = (
        f"<ofd:Document {_NS}><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID>{box}{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{document}</ofd:Document>"
    )
    files = {
        "OFD.xml": _entry("Doc_0/Document.xml"),
        "Doc_0/Document.xml": body,
        **{f"Doc_0/Pages/Page_{index}/Content.xml": page for index, page in enumerate(pages)},
        **(parts or {}),
    }
    return _packed(files)


def _entry(*roots: str) -> str:
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody>"
        for root in roots
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {_NS} Version="1.0" DocType="OFD">{bodies}</ofd:OFD>'


def _packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return out.getvalue()


def _unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def _places(reading: Reading) -> list[tuple[str, Locator]]:
    return [(block.span.of(reading.text), block.locator) for block in reading.blocks]


def _box(locator: Locator) -> tuple[float, ...]:
    box = locator.box
    assert box is not None
    return box.left / _MM, box.top / _MM, box.right / _MM, box.bottom / _MM


def test_paragraphs_bear_page_number_and_box() -> None:
    pages = [_content(text_at("考核情况通报", 60, 30) + text_at("第二段", 30, 60)), _content(text_at("次页", 20, 20))]
    reading = read_ofd(make_ofd(pages))
    assert [(text, place.page, place.paragraph) for text, place in _places(reading)] == [
        ("考核情况通报", 1, 1),
        ("第二段", 1, 2),
        ("次页", 2, 1),
    ]
    assert _box(reading.blocks[0].locator) == pytest.approx((60, 30, 90, 35), abs=0.1)
    assert (reading.coverage, reading.notes, reading.traces) == (1.0, (), ())


_WORDS = st.lists(st.sampled_from(["标记{}号", "MARK{}", "甲<乙>&{}", "𠮷{}野"]), max_size=8)


@given(st.lists(_WORDS, min_size=1, max_size=4), st.booleans(), st.randoms(use_true_random=False))
def test_every_mark_comes_back_once_on_its_page_in_its_box(pages, rooted, random) -> None:
    drawn, expected = [], []
    for number, marks in enumerate(pages, start=1):
        places = [
            (mark.format(f"Q{number}Q{line}Q"), 20 + 7.5 * line, 20 + 15 * line) for line, mark in enumerate(marks)
        ]
        expected += [(mark, number, x, y) for mark, x, y in places]
        random.shuffle(places)
        drawn.append(_content("".join(text_at(*place) for place in places)))
    reading = read_ofd(make_ofd(drawn, rooted=rooted))
    assert reading.coverage == 1.0
    assert [text for text, _ in _places(reading)] == [mark for mark, *_ in expected]
    for (_, page, x, y), (_, place) in zip(expected, _places(reading), strict=True):
        left, top, right, bottom = _box(place)
        assert place.page == page
        assert left - 0.1 <= x + 1 <= right
        assert top - 0.1 <= y + 2.5 <= bottom


@pytest.mark.parametrize(
    ("objects", "text"),
    [
        (text_at("后半", 40, 30) + text_at("前半", 30, 30), "前半后半"),
        (text_at("姓名", 30, 30) + text_at("李四", 50, 30), "姓名 李四"),
        (text_at("高低", 30, 30) + text_at("相差", 40, 31.5), "高低相差"),
        (text_at("上行", 30, 30) + text_at("下行", 40, 36), "上行\n下行"),
        (text_at("2", 40, 29, size=2) + text_at("面积m", 25, 30) + text_at("以上", 42, 30), "面积m2以上"),
        (text_at("ab", 30, 30) + text_at("cd", 42, 30), "ab cd"),
        (text_at("ab", 30, 30) + text_at("cd", 40, 30), "abcd"),
        (text_at("粗体", 30, 30) + text_at("粗体", 30.2, 30.1), "粗体"),
        (text_at("两处", 30, 30) + text_at("两处", 30, 40), "两处\n两处"),
    ],
)
def test_scraps_at_one_height_make_a_line(objects: str, text: str) -> None:
    reading = read_ofd(make_ofd([_content(objects)]))
    assert (reading.text, reading.coverage) == (text, 1.0)


def test_columns_of_running_text_are_read_one_after_the_other() -> None:
    line = "本栏文字共有十二个字前后"
    left = "".join(text_at(f"{number}左{line}", 15, 60 + 8 * number) for number in range(8))
    right = "".join(text_at(f"{number}右{line}", 110, 60 + 8 * number) for number in range(8))
    title, foot = (
        text_at("横贯两栏的标题文字横贯两栏的标题", 65, 30),
        text_at("横贯两栏的落款文字横贯两栏的落款", 65, 150),
    )
    reading = read_ofd(make_ofd([_content(foot + left + right + title)]))
    assert [char for char in reading.text if char in "标左右落"] == [*"标标", *"左" * 8, *"右" * 8, *"落落"]


def test_rows_of_a_table_are_not_taken_for_columns() -> None:
    rows = "".join(text_at(f"事项{n}", 20, 40 + 8 * n) + text_at(f"结果{n}", 120, 40 + 8 * n) for n in range(9))
    reading = read_ofd(make_ofd([_content(rows)]))
    assert reading.text.split("\n") == [f"事项{n} 结果{n}" for n in range(9)]


def test_lines_that_fill_the_page_go_on_in_the_next() -> None:
    full = "今年以来全局上下克服困难努力推进各项重点工作并且"
    objects = text_at(full, 30, 40) + text_at("完成了目标。", 30, 50) + text_at("二、问题", 30, 60)
    reading = read_ofd(make_ofd([_content(objects)]))
    assert [text for text, _ in _places(reading)] == [f"{full}\n完成了目标。", "二、问题"]
    assert _box(reading.blocks[0].locator) == pytest.approx((30, 40, 150, 55), abs=0.1)


def test_several_strings_of_one_object_stand_where_they_are_drawn() -> None:
    codes = (
        '<ofd:TextCode X="0" Y="14.4" DeltaX="5">下行</ofd:TextCode>'
        '<ofd:TextCode X="0" Y="4.4" DeltaX="5">上行</ofd:TextCode>'
        '<ofd:TextCode X="10" DeltaX="5">同高</ofd:TextCode>'
    )
    objects = f'<ofd:TextObject ID="7" Boundary="30 30 60 20" Font="2" Size="5">{codes}</ofd:TextObject>'
    reading = read_ofd(make_ofd([_content(objects)]))
    assert reading.text == "上行同高\n下行"
    assert _box(reading.blocks[1].locator) == pytest.approx((30, 40, 40, 45), abs=0.1)


def test_the_matrix_of_a_text_moves_and_scales_its_box() -> None:
    objects = (
        '<ofd:TextObject ID="7" Boundary="0 0 210 297" Font="2" Size="1" CTM="5 0 0 5 60 100">'
        '<ofd:TextCode X="0" Y="0.88" DeltaX="g 2 1">放大了</ofd:TextCode></ofd:TextObject>'
    )
    reading = read_ofd(make_ofd([_content(objects)]))
    assert _box(reading.blocks[0].locator) == pytest.approx((60, 100, 75, 105), abs=0.1)


@pytest.mark.parametrize("attributes", ['CTM="a b"', 'CTM="1 0"', 'CTM=""'])
def test_a_broken_matrix_moves_nothing(attributes: str) -> None:
    reading = read_ofd(make_ofd([_content(text_at("照读", 30, 30, attributes=attributes))]))
    assert _box(reading.blocks[0].locator) == pytest.approx((30, 30, 40, 35), abs=0.1)


def test_a_template_is_read_once_on_each_page_that_uses_it() -> None:
    used = '<ofd:Template TemplateID="3" ZOrder="Background"/>'
    common = '<ofd:TemplatePage ID="3" ZOrder="Background" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    parts = {"Doc_0/Tpls/Tpl_0/Content.xml": _content(text_at("姓名", 30, 30))}
    pages = [_content(text_at("李四", 42, 30), templates=used), _content(text_at("无模板", 30, 50))]
    reading = read_ofd(make_ofd([*pages, _content("", templates=used)], common=common, parts=parts))
    assert [(text, place.page) for text, place in _places(reading)] == [("姓名李四", 1), ("无模板", 2), ("姓名", 3)]
    assert reading.coverage == 1.0


def test_a_reusable_part_is_read_where_it_is_used() -> None:
    unit = f'<ofd:CompositeGraphicUnit ID="8" Width="50" Height="20"><ofd:Content>{text_at("部件", 2, 3)}</ofd:Content>'
    resources = f"<ofd:Res {_NS}><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    use = '<ofd:CompositeObject ID="6" Boundary="100 50 50 20" ResourceID="8"/>'
    common = "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    reading = read_ofd(make_ofd([_content(use)], common=common, parts={"Doc_0/PublicRes.xml": resources}))
    assert (reading.text, reading.coverage) == ("部件", 1.0)
    assert _box(reading.blocks[0].locator) == pytest.approx((102, 53, 112, 58), abs=0.1)


def test_text_in_nested_blocks_is_read() -> None:
    objects = f'<ofd:PageBlock ID="1"><ofd:PageBlock ID="2">{text_at("里层", 30, 30)}</ofd:PageBlock></ofd:PageBlock>'
    assert read_ofd(make_ofd([_content(objects)])).text == "里层"


def _annotated(*annotations: str) -> Reading:
    index = f'<ofd:Annotations {_NS}><ofd:Page PageID="101"><ofd:FileLoc>Page_1/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
    parts = {
        "Doc_0/Annots/Annotations.xml": index,
        "Doc_0/Annots/Page_1/Annotation.xml": f"<ofd:PageAnnot {_NS}>{''.join(annotations)}</ofd:PageAnnot>",
    }
    document = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
    pages = [_content(text_at(f"正文{number}", 30, 30)) for number in (1, 2)]
    return read_ofd(make_ofd(pages, document=document, parts=parts))


def _annotation(kind: str, *, remark: str = "", shown: str = "") -> str:
    appearance = f'<ofd:Appearance Boundary="100 50 40 10">{text_at(shown, 1, 1)}</ofd:Appearance>' if shown else ""
    return (
        f'<ofd:Annot ID="50" Type="{kind}" Creator={quoteattr("王五")} LastModDate="2024-03-05">'
        f"<ofd:Remark>{escape(remark)}</ofd:Remark>{appearance}</ofd:Annot>"
    )


def test_annotations_are_comments_with_author_and_date() -> None:
    reading = _annotated(_annotation("Highlight", remark="数字与台账不符", shown="高亮"))
    (text, place) = _places(reading)[-1]
    assert (text, place.part, place.page) == ("数字与台账不符\n高亮", "comment", 2)
    assert _box(place) == pytest.approx((100, 50, 140, 60), abs=0.1)
    (trace,) = reading.traces
    assert (trace.author, trace.date, trace.text) == ("王五", "2024-03-05", text)
    assert trace.span.of(reading.text) == text
    assert reading.coverage == 1.0


@pytest.mark.parametrize(
    ("annotation", "text", "traces"),
    [
        (_annotation("Watermark", shown="内部资料"), ["内部资料"], 0),
        (_annotation("Stamp", remark="已阅", shown="已阅"), ["已阅"], 1),
        (_annotation("Link"), [], 0),
        (_annotation("Path", remark=" "), [], 0),
    ],
)
def test_only_annotations_with_text_are_read(annotation: str, text: list[str], traces: int) -> None:
    reading = _annotated(annotation)
    assert [words for words, place in _places(reading) if place.part == "comment"] == text
    assert (len(reading.traces), reading.coverage) == (traces, 1.0)


_SHAPES = (
    '<ofd:TextObject ID="7" Boundary="30 60 20 5" Font="2" Size="5">'
    '<ofd:CGTransform CodePosition="0" CodeCount="4" GlyphCount="4"><ofd:Glyphs>12 13 14 15</ofd:Glyphs></ofd:CGTransform>'
    '<ofd:TextCode X="0" Y="4.4" DeltaX="g 3 5">{}</ofd:TextCode></ofd:TextObject>'
)


@pytest.mark.parametrize("codes", ["", "\ue001\ue002\ue003\ue004"])
def test_glyphs_without_characters_lower_coverage_and_are_noted(codes: str) -> None:
    reading = read_ofd(make_ofd([_content(text_at("读得出的字共十二个字左右", 30, 30) + _SHAPES.format(codes))]))
    assert reading.text == "读得出的字共十二个字左右"
    assert reading.coverage == 12 / 16
    assert reading.notes == ("第1页有 4 个字只有字形、没有文字编码，没有读入，请对照原件",)


def test_glyphs_with_their_characters_are_read() -> None:
    reading = read_ofd(make_ofd([_content(_SHAPES.format("有码之字"))]))
    assert (reading.text, reading.coverage, reading.notes) == ("有码之字", 1.0, ())


def test_scanned_pages_are_named_and_lower_coverage() -> None:
    reading = read_ofd(make_ofd([_content(text_at("文字", 30, 30)), _content(_PICTURE), _content("")]))
    assert (reading.text, reading.coverage) == ("文字", 0.5)
    (note,) = reading.notes
    assert note.startswith("第2页没有可读的文字")
    assert "打印成 PDF" in note


def test_pictures_alone_are_no_text() -> None:
    with pytest.raises(RefusalError, match="打印成 PDF 后放入") as refusal:
        read_ofd(make_ofd([_content(_PICTURE)]))
    assert refusal.value.kind == "no_text"


def test_documents_of_one_file_are_read_one_after_the_other() -> None:
    files = _unpacked(make_ofd([_content(text_at("甲一", 30, 30)), _content(text_at("甲二", 30, 30))]))
    second = _unpacked(make_ofd([_content(text_at("乙一", 30, 30))]))
    files |= {name.replace("Doc_0", "Doc_1"): text for name, text in second.items() if name.startswith("Doc_0")}
    files["OFD.xml"] = _entry("Doc_0/Document.xml", "/Doc_1/Document.xml")
    reading = read_ofd(_packed(files))
    assert [(text, place.page) for text, place in _places(reading)] == [("甲一", 1), ("甲二", 2), ("乙一", 3)]


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda name: name.replace("/", "\\")])
def test_names_may_differ_in_case_and_slashes(change) -> None:
    files = _unpacked(make_ofd([_content(text_at("照读", 30, 30))]))
    assert read_ofd(_packed({change(name): text for name, text in files.items()})).text == "照读"


def test_locations_may_be_written_from_the_root() -> None:
    files = _unpacked(make_ofd([_content(text_at("照读", 30, 30))]))
    files["Doc_0/Document.xml"] = files["Doc_0/Document.xml"].replace('"Pages/', '"Doc_0/Pages/')
    assert read_ofd(_packed(files)).text == "照读"


@pytest.mark.parametrize("lost", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"])
def test_a_missing_part_makes_the_file_corrupt(lost: str) -> None:
    files = _unpacked(make_ofd([_content(text_at("文字", 30, 30))]))
    del files[lost]
    with pytest.raises(RefusalError, match="缺少") as refusal:
        read_ofd(_packed(files))
    assert refusal.value.kind == "corrupt"


@pytest.mark.parametrize("name", ["Encryptions.xml", "Doc_0/encryptions.xml"])
def test_encrypted_files_are_reported_as_such(name: str) -> None:
    files = _unpacked(make_ofd([_content(text_at("文字", 30, 30))])) | {name: "<a/>"}
    with pytest.raises(RefusalError) as refusal:
        read_ofd(_packed(files))
    assert refusal.value.kind == "encrypted"


def test_attachments_are_noted() -> None:
    listed = f'<ofd:Attachments {_NS}><ofd:Attachment ID="1" Name="附表.xlsx"><ofd:FileLoc>a.xlsx</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'
    reading = read_ofd(
        make_ofd(
            [_content(text_at("文字", 30, 30))],
            document="<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>",
            parts={"Doc_0/Attachs/Attachments.xml": listed},
        )
    )
    assert reading.notes == ("OFD 内嵌有 1 个附件（附表.xlsx），没有读入，请单独另存后放入",)


def test_entities_are_refused() -> None:
    page = '<!DOCTYPE a [<!ENTITY e "展开">]>' + _content(text_at("文字", 30, 30)).replace("文字", "&e;")
    with pytest.raises(RefusalError, match="实体定义"):
        read_ofd(make_ofd([page]))


def test_cut_off_files_end_in_an_error_the_caller_knows() -> None:
    data = make_ofd([_content(text_at("文字", 30, 30))])
    for size in range(0, len(data), max(1, len(data) // 25)):
        with pytest.raises((RefusalError, *DAMAGE)):
            read_ofd(data[:size])
