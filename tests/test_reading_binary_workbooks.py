"""Workbooks of older and other programs: written by LibreOffice or byte by byte, read through calamine."""

from __future__ import annotations

import io
import random
import shutil
import struct
import subprocess
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.binary_workbooks import read_binary_workbook
from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.reading.assembly import Reading

_SOFFICE = shutil.which("soffice")
_needs_office = pytest.mark.skipif(_SOFFICE is None, reason="LibreOffice is not installed")
_FORMATS = ("xls", "ods")
_SEEDS = range(4)


def _values_book(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        day, clock, long, share = (
            book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "hh:mm", "[h]:mm", "0.0%")
        )
        sheet.merge_range("C3:E4", "青岭县台账")
        sheet.write("C5", 45356, day)
        sheet.write("D5", 45356.5, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write("C6", 14.5 / 24, clock)
        sheet.write("D6", 26.5 / 24, long)
        sheet.write("C7", 12)
        sheet.write("D7", 0.125, share)
        sheet.write("E7", 1234567.5)
        sheet.write("C8", "第一行\n第二行")
        sheet.write("E8", "00012")
        book.add_worksheet("空表")
        hidden = book.add_worksheet("底稿")
        hidden.write("B2", "底数")
        hidden.hide()


def _telling_book(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("汇总")
        share = book.add_format({"num_format": "0.0%"})
        whole = book.add_format({"num_format": "0%"})
        sheet.write("B2", 0.985, share)
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
        sheet.write_row("B3", [0.03, 0.07], whole)
        sheet.write("B4", 7, book.add_format({"num_format": "0000"}))
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("C:C", None, None, {"hidden": True})
        sheet.write_comment("B2", "数据𠀀存疑", {"author": "王五"})
        sheet.write_comment("D9", "plain", {"author": "王五"})
        sheet.insert_textbox("E6", "说明一段")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=汇总!$B$2:$B$4"})
        chart.set_title({"name": "逐月办结"})
        chart.set_legend({"none": True})
        sheet.insert_chart("F9", chart)
        sheet.set_header("&L内部资料")
        sheet.set_footer("&C第&P页")


def _pictured_book(path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    picture = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    with xlsxwriter.Workbook(str(path)) as book:
        for title in ("甲表", "乙表"):
            sheet = book.add_worksheet(title)
            sheet.write("A1", "有图")
            sheet.insert_image("C3", "图.png", {"image_data": io.BytesIO(picture)})


def _marked_book(path: Path, seed: int) -> list[tuple[str, Locator]]:
    """Write a book with markers at random places, some merged, some in hidden rows and columns; return them."""
    random_ = random.Random(seed)
    markers: list[tuple[str, Locator]] = []
    with xlsxwriter.Workbook(str(path)) as book:
        for number in range(3):
            title = f"表{number}"
            sheet = book.add_worksheet(title)
            places = sorted({(random_.randrange(0, 60, 3), random_.randrange(0, 24, 3)) for _ in range(12)})
            for row, column in places:
                text = f"标{seed}之{len(markers)}记"
                markers.append((text, Locator("sheet", sheet=title, row=row + 1, column=column + 1)))
                if random_.random() < 0.3:
                    sheet.merge_range(row, column, row + random_.randrange(2), column + random_.randrange(1, 3), text)
                else:
                    sheet.write_string(row, column, text)
            sheet.set_row(places[0][0], None, None, {"hidden": True})
            sheet.set_column(places[-1][1], places[-1][1], None, None, {"hidden": True})
    return markers


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, list[tuple[str, Locator]]]]:
    """A folder with every book in both formats, and the markers of the marked ones; LibreOffice runs once a format."""
    folder = tmp_path_factory.mktemp("books")
    _values_book(folder / "values.xlsx")
    _telling_book(folder / "telling.xlsx")
    _pictured_book(folder / "pictured.xlsx")
    markers = {seed: _marked_book(folder / f"marked{seed}.xlsx", seed) for seed in _SEEDS}
    books = sorted(map(str, folder.glob("*.xlsx")))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    for format_ in _FORMATS:
        command = [_SOFFICE or "", profile, "--headless", "--convert-to", format_, "--outdir", str(folder), *books]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder, markers


def _found(reading: Reading) -> list[tuple[str, Locator]]:
    return [(block.span.of(reading.text), block.locator) for block in reading.blocks]


@_needs_office
@pytest.mark.parametrize(("format_", "share"), [("xls", "12.5%"), ("ods", "0.125")])
def test_values_dates_and_hidden_sheets_are_read_at_their_place(converted, format_: str, share: str) -> None:
    reading = read_binary_workbook((converted[0] / f"values.{format_}").read_bytes(), format=format_)
    places = {text: (place.sheet, place.row, place.column) for text, place in _found(reading)}
    assert places == {
        "青岭县台账": ("台账", 3, 3),
        "2024-03-05": ("台账", 5, 3),
        "2024-03-05 12:00:00": ("台账", 5, 4),
        "14:30": ("台账", 6, 3),
        "26:30": ("台账", 6, 4),
        "12": ("台账", 7, 3),
        share: ("台账", 7, 4),
        "1234567.5": ("台账", 7, 5),
        "第一行\n第二行": ("台账", 8, 3),
        "00012": ("台账", 8, 5),
        "底数": ("底稿", 2, 2),
    }
    assert reading.text.startswith("青岭县台账\n2024-03-05\t2024-03-05 12:00:00\n14:30\t")
    assert reading.notes[0] == "隐藏的工作表也已读入：底稿"
    assert {block.kind for block in reading.blocks} == {"cell"}


@_needs_office
def test_what_an_ods_file_holds_beside_values_is_said_to_be_left_out(converted) -> None:
    (note,) = read_binary_workbook((converted[0] / "telling.ods").read_bytes(), format="ods").notes
    assert note.startswith(
        "这种格式只读了各格的值；批注、文本框、图片、图表、页眉页脚、错误值和没有保存结果的公式没有读入"
    )
    assert "另存为 xlsx" in note


@_needs_office
def test_pictures_in_an_xls_file_are_noted(converted) -> None:
    reading = read_binary_workbook((converted[0] / "pictured.xls").read_bytes(), format="xls")
    assert reading.notes == ("2 张图片没有读入",)


@_needs_office
def test_comments_errors_shapes_and_margins_of_an_xls_file_are_read(converted) -> None:
    reading = read_binary_workbook((converted[0] / "telling.xls").read_bytes(), format="xls")
    sheet = "汇总"
    assert _found(reading) == [
        ("98.5%", Locator("sheet", sheet=sheet, row=2, column=2)),
        ("#DIV/0!", Locator("sheet", sheet=sheet, row=2, column=3)),
        ("3%", Locator("sheet", sheet=sheet, row=3, column=2)),
        ("7%", Locator("sheet", sheet=sheet, row=3, column=3)),
        ("0007", Locator("sheet", sheet=sheet, row=4, column=2)),
        ("数据𠀀存疑", Locator("comment", sheet=sheet, row=2, column=2)),
        ("plain", Locator("comment", sheet=sheet, row=9, column=4)),
        ("说明一段", Locator("textbox", sheet=sheet)),
        ("逐月办结", Locator("chart", sheet=sheet)),
        ("内部资料", Locator("header", sheet=sheet)),
        ("第页", Locator("footer", sheet=sheet)),
    ]
    assert [trace.text for trace in reading.traces] == ["数据𠀀存疑", "plain"]
    assert reading.notes == (
        "工作表“汇总”隐藏的行也已读入：3",
        "工作表“汇总”隐藏的列也已读入：C",
        "1 个单元格显示为错误值，按原样读入（“汇总”C2）",
    )


@_needs_office
@pytest.mark.parametrize("format_", _FORMATS)
@pytest.mark.parametrize("seed", _SEEDS)
def test_markers_come_back_once_at_their_place(converted, seed: int, format_: str) -> None:
    folder, markers = converted
    reading = read_binary_workbook((folder / f"marked{seed}.{format_}").read_bytes(), format=format_)
    assert _found(reading) == markers[seed]
    ends = [0, *(block.span.end for block in reading.blocks)]
    assert all(block.span.start - end in (0, 1) for end, block in zip(ends, reading.blocks, strict=False))
    assert (ends[-1], reading.coverage) == (len(reading.text), 1.0)


@_needs_office
def test_a_book_with_a_password_is_refused_as_such(converted) -> None:
    data = (converted[0] / "values.xls").read_bytes()
    # The record after the beginning of the stream, renamed to the one that says how the rest is encrypted.
    start = data.index(bytes.fromhex("0908100000060500"))
    locked = data[: start + 20] + b"\x2f\x00" + data[start + 22 :]
    with pytest.raises(RefusalError) as raised:
        read_binary_workbook(locked, format="xls")
    assert raised.value.kind == "encrypted"


@_needs_office
def test_an_encrypted_ods_is_refused_as_such(converted) -> None:
    data = (converted[0] / "values.ods").read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "META-INF/manifest.xml":
                entry = b'manifest:full-path="content.xml"'
                head, tail = content.split(entry, 1)
                mark, rest = tail.split(b"/>", 1)
                content = head + entry + mark + b"><manifest:encryption-data/></manifest:file-entry>" + rest
            new.writestr(name, content)
    with pytest.raises(RefusalError) as raised:
        read_binary_workbook(buffer.getvalue(), format="ods")
    assert raised.value.kind == "encrypted"


@_needs_office
def test_books_cut_short_are_refused_or_read_as_far_as_they_go(converted) -> None:
    # Some of these make calamine panic, which Python meets as an exception that is none of its own.
    data = (converted[0] / "values.xls").read_bytes()
    kinds = set()
    for size in range(512, len(data), 16):
        try:
            read_binary_workbook(data[:size], format="xls")
        except RefusalError as refusal:
            kinds.add(refusal.kind)
    assert kinds == {"corrupt"}


def test_what_is_no_workbook_is_corrupt() -> None:
    with pytest.raises(RefusalError) as raised:
        read_binary_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), format="xls")
    assert raised.value.kind == "corrupt"


