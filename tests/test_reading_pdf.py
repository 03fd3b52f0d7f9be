"""PDF files written by hand: text layers, pictures, passwords, damage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Document, Failure, Locator
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.pdf import read_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.reading.assembly import Reading

_PICTURE = "q 400 0 0 600 50 100 cm /Im Do Q"
_NO_TEXT = (
    "没有可读的文字层（多为扫描图像），没有读入；"
    "请安装 OCR 组件（make install-ocr）后重新运行，或先用其他软件转成可检索的 PDF"
)
# The font /I is of glyph numbers only; nothing in the file says which characters they stand for.
_FONTS = (
    "/I << /Type /Font /Subtype /Type0 /BaseFont /Foo /Encoding /Identity-H /DescendantFonts [ << /Type /Font "
    "/Subtype /CIDFontType2 /BaseFont /Foo /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
    "/FontDescriptor << /Type /FontDescriptor /FontName /Foo /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 "
    "/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >> ] >> "
    "/F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> "
    "/C << /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [ << "
    "/Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
    "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor "
    "/FontName /STSong-Light /Flags 6 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 "
    "/CapHeight 700 /StemV 80 >> >> ] >>"
)


def _show(lines: list[str]) -> str:
    """Write lines from the top of the page down, Chinese or Latin."""
    shown = []
    for number, line in enumerate(lines):
        code, font = (f"({line})", "F") if line.isascii() else (f"<{line.encode('utf-16-be').hex()}>", "C")
        shown.append(f"BT /{font} 12 Tf 50 {750 - 24 * number} Td {code} Tj ET")
    return "\n".join(shown)


def make_pdf(
    pages: list[str], *, encrypted: bool = False, page: str = "", catalog: str = "", objects: tuple[str, ...] = ()
) -> bytes:
    """Return a PDF whose pages have the given content streams.

    *page* and *catalog* are further entries for every page and for the catalog, *objects* further objects; the first
    of those has the number ``4 + 2 * len(pages)``.
    """
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    image = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"{image}\nstream\nA\nendstream",
    ]
    for index, content in enumerate(pages):
        resources = f"<< /Font << {_FONTS} >> /XObject << /Im 3 0 R >> >>"
        place = f"/Parent 2 0 R /MediaBox [0 0 600 800] /Contents {5 + 2 * index} 0 R {page}"
        bodies += [
            f"<< /Type /Page {place} /Resources {resources} >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate([*bodies, *objects], start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    lock = ""
    if encrypted:
        lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'11' * 32}> /U <{'22' * 32}> /P -4 >> /ID [<01> <01>]"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(offsets) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    tail = f"trailer\n<< /Size {size} /Root 1 0 R {lock} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + head.encode() + tail.encode()


def show_at(text: str, x: float, y: float, *, matrix: str = "1 0 0 1") -> str:
    """Return the drawing of a text that begins at a point of the page's plane, in 12 points."""
    code, font = (f"({text})", "F") if text.isascii() else (f"<{text.encode('utf-16-be').hex()}>", "C")
    return f"BT /{font} 12 Tf {matrix} {x} {y} Tm {code} Tj ET"


def _string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


def _read(folder: Path, data: bytes, name: str = "甲.pdf") -> Document | Failure:
    path = folder / name
    path.write_bytes(data)
    (item,) = read(path, name)
    return item


def _unboxed(locator: Locator) -> Locator:
    return replace(locator, box=None)


def _holds(locator: Locator, x: float, y: float) -> bool:
    """Tell whether a point, from the upper left corner of the page, is in the box."""
    box = locator.box
    return box is not None and box.left <= x <= box.right and box.top <= y <= box.bottom


def _places(reading: Reading) -> list[tuple[str, Locator]]:
    return [(block.span.of(reading.text), block.locator) for block in reading.blocks]


