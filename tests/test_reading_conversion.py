"""Old text documents through the real LibreOffice: read whole, at the right paragraph, deletions kept apart."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reading.conversion import converting, find_office
from mingcha.pipeline.reading.files import LARGEST_FILE, read
from mingcha.pipeline.reading.originals import count_original
from mingcha.pipeline.reading.settings import ReadingSettings
from mingcha.pipeline.reading.word_parts import inked

if TYPE_CHECKING:
    from pathlib import Path

needs_office = pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
_DELETED = f"""<w:p {nsdecls("w")}><w:r><w:t>KEPT</w:t></w:r>
<w:del w:id="2" w:author="李四" w:date="2024-05-06T08:00:00Z"><w:r><w:delText>DELETED</w:delText></w:r></w:del></w:p>"""


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


@needs_office
@pytest.mark.parametrize(("kind", "name"), [("doc", "文.doc"), ("doc", "文.wps"), ("rtf", "文.rtf"), ("odt", "文.odt")])
def test_every_mark_comes_back_once_at_its_place(
    tmp_path: Path, old_files: dict[str, bytes], kind: str, name: str
) -> None:
    (tmp_path / name).write_bytes(old_files[kind])
    (item,) = read(tmp_path / name, name)
    assert isinstance(item, Document), item
    assert item.format == kind
    assert item.sha256 == hashlib.sha256(old_files[kind]).hexdigest()
    assert [item.text.count(mark) for mark in ("MARK1", "MARK2", "CELL", "HEADER", "KEPT")] == [1] * 5
    places = {block.span.of(item.text): block.locator for block in item.blocks}
    assert places["第二段MARK2"].paragraph == 2
    assert (places["CELL"].table, places["CELL"].row, places["CELL"].column) == (1, 1, 2)
    assert "DELETED" not in item.text
    assert [(trace.kind, trace.author, trace.text) for trace in item.traces] == [("deletion", "李四", "DELETED")]
    assert "由 LibreOffice 转换后读取" in item.notes[0]
    deleted = 0 if kind == "odt" else len("DELETED")
    assert (item.coverage, count_original(old_files[kind], kind)) == (1.0, inked(item.text) + deleted)
    assert not [note for note in item.notes if "扩展名" in note]


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
    with converting([tmp_path / name for name in sources]) as folder:
        assert folder is not None
        made = {path.stem for path in folder.iterdir() if path.stat().st_size}
        assert {hashlib.sha256(sources[name]).hexdigest() for name in ("0.doc", "1.rtf", "2.odt")} <= made
        (item,) = read(tmp_path / "1.rtf", "1.rtf", ReadingSettings(conversions=folder))
        (bad,) = read(tmp_path / "坏.doc", "坏.doc", ReadingSettings(conversions=folder))
    assert not folder.exists()
    assert isinstance(item, Document)
    assert isinstance(bad, Failure)
    assert (bad.kind, "请" in bad.message) == ("corrupt", True)


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
