"""Mails and pages saved as one file: header, body and attachments, each read once, at its place."""

from __future__ import annotations

import base64
import io
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.mails import read_mail
from mingcha.pipeline.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def _docx(text: str) -> bytes:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def _message(body: str = "正文第一行\n正文第二行\n") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "报送谈话记录", "甲 <a@example.org>", "乙 <b@example.org>"
    message.set_content(body)
    return message


def _attach(message: EmailMessage, name: str, data: bytes) -> None:
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)


def _items(folder: Path, data: bytes, name: str = "来信.eml") -> dict[str, Document | Failure]:
    (folder / name).write_bytes(data)
    return {item.name: item for item in read(folder / name, name)}


def test_header_and_body_bear_their_places(tmp_path: Path) -> None:
    (item,) = _items(tmp_path, _message().as_bytes()).values()
    assert isinstance(item, Document), item
    assert item.format == "eml"
    places = {block.span.of(item.text): block.locator.label for block in item.blocks}
    assert places["主题：报送谈话记录"] == "邮件“主题”"
    assert places["正文第二行"] == "邮件第2行"


def test_attachments_are_files_of_their_own(tmp_path: Path) -> None:
    message = _message()
    _attach(message, "谈话记录.docx", _docx("附件正文"))
    _attach(message, "空.txt", b"")
    _attach(message, "谈话记录.docx", _docx("同名附件"))
    items = _items(tmp_path, message.as_bytes())
    got = {name: item.text if isinstance(item, Document) else item.kind for name, item in items.items()}
    assert list(got) == ["来信.eml", "来信.eml!谈话记录.docx", "来信.eml!空.txt", "来信.eml!谈话记录.docx (2)"]
    assert list(got.values())[1:] == ["附件正文", "empty", "同名附件"]


def test_old_encodings_of_body_and_names_are_understood(tmp_path: Path) -> None:
    raw = (
        b"Subject: =?gb2312?B?" + base64.b64encode("情况反映".encode("gbk")) + b"?=\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "镕基同志的批示".encode("gbk")
    )
    (item,) = _items(tmp_path, raw).values()
    assert isinstance(item, Document), item
    assert item.text == "主题：情况反映\n镕基同志的批示"
    assert item.encoding == "gb18030"


def test_of_two_forms_of_a_body_one_is_read(tmp_path: Path) -> None:
    both = _message("只读一次\n")
    both.add_alternative("<p>只读一次</p>", subtype="html")
    page = EmailMessage()
    page["Subject"] = "网页"
    page.set_content("<table><tr><td>左</td><td>右</td></tr></table>", subtype="html")
    (first,) = _items(tmp_path, both.as_bytes()).values()
    (second,) = _items(tmp_path, page.as_bytes(), "网页.eml").values()
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.text.count("只读一次") == 1
    assert second.text == "主题：网页\n左\t右"


def test_a_plain_form_that_only_points_at_the_page_is_not_taken_for_the_body(tmp_path: Path) -> None:
    message = _message("请用网页方式查看\n")
    message.add_alternative("<p>" + "真正的内容在这里，共有三项。" * 5 + "</p>", subtype="html")
    (item,) = _items(tmp_path, message.as_bytes()).values()
    assert isinstance(item, Document)
    assert "真正的内容" in item.text
    assert "请用网页方式查看" not in item.text


def test_attachments_on_the_form_that_is_not_read_are_not_lost(tmp_path: Path) -> None:
    message = _message("只读一次\n")
    message.add_alternative("<p>只读一次</p>", subtype="html")
    page = message.get_payload(1)
    assert isinstance(page, EmailMessage)
    page.make_mixed()
    _attach(page, "附件.docx", _docx("附件正文"))
    items = _items(tmp_path, message.as_bytes())
    attached = items["来信.eml!附件.docx"]
    assert isinstance(attached, Document)
    assert attached.text == "附件正文"


def test_pictures_inside_a_page_are_noted_and_those_attached_are_files(tmp_path: Path) -> None:
    message = EmailMessage()
    message.set_content("<p>见图</p><img src=cid:1>", subtype="html")
    message.add_related(_PNG, "image", "png", cid="<1>")
    message["Subject"] = "图"
    (item,) = _items(tmp_path, message.as_bytes()).values()
    assert isinstance(item, Document)
    assert item.notes == ("正文里嵌有 1 张图片，没有读入",)


def test_a_page_saved_as_one_file_is_read(tmp_path: Path) -> None:
    raw = (
        b"From: <Saved by Browser>\r\nSubject: =?utf-8?B?6YCa5oql?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: 8bit\r\n\r\n<p>" + "工作通报".encode() + b"</p>\r\n--x--\r\n"
    )
    (item,) = _items(tmp_path, raw, "通报.mht").values()
    assert isinstance(item, Document)
    assert "工作通报" in item.text
    assert item.notes == ()


