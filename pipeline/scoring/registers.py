"""What an office fills in for scoring, kept row by row, and on which of its rows a line of a ledger rests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.pipeline.scoring.indicators import Indicator
    from mingcha.pipeline.scoring.operations import Value
    from mingcha.pipeline.scoring.scheme import Scheme

RegisterKind = Literal["inputs", "register", "ballot"]
ColumnKind = Literal["text", "number", "yesno", "date", "votes"]
INPUTS = "inputs"  # stands for the table's id where figures by subject and indicator were typed in


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of a file; ``line`` is its number there, from 1.

    ``subject`` is the id of whom the row speaks, where it names one of the roster; ``indicator`` is set for figures
    typed in. An empty cell is ``None``.
    """

    line: int
    subject: str | None
    indicator: str | None
    cells: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Register:
    """A file as it was read: figures typed in (kind inputs), a table of a scheme, or a ballot with its counts.

    ``table`` is the id of the scheme's table, ``name`` what people call it, ``file`` the name of the file and
    ``sha256`` the hash of its bytes. ``columns`` has the kind of each column by its id; in a ballot those that count
    votes are of kind ``votes``.
    """

    kind: RegisterKind
    table: str
    name: str
    file: str
    sha256: str
    columns: Mapping[str, ColumnKind]
    rows: tuple[RegisterRow, ...] = field(default=())


def inputs_of(scheme: Scheme) -> Mapping[str, tuple[str, ...]]:
    """Return, for each indicator by id, the ids of what people type in for it."""
    known = scheme.entries
    named = ((one.id, (key for key in _named(one) if key in known)) for one in scheme.indicators)
    return {indicator: tuple(dict.fromkeys(keys)) for indicator, keys in named}


def _named(indicator: Indicator) -> Iterator[str]:
    match indicator.method:
        case "manual" | "table" | "linear":
            yield indicator.id
        case "series":
            yield from indicator.periods
        case "checklist":
            yield from (f"{indicator.id}.{question.id}" for question in indicator.questions)
        case "formula":
            yield from sorted(indicator.formula.names)
        case "findings":
            yield from (item.per for item in indicator.items if item.per is not None)
