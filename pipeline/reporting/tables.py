"""Cross tables of findings, as plain numbers in a fixed order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts of findings by two terms: ``counts[i][j]`` belongs to ``rows[i]`` and ``columns[j]``."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def row_totals(self) -> tuple[int, ...]:
        """The sum of each row."""
        return tuple(sum(row) for row in self.counts)

    @property
    def column_totals(self) -> tuple[int, ...]:
        """The sum of each column."""
        return tuple(sum(row[position] for row in self.counts) for position in range(len(self.columns)))

    @property
    def total(self) -> int:
        """The number of findings counted."""
        return sum(self.row_totals)

    @property
    def peak(self) -> int:
        """The largest single count, 0 in an empty table."""
        return max((count for row in self.counts for count in row), default=0)


def cross_table(
    items: Iterable[T],
    row: Callable[[T], str],
    column: Callable[[T], str],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
) -> CrossTable:
    """Count items by the terms that *row* and *column* give.

    Rows and columns stand in the order of *rows* and *columns*, terms outside these after them; rows without an
    item are left out, columns never are.
    """
    counted = Counter((row(item), column(item)) for item in items)
    if not counted:
        return CrossTable((), tuple(columns), ())
    found = {name for name, _ in counted}
    row_names = [name for name in _ordered(rows, found) if name in found]
    column_names = _ordered(columns, (name for _, name in counted))
    counts = tuple(tuple(counted[one, other] for other in column_names) for one in row_names)
    return CrossTable(tuple(row_names), tuple(column_names), counts)


def _ordered(wished: Sequence[str], found: Iterable[str]) -> list[str]:
    return [*wished, *sorted(set(found) - set(wished))]
