"""The one way in: what each kind of file becomes, good, wrong, damaged or packed."""

from __future__ import annotations

import hashlib
import io
import random
import stat
import zipfile
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reading.failures import CAUSES, REMEDIES
from mingcha.pipeline.reading.files import LARGEST_FILE, read
from mingcha.pipeline.reading.folder import list_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TEXT = "关于工作情况的报告。\n群众反映较多。\n"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512)


def _docx(text: str = "正文内容") -> bytes:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def _xlsx(text: str = "单元格") -> bytes:
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = text
    book.save(buffer)
    return buffer.getvalue()


def _encrypted(data: bytes) -> bytes:
    """Lock an office file with a password, as Word and Excel do."""
    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("口令", buffer)
    return buffer.getvalue()


def _odf(kind: str, **members: str) -> bytes:
    named = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"} | members
    return _zip({name: words.encode() for name, words in named.items()})


def _zip(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


def _locked(data: bytes) -> bytes:
    """Set the flag that says a member is encrypted, in both headers of each member."""
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data = signature.join(
            part if index == 0 else part[: offset - 4] + bytes([part[offset - 4] | 1]) + part[offset - 3 :]
            for index, part in enumerate(data.split(signature))
        )
    return data


def _items(folder: Path, name: str, data: bytes) -> list[Document | Failure]:
    path = folder / name
    path.write_bytes(data)
    return read(path, name)


def _item(folder: Path, name: str, data: bytes) -> Document | Failure:
    (item,) = _items(folder, name, data)
    return item


@pytest.mark.parametrize(
    ("name", "data", "format_"),
    [
        ("甲.txt", _TEXT.encode(), "txt"),
        ("没有扩展名", _TEXT.encode("gbk"), "txt"),
        ("甲.MD", _TEXT.encode(), "md"),
        ("甲.csv", b"a,b\n", "csv"),
        ("甲.htm", b"<p>a</p>", "html"),
        ("名 称😀.docx", _docx(), "docx"),
        ("甲.xlsx", _xlsx(), "xlsx"),
    ],
)
def test_files_that_are_what_they_say_have_no_notes(tmp_path: Path, name: str, data: bytes, format_: str) -> None:
    item = _item(tmp_path, name, data)
    assert isinstance(item, Document), item
    assert (item.name, item.format, item.notes) == (name, format_, ())
    assert item.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "format_", "really"),
    [
        ("甲.docx", _TEXT.encode("gbk"), "txt", "纯文本"),
        ("甲.doc", b"<html><body>a</body></html>", "html", "网页"),
        ("甲.xls", b"<table><tr><td>a</td></tr></table>", "html", "网页"),
        ("甲.txt", b"<!DOCTYPE html><p>a", "html", "网页"),
        ("甲.html", _TEXT.encode(), "txt", "纯文本"),
        ("甲.pdf", _docx(), "docx", "Word 文档（docx）"),
        ("甲.docx", _xlsx(), "xlsx", "Excel 工作簿（xlsx）"),
        ("甲.xls", _xlsx(), "xlsx", "Excel 工作簿（xlsx）"),
        ("甲.png", _TEXT.encode(), "txt", "纯文本"),
    ],
)
def test_a_readable_file_under_a_wrong_name_is_read_and_noted(
    tmp_path: Path, name: str, data: bytes, format_: str, really: str
) -> None:
    item = _item(tmp_path, name, data)
    assert isinstance(item, Document), item
    suffix = name[1:]
    assert (item.format, item.notes) == (format_, (f"扩展名是“{suffix}”，内容其实是{really}，已按内容读取",))


