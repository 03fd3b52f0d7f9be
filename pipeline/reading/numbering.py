"""Automatic numbers: what Word prints before a paragraph of a list and writes nowhere in its text.

A list (``w:num``) is an instance of a family (``w:abstractNum``). All lists of a family go on counting together,
except that a list may start a level anew when it is first met. Source: ISO/IEC 29500-1, 17.9 and 17.18.59.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.word_parts import child_of, switched_on, value_of, whole_number
from mingcha.pipeline.reading.xml_parts import attribute

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    Element = etree._Element

_LEVELS = 9
_LEVEL = re.compile(f"%([1-{_LEVELS}])")
_TIGHT = ("、", "）")  # nothing stands between these and the text


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and what it prints; ``text`` holds %1 … %9 for the numbers of the levels.

    A paragraph on one of the first ``restart`` levels starts this one anew; 0 stands for none.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int = _LEVELS
    legal: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list: its family, its levels from 0, where it starts levels anew, and the levels that styles stand for."""

    id: str
    family: str
    levels: dict[int, Level]
    restarts: dict[int, int]
    styles: dict[str, int]

    def level_of(self, written: str, style: str, inherited: str) -> int:
        """Return the level of a paragraph: as written, else as its style is linked, else as its style says."""
        return whole_number(written, self.styles.get(style, whole_number(inherited, 0)))

    def start_of(self, index: int) -> int:
        """Return the first number of a level."""
        return self.restarts.get(index, self.levels.get(index, Level()).start)


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the lists of one story stand: the last number of each level by family, and the (list, level) met."""

    last: dict[str, dict[int, int]] = field(default_factory=dict)
    met: set[tuple[str, int]] = field(default_factory=set)


def read_lists(root: Element | None) -> dict[str, NumberedList]:
    """Return the lists of a numbering part by id; those whose family is missing are left out."""
    if root is None:
        return {}
    families = {attribute(family, "abstractNumId"): family for family in root.iterchildren("{*}abstractNum")}
    linked = {style: key for key, family in families.items() if (style := value_of(family, "styleLink"))}
    lists = {}
    for number in root.iterchildren("{*}num"):
        key = value_of(number, "abstractNumId")
        if key in families:
            key = linked.get(value_of(families[key], "numStyleLink"), key)
            found = _read_list(number, key, families[key])
            lists[found.id] = found
    return lists


def _read_list(number: Element, key: str, family: Element) -> NumberedList:
    elements = {whole_number(attribute(level, "ilvl"), 0): level for level in family.iterchildren("{*}lvl")}
    restarts = {}
    for override in number.iterchildren("{*}lvlOverride"):
        index = whole_number(attribute(override, "ilvl"), 0)
        level = child_of(override, "lvl")
        if level is not None:
            elements[index] = level
        if start := value_of(override, "startOverride"):
            restarts[index] = whole_number(start, 1)
    levels = {index: _read_level(level) for index, level in elements.items()}
    styles = {style: index for index, level in elements.items() if (style := value_of(level, "pStyle"))}
    return NumberedList(attribute(number, "numId"), key, levels, restarts, styles)


def _read_level(level: Element) -> Level:
    pictured = child_of(level, "lvlPicBulletId") is not None
    # Styles newer than the standard stand beside an older one that all programs know.
    style = value_of(level, "numFmt") or value_of(level, "AlternateContent", "Fallback", "numFmt") or "decimal"
    return Level(
        start=whole_number(value_of(level, "start"), 0),
        format="bullet" if pictured else style,
        text=value_of(level, "lvlText"),
        suffix=value_of(level, "suff") or "tab",
        restart=whole_number(value_of(level, "lvlRestart"), _LEVELS),
        legal=switched_on(child_of(level, "isLgl")),
        hidden=switched_on(child_of(level, "rPr", "vanish")),
    )


def advance(counts: Counts, numbered: NumberedList, index: int) -> str:
    """Count one more paragraph of the list on level *index* (from 0); return what is printed before its text.

    Empty for a level that is not defined. A bullet, whatever its shape, is written ``•``.
    """
    if index not in numbered.levels:
        return ""
    last = counts.last.setdefault(numbered.family, {})
    if index in numbered.restarts and (numbered.id, index) not in counts.met:
        counts.met.add((numbered.id, index))
        last.pop(index, None)
    # A level that was left out counts as begun: after 1 and 1.1.1 comes 1.2.
    for higher in range(index):
        last.setdefault(higher, numbered.start_of(higher))
    last[index] = last[index] + 1 if index in last else numbered.start_of(index)
    for deeper in [deeper for deeper in last if deeper > index]:
        if index < numbered.levels.get(deeper, Level()).restart:
            del last[deeper]
    return _printed(numbered, index, last)


def _printed(numbered: NumberedList, index: int, last: dict[int, int]) -> str:
    level = numbered.levels[index]
    if level.hidden:
        return ""
    if level.format == "bullet":
        return "• "

    def number(match: re.Match[str]) -> str:
        shown = int(match[1]) - 1
        style = numbered.levels.get(shown, Level()).format
        return format_number(last.get(shown, numbered.start_of(shown)), "decimal" if level.legal else style)

    text = _LEVEL.sub(number, level.text).strip()
    blank = "" if not text or level.suffix == "nothing" or text.endswith(_TIGHT) else " "
    return text + blank


def format_number(number: int, style: str) -> str:
    """Write *number* in one of Word's number styles; in plain digits where the style is unknown or does not reach.

    >>> [format_number(21, style) for style in ("chineseCountingThousand", "lowerRoman", "ideographTraditional")]
    ['二十一', 'xxi', '21']
    """
    if style in {"none", "bullet"}:
        return ""
    write, reach = _STYLES.get(style, (str, 0))
    return write(number) if 0 < number <= reach else str(number)


def _letters(number: int) -> str:
    """Write a … z, aa, bb …: the letter is repeated, not counted on."""
    rounds, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (rounds + 1)


def _roman(number: int) -> str:
    written = ""
    for sign, value in _ROMAN.items():
        times, number = divmod(number, value)
        written += sign * times
    return written


def _by_place(number: int, *, digits: str) -> str:
    return "".join(digits[int(digit)] for digit in str(number))


def _in_words(number: int, *, digits: str, units: tuple[str, ...]) -> str:
    """Write 101 as 一百零一: a unit after each digit but zeros; one zero stays between digits and none at the end."""
    places = range(len(str(number)) - 1, -1, -1)
    parts = (
        digits[int(digit)] + units[place] * (digit != "0") for digit, place in zip(str(number), places, strict=True)
    )
    zero = digits[0]
    return re.sub(f"{zero}+", zero, "".join(parts)).rstrip(zero)


def _chinese(number: int) -> str:
    words = _in_words(number, digits="零一二三四五六七八九", units=("", "十", "百", "千"))
    return words.removeprefix("一") if 10 <= number < 20 else words


def _chinese_then_by_place(number: int) -> str:
    return _chinese(number) if number < 100 else _by_place(number, digits="○一二三四五六七八九")


def _japanese(number: int) -> str:
    return re.sub("零|一(?=[十百千])", "", _chinese(number))


def _member(number: int, *, row: str) -> str:
    return row[number - 1]


def _listed(row: str) -> tuple[Callable[[int], str], int]:
    return partial(_member, row=row), len(row)


def _run_of(first: str, count: int) -> tuple[Callable[[int], str], int]:
    return _listed("".join(chr(ord(first) + step) for step in range(count)))


_ROMAN = {
    "m": 1000, "cm": 900, "d": 500, "cd": 400, "c": 100, "xc": 90, "l": 50, "xl": 40, "x": 10, "ix": 9, "v": 5, "iv": 4,
    "i": 1,
}  # fmt: skip
_UNITS = ("", "拾", "佰", "仟")
_MOST_WORDS = 9999
_MOST_LETTERS = 780
_ANY = 10**9
# How each style writes a number, and the greatest number that it writes.
_STYLES: dict[str, tuple[Callable[[int], str], int]] = {
    "decimalZero": ("{:02d}".format, _ANY),
    "decimalFullWidth": (partial(_by_place, digits="０１２３４５６７８９"), _ANY),
    "decimalFullWidth2": (partial(_by_place, digits="０１２３４５６７８９"), _ANY),
    "decimalEnclosedCircle": _run_of("①", 20),
    "decimalEnclosedCircleChinese": _run_of("①", 20),
    "decimalEnclosedParen": _run_of("⑴", 20),
    "decimalEnclosedFullstop": _run_of("⒈", 20),
    "numberInDash": ("- {} -".format, _ANY),
    "lowerLetter": (_letters, _MOST_LETTERS),
    "upperLetter": (lambda number: _letters(number).upper(), _MOST_LETTERS),
    "lowerRoman": (_roman, _MOST_WORDS),
    "upperRoman": (lambda number: _roman(number).upper(), _MOST_WORDS),
    "chineseCounting": (_chinese_then_by_place, _ANY),
    "taiwaneseCounting": (_chinese_then_by_place, _ANY),
    "chineseCountingThousand": (_chinese, _MOST_WORDS),
    "taiwaneseCountingThousand": (_chinese, _MOST_WORDS),
    "japaneseCounting": (_japanese, _MOST_WORDS),
    "ideographDigital": (partial(_by_place, digits="〇一二三四五六七八九"), _ANY),
    "japaneseDigitalTenThousand": (partial(_by_place, digits="〇一二三四五六七八九"), _ANY),
    "taiwaneseDigital": (partial(_by_place, digits="○一二三四五六七八九"), _ANY),
    "chineseLegalSimplified": (partial(_in_words, digits="零壹贰叁肆伍陆柒捌玖", units=_UNITS), _MOST_WORDS),
    "ideographLegalTraditional": (partial(_in_words, digits="零壹貳參肆伍陸柒捌玖", units=_UNITS), _MOST_WORDS),
    "ideographTraditional": _listed("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _listed("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _run_of("㊀", 10),
}
