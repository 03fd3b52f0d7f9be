"""Files that offices filled in, kept row by row, and which rows the lines of ledgers rest on."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from mingcha.pipeline.scoring.registers import Register, RegisterRow
from mingcha.pipeline.store.bulk import insert_rows
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.escapes import dumps
from mingcha.pipeline.store.registers import ballots, ledger_sources, register_rows, registers
from mingcha.pipeline.store.schema import assessments, ledger_lines, scorecards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.scoring.operations import Value
    from mingcha.pipeline.store.database import Store

    Cells = dict[str, str | bool | None]
    Source = tuple[str, int]  # a register's id and the number of a row in it

_HEAD = ("kind", "table", "name", "file", "sha256")


def register_id(scheme: str, register: Register) -> str:
    """Return the id of a file under a scheme: a hash of what it is for, of its bytes, and of what was read in it."""
    told = [
        [row.line, row.subject, row.indicator, _cells(register, row), _votes(register, row)] for row in register.rows
    ]
    return contents_id(scheme, register.table, register.sha256, told)


def contents_id(scheme: str, table: str, sha256: str, told: Sequence[Sequence[Any]]) -> str:
    """Return the id for rows as the store keeps them: line, subject, indicator, cells, votes."""
    return hashlib.sha256(dumps([scheme, table, sha256, told]).encode()).hexdigest()[:16]


def keep_registers(store: Store, assessment: str, scheme: str, given: Sequence[Register], *, at: str) -> None:
    """Write the files that a score was computed with at the moment *at* (ISO 8601 with zone).

    A file that is there already stays as it is. Any other of the same table is marked as superseded.
    """
    with writing(store) as connection:
        # Two who score at once write one after the other.
        connection.execute(select(assessments.c.name).where(assessments.c.name == assessment).with_for_update())
        for register in given:
            id_ = register_id(scheme, register)
            same = _is(assessment, id=id_)
            if connection.scalar(select(registers.c.id).where(same)) is None:
                _insert(connection, assessment, scheme, register, at)
            connection.execute(update(registers).where(same).values(superseded_at=None))
            others = _is(assessment, scheme=scheme, table_id=register.table) & (registers.c.id != id_)
            current = others & registers.c.superseded_at.is_(None)
            connection.execute(update(registers).where(current).values(superseded_at=at))


def drop_unused_registers(store: Store, assessment: str) -> None:
    """Delete superseded files on which no line of a ledger rests."""
    used = exists().where(
        ledger_sources.c.assessment == registers.c.assessment, ledger_sources.c.register == registers.c.id
    )
    with writing(store) as connection:
        connection.execute(delete(registers).where(_is(assessment), registers.c.superseded_at.is_not(None), ~used))


def load_registers(store: Store, assessment: str, *, superseded: bool = False) -> dict[str, Register]:
    """Return the files that were filled in, by id, in the order of their ids; superseded ones only if asked for."""
    query = select(registers).where(_is(assessment))
    if not superseded:
        query = query.where(registers.c.superseded_at.is_(None))
    with reading(store) as connection:
        heads = connection.execute(query.order_by(registers.c.id)).mappings().all()
        return {head["id"]: _register(connection, head) for head in heads}


def load_sources(store: Store, assessment: str) -> dict[tuple[str, str], tuple[Source, ...]]:
    """Return, by subject and indicator, the rows that the lines of the stored scorecards rest on."""
    same = (ledger_sources.c.scorecard == ledger_lines.c.scorecard) & (
        ledger_sources.c.position == ledger_lines.c.position
    )
    columns = (scorecards.c.subject, ledger_lines.c.indicator, ledger_sources.c.register, ledger_sources.c.line)
    query = select(*columns).join(ledger_lines, same).join(scorecards, scorecards.c.seq == ledger_lines.c.scorecard)
    mine = query.where(scorecards.c.assessment == assessment).order_by(*columns)
    found: dict[tuple[str, str], tuple[Source, ...]] = {}
    with reading(store) as connection:
        for subject, indicator, register, line in connection.execute(mine):
            known = found.get((subject, indicator), ())
            found[subject, indicator] = known if (register, line) in known else (*known, (register, line))
    return found


def typed_rows(scheme: str, given: Iterable[Register]) -> dict[tuple[str, str], Source]:
    """Return where each figure that was typed in stands, by subject and indicator."""
    return {
        (row.subject, row.indicator): (register_id(scheme, register), row.line)
        for register in given
        for row in register.rows
        if row.subject is not None and row.indicator is not None
    }


def _is(assessment: str, **values: str) -> ColumnElement[bool]:
    condition = registers.c.assessment == assessment
    for name, value in values.items():
        condition &= registers.c[name] == value
    return condition


def _insert(connection: Connection, assessment: str, scheme: str, register: Register, at: str) -> None:
    id_ = register_id(scheme, register)
    key = {"assessment": assessment, "register": id_}
    head = {name: getattr(register, name) for name in _HEAD if name != "table"} | {"table_id": register.table}
    columns = [{"id": name, "kind": kind} for name, kind in register.columns.items()]
    told = {"columns": columns, "row_count": len(register.rows), "first_used": at}
    connection.execute(insert(registers), {"assessment": assessment, "id": id_, "scheme": scheme} | head | told)
    insert_rows(connection, register_rows, [key | _row(register, row) for row in register.rows])
    insert_rows(connection, ballots, [key | vote for row in register.rows for vote in _vote_rows(register, row)])


def _row(register: Register, row: RegisterRow) -> dict[str, Any]:
    named = {"line": row.line, "subject": row.subject, "indicator": row.indicator}
    return named | {"cells": _cells(register, row)}


def _vote_rows(register: Register, row: RegisterRow) -> Iterator[dict[str, Any]]:
    for option, votes in _votes(register, row).items():
        yield {"line": row.line, "option": option, "votes": votes}


def _votes(register: Register, row: RegisterRow) -> dict[str, int | None]:
    counted = {name: row.cells[name] for name, kind in register.columns.items() if kind == "votes"}
    return {name: None if value is None else int(value) for name, value in counted.items()}  # type: ignore[arg-type]


def _cells(register: Register, row: RegisterRow) -> Cells:
    return {name: _plain(value) for name, value in row.cells.items() if register.columns[name] != "votes"}


def _plain(value: Value | None) -> str | bool | None:
    if value is None or isinstance(value, str | bool):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _register(connection: Connection, head: Mapping[Any, Any]) -> Register:
    columns = {column["id"]: column["kind"] for column in head["columns"]}
    mine = (register_rows.c.assessment == head["assessment"], register_rows.c.register == head["id"])
    cast = (ballots.c.assessment == head["assessment"], ballots.c.register == head["id"])
    counted: dict[int, dict[str, Value | None]] = {}
    for line, option, votes in connection.execute(
        select(ballots.c.line, ballots.c.option, ballots.c.votes).where(*cast)
    ):
        counted.setdefault(line, {})[option] = None if votes is None else Decimal(votes)
    found = connection.execute(select(register_rows).where(*mine).order_by(register_rows.c.line)).mappings()
    rows = tuple(_register_row(row, columns, counted.get(row["line"], {})) for row in found)
    named = (head["kind"], head["table_id"], head["name"])
    return Register(*named, head["file"], head["sha256"], columns, rows)


def _register_row(
    row: Mapping[Any, Any], columns: Mapping[str, str], counted: Mapping[str, Value | None]
) -> RegisterRow:
    read = {name: _value(value, columns[name]) for name, value in row["cells"].items()} | dict(counted)
    cells = {name: read[name] for name in columns if name in read}
    return RegisterRow(row["line"], row["subject"], row["indicator"], cells)


def _value(written: str | None, kind: str) -> Value | None:
    if written is None or kind == "text" or isinstance(written, bool):
        return written
    return date.fromisoformat(written) if kind == "date" else Decimal(written)