def test_paragraphs_bear_page_number_and_box(tmp_path: Path) -> None:
    pages = [_show(["MARK ONE", "MARK TWO."]), _show(["全县考核情况通报", "MARK THREE"])]
    document = _read(tmp_path, make_pdf(pages))
    assert isinstance(document, Document)
    places = {block.span.of(document.text): block.locator for block in document.blocks}
    assert _unboxed(places["MARK TWO."]) == Locator(page=1, paragraph=2)
    assert _unboxed(places["全县考核情况通报"]) == Locator(page=2, paragraph=1)
    assert _holds(places["MARK TWO."], 52, 800 - 750 + 24 - 1)
    assert _holds(places["全县考核情况通报"], 52, 800 - 750 - 4)
    assert [document.text.count(mark) for mark in ("MARK ONE", "MARK TWO", "MARK THREE")] == [1, 1, 1]
    assert (document.format, document.coverage, document.notes) == ("pdf", 1.0, ())


def test_a_line_that_fills_the_page_goes_on_in_the_next(tmp_path: Path) -> None:
    lines = ["一、总体情况", "今年以来全局上下克服困难努力推进各项重点工作并且", "完成了年初定下的目标。", "二、问题"]
    document = _read(tmp_path, make_pdf([_show(lines)]))
    assert isinstance(document, Document)
    assert [block.span.of(document.text) for block in document.blocks] == [lines[0], "\n".join(lines[1:3]), lines[3]]


def test_a_page_without_text_lowers_coverage_and_is_named() -> None:
    reading = read_pdf(make_pdf([_show(["TEXT"]), _PICTURE, _show(["MORE"]), ""]), ocr=False)
    assert reading.coverage == 2 / 3
    assert reading.notes == (f"第2页{_NO_TEXT}",)


def test_pictures_alone_are_no_text() -> None:
    with pytest.raises(RefusalError, match=r"文件里只有图像.*。请安装 OCR.*make install-ocr") as refusal:
        read_pdf(make_pdf([_PICTURE, _PICTURE]), ocr=False)
    assert refusal.value.kind == "no_text"


def test_blank_pages_are_empty(tmp_path: Path) -> None:
    failure = _read(tmp_path, make_pdf([""]))
    assert isinstance(failure, Failure)
    assert failure.kind == "empty"


def test_a_password_is_reported_as_such(tmp_path: Path) -> None:
    failure = _read(tmp_path, make_pdf([_show(["TEXT"])], encrypted=True))
    assert isinstance(failure, Failure)
    assert (failure.kind, "取消密码" in failure.message) == ("encrypted", True)


