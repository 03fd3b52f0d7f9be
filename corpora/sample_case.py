"""The sample case: builds the office files of the fictional 青岭县 assessment from their manuscripts.

``sample/原稿`` holds one plain text per file that needs an office format; the other files of ``sample/材料`` are
their own source. In a manuscript ``# `` is a title, ``## `` and ``### `` are headings, ``| a | b |`` is a table row,
``~~…~~`` a tracked deletion, ``@页眉`` and ``@页脚`` the header and footer; in a workbook ``# `` starts a sheet.
Building needs the development tools; reading the manuscripts needs nothing.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

SAMPLE = Path(__file__).parent / "sample"
MANUSCRIPTS = SAMPLE / "原稿"
MATERIAL = SAMPLE / "材料"

FORMATS = {
    "县水利局2024年度述职报告": "docx",
    "巡察反馈意见（柳河镇）": "docx",
    "巡察整改进展情况报告": "docx",
    "柳河镇供水工程审计报告摘要": "pdf",
    "12345热线工单（2024年12月）": "xlsx",
    "谈话记录 第3号": "txt",
}
TRUNCATED, EMPTY = "民主测评汇总表.docx", "附件3 补充说明.txt"
CHROMIUM = Path("/usr/bin/chromium")
HIDDEN = "（隐藏）"
DELETION = re.compile("~~(.+?)~~")


def manuscript(name: str) -> list[str]:
    """Return the lines of a manuscript, marks included, without blank lines."""
    text = (MANUSCRIPTS / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


def cells(line: str) -> list[str]:
    """Split a table row into its cells.

    >>> cells("| 柳河镇 | 14 |")
    ['柳河镇', '14']
    """
    return [cell.strip() for cell in line.strip("| ").split(" | ")]


def plain(line: str) -> str:
    """Return what a reader of the built file sees of a line: no marks, no deleted words.

    >>> plain("## 二、问题~~（草稿）~~")
    '二、问题'
    """
    return DELETION.sub("", re.sub(r"^(#+ |@\S+ )", "", line))


def build_sample(folder: Path) -> list[Path]:
    """Write every file that has a manuscript, the truncated archive and the empty file into *folder*."""
    writers: dict[str, Callable[[list[str], Path], None]] = {
        "docx": write_docx,
        "pdf": write_pdf,
        "xlsx": write_xlsx,
        "txt": write_gb18030,
    }
    built = [folder / f"{name}.{suffix}" for name, suffix in FORMATS.items()]
    for path in built:
        writers[path.suffix[1:]](manuscript(path.stem), path)
    whole = built[1].read_bytes()
    (folder / TRUNCATED).write_bytes(whole[: len(whole) * 3 // 5])
    (folder / EMPTY).write_bytes(b"")
    return [*built, folder / TRUNCATED, folder / EMPTY]


def write_gb18030(lines: list[str], path: Path) -> None:
    """Write the lines as older Chinese office software does: GB18030 with CR LF."""
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("gb18030"))


def write_docx(lines: list[str], path: Path) -> None:
    """Write a Word file with headings, tables, header, footer and tracked deletions."""
    import docx

    word = docx.Document()
    for rows, line in paragraphs_and_tables(lines):
        if rows:
            add_table(word, rows)
        elif line.startswith("@页眉 "):
            word.sections[0].header.paragraphs[0].text = plain(line)
        elif line.startswith("@页脚 "):
            word.sections[0].footer.paragraphs[0].text = plain(line)
        else:
            add_paragraph(word, line)
    word.save(str(path))


def paragraphs_and_tables(lines: list[str]) -> Iterator[tuple[list[list[str]], str]]:
    """Yield ``(rows, "")`` for each run of table rows and ``([], line)`` for every other line."""
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("| "):
            rows.append(cells(line))
            continue
        if rows:
            yield rows, ""
            rows = []
        if line:
            yield [], line


def add_table(word: WordDocument, rows: list[list[str]]) -> None:
    """Append a table with one cell per entry."""
    table = word.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def add_paragraph(word: WordDocument, line: str) -> None:
    """Append a heading or a paragraph; ``~~…~~`` becomes a tracked deletion."""
    marks, _, rest = line.rpartition("# ")
    if marks or line.startswith("# "):
        word.add_heading(rest, level=len(marks))
        return
    paragraph = word.add_paragraph()
    for position, piece in enumerate(DELETION.split(line)):
        if position % 2:
            add_deletion(paragraph, piece)
        else:
            paragraph.add_run(piece)


def add_deletion(paragraph: Paragraph, text: str) -> None:
    """Append words that a reviser struck out with change tracking on."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    deletion, run, words = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    for name, value in (("w:id", "1"), ("w:author", "办公室"), ("w:date", "2025-01-06T09:30:00Z")):
        deletion.set(qn(name), value)
    words.text = text
    run.append(words)
    deletion.append(run)
    paragraph._p.append(deletion)


def write_xlsx(lines: list[str], path: Path) -> None:
    """Write a workbook, one sheet per title; a title that ends in （隐藏） makes a hidden sheet."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as workbook:
        heading = workbook.add_format({"bold": True, "bg_color": "#D9E2EC", "text_wrap": True})
        sheet: Any = None
        row = 0
        for line in lines:
            if line.startswith("# "):
                sheet, row = workbook.add_worksheet(plain(line).removesuffix(HIDDEN)), 0
                sheet.set_column(0, 8, 18)
                if line.endswith(HIDDEN):
                    sheet.hide()
            else:
                sheet.write_row(row, 0, cells(line), heading if row == 0 else None)
                row += 1


def write_pdf(lines: list[str], path: Path) -> None:
    """Print the lines to a PDF with an embedded Chinese font through an installed Chromium."""
    from playwright.sync_api import sync_playwright

    tags = (("### ", "h3"), ("## ", "h2"), ("# ", "h1"), ("", "p"))
    body = ""
    for line in lines:
        tag = next(tag for mark, tag in tags if line.startswith(mark))
        body += f"<{tag}>{html.escape(plain(line))}</{tag}>\n"
    # A TrueType face in one weight: others are embedded as drawings of every glyph, or twice.
    style = "body{font:12pt/1.8 'WenQuanYi Micro Hei','Noto Sans CJK SC'}h1,h2{font-weight:400}h1{text-align:center}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(f"<html lang=zh-CN><style>{style}</style>{body}</html>")
        page.pdf(path=str(path), format="A4", margin={"top": "25mm", "bottom": "25mm", "left": "25mm", "right": "25mm"})
        browser.close()


if __name__ == "__main__":
    build_sample(MATERIAL)
