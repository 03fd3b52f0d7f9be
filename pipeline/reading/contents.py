"""What a file really is, judged by its bytes; its name only decides between formats that look alike."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.reading import formats
from mingcha.pipeline.reading.encodings import decode
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.formats import AS_DOCX, AS_PDF, FORMAT_OF, UNPACK

if TYPE_CHECKING:
    from mingcha.pipeline.reading.encodings import Decoded

_ODF = b"application/vnd.oasis.opendocument."
_ODF_FORMATS = {b"text": "odt", b"text-template": "odt", b"spreadsheet": "ods", b"spreadsheet-template": "ods"}
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+<(!doctype\s+html|html|head|meta|body|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<(p|pre|div|br|table|span|body|a|h[1-6]|ul|ol)\b[^>]*>", re.IGNORECASE)
_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
# Header lines and, among them, one that only a mail has.
_MAIL_HEADER = re.compile(
    r"\A(?:From [^\n]*\n)?(?:[A-Z][\w-]*:[^\n]*\n(?:[ \t]+[^\n]*\n)*)*?"
    r"(?:MIME-Version|Received|Message-ID|Return-Path):",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\A(?:From|To|Subject|Date|Content-Type|X-[\w-]+): ", re.IGNORECASE)
_PERSON = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+<Persons?\b", re.DOTALL)
_OFFICE_XML = re.compile(r"<\?mso-application\s+progid=\"(Word\.Document|Excel\.Sheet)\"")


@dataclass(frozen=True, slots=True)
class Content:
    """The format of a file that can be read, with its text decoded where the format is text."""

    format: str
    decoded: Decoded | None = None
    notes: tuple[str, ...] = ()


def recognize(data: bytes, suffix: str) -> Content:
    """Return what *data* is; *suffix* is that of the file's name, lower case with its dot.

    Raises ``RefusalError`` for everything that is not read, and what the parsers raise for a damaged package.
    """
    if not data:
        raise RefusalError("empty", "文件是空的（0 字节）")
    if data.startswith(formats.COMPOUND):
        return _noted(_compound(data), suffix)
    if _is_zip(data, suffix):
        return _noted(Content(_package_format(data, suffix)), suffix)
    if _is_pdf(data, suffix):
        return _noted(Content("pdf"), suffix)
    return _noted(_signed(data, suffix) or _text(data, suffix), suffix)


def _noted(content: Content, suffix: str) -> Content:
    """Note a name that promises another format, for a file that is read all the same."""
    promised = FORMAT_OF.get(suffix)
    label = formats.LABELS.get(content.format)
    known = promised is not None or suffix in formats.FOREIGN
    if label is None or not known or formats.LABELS.get(promised or "") == label:
        return content
    note = f"扩展名是“{suffix}”，内容其实是{label}，已按内容读取"
    return Content(content.format, content.decoded, (note, *content.notes))


def _refusal(suffix: str, label: str, remedy: str) -> RefusalError:
    """Return the refusal of content that is not read: a wrong name if the name promises a format that is."""
    if suffix in FORMAT_OF:
        return RefusalError("wrong_format", f"扩展名是“{suffix}”，内容却是{label}", remedy)
    return RefusalError("unsupported", f"暂不支持{label}", remedy)


def _compound(data: bytes) -> Content:
    from mingcha.pipeline.reading.compound import recognize_compound

    compound = recognize_compound(data)
    return Content(compound.format, notes=("文档带有宏，未运行，也未读入",) if compound.macros else ())


def _is_zip(data: bytes, suffix: str) -> bool:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return True
    return FORMAT_OF.get(suffix) in {"docx", "xlsx", "ofd", "zip"} and b"PK\x05\x06" in data[-(1 << 16) :]


def _package_format(data: bytes, suffix: str) -> str:
    """Return which kind of package bytes are that begin like a zip file; ``zip`` where it is an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        names = {member.filename for member in members}
        promised = FORMAT_OF.get(suffix)
        known = _office_format(names, promised) or _document_format(package, names)
    if known:
        return known
    for name, label, remedy in formats.UNREAD_PACKAGES:
        if name in names:
            raise _refusal(suffix, label, remedy)
    if promised not in {"zip", None} or suffix in formats.FOREIGN - formats.ARCHIVES:
        locked = any(member.flag_bits & 1 for member in members)
        raise _refusal(suffix, "加密的压缩包" if locked else "普通压缩包", UNPACK)
    return "zip"