def _record(kind: int, body: bytes) -> bytes:
    """Return a record of the binary format; kinds and sizes are written seven bits to a byte."""
    return _sevens(kind) + _sevens(len(body)) + body


def _sevens(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80, high]) if high else bytes([low])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def _xlsb(*, state: int = 0) -> bytes:
    """Return a binary workbook with a text in C3 and a number in D4, after [MS-XLSB]."""
    place = struct.pack("<II", 2, 0)  # column C, no style
    rows = [
        _record(0x0000, struct.pack("<I", 2) + bytes(13)),
        _record(0x0006, place + _wide("起点")),
        _record(0x0000, struct.pack("<I", 3) + bytes(13)),
        _record(0x0005, struct.pack("<II", 3, 0) + struct.pack("<d", 12.0)),
    ]
    sheet = b"".join(
        [
            _record(0x0081, b""),
            _record(0x0094, struct.pack("<IIII", 2, 3, 2, 3)),
            _record(0x0091, b""),
            *rows,
            _record(0x0092, b""),
            _record(0x0082, b""),
        ]
    )
    bundle = struct.pack("<II", state, 1) + _wide("rId1") + _wide("甲表")
    book = b"".join(
        [
            _record(0x0083, b""),
            _record(0x008F, b""),
            _record(0x009C, bundle),
            _record(0x0090, b""),
            _record(0x0084, b""),
        ]
    )
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kinds}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/_rels/workbook.bin.rels", links)
        package.writestr("xl/worksheets/sheet1.bin", sheet)
    return buffer.getvalue()


def test_a_binary_workbook_of_excel_is_read_at_its_places() -> None:
    reading = read_binary_workbook(_xlsb(state=2), format="xlsb")
    assert _found(reading) == [
        ("起点", Locator("sheet", sheet="甲表", row=3, column=3)),
        ("12", Locator("sheet", sheet="甲表", row=4, column=4)),
    ]
    assert reading.notes[0] == "隐藏的工作表也已读入：甲表（深度隐藏）"
    assert "图片" in reading.notes[1]
    assert "公式" not in reading.notes[1]  # this format saves the result of every formula
