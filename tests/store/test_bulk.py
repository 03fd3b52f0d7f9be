"""What the driver is handed in batches arrives just as what SQLAlchemy writes row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.store import rows
from mingcha.pipeline.store.bulk import insert_rows
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.digests import stored_rows
from mingcha.pipeline.store.schema import findings
from mingcha.pipeline.store.writing import Entry, save_document
from tests.store.stocked import finding_at, read_document

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from mingcha.pipeline.assessments import Run

PLAIN = {"speaker": None, "confidence": 0.1 + 0.2}
STRANGE = {
    "speaker": "张\x00某\ud800",
    "sources": ('引"号\\', "换\n行\t", "\u2028", "甲\x00"),
    "candidates": ("p1", "p\udfff"),
}
AMOUNT = Quantity(Span(2, 8), "近3.5亿元", 350_000_000.0, "元", "money", approximator="nearly", direction="up")


def _stored(connection: Connection) -> list[tuple[object, ...]]:
    return sorted((row for batch in stored_rows(connection, findings) for row in batch), key=repr)


@pytest.mark.parametrize("count", [1, 2, 1001])
def test_batches_arrive_as_single_rows_do(engine: Engine, run: Run, count: int) -> None:
    document = read_document("a.txt")
    save_document(engine, run, Entry(document))
    changes = (PLAIN, STRANGE, STRANGE | {"quantities": (AMOUNT,)})
    found = [finding_at(document, "窗口长期", id=f"{n}", **changes[n % 3]) for n in range(count)]
    origin = {"assessment": run.assessment, "sha256": document.sha256, "format": "txt", "run": run.id}
    made = [rows.finding_row(one) | origin for one in found]
    with engine.connect() as connection:
        connection.execute(delete(findings))
        connection.execute(insert(findings), made)
        expected = _stored(connection)
        connection.execute(delete(findings))
        insert_rows(connection, findings, made)
        assert _stored(connection) == expected
        assert len(expected) == count
        connection.rollback()


def test_nothing_to_insert_is_nothing(engine: Engine, run: Run) -> None:
    with engine.connect() as connection:
        before = _stored(connection)
        insert_rows(connection, findings, [])
        assert _stored(connection) == before
        connection.rollback()


def test_what_the_database_refuses_is_a_store_error_and_takes_the_batch_back(engine: Engine, run: Run) -> None:
    document = read_document("a.txt")
    save_document(engine, run, Entry(document))
    origin = {"assessment": run.assessment, "sha256": document.sha256, "format": "txt", "run": run.id}
    doubled = [rows.finding_row(finding_at(document, "窗口长期")) | origin] * 2
    with pytest.raises(StoreError, match="重复的编号"), writing(engine) as connection:
        insert_rows(connection, findings, doubled)
    with engine.connect() as connection:
        assert [row for row in _stored(connection) if run.assessment in row] == []
