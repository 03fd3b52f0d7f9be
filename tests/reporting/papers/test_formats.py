"""The files that come out, opened again: the same figures and references in each, nothing that a program would run."""

import base64
import hashlib
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.shared import Mm
from lxml import html as page

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reporting.papers.case import indexed
from mingcha.pipeline.reporting.papers.figures import written
from mingcha.pipeline.reporting.papers.kinds import KINDS, compose
from mingcha.pipeline.reporting.papers.paper import Statements
from mingcha.pipeline.reporting.papers.web_page import web_page
from mingcha.pipeline.reporting.papers.word_file import load_pattern, word_file
from mingcha.pipeline.reporting.papers.word_templates import make_template
from mingcha.pipeline.reporting.papers.workbook_file import workbook_file

CHROMIUM = Path("/usr/bin/chromium")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DANGEROUS = (
    '=HYPERLINK("http://x","点我")',
    "+cmd|' /C calc'!A0",
    "@SUM(1,1)",
    "-2+3",
    "<b>甲</b>&乙",
    "\x01控制\ud800字符",
)


@pytest.fixture(scope="module")
def words(papers):
    return {
        kind: docx.Document(io.BytesIO(word_file(paper, load_pattern(None, wide=paper.wide))))
        for kind, paper in papers.items()
    }


@pytest.fixture(scope="module")
def books(papers):
    return {kind: openpyxl.load_workbook(io.BytesIO(workbook_file(paper))) for kind, paper in papers.items()}


@pytest.fixture(scope="module")
def pages(papers):
    return {kind: page.fromstring(web_page(paper)) for kind, paper in papers.items()}


def expected_rows(paper):
    return [
        [written(cell) for cell in row]
        for table in paper.tables
        for row in (*table.rows, *([table.total] if table.total else []))
    ]


def without_breaks(rows):
    return [["".join(cell.split()) for cell in row] for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_word_has_every_figure_and_every_reference(papers, words, kind):
    found = [[cell.text for cell in row.cells] for table in words[kind].tables for row in table.rows[1:]]
    found = [row for row in found if set(row) != {"没有。"}]
    assert without_breaks(found) == without_breaks(expected_rows(papers[kind]))
    text = "\n".join(paragraph.text for paragraph in words[kind].paragraphs)
    for one in papers[kind].statements:
        assert one.text in text
        assert all(reference.label in text for reference in one.references)


@pytest.mark.parametrize("kind", KINDS)
def test_word_leaves_no_mark_of_the_template_behind(words, kind):
    text = "\n".join(paragraph.text for paragraph in words[kind].paragraphs)
    assert "{{" not in text
    assert "{%" not in text


def test_word_is_laid_out_like_an_official_paper(words):
    section = words["profile"].sections[0]
    assert [round(length / Mm(1)) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length / Mm(1)) for length in margins] == [37, 35, 28, 26]
    styles = {style.name: style for style in words["profile"].styles}
    fonts = {
        name: styles[name].element.find(f".//{WORD}rFonts").get(f"{WORD}eastAsia")
        for name in ("明察标题", "明察正文", "明察一级标题", "明察二级标题")
    }
    assert fonts == {
        "明察标题": "方正小标宋简体",
        "明察正文": "仿宋_GB2312",
        "明察一级标题": "黑体",
        "明察二级标题": "楷体_GB2312",
    }
    body = styles["明察正文"]
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (16, 28)


def test_word_numbers_its_headings_as_official_papers_do(words):
    headings = [p.text for p in words["analysis"].paragraphs if p.style.name.endswith("级标题")]
    first = [text for text in headings if re.match("[一二三四五六七八九十]+、", text)]
    assert [text[0] for text in first] == list("一二三四五六七八九十")[: len(first)]
    assert any(text.startswith("（一）") for text in headings)
    assert any(text.startswith("1.") for text in headings)


def test_word_names_the_fonts_that_stand_in(papers):
    data = word_file(papers["profile"], load_pattern(None, wide=False))
    table = zipfile.ZipFile(io.BytesIO(data)).read("word/fontTable.xml").decode()
    assert re.findall(r'w:name="([^"]+)"><w:altName w:val="([^"]+)"', table) == [
        ("方正小标宋简体", "宋体"),
        ("仿宋_GB2312", "仿宋"),
        ("黑体", "SimHei"),
        ("楷体_GB2312", "楷体"),
    ]


