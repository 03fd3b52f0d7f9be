"""How fast the store takes findings, beside the driver's own floor, and how fast its views answer.

``python benchmarks/store.py`` writes ``results/store.md``; with ``--million`` the views are asked over a million findings.
PostgreSQL is measured at ``postgresql://127.0.0.1/test`` in a schema of its own, or left out where no server answers.
"""

from __future__ import annotations

import hashlib
import platform
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from sqlalchemy import delete, insert, text

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.findings import Cue, Finding, finding_id
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.rewriting import Repair
from mingcha.pipeline.store.anatomy import blocks, repairs, structures
from mingcha.pipeline.store.bulk import insert_written
from mingcha.pipeline.store.database import open_store, reading, writing
from mingcha.pipeline.store.digests import stored_rows
from mingcha.pipeline.store.people import standings
from mingcha.pipeline.store.schema import documents, findings, quantities, runs, texts
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine, Table

RESULT = Path(__file__).parent / "results" / "store.md"
SERVER = "postgresql://127.0.0.1/test"
NAME, AT = "年度考核", "2024-03-01T09:00:00+08:00"
SENTENCE = "该局推进项目迟缓，窗口长期无人值守，今年投入3亿元。"
VERSIONS = {"lexicon": "1", "model": "2", "software": "0.1.0"}
CATEGORIES = ("inaction", "formalism", "bureaucracy", "fraud", "evasion", "performance")
STATUSES = ("asserted", "reported", "normative", "negated", "generic", "resolved")
SHAPES = ((200, 20), (40, 200))  # documents, findings in each: a usual document, and one full of findings
ROUNDS = 7
WRITTEN = (documents, texts, findings, quantities, blocks, repairs, structures)


@dataclass(frozen=True)
class Rate:
    """Rows a second of both ways of writing, each in its best round: others use the machine, too."""

    database: str
    shape: tuple[int, int]
    ours: float
    floor: float


