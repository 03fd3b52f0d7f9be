"""The paper on the database names every table, view and column in their order; its queries run; its picture is of now."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import text

from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.schema import metadata
from mingcha.pipeline.store.scripts import VIEWS
from tests.store.stocked import stock

if TYPE_CHECKING:
    from sqlalchemy import Engine

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "数据库.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAPER, re.DOTALL)


def _columns_in_paper() -> dict[str, list[str]]:
    sections = re.split(r"^## ([a-z_]+)（", PAPER, flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE)
        for name, body in zip(sections[::2], sections[1::2], strict=True)
    }


def test_the_paper_names_every_table_and_column() -> None:
    paper = {name: columns for name, columns in _columns_in_paper().items() if name not in VIEWS}
    assert paper == {name: [column.name for column in table.columns] for name, table in metadata.tables.items()}


def test_the_paper_names_every_column_of_every_view(engine: Engine) -> None:
    paper = _columns_in_paper()
    with reading(engine) as connection:
        for view in VIEWS:
            assert paper[view] == list(connection.execute(text(f"SELECT * FROM {view}")).keys()), view


def test_every_query_of_the_paper_finds_something(engine: Engine) -> None:
    name = f"考核{uuid4().hex}"
    stock(engine, name, login=f"u{uuid4().hex}")
    assert len(QUERIES) >= 6
    with engine.connect() as connection:
        connection.execute(text("UPDATE facts SET independent = 2"))
        for query in QUERIES:
            asked = query.replace("青岭县2024年度考核", name)
            assert connection.execute(text(asked)).all(), query
        connection.rollback()


def test_the_views_say_what_the_tables_say(engine: Engine) -> None:
    name = f"考核{uuid4().hex}"
    first, second = stock(engine, name, login=f"u{uuid4().hex}")
    with reading(engine) as connection:
        found = connection.execute(
            text(
                "SELECT id, standing, subject_name, file_missing FROM v_findings WHERE assessment = :a ORDER BY start"
            ),
            {"a": name},
        ).all()
        assert [tuple(row) for row in found] == [
            (first.id, "confirmed", "李某某", False),
            (second.id, "pending", None, False),
        ]
        fact = connection.execute(
            text("SELECT supports, contradicts, copies, confirmed FROM v_facts WHERE assessment = :a"), {"a": name}
        ).one()
        assert tuple(fact) == (1, 1, 0, 1)
        score = connection.execute(
            text("SELECT total, total_number, preview FROM v_scores WHERE assessment = :a"), {"a": name}
        ).one()
        assert (score.total, float(score.total_number), bool(score.preview)) == ("86.10", 86.1, False)
        progress = (
            connection.execute(text("SELECT * FROM v_progress WHERE assessment = :a"), {"a": name}).mappings().one()
        )
        counted = (
            "documents_read",
            "documents_failed",
            "documents_missing",
            "findings",
            "active_risks",
            "confirmed",
            "facts",
        )
        assert [progress[column] for column in counted] == [1, 1, 0, 2, 2, 1, 1]


def test_the_picture_is_that_of_the_tables() -> None:
    drawn = runpy.run_path(str(ROOT / "benchmarks" / "schema_picture.py"))
    assert {name for names in drawn["LAYOUT"] for name in names} == set(metadata.tables)
    assert drawn["picture"]() == (ROOT / "docs" / "images" / "schema.svg").read_text(encoding="utf-8")
