"""A store with an invented assessment, the people who review it, and the page as a browser asks it."""

from __future__ import annotations

import hashlib
import hmac
import re
import socket
import threading
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
import uvicorn

from mingcha.corpora.schemebook import load_scheme
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Failure, Locator, Span
from mingcha.pipeline.findings import Cue, Fact, Finding, Referral, finding_id
from mingcha.pipeline.review.application import review_application
from mingcha.pipeline.review.passwords import hash_password
from mingcha.pipeline.review.visit import Office, key_of
from mingcha.pipeline.store.accounts import Account, Permission, add_account, grant
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, save_facts, start_run
from mingcha.pipeline.subjects import Subject

with warnings.catch_warnings():  # it asks for a successor of httpx that is not out in the world yet
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from httpx import Response
    from sqlalchemy import Engine

SERVER = "postgresql://127.0.0.1/test"
PASSWORD = "竹影扫阶，尘却不动分毫"
SECRET = hash_password(PASSWORD)
PEOPLE = {
    "zhou": ("周审", "analyst"),
    "sun": ("孙审", "analyst"),
    "li": ("李核", "reviewer"),
    "wang": ("王裁", "lead"),
    "he": ("何读", "readonly"),
}
ROSTER = (
    Subject("p1", "周启明", ("周局长",), "县水利局", "局长"),
    Subject("p2", "何春燕", (), "县水利局", "副局长"),
    Subject("t1", "柳河镇", (), "柳河镇", "", "team"),
)
EVIL = "<script>document.title='拿下'</script><img src=x onerror=\"document.title='拿下'\">"
SPEAKER = "丁守诚"
KEY = bytes(range(32))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store that the tests of a module share; each works in an assessment of its own."""
    if request.param == "sqlite":
        made = open_store(tmp_path_factory.mktemp("库") / "a.db")
        yield with_people(made)
        made.dispose()
        return
    schema = f"review_{uuid4().hex}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers on 127.0.0.1")
    with server:
        server.execute(f"CREATE SCHEMA {schema}")
        made = open_store(f"{SERVER}?options=-csearch_path%3D{schema}")
        yield with_people(made)
        made.dispose()
        server.execute(f"DROP SCHEMA {schema} CASCADE")


def with_people(store: Engine) -> Engine:
    for login, (name, _) in PEOPLE.items():
        add_account(store, Account(login, name), SECRET, by="管理员")
    add_account(store, Account("guan", "管理员", administrator=True), SECRET, by="管理员")
    return store


@dataclass(frozen=True)
class Case:
    """An assessment in a store: its name, its documents and its findings in the order of the text."""

    store: Engine
    name: str
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]

    @property
    def root(self) -> str:
        return f"/a/{key_of(self.name)}"

    def key(self, document: Document) -> str:
        """What stands for a document in the addresses of the page."""
        return hmac.new(KEY, document.name.encode(), hashlib.sha256).hexdigest()[:16]


@pytest.fixture
def case(store: Engine) -> Case:
    """An assessment with two documents, reviewed by one analyst alone (and a lead, and a reader)."""
    return make_case(store)


@pytest.fixture
def doubled(store: Engine) -> Case:
    """The same with a second reviewer, so that each of the two decides without the other's word."""
    return make_case(store, roles=("analyst", "reviewer", "lead", "readonly"))


def make_case(
    store: Engine,
    count: int = 12,
    *,
    roles: Sequence[str] = ("analyst", "lead", "readonly"),
    seeing: Sequence[str] = (),
) -> Case:
    return fill(store, f"考核{uuid4().hex[:12]}", count, roles=roles, seeing=seeing)


def fill(store: Engine, name: str, count: int, *, roles: Sequence[str], seeing: Sequence[str]) -> Case:
    run = Run(uuid4().hex, name, "材料", "2024-03-01T09:00:00+08:00", {"lexicon": "1"})
    start_run(store, Assessment(name, "2024", ROSTER), run)
    first, second = _document(f"谈话记录_{SPEAKER}.txt", name, count), _document(f"{EVIL}.txt", name + EVIL, count)
    found = [*_findings(first, speaker=SPEAKER), *_findings(second)]
    for document in (first, second):
        mine = [one for one in found if one.document == document.name]
        save_document(store, run, Entry(document, "interview", mine, referrals=[_referral(document)]))
    save_document(store, run, Entry(Failure("坏.docx", "corrupt", "坏.docx：打不开。请重新索取。", "ab", "docx")))
    save_facts(store, run, [_fact(found)])
    finish_run(store, run, "2024-03-01T10:00:00+08:00")
    for login, (_, role) in PEOPLE.items():
        if role in roles:
            rights = (login in seeing, login in seeing)
            grant(store, Permission(name, login, role, *rights), by="管理员")  # type: ignore[arg-type]
    return Case(store, name, (first, second), tuple(found))


