"""The sample case: what lies in the folder is what the manuscripts say."""

import csv
import zipfile

import docx
import openpyxl
import pypdfium2
import pytest

from mingcha.corpora.sample_case import (
    DELETION,
    EMPTY,
    FORMATS,
    HIDDEN,
    MATERIAL,
    SAMPLE,
    TRUNCATED,
    build_sample,
    cells,
    manuscript,
    plain,
)

WORD = [name for name, suffix in FORMATS.items() if suffix == "docx"]
OWN_SOURCE = [
    "作风建设会议讲话.txt",
    "匿名反映信.txt",
    "县政府专题会议纪要.md",
    "年度指标统计表.csv",
    "新闻报道_清水入户润民心.html",
    "网络转载_青岭水利这一年.txt",
    "谈话记录第5号.txt",
    "谈话记录第7号.txt",
]


def word_lines(name):
    """All visible words of a Word file, table cells included, in one string per paragraph or cell."""
    word = docx.Document(str(MATERIAL / f"{name}.docx"))
    marginal = [*word.sections[0].header.paragraphs, *word.sections[0].footer.paragraphs]
    rows = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in [*marginal, *word.paragraphs]), *rows]


def expected_words(name):
    for line in manuscript(name):
        yield from cells(line) if line.startswith("| ") else [plain(line)]


def test_folder_holds_sixteen_files_and_nothing_else():
    built = {f"{name}.{suffix}" for name, suffix in FORMATS.items()}
    expected = {*built, *OWN_SOURCE, TRUNCATED, EMPTY}
    assert {path.name for path in MATERIAL.iterdir()} == expected
    assert len(expected) == 16


@pytest.mark.parametrize("name", WORD)
def test_word_file_reads_like_its_manuscript(name):
    assert sorted(filter(None, word_lines(name))) == sorted(expected_words(name))


def test_work_report_keeps_deleted_words_only_as_a_tracked_deletion():
    name = "县水利局2024年度述职报告"
    deleted = DELETION.findall("".join(manuscript(name)))
    with zipfile.ZipFile(MATERIAL / f"{name}.docx") as archive:
        xml = archive.read("word/document.xml").decode()
    assert len(deleted) == 1
    assert f"<w:delText>{deleted[0]}</w:delText>" in xml
    assert not any(deleted[0] in line for line in word_lines(name))


def test_audit_extract_has_a_text_layer_that_reads_like_its_manuscript():
    name = "柳河镇供水工程审计报告摘要"
    pdf = pypdfium2.PdfDocument(MATERIAL / f"{name}.pdf")
    seen = "".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    expected = "".join(plain(line) for line in manuscript(name))
    assert "".join(seen.split()) == "".join(expected.split())


def test_workbook_reads_like_its_manuscript_and_hides_its_second_sheet():
    name = "12345热线工单（2024年12月）"
    book = openpyxl.load_workbook(MATERIAL / f"{name}.xlsx")
    seen = []
    for sheet in book.worksheets:
        seen.append([sheet.title])
        seen.extend([str(value) for value in row] for row in sheet.iter_rows(values_only=True))
    expected = [
        cells(line) if line.startswith("| ") else [plain(line).removesuffix(HIDDEN)] for line in manuscript(name)
    ]
    assert seen == expected
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "hidden"]
    assert book.worksheets[0].max_row == 1 + 12


def test_gb18030_note_is_not_utf8_and_reads_like_its_manuscript():
    raw = (MATERIAL / "谈话记录 第3号.txt").read_bytes()
    assert raw.decode("gb18030").splitlines() == manuscript("谈话记录 第3号")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


@pytest.mark.parametrize("name", OWN_SOURCE)
def test_plain_files_are_utf8(name):
    assert (MATERIAL / name).read_text(encoding="utf-8")


def test_truncated_archive_cannot_be_opened_and_empty_file_is_empty():
    assert (MATERIAL / TRUNCATED).read_bytes().startswith(b"PK")
    assert not zipfile.is_zipfile(MATERIAL / TRUNCATED)
    assert (MATERIAL / EMPTY).stat().st_size == 0


def test_roster_has_persons_with_one_surname_and_teams_without_shared_names():
    with (SAMPLE / "花名册.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert list(rows[0]) == ["id", "name", "aliases", "unit", "post", "type", "category"]
    persons = [row["name"] for row in rows if row["type"] == "person"]
    names = [name for row in rows for name in [row["name"], *row["aliases"].split(";")]]
    assert (len(persons), len(rows) - len(persons)) == (7, 3)
    assert [name for name in persons if name.startswith("周")] == ["周启明", "周立新"]
    assert len(names) == len(set(names))


def test_rectification_report_has_sums_that_hold_and_one_that_does_not():
    lines = manuscript("巡察整改进展情况报告")
    text = "".join(lines)
    rows = [cells(line)[1:] for line in lines if line.startswith("| ")][1:]
    numbers = [[int(cell) for cell in row] for row in rows]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1] == [25, 19, 6]
    assert "落实决策部署方面9个，为民服务方面8个，党的建设方面7个" in text
    assert 9 + 8 + 7 != 25


def test_builds_again_with_the_same_words(tmp_path):
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("playwright")
    from mingcha.corpora.sample_case import CHROMIUM

    if not CHROMIUM.exists():
        pytest.skip("needs Chromium to print the PDF")
    built = build_sample(tmp_path)
    assert len(built) == len(FORMATS) + 2
    for path in built[:3]:
        again = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
        assert again == [paragraph.text for paragraph in docx.Document(str(MATERIAL / path.name)).paragraphs]
