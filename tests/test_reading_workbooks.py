"""Excel workbooks made on the spot: values as shown, places, hidden sheets, formulas."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from mingcha.pipeline.document import Document, Failure, Locator, Span
from mingcha.pipeline.reading.failures import DAMAGE, RefusalError
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.workbooks import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.reading.assembly import Reading


def _saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _changed(data: bytes, changes: dict[str, tuple[bytes, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(*changes.get(name, (b"\0", b""))))
    return buffer.getvalue()


def _read(folder: Path, data: bytes, name: str = "表.xlsx") -> Document | Failure:
    path = folder / name
    path.write_bytes(data)
    (item,) = read(path, name)
    return item


def _document(folder: Path, data: bytes) -> Document:
    item = _read(folder, data)
    assert isinstance(item, Document), item
    return item


def test_cells_bear_sheet_row_and_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "工单"
    first.append(["姓名", "分数"])
    first.append([])
    first.append(["张三", None, 90])
    second = book.create_sheet("底稿")
    second.sheet_state = "hidden"
    second["B2"] = "HIDDEN"
    document = _document(tmp_path, _saved(book))
    assert document.text == "姓名\t分数\n张三\t90\nHIDDEN"
    places = [(block.locator.sheet, block.locator.row, block.locator.column) for block in document.blocks]
    assert places == [("工单", 1, 1), ("工单", 1, 2), ("工单", 3, 1), ("工单", 3, 3), ("底稿", 2, 2)]
    assert {(block.kind, block.locator.part) for block in document.blocks} == {("cell", "sheet")}
    assert document.notes == ("隐藏的工作表也已读入：底稿",)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.125, "0.0%", "12.5%"),
        (0.125, "0%", "13%"),
        (0.285, "0%", "29%"),
        (1, "0.00%", "100.00%"),
        (12.5, '0.0"%"', "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (12.0, "General", "12"),
        (1234567.5, "#,##0.00", "1234567.5"),
        (True, "General", "TRUE"),
        (dt.datetime.fromisoformat("2024-03-05"), "yyyy-mm-dd", "2024-03-05"),
        (dt.datetime.fromisoformat("2024-03-05 14:30"), "yyyy-mm-dd hh:mm", "2024-03-05 14:30:00"),
        (45356, 'yyyy"年"m"月"d"日"', "2024-03-05"),
        (45356, '[DBNum1][$-804]yyyy"年"m"月"', "2024-03-05"),
        (dt.time(14, 30), "h:mm", "14:30"),
        (dt.time(9, 5, 7), "h:mm:ss", "09:05:07"),
        (dt.timedelta(hours=26, minutes=30), "[h]:mm", "26:30"),
        (0.1, "[h]:mm:ss", "02:24"),
        (-1, "yyyy-mm-dd", "-1"),
        (7, "0000", "0007"),
        (7.5, "0000", "7.5"),
        ("00012", "@", "00012"),
        ("#DIV/0!", "General", "#DIV/0!"),
        ("甲\r\n乙", "General", "甲\n乙"),
        ("张三\n李四", "General", "张三\n李四"),
    ],
)
def test_values_read_as_they_are_shown(tmp_path: Path, value: object, number_format: str, shown: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = value  # type: ignore[assignment]
    book.active["A1"].number_format = number_format
    assert _document(tmp_path, _saved(book)).text == shown


def test_saved_results_of_formulas_are_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("汇总")
        sheet.write_formula("A1", "=1+1", value=2)
        sheet.write_formula("A2", '=IF(1=2,"甲","")', value="")
        sheet.write("A3", "合计")
    # Excel marks an empty result as text; xlsxwriter does not.
    empty_result = {"xl/worksheets/sheet1.xml": (b'<c r="A2"', b'<c r="A2" t="str"')}
    document = _document(tmp_path, _changed(buffer.getvalue(), empty_result))
    assert (document.text, document.notes, document.coverage) == ("2\n合计", (), 1.0)


def test_formulas_without_result_are_noted_with_their_place(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "汇总"
    book.active["A1"] = "合计"
    book.active["C5"] = "=SUM(A2:A4)"
    document = _document(tmp_path, _saved(book))
    assert (document.text, document.coverage) == ("合计", 0.5)
    assert document.notes == ("1 个公式没有保存计算结果，没有读入（“汇总”C5）；请用 Excel 打开并保存一次",)


def test_comments_are_read_at_their_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "表"
    book.active["B3"] = "数据"
    book.active["B3"].comment = Comment("数据存疑", "王五")
    document = _document(tmp_path, _saved(book))
    assert document.text == "数据\n数据存疑"
    assert document.blocks[1].locator == Locator("comment", sheet="表", row=3, column=2)


def test_a_blank_workbook_is_empty(tmp_path: Path) -> None:
    item = _read(tmp_path, _saved(openpyxl.Workbook()))
    assert isinstance(item, Failure)
    assert item.kind == "empty"


def test_escaped_characters_that_no_file_can_hold_are_replaced(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write("A1", "甲_xD800_乙")
    _document(tmp_path, buffer.getvalue()).text.encode()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _added(data: bytes, members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _sheet(rows: str, before: str = "", after: str = "") -> bytes:
    """Return a book of one sheet 表 with this XML around its rows, and no more beside it than Excel asks for."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    sheets = '<sheets><sheet name="表" sheetId="1" r:id="a"/></sheets>'
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": _links("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": _links("worksheet", "/xl/worksheets/a.xml"),
        "xl/worksheets/a.xml": f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
    }
    return _added(b"", members)