def _document(name: str, salt: str, count: int) -> Document:
    lines = [f"工程的事都是熟人打招呼定的，这是{SPEAKER}说的。"]
    lines += [
        f"第{n}件：𠮷野村反映，该局推进项目迟缓，{EVIL if n == 1 else ''}窗口长期无人值守，群众跑了{n + 3}趟。"
        for n in range(count)
    ]
    lines.append("主动协调三个部门，二十天打通断头路，受到群众好评。")
    text = "\n".join([*lines, salt])
    sha256 = hashlib.sha256((name + text).encode()).hexdigest()
    return Document(name, sha256, "txt", text, ())


def _findings(document: Document, speaker: str | None = None) -> Iterator[Finding]:
    place = 0
    for number, line in enumerate(document.text.split("\n")):
        if line.startswith(("第", "主动")):
            yield _finding(document, Span(place, place + len(line)), number, speaker)
        place += len(line) + 1


def _finding(document: Document, span: Span, number: int, speaker: str | None) -> Finding:
    text = span.of(document.text)
    kind, category = ("evidence", "initiative") if text.startswith("主动") else ("risk", "inaction")
    cue = text.find("长期")
    return Finding(
        id=finding_id(document.sha256, span, kind, category),
        document=document.name,
        span=span,
        text=text,
        locator=Locator(line=number + 1),
        kind=kind,  # type: ignore[arg-type]
        category=category,
        subclass="R03" if kind == "risk" else None,
        status="asserted" if number % 5 else "reported",
        cue=Cue("cue.long", "长期", Span(span.start + cue, span.start + cue + 2)) if cue >= 0 else None,
        subject=("p1", "p2", None)[number % 3],
        candidates=("p2", "t1") if number % 3 == 2 else (),
        speaker=speaker,
        source_kind="S-INSP" if number % 2 else "S-SUB",
        quantities=(),
        strength=("E2", "E4")[number % 2],  # type: ignore[arg-type]
        confidence=round(0.3 + number / 120, 4),
        sources=("delay.slow", "sentence-1"),
        versions={"lexicon": "1"},
    )


def _referral(document: Document) -> Referral:
    span = Span(0, document.text.index("\n"))
    place = (span, span.of(document.text), Locator(line=1))
    judged = ("integrity", "reported", SPEAKER, "S-SUB", ("R14.rule",), {"lexicon": "1"})
    return Referral("r1", document.name, *place, *judged)  # type: ignore[arg-type]


def _fact(found: Sequence[Finding]) -> Fact:
    about = [one for one in found if one.subject == "p1"]
    ids = tuple(one.id for one in about)
    return Fact("f1", "p1", "risk", "inaction", about[0].text, ids[:2], ids[2:3], (), ("S-INSP",), 1, "E2")


def application(store: Engine, host: str = "testserver") -> Any:
    typed = {"p2": {"de_political": Decimal(54), "lian": Decimal(95)}}
    reasons = {"delay.slow": "事情拖着没有办"}
    return review_application(Office(store, load_scheme("deneng"), reasons, (host,), typed, key=KEY))


class Browser:
    """A browser of one account: it keeps the cookie and sends the forms that a page holds."""

    def __init__(self, store: Engine, login: str = "", *, address: str = "10.1.1.1") -> None:
        self.client = TestClient(
            application(store),
            client=(address, 50000),
            follow_redirects=False,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        if login:
            assert self.sign_in(login).status_code == 303

    def sign_in(self, login: str, password: str = PASSWORD) -> Response:
        return self.client.post("/login", data={"login": login, "password": password})

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def csrf(self, path: str = "/password") -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.get(path).text)
        assert found is not None
        return found[1]

    def post(self, path: str, **fields: object) -> Response:
        data = {"csrf": self.csrf(), **{name: str(value) for name, value in fields.items()}}
        return self.client.post(path, data=data, headers={"Accept": "application/json"})

    def decide(self, case: Case, finding: Finding, verdict: str = "confirm", **fields: object) -> Response:
        return self.post(
            f"{case.root}/decide", **{"finding": finding.id, "verdict": verdict, "act": uuid4().hex} | fields
        )


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def make(store: Engine) -> Callable[..., Case]:
    return lambda *arguments, **options: make_case(store, *arguments, **options)


@pytest.fixture
def make_in() -> Callable[..., None]:
    """Write an assessment of this name, without accounts, into a store of its own."""

    def made(file: Path, name: str) -> None:
        store = open_store(file)
        fill(store, name, 12, roles=(), seeing=())
        store.dispose()

    return made


@pytest.fixture
def browser(store: Engine) -> Callable[..., Browser]:
    return lambda login="", **options: Browser(store, login, **options)


@pytest.fixture
def site(store: Engine) -> Iterator[str]:
    """The address of the page, served on this machine for a real browser."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with served(store, port) as address:
        yield address


@contextmanager
def served(store: Engine, port: int) -> Iterator[str]:
    config = uvicorn.Config(application(store, f"127.0.0.1:{port}"), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
