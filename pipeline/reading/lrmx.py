"""The record files of the 干部任免审批表 (lrmx): one form in XML, field by field, or a list of them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import count, repeat
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, inked
from mingcha.pipeline.reading.encodings import decode
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.xml_parts import local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from mingcha.pipeline.document import Block

    Element = etree._Element

_PROLOG = re.compile(r"\s*<\?xml\b[^>]*\?>")
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)")
# Characters that no XML file may hold, as text pasted from Word brings them along; the parser would stop there.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORM = "Person"
_PHOTO = "ZhaoPian"
_COLON = "："


def read_lrmx(data: bytes) -> Reading:
    """Return a block for each field, such as 姓名：孙某, at its name; the people of a table are rows with columns.

    In a list of several people ``table`` counts them, and all locators of a person bear it. Tags that the form does not
    know are read under their own name; the photo is left out. Raises ``RefusalError`` for what is no text, and what
    lxml raises for broken XML.
    """
    declared = _DECLARED.search(data[:200])
    decoded = decode(data, declared=declared[1].decode("ascii") if declared else None)
    if decoded is None:
        raise RefusalError("corrupt")
    cleaned, forbidden = _FORBIDDEN.subn("\ufffd", _PROLOG.sub("", decoded.text, count=1))
    root = parse_xml(cleaned.lstrip("\ufeff \t\r\n"), huge=True)
    photos = [size for photo in root.iter("{*}" + _PHOTO) if (size := _flat(photo))]
    seen = _flat(root) - sum(photos)
    text, blocks = assemble(_forms(root))
    return Reading(
        text,
        blocks,
        encoding=decoded.encoding,
        coverage=decoded.coverage * (min(1.0, _read(text, blocks) / seen) if seen else 1.0),
        notes=(*decoded.notes, *_notes(len(photos), forbidden)),
    )


def _forms(root: Element) -> Iterator[Piece]:
    if local_name(root) == _FORM or not _holds_forms(root):
        return _form(root, None)
    several = sum(1 for _ in root.iter("{*}" + _FORM)) > 1
    return _listed(root, count(1) if several else repeat(None))


def _listed(container: Element, numbers: Iterator[int | None]) -> Iterator[Piece]:
    """Yield what a list of forms says of itself and the forms, in the order of the file."""
    yield from _words(container, None)
    for child in container:
        if local_name(child) == _FORM:
            yield from _form(child, next(numbers))
        elif _holds_forms(child):
            yield from _listed(child, numbers)
        else:
            yield from _field(child, None)


def _form(form: Element, number: int | None) -> Iterator[Piece]:
    yield from _words(form, number)
    for field in form:
        yield from _field(field, number)


def _holds_forms(element: Element) -> bool:
    return next(element.iter("{*}" + _FORM), None) is not None


def _words(element: Element, form: int | None) -> Iterator[Piece]:
    """Yield the text of an element, that of the elements inside left out, under the element's name."""
    if words := _own(element):
        yield Piece(_label(element) + _COLON + words, Locator("form", table=form, item=_label(element)))


def _field(field: Element, form: int | None) -> Iterator[Piece]:
    if local_name(field) == _PHOTO:
        return
    yield from _words(field, form)
    for row, item in enumerate(field, start=1):
        joint = "\n"
        for column, cell in enumerate(_cells(item), start=1):
            if words := _own(cell):
                place = Locator("form", table=form, item=_label(field), row=row, column=column)
                yield Piece(_label(cell) + _COLON + words, place, "cell", joint)
                joint = "\t"


def _cells(item: Element) -> Iterator[Element]:
    """Yield the elements of a row that hold text or might: those without elements inside and those with words."""
    return (cell for cell in item.iter() if local_name(cell) != _PHOTO and (len(cell) == 0 or _own(cell)))


def _own(element: Element) -> str:
    return "".join([element.text or "", *(child.tail or "" for child in element)]).strip()


def _label(element: Element) -> str:
    return _labels().get(local_name(element), local_name(element))


@cache
def _labels() -> dict[str, str]:
    table = tomllib.loads((files("mingcha.pipeline.reading") / "data" / "lrmx.toml").read_text(encoding="utf-8"))
    return {tag: str(label) for tag, label in table["labels"].items()}


def _read(text: str, blocks: tuple[Block, ...]) -> int:
    """Count the characters that were read, names of fields and blanks aside."""
    return sum(inked(block.span.of(text).partition(_COLON)[2]) for block in blocks)


def _flat(element: Element) -> int:
    """Count the characters of an element and all inside it, blanks aside."""
    return sum(inked(str(text)) for text in element.itertext())


def _notes(photos: int, forbidden: int) -> Iterator[str]:
    if photos:
        yield "表里的照片没有读入" if photos == 1 else f"表里的 {photos} 张照片没有读入"
    if forbidden:
        yield f"有 {forbidden} 个不该出现的控制字符，已用“\ufffd”代替"
