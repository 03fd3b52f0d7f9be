"""When a passage says that something was: the month of the first date it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mingcha.pipeline.findings import Finding

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def month_of(finding: Finding, period: str) -> tuple[int, int] | None:
    """Return year and month of the first date with a month; a date without year is of the year in *period*.

    ``None`` where no month is named, or no year is known.
    """
    values = (int(one.value) for one in finding.quantities if one.kind == "date")
    return next((month for value in values if (month := _month(value, period))), None)


def _month(value: int, period: str) -> tuple[int, int] | None:
    """Read YYYYMMDD, YYYYMM, MMDD or MM.

    >>> [_month(value, "2024") for value in (20240312, 202405, 1210, 12, 2024)]
    [(2024, 3), (2024, 5), (2024, 12), (2024, 12), None]
    >>> _month(1210, "试用期") is None
    True
    """
    if value >= 10_000_000:
        return value // 10_000, value // 100 % 100
    if value >= 190_001:
        return divmod(value, 100)
    year = _YEAR.search(period)
    month = value // 100 if value >= 100 else value
    return (int(year[0]), month) if year and 1 <= month <= 12 else None