def test_a_cut_off_file_is_corrupt_or_says_that_pages_may_be_missing(tmp_path: Path) -> None:
    data = make_pdf([_show([f"PAGE {number}"]) for number in range(5)])
    for size in range(10, len(data) - 20, len(data) // 20):
        item = _read(tmp_path, data[:size])
        if isinstance(item, Document):
            assert "文件末尾不完整，可能缺页，请与原件核对" in item.notes
        else:
            assert item.kind in {"corrupt", "empty", "no_text"}


_MARKS = st.lists(
    st.lists(st.sampled_from(["MARK{}", "标记{}号", "𠮷野{}", "甲乙{} and more"]), max_size=12), min_size=1, max_size=4
)


@given(_MARKS)
def test_every_mark_comes_back_once_on_its_page_in_its_box(pages: list[list[str]]) -> None:
    numbered = [
        [mark.format(f"Q{page}Q{line}Q") for line, mark in enumerate(marks)] for page, marks in enumerate(pages)
    ]
    reading = read_pdf(make_pdf([_show(marks) for marks in numbered]))
    assert reading.coverage == 1.0
    for number, marks in enumerate(numbered, start=1):
        for line, mark in enumerate(marks):
            (locator,) = [place for text, place in _places(reading) if mark in text]
            assert locator.page == number
            # STSong is not embedded, so the height of Chinese characters differs with the fonts of the machine.
            assert _holds(locator, 53, 800 - 750 + 24 * line - 3)
            assert reading.text.count(mark) == 1


@pytest.mark.parametrize("ahead", ["𠮷", "𠮷𠮷野", "a𝟙b", "plain"])
def test_boxes_stay_right_after_characters_beyond_the_first_plane(ahead: str) -> None:
    content = "\n".join((show_at(ahead, 50, 700), show_at("MARK", 200, 600), show_at("甲" + ahead + "乙", 300, 500)))
    places = dict(_places(read_pdf(make_pdf([content]))))
    assert _holds(places["MARK"], 205, 196)
    assert (places["MARK"].box.left, places["MARK"].box.right) == pytest.approx((200.9, 234.6), abs=1)
    assert places[f"甲{ahead}乙"].box.left >= 295


def test_boxes_stay_right_after_codes_that_are_no_characters() -> None:
    content = "\n".join((show_at("ab\x01\x02\x03cd", 50, 700), show_at("MARK", 200, 600)))
    places = dict(_places(read_pdf(make_pdf([content]))))
    assert _holds(places["MARK"], 205, 196)
    assert (places["MARK"].box.left, places["MARK"].box.right) == pytest.approx((200.9, 234.6), abs=1)


def test_a_hyphen_at_the_end_of_a_line_stays_with_its_break() -> None:
    reading = read_pdf(make_pdf([_show(["inter-", "national", "next"])]))
    assert [(text, place.box.top) for text, place in _places(reading)] == [
        ("inter-", pytest.approx(41, abs=3)),
        ("national", pytest.approx(65, abs=3)),
        ("next", pytest.approx(89, abs=3)),
    ]


@pytest.mark.parametrize(
    ("entries", "point"),
    [
        ("", (104, 196)),
        ("/Rotate 90", (604, 104)),
        ("/Rotate 180", (496, 604)),
        ("/Rotate 270", (196, 496)),
        ("/CropBox [50 200 550 700]", (54, 96)),
        ("/CropBox [50 200 550 700] /Rotate 90", (404, 54)),
        ("/CropBox [50 200 550 700] /Rotate 180", (446, 404)),
        ("/CropBox [50 200 550 700] /Rotate 270", (96, 446)),
        ("/CropBox [-100 -100 900 900]", (104, 196)),
    ],
)
def test_boxes_are_those_of_the_page_as_displayed(entries: str, point: tuple[float, float]) -> None:
    reading = read_pdf(make_pdf([show_at("MARK WORDS", 100, 600)], page=entries))
    ((text, place),) = _places(reading)
    assert text == "MARK WORDS"
    assert _holds(place, *point)
    sides = sorted((place.box.right - place.box.left, place.box.bottom - place.box.top))
    assert sides[0] < 15 < 60 < sides[1] < 100


@pytest.mark.parametrize("matrix", ["1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0"])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pages_that_lie_any_way_are_read_from_their_first_line(matrix: str, rotation: int) -> None:
    a, b, c, d = map(int, matrix.split())
    lines = ["First line", "Second line", "Third line"]
    # Character by character, as browsers write.
    content = "\n".join(
        show_at(char, 300 + 8 * a * column + c * -20 * row, 400 + 8 * b * column + d * -20 * row, matrix=matrix)
        for row, line in enumerate(lines)
        for column, char in enumerate(line)
        if char != " "
    )
    reading = read_pdf(make_pdf([content], page=f"/Rotate {rotation}"))
    assert "".join(reading.text.split()) == "".join("".join(lines).split())


_BODY = [show_at(f"Body {number}", 50, 700 - 20 * number) for number in range(8)]
_HEADER, _FOOTER = show_at("HEADER", 250, 760), show_at("- 3 -", 280, 40)


@pytest.mark.parametrize(
    "content",
    [
        [_HEADER, *_BODY, _FOOTER],
        [*_BODY, _FOOTER, _HEADER],
        [*_BODY, _HEADER, _FOOTER],
        [_HEADER, _FOOTER, *_BODY],
        [_FOOTER, *_BODY, _HEADER],
    ],
)
def test_headers_and_footers_drawn_out_of_order_are_read_in_place(content: list[str]) -> None:
    body = [f"Body {number}" for number in range(8)]
    assert read_pdf(make_pdf(["\n".join(content)])).text.split("\n") == ["HEADER", *body, "- 3 -"]


@pytest.mark.parametrize("shift", [0, 4, 10])
def test_two_columns_are_left_as_they_are_drawn(shift: int) -> None:
    left = [show_at(f"Left {number}", 50, 700 - 20 * number) for number in range(8)]
    right = [show_at(f"East {number}", 320, 700 - shift - 20 * number) for number in range(8)]
    reading = read_pdf(make_pdf(["\n".join([*left, *right])]))
    assert reading.text.split("\n") == [f"{side} {number}" for side in ("Left", "East") for number in range(8)]


def test_a_note_beside_the_text_is_not_put_between_its_lines() -> None:
    reading = read_pdf(make_pdf(["\n".join([*_BODY, show_at("ASIDE", 400, 638)])]))
    assert reading.text.split("\n") == [*(f"Body {number}" for number in range(8)), "ASIDE"]


def test_a_page_number_far_below_does_not_go_on_with_an_unfinished_line() -> None:
    full = "今年以来全局上下克服困难努力推进各项重点工作并且"
    reading = read_pdf(make_pdf(["\n".join([show_at(full, 50, 100), show_at("— 3 —", 280, 40)])]))
    assert [text for text, _ in _places(reading)] == [full, "— 3 —"]


def test_a_page_of_glyphs_without_characters_is_named_and_not_read_as_codes() -> None:
    glyphs = "BT /I 12 Tf 50 750 Td <00410042004300440045> Tj ET"
    reading = read_pdf(make_pdf([_show(["TEXT"]), glyphs]), ocr=False)
    assert (reading.text, reading.coverage, reading.notes) == ("TEXT", 0.5, (f"第2页{_NO_TEXT}",))


def test_some_glyphs_without_characters_lower_coverage_and_are_noted() -> None:
    reading = read_pdf(make_pdf(["BT /I 12 Tf 50 750 Td <00410042> Tj ET\n" + _show(["", "", "TEXT MORE"])]))
    assert reading.coverage == 8 / 10
    assert reading.notes == ("第1页有 2 个字的字体没有文字编码，读出的可能不对，请对照原件",)


def test_a_picture_over_the_whole_page_with_a_stamp_of_text_is_not_taken_for_read() -> None:
    pages = ["q 600 0 0 800 0 0 cm /Im Do Q\n" + show_at("Scanned by X", 400, 20), "\n".join([_PICTURE, *_BODY])]
    reading = read_pdf(make_pdf(pages), ocr=False)
    assert reading.text.startswith("Scanned by X\n")
    assert reading.coverage == 0.5
    unread, pictured = reading.notes
    assert unread.startswith("第1页几乎整页是图像，只读入了少量文字")
    assert pictured == "第2页有图片，图片里如有文字，没有读入，请对照原件"


@pytest.mark.parametrize(
    ("drawn", "noted"),
    [
        ("q 400 0 0 300 50 100 cm /Im Do Q", True),  # a scanned enclosure below some text
        ("q 40 0 0 30 50 100 cm /Im Do Q", False),  # a logo
        ("", False),
        ("3 Tr\nq 600 0 0 800 0 0 cm /Im Do Q", False),  # the invisible text that a scanner lays over its picture
    ],
)
def test_pictures_beside_the_text_of_a_page_are_never_passed_over_in_silence(drawn: str, noted: bool) -> None:
    reading = read_pdf(make_pdf(["\n".join([drawn, _show(["TEXT OF MORE THAN THIRTY CHARACTERS, AS ON MOST PAGES"])])]))
    assert (reading.text.startswith("TEXT OF"), reading.coverage) == (True, 1.0)
    assert any("图片里如有文字" in note for note in reading.notes) is noted


_COMMENT = (
    f"<< /Type /Annot /Subtype /Text /Rect [100 700 120 720] /Contents {_string('此处数字与台账不符')} "
    f"/T {_string('王五')} /M (D:20240305101112+08'00') >>"
)


def test_comments_are_read_with_place_author_and_date() -> None:
    reading = read_pdf(make_pdf([_show(["TEXT"])], page="/Annots [6 0 R]", objects=(_COMMENT,)))
    (_, (text, place)) = _places(reading)
    assert (text, place.part, place.page) == ("此处数字与台账不符", "comment", 1)
    assert (place.box.left, place.box.top, place.box.right, place.box.bottom) == (100, 80, 120, 100)
    (trace,) = reading.traces
    assert (trace.kind, trace.author, trace.date) == ("comment", "王五", "D:20240305101112+08'00'")
    assert trace.text == trace.span.of(reading.text) == "此处数字与台账不符"
    assert reading.coverage == 1.0


@pytest.mark.parametrize(
    ("subtype", "part"),
    [("FreeText", "textbox"), ("Highlight", "comment"), ("Stamp", "comment"), ("Popup", None), ("Link", None)],
)
def test_only_annotations_with_words_of_their_own_are_read(subtype: str, part: str | None) -> None:
    annotation = f"<< /Type /Annot /Subtype /{subtype} /Rect [1 1 50 50] /Contents (WORDS) >>"
    reading = read_pdf(make_pdf([_show(["TEXT"])], page="/Annots [6 0 R]", objects=(annotation,)))
    assert [place.part for text, place in _places(reading) if text == "WORDS"] == ([part] if part else [])
    assert len(reading.traces) == (part is not None)


def _form(*widgets: str, content: str = "") -> Reading:
    numbers = " ".join(f"{6 + index} 0 R" for index in range(len(widgets)))
    objects = tuple(f"<< /Type /Annot /Subtype /Widget {widget} >>" for widget in widgets)
    fields = f"/AcroForm << /Fields [{numbers}] /DA (/F 12 Tf) >>"
    return read_pdf(make_pdf([content], page=f"/Annots [{numbers}]", catalog=fields, objects=objects))


def test_the_values_of_form_fields_are_read_under_their_names() -> None:
    reading = _form(
        f"/FT /Tx /T {_string('姓名')} /V {_string('李四')} /Rect [100 700 200 720]",
        "/FT /Tx /T (empty) /Rect [100 650 200 670]",
        "/FT /Btn /Ff 65536 /T (push) /V (PUSHED) /Rect [100 600 200 620]",
        "/FT /Btn /T (ticked) /V /Yes /AS /Yes /AP << /N << /Yes 5 0 R /Off 5 0 R >> >> /Rect [100 550 120 570]",
        "/FT /Btn /T (free) /V /Off /AS /Off /AP << /N << /Yes 5 0 R /Off 5 0 R >> >> /Rect [100 500 120 520]",
        f"/FT /Ch /Ff 131072 /T (level) /Opt [[(a) {_string('优秀')}] [(b) {_string('称职')}]] /V (b) /Rect [9 9 99 29]",
    )
    assert [(text, place.item) for text, place in _places(reading)] == [
        ("李四", "姓名"),
        ("Yes", "ticked"),
        ("称职", "level"),
    ]
    first = reading.blocks[0].locator
    assert (first.part, first.page, first.label) == ("form", 1, "表单“姓名”第1页")
    assert (first.box.left, first.box.top) == (100, 80)
    assert reading.traces == ()


def test_a_value_that_the_page_shows_in_the_field_is_read_once() -> None:
    widgets = (
        "/FT /Tx /T (name) /V (VALUE) /Rect [95 690 250 720]",
        "/FT /Tx /T (other) /V (VALUE) /Rect [95 90 250 120]",
    )
    reading = _form(*widgets, content=show_at("VALUE", 100, 700))
    assert [(text, place.part, place.item) for text, place in _places(reading)] == [
        ("VALUE", "body", None),
        ("VALUE", "form", "other"),
    ]


def test_a_field_shown_twice_is_read_once() -> None:
    kids = "/Parent 8 0 R /Rect [95 690 250 720]", "/Parent 8 0 R /Rect [95 90 250 120]"
    objects = (
        *(f"<< /Type /Annot /Subtype /Widget {kid} >>" for kid in kids),
        "<< /FT /Tx /T (name) /V (VALUE) /Kids [6 0 R 7 0 R] >>",
    )
    fields = "/AcroForm << /Fields [8 0 R] /DA (/F 12 Tf) >>"
    reading = read_pdf(make_pdf([""], page="/Annots [6 0 R 7 0 R]", catalog=fields, objects=objects))
    assert [(text, place.item) for text, place in _places(reading)] == [("VALUE", "name")]


def test_dynamic_forms_are_noted() -> None:
    catalog = "/NeedsRendering true /AcroForm << /Fields [] /XFA [(template) 3 0 R] >>"
    (note,) = read_pdf(make_pdf([_show(["TEXT"])], catalog=catalog)).notes
    assert note.startswith("PDF 是动态表单（XFA），表单内容没有读入")


def test_attached_files_and_scripts_are_noted_and_not_run() -> None:
    objects = (
        f"<< /Type /Filespec /F (a.docx) /UF {_string('附表.docx')} /EF << /F 7 0 R >> >>",
        "<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream",
        "<< /Type /Annot /Subtype /FileAttachment /Rect [1 1 9 9] /FS 9 0 R >>",
        "<< /Type /Filespec /F (b.xlsx) /UF (b.xlsx) /EF << /F 7 0 R >> >>",
    )
    names = (
        "/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >> /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    )
    reading = read_pdf(make_pdf([_show(["TEXT"])], page="/Annots [8 0 R]", catalog=names, objects=objects))
    assert reading.text == "TEXT"
    assert reading.notes == (
        "PDF 内嵌有 2 个附件（附表.docx、b.xlsx），没有读入，请单独另存后放入",
        "PDF 里有脚本或启动外部程序的动作，没有执行",
    )


def test_more_pages_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingcha.pipeline.reading.pdf._MOST_PAGES", 2)
    assert read_pdf(make_pdf([_show(["TEXT"])] * 2)).coverage == 1.0
    with pytest.raises(RefusalError, match="PDF 有 3 页，超过上限 2 页") as refusal:
        read_pdf(make_pdf([_show(["TEXT"])] * 3))
    assert refusal.value.kind == "too_large"


def test_names_that_are_no_text_end_no_run(tmp_path: Path) -> None:
    odd = "<FEFFD80000410000>"  # half a character, a letter and a NUL
    note = f"<< /Type /Annot /Subtype /Text /Rect [1 1 9 9] /Contents (note) /T {odd} /M {odd} >>"
    pinned = f"<< /Type /Annot /Subtype /FileAttachment /Rect [1 1 9 9] /FS << /Type /Filespec /F (a) /UF {odd} >> >>"
    field = f"<< /Type /Annot /Subtype /Widget /FT /Tx /T {odd} /V (VALUE) /Rect [9 600 99 620] >>"
    data = make_pdf(
        [_show(["TEXT"])],
        page="/Annots [6 0 R 7 0 R 8 0 R]",
        catalog="/AcroForm << /Fields [8 0 R] >>",
        objects=(note, pinned, field),
    )
    item = _read(tmp_path, data)
    assert isinstance(item, Document)
    assert {block.locator.item for block in item.blocks} == {None, "\ufffdA"}
    (trace,) = item.traces
    assert (trace.author, trace.date) == ("\ufffdA", "\ufffdA")
    assert "\0" not in str(item).encode("utf-8").decode()
