"""Old text documents through the real LibreOffice: read whole, at the right paragraph, deletions kept apart."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reading.assembly import inked
from mingcha.pipeline.reading.conversion import converting, find_office
from mingcha.pipeline.reading.files import LARGEST_FILE, read
from mingcha.pipeline.reading.originals import count_original
from mingcha.pipeline.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from pathlib import Path

needs_office = pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
_DELETED = f"""<w:p {nsdecls("w")}><w:r><w:t>KEPT</w:t></w:r>
<w:del w:id="2" w:author="李四" w:date="2024-05-06T08:00:00Z"><w:r><w:delText>DELETED</w:delText></w:r></w:del></w:p>"""

_WORDML = """<?xml version="1.0" encoding="{encoding}" standalone="yes"?>
<?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"
 xmlns:aml="http://schemas.microsoft.com/aml/2001/core"><w:body>
<w:p><w:r><w:t>第一段MARK1</w:t></w:r></w:p><w:p><w:r><w:t>第二段KEPT</w:t></w:r>{change}</w:p>
<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/>
</w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr><w:p/></w:tc><w:tc><w:tcPr>
<w:tcW w:w="4000" w:type="dxa"/></w:tcPr><w:p><w:r><w:t>CELL</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:wordDocument>"""
_CHANGE = """<aml:annotation aml:id="2" w:type="Word.Insertion" aml:author="李四" aml:createdate="2024-05-06T08:00:00Z">
<aml:content><w:r><w:t>后来加上的话</w:t></w:r></aml:content></aml:annotation>"""


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("第一段MARK1")
    document.add_paragraph("第二段MARK2")
    document.add_table(rows=1, cols=2).cell(0, 1).text = "CELL"
    document.element.body.insert(-1, parse_xml(_DELETED))
    document.sections[0].header.paragraphs[0].text = "HEADER"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One document in each of the old formats, written by LibreOffice itself."""
    folder = tmp_path_factory.mktemp("alt")
    (folder / "文.docx").write_bytes(_docx())
    office = find_office()
    assert office is not None
    for kind in ("doc", "rtf", "odt"):
        command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", folder, folder / "文.docx"], check=True, capture_output=True, timeout=120)
    return {kind: (folder / f"文.{kind}").read_bytes() for kind in ("doc", "rtf", "odt")}


