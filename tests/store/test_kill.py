"""A kill at any moment loses nothing: every document is in the store wholly or not at all."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.queries import load_documents
from mingcha.pipeline.store.schema import documents, findings, quantities, texts

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

DOCUMENTS, FINDINGS = 200, 20

PROGRAM = f"""
import sys
from hashlib import sha256
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Locator, Span
from mingcha.pipeline.findings import Finding, finding_id
from mingcha.pipeline.quantities import Quantity
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
    document = Document(name, sha256(name.encode()).hexdigest(), "txt", "慢" * 5000, ())
    amount = Quantity(Span(0, 1), "慢", float(number), "元", "money")
    save_document(store, run, Entry(document, None, [finding(document, n) for n in range({FINDINGS})], [amount]))
finish_run(store, run, "2024-03-01T09:01:00+08:00")
store.dispose()
"""


def _start(file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(file), uuid4().hex], stdout=subprocess.PIPE)


def _kill_after_start(file: Path, seconds: float) -> None:
    with _start(file) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        time.sleep(seconds)
        process.kill()


def _check_whole(store: Engine) -> int:
    """Check that each stored document has all that belongs to it, and return how many there are."""
    with store.connect() as connection:
        names = set(connection.scalars(select(documents.c.name)))
        for table, count in ((findings, FINDINGS), (quantities, 1)):
            grouped = select(table.c.document, func.count()).group_by(table.c.document)
            assert {name: n for name, n in connection.execute(grouped)} == dict.fromkeys(names, count)  # noqa: C416
        hashes = set(connection.scalars(select(documents.c.sha256)))
        assert set(connection.scalars(select(texts.c.sha256))) == hashes
    return len(names)


def _survives(file: Path, kills: int) -> None:
    moments = random.Random(kills)
    counts = []
    for _ in range(kills):
        _kill_after_start(file, moments.uniform(0, 0.4))
        store = open_store(file)
        counts.append(_check_whole(store))
        store.dispose()
    assert counts == sorted(counts)
    with _start(file) as process:
        process.communicate()
    assert process.returncode == 0
    store = open_store(file)
    assert _check_whole(store) == DOCUMENTS
    assert len(load_documents(store, "年度考核")) == DOCUMENTS
    store.dispose()


def test_a_killed_run_leaves_whole_documents_and_the_next_completes_it(tmp_path: Path) -> None:
    _survives(tmp_path / "a.db", 5)


def test_a_kill_while_the_tables_are_made_leaves_a_store_that_opens(tmp_path: Path) -> None:
    for number in range(3):
        file = tmp_path / f"{number}.db"
        with _start(file) as process:
            while not file.exists():
                time.sleep(0.001)
            process.kill()
        open_store(file).dispose()


@pytest.mark.soak
def test_many_kills_lose_nothing(tmp_path: Path) -> None:
    _survives(tmp_path / "a.db", 60)