def _links(kind: str, target: str) -> str:
    link = f'<Relationship Id="a" Type="{_KINDS}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_RELATIONS}">{link}</Relationships>'


def _places(reading: Reading) -> dict[str, tuple[str, int | None, int | None]]:
    return {
        block.span.of(reading.text): (block.locator.part, block.locator.row, block.locator.column)
        for block in reading.blocks
    }


def test_number_formats_that_chinese_excel_names_by_number_alone_are_dates() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write("A1", 45356, book.add_format({"num_format": 58}))
    assert read_workbook(buffer.getvalue()).text == "2024-03-05"


def test_dates_that_count_from_1904_are_read_right() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write("A1", dt.datetime.fromisoformat("2024-03-05"), day)
    assert read_workbook(buffer.getvalue()).text == "2024-03-05"


def test_errors_are_kept_and_noted() -> None:
    reading = read_workbook(_sheet('<row r="2"><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'))
    assert (reading.text, reading.coverage) == ("#DIV/0!", 1.0)
    assert reading.notes == ("1 个单元格显示为错误值，按原样读入（“表”B2）",)


def test_whole_numbers_keep_the_digits_that_the_file_spells_out() -> None:
    rows = "<row><c><v>123456789012345678</v></c><c><v>1.5E+20</v></c></row>"
    assert read_workbook(_sheet(rows)).text == "123456789012345678\t1.5e+20"


def test_rows_and_cells_without_a_place_are_counted_on() -> None:
    rows = '<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row><row><c t="inlineStr"><is><t>乙</t></is></c></row>'
    assert _places(read_workbook(_sheet(rows))) == {
        "1": ("sheet", 3, 2),
        "2": ("sheet", 3, 3),
        "乙": ("sheet", 4, 1),
    }


def test_the_strict_dialect_is_read() -> None:
    data = _sheet('<row r="1"><c r="A1" t="d"><v>2024-03-05T00:00:00</v></c><c r="B1" t="b"><v>0</v></c></row>')
    dialect = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    strict = dict.fromkeys(("xl/workbook.xml", "xl/worksheets/a.xml"), dialect)
    assert read_workbook(_changed(data, strict)).text == "2024-03-05\tFALSE"


