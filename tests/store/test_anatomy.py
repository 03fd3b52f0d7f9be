"""What a document is made of: odd files, constraints of the database, and what a rerun leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, inspect, select

from mingcha.pipeline.document import Block, Box, Locator, Span
from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.rewriting import replay
from mingcha.pipeline.store import queries
from mingcha.pipeline.store.anatomy import blocks, repairs, structures
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.schema import metadata
from mingcha.pipeline.store.writing import Entry, save_document
from tests.store.stocked import mended_in, read_document, structure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Run


@pytest.fixture
def saved(engine: Engine, run: Run) -> Entry:
    document = read_document("材料/一.txt")
    entry = Entry(document, None, mended=mended_in(document), structure=structure_of(document))
    save_document(engine, run, entry)
    return entry


def test_gives_back_what_was_saved(engine: Engine, run: Run, saved: Entry) -> None:
    asked = (engine, run.assessment, saved.document.name)
    assert queries.load_blocks(*asked) == saved.document.blocks  # type: ignore[union-attr]
    assert queries.load_repairs(*asked) == tuple(saved.mended)
    assert queries.load_structure(*asked) == tuple(saved.structure)
    names = "document record kind group level label start end text locator fields holds explanation"
    assert [" ".join(line) for line in queries.load_structure(*asked)] == [names] * 3


def test_blocks_cut_the_stored_text_and_repairs_can_be_made_again(engine: Engine, run: Run, saved: Entry) -> None:
    text = queries.load_text(engine, saved.document.sha256 or "")
    assert text is not None
    found = queries.load_blocks(engine, run.assessment, saved.document.name)
    assert "".join(block.span.of(text) for block in found) == text
    made = replay(text, queries.load_repairs(engine, run.assessment, saved.document.name))
    assert made == text.replace("\x00", "")


def test_a_rerun_takes_the_place_of_what_was_there(
    engine: Engine, run: Run, saved: Entry, next_run: Callable[[str], Run]
) -> None:
    document = replace(read_document(saved.document.name), blocks=(Block(Span(0, 3), Locator(line=1), "heading"),))
    save_document(engine, next_run(run.assessment), Entry(document, mended=saved.mended[1:]))
    asked = (engine, run.assessment, document.name)
    assert queries.load_blocks(*asked) == document.blocks
    assert queries.load_repairs(*asked) == tuple(saved.mended[1:])
    assert queries.load_structure(*asked) == ()


def test_places_that_cannot_be_are_left_out_and_stop_no_run(engine: Engine, run: Run) -> None:
    """A damaged workbook counts rows from nothing or beyond all numbers; a damaged page has a box without end."""
    strange = Locator(
        "sheet", sheet="甲", table=-1, row=0, column=10**12, box=Box(0.0, float("nan"), 1.0, float("inf"))
    )
    document = replace(read_document("坏.xlsx"), blocks=(Block(Span(0, 1), strange, "cell"),))
    save_document(engine, run, Entry(document))
    (found,) = queries.load_blocks(engine, run.assessment, document.name)
    assert found == Block(Span(0, 1), Locator("sheet", sheet="甲"), "cell")


BLOCK = {"position": 9, "start": 0, "end": 1, "kind": "line", "part": "body"}
REPAIR = {"position": 9, "start": 0, "end": 1, "place": 0, "before": "甲", "after": "乙", "kind": "width", "reason": ""}
RECORD = {"position": 9, "record": "part", "start": 0, "end": 1, "text": "甲", "locator": {}, "fields": []}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (blocks, BLOCK | {"kind": "verse"}),
        (blocks, BLOCK | {"start": 2}),
        (blocks, BLOCK | {"page": 0}),
        (blocks, BLOCK | {"document": "没有.txt"}),
        (blocks, BLOCK | {"position": 0}),
        (repairs, REPAIR | {"confidence": 1.5, "applied": True}),
        (repairs, REPAIR | {"confidence": 1.0, "applied": True, "kind": "guess"}),
        (repairs, REPAIR | {"confidence": 1.0, "applied": True, "place": -1}),
        (repairs, REPAIR | {"confidence": 1.0, "applied": None}),
        (structures, RECORD | {"record": "check"}),
        (structures, RECORD | {"group_number": 0}),
        (structures, RECORD | {"end": -1}),
    ],
    ids=str,
)
def test_the_database_refuses_what_cannot_be(
    engine: Engine, run: Run, saved: Entry, table: Any, row: dict[str, Any]
) -> None:
    from mingcha.pipeline.store.database import writing

    key = {"assessment": run.assessment, "document": saved.document.name}
    with pytest.raises(StoreError, match=r"拒绝了操作|重复的编号"), writing(engine) as connection:
        connection.execute(insert(table), key | row)


def test_the_database_has_the_constraints_of_the_tables(engine: Engine) -> None:
    """The revisions write their constraints by hand; only that they are all there is compared."""
    seen = inspect(engine)
    for table in metadata.sorted_tables:
        wanted = {str(one.name) for one in table.constraints if str(one.name).startswith("ck_")}
        assert {one["name"] for one in seen.get_check_constraints(table.name)} == wanted, table.name


def test_headings_are_found_by_kind(engine: Engine, run: Run, saved: Entry) -> None:
    query = select(structures.c.text).where(structures.c.assessment == run.assessment, structures.c.kind == "heading")
    with reading(engine) as connection:
        assert connection.scalars(query).all() == [saved.structure[0]["text"]]