@pytest.mark.parametrize(
    ("name", "data", "kind", "words"),
    [
        ("甲.txt", b"", "empty", "0 字节"),
        ("甲.txt", " \r\n　\t".encode(), "empty", "没有任何文字"),
        ("甲.txt", b"\xef\xbb\xbf", "empty", "没有任何文字"),
        ("甲.html", b"<html><script>x</script></html>", "empty", "没有任何文字"),
        ("甲.docx", b"", "empty", "0 字节"),
        ("甲.docx", _zip({"a.txt": b"x"}), "wrong_format", "内容却是普通压缩包"),
        ("甲.docx", _locked(_zip({"a.txt": b"x"})), "wrong_format", "内容却是加密的压缩包"),
        ("甲.docx", random.Random(1).randbytes(999), "wrong_format", "内容却是无法识别的二进制数据"),
        ("甲.txt", random.Random(2).randbytes(999), "wrong_format", "内容却是无法识别的二进制数据"),
        ("甲.docx", b"Rar!\x1a\x07\x00" + bytes(99), "wrong_format", "内容却是RAR 压缩包"),
        ("甲.rar", b"Rar!\x1a\x07\x00" + bytes(99), "unsupported", "RAR 压缩包。请先解压"),
        ("甲.ofd", _zip({"OFD.xml": b"<x"}), "corrupt", "已损坏"),
        ("甲.pptx", _zip({"ppt/presentation.xml": b"<x/>"}), "unsupported", "演示文稿（pptx）"),
        ("甲.odp", _odf("presentation"), "unsupported", "OpenDocument 文档（演示、绘图等）"),
        ("甲.odt", _odf("text", **{"META-INF/manifest.xml": "<encryption-data/>"}), "encrypted", "取消密码"),
        ("甲.bin", random.Random(3).randbytes(999), "unsupported", "无法识别的二进制数据"),
        ("甲.doc", _OLE, "corrupt", "已损坏"),
        ("甲.docx", _encrypted(_docx()), "encrypted", "取消密码"),
        ("甲.xlsx", _encrypted(_xlsx()), "encrypted", "取消密码"),
        ("甲.pdf", b"%PDF-1.4\nabc", "corrupt", "已损坏"),
        ("甲.docx", _docx()[:2000], "corrupt", "已损坏"),
        ("甲.zip", _zip({})[:-3], "corrupt", "已损坏"),
        ("甲.zip", _zip({}), "empty", "压缩包里没有文件"),
        ("甲.docx", _zip({"word/document.xml": b"<x/>", "../../a.xml": b"x"}), "corrupt", "指向包外"),
        ("甲.docx", _zip({"word/document.xml": bytes(3_000_000)}), "too_large", "压缩炸弹"),
        ("甲.zip", _zip({f"{number}.txt": b"" for number in range(10_001)}), "too_large", "10001 个文件"),
    ],
)  # fmt: skip
def test_each_refusal_names_file_cause_and_remedy(
    tmp_path: Path, name: str, data: bytes, kind: str, words: str
) -> None:
    item = _item(tmp_path, name, data)
    assert isinstance(item, Failure), item
    assert item.kind == kind
    assert item.message.startswith(f"“{name}”：")
    assert words in item.message
    assert "。请" in item.message
    assert item.message.endswith("。")
    assert item.sha256 == hashlib.sha256(data).hexdigest()


def test_each_kind_of_failure_has_its_own_words() -> None:
    assert CAUSES.keys() == REMEDIES.keys()
    assert len(set(CAUSES.values())) == len(set(REMEDIES.values())) == len(CAUSES)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "大.txt").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    (item,) = read(tmp_path / "大.txt", "大.txt")
    assert isinstance(item, Failure)
    assert (item.kind, item.message, item.sha256) == (
        "too_large", "“大.txt”：文件超过 200 MB。请拆分成几个较小的文件。", None
    )  # fmt: skip


def test_what_the_system_withholds_is_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "没有.txt", tmp_path / ("长" * 200)):
        (item,) = read(path, "甲")
        assert isinstance(item, Failure)
        assert (item.kind, item.message.endswith(REMEDIES["unreadable"] + "。")) == ("unreadable", True)


def test_an_archive_gives_one_item_for_each_member(tmp_path: Path) -> None:
    members = {
        "报告.docx": _docx("正文"),
        "附件/表.xlsx": _xlsx("格"),
        "附件/": b"",
        "空.txt": b"",
        "内.zip": _zip({"a.txt": b"x"}),
        "__MACOSX/._报告.docx": bytes.fromhex("00051607") + bytes(99),
        "~$报告.docx": b"x",
    }
    items = _items(tmp_path, "包.zip", _zip(members))
    got = {item.name: item.text if isinstance(item, Document) else item.kind for item in items}
    assert got == {
        "包.zip!报告.docx": "正文",
        "包.zip!附件/表.xlsx": "格",
        "包.zip!空.txt": "empty",
        "包.zip!内.zip": "unsupported",
    }
    assert items[0].sha256 == hashlib.sha256(members["报告.docx"]).hexdigest()


def test_a_bad_member_fails_alone_and_by_name(tmp_path: Path) -> None:
    members = {
        "C:\\a.txt": b"x",
        "/etc/a.txt": b"x",
        "../b.txt": b"x",
        "大.txt": bytes(3_000_000),
        "链接.txt": b"/etc/passwd",
        "好.txt": "好".encode(),
    }
    items = _items(tmp_path, "包.zip", _linking(_zip(members), "链接.txt"))
    failures = {item.name: (item.kind, item.message) for item in items if isinstance(item, Failure)}
    assert [item.name for item in items if isinstance(item, Document)] == ["包.zip!好.txt"]
    assert {name: kind for name, (kind, _) in failures.items()} == {
        "包.zip!C:/a.txt": "corrupt",
        "包.zip!/etc/a.txt": "corrupt",
        "包.zip!../b.txt": "corrupt",
        "包.zip!大.txt": "too_large",
        "包.zip!链接.txt": "unsupported",
    }
    assert "疑似压缩炸弹" in failures["包.zip!大.txt"][1]
    assert "这是快捷链接" in failures["包.zip!链接.txt"][1]


