"""Every earlier version's store, with data, comes up to date on both databases and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError

from mingcha.pipeline.document import Span
from mingcha.pipeline.findings import finding_id
from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.condition import inspect_store
from mingcha.pipeline.store.database import open_store, reading, upgrade_store, writing
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.files import known_files
from mingcha.pipeline.store.guards import missing_guards
from mingcha.pipeline.store.queries import (
    load_blocks,
    load_documents,
    load_facts,
    load_findings,
    load_quantities,
    load_repairs,
    load_roster,
    load_structure,
)
from mingcha.pipeline.store.schema import fact_members, files, metadata
from mingcha.pipeline.store.scorecards import load_scorecards
from mingcha.pipeline.store.standings import complete_standings
from mingcha.pipeline.store.verification import verify_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

NAME, AT = "青岭县2023年度考核", "2024-03-01T09:00:00+08:00"
TEXT, SHA = "该局推进项目迟缓，窗口长期无人值守。投入3.5亿元。", "ab" * 32
IDS = tuple(finding_id(SHA, Span(start, start + 4), "risk", "inaction") for start in (0, 9))

# What a store of the first version holds; later versions add columns, which old rows do not have.
ROWS: dict[str, list[dict[str, object]]] = {
    "assessments": [{"name": NAME, "period": "2023", "created_at": AT}],
    "subjects": [
        {
            "assessment": NAME,
            "id": "p1",
            "position": 0,
            "name": "李某某",
            "aliases": ["老李"],
            "unit": "",
            "post": "",
            "type": "person",
            "category": "",
        }
    ],
    "runs": [
        {"id": "r1", "assessment": NAME, "folder": "材料", "started": AT, "finished": AT, "versions": {"lexicon": "1"}}
    ],
    "documents": [
        {
            "assessment": NAME,
            "name": "旧.txt",
            "sha256": SHA,
            "status": "read",
            "format": "txt",
            "characters": len(TEXT),
            "coverage": 1.0,
            "notes": ["提示"],
            "run": "r1",
        }
    ],
    "texts": [{"sha256": SHA, "format": "txt", "text": TEXT}],
    "findings": [
        {
            "assessment": NAME,
            "document": "旧.txt",
            "id": id_,
            "sha256": SHA,
            "format": "txt",
            "start": start,
            "end": start + 4,
            "text": TEXT[start : start + 4],
            "locator": {"part": "body"},
            "kind": "risk",
            "category": "inaction",
            "status": "asserted",
            "subject": "p1",
            "candidates": [],
            "source_kind": "S-INSP",
            "quantities": [],
            "strength": "E2",
            "confidence": 0.75,
            "sources": ["delay.slow"],
            "versions": {"lexicon": "1"},
            "run": "r1",
        }
        for id_, start in zip(IDS, (0, 9), strict=True)
    ],
    "quantities": [
        {
            "assessment": NAME,
            "document": "旧.txt",
            "position": 0,
            "start": 20,
            "end": 25,
            "text": TEXT[20:25],
            "value": 3.5e8,
            "unit": "元",
            "kind": "money",
            "direction": "none",
        }
    ],
    "facts": [
        {
            "assessment": NAME,
            "id": "f1",
            "subject": "p1",
            "kind": "risk",
            "category": "inaction",
            "text": "迟缓",
            "supports": [IDS[0]],
            "contradicts": [IDS[1]],
            "copies": [],
            "source_kinds": ["S-INSP"],
            "independent": 1,
            "strength": "E2",
            "run": "r1",
        }
    ],
    "decisions": [
        {
            "seq": 7,
            "assessment": NAME,
            "finding": IDS[0],
            "verdict": "confirm",
            "by": "王敏",
            "reason": "属实",
            "at": AT,
            "changes": [],
        }
    ],
    "scorecards": [
        {
            "seq": 3,
            "assessment": NAME,
            "subject": "p1",
            "scheme": "base",
            "scheme_version": "1",
            "total": "86.10",
            "preview": False,
            "at": AT,
        }
    ],
    "ledger_lines": [
        {
            "scorecard": 3,
            "position": 0,
            "indicator": "基础",
            "amount": "86.10",
            "findings": [IDS[0]],
            "explanation": "基础分",
        }
    ],
}

MEMBERS = [
    {"assessment": NAME, "fact": "f1", "role": role, "position": 0, "finding": id_}
    for role, id_ in zip(("support", "contradict"), IDS, strict=True)
]

# What versions 0006 and 0007 kept of a file, its structure in JSON.
_PLACE = {"part": "body", "page": None, "paragraph": 1, "box": None, "label": "第1段"}
_NO_TABLE = dict.fromkeys(("line", "sheet", "table", "row", "column", "item"))
STRUCTURE = [
    {
        "document": "旧.txt",
        "record": record,
        "kind": kind,
        "group": group,
        "level": None,
        "label": None,
        "start": 0,
        "end": 4,
        "text": TEXT[:4],
        "locator": _PLACE | _NO_TABLE,
        "fields": [{"name": "valid", "label": None, "start": 0, "end": 1, "text": TEXT[0], "value": 12}],
        "holds": holds,
        "explanation": explanation,
    }
    for record, kind, group, holds, explanation in (
        ("part", "heading", None, None, None),
        ("check", "ballot.row_sum", 1, False, "坏\x00字"),
        ("check", "ballot.valid", 1, True, "相符"),
    )
]
PART = {"document": {"document": "旧.txt"}, "structure": STRUCTURE, "findings": list(IDS), "fired": []}
FILE = {"assessment": NAME, "name": "旧.txt", "sha256": SHA, "method": "m", "contents": [PART], "run": "r1"}


@pytest.fixture(params=revisions.known()[:-1])
def old(request: pytest.FixtureRequest, address: str, tmp_path: Path, bare: Callable[[], str]) -> Iterator[Engine]:
    """A store as the version of a revision left it."""
    store = open_store(tmp_path / f"{uuid4().hex}.db" if "://" not in address else bare(), upgrade=False)
    with writing(store) as connection:
        revisions.upgrade(connection, request.param)
        for name, rows in ROWS.items():
            connection.execute(insert(_as_it_is(connection, name)), rows)
        if request.param >= "0006":  # versions before had the members in the facts alone
            connection.execute(insert(fact_members), MEMBERS)
            connection.execute(insert(files), FILE)
    yield store
    store.dispose()


def _as_it_is(connection: Connection, name: str) -> Table:
    """Return a table with the columns that the database has of it."""
    present = Table(name, MetaData(), autoload_with=connection)
    known = metadata.tables[name]
    columns = [known.c[column.name]._copy() for column in present.columns]
    return Table(name, MetaData(), *columns)


def test_every_earlier_version_comes_up_with_all_it_holds(old: Engine) -> None:
    with reading(old) as connection:
        before = revisions.stored(connection)
    assert upgrade_store(old) == before != revisions.newest()
    assert complete_standings(old) == 0  # the upgrade has written them
    with reading(old) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": revisions.VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert missing_guards(connection) == ()
        members = connection.execute(select(fact_members.c.role, fact_members.c.finding)).all()
        view = connection.execute(text("SELECT id, standing, subject_name FROM v_findings ORDER BY start")).all()
    assert set(map(tuple, members)) == {("support", IDS[0]), ("contradict", IDS[1])}
    assert list(map(tuple, view)) == [(IDS[0], "confirmed", "李某某"), (IDS[1], "pending", "李某某")]
    _check_values(old)
    assert [remark for remark in inspect_store(old) if not remark.sound] == []
    assert [inspection for inspection in verify_store(old) if inspection.faulty] == []


def test_the_structure_that_was_kept_of_files_becomes_rows(old: Engine) -> None:
    with reading(old) as connection:
        before = revisions.stored(connection)
    upgrade_store(old)
    kept = load_structure(old, NAME, "旧.txt")
    assert [dict(line) for line in kept] == ([] if str(before) < "0006" else STRUCTURE)
    assert load_blocks(old, NAME, "旧.txt") == load_repairs(old, NAME, "旧.txt") == ()
    assert known_files(old, NAME) == {}  # so that a run that goes on reads it again, with its blocks and repairs


def _check_values(store: Engine) -> None:
    (document,) = load_documents(store)
    assert (document.name, document.parts, document.traces, document.absent_since) == ("旧.txt", {}, (), None)
    assert [finding.id for finding in load_findings(store)] == list(IDS)
    assert {finding.relation for finding in load_findings(store)} == {"other"}
    assert [(amount.value, amount.plan) for amount in load_quantities(store, NAME, "旧.txt")] == [(3.5e8, False)]
    assert [fact.supports for fact in load_facts(store, NAME)] == [IDS[:1]]
    assert [(decision.by, decision.round) for decision in load_decisions(store)] == [("王敏", "first")]
    assert [card["total"] for card in load_scorecards(store, NAME)] == ["86.10"]
    assert [subject.name for subject in load_roster(store, NAME)] == ["李某某"]


def test_decisions_stay_final_and_are_numbered_on_after_an_upgrade(old: Engine) -> None:
    upgrade_store(old)
    with pytest.raises(DBAPIError, match="only ever appended"), old.begin() as connection:
        connection.execute(text("UPDATE decisions SET reason = '改'"))
    row = {**ROWS["decisions"][0], "verdict": "reject"}
    del row["seq"]
    with writing(old) as connection:
        if old.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(pg_get_serial_sequence('decisions', 'seq'), 7)"))
        connection.execute(insert(metadata.tables["decisions"]), row)
        assert connection.scalar(text("SELECT max(seq) FROM decisions")) == 8


def test_an_upgrade_that_fails_leaves_the_old_version_as_it_was(old: Engine) -> None:
    with reading(old) as connection:
        before = revisions.stored(connection)
    with writing(old) as connection:
        connection.execute(text("CREATE TABLE ledger_sources (id INTEGER)"))  # stands in the way of the last revision
    with pytest.raises(Exception, match=r"拒绝了操作"):
        upgrade_store(old)
    with reading(old) as connection:
        assert revisions.stored(connection) == before
        assert connection.scalar(text("SELECT count(*) FROM findings")) == 2
    with writing(old) as connection:
        connection.execute(text("DROP TABLE ledger_sources"))
    assert upgrade_store(old) == before
