"""A small fictional case in both databases: a text with wide characters, findings, decisions, a file that failed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Failure, Locator, Span
from mingcha.pipeline.findings import Decision, Fact, Finding, Referral, finding_id
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.rules import Glossary
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.scorecards import save_scorecards
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, save_facts, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

SERVER = "postgresql://127.0.0.1/test"
AT = "2024-03-02T10:00:00+08:00"
REFERRED = "feed" * 5
TEXT = "来电人😀说：窗口长期无人值守。\n𠮷家村的路一直没修，推来推去。\r\n=cmd|' /C calc'!A0\x00\x07结尾"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path_factory.mktemp("库") / "明察.db")
        return
    schema = f"mingcha_{uuid4().hex}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers on 127.0.0.1")
    with server:
        server.execute(f"CREATE SCHEMA {schema}")
        yield f"{SERVER}?options=-csearch_path%3D{schema}"
        server.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(scope="module")
def engine(address: str) -> Iterator[Engine]:
    engine = open_store(address)
    yield engine
    engine.dispose()


def document_of(name: str, text: str) -> Document:
    sha256 = hashlib.sha256(f"{name}{text}".encode(errors="surrogatepass")).hexdigest()
    return Document(name, sha256, "txt", text, ())


def finding_of(document: Document, start: int, end: int, **changes: Any) -> Finding:
    span = Span(start, end)
    kind, category = changes.get("kind", "risk"), changes.get("category", "inaction")
    values: dict[str, Any] = {
        "id": finding_id(document.sha256, span, kind, category),
        "document": document.name,
        "span": span,
        "text": span.of(document.text),
        "locator": Locator(line=1),
        "kind": kind,
        "category": category,
        "subclass": None,
        "status": "asserted",
        "cue": None,
        "subject": "P01",
        "candidates": (),
        "speaker": None,
        "source_kind": "S-12345",
        "quantities": (),
        "strength": "E2",
        "confidence": 0.75,
        "sources": ("R02.left",),
        "versions": {"rules": "1"},
    }
    return Finding(**(values | changes))


ROSTER = (Subject("P01", "周启明"), Subject("P02", "=何春燕"), Subject("T01", "县水利局", type="team"))


def begin(engine: Engine, assessment: str, *, glossary: Glossary | None = None) -> Run:
    run = Run(uuid4().hex, assessment, "材料", "2024-03-01T09:00:00+08:00", {"rules": "1"}, glossary or Glossary())
    start_run(engine, Assessment(assessment, "2024", ROSTER), run)
    return run


def at(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


@pytest.fixture
def findings() -> tuple[Finding, ...]:
    """Five findings of one document, the last two at the same place."""
    document = document_of("热线/工单😀.txt", TEXT)
    own: dict[str, Any] = {"category": "own_slow", "sources": ("own.slow",)}
    return (
        finding_of(document, *at(TEXT, "窗口长期无人值守")),
        finding_of(document, *at(TEXT, "𠮷家村的路一直没修"), status="reported"),
        finding_of(document, *at(TEXT, "推来推去"), subject=None, candidates=("P01", "P02")),
        finding_of(document, *at(TEXT, "=cmd|' /C calc'!A0\x00\x07"), category="formalism"),
        finding_of(document, *at(TEXT, "=cmd|' /C calc'!A0\x00\x07"), **own),
    )


@pytest.fixture
def case(engine: Engine, findings: tuple[Finding, ...]) -> str:
    """The name of an assessment with everything that can be exported."""
    name = f"考核{uuid4().hex}"
    glossary = Glossary({"own.slow": "办得慢"}, {"own_slow": "办事拖拉"})
    first = begin(engine, name, glossary=glossary)
    document = document_of("热线/工单😀.txt", TEXT)
    gone = finding_of(document, 0, 3, category="timidity")
    save_document(engine, first, Entry(document, "ticket", [*findings, gone]))
    append_decisions(
        engine,
        [
            Decision(findings[0].id, "confirm", "王某", "已核对", AT),
            Decision(findings[1].id, "change", "王某", "=说的是何春燕", AT, (("subject", "P02"),)),
            Decision(findings[2].id, "reject", "李某", "施工方\x00的事", AT),
            Decision(gone.id, "reject", "李某", "看错", AT),
        ],
        assessment=name,
    )
    run = begin(engine, name, glossary=glossary)
    amount = Quantity(Span(0, 2), "来电", -3.5, "万元", "money", plan=True)
    hidden = Referral(
        *(REFERRED, document.name, Span(6, 9), "说：窗", Locator(), "integrity", "reported", None, "S-12345", (), {})
    )
    save_document(engine, run, Entry(document, "ticket", findings, [amount], referrals=[hidden]))
    save_document(engine, run, Entry(document_of("空白.txt", "没有什么。"), "other"))
    save_document(engine, run, Entry(Failure("坏.docx", "corrupt", "文件已损坏。请重新提供。", format="docx")))
    ids = (findings[0].id, findings[1].id)
    save_facts(engine, run, [Fact("f1", "P01", "risk", "inaction", "无人值守", ids, (), (), ("S-12345",), 1, "E2")])
    line: Any = {"indicator": "qin", "amount": "-2.50", "findings": ids, "explanation": "扣分"}
    for number, preview in enumerate((False, False)):
        card = {"subject": "P01", "scheme": "deneng", "scheme_version": "1", "total": f"9{number}.10"}
        save_scorecards(engine, name, [card | {"preview": preview, "at": f"{AT}{number}", "lines": [line, line]}])
    finish_run(engine, run, AT)
    return name


@pytest.fixture(scope="module")
def make(engine: Engine) -> Callable[..., tuple[str, list[str]]]:
    """Save a document with findings at given places; return the name of its assessment and the findings' ids.

    Copies of the document have the same bytes, and so their findings the same ids.
    """

    def save(text: str, places: list[tuple[int, int, str]], copies: int = 1) -> tuple[str, list[str]]:
        name = f"考核{uuid4().hex}"
        run = begin(engine, name)
        document = document_of(f"{name}.txt", text)
        found = [finding_of(document, start, end, category=category) for start, end, category in places]
        for number in range(copies):
            copy = replace(document, name=f"{number}{document.name}")
            save_document(engine, run, Entry(copy, None, [replace(one, document=copy.name) for one in found]))
        return name, [one.id for one in found]

    return save
