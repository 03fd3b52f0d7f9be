"""Word documents: what a reader of the printed page and of its margins sees, part by part.

The XML is walked directly. python-docx's paragraphs miss tracked insertions, text boxes and content controls,
its loader unpacks every picture and refuses macro documents and dangling links, all of which Word opens.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Locator
from mingcha.pipeline.reading.assembly import Piece, Reading, assemble, inked
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.numbering import Counts, NumberedList, advance, read_lists
from mingcha.pipeline.reading.packages import open_package
from mingcha.pipeline.reading.symbols import UNKNOWN
from mingcha.pipeline.reading.word_charts import read_chart
from mingcha.pipeline.reading.word_parts import count_visible, enclosure_notes, load_parts, value_of, whole_number
from mingcha.pipeline.reading.word_runs import REVISIONS, SKIPPED, Box, Setting, read_runs
from mingcha.pipeline.reading.word_styles import Styles, read_shape, read_styles
from mingcha.pipeline.reading.word_traces import (
    Fragment,
    Paragraph,
    Revision,
    collect_traces,
    mark_revisions,
    read_revision,
    read_revision_of,
    summarize_revisions,
)
from mingcha.pipeline.reading.xml_parts import attribute, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from mingcha.pipeline.reading.word_parts import Part
    from mingcha.pipeline.reading.word_styles import Shape

    Element = etree._Element

_NOTES = frozenset({"footnote", "endnote"})
_RULES = frozenset({"separator", "continuationSeparator", "continuationNotice"})
# Paragraphs; runs and equations that stand among them, in no paragraph, are read as such.
_PARAGRAPHS = frozenset({"p", "r", "oMath", "oMathPara"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: the part, how things are counted there, and what it stands inside of."""

    part: str
    styles: Styles
    lists: dict[str, NumberedList]
    boxes: _Place | None = None
    counts: Counts = field(default_factory=Counts)
    paragraphs: count[int] = field(default_factory=lambda: count(1))
    tables: count[int] = field(default_factory=lambda: count(1))
    cell: Locator | None = None
    revision: Revision | None = None
    comment: Revision | None = None


def read_word(data: bytes) -> Reading:
    """Return body, headers, footers, notes, comments, text boxes, diagrams and charts, with automatic numbers.

    Tracked deletions are no part of the text but among the traces. ``coverage`` compares what was read with a flat
    count of the text elements of all parts. Raises ``RefusalError`` for a document without text.
    """
    with open_package(data) as package:
        parts, definitions = load_parts(package)
        enclosures = list(enclosure_notes(package))
        pictures = any("/media/" in name for name in package.namelist())
    groups = _read_parts(parts, definitions)
    paragraphs = list(chain.from_iterable(groups))
    text, blocks = assemble(paragraph.piece for paragraph in paragraphs)
    traces = collect_traces(paragraphs, blocks, text)
    counted = [(part.place, _read(group), count_visible(part)) for part, group in zip(parts, groups, strict=True)]
    notes = (*summarize_revisions(traces), *_notes(paragraphs, parts), *_missing_notes(counted), *enclosures)
    if not blocks:
        raise _refusal(notes, pictures=pictures)
    return Reading(text, blocks, coverage=_coverage(counted), notes=notes, traces=traces)


def _read_parts(parts: list[Part], definitions: dict[str, Element]) -> list[list[Paragraph]]:
    """Return the paragraphs of each part; diagrams and charts are numbered throughout the document."""
    styles, lists = read_styles(definitions.get("styles")), read_lists(definitions.get("numbering"))
    diagrams = _Place("diagram", Styles(), {})
    lines = count(1)
    groups = []
    for part in parts:
        if part.place == "chart":
            groups.append(list(_chart(part.root, lines)))
        elif part.place == "diagram":
            groups.append(list(_walk(part.root, diagrams)))
        else:
            boxes = _Place("textbox", styles, lists)
            groups.append(list(_walk(part.root, _Place(part.place, styles, lists, boxes))))
    return groups


def _chart(root: Element, lines: count[int]) -> Iterator[Paragraph]:
    for line in read_chart(root):
        if line.text.strip():
            yield Paragraph(Piece(line.text, Locator("chart", paragraph=next(lines))), added=line.added)


def _walk(container: Element, place: _Place) -> Iterator[Paragraph]:
    for child in container:
        name = local_name(child)
        if name in _PARAGRAPHS:
            yield from _paragraph(child, place)
        elif name == "tbl":
            yield from _table(child, place)
        elif name in REVISIONS:
            yield from _walk(child, replace(place, revision=read_revision(child, place.revision)))
        elif name in _NOTES and attribute(child, "type") in _RULES and not any(child.itertext()):
            continue  # the rule above the notes: it must not count as one
        elif name == "comment":
            yield from _walk(child, replace(place, comment=read_revision(child)))
        elif name not in SKIPPED:
            yield from _walk(child, place)


