"""Mails and pages saved as one file (eml, mht): the header, the body, and the attachments as files of their own."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, replace
from email.message import MIMEPart
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, inked
from mingcha.pipeline.reading.encodings import Decoded, decode
from mingcha.pipeline.reading.mail_headers import MAIL_POLICY
from mingcha.pipeline.reading.webpages import note_frames, page_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = (("subject", "主题"), ("from", "发件人"), ("to", "收件人"), ("cc", "抄送"), ("bcc", "密送"), ("date", "日期"))
_TEXTS = frozenset({"text/plain", "text/html"})
_ENOUGH = 0.8  # some programs send a plain text that only says that the mail is a page
_UNNAMED = "未命名附件"
# What a page saved as one file is made of besides its texts.
_BELONGING = re.compile("image/|text/|font/|application/.*(?:xml|script|font)")
_SIGNATURES = re.compile("application/(?:x-)?(?:pkcs7|pgp)-signature")
_SUFFIX_OF = {"message/rfc822": ".eml", "text/plain": ".txt", "text/html": ".html", "text/calendar": ".txt"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail, under the name the sender gave it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says itself, and what came with it."""

    reading: Reading
    attachments: tuple[Attachment, ...]


def read_mail(data: bytes) -> Mail:
    """Return the header and body of a mail, and its attachments unread.

    Of a body that comes both as plain text and as a page the plain text is read, unless it says much less. Pictures
    inside the body are noted.
    """
    message = email.message_from_bytes(data, policy=MAIL_POLICY)
    assert isinstance(message, MIMEPart)
    bodies, attachments, pictures = _parts(message)
    decoded = [_decoded(part) for part in bodies]
    pieces = [
        *_header(message),
        *(piece for part, text in zip(bodies, decoded, strict=True) for piece in _body(part, text)),
    ]
    text, blocks = assemble(pieces)
    notes = [note for one in decoded for note in one.notes]
    pages = [one for part, one in zip(bodies, decoded, strict=True) if part.get_content_type() == "text/html"]
    notes += [note for page in pages for note in note_frames(page.text)]
    if pictures:
        notes.append(f"正文里嵌有 {pictures} 张图片，没有读入")
    encodings = sorted({one.encoding for one in decoded})
    coverage = min((one.coverage for one in decoded), default=1.0)
    reading = Reading(text, blocks, "、".join(encodings) or None, coverage, tuple(notes))
    return Mail(reading, tuple(map(_attachment, attachments)))


def _header(message: MIMEPart) -> Iterator[Piece]:
    for name, label in _HEADER:
        value = " ".join(str(message.get(name, "")).split())
        if value:
            yield Piece(f"{label}：{value}", Locator("mail", item=label), "line")


def _parts(message: MIMEPart) -> tuple[list[MIMEPart], list[MIMEPart], int]:
    """Return the text parts of the body, the attachments, and how many pictures stand inside the body."""
    bodies: list[MIMEPart] = []
    attachments: list[MIMEPart] = []
    pictures = 0
    for leaf in _leaves(message, _Branch()):
        if _is_attached(leaf.part):
            attachments.append(leaf.part)
        elif leaf.part.get_content_type() in _TEXTS:
            bodies += [leaf.part] if leaf.branch.chosen else []
        elif leaf.branch.related and _BELONGING.match(leaf.part.get_content_type()):
            pictures += leaf.part.get_content_maintype() == "image"
        elif not _SIGNATURES.fullmatch(leaf.part.get_content_type()):
            attachments.append(leaf.part)
    return bodies, attachments, pictures


@dataclass(frozen=True, slots=True)
class _Branch:
    """Where a part hangs: among the pieces of a page, and in the form of the body that is read."""

    related: bool = False
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class _Leaf:
    part: MIMEPart
    branch: _Branch


def _leaves(part: MIMEPart, branch: _Branch) -> Iterator[_Leaf]:
    """Yield the parts that hold something; attachments may hang on a form of the body that is not read."""
    kind = part.get_content_type()
    if not part.is_multipart() or part.get_content_maintype() == "message":
        yield _Leaf(part, branch)
        return
    children = list(part.iter_parts())
    best = _best(children) if kind == "multipart/alternative" and children else None
    for child in children:
        related = branch.related or kind == "multipart/related"
        yield from _leaves(child, _Branch(related, branch.chosen and best in (None, child)))


def _best(alternatives: list[MIMEPart]) -> MIMEPart:
    """Return the first form of the body, plain text as a rule, that says about as much as the fullest one."""
    sizes = [_words(part) for part in alternatives]
    return next(part for part, size in zip(alternatives, sizes, strict=True) if size >= _ENOUGH * max(sizes))


def _words(part: MIMEPart) -> int:
    """Count the visible characters of the texts of a part, of plain text and pages the longer ones."""
    counts = dict.fromkeys(_TEXTS, 0)
    for one in part.walk():
        kind = one.get_content_type()
        if kind in counts and isinstance(one, MIMEPart) and not _is_attached(one):
            counts[kind] += sum(inked(piece.text) for piece in _body(one, _decoded(one)))
    return max(counts.values())


def _is_attached(part: MIMEPart) -> bool:
    if _SIGNATURES.fullmatch(part.get_content_type()):
        return False
    if part.get_content_disposition() == "attachment" or part.get_content_maintype() == "message":
        return True
    return part.get_filename() is not None and part.get_content_maintype() != "image"


def _payload(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: MIMEPart) -> Decoded:
    data = _payload(part)
    found = decode(data, declared=part.get_content_charset()) if data else None
    return found or Decoded(data.decode("utf-8", "replace"), "utf-8")


def _body(part: MIMEPart, decoded: Decoded) -> Iterator[Piece]:
    if part.get_content_type() == "text/html":
        for piece in page_pieces(decoded.text):
            yield replace(piece, locator=replace(piece.locator, part="mail"))
        return
    for number, line in enumerate(decoded.text.splitlines(), start=1):
        yield Piece(line, Locator("mail", line=number), "line")


def _attachment(part: MIMEPart) -> Attachment:
    kind = part.get_content_type()
    if part.get_content_maintype() == "message":
        inner = list(part.iter_parts()) if part.is_multipart() else [part]
        data = b"\n".join(message.as_bytes() for message in inner)
        return Attachment(
            _name(part.get_filename() or ("转发邮件.eml" if kind == "message/rfc822" else "回执.txt")), data
        )
    return Attachment(_name(part.get_filename() or _UNNAMED + _SUFFIX_OF.get(kind, "")), _payload(part))


def _name(name: str) -> str:
    return " ".join(name.replace("\\", "/").rpartition("/")[2].split()) or _UNNAMED