@pytest.fixture
def office_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that grows by a line with each start of LibreOffice."""
    (tmp_path / "bin").mkdir()
    script, calls = tmp_path / "bin" / "soffice", tmp_path / "calls"
    script.write_text(f'#!/bin/sh\necho call >> "{calls}"\nexec "{find_office()}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setitem(os.environ, "PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return calls


@needs_office
@pytest.mark.parametrize(
    ("kind", "name", "before"),
    [
        ("doc", "文.doc", b""),
        ("doc", "文.wps", b""),
        ("rtf", "文.rtf", b""),
        ("rtf", "文.rtf", b" \r\n\t"),
        ("odt", "文.odt", b""),
    ],
)
def test_every_mark_comes_back_once_at_its_place(
    tmp_path: Path, old_files: dict[str, bytes], kind: str, name: str, before: bytes
) -> None:
    data = before + old_files[kind]
    (tmp_path / name).write_bytes(data)
    with converting([tmp_path / name]) as folder:
        assert folder is not None
        (item,) = read(tmp_path / name, name, ReadingSettings(conversions=folder))
        assert [path.stem for path in folder.iterdir()] == [hashlib.sha256(data).hexdigest()]
    assert isinstance(item, Document), item
    assert item.format == kind
    assert item.sha256 == hashlib.sha256(data).hexdigest()
    assert [item.text.count(mark) for mark in ("MARK1", "MARK2", "CELL", "HEADER", "KEPT")] == [1] * 5
    places = {block.span.of(item.text): block.locator for block in item.blocks}
    assert places["第二段MARK2"].paragraph == 2
    assert (places["CELL"].table, places["CELL"].row, places["CELL"].column) == (1, 1, 2)
    assert "DELETED" not in item.text
    assert [(trace.kind, trace.author, trace.text) for trace in item.traces] == [("deletion", "李四", "DELETED")]
    assert "由 LibreOffice 转换后读取" in item.notes[0]
    deleted = 0 if kind == "odt" else len("DELETED")
    assert (item.coverage, count_original(data, kind)) == (1.0, inked(item.text) + deleted)
    assert not [note for note in item.notes if "扩展名" in note]


@needs_office
@pytest.mark.parametrize(
    ("name", "encoding", "change", "whole"),
    [
        ("文.xml", "utf-8", "", True),
        ("文.doc", "utf-8-sig", "", True),
        ("文.xml", "utf-16", "", True),
        ("文.xml", "utf-8", _CHANGE, False),  # LibreOffice leaves such words out; that must be told
    ],
)
def test_word_documents_in_xml_are_converted_with_the_others(
    tmp_path: Path, name: str, encoding: str, change: str, whole: bool
) -> None:
    (tmp_path / name).write_bytes(_WORDML.format(change=change, encoding=encoding[:6].rstrip("-")).encode(encoding))
    with converting([tmp_path / name]) as folder:
        assert folder is not None
        (item,) = read(tmp_path / name, name, ReadingSettings(conversions=folder))
    assert isinstance(item, Document), item
    assert (item.format, item.text) == ("wordml", "第一段MARK1\n第二段KEPT\nCELL")
    assert [block.locator.label for block in item.blocks] == ["第1段", "第2段", "表格1第1行第2列"]
    assert (item.coverage == 1.0) is whole
    assert any("有文字没有读入" in note for note in item.notes) is not whole


@needs_office
def test_other_xml_is_not_converted(tmp_path: Path) -> None:
    for name, program in (("表.xml", "Excel.Sheet"), ("示.xml", "PowerPoint.Show")):
        (tmp_path / name).write_text(
            f'<?xml version="1.0"?><?mso-application progid="{program}"?><a/>', encoding="utf-8"
        )
    with converting(tmp_path.iterdir()) as folder:
        assert folder is None


@needs_office
def test_many_files_are_converted_in_one_call_and_a_bad_one_costs_only_itself(
    tmp_path: Path, old_files: dict[str, bytes]
) -> None:
    sources = {f"{number}.{kind}": data + b" " * number for number, (kind, data) in enumerate(old_files.items())}
    sources["坏.doc"] = old_files["doc"][:3000]
    sources["坏.rtf"] = b"{\\rtf1 \\bin99999999 "
    sources["无关.txt"] = "不用转换".encode()
    for name, data in sources.items():
        (tmp_path / name).write_bytes(data)
    told: list[int] = []
    with converting([tmp_path / name for name in sources], tell=told.append) as folder:
        assert folder is not None
        assert told == [4]  # the beginning of 坏.doc does not say that it is Word's
        made = {path.stem for path in folder.iterdir() if path.stat().st_size}
        assert {hashlib.sha256(sources[name]).hexdigest() for name in ("0.doc", "1.rtf", "2.odt")} <= made
        (item,) = read(tmp_path / "1.rtf", "1.rtf", ReadingSettings(conversions=folder))
        (bad,) = read(tmp_path / "坏.doc", "坏.doc", ReadingSettings(conversions=folder))
    assert not folder.exists()
    assert isinstance(item, Document)
    assert isinstance(bad, Failure)
    assert (bad.kind, "请" in bad.message) == ("corrupt", True)


@needs_office
def test_the_old_documents_of_an_archive_are_converted_in_one_call(
    tmp_path: Path, old_files: dict[str, bytes], office_calls: Path
) -> None:
    members = {
        f"附 件/{number}.{kind}": old_files[kind] + b" " * number for number in (1, 2) for kind in ("doc", "rtf")
    }
    members |= {"新.docx": _docx(), "说明.txt": "不用转换".encode(), "表.xls": old_files["doc"][:8] + bytes(600)}
    with zipfile.ZipFile(tmp_path / "包.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    items = {item.name: item for item in read(tmp_path / "包.zip", "包.zip")}
    assert office_calls.read_text(encoding="utf-8").count("call") == 1
    for name, data in members.items():
        item = items[f"包.zip!{name}"]
        if name != "表.xls":
            assert isinstance(item, Document), item
            assert item.sha256 == hashlib.sha256(data).hexdigest()
            assert item.text.count("MARK1") == (name != "说明.txt")
    assert isinstance(items["包.zip!表.xls"], Failure)


@needs_office
def test_an_old_document_that_must_not_be_unpacked_costs_itself_only(
    tmp_path: Path, old_files: dict[str, bytes]
) -> None:
    with zipfile.ZipFile(tmp_path / "包.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("../外.rtf", old_files["rtf"])
        package.writestr("炸弹.rtf", b"{\\rtf1 " + bytes(30_000_000))
        package.writestr("好.rtf", old_files["rtf"])
    items = {item.name: item for item in read(tmp_path / "包.zip", "包.zip")}
    kinds = {name: item.kind if isinstance(item, Failure) else "read" for name, item in items.items()}
    assert kinds == {"包.zip!../外.rtf": "corrupt", "包.zip!炸弹.rtf": "too_large", "包.zip!好.rtf": "read"}


@needs_office
def test_a_file_that_is_too_large_to_be_read_is_not_converted(tmp_path: Path, old_files: dict[str, bytes]) -> None:
    (tmp_path / "大.doc").write_bytes(old_files["doc"])
    with (tmp_path / "大.doc").open("r+b") as file:
        file.truncate(LARGEST_FILE + 1)
    with converting([tmp_path / "大.doc"]) as folder:
        assert folder is None


def test_without_libreoffice_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    monkeypatch.setattr("mingcha.pipeline.reading.conversion._PLACES", ())
    (tmp_path / "旧.rtf").write_bytes(b"{\\rtf1 words}")
    (item,) = read(tmp_path / "旧.rtf", "旧.rtf")
    assert isinstance(item, Failure)
    assert item.kind == "unsupported"
    assert "请安装 LibreOffice 后重新运行，或者用 Word 或 WPS 打开" in item.message