def test_word_sets_confirmed_and_pending_apart_by_style(words):
    styles = {p.style.name for p in words["analysis"].paragraphs if "已确认·" in p.text}
    assert styles == {"明察已确认"}
    assert {p.style.name for p in words["analysis"].paragraphs if "待确认·" in p.text} == {"明察待确认"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_places_for_signatures_are_open(papers, words, books, pages, kind):
    cover = [row[0].value for row in books[kind]["说明"].iter_rows()]
    shown = page.tostring(pages[kind], encoding="unicode", method="text")
    for role in papers[kind].signatures:
        line = next(p.text for p in words[kind].paragraphs if p.text.startswith(f"{role}（签名）："))
        assert (
            line.removeprefix(f"{role}（签名）：").replace("年", "").replace("月", "").replace("日", "").strip() == ""
        )
        assert any(words and words.startswith(f"{role}（签名）") for words in cover)
        assert f"{role}（签名）" in shown


@pytest.mark.parametrize("kind", KINDS)
def test_the_workbook_has_every_table_and_its_totals_follow_the_filter(papers, books, kind):
    sheets = [sheet for sheet in books[kind] if sheet.title.startswith("表")]
    assert len(sheets) == len(list(papers[kind].tables))
    for sheet, table in zip(sheets, papers[kind].tables, strict=True):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_col=len(table.columns))]
        for row, cells in zip(rows, table.rows, strict=False):
            assert all(is_same(value, cell) for value, cell in zip(row, cells, strict=True))
        if table.total:
            sums = [value for value in rows[len(table.rows)][1:] if value]
            assert all(value.startswith("=SUBTOTAL(9,") for value in sums)
            assert len(sums) == sum(column.adds for column in table.columns)
        assert sheet.freeze_panes == "B4"
        assert bool(sheet.auto_filter.ref) == bool(table.rows)


def is_same(value, cell):
    """Tell whether a cell of the workbook holds a number as a number, anything else as the text that stands for it."""
    return float(value) == float(cell) if isinstance(value, int | float) else (value or "") == written(cell)


def test_the_workbook_s_totals_are_right_for_programs_that_do_not_reckon(papers):
    book = openpyxl.load_workbook(io.BytesIO(workbook_file(papers["analysis"])), data_only=True)
    table = next(iter(papers["analysis"].tables))
    sheet = next(sheet for sheet in book if sheet.title.startswith("表1"))
    last = [cell.value for cell in sheet[4 + len(table.rows)]][: len(table.columns)]
    assert last[1:] == list(table.total[1:])


def test_the_workbook_has_charts_of_its_own_and_a_list_to_filter(papers, books):
    assert sum(len(sheet._charts) for sheet in books["analysis"]) >= 2
    shaded = [sheet for sheet in books["analysis"] if sheet.conditional_formatting]
    assert {sheet.title.partition(" ")[2][:4] for sheet in shaded} == {"来源与类", "材料覆盖"}
    listed = books["analysis"]["事项清单"]
    references = [reference.finding for one in papers["analysis"].statements for reference in one.references]
    assert [row[9].value for row in listed.iter_rows(min_row=2)] == references
    assert (listed.freeze_panes, listed.auto_filter.ref.startswith("A1:J")) == ("A2", True)


@pytest.fixture(scope="module")
def dangerous(case):
    changed = [
        replace(one, finding=replace(one.finding, text=DANGEROUS[number % 6]))
        for number, one in enumerate(case.reviewed)
    ]
    index = indexed(replace(case, reviewed=tuple(changed)))
    return compose("analysis", index)


