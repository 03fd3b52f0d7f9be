"""A report as a Word file, by a template that an office can edit in Word or WPS."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reporting.page import TEMPLATES
from mingcha.pipeline.reporting.papers.paper import MARKS, STANDINGS, Note, Statements, Table, outline
from mingcha.pipeline.reporting.papers.word_tables import clean, word_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jinja2 import Environment

    from mingcha.pipeline.reporting.papers.paper import Block, Paper, Statement

SHIPPED = {False: "公文.docx", True: "横表.docx"}
_HEADINGS = ("heading1", "heading2", "heading3", "heading4")


class Item(NamedTuple):
    """One paragraph or table of the body, as the template meets it: ``kind`` chooses the line of the template."""

    kind: str
    text: str = ""
    number: str = ""
    mark: str = ""
    remark: str = ""
    reference: str = ""
    table: Any = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A template, and how wide its text is in twentieths of a point."""

    data: bytes
    width: int


def load_pattern(path: Path | None, *, wide: bool) -> Pattern:
    """Read a template: the office's own, or the shipped one, upright or *wide*."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    place = path or TEMPLATES / SHIPPED[wide]
    try:
        data = place.read_bytes()
        section = docx.Document(io.BytesIO(data)).sections[0]
    except OSError as error:
        raise DataError(f"模板“{place}”打不开（{error.strerror}）。请检查路径。") from error
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise DataError(f"模板“{place}”不是 Word 文件（docx）。请用 Word 或 WPS 另存为 docx 后重试。") from error
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    return Pattern(data, int(((section.page_width or 0) - margins) / 635))


def word_file(paper: Paper, pattern: Pattern) -> bytes:
    """Return the report as the bytes of a docx; raise DataError where an office's template does not work."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    template = DocxTemplate(io.BytesIO(pattern.data))
    try:
        template.render(_context(paper, pattern.width), _environment(), autoescape=True)
    except TemplateError as error:
        raise DataError(
            f"Word 模板中的标记写法不对：{error}。请对照 docs/报告.md 检查双花括号和百分号标记。"
        ) from error
    _name(template.docx, paper)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@cache
def _environment() -> Environment:
    """Return an environment that compiles a template once for hundreds of profiles, and only lets it fill in."""
    from jinja2.sandbox import SandboxedEnvironment

    class Remembering(SandboxedEnvironment):
        from_string = lru_cache(maxsize=64)(SandboxedEnvironment.from_string)  # type: ignore[assignment]

    return Remembering(autoescape=True)


def _name(document: Any, paper: Paper) -> None:
    """Say in the file's properties what it is, and nothing of who worked on it."""
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = clean(paper.title), "明察", "明察"
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.created = properties.modified = datetime.now(UTC)


def _context(paper: Paper, width: int) -> dict[str, Any]:
    return {
        "title": clean(paper.title),
        "facts": [(clean(name), clean(value)) for name, value in paper.facts],
        "notices": [clean(each) for each in paper.notices],
        "body": list(_items(paper, width)),
        "signatures": paper.signatures,
    }


def _items(paper: Paper, width: int) -> Iterator[Item]:
    for section, level in outline(paper.sections):
        yield Item(_HEADINGS[level - 1], clean(section.title))
        for block in section.blocks:
            yield from _block(block, width)


def _block(block: Block, width: int) -> Iterator[Item]:
    from markupsafe import Markup

    if isinstance(block, Note):
        yield Item("draft" if block.draft else "note", clean(block.shown))
    elif isinstance(block, Table):
        yield Item("caption", clean(block.caption))
        yield Item("table", table=Markup(word_table(block, width)))  # noqa: S704 - every cell is escaped there
        if block.note:
            yield Item("remark", clean(block.note))
    else:
        yield from _statements(block)


def _statements(block: Statements) -> Iterator[Item]:
    if not block.items:
        yield Item("note", block.empty)
    for number, one in enumerate(block.items, start=1):
        yield _statement(one, number)


def _statement(one: Statement, number: int) -> Item:
    reference = "；".join(reference.label for reference in one.references)
    mark = f"{MARKS[one.standing]}{STANDINGS[one.standing]}·{one.tag}"
    return Item(one.standing, clean(one.text), f"{number}.", clean(mark), clean(one.remark), clean(reference))
