"""One file of every format with marks planted in all the places where text can stand, and where each must come back."""

from __future__ import annotations

import io
import random
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mingcha.pipeline.reading.conversion import find_office

_NS = (
    nsdecls("w") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_CHARACTERS = (
    "年以来全局上下围绕中心工作抓落实逐项列出清单明确时限按月对照检查把问题解决在一线群众反映道路供水项目资金审批报告会议督查"
    "整改台账干部走访村组企业环境治理投诉回复办理结果满意建议目标任务完成比例同比增长排名通报责任领导班子分管部门协调推进"
)


_STEMS = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")


@dataclass(frozen=True)
class Planted:
    """A file; ``marks`` are the marks to be read once with the fields that their locators must have."""

    format: str
    name: str
    data: bytes
    marks: dict[str, dict[str, Any]]
    absent: tuple[str, ...] = field(default=())


def mark(number: int) -> str:
    """Return a mark that no reader has reason to change: a PDF would part digits and letters by blanks."""
    return f"标记{str(number).zfill(2).translate(_STEMS)}号"


def prose(number: int) -> str:
    """Return a line of random Chinese, so that packed files are as large as real ones."""
    chance = random.Random(number)
    return "".join(chance.choices(_CHARACTERS, k=46)) + "。"


def planted_files(filler: int = 0) -> list[Planted]:
    """Return the files, each with *filler* more paragraphs, rows or lines of prose."""
    files = [_word(filler), _workbook(filler), *_texts(filler), _page(filler), _mail(filler), _person(), _ofd(filler)]
    files += _by_office(filler)
    return [*files, _archive(files)]


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return buffer.getvalue()


_PLAIN_WORD = {
    mark(1): {"part": "body", "paragraph": 1},
    mark(2): {"part": "body", "paragraph": 2},
    mark(3): {"part": "table", "table": 1, "row": 1, "column": 1},
    mark(4): {"part": "table", "table": 1, "row": 2, "column": 3},
    mark(5): {"part": "header"},
    mark(6): {"part": "footer"},
    mark(7): {"part": "comment"},
    mark(8): {"part": "body", "paragraph": 3},
}
_MORE_WORD = {
    mark(9): {"part": "textbox"},
    mark(10): {"part": "note"},
    mark(11): {"part": "body"},
    mark(12): {"part": "table", "table": 2, "row": 1, "column": 2},
    mark(13): {"part": "body"},
}
_DELETED = mark(90)


def _plain_word(filler: int) -> docx.document.Document:
    document = docx.Document()
    document.add_heading(mark(1), level=1)
    commented = document.add_paragraph(mark(2) + "正文。")
    inserted = f'<w:p {_NS}><w:ins w:id="1" w:author="甲"><w:r><w:t>{mark(8)}</w:t></w:r></w:ins>'
    inserted += f'<w:del w:id="2" w:author="乙"><w:r><w:delText>{_DELETED}</w:delText></w:r></w:del></w:p>'
    document.element.body.insert(-1, parse_xml(inserted))
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = mark(3)
    table.cell(1, 2).text = mark(4)
    document.sections[0].header.paragraphs[0].text = mark(5)
    document.sections[0].footer.paragraphs[0].text = mark(6)
    document.add_comment(commented.runs, text=mark(7), author="丙", initials="B")
    for number in range(filler):
        document.add_paragraph(f"{number}、{prose(number)}")
    return document


def _word(filler: int) -> Planted:
    document = _plain_word(filler)
    box = f"<w:txbxContent><w:p><w:r><w:t>{mark(9)}</w:t></w:r></w:p></w:txbxContent>"
    drawn = (
        f'<w:p {_NS}><w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    control = f"<w:sdt {_NS}><w:sdtContent><w:p><w:r><w:t>{mark(11)}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    link = f"<w:p {_NS}><w:hyperlink><w:r><w:t>{mark(13)}</w:t></w:r></w:hyperlink></w:p>"
    for xml in (drawn, control, link):
        document.element.body.insert(-1, parse_xml(xml))
    document.tables[0].cell(2, 0).add_table(rows=1, cols=2).cell(0, 1).text = mark(12)
    data = _saved(document)
    notes = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {_NS}><w:footnote w:id="1"><w:p><w:r><w:t>{mark(10)}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        types = package.read("[Content_Types].xml")
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    entry = b'<Override PartName="/word/footnotes.xml" ContentType="' + kind + b'"/></Types>'
    changes = {"word/footnotes.xml": notes.encode(), "[Content_Types].xml": types.replace(b"</Types>", entry)}
    return Planted("docx", "文.docx", _rezipped(data, changes), _PLAIN_WORD | _MORE_WORD, (_DELETED,))


def _workbook(filler: int) -> Planted:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, hidden = book.add_worksheet("台账"), book.add_worksheet("底稿")
    sheet.write("A1", mark(1))
    sheet.merge_range("B2:D3", mark(2))
    sheet.write_comment("A1", mark(3))
    sheet.insert_textbox("F5", mark(4))
    sheet.write_formula("A4", '="标记"&"甲己号"', None, mark(5))
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.write("C7", mark(6))
    hidden.hide()
    hidden.write("B2", mark(7))
    for number in range(filler):
        sheet.write_row(9 + number, 0, [number, prose(number), f"第{number}项", 0.85])
    book.close()
    marks = {
        mark(1): {"sheet": "台账", "row": 1, "column": 1},
        mark(2): {"sheet": "台账", "row": 2, "column": 2},
        mark(3): {"part": "comment", "sheet": "台账"},
        mark(4): {"part": "textbox", "sheet": "台账"},
        mark(5): {"sheet": "台账", "row": 4, "column": 1},
        mark(6): {"sheet": "台账", "row": 7, "column": 3},
        mark(7): {"sheet": "底稿", "row": 2, "column": 2},
    }
    return Planted("xlsx", "表.xlsx", buffer.getvalue(), marks)


def _texts(filler: int) -> list[Planted]:
    lines = [mark(1) + "第一行", "", mark(2) + "督查发现的问题", *map(prose, range(filler)), mark(3) + "末行"]
    last = len(lines)
    marks = {mark(1): {"line": 1}, mark(2): {"line": 3}, mark(3): {"line": last}}
    text = "\r\n".join(lines)
    rows = ["编号,内容", f"1,{mark(1)}", f'2,"{mark(2)}\n换行"', *[f"{n},{prose(n)}" for n in range(filler)]]
    return [
        Planted("txt", "文.txt", text.encode("gb18030"), marks),
        Planted("md", "文.md", text.encode("utf-16"), marks),
        Planted("csv", "表.csv", "\n".join(rows).encode("gbk"), {mark(1): {"row": 2}, mark(2): {"row": 3}}),
    ]


def _page(filler: int) -> Planted:
    body = "".join(f"<p>{prose(n)}</p>" for n in range(filler))
    html = (
        f'<html><head><meta charset="utf-8"><script>var x="{mark(91)}"</script></head><body><h1>{mark(1)}</h1>'
        f"<p>{mark(2)}</p><table><tr><td>甲</td><td>{mark(3)}</td></tr></table>{body}</body></html>"
    )
    marks = {mark(1): {"paragraph": 1}, mark(2): {"paragraph": 2}, mark(3): {"paragraph": 3}}
    return Planted("html", "页.html", html.encode("gbk"), marks, (mark(91),))  # declared as what it is not


def _mail(filler: int) -> Planted:
    message = EmailMessage()
    message["Subject"], message["From"] = mark(81), "甲 <a@example.org>"
    message.set_content("\n".join([mark(82), *map(prose, range(filler))]))
    message.add_attachment(_word(0).data, maintype="application", subtype="octet-stream", filename="附件.docx")
    return Planted(
        "eml",
        "信.eml",
        message.as_bytes(),
        {mark(81): {"item": "主题"}, mark(82): {"part": "mail"}, mark(13): {"part": "body"}},
    )


def _person() -> Planted:
    xml = (
        f"<?xml version='1.0' encoding='utf-8'?><Person><XingMing>{mark(1)}</XingMing><JianLi><![CDATA[{mark(2)}]]></JianLi>"
        f"<JiaTingChengYuan><Item><ChengWei>父亲</ChengWei><XingMing>{mark(3)}</XingMing></Item></JiaTingChengYuan></Person>"
    )
    return Planted("lrmx", "表.lrmx", xml.encode(), {mark(1): {"item": "姓名"}, mark(2): {"item": "简历"}, mark(3): {}})


def _ofd(filler: int) -> Planted:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'

    def page(lines: list[str]) -> str:
        objects = "".join(
            f'<ofd:TextObject ID="{10 + n}" Font="3" Size="4" Boundary="20 {20 + 8 * n} 160 6">'
            f'<ofd:TextCode X="0" Y="4">{line}</ofd:TextCode></ofd:TextObject>'
            for n, line in enumerate(lines)
        )
        return f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'

    pages = [[mark(1), "督查通报。"], [mark(2)], *[[*map(prose, range(n, n + 20))] for n in range(0, filler, 20)]]
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}/Content.xml"/>' for n in range(len(pages)))
    members = {
        "OFD.xml": f"<ofd:OFD {space} DocType='OFD'><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    } | {f"Doc_0/Pages/P{n}/Content.xml": page(lines) for n, lines in enumerate(pages)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in members.items():
            package.writestr(name, xml)
    return Planted("ofd", "版.ofd", buffer.getvalue(), {mark(1): {"page": 1}, mark(2): {"page": 2}})


def _archive(files: list[Planted]) -> Planted:
    buffer = io.BytesIO()
    chosen = [file for file in files if file.format in {"docx", "txt"}]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for file in chosen:
            package.writestr(f"附件/{file.name}", file.data)
    return Planted("zip", "包.zip", buffer.getvalue(), {mark(13): {"part": "body"}})


_WORD_SHEETS = {"xls": "xls", "ods": "ods"}


@cache
def _by_office(filler: int) -> list[Planted]:
    """Have LibreOffice write the formats that only an office program writes; a scan is a picture of its page."""
    if find_office() is None:
        return []
    word, sheet = _saved(_plain_word(filler)), _plain_workbook(filler)
    made = _converted({"文.docx": word, "表.xlsx": sheet}, ("doc", "rtf", "odt", "pdf"), ("xls", "ods"))
    sheet_marks = {mark(1): {"sheet": "台账", "row": 1, "column": 1}, mark(2): {"sheet": "台账", "row": 2, "column": 2}}
    files = [
        Planted(kind, f"文.{kind}", made[f"文.{kind}"], _PLAIN_WORD, (_DELETED,)) for kind in ("doc", "rtf", "odt")
    ]
    page_marks = {mark(number): {"page": 1} for number in (1, 2, 3, 4)}
    files.append(Planted("pdf", "文.pdf", made["文.pdf"], page_marks))
    files += [Planted(kind, f"表.{kind}", made[f"表.{kind}"], sheet_marks) for kind in ("xls", "ods")]
    return [*files, *_scan()]


def _plain_workbook(filler: int) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    sheet["A1"], sheet["B2"] = mark(1), mark(2)
    for number in range(filler):
        sheet.append([number, prose(number), f"第{number}项", 0.85])
    return _saved(book)


def _converted(sources: dict[str, bytes], words: tuple[str, ...], sheets: tuple[str, ...]) -> dict[str, bytes]:
    office = find_office()
    assert office is not None
    with tempfile.TemporaryDirectory() as place:
        for name, data in sources.items():
            (Path(place) / name).write_bytes(data)
            for kind in words if name.endswith("docx") else sheets:
                command = [office, f"-env:UserInstallation=file://{place}/profile", "--headless", "--convert-to", kind]
                subprocess.run(
                    [*command, "--outdir", place, f"{place}/{name}"], check=True, capture_output=True, timeout=300
                )
        return {path.name: path.read_bytes() for path in Path(place).iterdir() if path.is_file()}


def _scan() -> list[Planted]:
    """Draw a page as a picture, as a scanner does."""
    from mingcha.pipeline.reading.ocr import available

    if not available():
        return []
    from PIL import Image, ImageDraw, ImageFont

    fonts = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"))
    if not fonts:
        return []
    picture = Image.new("RGB", (1240, 900), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(fonts[0]), 40)
    for number, line in enumerate([mark(1), "会议开了四次没有定下一件事", mark(2)]):
        draw.text((120, 120 + 90 * number), line, fill="black", font=font)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return [Planted("png", "扫描.png", buffer.getvalue(), {mark(1): {"page": 1}, mark(2): {"page": 1}})]