def test_archives_in_mails_and_mails_in_archives_are_opened_once(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        package.writestr("表.txt", "压缩包里的文字")
    message = _message()
    _attach(message, "包.zip", inner.getvalue())
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as package:
        package.writestr("信.eml", message.as_bytes())
    assert isinstance(_items(tmp_path, message.as_bytes())["来信.eml!包.zip!表.txt"], Document)
    nested = _items(tmp_path, outer.getvalue(), "全部.zip")
    assert isinstance(nested["全部.zip!信.eml"], Document)
    refused = nested["全部.zip!信.eml!包.zip"]
    assert isinstance(refused, Failure)
    assert "只读一层" in refused.message


def test_forwarded_mails_are_read_with_their_own_header(tmp_path: Path) -> None:
    message = _message()
    message.add_attachment(_message("原信内容\n"))
    forwarded = _items(tmp_path, message.as_bytes())["来信.eml!转发邮件.eml"]
    assert isinstance(forwarded, Document)
    assert "原信内容" in forwarded.text


@given(st.lists(st.sampled_from(["plain", "html", "file", "empty"]), min_size=1, max_size=6))
def test_every_mark_of_a_mail_comes_back_once(kinds: list[str]) -> None:
    message = _message("BODY0\n")
    for number, kind in enumerate(kinds, start=1):
        mark = f"MARK{number}X"
        if kind in {"plain", "html"}:
            message.add_attachment(mark if kind == "plain" else f"<p>{mark}</p>", subtype=kind, disposition="inline")
        else:
            _attach(message, f"{mark}.txt", mark.encode() if kind == "file" else b"")
    mail = read_mail(message.as_bytes())
    everything = mail.reading.text + "".join(f"{one.name}{one.data.decode()}" for one in mail.attachments)
    for number, kind in enumerate(kinds, start=1):
        assert everything.count(f"MARK{number}X") == (2 if kind == "file" else 1)
    assert everything.count("BODY0") == 1


_NAMES = "关于周镕、祎堃同志的报告"  # 镕、祎 and 堃 are in no GB 2312


def _word(data: bytes, charset: str = "gb2312") -> bytes:
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?=".encode()


_RAW = _NAMES.encode("gbk")


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(_RAW, id="bare bytes"),
        pytest.param(_NAMES.encode(), id="bare UTF-8"),
        pytest.param(_word(_RAW), id="named after the smaller set"),
        pytest.param(b"\r\n ".join([_word(_RAW[:5]), _word(_RAW[5:12]), _word(_RAW[12:])]), id="cut in two"),
        pytest.param(b"=?GBK?Q?" + "".join(f"={byte:02X}" for byte in _RAW).encode() + b"?=", id="quoted"),
    ],
)
def test_headers_of_chinese_programs_keep_every_character(tmp_path: Path, subject: bytes) -> None:
    data = b"Subject: " + subject + b"\r\nMIME-Version: 1.0\r\n\r\nbody\r\n"
    (item,) = _items(tmp_path, data).values()
    assert isinstance(item, Document)
    assert item.text == f"主题：{_NAMES}\nbody"