def _linking(data: bytes, name: str) -> bytes:
    """Make the member called *name* a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename == name:
                member.external_attr = (stat.S_IFLNK | 0o777) << 16
            new.writestr(member, old.read(member.filename))
    return buffer.getvalue()


def test_a_packing_method_that_is_not_known_is_no_damage(tmp_path: Path) -> None:
    data = bytearray(_zip({"a.txt": _TEXT.encode()}))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.find(signature) + offset] = 9  # "deflate64", which Windows writes for large files
    (item,) = _items(tmp_path, "包.zip", bytes(data))
    assert isinstance(item, Failure)
    assert (item.kind, "压缩方法" in item.message) == ("unsupported", True)


def test_documents_under_the_names_of_lock_files_are_read(tmp_path: Path) -> None:
    long = _TEXT.encode() * 100
    members = {"~$锁.txt": b"x" * 162, "~$报告.txt": long, "._报告.txt": long, "__MACOSX/谈话.txt": long}
    items = _items(tmp_path, "包.zip", _zip(members))
    assert [item.name for item in items] == ["包.zip!~$报告.txt", "包.zip!._报告.txt", "包.zip!__MACOSX/谈话.txt"]


def test_a_blank_picture_is_no_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(_docx())) as package:
        members = {name: package.read(name) for name in package.namelist()}
    item = _item(tmp_path, "甲.docx", _zip({**members, "word/media/扫描.bmp": b"\xff" * 3_000_000}))
    assert isinstance(item, Document)
    assert item.notes == ("文档里有 1 张图片，图片里如有文字，没有读入",)


def test_member_names_in_gbk_and_with_backslashes_are_understood(tmp_path: Path) -> None:
    raw = "资料\\谈话.txt".encode("gbk")
    data = _zip({"x" * len(raw): _TEXT.encode()}).replace(b"x" * len(raw), raw)
    assert [item.name for item in _items(tmp_path, "包.zip", data)] == ["包.zip!资料/谈话.txt"]


def test_locked_members_are_encrypted_and_damaged_ones_corrupt(tmp_path: Path) -> None:
    data = _zip({"a.txt": _TEXT.encode()})
    (locked,) = _items(tmp_path, "包.zip", _locked(data))
    (damaged,) = _items(tmp_path, "包.zip", data[:40] + bytes(9) + data[49:])
    assert isinstance(locked, Failure)
    assert isinstance(damaged, Failure)
    assert (locked.kind, damaged.kind) == ("encrypted", "corrupt")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_both_read_under_unique_names(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "一")
        package.writestr("a.txt", "二")
    items = _items(tmp_path, "包.zip", buffer.getvalue())
    texts = {item.name: item.text for item in items if isinstance(item, Document)}
    assert texts == {"包.zip!a.txt": "一", "包.zip!a.txt (2)": "二"}


def test_an_entity_bomb_in_a_workbook_does_not_expand(tmp_path: Path) -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(8)
    )
    with zipfile.ZipFile(io.BytesIO(_xlsx())) as package:
        members = {name: package.read(name) for name in package.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    members["xl/worksheets/sheet1.xml"] = (bomb + "]>" + sheet.replace("<v>0</v>", "<v>&i;</v>")).encode()
    item = _item(tmp_path, "甲.xlsx", _zip(members))
    assert isinstance(item, Failure)
    assert item.kind == "corrupt"


@pytest.mark.parametrize(("name", "data"), [("甲.docx", _docx()), ("甲.xlsx", _xlsx())], ids=["docx", "xlsx"])
def test_damage_anywhere_never_raises_and_never_passes_unsaid(tmp_path: Path, name: str, data: bytes) -> None:
    chance = random.Random(7)
    for _ in range(60):
        place = chance.randrange(len(data))
        flipped = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        for damaged in (flipped, data[:place]):
            item = _item(tmp_path, name, damaged)
            if isinstance(item, Document):
                assert item.text == _item(tmp_path, name, data).text  # type: ignore[union-attr]
            else:
                assert item.kind in {"corrupt", "empty", "wrong_format", "unsupported", "too_large"}


def test_damaged_xml_inside_sound_packages_never_raises(tmp_path: Path) -> None:
    chance = random.Random(11)
    for name, data in (("甲.docx", _docx()), ("甲.xlsx", _xlsx())):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = {member: package.read(member) for member in package.namelist()}
        targets = [member for member in members if member.endswith((".xml", ".rels"))]
        for _ in range(60):
            member = chance.choice(targets)
            body = bytearray(members[member])
            for _ in range(3):
                body[chance.randrange(len(body))] = chance.randrange(256)
            items = _items(tmp_path, name, _zip({**members, member: bytes(body)}))
            assert len(items) == 1
            for item in items:
                str(item).encode("utf-8")


def test_a_folder_is_read_whole_under_its_names(tmp_path: Path) -> None:
    (tmp_path / "附 件").mkdir()
    (tmp_path / "附 件" / "甲😀.txt").write_text(_TEXT, encoding="gb18030")
    (tmp_path / "乙.zip").write_bytes(_zip({"丙.txt": _TEXT.encode()}))
    items = [item for name, path in list_files(tmp_path) for item in read(path, name)]
    assert [item.name for item in items] == ["乙.zip!丙.txt", "附 件/甲😀.txt"]
    assert {item.text for item in items if isinstance(item, Document)} == {_TEXT}
