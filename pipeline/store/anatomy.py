"""The tables of what documents are made of: blocks as they were read, repairs of their text, what each passage does.

All rows of a document are written and replaced together with it. Places count in the document's stored text.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Double, Index, Table

from mingcha.pipeline.rewriting import RepairKind
from mingcha.pipeline.store.columns import (
    is_span,
    json,
    key,
    metadata,
    number,
    of_document,
    one_of,
    some_words,
    words,
)

_COUNTED = ("page", "paragraph", "line", "table_number", "table_row", "table_column")

# Rows are short and asked for by document alone, so the key is all the order that they need (WITHOUT ROWID).
blocks = Table(
    "blocks",
    metadata,
    key("assessment"),
    key("document"),
    number("position", primary_key=True),
    number("start"),
    number("end"),
    words("kind"),
    words("part"),
    *(number(name, nullable=True) for name in _COUNTED),
    some_words("sheet"),
    some_words("item"),
    json("box", nullable=True),
    of_document(),
    is_span(),
    CheckConstraint("kind IN ('paragraph', 'line', 'cell', 'heading')", name="kind"),
    CheckConstraint(" AND ".join(f"({name} IS NULL OR {name} >= 1)" for name in _COUNTED), name="counted"),
    sqlite_with_rowid=False,
)

repairs = Table(
    "repairs",
    metadata,
    key("assessment"),
    key("document"),
    number("position", primary_key=True),
    number("start"),
    number("end"),
    number("place"),
    words("before"),
    words("after"),
    words("kind"),
    words("reason"),
    Column("confidence", Double, nullable=False),
    Column("applied", Boolean, nullable=False),
    of_document(),
    is_span(),
    one_of("kind", RepairKind),
    CheckConstraint("place >= 0", name="place"),
    CheckConstraint("0 <= confidence AND confidence <= 1", name="confidence"),
    sqlite_with_rowid=False,
)

structures = Table(
    "structures",
    metadata,
    key("assessment"),
    key("document"),
    number("position", primary_key=True),
    words("record"),
    some_words("kind"),
    number("group_number", nullable=True),
    number("level", nullable=True),
    some_words("label"),
    number("start"),
    number("end"),
    words("text"),
    json("locator"),
    json("fields"),
    Column("holds", Boolean),
    some_words("explanation"),
    of_document(),
    is_span(),
    CheckConstraint("record <> 'check' OR holds IS NOT NULL", name="check"),
    CheckConstraint("group_number IS NULL OR group_number >= 1", name="group"),
    Index(None, "assessment", "record", "kind"),
)
