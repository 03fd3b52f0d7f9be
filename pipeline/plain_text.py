"""A text in memory as a document, for who uses the stages as a library."""

from __future__ import annotations

import hashlib
import re

from mingcha.pipeline.document import Block, Document, Locator, Span

_LINE = re.compile(r"[^\r\n]+")


def document_of(text: str, name: str = "文本.txt") -> Document:
    r"""Return *text* as a document with a block for each line that is not blank.

    *name* counts: the genre of a document is told from its name, too.

    >>> [block.locator.label for block in document_of("甲\n\n乙").blocks]
    ['第1行', '第3行']
    """
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return Document(name, digest, "txt", text, tuple(_blocks(text)))


def _blocks(text: str) -> list[Block]:
    blocks, number, reached = [], 1, 0
    for match in _LINE.finditer(text):
        number += len(re.findall(r"\r\n|\r|\n", text[reached : match.start()]))
        reached = match.end()
        if match[0].strip():
            blocks.append(Block(Span(*match.span()), Locator(line=number), "line"))
    return blocks
