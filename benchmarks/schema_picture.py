"""Draw the tables of the store and what refers to what; writes ``docs/images/schema.svg``.

``python benchmarks/schema_picture.py``; full lines are foreign keys, dashed ones hold without a constraint of the database.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "schema.svg"
PAPER = ROOT / "docs" / "数据库.md"

# Columns of the picture from left to right, tables from top to bottom.
LAYOUT = (
    ("users", "sessions", "permissions", "clients", "assignments", "audit"),
    ("assessments", "subjects", "runs", "files"),
    ("documents", "texts", "blocks", "repairs", "structures", "quantities", "referrals"),
    ("findings", "decisions", "standings", "notes", "missed_passages"),
    ("facts", "fact_members", "elusion_samples", "elusion_sentences", "elusion_verdicts"),
    ("schemes", "scorecards", "ledger_lines", "ledger_sources", "registers", "register_rows", "ballots"),
)
LOGICAL = (
    ("findings", "texts"),
    ("findings", "subjects"),
    ("decisions", "findings"),
    ("standings", "findings"),
    ("notes", "findings"),
    ("missed_passages", "documents"),
    ("fact_members", "findings"),
    ("scorecards", "schemes"),
    ("register_rows", "subjects"),
)
WIDTH, GAP_X, GAP_Y, LINE, HEAD, MARGIN = 232, 68, 26, 18, 26, 24
INK, KEY, PAPER_COLOR, RULE = "#1f2937", "#1d4ed8", "#ffffff", "#94a3b8"


def shown(table: Table) -> list[tuple[str, bool]]:
    """Return the columns of keys and references, with whether they are of the primary key."""
    return [
        (column.name, bool(column.primary_key)) for column in table.columns if column.primary_key or column.foreign_keys
    ]


def height(table: Table) -> int:
    return HEAD + LINE * (len(shown(table)) + 1) + 6


def places() -> dict[str, tuple[int, int]]:
    """Return the upper left corner of each table."""
    found = {}
    for number, names in enumerate(LAYOUT):
        y = MARGIN
        for name in names:
            found[name] = (MARGIN + number * (WIDTH + GAP_X), y)
            y += height(metadata.tables[name]) + GAP_Y
    return found


def chinese() -> dict[str, str]:
    """Return the Chinese name of each table, as the paper has it."""
    heads = re.findall(r"^## (\w+)（([^）：]+)", PAPER.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(heads)


def box(table: Table, x: int, y: int, title: str) -> Iterator[str]:
    rows = shown(table)
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{height(table)}" rx="6" fill="{PAPER_COLOR}" stroke="{INK}"/>'
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEAD}" rx="6" fill="#e2e8f0" stroke="{INK}"/>'
    yield f'<text x="{x + 8}" y="{y + 18}" font-weight="bold" fill="{INK}">{escape(table.name)}</text>'
    yield f'<text x="{x + WIDTH - 8}" y="{y + 18}" text-anchor="end" fill="#475569">{escape(title)}</text>'
    for number, (name, primary) in enumerate(rows):
        style = f'fill="{KEY}" font-weight="bold"' if primary else f'fill="{INK}"'
        yield f'<text x="{x + 12}" y="{y + HEAD + 16 + number * LINE}" {style}>{escape(name)}</text>'
    more = len(table.columns) - len(rows)
    words = f"……另 {more} 列" if more else "（无其他列）"
    yield f'<text x="{x + 12}" y="{y + HEAD + 16 + len(rows) * LINE}" fill="#64748b">{words}</text>'


def edges() -> Iterator[tuple[str, str, bool]]:
    """Yield what refers to what, and whether the database sees to it."""
    for table in metadata.sorted_tables:
        for target in sorted({key.column.table.name for key in table.foreign_keys}):
            if target != "assessments":  # nearly all tables have it; the legend says so
                yield table.name, target, True
    yield from ((source, target, False) for source, target in LOGICAL)


def line(start: str, end: str, corners: dict[str, tuple[int, int]], *, firm: bool) -> str:
    (x1, y1), (x2, y2) = corners[start], corners[end]
    y1, y2 = y1 + HEAD // 2, y2 + HEAD // 2
    if x1 == x2:
        side = x1 + WIDTH
        path = f"M{side},{y1} C{side + 44},{y1} {side + 44},{y2} {side},{y2}"
        tip = (side, y2, -1)
    else:
        begin, finish = (x1 + WIDTH, x2) if x1 < x2 else (x1, x2 + WIDTH)
        bend = 46 if begin < finish else -46
        path = f"M{begin},{y1} C{begin + bend},{y1} {finish - bend},{y2} {finish},{y2}"
        tip = (finish, y2, 1 if begin < finish else -1)
    dash = "" if firm else ' stroke-dasharray="5 4"'
    x, y, way = tip
    arrow = f'<path d="M{x},{y} l{-9 * way},-5 v10 z" fill="{RULE}"/>'
    return f'<path d="{path}" fill="none" stroke="{RULE}" stroke-width="1.6"{dash}/>{arrow}'


def picture() -> str:
    corners, names = places(), chinese()
    right = max(x for x, _ in corners.values()) + WIDTH + 2 * MARGIN  # lines bend beyond the last tables
    bottom = max(y + height(metadata.tables[name]) for name, (_, y) in corners.items())
    legend = "蓝色：主键　实线：外键　虚线：没有外键约束的对应关系　各表的 assessment 都指向 assessments，未画线"
    parts = [line(source, target, corners, firm=firm) for source, target, firm in edges()]
    for name, (x, y) in corners.items():
        parts += box(metadata.tables[name], x, y, names[name])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right}" height="{bottom + 60}" viewBox="0 0 {right} {bottom + 60}" '
        'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif" font-size="13">\n'
        f'<rect width="100%" height="100%" fill="#f8fafc"/>\n' + "\n".join(parts) + "\n"
        f'<text x="{MARGIN}" y="{bottom + 36}" fill="{INK}">{legend}</text>\n</svg>\n'
    )


if __name__ == "__main__":
    assert {name for names in LAYOUT for name in names} == set(metadata.tables)
    PICTURE.write_text(picture(), encoding="utf-8")
    print(PICTURE)