def test_nothing_that_a_document_says_becomes_a_formula(dangerous):
    book = openpyxl.load_workbook(io.BytesIO(workbook_file(dangerous)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert formulas
    assert all(value.startswith("=SUBTOTAL(9,") for value in formulas)
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert {DANGEROUS[0], DANGEROUS[1], DANGEROUS[2]} <= texts
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_markup_in_a_document_stays_text(dangerous):
    document = docx.Document(io.BytesIO(word_file(dangerous, load_pattern(None, wide=False))))
    assert any(DANGEROUS[4] in paragraph.text for paragraph in document.paragraphs)
    shown = page.fromstring(web_page(dangerous))
    assert DANGEROUS[4] in page.tostring(shown, encoding="unicode", method="text")


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_every_figure_and_every_reference(papers, pages, kind):
    rows = [[cell.text_content() for cell in row] for row in pages[kind].iterfind(".//table/tbody/tr")]
    sums = [[cell.text_content() for cell in row] for row in pages[kind].iterfind(".//table/tfoot/tr")]
    tables = list(papers[kind].tables)
    assert [row for row in rows if row != ["没有。"]] == [
        [written(cell) for cell in row] for table in tables for row in table.rows
    ]
    assert sums == [[written(cell) for cell in table.total] for table in tables if table.total]
    text = pages[kind].text_content()
    assert all(reference.label in text for one in papers[kind].statements for reference in one.references)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_needs_no_script_no_network_and_no_exception_to_its_policy(papers, kind):
    text = web_page(papers[kind]).decode()
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
    assert not re.search(r"<script|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)|src=", text)


@pytest.mark.parametrize("kind", ["profile", "analysis", "progress"])
def test_the_page_draws_what_its_tables_say(papers, pages, kind):
    drawn = [table for table in papers[kind].tables if table.drawn]
    charts = [figure for figure in pages[kind].iterfind(".//figure") if figure.find("svg") is not None]
    assert [figure.find("svg").get("aria-label") for figure in charts] == [table.caption for table in drawn]
    bars = next(table for table in drawn if table.plot.form == "bars")
    figure = charts[drawn.index(bars)]
    widths = sum(float(mark.get("width")) for mark in figure.iterfind("svg/g/rect"))
    assert widths > 0
    assert len(figure.findall("svg/g/rect")) == sum(bool(row[place]) for row in bars.rows for place in bars.plot.series)


@pytest.mark.parametrize("kind", ["analysis"])
def test_a_browser_shows_the_page_without_complaint_or_barrier(papers, tmp_path, kind):
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium")
    path = tmp_path / "page.html"
    path.write_bytes(web_page(papers[kind]))
    complaints = []
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        view = chromium.new_page(viewport={"width": 390, "height": 800})
        view.on("console", lambda message: complaints.append(message.text))
        view.on("pageerror", lambda error: complaints.append(str(error)))
        view.goto(path.as_uri())
        wide = view.evaluate("document.documentElement.scrollWidth")
        colored = view.evaluate("getComputedStyle(document.querySelector('h1')).textAlign")
        aided = chromium.new_context(bypass_csp=True).new_page()  # the checker is a script, which the page forbids
        aided.goto(path.as_uri())
        barriers = [each["id"] for each in axe.Axe().run(aided).response["violations"]]
        chromium.close()
    assert barriers == []
    assert complaints == []
    assert wide <= 390
    assert colored == "center"


def test_an_office_may_use_a_template_of_its_own(papers, tmp_path):
    own = docx.Document(str(Path(__file__).parents[3] / "pipeline/reporting/templates/公文.docx"))
    own.paragraphs[0].insert_paragraph_before("青岭县委组织部文件")
    own.save(tmp_path / "本单位.docx")
    made = docx.Document(io.BytesIO(word_file(papers["profile"], load_pattern(tmp_path / "本单位.docx", wide=False))))
    assert made.paragraphs[0].text == "青岭县委组织部文件"
    assert any("周启明画像" in paragraph.text for paragraph in made.paragraphs)


def test_a_template_that_does_not_work_is_refused_with_its_fault(papers, tmp_path):
    own = docx.Document()
    own.add_paragraph("{% if %}{{ title }}")
    own.save(tmp_path / "坏.docx")
    with pytest.raises(DataError, match="模板中的标记"):
        word_file(papers["profile"], load_pattern(tmp_path / "坏.docx", wide=False))
    own = docx.Document()
    own.add_paragraph("{{ ''.__class__.__mro__ }}")
    own.save(tmp_path / "恶.docx")
    with pytest.raises(DataError, match="模板中的标记"):
        word_file(papers["profile"], load_pattern(tmp_path / "恶.docx", wide=False))
    (tmp_path / "假.docx").write_text("不是 Word", encoding="utf-8")
    with pytest.raises(DataError, match="不是 Word 文件"):
        load_pattern(tmp_path / "假.docx", wide=False)
    with pytest.raises(DataError, match="打不开"):
        load_pattern(tmp_path / "没有.docx", wide=False)


def test_the_shipped_templates_are_what_their_description_makes(tmp_path):
    for wide, name in ((False, "公文.docx"), (True, "横表.docx")):
        make_template(tmp_path / name, wide=wide)
        shipped = docx.Document(str(Path(__file__).parents[3] / "pipeline/reporting/templates" / name))
        made = docx.Document(str(tmp_path / name))
        assert [(p.style.name, p.text) for p in shipped.paragraphs] == [(p.style.name, p.text) for p in made.paragraphs]
        assert shipped.styles.element.xml == made.styles.element.xml


def test_files_name_no_author_but_the_software(papers):
    document = docx.Document(io.BytesIO(word_file(papers["profile"], load_pattern(None, wide=False))))
    book = openpyxl.load_workbook(io.BytesIO(workbook_file(papers["profile"])))
    assert (document.core_properties.author, document.core_properties.comments) == ("明察", "")
    assert book.properties.creator == "明察"


def test_lists_without_anything_say_so(papers):
    empty = [block for block in papers["profile"].blocks if isinstance(block, Statements) and not block.items]
    assert empty
    text = web_page(papers["profile"]).decode()
    assert all(block.empty in text for block in empty)
