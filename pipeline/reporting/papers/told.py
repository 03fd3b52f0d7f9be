"""What the texts of an assessment tell beside findings: talks held, problems rectified, indicators against targets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.grids import split_record
from mingcha.pipeline.metadata import read_metadata
from mingcha.pipeline.rectifications import STATE_NAMES, read_rectifications
from mingcha.pipeline.reporting.papers.case import Progress, Rectified, Talk
from mingcha.pipeline.tables import read_tables, row_fields
from mingcha.pipeline.tickets import read_tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.rectifications import Rectification
    from mingcha.pipeline.reporting.papers.stored_texts import StoredText
    from mingcha.pipeline.subjects import Subject
    from mingcha.pipeline.tables import Table

_TARGET = re.compile(r"目标|计划|任务数")
_DONE = re.compile(r"完成(?:值|数|情况|量)?$|实际|累计")
_QUARTER = re.compile(r"(?:第?([一二三四1-4])季度|Q([1-4]))")
_UNIT, _INDICATOR = re.compile(r"^(?:责任)?单位$|部门|乡镇"), re.compile(r"指标")
_MEASURED, _REMARK = re.compile(r"计量单位"), re.compile(r"备注")
_BRACKETED = re.compile(r"[（(]([^（()）]{1,6})[）)]$")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_PLACES = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, slots=True)
class Reading:
    """What it takes to read the structure of a text again: the normalizer and the labels of forms."""

    normalize: Callable[[Document], Clean]
    book: LabelBook

    def clean(self, stored: StoredText) -> Clean:
        """Return the clean text of a document; of its blocks the store keeps only what tabs and commas part."""
        blocks = tuple(_cells(stored))
        return self.normalize(Document(stored.name, stored.sha256, stored.format, stored.text, blocks))


def _cells(stored: StoredText) -> Iterator[Block]:
    """Yield the cells of the lines that are rows: those with tabs, or every line of comma-separated values."""
    delimiter = "," if stored.format == "csv" else "\t"
    start = 0
    for row, line in enumerate(stored.text.splitlines(keepends=True), start=1):
        words = line.rstrip("\r\n")
        if delimiter in words:
            for column, cell in enumerate(split_record(words, delimiter), start=1):
                yield Block(cell.shifted(start), Locator("sheet", sheet="1", row=row, column=column), "cell")
        start += len(line)


def talks_of(texts: Iterable[StoredText], roster: Sequence[Subject]) -> tuple[Talk, ...]:
    """Return the talks of which there is a record."""
    return tuple(_talk(stored, roster) for stored in texts if stored.genre == "interview")


def _talk(stored: StoredText, roster: Sequence[Subject]) -> Talk:
    told = read_metadata(stored.text)
    assessed = told.assessed or ""
    about = tuple(subject.id for subject in roster if any(name in assessed for name in subject.names))
    return Talk(stored.name, told.interviewee or "", about, told.time or "", told.interviewer or "")


def callers_of(texts: Iterable[StoredText], reading: Reading) -> Iterator[str]:
    """Yield who called the hotline, as the tickets write it."""
    for stored in texts:
        if stored.genre == "ticket" or "来电人" in stored.text:
            clean = reading.clean(stored)
            for ticket in read_tickets(clean.text, read_tables(clean, reading.book), reading.book):
                caller = ticket.passage("caller")
                if caller is not None:
                    yield caller.text


def rectified_of(texts: Iterable[StoredText], reading: Reading) -> tuple[Rectified, ...]:
    """Return the items of every list of rectification and every report on it."""
    return tuple(item for stored in texts if "整改" in stored.text for item in _rectified(stored, reading))


def _rectified(stored: StoredText, reading: Reading) -> Iterator[Rectified]:
    clean = reading.clean(stored)
    tables = read_tables(clean, reading.book)
    running = stored.genre == "rectification"
    for item in read_rectifications(clean.text, tables, reading.book, running=running):
        yield Rectified(stored.name, place_of(clean, item.span.start), **dict(_words(item)))


def _words(item: Rectification) -> Iterator[tuple[str, str]]:
    for name in ("problem", "measure", "result", "owner", "deadline"):
        passage = item.passage(name)
        yield name, " ".join(passage.text.split()) if passage else ""
    yield "state", STATE_NAMES.get(item.state or "", "")


def place_of(clean: Clean, position: int) -> str:
    """Return the line of the original text, as ``mingcha text`` prints it, at a position of the clean one."""
    original = clean.offsets.to_original(Span(position, position + 1)).start
    return f"文本第{clean.document.text.count(chr(10), 0, original) + 1}行"


def progress_of(texts: Iterable[StoredText], reading: Reading) -> tuple[Progress, ...]:
    """Return the indicators of every table that has a target and what was done."""
    return tuple(row for stored in texts if _TARGET.search(stored.text) for row in _indicators(stored, reading))


def _indicators(stored: StoredText, reading: Reading) -> Iterator[Progress]:
    clean = reading.clean(stored)
    for table in read_tables(clean, reading.book):
        for row in table.rows if _tells_progress(table) else ():
            cells = {field.label: field.passage.text for field in row_fields(table, row, clean.text)}
            yield _indicator(stored.name, place_of(clean, row[0].span.start), cells)


def _tells_progress(table: Table) -> bool:
    names = [column.name for column in table.columns]
    found = [any(kind.search(name) for name in names) for kind in (_INDICATOR, _TARGET)]
    return all(found) and any(_DONE.search(name) or _QUARTER.search(name) for name in names)


def _indicator(document: str, place: str, cells: Mapping[str, str]) -> Progress:
    quarters = {number: words for name, words in cells.items() if (number := _quarter(name))}
    indicator = _under(_INDICATOR, cells) or ""
    bracketed = _BRACKETED.search(indicator)
    return Progress(
        document,
        place,
        unit=_under(_UNIT, cells) or "",
        indicator=indicator,
        measured_in=_under(_MEASURED, cells) or (bracketed[1] if bracketed else ""),
        target=_number(_under(_TARGET, cells)),
        done=_number(_under(_DONE, cells)),
        parts=tuple(_number(quarters.get(number)) for number in range(1, max(quarters, default=0) + 1)),
        remark=_under(_REMARK, cells) or "",
    )


def _under(kind: re.Pattern[str], cells: Mapping[str, str]) -> str | None:
    return next((words for name, words in cells.items() if kind.search(name)), None)


def _quarter(name: str) -> int | None:
    found = _QUARTER.search(name)
    if found is None:
        return None
    word = found[1] or found[2]
    return _PLACES.get(word) or int(word)


def _number(words: str | None) -> float | None:
    """Return the number that fills a cell.

    >>> [_number(words) for words in ("22,000", "81.6", "—", None)]
    [22000.0, 81.6, None, None]
    """
    return float(words.replace(",", "")) if words and _NUMBER.fullmatch(words) else None
