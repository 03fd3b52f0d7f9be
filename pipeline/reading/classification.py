"""Marks of secrecy: a file that bears one is reported, and left unread unless the user allows it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.document import Block
    from mingcha.pipeline.reading.assembly import Reading

_HEAD_LINES = 8
_MARGINS = frozenset({"header", "footer"})
_LONGEST = 40
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class MarkRule:
    """How one form of the mark is recognized: ``whole`` rules fit a line without its blanks, others part of a name."""

    id: str
    reason: str
    pattern: re.Pattern[str]
    whole: bool
    matches: tuple[str, ...]
    misses: tuple[str, ...]

    def match(self, words: str) -> re.Match[str] | None:
        """Return the match whose group ``level`` is the level of secrecy."""
        return self.pattern.fullmatch(_BLANKS.sub("", words)) if self.whole else self.pattern.search(words)


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
    lines = tuple(_rule(entry, whole=True) for entry in table["mark"])
    return MarkRules(lines, tuple(_rule(entry, whole=False) for entry in table["name"]))


def _rule(entry: Mapping[str, Any], *, whole: bool) -> MarkRule:
    examples = (tuple(entry["matches"]), tuple(entry["misses"]))
    return MarkRule(entry["id"], entry["reason"], re.compile(entry["pattern"]), whole, *examples)


def find_mark(name: str, reading: Reading) -> Mark | None:
    """Return the mark of secrecy that a file called *name* bears: in its name, at its head or in its margins."""
    rules = load_mark_rules()
    stem = PurePosixPath(name.rpartition("!")[2]).stem
    named = _found([(stem, "文件名")], rules.names)
    return named or _found(_candidates(reading), rules.lines)


def refuse_classified(mark: Mark) -> RefusalError:
    """Return the refusal of a classified file."""
    return RefusalError("classified", f"{mark.note}，没有读取")


def _found(candidates: Iterable[tuple[str, str]], rules: tuple[MarkRule, ...]) -> Mark | None:
    for words, place in candidates:
        for rule in rules:
            match = rule.match(words)
            if match is not None:
                return Mark(match["level"], words.strip()[:_LONGEST], place)
    return None


def _candidates(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield the short lines where a mark may stand, with their place."""
    body = [block for block in reading.blocks if block.locator.part not in _MARGINS]
    margins = [block for block in reading.blocks if block.locator.part in _MARGINS]
    for block in (*body[:_HEAD_LINES], *margins):
        for line in _lines(block, reading.text):
            yield line, block.locator.label


def _lines(block: Block, text: str) -> list[str]:
    cells = re.split(r"[\n\t]", block.span.of(text))
    return [line for line in cells if line.strip() and len(line.strip()) <= _LONGEST]
