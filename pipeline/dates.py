"""Calendar dates and ranges of dates as written in Chinese papers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mingcha.pipeline.numerals import BLANK, parse_numeral

_CHINESE_YEAR = "[一二][〇零○一二三四五六七八九]{3}"
# 24年5月 and 24年底 leave the century to the reader; 15年3个月 lasts.
_SHORT_YEAR = rf"(?<![\d.长达历时共])\d\d(?={BLANK}年(?:{BLANK}\d{{1,2}}{BLANK}月|[底初末度]))"
_YEAR = rf"(?P<year>(?:19|20)\d\d|{_CHINESE_YEAR}|{_SHORT_YEAR}){BLANK}年(?![级代])"
_MONTH = rf"(?P<month>\d{{1,2}}|十[一二]?|[一二三四五六七八九]|元){BLANK}月(?:份(?!额))?"
_DAY = rf"(?P<day>\d{{1,2}}|三十一?|[一二]?十[一二三四五六七八九]?|[一二三四五六七八九]){BLANK}[日号](?!文|令|楼|线)"
_JOIN = rf"{BLANK}(?:——|[-—–~～至到]){BLANK}"
_SMALL = r"\d{1,2}|[一二三四五六七八九十]{1,3}"

_POINT = re.compile(rf"(?:{_YEAR}{BLANK})?(?:{_MONTH}{BLANK})?(?:{_DAY})?")
_NUMERIC = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:(?P<sign>[-./])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})|\.(?P<only>0[1-9]|1[0-2]))"
    r"(?![\d%％‰]|[./]\d|-(?!(?:19|20)\d\d\.)\d|[余多]?[百千万亿元])"
)
_SHARED = re.compile(
    rf"(?:{_YEAR}{BLANK})?(?:{_MONTH}{BLANK})?"
    rf"(?P<low>(?:19|20)\d\d|{_CHINESE_YEAR}|{_SMALL}){_JOIN}(?P<high>(?:19|20)\d\d|{_CHINESE_YEAR}|{_SMALL}){BLANK}"
    r"(?P<unit>年|月份?|[日号])"
)
_JOINING = re.compile(_JOIN)


@dataclass(frozen=True, slots=True)
class Dating:
    """A date as the number YYYYMMDD, YYYYMM or YYYY, as MMDD or MM where no year is written.

    ``value_max`` is set for ranges, ``end`` is where the written form ends.
    """

    end: int
    value: float
    value_max: float | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    year: int | None
    month: int | None
    day: int | None

    @property
    def fields(self) -> tuple[bool, bool]:
        return self.month is not None, self.day is not None

    @property
    def valid(self) -> bool:
        month_fits = self.month is None or 1 <= self.month <= 12
        day_fits = self.day is None or 1 <= self.day <= 31
        return (self.year is not None or self.month is not None) and month_fits and day_fits and self._complete

    @property
    def _complete(self) -> bool:
        return self.day is None or self.month is not None

    @property
    def number(self) -> float:
        digits = ["" if self.year is None else str(self.year)]
        digits += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return float("".join(digits))

    def after(self, first: _Day) -> _Day:
        """Take over what a second date leaves unsaid, as the year in 2024年3月至6月."""
        year = first.year if self.year is None else self.year
        month = first.month if self.month is None and self.day is not None else self.month
        return _Day(year, month, self.day)


def read_date(text: str, position: int) -> Dating | None:
    """Return the date or range of dates that begins at *position* of *text*.

    >>> read_date("2024年3月至6月", 0)
    Dating(end=10, value=202403.0, value_max=202406.0)
    """
    if shared := _SHARED.match(text, position):
        dating = _read_shared(shared)
        if dating is not None:
            return dating
    first = _read_point(text, position)
    if first is None or not first[0].valid:
        return None
    return _with_second(text, *first) or Dating(first[1], first[0].number)


def _with_second(text: str, first: _Day, end: int) -> Dating | None:
    joining = _JOINING.match(text, end)
    point = joining and _read_point(text, joining.end())
    if not point:
        return None
    second = point[0].after(first)
    if not second.valid or second.fields != first.fields or second.number <= first.number:
        return None
    return Dating(point[1], first.number, second.number)


def _read_point(text: str, position: int) -> tuple[_Day, int] | None:
    match = _NUMERIC.match(text, position)
    if match is not None:
        return _Day(
            _integer(match["year"]), _integer(match["month"] or match["only"]), _integer(match["day"])
        ), match.end()
    match = _POINT.match(text, position)
    if match is None or match.end() == position:
        return None
    end = position + len(match[0].rstrip())
    return _Day(_year(match["year"]), _integer(match["month"]), _integer(match["day"])), end


def _read_shared(match: re.Match[str]) -> Dating | None:
    """Read a range whose first number leaves the unit to the second: 2021—2023年, 3至5月, 3月4—12日."""
    year, month = _year(match["year"]), _integer(match["month"])
    low, high = (_shared_day(_integer(match[name]), match["unit"][0], year, month) for name in ("low", "high"))
    if low is None or high is None or not (low.valid and high.valid and low.number < high.number):
        return None
    return Dating(match.end(), low.number, high.number)


def _shared_day(number: int | None, unit: str, year: int | None, month: int | None) -> _Day | None:
    if unit == "年":
        four_digits = number is not None and number >= 1900
        return _Day(number, None, None) if four_digits and year is None and month is None else None
    if unit == "月":
        return _Day(year, number, None) if month is None else None
    return _Day(year, month, number)


def _integer(text: str | None) -> int | None:
    value = 1 if text == "元" else parse_numeral(text) if text else None
    return None if value is None else int(value)


def _year(text: str | None) -> int | None:
    """Read a year; two digits up to 49 belong to this century, the others to the last."""
    year = _integer(text)
    return year if year is None or year >= 100 else year + (2000 if year < 50 else 1900)