def entry(number: int, count: int, rng: random.Random) -> Entry:
    words = f"第{number}份材料。" + SENTENCE * count
    start = len(words) - len(SENTENCE) * count
    places = [Span(start + n * len(SENTENCE), start + (n + 1) * len(SENTENCE)) for n in range(count)]
    read = (Block(Span(0, start), Locator(line=1), "heading"),)
    read += tuple(Block(place, Locator(page=1 + n // 20, paragraph=n + 1)) for n, place in enumerate(places))
    document = Document(f"材料/第{number}份.txt", hashlib.sha256(words.encode()).hexdigest(), "txt", words, read)
    found = [finding(document, place.start, n, rng) for n, place in enumerate(places)]
    amounts = [amount for one in found for amount in one.quantities]
    mended = [mending(place) for place in places[::2]]
    told = [heading(document, place) for place in places[::2]]
    return Entry(document, "inspection", found, amounts, mended=mended, structure=told)


def mending(place: Span) -> Repair:
    """Return a repair of the comma of a sentence; as many of them, and of headings, as real documents have."""
    comma = Span(place.start + 8, place.start + 9)
    return Repair(comma, comma, "，", "，", "width", "全角、半角及空格统一")


def heading(document: Document, place: Span) -> dict[str, Any]:
    span = Span(place.start, place.start + 8)
    said = {"document": document.name, "record": "part", "kind": "heading", "group": None, "level": 1, "label": None}
    where = {
        "start": span.start,
        "end": span.end,
        "text": span.of(document.text),
        "locator": {"part": "body", "page": 1},
    }
    return said | where | {"fields": [], "holds": None, "explanation": None}


def finding(document: Document, start: int, place: int, rng: random.Random) -> Finding:
    span = Span(start, start + len(SENTENCE))
    amount = Quantity(Span(span.end - 4, span.end - 1), "3亿元", 3e8, "元", "money")
    category = rng.choice(CATEGORIES)
    kind: Any = "evidence" if category == "performance" else "risk"
    cue = Cue("cue.exists", "长期", Span(start + 11, start + 13))
    return Finding(
        *(finding_id(document.sha256, span, kind, category), document.name, span, span.of(document.text)),
        *(Locator(paragraph=place + 1), kind, category, "R03", rng.choice(STATUSES), cue, f"p{rng.randrange(500)}", ()),
        *(
            None,
            rng.choice(("S-INSP", "S-AUDIT", "S-SELF")),
            (amount,) if place % 4 == 0 else (),
            rng.choice(("E1", "E2", "E3")),
        ),
        *(round(rng.random(), 4), ("delay.slow", "model.1"), VERSIONS),
    )


def parts_of(one: Entry) -> tuple[Any, ...]:
    """Return all of which the store has a row for each."""
    return one.findings, one.quantities, one.document.blocks, one.mended, one.structure


def begin(store: Engine) -> Run:
    run = Run(uuid4().hex, NAME, "材料", AT, VERSIONS)
    start_run(store, Assessment(NAME, "2024", tuple(Subject(f"p{n}", f"对象{n}") for n in range(500))), run)
    return run


def rate(address: str, database: str, shape: tuple[int, int]) -> Rate:
    """Save the same documents by turns in our way and as rows made ready beforehand, into the same tables."""
    store = open_store(address)
    entries = [entry(number, shape[1], random.Random(number)) for number in range(shape[0])]
    rows = sum(2 + sum(map(len, parts_of(one))) for one in entries)
    ours, floor = [], []
    ready: list[dict[Any, list[tuple[Any, ...]]]] = []
    for _ in range(ROUNDS):
        run = begin(store)
        ours.append(rows / timed(lambda: [save_document(store, run, one) for one in entries]))  # noqa: B023
        ready = ready or ready_rows(store, entries)
        clear(store)
        begin_again(store, ready)
        floor.append(rows / timed(lambda: [write_ready(store, one) for one in ready]))  # noqa: B023
        clear(store)
    store.dispose()
    return Rate(database, shape, max(ours), max(floor))


def timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ready_rows(store: Engine, entries: list[Entry]) -> list[dict[Any, list[tuple[Any, ...]]]]:
    """Return the rows of each document as the database keeps them, so that the driver has nothing left to do but write."""
    with reading(store) as connection:
        held = {table: [row for batch in stored_rows(connection, table) for row in batch] for table in WRITTEN}
    by_name: dict[str, dict[Any, list[tuple[Any, ...]]]] = {one.document.name: {} for one in entries}
    names = {one.document.sha256: one.document.name for one in entries}
    for table, rows in held.items():
        for row in rows:
            name = names[row[0]] if table is texts else row[1]
            by_name[name].setdefault(table, []).append(row)
    return list(by_name.values())


def begin_again(store: Engine, ready: list[dict[Any, list[tuple[Any, ...]]]]) -> None:
    run = ready[0][documents][0][[column.name for column in documents.columns].index("run")]
    with writing(store) as connection:
        connection.execute(insert(runs), {"id": run, "assessment": NAME, "folder": "", "started": AT, "versions": {}})


def write_ready(store: Engine, tables: dict[Any, list[tuple[Any, ...]]]) -> None:
    """The floor: one transaction a document, each table by one call of the driver (executemany or COPY)."""
    with writing(store) as connection:
        for table, rows in tables.items():
            insert_written(connection, table, [column.name for column in table.columns], rows)


def clear(store: Engine) -> None:
    with writing(store) as connection:
        for table in (*WRITTEN[::-1], runs):
            connection.execute(delete(table))


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give addresses of empty databases."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": str(Path(folder) / "a.db")}
        schema = f"mingcha_{uuid4().hex}"
        try:
            server = psycopg.connect(SERVER, autocommit=True, connect_timeout=2)
        except psycopg.OperationalError:
            yield found
            return
        with server:
            server.execute(f"CREATE SCHEMA {schema}")
            yield found | {"PostgreSQL": f"{SERVER}?options=-csearch_path%3D{schema}"}
            server.execute(f"DROP SCHEMA {schema} CASCADE")


QUERIES = {
    "一名对象的现行风险信号，按把握排序，前 100 条": "SELECT * FROM v_findings WHERE assessment = :a AND subject = :p AND kind = 'risk' ORDER BY confidence DESC LIMIT 100",
    "一名对象某类线索的条数": "SELECT count(*) FROM v_findings WHERE assessment = :a AND subject = :p AND category = :c",
    "一类线索中直接认定的，任取 100 条": "SELECT * FROM v_findings WHERE assessment = :a AND category = :c AND status = 'asserted' LIMIT 100",
    "一份材料的全部线索，按位置": "SELECT * FROM v_findings WHERE assessment = :a AND document = :d ORDER BY start",
    "按编号找一条线索": "SELECT * FROM v_findings WHERE assessment = :a AND id = :i",
    "一名对象已确认的线索": "SELECT * FROM v_findings WHERE assessment = :a AND subject = :p AND standing = 'confirmed'",
    "证据最强的 100 条风险信号": "SELECT * FROM v_findings WHERE assessment = :a AND kind = 'risk' ORDER BY strength DESC, confidence DESC LIMIT 100",
    "一名对象各类别的条数": "SELECT category, count(*) FROM v_findings WHERE assessment = :a AND subject = :p GROUP BY category",
}


BASE = (25, 200)  # documents and findings that are saved, before the database copies them


def fill(store: Engine, total: int) -> list[tuple[str, str]]:
    """Make *total* findings, one in two hundred confirmed; return documents and ids to ask for.

    A few documents are saved as always; the database itself copies them under other names and ids, its indexes made anew
    afterwards, because only the answers are measured here.
    """
    run = begin(store)
    for number in range(BASE[0]):
        save_document(store, run, entry(number, BASE[1], random.Random(number)))
    with writing(store) as connection:
        for index in findings.indexes:
            index.drop(connection)
        copies = total // (BASE[0] * BASE[1]) - 1
        for table, changed in ((documents, {"name"}), (findings, {"document", "id"})):
            connection.execute(text(copying(table, changed, copies)))
        for index in findings.indexes:
            index.create(connection)
        seen = connection.execute(text("SELECT document, min(id) FROM findings GROUP BY document")).all()
        chosen = [{"assessment": NAME, "finding": id_, "standing": "confirmed"} for _, id_ in seen]
        connection.execute(insert(standings), chosen)
    finish_run(store, run, AT)
    if store.dialect.name == "postgresql":  # its server does so by itself, a minute later
        with store.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("ANALYZE")
    return [(document, id_) for document, id_ in seen]


def copying(table: Table, changed: set[str], copies: int) -> str:
    """Return the statement that copies every row of a table *copies* times, with a number after what is *changed*."""
    names = [f'"{column.name}"' for column in table.columns]
    values = [f"t.{name} || '#' || CAST(n AS text)" if name.strip('"') in changed else f"t.{name}" for name in names]
    numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {copies})"
    return f"INSERT INTO {table.name} ({', '.join(names)}) {numbers} SELECT {', '.join(values)} FROM {table.name} t, numbers"


def ask(store: Engine, seen: list[tuple[str, str]], times: int = 60) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile of each query in milliseconds, with other parameters each time."""
    taken = {}
    rng = random.Random(1)
    with reading(store) as connection:
        for name, query in QUERIES.items():
            spent = []
            for _ in range(times):
                document, id_ = rng.choice(seen)
                asked = {"a": NAME, "p": f"p{rng.randrange(500)}", "c": rng.choice(CATEGORIES), "d": document, "i": id_}
                used = {key: value for key, value in asked.items() if f":{key}" in query}
                spent.append(timed(lambda: connection.execute(text(query), used).all()) * 1000)  # noqa: B023
            taken[name] = (statistics.median(spent), statistics.quantiles(spent, n=20)[-1])
        taken["v_progress（全库汇总）"] = (
            timed(lambda: connection.execute(text("SELECT * FROM v_progress")).all()) * 1000,
        ) * 2
    return taken


def rates_text(rates: list[Rate]) -> str:
    lines = [
        f"| {one.database} | {one.shape[0]} × {one.shape[1]} | {one.ours:,.0f} | {one.floor:,.0f} | {one.ours / one.floor:.2f} |"
        for one in rates
    ]
    return (
        "## 写入\n\n每份材料一个事务，含正文、线索、数量、文字块、修复和文书要素；“驱动”是同一次运行中把事先备好的行用 executemany（SQLite）或 COPY（PostgreSQL）写进同样的表，"
        f"轮流各 {ROUNDS} 次，取各自最快的一次（机器上另有别的任务）。目标 ≥ 0.5。\n\n"
        "| 数据库 | 材料 × 每份线索 | 明察，行/秒 | 驱动，行/秒 | 比 |\n|---|---|---|---|---|\n"
        + "\n".join(lines)
        + "\n"
    )


def answers_text(total: int, answers: dict[str, dict[str, tuple[float, float]]]) -> str:
    names = list(answers)
    head = "| 查询 | " + " | ".join(f"{name}：中位 / p95，毫秒" for name in names) + " |\n|---|" + "---|" * len(names)
    lines = [
        f"| {query} | " + " | ".join("{:.1f} / {:.1f}".format(*answers[name][query]) for name in names) + " |"
        for query in answers[names[0]]
    ]
    return (
        f"\n## 视图，{total:,} 条线索\n\n每个查询 60 次，参数各不相同。目标：p95 ≤ 100 毫秒（汇总除外）。\n\n{head}\n"
        + "\n".join(lines)
        + "\n"
    )


def main() -> None:
    total = 1_000_000 if "--million" in sys.argv else 100_000
    software = f"{platform.python_implementation()} {platform.python_version()}，SQLite {sqlite3.sqlite_version}"
    rates, answers = [], {}
    with databases() as found:
        for database, address in found.items():
            rates += [rate(address, database, shape) for shape in SHAPES]
            store = open_store(address)
            answers[database] = ask(store, fill(store, total))
            store.dispose()
    written = f"# 数据库速度\n\n`python benchmarks/store.py --million`；{software}，两核。\n\n{rates_text(rates)}{answers_text(total, answers)}"
    RESULT.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
