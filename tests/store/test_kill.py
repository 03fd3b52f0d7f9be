"""A kill at any moment loses nothing: every document is in the store wholly or not at all, a move is whole or nothing."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from mingcha.pipeline.store.anatomy import blocks, repairs
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.database import open_store, reading
from mingcha.pipeline.store.digests import digest_store
from mingcha.pipeline.store.guards import missing_guards
from mingcha.pipeline.store.queries import load_documents
from mingcha.pipeline.store.schema import documents, findings, metadata, quantities, texts
from tests.store.stocked import stock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

DOCUMENTS, FINDINGS, BLOCKS, REPAIRS = 200, 20, 10, 5
TABLE = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "kills.md"

PROGRAM = f"""
import sys
from hashlib import sha256
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.findings import Finding, finding_id
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.rewriting import Repair
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run

def finding(document, n):
    span = Span(n, n + 1)
    id = finding_id(document.sha256, span, "risk", "inaction")
    return Finding(id, document.name, span, "慢", Locator(), "risk", "inaction", None, "asserted", None, None, (),
                   None, "S-INSP", (), "E1", 0.5, (), {{}})

store = open_store(sys.argv[1])
run = Run(sys.argv[2], "年度考核", "材料", "2024-03-01T09:00:00+08:00", {{}})
start_run(store, Assessment("年度考核", "2024"), run)
print("started", flush=True)
for number in range({DOCUMENTS}):
    name = f"第{{number}}份.txt"
    blocks = tuple(Block(Span(n, n + 500), Locator(line=n + 1), "line") for n in range(0, 5000, 500))
    document = Document(name, sha256(name.encode()).hexdigest(), "txt", "慢" * 5000, blocks)
    mended = [Repair(Span(n, n + 1), Span(n, n + 1), "慢", "慢", "width", "") for n in range({REPAIRS})]
    amount = Quantity(Span(0, 1), "慢", float(number), "元", "money")
    found = [finding(document, n) for n in range({FINDINGS})]
    save_document(store, run, Entry(document, None, found, [amount], mended=mended))
finish_run(store, run, "2024-03-01T09:01:00+08:00")
store.dispose()
"""
MOVING = """
import sys
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.transfer import move_store
source, target = open_store(sys.argv[1]), open_store(sys.argv[2])
print("started", flush=True)
move_store(source, target)
"""
PURGING = """
import sys
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.retention import compact, purge_assessment
store = open_store(sys.argv[1])
print("started", flush=True)
purge_assessment(store, sys.argv[2], by="王某", reason="保存期满")
compact(store)
"""


@dataclass
class Kills:
    """What was in the store after each kill: documents of a run, rows of a move's target, or rows left by a purge."""

    work: str
    left: list[int] = field(default_factory=list)
    complete: int = 0


def _start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE)


def _kill_after_start(seconds: float, program: str, *arguments: str) -> None:
    with _start(program, *arguments) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        time.sleep(seconds)
        process.kill()


def _check_whole(store: Engine) -> int:
    """Check that each stored document has all that belongs to it, and return how many there are."""
    with store.connect() as connection:
        names = set(connection.scalars(select(documents.c.name)))
        for table, count in ((findings, FINDINGS), (quantities, 1), (blocks, BLOCKS), (repairs, REPAIRS)):
            grouped = select(table.c.document, func.count()).group_by(table.c.document)
            assert {name: n for name, n in connection.execute(grouped)} == dict.fromkeys(names, count)  # noqa: C416
        hashes = set(connection.scalars(select(documents.c.sha256)))
        assert set(connection.scalars(select(texts.c.sha256))) == hashes
    return len(names)


def _survives(address: str, kills: int, longest: float = 0.4, *, seed: int = 0) -> Kills:
    moments, told = random.Random(seed), Kills("分析写入")
    for _ in range(kills):
        _kill_after_start(moments.uniform(0, longest), PROGRAM, address, uuid4().hex)
        store = open_store(address)
        told.left.append(_check_whole(store))
        store.dispose()
    assert told.left == sorted(told.left)
    with _start(PROGRAM, address, uuid4().hex) as process:
        process.communicate()
    assert process.returncode == 0
    store = open_store(address)
    assert _check_whole(store) == DOCUMENTS
    assert len(load_documents(store, "年度考核")) == DOCUMENTS
    store.dispose()
    told.complete = sum(left == DOCUMENTS for left in told.left)
    return told


