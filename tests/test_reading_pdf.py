"""PDF files written by hand: text layers, pictures, passwords, damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.document import Document, Failure, Locator
from mingcha.pipeline.reading.files import read

if TYPE_CHECKING:
    from pathlib import Path

_PICTURE = "q 400 0 0 600 50 100 cm /Im Do Q"
_FONTS = (
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


def make_pdf(pages: list[str], *, encrypted: bool = False) -> bytes:
    """Return a PDF whose pages have the given content streams."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    image = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"{image}\nstream\nA\nendstream",
    ]
    for index, content in enumerate(pages):
        resources = f"<< /Font << {_FONTS} >> /XObject << /Im 3 0 R >> >>"
        place = f"/Parent 2 0 R /MediaBox [0 0 600 800] /Contents {5 + 2 * index} 0 R"
        objects += [
            f"<< /Type /Page {place} /Resources {resources} >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    lock = ""
    if encrypted:
        lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'11' * 32}> /U <{'22' * 32}> /P -4 >> /ID [<01> <01>]"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    tail = f"trailer\n<< /Size {size} /Root 1 0 R {lock} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + head.encode() + tail.encode()


def _read(folder: Path, data: bytes, name: str = "甲.pdf") -> Document | Failure:
    path = folder / name
    path.write_bytes(data)
    (item,) = read(path, name)
    return item


def test_paragraphs_bear_page_and_number(tmp_path: Path) -> None:
    pages = [_show(["MARK ONE", "MARK TWO."]), _show(["全县考核情况通报", "MARK THREE"])]
    document = _read(tmp_path, make_pdf(pages))
    assert isinstance(document, Document)
    places = {block.span.of(document.text): block.locator for block in document.blocks}
    assert places["MARK TWO."] == Locator(page=1, paragraph=2)
    assert places["全县考核情况通报"] == Locator(page=2, paragraph=1)
    assert [document.text.count(mark) for mark in ("MARK ONE", "MARK TWO", "MARK THREE")] == [1, 1, 1]
    assert (document.format, document.coverage, document.notes) == ("pdf", 1.0, ())


def test_a_line_that_fills_the_page_goes_on_in_the_next(tmp_path: Path) -> None:
    lines = ["一、总体情况", "今年以来全局上下克服困难努力推进各项重点工作并且", "完成了年初定下的目标。", "二、问题"]
    document = _read(tmp_path, make_pdf([_show(lines)]))
    assert isinstance(document, Document)
    assert [block.span.of(document.text) for block in document.blocks] == [lines[0], "\n".join(lines[1:3]), lines[3]]


def test_a_page_without_text_lowers_coverage_and_is_named(tmp_path: Path) -> None:
    document = _read(tmp_path, make_pdf([_show(["TEXT"]), _PICTURE, _show(["MORE"]), ""]))
    assert isinstance(document, Document)
    assert document.coverage == 2 / 3
    assert document.notes == ("第2页没有可读的文字层（多为扫描图像），没有读入；请先用 OCR（文字识别）软件处理",)


def test_pictures_alone_are_no_text(tmp_path: Path) -> None:
    failure = _read(tmp_path, make_pdf([_PICTURE, _PICTURE]))
    assert isinstance(failure, Failure)
    assert failure.kind == "no_text"
    assert failure.message.startswith("“甲.pdf”：文件里只有图像")
    assert "OCR" in failure.message


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
