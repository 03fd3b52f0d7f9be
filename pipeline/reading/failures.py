"""Why a file could not be read, in words an analyst can act on."""

from __future__ import annotations

import errno
import lzma
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Failure
from mingcha.pipeline.errors import MingchaError

if TYPE_CHECKING:
    from mingcha.pipeline.document import FailureKind

# What parsers raise on damaged bytes in memory. lxml's errors are SyntaxErrors, pdfium's are RuntimeErrors, and
# openpyxl raises OSError for a missing part.
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

CAUSES: dict[FailureKind, str] = {
    "corrupt": "文件已损坏或不完整，打不开",
    "empty": "文件里没有任何文字",
    "no_text": "文件里只有图像（多为扫描件），没有可提取的文字层",
    "encrypted": "文件有密码保护，打不开",
    "wrong_format": "文件的扩展名与内容不符，内容也不是能读的格式",
    "too_large": "文件太大，超过读取上限",
    "unsupported": "暂不支持这种格式",
    "unreadable": "系统不允许读取这个文件",
    "classified": "文件带有密级标志，没有读取",
}
REMEDIES: dict[FailureKind, str] = {
    "corrupt": "请向提供方重新索取，或用原来的软件打开后另存一份再放入",
    "empty": "请确认没有放错文件；若本应有内容，请重新导出",
    "no_text": "请安装 OCR 组件（make install-ocr）后重新运行，或先用 OCR（文字识别）软件转成可检索的 PDF",
    "encrypted": "请用密码打开，取消密码后另存一份再放入",
    "wrong_format": "请确认文件的真实类型，用对应的软件打开后另存为 docx 或 pdf",
    "too_large": "请拆分成几个较小的文件",
    "unsupported": "请用原来的软件打开，另存为 docx 或 pdf",
    "unreadable": "请检查文件是否还在、是否有读取权限、是否被其他程序占用",
    "classified": "请核对密级；国家秘密只能在涉密计算机上处理，确可在本机处理的，加上 --allow-classified 重新运行",
}
_SYSTEM_CAUSES = {
    errno.ENOENT: "文件不存在，或者快捷链接指向的文件已经不在",
    errno.EACCES: "没有读取权限",
    errno.EPERM: "没有读取权限",
    errno.ELOOP: "快捷链接互相指向，找不到真正的文件",
    errno.ENAMETOOLONG: "文件名或路径太长",
    errno.EISDIR: "这是一个打不开的文件夹",
    errno.EIO: "磁盘读取出错",
}


class RefusalError(MingchaError):
    """A reader declines its file; *cause* and *remedy* (Chinese) are those of the kind unless given."""

    def __init__(self, kind: FailureKind, cause: str = "", remedy: str = "") -> None:
        self.kind: FailureKind = kind
        self.cause = cause or CAUSES[kind]
        self.remedy = remedy or REMEDIES[kind]
        super().__init__(f"{self.cause}。{self.remedy}。")


def failure(name: str, refusal: RefusalError, *, sha256: str | None = None, format: str | None = None) -> Failure:  # noqa: A002
    """Return the failure that reports *refusal* for the file *name*.

    >>> failure("甲.pdf", RefusalError("encrypted")).message
    '“甲.pdf”：文件有密码保护，打不开。请用密码打开，取消密码后另存一份再放入。'
    """
    return Failure(name, refusal.kind, f"“{name}”：{refusal}", sha256=sha256, format=format)


def unreadable(error: OSError) -> RefusalError:
    """Return the refusal that says in plain words why the operating system gave no bytes."""
    cause = _SYSTEM_CAUSES.get(error.errno or 0, f"读取出错（系统报告：{error.strerror or error}）")
    return RefusalError("unreadable", cause)
