"""Rosters as offices hand them in: any Chinese encoding, Chinese headings, and mistakes."""

import openpyxl
import pytest

from mingcha.corpora.roster import read_roster
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.subjects import Subject

ENGLISH = (
    "id,name,aliases,unit,post,type,category\n"
    "P1,孙海,孙镇长;老孙；孙镇长,青石镇,镇长,person,正职\n"
    "T1,青石镇,,青石镇,,team,乡镇\n"
)
CHINESE = (
    "编号,姓名,别名,单位,职务,类型,类别\nP1,孙海,孙镇长;老孙,青石镇,镇长,个人,正职\nT1,青石镇,,青石镇,,班子,乡镇\n"
)
SUBJECTS = (
    Subject("P1", "孙海", ("孙镇长", "老孙"), "青石镇", "镇长", "person", "正职"),
    Subject("T1", "青石镇", (), "青石镇", "", "team", "乡镇"),
)


def write(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "花名册.csv"
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize("content", [ENGLISH, CHINESE, CHINESE.replace("姓名", "名称"), CHINESE.replace(",", "\t")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_reads_both_languages_in_every_encoding(tmp_path, content, encoding):
    assert read_roster(write(tmp_path, content, encoding)) == SUBJECTS


def test_reads_traditional_headings_in_big5(tmp_path):
    content = "編號,姓名,單位\nP1,孫海,青石鎮\n"
    assert read_roster(write(tmp_path, content, "big5")) == (Subject("P1", "孫海", (), "青石鎮"),)


def test_reads_a_workbook_and_its_numbers(tmp_path):
    book = openpyxl.Workbook()
    for row in (["编号", "姓名", "类型"], [1, "孙海", None], [None, None, None], ["T1", "青石镇", "team"]):
        book.active.append(row)
    path = tmp_path / "花名册.xlsx"
    book.save(path)
    assert read_roster(path) == (Subject("1", "孙海"), Subject("T1", "青石镇", type="team"))


def test_skips_blank_rows_and_forgives_missing_columns_and_crlf(tmp_path):
    path = write(tmp_path, "编号,姓名\r\n\r\nP1,孙海\r\n,\r\nP2,李明,多余\r\n")
    assert [subject.id for subject in read_roster(path)] == ["P1", "P2"]


FAULTS = [
    ("", "名册是空的"),
    ("姓名,单位\n孙海,青石镇\n", "缺少“编号”一列"),
    ("编号,单位\nP1,青石镇\n", "缺少“姓名”一列"),
    ("编号,姓名\nP1,孙海\nP2,\n", "第3行：没有填写姓名"),
    ("编号,姓名\n,孙海\n", "第2行：没有填写编号"),
    ("编号,姓名\nP1,孙海\n\nP1,李明\n", "第4行：编号“P1”与第2行重复"),
    ("编号,姓名,类型\nP1,孙海,狗\n", "第2行：不认识的类型“狗”"),
]


@pytest.mark.parametrize(("content", "message"), FAULTS)
def test_names_file_row_and_remedy_of_a_fault(tmp_path, content, message):
    path = write(tmp_path, content)
    with pytest.raises(DataError) as caught:
        read_roster(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "请" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"PK\x03\x04broken", "xlsx"), (b"\xd0\xcf\x11\xe0old", "另存为 xlsx"), (b"\xff\xff\xff\xfe\x81", "请")],
)
def test_refuses_what_is_no_table(tmp_path, data, message):
    path = tmp_path / "花名册.xls"
    path.write_bytes(data)
    with pytest.raises(DataError, match=message):
        read_roster(path)


def test_refuses_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match="找不到名册文件"):
        read_roster(tmp_path / "没有.csv")
    with pytest.raises(DataError, match="打不开"):
        read_roster(tmp_path)


@pytest.mark.parametrize(
    "row",
    ['P2,"李明\nP3,王芳\n', f"P2,{'长' * 140_000}\n", 'P2,"李明"甲\n'],
    ids=["unclosed quote", "endless cell", "text after a quote"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_tells_where_a_table_breaks(tmp_path, row, encoding):
    path = write(tmp_path, f"编号,姓名\nP1,孙海\n{row}", encoding)
    with pytest.raises(DataError, match=r"从第3行起不是正确的 CSV.*请用 Excel 或 WPS") as caught:
        read_roster(path)
    assert str(path) in str(caught.value)