def _mixed(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    head = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b"; boundary=B\r\n\r\n"
    return head + b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + b"--B--\r\n"


def test_bare_file_names_of_attachments_are_kept(tmp_path: Path) -> None:
    disposition = b'Content-Disposition: attachment; filename="' + "周镕.txt".encode("gbk") + b'"\r\n\r\nabc'
    assert list(_items(tmp_path, _mixed(disposition))) == ["来信.eml", "来信.eml!周镕.txt"]


def test_what_a_part_says_of_its_encoding_decides_for_a_few_characters(tmp_path: Path) -> None:
    part = b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "页眉 page".encode("gbk")  # valid as UTF-8, too
    (item,) = _items(tmp_path, _mixed(part)).values()
    assert isinstance(item, Document)
    assert item.text.endswith("页眉 page")


def test_what_belongs_to_the_page_or_signs_it_is_no_attachment_but_all_else_is(tmp_path: Path) -> None:
    parts = [
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>page</p><iframe></iframe>",
        b"Content-Type: text/css\r\n\r\np {}",
        b"Content-Type: application/rss+xml\r\n\r\n<x/>",
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nxyz",
        b"Content-Type: application/msword\r\n\r\n\xd0\xcf\x11\xe0",
    ]
    items = _items(tmp_path, _mixed(*parts, kind=b"related"))
    assert [*items] == ["来信.eml", "来信.eml!未命名附件"]
    letter = items["来信.eml"]
    assert isinstance(letter, Document)
    assert (letter.text, len(letter.notes)) == ("主题：x\npage", 1)


def test_reports_of_delivery_are_read(tmp_path: Path) -> None:
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: x\r\n\r\nFinal-Recipient: rfc822; a@b.cn\r\n"
    report = _items(tmp_path, _mixed(status, kind=b"report"))["来信.eml!回执.txt"]
    assert isinstance(report, Document)
    assert "a@b.cn" in report.text


@pytest.mark.parametrize(
    ("name", "data", "format_"),
    [
        ("甲.eml", b"From: a@b.cn\nSubject: =?gbk?B?sai45g==?=\n\nbody\n", "eml"),
        ("甲.eml", b"From a@b.cn Tue Mar  5 10:11:12 2024\nSubject: x\nMIME-Version: 1.0\n\nbody\n", "eml"),
        ("甲.txt", b"From: a@b.cn\nSubject: x\n\nbody\n", "txt"),
        ("甲.eml", "督查通报\n".encode(), "txt"),
    ],
)
def test_mails_are_known_by_their_first_lines(tmp_path: Path, name: str, data: bytes, format_: str) -> None:
    (item,) = _items(tmp_path, data, name).values()
    assert isinstance(item, Document)
    assert item.format == format_


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x78\x9f\x3e\x22\x00\x00\x01\x02\x03\x04\x05\xff\xfe\xfd", "winmail.dat"),
        (bytes.fromhex("308201790609 2a864886f70d010703") + bytes(range(128, 200)), "S/MIME"),
    ],
)
def test_packed_and_locked_mails_are_called_by_their_names(tmp_path: Path, data: bytes, words: str) -> None:
    message = _message()
    _attach(message, "a.dat", data)
    item = _items(tmp_path, message.as_bytes())["来信.eml!a.dat"]
    assert isinstance(item, Failure)
    assert (item.kind, words in item.message) == ("unsupported", True)


def test_forms_within_forms_are_weighed_once(tmp_path: Path) -> None:
    levels = b"".join(
        f"Content-Type: multipart/alternative; boundary=B{level}\n\n--B{level}\n".encode() for level in range(60)
    )
    (item,) = _items(tmp_path, b"MIME-Version: 1.0\n" + levels + b"Content-Type: text/plain\n\ndeep\n").values()
    assert isinstance(item, Document)
    assert item.text.strip() == "deep"


def test_a_marked_mail_covers_its_attachments_and_none_is_missing_from_the_list(tmp_path: Path) -> None:
    message = _message("机密★1年\n正文\n")
    _attach(message, "甲.txt", "附件正文".encode())
    _attach(message, "乙.docx", _docx("附件正文"))
    (tmp_path / "a").write_bytes(message.as_bytes())
    names = ["来信.eml", "来信.eml!甲.txt", "来信.eml!乙.docx"]
    items = read(tmp_path / "a", "来信.eml")
    assert [(item.name, isinstance(item, Failure) and item.kind) for item in items] == [
        (name, "classified") for name in names
    ]
    assert isinstance(items[1], Failure)
    assert "所在的邮件没有读取" in items[1].message
    allowed = read(tmp_path / "a", "来信.eml", ReadingSettings(allow_classified=True))
    assert [(item.name, type(item)) for item in allowed] == [(name, Document) for name in names]


def _page(tmp_path: Path, html: str) -> Document | Failure:
    (item,) = _items(tmp_path, f"<html><body>{html}</body></html>".encode(), "页.html").values()
    return item


def test_pictures_of_a_page_are_counted_and_their_alternative_words_left_out(tmp_path: Path) -> None:
    shown = (
        '<img src=a.png alt="替代"><img src=b.png><img src=c.gif width=1 height=1><noscript><img src=b.png></noscript>'
    )
    item = _page(tmp_path, f"<p>正文</p>{shown}")
    assert isinstance(item, Document)
    assert (item.text, item.notes) == (
        "正文",
        ("网页里有 2 张图片（1 张带有替代文字，也没有读入），图片里如有文字，没有读入",),
    )
    plain = _page(tmp_path, "<p>正文</p><img src=c.gif width=1 height=1>")
    assert isinstance(plain, Document)
    assert plain.notes == ()


def test_a_page_of_pictures_alone_has_no_text(tmp_path: Path) -> None:
    item = _page(tmp_path, "<img src=a.png>")
    assert isinstance(item, Failure)
    assert item.kind == "no_text"
