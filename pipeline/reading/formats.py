"""The formats by name: which are read, which suffixes promise them, and what to do with those that are not read."""

from __future__ import annotations

import re

# The formats that are read, with the suffixes they go by.
SUFFIXES = {
    "txt": (".txt", ".text", ".log"),
    "md": (".md", ".markdown"),
    "csv": (".csv", ".tsv"),
    "html": (".html", ".htm", ".xhtml"),
    "eml": (".eml", ".mht", ".mhtml"),
    "docx": (".docx", ".docm", ".dotx", ".dotm"),
    "doc": (".doc", ".dot", ".wps", ".wpt"),
    "rtf": (".rtf",),
    "odt": (".odt", ".ott"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt", ".et", ".ett"),
    "xlsb": (".xlsb",),
    "ods": (".ods", ".ots"),
    "pdf": (".pdf",),
    "ofd": (".ofd",),
    "lrmx": (".lrmx",),
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg", ".jfif"),
    "tiff": (".tif", ".tiff"),
    "bmp": (".bmp",),
    "gif": (".gif",),
    "webp": (".webp",),
    "zip": (".zip",),
}
FORMAT_OF = {suffix: format_ for format_, suffixes in SUFFIXES.items() for suffix in suffixes}
# Those that LibreOffice makes into docx first, and those whose values calamine gives.
CONVERTED = frozenset({"doc", "rtf", "odt", "wordml"})
CALCULATED = frozenset({"xls", "xlsb", "ods"})
PICTURES = frozenset({"png", "jpeg", "tiff", "bmp", "gif", "webp"})
LABELS = {
    "txt": "纯文本",
    "md": "纯文本",
    "csv": "纯文本",
    "html": "网页",
    "eml": "邮件或单文件网页（eml、mht）",
    "docx": "Word 文档（docx）",
    "doc": "旧版 Word 或 WPS 文字文档（doc、wps）",
    "rtf": "RTF 文档",
    "odt": "OpenDocument 文字文档（odt）",
    "wordml": "XML 格式的 Word 文档",
    "xlsx": "Excel 工作簿（xlsx）",
    "xls": "旧版 Excel 或 WPS 表格（xls、et）",
    "xlsb": "Excel 二进制工作簿（xlsb）",
    "ods": "OpenDocument 表格（ods）",
    "pdf": "PDF",
    "ofd": "OFD 版式文件",
    "lrmx": "干部任免审批表（lrmx）",
} | dict.fromkeys(PICTURES, "图片")

# Suffixes of formats that are not read. Content that can be read under such a name is read with a note.
_FOREIGN = ".ppt .pptx .dps .msg .rar .7z .gz .tar .heic .mp3 .mp4 .wav .avi .exe .epub .ceb .caj .xml .odp .pages"
FOREIGN = frozenset(_FOREIGN.split())
ARCHIVES = frozenset({".rar", ".7z", ".gz", ".tar"})

AS_DOCX = "请用 Word 或 WPS 打开，另存为 docx 或 pdf"
AS_XLSX = "请用 Excel 或 WPS 打开，另存为 xlsx"
AS_PDF = "请用原来的软件打开，另存为 docx 或 pdf"
UNPACK = "请先解压，把里面的文件放进文件夹，或改用 zip 格式打包"
_TRANSCRIBE = "请转写成文字，存为 docx 或 txt"
_AS_JPEG = "请另存为 jpg 或 png 后重新放入"
_AS_MAIL = "请发件人改用 HTML 或纯文本格式重新发送，或用 Outlook 打开后把附件单独保存"
MAIL = "请用邮件软件打开，把邮件另存为 eml，或把正文另存为 txt、附件单独保存"

# How files in the compound format of old Office and WPS programs begin, as olefile has it; not worth its import.
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")
# (how the file begins, format); strict enough that no plain text begins like that
READ_SIGNATURES = tuple(
    (re.compile(start, re.DOTALL), format_)
    for start, format_ in (
        (rb"\x89PNG\r\n\x1a\n", "png"),
        (rb"\xff\xd8\xff", "jpeg"),
        (rb"GIF8[79]a", "gif"),
        (rb"II\*\0|MM\0\*", "tiff"),
        (rb"RIFF.{4}WEBP", "webp"),
        (rb"BM.{4}\0\0\0\0", "bmp"),
        (rb"\s*\{\\rtf", "rtf"),
    )
)
# (how the file begins, what it is, remedy)
UNREAD_SIGNATURES = tuple(
    (re.compile(start, re.DOTALL), label, remedy)
    for start, label, remedy in (
        (rb".{4}ftyp(hei|mif)", "HEIC 图片", _AS_JPEG),
        (rb"Rar!\x1a\x07", "RAR 压缩包", UNPACK),
        (rb"7z\xbc\xaf\x27\x1c", "7z 压缩包", UNPACK),
        (rb"\x1f\x8b\x08", "gzip 压缩包", UNPACK),
        (rb"BZh[1-9]1AY&SY", "bzip2 压缩包", UNPACK),
        (rb"\xfd7zXZ\0", "xz 压缩包", UNPACK),
        (rb".{257}ustar", "tar 压缩包", UNPACK),
        (rb".{4}ftyp", "视频或录音", _TRANSCRIBE),
        (rb"RIFF.{4}WAVE|ID3[\2-\4]", "录音", _TRANSCRIBE),
        (rb"\x78\x9f\x3e\x22", "Outlook 专用的附件包（winmail.dat）", _AS_MAIL),
        (rb"\x30.{1,5}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", "加密或签名的邮件（S/MIME）", MAIL),
        (rb"SQLite format 3\0", "数据库文件", AS_PDF),
    )
)
# Members that tell what a zip file is, for those that are not read.
UNREAD_PACKAGES = (
    ("ppt/presentation.xml", "演示文稿（pptx）", AS_PDF),
    ("META-INF/container.xml", "电子书（epub）", AS_PDF),
)
