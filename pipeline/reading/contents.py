"""What a file really is, judged by its bytes; its name only decides between formats that look alike."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.encodings import decode
from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    from mingcha.pipeline.reading.encodings import Decoded

# The formats that are read, with the suffixes they go by.
SUFFIXES = {
    "txt": (".txt", ".text", ".log"),
    "md": (".md", ".markdown"),
    "csv": (".csv", ".tsv"),
    "html": (".html", ".htm", ".xhtml"),
    "docx": (".docx", ".docm", ".dotx", ".dotm"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "pdf": (".pdf",),
    "zip": (".zip",),
}
_FORMAT_OF = {suffix: format_ for format_, suffixes in SUFFIXES.items() for suffix in suffixes}
_LABELS = {
    "txt": "纯文本",
    "md": "纯文本",
    "csv": "纯文本",
    "html": "网页",
    "docx": "Word 文档（docx）",
    "xlsx": "Excel 工作簿（xlsx）",
    "pdf": "PDF",
}
# Suffixes of formats that are not read. Content that can be read under such a name is read with a note.
_FOREIGN_SUFFIXES = (
    ".doc .dot .wps .wpt .rtf .odt .ofd .xls .et .xlsb .ods .ppt .pptx .dps .eml .msg .mht .mhtml .rar .7z .gz .tar "
    ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .mp3 .mp4 .wav .avi .exe .epub .ceb .caj"
)
_FOREIGN = frozenset(_FOREIGN_SUFFIXES.split())
_ARCHIVES = frozenset({".rar", ".7z", ".gz", ".tar"})

_OCR = "请先用 OCR（文字识别）软件转成可检索的 PDF 或 docx"
_AS_DOCX = "请用 Word 或 WPS 打开，另存为 docx 或 pdf"
_AS_XLSX = "请用 Excel 或 WPS 打开，另存为 xlsx"
_AS_PDF = "请用原来的软件打开，另存为 docx 或 pdf"
_UNPACK = "请先解压，把里面的文件放进文件夹，或改用 zip 格式打包"
_TRANSCRIBE = "请转写成文字，存为 docx 或 txt"
_MAIL = "请用邮件软件打开，把正文另存为 txt 或 pdf，附件单独保存"

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_OLE_STREAMS = (
    ("WordDocument", "旧版 Word 或 WPS 文字文档（doc、wps）", _AS_DOCX),
    ("Workbook", "旧版 Excel 或 WPS 表格（xls、et）", _AS_XLSX),
    ("PowerPoint Document", "旧版演示文稿（ppt、dps）", _AS_PDF),
    ("__substg1.0_", "Outlook 邮件（msg）", _MAIL),
)
# (how the file begins, what it is, remedy); strict enough that no plain text begins like that
_SIGNATURES = tuple(
    (re.compile(start, re.DOTALL), label, remedy)
    for start, label, remedy in (
        (rb"\x89PNG\r\n\x1a\n", "PNG 图片", _OCR),
        (rb"\xff\xd8\xff", "JPEG 图片", _OCR),
        (rb"GIF8[79]a", "GIF 图片", _OCR),
        (rb"II\*\0|MM\0\*", "TIFF 图片", _OCR),
        (rb"RIFF.{4}WEBP", "WebP 图片", _OCR),
        (rb".{4}ftyp(hei|mif)", "HEIC 图片", _OCR),
        (rb"BM.{4}\0\0\0\0", "BMP 图片", _OCR),
        (rb"\{\\rtf", "RTF 文档", _AS_DOCX),
        (rb"Rar!\x1a\x07", "RAR 压缩包", _UNPACK),
        (rb"7z\xbc\xaf\x27\x1c", "7z 压缩包", _UNPACK),
        (rb"\x1f\x8b\x08", "gzip 压缩包", _UNPACK),
        (rb"BZh[1-9]1AY&SY", "bzip2 压缩包", _UNPACK),
        (rb"\xfd7zXZ\0", "xz 压缩包", _UNPACK),
        (rb".{257}ustar", "tar 压缩包", _UNPACK),
        (rb".{4}ftyp", "视频或录音", _TRANSCRIBE),
        (rb"RIFF.{4}WAVE|ID3[\2-\4]", "录音", _TRANSCRIBE),
        (rb"SQLite format 3\0", "数据库文件", _AS_PDF),
    )
)
_PACKAGES = (
    ("OFD.xml", "OFD 版式文件", "请用 OFD 阅读器打开，另存或打印为 pdf"),
    ("ppt/presentation.xml", "演示文稿（pptx）", _AS_PDF),
    ("xl/workbook.bin", "Excel 二进制工作簿（xlsb）", _AS_XLSX),
    ("content.xml", "OpenDocument 文档（odt、ods）", _AS_PDF),
    ("META-INF/container.xml", "电子书（epub）", _AS_PDF),
)
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+<(!doctype\s+html|html|head|meta|body|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<(p|pre|div|br|table|span|body|a|h[1-6]|ul|ol)\b[^>]*>", re.IGNORECASE)
_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MAIL_HEADER = re.compile(r"\A[A-Z][\w-]+: .*?^MIME-Version:", re.DOTALL | re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """The format of a file that can be read, with its text decoded where the format is text."""

    format: str
    decoded: Decoded | None = None
    notes: tuple[str, ...] = ()


def recognize(data: bytes, suffix: str) -> Content:
    """Return what *data* is; *suffix* is that of the file's name, lower case with its dot.

    Raises ``RefusalError`` for everything that is not read, and what zipfile raises for a damaged package.
    """
    if not data:
        raise RefusalError("empty", "文件是空的（0 字节）")
    if data.startswith(_OLE):
        raise _ole_refusal(data)
    if _is_zip(data, suffix):
        return _noted(Content(_package_format(data, suffix)), suffix)
    if _is_pdf(data, suffix):
        return _noted(Content("pdf"), suffix)
    _refuse_signatures(data, suffix)
    return _noted(_text(data, suffix), suffix)


def _noted(content: Content, suffix: str) -> Content:
    """Note a name that promises another format, for a file that is read all the same."""
    promised = _FORMAT_OF.get(suffix)
    label = _LABELS.get(content.format)
    if label is None or _LABELS.get(promised or "") == label or (promised is None and suffix not in _FOREIGN):
        return content
    note = f"扩展名是“{suffix}”，内容其实是{label}，已按内容读取"
    return Content(content.format, content.decoded, (note,))


def _refusal(suffix: str, label: str, remedy: str) -> RefusalError:
    """Return the refusal of content that is not read: a wrong name if the name promises a format that is."""
    if suffix in _FORMAT_OF:
        return RefusalError("wrong_format", f"扩展名是“{suffix}”，内容却是{label}", remedy)
    return RefusalError("unsupported", f"暂不支持{label}", remedy)


def _ole_refusal(data: bytes) -> RefusalError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return RefusalError("encrypted")
    for stream, label, remedy in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return RefusalError("unsupported", f"暂不支持{label}", remedy)
    return RefusalError("unsupported", "暂不支持旧版 Office 或 WPS 文件", _AS_PDF)


def _is_zip(data: bytes, suffix: str) -> bool:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return True
    return _FORMAT_OF.get(suffix) in {"docx", "xlsx", "zip"} and b"PK\x05\x06" in data[-(1 << 16) :]


def _package_format(data: bytes, suffix: str) -> str:
    """Return docx, xlsx or zip for bytes that begin like a zip file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
    promised = _FORMAT_OF.get(suffix)
    names = {member.filename for member in members}
    office = _office_format(names, promised)
    if office:
        return office
    for name, label, remedy in _PACKAGES:
        if name in names:
            raise _refusal(suffix, label, remedy)
    if promised not in {"zip", None} or suffix in _FOREIGN - _ARCHIVES:
        locked = any(member.flag_bits & 1 for member in members)
        raise _refusal(suffix, "加密的压缩包" if locked else "普通压缩包", _UNPACK)
    return "zip"


