"""Plain text, tables of values and web pages: the text as it is, the blocks where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Document, Failure, Locator
from mingcha.pipeline.reading.encodings import Decoded
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.texts import read_lines, read_records
from mingcha.pipeline.reading.webpages import read_page

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.reading.assembly import Reading


def _document(folder: Path, name: str, data: bytes) -> Document:
    path = folder / name
    path.write_bytes(data)
    (item,) = read(path, name)
    assert isinstance(item, Document), item
    return item


def _blocks(reading: Document | Reading) -> list[tuple[str, Locator]]:
    return [(block.span.of(reading.text), block.locator) for block in reading.blocks]


def test_text_keeps_its_line_ends_and_loses_its_mark(tmp_path: Path) -> None:
    text = "第一行\r\n\r\n  第三行\r第四行\n　\n末行"
    document = _document(tmp_path, "甲.txt", text.encode("utf-8-sig"))
    assert document.text == text
    assert (document.format, document.encoding, document.coverage) == ("txt", "utf-8-sig", 1.0)
    assert _blocks(document) == [
        ("第一行", Locator(line=1)),
        ("  第三行", Locator(line=3)),
        ("第四行", Locator(line=4)),
        ("末行", Locator(line=6)),
    ]
    assert {block.kind for block in document.blocks} == {"line"}


def test_markdown_is_text(tmp_path: Path) -> None:
    document = _document(tmp_path, "甲.md", "# 标题\n\n<div>正文</div>\n".encode())
    assert (document.format, document.text) == ("md", "# 标题\n\n<div>正文</div>\n")


def test_nul_is_replaced_in_place_and_noted(tmp_path: Path) -> None:
    document = _document(tmp_path, "甲.txt", "工作\0报告".encode())
    assert (document.text, document.notes) == ("工作\ufffd报告", ("有 1 个无法显示的字符，已用“\ufffd”代替",))


@pytest.mark.parametrize(
    ("text", "records"),
    [
        pytest.param("姓名,分\n张三,90\n", ["姓名,分", "张三,90"], id="plain"),
        pytest.param("甲\t乙\r\n丙\t丁", ["甲\t乙", "丙\t丁"], id="tabs"),
        pytest.param('一,"两\n行"\r\n二,x\r\n', ['一,"两\n行"', "二,x"], id="a quoted field of two lines"),
        pytest.param("a;b\rc;d\r", ["a;b", "c;d"], id="old line ends"),
        pytest.param('张三,他说"不行"\n李四,x', ['张三,他说"不行"', "李四,x"], id="a quote inside a field"),
        pytest.param('一,"甲\n二,乙\n三,丙\n', ['一,"甲', "二,乙", "三,丙"], id="a quote never closed"),
        pytest.param('一,"甲\n二,乙"', ['一,"甲\n二,乙"'], id="a quote closed at the very end"),
        pytest.param('"' + "长" * 200_000 + "\n甲,乙", ['"' + "长" * 200_000, "甲,乙"], id="broken quoting"),
    ],
)
def test_records_are_rows(tmp_path: Path, text: str, records: list[str]) -> None:
    document = _document(tmp_path, "表.csv", text.encode("gb18030"))
    assert document.text == text
    assert _blocks(document) == [(record, Locator(row=row)) for row, record in enumerate(records, start=1)]


def test_blank_records_count_as_rows(tmp_path: Path) -> None:
    document = _document(tmp_path, "表.csv", "甲,乙\n\n丙,丁\n".encode())
    assert [block.locator.row for block in document.blocks] == [1, 3]


_LAWFUL = st.text(st.sampled_from('甲乙,;\t"\r\n \0　a'), max_size=60)


@pytest.mark.parametrize("reader", [read_lines, read_records, read_page])
@given(text=_LAWFUL)
def test_blocks_lie_in_the_text_in_order_and_apart(reader: object, text: str) -> None:
    reading = reader(Decoded(text, "utf-8"))  # type: ignore[operator]
    ends = [0, *(block.span.end for block in reading.blocks)]
    assert all(end <= block.span.start < block.span.end for end, block in zip(ends, reading.blocks, strict=False))
    assert ends[-1] <= len(reading.text)
    inside = "".join(block.span.of(reading.text) for block in reading.blocks)
    assert len("".join(inside.split())) == len("".join(reading.text.split()))


_PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>通报</title>
<style>p {{ color: red }}</style><script>var MARK = 1</script></head>
<body><h1>考核  通报</h1><p>第一段<b>加粗</b>
换行</p><div>甲<br>乙<div>丙</div>丁</div><!-- 注释 --><template>模板</template>
<table><tr><td><p>姓名</p></td><td>分数</td></tr><tr><td></td><td>90&nbsp;分</td></tr></table>
<pre>一
  二</pre></body></html>"""