def _paragraph(paragraph: Element, place: _Place) -> Iterator[Paragraph]:
    shape = read_shape(paragraph, place.styles)
    items = list(read_runs(paragraph, Setting(place.styles, place.revision, hidden=shape.style.hidden)))
    fragments = [item for item in items if isinstance(item, Fragment)]
    # Blank paragraphs count: an analyst who looks for paragraph 12 in Word counts the empty ones, too.
    locator = place.cell or Locator(place.part, paragraph=next(place.paragraphs))
    yield _composed(fragments, shape, locator, place)
    for item in items:
        if isinstance(item, Box):
            yield from _box(item, place)


def _composed(fragments: list[Fragment], shape: Shape, locator: Locator, place: _Place) -> Paragraph:
    alive = [fragment for fragment in fragments if not fragment.deleted]
    text = "".join(fragment.text for fragment in alive)
    number = _number(shape, place, alive=bool(text.strip()))
    return Paragraph(
        Piece(number + text, locator, "cell" if place.cell else "heading" if shape.heading else "paragraph"),
        mark_revisions(fragments, len(number)),
        place.comment,
        added=inked(number) + sum(fragment.added for fragment in alive),
        hidden=sum(inked(fragment.text) for fragment in alive if fragment.hidden),
    )


def _number(shape: Shape, place: _Place, *, alive: bool) -> str:
    """Return the automatic number of a paragraph, *alive* if it has text; of an empty one, too, but no bullet.

    Paragraphs deleted with their ends do not count.
    """
    numbered = place.lists.get(shape.list_id)
    deleted = shape.deleted or (place.revision is not None and place.revision.kind == "deletion")
    if numbered is None or (deleted and not alive):
        return ""
    number = advance(place.counts, numbered, numbered.level_of(shape.level, shape.style.id, shape.style.level))
    return number if alive else number.strip(" •")


def _box(box: Box, place: _Place) -> Iterator[Paragraph]:
    inside = replace(place.boxes or place, cell=None, revision=box.revision, comment=place.comment)
    drawn = attribute(box.content, "string")
    if drawn:
        piece = Piece(drawn, Locator(inside.part, paragraph=next(inside.paragraphs)))
        yield Paragraph(piece, comment=place.comment, added=inked(drawn))
    yield from _walk(box.content, inside)


def _table(table: Element, place: _Place) -> Iterator[Paragraph]:
    """Yield the cells, tabs between those of a row; a cell's place is that in its own table, nested or not."""
    part = "table" if place.part == "body" else place.part
    number = next(place.tables)
    for row_number, row in enumerate(_below(table, "tr"), start=1):
        joint = "\n"
        column = 1 + whole_number(value_of(row, "trPr", "gridBefore"), 0)
        revision = read_revision_of(row, place.revision)
        for cell in _below(row, "tc"):
            locator = Locator(part, table=number, row=row_number, column=column)
            paragraphs = list(_walk(cell, replace(place, cell=locator, revision=read_revision_of(cell, revision))))
            yield from _joined(paragraphs, joint)
            if not all(paragraph.blank for paragraph in paragraphs):
                joint = "\t"
            column += whole_number(value_of(cell, "tcPr", "gridSpan"), 1)


def _joined(paragraphs: list[Paragraph], joint: str) -> Iterator[Paragraph]:
    """Yield *paragraphs*, the first that is not blank set off by *joint*."""
    for paragraph in paragraphs:
        if joint and not paragraph.blank:
            yield replace(paragraph, piece=replace(paragraph.piece, joint=joint))
            joint = ""
        else:
            yield paragraph


def _below(node: Element, wanted: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, also those wrapped in content controls."""
    for child in node:
        name = local_name(child)
        if name == wanted:
            yield child
        elif name not in SKIPPED:
            yield from _below(child, wanted)


def _read(paragraphs: Sequence[Paragraph]) -> int:
    """Count the characters read from text elements, blanks, numbers and symbols aside."""
    return sum(inked(paragraph.piece.text) - paragraph.added for paragraph in paragraphs)


def _coverage(counted: list[tuple[str, int, int]]) -> float:
    seen = sum(there for _, _, there in counted)
    return sum(min(read, there) for _, read, there in counted) / seen if seen else 1.0


def _missing_notes(counted: list[tuple[str, int, int]]) -> Iterator[str]:
    missing: Counter[str] = Counter()
    for place, read, there in counted:
        missing[place] += max(0, there - read)
    if missing.total():
        listed = "、".join(f"{Locator(place).label} {lost} 个" for place, lost in missing.items() if lost)
        yield f"有 {missing.total()} 个字没有读入：{listed}"


def _notes(paragraphs: Sequence[Paragraph], parts: list[Part]) -> Iterator[str]:
    if hidden := sum(paragraph.hidden for paragraph in paragraphs):
        yield f"有 {hidden} 个字设为隐藏，打印时看不到，已照常读入"
    if unknown := sum(paragraph.piece.text.count(UNKNOWN) for paragraph in paragraphs):
        yield f"有 {unknown} 个符号没有对应的文字，已用“{UNKNOWN}”代替"
    if any(True for part in parts for _ in part.root.iter("{*}altChunk")):
        yield "文档里嵌有另一份文件，其内容没有读入"


def _refusal(notes: tuple[str, ...], *, pictures: bool) -> RefusalError:
    if pictures:
        return RefusalError("no_text", "文档里只有图片，没有文字")
    return RefusalError("empty", f"文档里没有文字；{'；'.join(notes)}" if notes else "")