def _office_format(names: set[str], promised: str | None) -> str | None:
    """Tell docx from xlsx; a damaged one that has lost its main part is what its name promises."""
    if names.isdisjoint({"[Content_Types].xml", "word/document.xml"}):
        return None
    if any(name.startswith("word/") for name in names):
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    known = any(name in names for name, _, _ in _PACKAGES)
    return promised if promised in {"docx", "xlsx"} and not known else None


def _is_pdf(data: bytes, suffix: str) -> bool:
    head = data[:1024]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-") or (
        suffix == ".pdf" and (b"%PDF-" in head or b"startxref" in data[-2048:])
    )


def _refuse_signatures(data: bytes, suffix: str) -> None:
    for start, label, remedy in _SIGNATURES:
        if start.match(data):
            raise _refusal(suffix, label, remedy)


def _text(data: bytes, suffix: str) -> Content:
    declared = _DECLARED.search(data[:4096])
    decoded = decode(data, declared=declared[1].decode("ascii") if declared else None)
    if decoded is None:
        raise _refusal(suffix, "无法识别的二进制数据", _AS_PDF)
    head = decoded.text[:4096]
    if _MAIL_HEADER.match(head):
        raise _refusal(suffix, "邮件或单文件网页（eml、mht）", _MAIL)
    if "<?mso-application" in head:
        raise _refusal(suffix, "XML 格式的 Office 文档", _AS_DOCX)
    return Content(_text_format(head, suffix), decoded)


def _text_format(head: str, suffix: str) -> str:
    promised = _FORMAT_OF.get(suffix, "txt")
    if _HTML.match(head) and promised != "md":
        return "html"
    if promised == "html":
        return "html" if _TAG.search(head) else "txt"
    return promised if promised in {"md", "csv"} else "txt"
