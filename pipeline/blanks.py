"""Blanks that nobody typed: text layers and text recognition put them beside digits and between the characters."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.line_breaks import PICTURED
from mingcha.pipeline.rewriting import Change, rewritten
from mingcha.pipeline.units import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.rewriting import Step

BLANKS = " \u00a0\u2002-\u200a\u202f\u205f\u3000"

_LEADS = "到至为达资额款共约计近超出有了余付"
_HAN = "\u3400-\u9fff"
_DIGITS = "0-9０-９"
_BLANK = f"[{BLANKS}]"
_ONE_BLANK = re.compile(_BLANK)
_CELL = re.compile(r"[^\t\r\n]+")
_BESIDE_DIGITS = re.compile(
    rf"(?:(?<=[{_HAN}]){_BLANK}(?=[{_DIGITS}])|(?<=[{_DIGITS}%％‰]){_BLANK}(?=[{_HAN}])|(?<=[{_DIGITS}]){_BLANK}(?=[%％‰]))"
)
_MEMBER = f"[{_HAN}，。、；：！？,;:]"
_SPACED = re.compile(rf"(?<![{_HAN}])[{_HAN}](?:{_BLANK}{_MEMBER}){{3,}}(?![{_HAN}])")
_SPACED_LEAST = 4
_WIDE_LINE = re.compile(rf"^[^{BLANKS}\t\r\n](?:{_BLANK}[^{BLANKS}\t\r\n])+$", re.MULTILINE)
_WIDE_LEAST = 8
# Characters that stand alone for good where several follow each other: numbers, grades and the boxes of forms.
_ENUMERATED = frozenset(
    "〇零一二三四五六七八九十甲乙丙丁戊己庚辛壬癸优良中差好较般是否有无男女东南西北春夏秋冬年月日时分"
)
_TWO_NUMBERS = re.compile(rf"[{_DIGITS}%％]{_BLANK}+[-+]?[{_DIGITS}]")
_SENTENCE_MARK = re.compile("[，。；：、！？,;:!?]")
_LONGEST_FIRST = sorted(KINDS, key=len, reverse=True)
_UNITS = "|".join(map(re.escape, _LONGEST_FIRST))
# 百 分 点: a unit of several characters may be spread like all else.
_SPREAD_UNITS = "|".join(
    f"{_BLANK}?".join(map(re.escape, unit))
    for unit in (*_LONGEST_FIRST, "工作日", "小时", "分钟", "季度")
    if len(unit) > 1
)
_MEASURE = re.compile(
    rf"(?<=[{_DIGITS}]){_BLANK}(?=[%％‰年月日]|(?:[十百千万亿余多]{{0,3}}(?:{_UNITS})|[时秒号天]|季度|分钟|小时)(?:{_BLANK}|$))"
    rf"|(?<=[年月第]){_BLANK}(?=[{_DIGITS}])"
)
_UNIT_AHEAD = (
    rf"(?={_BLANK}?(?:[%％‰年月日天周十百千万亿余多]|小时|季度|(?:个{_BLANK}?)?"
    rf"(?:百{_BLANK}?分{_BLANK}?点|工{_BLANK}?作{_BLANK}?日|月)|{_UNITS}))"
)
# Digits one by one; a point or a comma set apart; thousands set apart; a scale set apart; Chinese numerals set apart.
_SPREAD = re.compile(
    rf"(?<![{_DIGITS}.,．，]{_BLANK})(?<![{_DIGITS}.,．，])[{_DIGITS}](?:{_BLANK}[{_DIGITS}])+(?:{_BLANK}?[.．]{_BLANK}?[{_DIGITS}](?:{_BLANK}?[{_DIGITS}])*)?"
    rf"(?![{_DIGITS}]){_UNIT_AHEAD}"
)
_POINTED = re.compile(
    rf"(?<![{_DIGITS}.．])[{_DIGITS}]+{_BLANK}?[.．]{_BLANK}?[{_DIGITS}]+(?:{_BLANK}[{_DIGITS}])*{_UNIT_AHEAD}"
    rf"|(?<![{_DIGITS}])[{_DIGITS}](?:{_BLANK}?[{_DIGITS}]){{0,2}}(?:{_BLANK}?[,，]{_BLANK}?[{_DIGITS}](?:{_BLANK}?[{_DIGITS}]){{2}})+"
    rf"(?:{_BLANK}?[.．]{_BLANK}?[{_DIGITS}](?:{_BLANK}?[{_DIGITS}])*)?(?![{_DIGITS}]){_UNIT_AHEAD}"
)
# A number broken anywhere, behind a word that tells one, and a year: 共有 12 0户, 2 024 年.
_BROKEN = re.compile(
    rf"(?<=[{_LEADS}]){_BLANK}?[{_DIGITS}]+(?:{_BLANK}[{_DIGITS}]+)+(?:[.．][{_DIGITS}]+)?(?![{_DIGITS}.．]){_UNIT_AHEAD}"
    rf"|(?<![{_DIGITS}.]{_BLANK})(?<![{_DIGITS}.])(?:1{_BLANK}?9|2{_BLANK}?0){_BLANK}?[{_DIGITS}]{_BLANK}?[{_DIGITS}](?={_BLANK}?年)"
)
_THOUSANDS = re.compile(
    rf"(?<=[{_HAN}])(?:{_BLANK}?)[{_DIGITS}]{{1,3}}(?:{_BLANK}[{_DIGITS}]{{3}})+(?:\.[{_DIGITS}]+)?(?![{_DIGITS}]){_UNIT_AHEAD}"
)
_SCALED = re.compile(
    rf"[{_DIGITS}]{_BLANK}?(?:{_SPREAD_UNITS})"
    rf"|[{_DIGITS}](?:{_BLANK}?[百千万亿余多个半]){{1,4}}(?:{_BLANK}?(?:{_SPREAD_UNITS}|{_UNITS}|[年月日天周]))?"
)
_IN_CHINESE = re.compile(
    rf"(?<=[之十百千万亿]){_BLANK}(?=[一二三四五六七八九十百千万亿])|(?<=[一二三四五六七八九]){_BLANK}(?=[十百千万亿])"
    rf"|(?<=[十百千万亿]){_BLANK}(?=[余多来]{_BLANK}?(?:{_UNITS}))|(?<=[十百千万亿][余多来]){_BLANK}(?=(?:{_UNITS}))|(?<=[百千万亿]){_BLANK}(?=元)"
)
_LEAST_CELLS = 3
_LONGEST_CELL = 6


def close_blanks(text: str, format_: str) -> Step:
    """Take out blanks between the single characters of a word, and, on pages, those between Chinese and digits.

    Lines that look like rows of a table keep their blanks: there they part the cells.
    """
    places = sorted(set(chain(_spaced(text), _wide_lines(text), _beside_digits(text) if format_ in PICTURED else ())))
    return rewritten("blank", text, (Change(place, "", "删去识别或转换时多出的空格") for place in places))


def _beside_digits(text: str) -> Iterator[Span]:
    for line in _CELL.finditer(text):
        if _ONE_BLANK.search(line[0]) is None:
            continue
        inside = tuple(_inside_amounts(line)) if _SENTENCE_MARK.search(line[0]) else ()
        yield from inside
        blanks = [Span(*match.span()) for match in _BESIDE_DIGITS.finditer(text, *line.span())]
        if blanks and not is_tabular(_without(line, inside)):
            yield from blanks


def _inside_amounts(line: re.Match[str]) -> Iterator[Span]:
    """Yield the blanks inside the numbers of a sentence that have a unit behind them: 2 7 处, 3 . 2 亿 元, 1 240 户."""
    for pattern in (_SPREAD, _POINTED, _THOUSANDS, _BROKEN, _SCALED, _IN_CHINESE):
        for amount in pattern.finditer(line[0]):
            for blank in re.finditer(_BLANK, amount[0]):
                yield Span(*blank.span()).shifted(line.start() + amount.start())


def _without(line: re.Match[str], places: Sequence[Span]) -> str:
    """Return a line without the characters at *places*, which count in the whole text."""
    gone = {place.start - line.start() for place in places}
    return "".join(character for place, character in enumerate(line[0]) if place not in gone)


def is_tabular(line: str) -> bool:
    """Tell whether *line* looks like a row of a table: numbers side by side, or several short cells.

    >>> is_tabular("孙某 18 9 2 1"), is_tabular("姓名 单位 得分 98"), is_tabular("2024 年 5 月完成率 98 %")
    (True, True, False)
    """
    if "|" in line or _TWO_NUMBERS.search(line):
        return True
    if _SENTENCE_MARK.search(line):
        return False
    cells = _MEASURE.sub("", line.strip()).split()
    return len(cells) >= _LEAST_CELLS and max(map(len, cells)) <= _LONGEST_CELL


def _wide_lines(text: str) -> Iterator[Span]:
    """Yield the blanks of sentences in which every character stands alone: 排 查 隐 患 2 7 处 。"""
    for line in _WIDE_LINE.finditer(text):
        characters = line[0].split()
        han = sum("\u3400" <= character <= "\u9fff" for character in characters)
        if len(characters) >= _WIDE_LEAST and han * 2 >= len(characters) and _SENTENCE_MARK.search(line[0]):
            for blank in re.finditer(_BLANK, line[0]):
                yield Span(*blank.span()).shifted(line.start())


def _spaced(text: str) -> Iterator[Span]:
    for match in _SPACED.finditer(text):
        characters = [character for character in match[0] if "\u3400" <= character <= "\u9fff"]
        row = _CELL.match(text, text.rfind("\n", 0, match.start()) + 1)
        if len(characters) < _SPACED_LEAST or _ENUMERATED.issuperset(characters) or _is_row(row):
            continue
        for place, character in enumerate(match[0], match.start()):
            if re.match(_BLANK, character):
                yield Span(place, place + 1)


def _is_row(line: re.Match[str] | None) -> bool:
    return line is not None and ("|" in line[0] or bool(_TWO_NUMBERS.search(line[0])))
