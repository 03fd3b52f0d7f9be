"""Scorecards and their ledgers as the store keeps them: plain rows, points as decimal text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.registers import ledger_sources
from mingcha.pipeline.store.schema import ledger_lines, scorecards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store


class LedgerRow(TypedDict):
    """One line of a ledger; ``amount`` is decimal text, ``None`` where the line gives no points.

    ``sources`` are the rows of kept registers that it rests on: each the register's id and the number of the row. They
    are written, not read back here; `load_sources` has them.
    """

    indicator: str
    amount: str | None
    findings: Sequence[str]
    explanation: str
    sources: NotRequired[Sequence[tuple[str, int]]]


class ScorecardRow(TypedDict):
    """One scorecard; ``total`` is decimal text, ``None`` where it is undetermined; ``at`` is ISO 8601 with zone."""

    subject: str
    scheme: str
    scheme_version: str
    total: str | None
    preview: bool
    at: str
    lines: Sequence[LedgerRow]


def save_scorecards(store: Store, assessment: str, cards: Iterable[ScorecardRow]) -> None:
    """Write scorecards with their ledgers.

    A preview gives way to whatever is saved next for its subject and scheme; all else stays as history. A card of
    the same subject, scheme, version and time takes the place of the stored one.
    """
    with writing(store) as connection:
        for card in cards:
            connection.execute(delete(scorecards).where(_gives_way(assessment, card)))
            row = {name: value for name, value in card.items() if name != "lines"} | {"assessment": assessment}
            number = connection.scalar(insert(scorecards).returning(scorecards.c.seq), row)
            _save_lines(connection, assessment, number or 0, card["lines"])


def _save_lines(connection: Connection, assessment: str, card: int, lines: Sequence[LedgerRow]) -> None:
    said = [
        {name: value for name, value in line.items() if name != "sources"} | {"scorecard": card, "position": n}
        for n, line in enumerate(lines)
    ]
    if said:
        connection.execute(insert(ledger_lines), said)
    sources = [
        {"scorecard": card, "position": n, "assessment": assessment, "register": register, "line": number}
        for n, line in enumerate(lines)
        for register, number in line.get("sources", ())
    ]
    if sources:
        connection.execute(insert(ledger_sources), sources)


def _gives_way(assessment: str, card: ScorecardRow) -> ColumnElement[bool]:
    columns = scorecards.c
    same = and_(columns.scheme_version == card["scheme_version"], columns.at == card["at"])
    return and_(
        columns.assessment == assessment,
        columns.subject == card["subject"],
        columns.scheme == card["scheme"],
        or_(columns.preview, same),
    )


def load_scorecards(store: Store, assessment: str) -> tuple[ScorecardRow, ...]:
    """Return the scorecards of an assessment with their ledgers, in the order in which they were saved."""
    query = select(scorecards).where(scorecards.c.assessment == assessment).order_by(scorecards.c.seq)
    with reading(store) as connection:
        ledgers = _ledgers(connection, assessment)
        return tuple(_card(row, ledgers.get(row["seq"], [])) for row in connection.execute(query).mappings())


def _ledgers(connection: Connection, assessment: str) -> dict[int, list[LedgerRow]]:
    cards, lines = scorecards.c, ledger_lines.c
    query = select(ledger_lines).join(scorecards, lines.scorecard == cards.seq).where(cards.assessment == assessment)
    ledgers: dict[int, list[LedgerRow]] = {}
    for row in connection.execute(query.order_by(lines.scorecard, lines.position)).mappings():
        line = LedgerRow(
            indicator=row["indicator"],
            amount=row["amount"],
            findings=row["findings"],
            explanation=row["explanation"],
        )
        ledgers.setdefault(row["scorecard"], []).append(line)
    return ledgers


def _card(row: Mapping[Any, Any], lines: list[LedgerRow]) -> ScorecardRow:
    return ScorecardRow(
        subject=row["subject"],
        scheme=row["scheme"],
        scheme_version=row["scheme_version"],
        total=row["total"],
        preview=row["preview"],
        at=row["at"],
        lines=lines,
    )
