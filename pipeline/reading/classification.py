"""Marks of secrecy: a file that bears one is reported, and left unread unless the user allows it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.document import Block
    from mingcha.pipeline.reading.assembly import Reading

_HEAD_LINES = 12  # where nothing says which page a line stands on
_MARGINS = frozenset({"header", "footer"})
_LONGEST = 40  # characters of a line, blanks aside
_BLANKS = re.compile(r"\s+")
_INKED = re.compile(r"\S[^\r\n]*")


@dataclass(frozen=True, slots=True)
class MarkRule:
    """How one form of the mark is recognized: in a line, whose blanks do not count, or in a file's name.

    ``cells`` tells whether the words are a mark in the cell of a table, too, and not just a value.
    """

    id: str
    reason: str
    pattern: re.Pattern[str]
    line: bool
    cells: bool
    matches: tuple[str, ...]
    misses: tuple[str, ...]

    def match(self, words: str) -> re.Match[str] | None:
        """Return the match whose group ``level`` is the level of secrecy."""
        return self.pattern.search(_BLANKS.sub("", words) if self.line else words)


@dataclass(frozen=True, slots=True)
class MarkRules:
    """The rules for lines and those for file names."""

    lines: tuple[MarkRule, ...]
    names: tuple[MarkRule, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of secrecy as found: its level (绝密、机密、秘密), its words and where they stand, in Chinese."""

    level: str
    words: str
    place: str

    @property
    def note(self) -> str:
        """What an analyst should know of it."""
        return f"文件带有密级标志“{self.words}”（{self.place}）"


@cache
def load_mark_rules() -> MarkRules:
    """Return the shipped rules."""
    source = resources.files("mingcha.pipeline.reading").joinpath("data/classification.toml")
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    lines = tuple(_rule(entry, line=True) for entry in table["mark"])
    return MarkRules(lines, tuple(_rule(entry, line=False) for entry in table["name"]))


def _rule(entry: Mapping[str, Any], *, line: bool) -> MarkRule:
    examples = (tuple(entry["matches"]), tuple(entry["misses"]))
    pattern = re.compile(entry["pattern"])
    return MarkRule(entry["id"], entry["reason"], pattern, line, entry.get("cells", True), *examples)


def find_mark(name: str, reading: Reading) -> Mark | None:
    """Return the mark of secrecy that a file called *name* bears: in its name, at its head or in its margins.

    The names of the folders, archives and mails it came in count, too.
    """
    rules = load_mark_rules()
    return _found(_names(name), rules.names) or _found(_candidates(reading), rules.lines)


def refuse_classified(mark: Mark) -> RefusalError:
    """Return the refusal of a classified file."""
    return RefusalError("classified", f"{mark.note}，没有读取")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Words that may be a mark, where they stand, and whether that is the cell of a table."""

    words: str
    place: str
    cell: bool = False


def _found(candidates: Iterable[_Candidate], rules: tuple[MarkRule, ...]) -> Mark | None:
    for candidate in candidates:
        for rule in rules:
            match = rule.match(candidate.words) if rule.cells or not candidate.cell else None
            if match is not None:
                return Mark(match["level"], candidate.words.strip()[:_LONGEST], candidate.place)
    return None


def _names(name: str) -> Iterator[_Candidate]:
    """Yield the name of the file and of all it came in, whole and without what may be a suffix."""
    *outer, own = re.split("[!/]", name)
    for place, parts in (("文件名", [own]), ("所在文件夹或包的名称", outer)):
        for part in parts:
            yield _Candidate(part, place)
            yield _Candidate(PurePosixPath(part).stem, place)


def _candidates(reading: Reading) -> Iterator[_Candidate]:
    """Yield the short lines where a mark may stand."""
    body = [block for block in reading.blocks if block.locator.part not in _MARGINS]
    margins = [block for block in reading.blocks if block.locator.part in _MARGINS]
    for block in (*_head(body, reading.text), *margins):
        for line in _lines(block, reading.text):
            # Of the records of a csv file, which are whole lines, only the row is known.
            cell = block.kind == "cell" or block.locator.row is not None
            yield _Candidate(line, block.locator.label, cell)


def _head(body: list[Block], text: str) -> list[Block]:
    """Return the blocks of the first page that says something, or of the first lines that do."""
    pages = [block.locator.page for block in body if block.locator.page is not None]
    if pages:
        return [block for block in body if block.locator.page == min(pages)]
    start = body[0].span.start if body else 0
    ends = [line.end() for line in islice(_INKED.finditer(text, start), _HEAD_LINES)]
    within = [block for block in body if ends and block.span.start < ends[-1]]
    return [replace(block, span=Span(block.span.start, min(block.span.end, ends[-1]))) for block in within]


def _lines(block: Block, text: str) -> list[str]:
    lines = re.split(r"[\r\n\t]", block.span.of(text))
    return [line for line in lines if 0 < len(_BLANKS.sub("", line)) <= _LONGEST]
