"""Filled-in files as the store keeps them: once, exactly, and as long as a line of a ledger rests on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.scoring.registers import Register, RegisterRow
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.registering import (
    drop_unused_registers,
    keep_registers,
    load_registers,
    load_sources,
    register_id,
    typed_rows,
)
from mingcha.pipeline.store.registers import ballots, ledger_sources, register_rows, registers
from mingcha.pipeline.store.scorecards import save_scorecards
from tests.store.stocked import filled_in

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Run
    from mingcha.pipeline.store.scorecards import ScorecardRow

AT, LATER = "2024-03-02T10:00:00+08:00", "2024-03-03T10:00:00+08:00"
INPUTS, BALLOT = filled_in()
EVERY_KIND = Register(
    *("register", "表", "登记\x00表", "登\ud800记.csv", "12" * 32),
    {"单位": "text", "件数": "number", "办结": "yesno", "日期": "date", "备注": "text"},
    (
        RegisterRow(
            2,
            None,
            None,
            {"单位": "甲", "件数": Decimal("1.50"), "办结": True, "日期": date(2025, 3, 1), "备注": "\x00"},
        ),
        RegisterRow(5, "t1", None, {"单位": "乙", "件数": None, "办结": False, "日期": None, "备注": None}),
    ),
)


def _keep(engine: Engine, run: Run, *given: Register, at: str = AT) -> None:
    keep_registers(engine, run.assessment, "base", given, at=at)


def _card(run: Run, register: Register, *, preview: bool = False, at: str = AT) -> ScorecardRow:
    sources = list(typed_rows("base", [register]).values())
    line: Any = {"indicator": "jichu", "amount": "86.60", "findings": [], "explanation": "", "sources": sources}
    empty: Any = {"indicator": "lvzhi", "amount": None, "findings": [], "explanation": ""}
    card: Any = {
        "subject": "p1",
        "scheme": "base",
        "scheme_version": "1",
        "total": "86.60",
        "preview": preview,
        "at": at,
    }
    return card | {"lines": [empty, line]}


def _changed(register: Register, value: str) -> Register:
    return replace(register, sha256=value.zfill(64), rows=(replace(register.rows[0], cells={"value": Decimal(value)}),))


def test_every_kind_of_cell_comes_back(engine: Engine, run: Run) -> None:
    _keep(engine, run, INPUTS, BALLOT, EVERY_KIND)
    found = load_registers(engine, run.assessment)
    assert sorted(found.values(), key=lambda one: one.file) == sorted(
        [INPUTS, BALLOT, EVERY_KIND], key=lambda one: one.file
    )
    assert {register_id("base", one): one for one in found.values()} == found


def test_the_same_file_again_changes_nothing(engine: Engine, run: Run) -> None:
    _keep(engine, run, INPUTS, BALLOT)
    before = _rows(engine, run)
    _keep(engine, run, INPUTS, BALLOT, at=LATER)
    assert _rows(engine, run) == before


def test_a_file_that_gives_way_stays_while_a_ledger_rests_on_it(engine: Engine, run: Run) -> None:
    _keep(engine, run, INPUTS)
    save_scorecards(engine, run.assessment, [_card(run, INPUTS)])
    second, third = _changed(INPUTS, "90"), _changed(INPUTS, "91")
    for register in (second, third):
        _keep(engine, run, register, BALLOT, at=LATER)
        drop_unused_registers(engine, run.assessment)
    assert set(load_registers(engine, run.assessment)) == {register_id("base", one) for one in (third, BALLOT)}
    kept = load_registers(engine, run.assessment, superseded=True)
    assert set(kept) == {register_id("base", one) for one in (INPUTS, third, BALLOT)}
    assert load_sources(engine, run.assessment) == {("p1", "jichu"): ((register_id("base", INPUTS), 2),)}
    _keep(engine, run, INPUTS)
    assert register_id("base", INPUTS) in load_registers(engine, run.assessment)


def test_the_sources_of_a_preview_go_with_it(engine: Engine, run: Run) -> None:
    _keep(engine, run, INPUTS)
    save_scorecards(engine, run.assessment, [_card(run, INPUTS, preview=True)])
    second = _changed(INPUTS, "90")
    _keep(engine, run, second, at=LATER)
    save_scorecards(engine, run.assessment, [_card(run, second, at=LATER)])
    drop_unused_registers(engine, run.assessment)
    assert set(load_registers(engine, run.assessment, superseded=True)) == {register_id("base", second)}


def test_the_files_of_another_scheme_are_not_touched(engine: Engine, run: Run) -> None:
    keep_registers(engine, run.assessment, "other", [INPUTS], at=AT)
    _keep(engine, run, _changed(INPUTS, "90"), at=LATER)
    assert len(load_registers(engine, run.assessment)) == 2


def test_a_line_cannot_rest_on_a_row_that_is_not_there(engine: Engine, run: Run) -> None:
    with pytest.raises(StoreError, match="拒绝了操作"):
        save_scorecards(engine, run.assessment, [_card(run, INPUTS)])


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (ballots, {"line": 4, "option": "差", "votes": -1}),
        (ballots, {"line": 5, "option": "差", "votes": 1}),
        (ballots, {"line": 4, "option": "优秀", "votes": 1}),
        (register_rows, {"line": 0, "cells": {}}),
        (registers, {"kind": "guess"}),
    ],
    ids=str,
)
def test_the_database_refuses_what_cannot_be(engine: Engine, run: Run, table: Any, row: dict[str, Any]) -> None:
    _keep(engine, run, BALLOT)
    id_ = register_id("base", BALLOT)
    head = {
        "id": "x",
        "scheme": "",
        "table_id": "",
        "name": "",
        "file": "",
        "sha256": "",
        "columns": [],
        "row_count": 0,
    }
    key = head | {"first_used": AT} if table is registers else {"register": id_}
    with pytest.raises(StoreError, match=r"拒绝了操作|重复的编号"), writing(engine) as connection:
        connection.execute(insert(table), {"assessment": run.assessment} | key | row)


def _rows(engine: Engine, run: Run) -> dict[str, list[str]]:
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(ballots)) != 0
        return {
            table.name: sorted(map(repr, connection.execute(select(table).where(table.c.assessment == run.assessment))))
            for table in (registers, register_rows, ballots, ledger_sources)
        }
