"""Both databases for every test of the store, and a few fictional documents and findings to save."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Locator, Span
from mingcha.pipeline.findings import Cue, Finding, finding_id
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.writing import start_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

SERVER = "postgresql://127.0.0.1/test"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An address where nothing is stored yet."""
    if request.param == "sqlite":
        yield str(tmp_path_factory.mktemp("库") / "明察 100%.db")
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


@pytest.fixture
def bare() -> Iterator[Callable[[], str]]:
    """Gives addresses of new, empty schemas of the server, which are gone after the test."""
    schemas: list[str] = []

    def make() -> str:
        schemas.append(f"mingcha_{uuid4().hex}")
        try:
            with psycopg.connect(SERVER, autocommit=True, connect_timeout=2) as server:
                server.execute(f"CREATE SCHEMA {schemas[-1]}")
        except psycopg.OperationalError:
            pytest.skip("no PostgreSQL server answers on 127.0.0.1")
        return f"{SERVER}?options=-csearch_path%3D{schemas[-1]}"

    yield make
    for schema in schemas:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def other_server(bare: Callable[[], str]) -> Iterator[Callable[[], Engine]]:
    """Opens stores in new schemas of the server."""
    stores: list[Engine] = []

    def make() -> Engine:
        stores.append(open_store(bare()))
        return stores[-1]

    yield make
    for store in stores:
        store.dispose()


@pytest.fixture(scope="module")
def engine(address: str) -> Iterator[Engine]:
    """A store that the tests of a module share; each works in an assessment of its own."""
    engine = open_store(address)
    yield engine
    engine.dispose()


@pytest.fixture
def name() -> str:
    return f"考核{uuid4().hex}"


@pytest.fixture
def run(engine: Engine, name: str) -> Run:
    """A run of an assessment that has nothing else yet."""
    return begin(engine, name)


def begin(engine: Engine, assessment: str) -> Run:
    run = Run(uuid4().hex, assessment, "材料", "2024-03-01T09:00:00+08:00", {"lexicon": "1"})
    start_run(engine, Assessment(assessment, "2024"), run)
    return run


@pytest.fixture
def next_run(engine: Engine) -> Callable[[str], Run]:
    return lambda assessment: begin(engine, assessment)


@pytest.fixture
def document_of() -> Callable[..., Document]:
    def make(name: str, text: str = "该局推进项目迟缓，窗口长期无人值守。", **options: Any) -> Document:
        sha256 = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        return Document(name, sha256, options.pop("format", "txt"), text, (), **options)

    return make


@pytest.fixture
def finding_of() -> Callable[..., Finding]:
    def make(document: Document, start: int = 0, **changes: Any) -> Finding:
        span = Span(start, start + 4)
        values: dict[str, Any] = {
            "id": finding_id(document.sha256, span, "risk", "inaction"),
            "document": document.name,
            "span": span,
            "text": span.of(document.text),
            "locator": Locator(paragraph=1),
            "kind": "risk",
            "category": "inaction",
            "subclass": "R03",
            "status": "asserted",
            "cue": Cue("cue.exists", "长期", Span(9, 11)),
            "subject": "p1",
            "candidates": (),
            "speaker": None,
            "source_kind": "S-INSP",
            "quantities": (),
            "strength": "E1",
            "confidence": 0.75,
            "sources": ("delay.slow",),
            "versions": {"lexicon": "1"},
        }
        return Finding(**(values | changes))

    return make