def test_a_page_gives_its_paragraphs(tmp_path: Path) -> None:
    document = _document(tmp_path, "甲.html", _PAGE.format(charset="utf-8").encode())
    assert document.text.split("\n") == [
        "通报", "考核 通报", "第一段加粗 换行", "甲", "乙", "丙", "丁", "姓名\t分数", "90\xa0分", "一", "二",
    ]  # fmt: skip
    assert [block.locator.paragraph for block in document.blocks] == list(range(1, 12))
    assert [block.kind for block in document.blocks][:3] == ["heading", "heading", "paragraph"]
    assert document.notes == ()


@pytest.mark.parametrize("charset", ["gb2312", "utf-8", "big5"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_a_wrong_charset_loses(tmp_path: Path, charset: str, encoding: str) -> None:
    document = _document(tmp_path, "甲.htm", _PAGE.format(charset=charset).encode(encoding))
    assert document.text.startswith("通报\n考核 通报\n")
    assert document.encoding == encoding


def test_cells_of_nested_tables_stay_in_order(tmp_path: Path) -> None:
    page = "<table><tr><td>甲<table><tr><td>乙<td>丙</table></td><td>丁</td></tr></table>戊"
    assert _document(tmp_path, "甲.html", page.encode()).text == "甲\n乙\t丙\n丁\n戊"


@pytest.mark.parametrize("filling", ["<div>" * 3000, "<p></p>" * 50_000, "<!-- -->" * 500, "<pre>" + " \n" * 50_000])
def test_pages_of_odd_shape_are_read_in_fair_time(tmp_path: Path, filling: str) -> None:
    document = _document(tmp_path, "甲.html", f"{filling}<p>底</p>".encode())
    assert (document.text, document.format) == ("底", "html")


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ('姓名：<input value="赵某">，<input type="hidden" value="暗">', ["姓名：赵某，"]),
        ('<input type="checkbox" checked>称职<input type="radio">不称职', ["☑称职不称职"]),
        ("<select><option>优秀<option selected>称职<option>不称职</select>", ["称职"]),
        ("<select><option>未选<option>称职</select>", ["未选"]),
        ("<select multiple><option selected>甲<option>乙<option selected>丙</select>", ["甲", "丙"]),
        ("<datalist><option>备选</datalist>正文", ["正文"]),
        ('<input type="submit" value="提交">正文<noembed>备用</noembed>', ["正文"]),
    ],
)
def test_forms_say_what_they_are_filled_with(tmp_path: Path, body: str, texts: list[str]) -> None:
    document = _document(tmp_path, "甲.html", f"<html><body>{body}</body></html>".encode())
    assert [text for text, _ in _blocks(document)] == texts


def test_pages_in_frames_are_noted_and_their_stand_ins_left_out(tmp_path: Path) -> None:
    document = _document(tmp_path, "甲.html", "<p>正文</p><iframe src='a.html'>看不到框架</iframe>".encode())
    assert (document.text, document.notes) == (
        "正文",
        ("网页里用框架嵌有 1 个别的网页，其内容没有读入，请单独打开后另存",),
    )
    (tmp_path / "框.html").write_text("<html><frameset><frame src=a><noframes><p>备用</p></noframes></frameset></html>")
    (item,) = read(tmp_path / "框.html", "框.html")
    assert isinstance(item, Failure)
    assert (item.kind, "只有框架" in item.message) == ("empty", True)