def _office_format(names: set[str], promised: str | None) -> str | None:
    """Tell docx from xlsx; a damaged one that has lost its main part is what its name promises."""
    if names.isdisjoint({"[Content_Types].xml", "word/document.xml"}):
        return None
    if any(name.startswith("word/") for name in names):
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    known = any(name in names for name, *_ in formats.UNREAD_PACKAGES)
    return promised if promised in {"docx", "xlsx"} and not known else None


def _document_format(package: zipfile.ZipFile, names: set[str]) -> str | None:
    """Tell OFD and OpenDocument files from archives."""
    if any(name.lower().lstrip("/") == "ofd.xml" for name in names):
        return "ofd"
    if "mimetype" not in names or package.getinfo("mimetype").file_size > len(_ODF) + 99:
        return None
    kind = package.read("mimetype").strip()
    if not kind.startswith(_ODF):
        return None
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise RefusalError("encrypted")
    if kind.removeprefix(_ODF) not in _ODF_FORMATS:
        raise RefusalError("unsupported", "暂不支持这种 OpenDocument 文档（演示、绘图等）", AS_PDF)
    return _ODF_FORMATS[kind.removeprefix(_ODF)]


def _is_pdf(data: bytes, suffix: str) -> bool:
    head = data[:1024]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-") or (
        suffix == ".pdf" and (b"%PDF-" in head or b"startxref" in data[-2048:])
    )


def _signed(data: bytes, suffix: str) -> Content | None:
    """Tell what begins with the signature of a format."""
    for start, format_ in formats.READ_SIGNATURES:
        if start.match(data):
            return Content(format_)
    for start, label, remedy in formats.UNREAD_SIGNATURES:
        if start.match(data):
            raise _refusal(suffix, label, remedy)
    return None


def _text(data: bytes, suffix: str) -> Content:
    if _is_mail(data, suffix):
        return Content("eml")
    declared = _DECLARED.search(data[:4096])
    decoded = decode(data, declared=declared[1].decode("ascii") if declared else None)
    if decoded is None:
        raise _refusal(suffix, "无法识别的二进制数据", AS_PDF)
    head = decoded.text[:4096]
    if _PERSON.match(head):
        return Content("lrmx")
    return _office_xml(head, suffix) or Content(_text_format(head, suffix), decoded)


def _is_mail(data: bytes, suffix: str) -> bool:
    """Tell mails by their header alone: each part that follows may be in another encoding, or no text."""
    head = data[:4096].decode("latin-1").replace("\r\n", "\n")
    return bool(_MAIL_HEADER.match(head)) or (FORMAT_OF.get(suffix) == "eml" and bool(_LETTER.match(head)))


def _office_xml(head: str, suffix: str) -> Content | None:
    program = _OFFICE_XML.search(head)
    if program is not None and program[1] == "Excel.Sheet":
        raise _refusal(suffix, "XML 格式的 Excel 表格", formats.AS_XLSX)
    if program is not None:
        return Content("wordml")
    if "<?mso-application" in head:
        raise _refusal(suffix, "XML 格式的 Office 文档", AS_DOCX)
    return None


def _text_format(head: str, suffix: str) -> str:
    promised = FORMAT_OF.get(suffix, "txt")
    if _HTML.match(head) and promised != "md":
        return "html"
    if promised == "html":
        return "html" if _TAG.search(head) else "txt"
    return promised if promised in {"md", "csv"} else "txt"