def test_the_reading_above_characters_is_left_out() -> None:
    text = "<is><r><t>青岭</t></r><r><t>县</t></r><rPh sb='0' eb='1'><t>qing</t></rPh></is>"
    assert read_workbook(_sheet(f'<row><c t="inlineStr">{text}</c></row>')).text == "青岭县"


def test_hidden_rows_and_columns_with_cells_are_read_and_noted() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in range(1, 7):
        sheet.append([f"甲{row}", f"乙{row}"])
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[5].hidden = True
    sheet.row_dimensions[9].hidden = True  # blank: nothing to tell
    sheet.column_dimensions["B"].hidden = True
    sheet.column_dimensions["F"].hidden = True
    reading = read_workbook(_saved(book))
    assert len(reading.blocks) == 12
    assert reading.notes == ("工作表“台账”隐藏的行也已读入：2、5", "工作表“台账”隐藏的列也已读入：B")


def test_filtered_and_grouped_rows_are_read() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_column("A1", ["状态", "办结", "超期", "办结"])
        sheet.autofilter("A1:A4")
        sheet.filter_column("A", "x == 办结")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(3, None, None, {"level": 1, "collapsed": True})
    reading = read_workbook(buffer.getvalue())
    assert reading.text == "状态\n办结\n超期\n办结"
    assert reading.notes == ("工作表“台账”隐藏的行也已读入：3",)


def test_deeply_hidden_sheets_are_told_from_hidden_ones() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("底稿")["A1"] = "甲"
    book.create_sheet("参数")["A1"] = "乙"
    book["底稿"].sheet_state = "hidden"
    book["参数"].sheet_state = "veryHidden"
    assert read_workbook(_saved(book)).notes == ("隐藏的工作表也已读入：底稿、参数（深度隐藏）",)


