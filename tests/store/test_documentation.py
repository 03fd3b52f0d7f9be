"""The administrator's paper names every table and every column, in the order of the schema."""

from __future__ import annotations

import re
from pathlib import Path

from mingcha.pipeline.store.schema import metadata

PAPER = Path(__file__).resolve().parents[2] / "docs" / "数据库.md"


def test_the_paper_names_every_table_and_column() -> None:
    sections = re.split(r"^## (\w+)", PAPER.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    paper = {
        table: re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE)
        for table, body in zip(sections[::2], sections[1::2], strict=True)
    }
    assert paper == {name: [column.name for column in table.columns] for name, table in metadata.tables.items()}
