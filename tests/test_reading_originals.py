"""What a conversion leaves out is told by a count of the file before it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from mingcha.pipeline.document import Document
from mingcha.pipeline.reading.conversion import find_office
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.originals import count_original, is_short

if TYPE_CHECKING:
    from pathlib import Path

_BOXES = r"{\shp{\*\shpinst\shpleft0\shptop0\shpright4000\shpbottom3000\shpwr3{\sp{\sn shapeType}{\sv 202}}{\shptxt %s\par}}}"


def _unicode(text: str) -> str:
    return "".join(f"\\u{ord(char)}?" for char in text)


def _bytes(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gbk"))


def _rtf(body: str) -> bytes:
    head = r"{\rtf1\ansi\ansicpg936\uc1\deff0{\fonttbl{\f0\fcharset134 " + _bytes("宋体") + ";}}"
    return (head + r"{\info{\author " + _bytes("某人") + r"}}\pard " + body + r"\par}").encode("ascii")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 0),
        (_unicode("四个汉字"), 4),
        (_bytes("四个汉字") + " abc", 7),
        (r"{\uc2 " + "".join(f"\\u{ord(char)}{_bytes(char)}" for char in "双字节替代") + "}", 5),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt " + _bytes("链接") + "}}", 2),
        (r"{\listtext 1.\tab}" + _bytes("一项"), 2),
        (_BOXES % _bytes("框里"), 2),
        (r"{\pict\pngblip 89504e47}{\*\generator x}", 0),
        (r"\bin6 {{{{{{" + _bytes("后"), 1),
        (r"\{\}\~\_", 2),
        ("}}}", 0),
    ],
)
def test_rtf_text_is_counted_without_what_only_steers_it(body: str, count: int) -> None:
    assert count_original(_rtf(body), "rtf") == count


def test_open_documents_count_notes_and_boxes_once_and_changes_not_at_all() -> None:
    space = 'xmlns:t="urn:t" xmlns:o="urn:o" xmlns:d="urn:d"'
    note = "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>脚注</t:p></t:note-body></t:note>"
    deleted = "<t:tracked-changes><t:p>删除</t:p></t:tracked-changes>"
    content = f"<o:x {space}>{deleted}<t:h>标题</t:h><t:p>正文{note}尾<d:box><t:p>框</t:p></d:box></t:p></o:x>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("content.xml", content)
        package.writestr("styles.xml", f"<o:x {space}><o:header><t:p>页眉</t:p></o:header></o:x>")
    assert count_original(buffer.getvalue(), "odt") == len("标题正文脚注尾框页眉")


@pytest.mark.parametrize("format_", ["wordml", "odt"])
def test_a_count_that_entities_would_falsify_is_refused(format_: str) -> None:
    part = b'<!DOCTYPE x [<!ENTITY e "">]><x xmlns:t="urn:t"><t:p><t:t>&e;</t:t></t:p></x>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("content.xml", part)
    with pytest.raises(RefusalError, match="实体定义"):
        count_original(buffer.getvalue() if format_ == "odt" else part, format_)


@pytest.mark.parametrize(
    ("read_", "original", "short"), [(996, 1000, False), (979, 1000, True), (6, 10, False), (5, 10, True)]
)
def test_a_few_characters_more_or_less_are_no_loss(read_: int, original: int, short: bool) -> None:
    assert is_short(read_, original) is short


_NESTED = """<?xml version="1.0" encoding="UTF-8"?><office:document office:version="1.2"
xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" office:mimetype="application/vnd.oasis.opendocument.text"
xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"><office:body><office:text><text:p>开头的一段文字</text:p>
<text:p><draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm"><draw:text-box><text:p>外框
<draw:frame text:anchor-type="paragraph" svg:width="3cm" svg:height="1cm"><draw:text-box><text:p>框中框</text:p></draw:text-box>
</draw:frame></text:p></draw:text-box></draw:frame>框后</text:p><text:p>后面的一段文字不见了</text:p></office:text></office:body>
</office:document>"""


@pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
def test_text_that_the_conversion_drops_is_noted_and_lowers_coverage(tmp_path: Path) -> None:
    (tmp_path / "a.fodt").write_text(_NESTED, encoding="utf-8")
    office = find_office()
    assert office is not None
    for kind, whole in (("odt", True), ("rtf", False)):
        command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", tmp_path, tmp_path / "a.fodt"], check=True, capture_output=True, timeout=120
        )
        (item,) = read(tmp_path / f"a.{kind}", f"a.{kind}")
        assert isinstance(item, Document), item
        lost = [note for note in item.notes if "有文字没有读入" in note]
        assert ("后面的一段文字" in item.text, item.coverage == 1.0, not lost) == (whole, whole, whole)
