"""What a spreadsheet shows for a value: per cents, dates, times and plain numbers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

_PERCENT = re.compile(r"(?:\.([0#?]+))?\s*%")
_QUOTED = re.compile(r'"[^"]*"|\\.')
_PADDED = re.compile("0{2,}")
_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
# ECMA-376 part 1, 18.8.30, language zh-cn: codes that Chinese Excel writes by number only and openpyxl lacks.
_CHINESE_FORMATS = dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd") | dict.fromkeys(
    (32, 33, 34, 35, 55, 56), "h:mm:ss"
)

Value = str | bool | int | float | dt.datetime | dt.date | dt.time | dt.timedelta


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What matters of a number format: ``percent`` is how many decimals a per cent has, ``digits`` the least width."""

    percent: int | None = None
    digits: int = 0
    date: bool = False
    duration: bool = False


def builtin_code(number: int) -> str:
    """Return the code of a number format that a file names by its number alone, empty where it means nothing."""
    return _CHINESE_FORMATS.get(number) or BUILTIN_FORMATS.get(number) or ""


def parse_format(code: str) -> NumberFormat:
    """Return what a number format *code* does to a number.

    >>> parse_format("0.0%").percent, parse_format('yyyy"年"m"月"').date, parse_format("0000").digits
    (1, True, 4)
    """
    percent = _PERCENT.search(_QUOTED.sub("", code))
    return NumberFormat(
        percent=len(percent[1] or "") if percent else None,
        digits=len(code) if _PADDED.fullmatch(code) else 0,
        date=not percent and bool(is_date_format(code)),
        duration=not percent and bool(is_timedelta_format(code)),
    )


def show_number(number: float, number_format: NumberFormat, epoch: dt.datetime = WINDOWS_EPOCH) -> str:
    """Return *number* as the sheet shows it; other formats than per cents and dates leave it as stored."""
    if number_format.percent is not None:
        return _show_percent(number, number_format.percent)
    if number_format.date:
        return _show_serial(number, number_format, epoch)
    if number_format.digits and float(number).is_integer():
        return f"{int(number):0{number_format.digits}d}"
    return show(number)


def show(value: Value) -> str:
    """Return a value that bears no number format as an analyst would write it.

    >>> show(12.0), show(0.1 + 0.2), show(dt.time(14, 30)), show(dt.timedelta(hours=26)), show(True)
    ('12', '0.3', '14:30', '26:00', 'TRUE')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _plain(value)
    if isinstance(value, dt.datetime):
        moment = _rounded(value)
        return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ", "seconds")
    if isinstance(value, dt.time):
        moment = _rounded(dt.datetime.combine(dt.date.min, value))  # only its time is used
        return _clock(moment.hour, moment.minute, moment.second)
    if isinstance(value, dt.timedelta):
        return _show_duration(value)
    return str(value)


def parse_duration(text: str) -> dt.timedelta | None:
    """Return the length of time that an ISO 8601 duration names, ``None`` where *text* is none.

    >>> parse_duration("PT26H30M00S")
    datetime.timedelta(days=1, seconds=9000)
    """
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _show_percent(number: float, decimals: int) -> str:
    """Round half up, as spreadsheet programs do, and to the 15 digits that they keep."""
    exact = Decimal(f"{number:.15g}") * 100
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}%"


def _show_serial(number: float, number_format: NumberFormat, epoch: dt.datetime) -> str:
    if number < 0 and not number_format.duration:
        return show(number)  # no date; the sheet shows a row of # signs
    try:
        moment = from_excel(number, epoch, timedelta=number_format.duration)
    except (OverflowError, ValueError):
        return show(number)
    return show(moment) if moment is not None else ""


def _plain(number: float) -> str:
    """Return the decimal form to the 15 digits that Excel keeps; whole numbers that the file spells out keep all."""
    if isinstance(number, int):
        return str(number)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _rounded(moment: dt.datetime) -> dt.datetime:
    """Round to seconds: a time is stored as a fraction of a day, which may fall a hair short of it."""
    return (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def _show_duration(duration: dt.timedelta) -> str:
    seconds = round(duration.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, seconds = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return sign + _clock(hours, minutes, seconds)


def _clock(hours: int, minutes: int, seconds: int) -> str:
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")