def _moves_wholly(source: str, new: Callable[[], str], kills: int, longest: float) -> Kills:
    moments, told = random.Random(kills), Kills("搬移")
    origin = open_store(source)
    with reading(origin) as connection:
        sent = digest_store(connection)
    origin.dispose()
    for _ in range(kills):
        target = new()
        _kill_after_start(moments.uniform(0, longest), MOVING, source, target)
        store = open_store(target)
        with reading(store) as connection:
            arrived = digest_store(connection)
        store.dispose()
        assert arrived.rows == 0 or arrived == sent
        told.left.append(arrived.rows)
        told.complete += arrived == sent
    return told


def _purges_wholly(new: Callable[[], str], kills: int, longest: float) -> Kills:
    moments, told = random.Random(kills), Kills("清除")
    for _ in range(kills):
        address = new()
        store = open_store(address)
        for number in range(3):
            stock(store, f"考核{number}", login=f"u{number}")
        before = _rows_of(store, "考核1")
        _kill_after_start(moments.uniform(0, longest), PURGING, address, "考核1")
        left = _rows_of(store, "考核1")
        assert left in (0, before)
        with reading(store) as connection:
            assert missing_guards(connection) == ()
        assert verify_chain(store).faults == ()
        store.dispose()
        told.left.append(left)
        told.complete += left == 0
    return told


def _rows_of(store: Engine, assessment: str) -> int:
    tables = [table for table in metadata.sorted_tables if "assessment" in table.c and table.name != "audit"]
    with reading(store) as connection:
        counts = [connection.scalar(select(func.count()).where(table.c.assessment == assessment)) for table in tables]
    return sum(count or 0 for count in counts)


@pytest.fixture
def new(address: str, tmp_path: Path, bare: Callable[[], str]) -> Callable[[], str]:
    """Gives addresses of empty databases, of the kind that is tested."""
    return (lambda: str(tmp_path / f"{uuid4().hex}.db")) if "://" not in address else bare


def test_a_killed_run_leaves_whole_documents_and_the_next_completes_it(new: Callable[[], str]) -> None:
    _survives(new(), 4)


def test_a_killed_move_leaves_all_or_nothing(new: Callable[[], str], tmp_path: Path) -> None:
    source = str(tmp_path / "源.db")
    store = open_store(source)
    stock(store, "年度考核")
    store.dispose()
    _moves_wholly(source, new, 2, 0.1)


def test_a_killed_purge_leaves_all_or_nothing(new: Callable[[], str]) -> None:
    _purges_wholly(new, 2, 0.05)


def test_a_kill_while_the_tables_are_made_leaves_a_store_that_opens(tmp_path: Path) -> None:
    for number in range(3):
        file = tmp_path / f"{number}.db"
        with _start(PROGRAM, str(file), uuid4().hex) as process:
            while not file.exists() and process.poll() is None:
                time.sleep(0.001)
            process.kill()
        open_store(file).dispose()


@pytest.mark.soak
def test_many_kills_lose_nothing(new: Callable[[], str]) -> None:
    address = new()
    runs = _survives(address, 10, 1.5)
    for number in range(1, 6):
        again = _survives(new(), 10, 1.5, seed=number)
        runs.left += again.left
        runs.complete += again.complete
    told = [runs, _moves_wholly(address, new, 20, 2.5), _purges_wholly(new, 20, 0.3)]
    _write_table("PostgreSQL" if "://" in address else "SQLite", told)


def _write_table(database: str, told: list[Kills]) -> None:
    """Put the rows of one database into the table, in place of those it had."""
    head = (
        "# 强行终止（kill -9）\n\n`pytest -m soak tests/store/test_kill.py`；每次在随机时刻终止进程，再打开数据库核对。"
    )
    head += "分析写入共用 6 个库，每个先后终止 10 次，每次从头重写 200 份材料，最后做完一遍。\n\n"
    head += "| 数据库 | 操作 | 终止次数 | 终止后留下的（最少 / 中位 / 最多） | 其中库里已是最后的样子 | 残缺、重复 |\n|---|---|---|---|---|---|\n"
    units = {"分析写入": "份材料", "搬移": "条（全部或零）", "清除": "条（全部或零）"}
    rows = [
        f"| {database} | {one.work} | {len(one.left)} | {min(one.left)} / {statistics.median(one.left):g} / {max(one.left)} {units[one.work]} | {one.complete} | 0 |"
        for one in told
    ]
    kept = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else []
    others = [line for line in kept if line.startswith("| ") and not line.startswith((f"| {database} ", "| 数据库 "))]
    TABLE.write_text(head + "\n".join([*others, *rows]) + "\n", encoding="utf-8")
