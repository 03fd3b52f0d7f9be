"""The comments on the cells of a sheet: notes and threads, with who wrote them and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mingcha.pipeline.document import Trace
from mingcha.pipeline.reading.workbook_parts import follow, parse_part, parse_place, text_of

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from mingcha.pipeline.document import Block
    from mingcha.pipeline.reading.workbook_parts import Sheet

# How the copy of a thread begins that Excel keeps for older programs, and the author it bears.
_COPIES = ("[Threaded comment]", "[线程批注]", "[线程化批注]")
_COPIED = "tc="


class Comment(NamedTuple):
    """A comment on the cell at *row* and *column*; ``date`` as the file writes it, ``None`` where it has none."""

    row: int
    column: int
    author: str
    text: str
    date: str | None = None


def list_comments(package: zipfile.ZipFile, sheet: Sheet, people: dict[str, str]) -> list[Comment]:
    """Return the comments on *sheet* by place; of a thread its own words, not the copy for older programs."""
    threads = [
        comment
        for part in follow(package, sheet.path, "threadedComment")
        for comment in _threaded(parse_part(package, part), people)
    ]
    places = {(comment.row, comment.column) for comment in threads}
    notes = [
        note
        for part in follow(package, sheet.path, "comments")
        for note in _notes(parse_part(package, part))
        if not ((note.row, note.column) in places and _is_copy(note))
    ]
    return sorted(threads + notes, key=lambda comment: (comment.row, comment.column))


def trace_comments(text: str, blocks: Iterable[Block], comments: Iterable[Comment]) -> Iterator[Trace]:
    """Yield the traces of *comments*, none of them blank, which stand in *text* as the comment blocks, in order."""
    spans = [block.span for block in blocks if block.locator.part == "comment"]
    for span, comment in zip(spans, comments, strict=True):
        yield Trace("comment", comment.author, span.of(text), span, comment.date)


def list_people(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of those who wrote in threads, by their identifier."""
    parts = [name for name in package.namelist() if name.startswith("xl/persons/") and name.endswith(".xml")]
    people = [person for part in parts for person in parse_part(package, part).iter("{*}person")]
    return {person.get("id", ""): person.get("displayName", "") for person in people}


def _threaded(root: etree._Element, people: dict[str, str]) -> Iterator[Comment]:
    for element in root.iter("{*}threadedComment"):
        author = people.get(element.get("personId", ""), "")
        words = element.findtext("{*}text") or ""
        yield Comment(*parse_place(element.get("ref", "")), author, words, element.get("dT"))


def _notes(root: etree._Element) -> Iterator[Comment]:
    authors = [author.text or "" for author in root.iterfind("{*}authors/{*}author")]
    for element in root.iter("{*}comment"):
        number = int(element.get("authorId", -1))
        author = authors[number] if 0 <= number < len(authors) else ""
        yield Comment(*parse_place(element.get("ref", "")), author, text_of(element))


def _is_copy(note: Comment) -> bool:
    return note.author.startswith(_COPIED) or note.text.lstrip().startswith(_COPIES)