def test_a_merged_cell_stands_once_at_its_corner_and_what_it_hides_is_noted() -> None:
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{cell}" t="str"><v>{text}</v></c>' for cell, text in cells) + "</row>"
        for row, cells in (
            (1, [("A1", "青岭县"), ("B1", "青岭县")]),
            (2, [("A2", "青岭县"), ("B2", "旧名"), ("C2", "丙")]),
        )
    )
    reading = read_workbook(_sheet(rows, after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'))
    assert reading.text == "青岭县\n旧名\t丙"
    assert _places(reading) == {"青岭县": ("sheet", 1, 1), "旧名": ("sheet", 2, 2), "丙": ("sheet", 2, 3)}
    assert reading.notes == ("被合并单元格遮住的内容也已读入：“表”B2",)
    assert reading.coverage == 1.0


def test_comments_leave_a_trace_with_their_author() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["B3"] = "数据"
    book.active["B3"].comment = Comment("数据存疑", "王五")
    reading = read_workbook(_saved(book))
    (trace,) = reading.traces
    assert (trace.kind, trace.author, trace.text, trace.date) == ("comment", "王五", "数据存疑", None)
    assert trace.span.of(reading.text) == "数据存疑"


def _with_thread(*, whole: bool) -> bytes:
    """Return a book with a thread on B2 and its copy for older programs, and a note on A1; or with the copy alone."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B2"] = "甲", "乙"
    sheet["A1"].comment = Comment("普通批注", "赵六")
    sheet["B2"].comment = Comment("[Threaded comment]\n\nComment:\n    数据从哪来\nReply:\n    镇里报的", "tc={1}")
    data = _saved(book)
    if not whole:
        return data
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    thread = (
        f'<ThreadedComments xmlns="{space}">'
        '<threadedComment ref="B2" dT="2024-03-05T08:00:00.00" personId="{p1}" id="{1}"><text>数据从哪来</text></threadedComment>'
        '<threadedComment ref="B2" dT="2024-03-06T09:30:00.00" personId="{p2}" id="{2}" parentId="{1}"><text>镇里报的</text></threadedComment>'
        "</ThreadedComments>"
    )
    people = f'<personList xmlns="{space}"><person displayName="王五" id="{{p1}}"/><person displayName="李四" id="{{p2}}"/></personList>'
    data = _added(data, {"xl/threadedComments/threadedComment1.xml": thread, "xl/persons/person.xml": people})
    link = (
        b'<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        b' Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    return _changed(data, {"xl/worksheets/_rels/sheet1.xml.rels": (b"</Relationships>", link)})


def test_threads_are_read_once_with_author_and_date() -> None:
    reading = read_workbook(_with_thread(whole=True))
    assert reading.text == "甲\n乙\n普通批注\n数据从哪来\n镇里报的"
    assert [(trace.author, trace.date) for trace in reading.traces] == [
        ("赵六", None),
        ("王五", "2024-03-05T08:00:00.00"),
        ("李四", "2024-03-06T09:30:00.00"),
    ]
    assert {block.locator for block in reading.blocks[3:]} == {Locator("comment", sheet="Sheet", row=2, column=2)}


def test_the_copy_of_a_thread_is_read_where_the_thread_is_lost() -> None:
    assert "镇里报的" in read_workbook(_with_thread(whole=False)).text


def test_a_comment_on_no_cell_costs_the_comments_not_the_cells() -> None:
    data = _changed(_with_thread(whole=True), {"xl/threadedComments/threadedComment1.xml": (b' ref="B2"', b"")})
    reading = read_workbook(data)
    assert reading.text == "甲\n乙"
    assert reading.notes == ("工作表“Sheet”的批注部分已损坏，没有读入",)


def _drawn_book() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("图")
        sheet.write_column("A1", [3, 5, 8])
        sheet.insert_textbox("D6", "说明第一段\n说明第二段")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=图!$A$1:$A$3", "name": "办结数"})
        chart.set_title({"name": "逐月办结情况"})
        chart.set_x_axis({"name": "月份"})
        sheet.insert_chart("F9", chart)
        sheet.set_header('&L内部资料&C&"宋体,加粗"&14青岭县&R第&P页')
        sheet.set_footer("&C甲&&乙 &D")
        alone = book.add_chartsheet("整页图")
        line = book.add_chart({"type": "line"})
        line.add_series({"values": "=图!$A$1:$A$3"})
        line.set_title({"name": "整页标题"})
        alone.set_chart(line)
    return buffer.getvalue()


def test_text_boxes_charts_headers_and_footers_follow_the_cells() -> None:
    reading = read_workbook(_drawn_book())
    assert reading.text.startswith("3\n5\n8\n")
    places = [(block.span.of(reading.text), block.locator) for block in reading.blocks[3:]]
    box, chart = Locator("textbox", sheet="图", row=6, column=4), Locator("chart", sheet="图", row=9, column=6)
    assert places == [
        ("说明第一段\n说明第二段", box),
        ("逐月办结情况", chart),
        ("办结数", chart),
        ("月份", chart),
        ("内部资料\t青岭县\t第页", Locator("header", sheet="图")),
        ("甲&乙", Locator("footer", sheet="图")),
        ("整页标题", Locator("chart", sheet="整页图")),
    ]
    assert (reading.coverage, reading.notes) == (1.0, ())


def test_a_damaged_drawing_costs_the_drawing_not_the_cells() -> None:
    data = _changed(_drawn_book(), {"xl/drawings/drawing1.xml": (b"</xdr:wsDr>", b"")})
    reading = read_workbook(data)
    assert reading.text.startswith("3\n5\n8\n内部资料")
    assert reading.notes == ("工作表“图”的图形部分已损坏，没有读入",)
    assert reading.coverage < 1.0


def test_macros_links_connections_and_embedded_files_are_noted_and_left_alone() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "甲"
    link = f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="x/externalLinkPath" Target="file:///D:/zhang/%s" TargetMode="External"/></Relationships>'
    data = _added(
        _saved(book),
        {
            "xl/vbaProject.bin": b"\xd0\xcf",
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": link % "底稿.xlsx",
            "xl/connections.xml": "<connections/>",
            "xl/embeddings/oleObject1.bin": b"\0",
            "xl/media/image1.png": b"\0",
            "xl/pivotCache/pivotCacheRecords1.xml": "<pivotCacheRecords/>",
        },
    )
    reading = read_workbook(data)
    assert reading.text == "甲"
    assert reading.notes == (
        "文件带有宏，没有运行，也没有读取",
        "文件引用了外部工作簿，没有打开，引用处按上次保存的值读入：底稿.xlsx",
        "文件带有外部数据连接，没有连接",
        "嵌入的文件没有读入：oleObject1.bin",
        "1 张图片没有读入",
        "数据透视表的缓存没有读入（1 份），其中可能有表上看不到的数据",
    )


def test_cells_that_calamine_alone_sees_are_missed_by_name() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{}</row>'
    cell = '<c r="A2"><v>2</v></c>'
    whole = read_workbook(_sheet(rows.format(cell)))
    assert (whole.text, whole.coverage, whole.notes) == ("1\n2", 1.0, ())
    # A cell inside an element that the format does not know there.
    lost = read_workbook(_sheet(rows.format(f"<box>{cell}</box>")))
    assert (lost.text, lost.coverage) == ("1", 0.5)
    assert lost.notes == ("工作表“表”有 1 个单元格没有读入",)


def test_a_sheet_that_is_listed_and_not_there_is_noted() -> None:
    data = _changed(_drawn_book(), {"xl/_rels/workbook.xml.rels": (b"worksheets/sheet1.xml", b"worksheets/sheet9.xml")})
    reading = read_workbook(data)
    assert reading.notes == ("文件里缺少工作表的内容，没有读入：图",)
    assert reading.coverage < 1.0


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ('<row r="1048577"><c><v>1</v></c></row>', ValueError),
        ('<row><c t="s"><v>7</v></c></row>', IndexError),
        ("<row>", SyntaxError),
    ],
)
def test_damage_to_the_cells_is_no_reading(rows: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_workbook(_sheet(rows))


def test_entities_are_refused() -> None:
    data = _changed(
        _sheet("<row/>"), {"xl/worksheets/a.xml": (b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')}
    )
    with pytest.raises(RefusalError, match="实体"):
        read_workbook(data)


def test_far_corners_cost_no_memory() -> None:
    reading = read_workbook(
        _sheet('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>')
    )
    assert _places(reading) == {"1": ("sheet", 1, 16384), "2": ("sheet", 1048576, 1)}


def test_damaged_bytes_raise_nothing_unforeseen() -> None:
    random_ = random.Random(7)
    data = _drawn_book()
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(random_.choice((1, 3, 20))):
            damaged[random_.randrange(len(data))] = random_.randrange(256)
        try:
            reading = read_workbook(bytes(damaged))
        except (RefusalError, *DAMAGE):
            continue
        assert all(block.span.within(Span(0, len(reading.text))) for block in reading.blocks)


def test_the_captions_of_controls_are_read_once() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("表")
    sheet.write("A1", "甲")
    sheet.write_comment("A1", "批注")  # kept in the same part as the controls
    sheet.insert_button("C3", {"caption": "同意上报"})
    sheet.insert_button("D9", {"caption": "退回"})
    sheet.insert_textbox("D9", "退回")  # the newer copy that Excel keeps of a control
    book.close()
    reading = read_workbook(buffer.getvalue())
    placed = [(block.span.of(reading.text), block.locator.label) for block in reading.blocks]
    assert placed == [
        ("甲", "工作表“表”第1行第1列"),
        ("批注", "工作表“表”批注第1行第1列"),
        ("同意上报", "工作表“表”文本框第3行第3列"),
        ("退回", "工作表“表”文本框第9行第4列"),
    ]
