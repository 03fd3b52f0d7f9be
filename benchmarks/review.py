"""The review page at the size of a large office: 200,000 findings in 2,000 documents.

Writes results/review.md: the time of each page and of a decision as a browser on the same machine sees it, and what
twenty reviewers at once leave behind (no decision lost, none doubled, the record unbroken).
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from statistics import quantiles
from uuid import uuid4

import httpx

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Locator, Span
from mingcha.pipeline.findings import Cue, Fact, Finding, finding_id
from mingcha.pipeline.review.passwords import hash_password
from mingcha.pipeline.review.visit import key_of
from mingcha.pipeline.store.accounts import Account, Permission, add_account, grant
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.queries import load_findings
from mingcha.pipeline.store.reviewing import Act, Reviewer, decide
from mingcha.pipeline.store.statistics import take_statistics
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, save_facts, start_run
from mingcha.pipeline.subjects import Subject
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, RISK_CATEGORIES

NAME, PASSWORD, PORT = "虚构县2024年度考核", "correct horse battery", 8477
RESULTS = Path(__file__).parent / "results" / "review.md"
SUBJECTS, KEY = 500, bytes(32)
WORDS = "镇里推进项目迟缓窗口长期无人值守协调征地主动上门解决群众饮水问题资金拨付台账整改验收督办走访会议落实".strip()


def sentence(random: Random) -> str:
    return "".join(random.choice(WORDS) for _ in range(random.randint(18, 60))) + f"{random.randint(2, 999)}件。"


def finding(document: Document, span: Span, random: Random) -> Finding:
    kind = random.choices(["risk", "evidence", "check"], [6, 4, 0.1])[0]
    category = {"risk": random.choice(RISK_CATEGORIES), "evidence": random.choice(EVIDENCE_CATEGORIES)}.get(
        kind, "arithmetic"
    )
    return Finding(
        id=finding_id(document.sha256, span, kind, category),
        document=document.name,
        span=span,
        text=span.of(document.text),
        locator=Locator(paragraph=span.start // 40),
        kind=kind,
        category=category,
        subclass="R03" if category == "inaction" else None,
        status=random.choices(["asserted", "reported", "normative", "negated", "resolved"], [60, 20, 10, 5, 5])[0],
        cue=Cue("cue.exists", span.of(document.text)[:2], Span(span.start, span.start + 2)),
        subject=random.choice([None, f"p{random.randrange(SUBJECTS)}"]),
        candidates=(),
        speaker=random.choice([None, "编号C-02"]),
        source_kind=random.choice(["S-INSP", "S-AUDIT", "S-SUB", "S-12345", "S-SELF"]),
        quantities=(),
        strength=random.choice(["E1", "E2", "E3", "E4"]),
        confidence=round(random.random(), 6),
        sources=(f"R{random.randrange(80):02d}.rule", "sentence-1"),
        versions={"lexicon": "1"},
    )


def document(number: int, findings: int, random: Random) -> tuple[Document, list[Finding]]:
    sentences = [sentence(random) for _ in range(findings * 2)]
    text = "\n".join(sentences)
    made = Document(f"材料/第{number:04d}号.txt", hashlib.sha256(text.encode()).hexdigest(), "txt", text, ())
    found, place = [], 0
    for position, words in enumerate(sentences):
        if position % 2:
            found.append(finding(made, Span(place, place + len(words)), random))
        place += len(words) + 1
    return made, found


def fill(url: str, documents: int, each: int) -> None:
    """Write the material through the same functions that a run uses."""
    random, store = Random(7), open_store(url)
    roster = tuple(Subject(f"p{n}", f"某{n}", unit=f"单位{n % 60}", post="局长") for n in range(SUBJECTS))
    run = Run(uuid4().hex, NAME, "材料", "2024-03-01T09:00:00+08:00", {"lexicon": "1"})
    start_run(store, Assessment(NAME, "2024", roster), run)
    everything: list[Finding] = []
    for number in range(documents):
        made, found = document(number, each, random)
        save_document(store, run, Entry(made, "interview", found))
        everything += found
    save_facts(store, run, facts(everything, random))
    finish_run(store, run, "2024-03-01T10:00:00+08:00")
    for login, role in [*((f"r{n}", "analyst") for n in range(20)), ("lead", "lead")]:
        add_account(store, Account(login, login), hash_password(PASSWORD), by="benchmark")
        grant(store, Permission(NAME, login, role, True, True), by="benchmark")  # type: ignore[arg-type]
    store.dispose()


def ranked(url: str) -> list[str]:
    """Return the active findings in the order of the queue."""
    store = open_store(url)
    found = [one for one in load_findings(store, NAME) if one.status in ("asserted", "reported")]
    store.dispose()
    return [
        one.id for one in sorted(found, key=lambda one: (one.kind, one.strength, one.confidence, one.id), reverse=True)
    ]


def facts(findings: list[Finding], random: Random) -> list[Fact]:
    by_subject: dict[str | None, list[Finding]] = {}
    for one in findings:
        by_subject.setdefault(one.subject, []).append(one)
    made = []
    for subject, about in by_subject.items():
        random.shuffle(about)
        for first in range(0, len(about) - 3, 4):
            one, *others = about[first : first + 4]
            made.append(
                Fact(
                    one.id,
                    subject,
                    one.kind,
                    one.category,
                    one.text,
                    (one.id, others[0].id),
                    (others[1].id,),
                    (),
                    ("S-INSP",),
                    1,
                    "E2",
                )
            )
    return made


def decided_before(url: str, ids: list[str], count: int) -> None:
    """Decide a part beforehand: a queue whose beginning is worked off is the slow case."""
    store = open_store(url)
    reviewer = Reviewer(NAME, "r0", "r0", "first")
    for first in range(0, count, 200):
        decide(store, reviewer, Act(uuid4().hex, tuple(ids[first : first + 200]), "confirm", "核对"))
    store.dispose()


class Reader:
    """A browser of one account."""

    def __init__(self, login: str) -> None:
        base = f"http://127.0.0.1:{PORT}"
        self.client = httpx.Client(
            base_url=base, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60, trust_env=False
        )
        answer = self.client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        self.root = f"/a/{key_of(NAME)}"

    def get(self, path: str) -> tuple[httpx.Response, float]:
        started = time.perf_counter()
        answer = self.client.get(self.root + path)
        return answer, (time.perf_counter() - started) * 1000

    def next_passage(self, query: str) -> str:
        return str(self.get(f"/next{query}")[0].headers["location"])

    def decide(self, page: str, verdict: str) -> tuple[str, str, float]:
        """Decide the passage of a page; return its id, where to go next, and the milliseconds."""
        hidden = dict(re.findall(r'name="(csrf|finding|act|queue)" value="([^"]*)"', page))
        started = time.perf_counter()
        data = {**hidden, "queue": hidden["queue"].replace("&amp;", "&"), "verdict": verdict}
        answer = self.client.post(self.root + "/decide", data=data, headers={"Accept": "application/json"})
        spent = (time.perf_counter() - started) * 1000
        assert answer.status_code == 200, answer.text
        return hidden["finding"], answer.json()["go"], spent


def document_key(name: str) -> str:
    return hmac.new(KEY, name.encode(), hashlib.sha256).hexdigest()[:16]


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def pages(reader: Reader, ids: list[str], rounds: int, count: int) -> list[tuple[str, float, float, float]]:
    random = Random(3)
    some = [random.choice(ids) for _ in range(rounds)]
    names = [document_key(f"材料/第{random.randrange(count):04d}号.txt") for _ in range(rounds)]
    asked = {
        "进度": lambda n: "/",
        "队列（要紧的在前）": lambda n: "/queue",
        "队列（最拿不准的在前）": lambda n: "/queue?order=doubt",
        "队列（按材料）": lambda n: "/queue?order=document",
        "队列（某对象）": lambda n: f"/queue?subject=p{n}",
        "队列（类别、来源、强度）": lambda n: "/queue?category=inaction&source_kind=S-AUDIT&strength=E3",
        "队列（第40页）": lambda n: "/queue?page=40",
        "队列（文字，常见）": lambda n: f"/queue?text={WORDS[n : n + 2]}",
        "队列（文字，没有）": lambda n: f"/queue?text=没有第{n}号",
        "下一条": lambda n: "/next",
        "线索": lambda n: f"/passage/{some[n]}",
        "线索（最拿不准的在前）": lambda n: f"/passage/{some[n]}?order=doubt",
        "材料列表": lambda n: "/documents",
        "材料": lambda n: f"/document/{names[n]}?at=4000",
        "对象列表": lambda n: "/subjects",
        "漏检抽查": lambda n: "/samples",
    }
    found = []
    for name, path in asked.items():
        times = []
        for n in range(rounds):
            answer, spent = reader.get(path(n))
            assert answer.status_code in (200, 303), (name, answer.status_code)
            times.append(spent)
        found.append((name, sorted(times)[len(times) // 2], p95(times), times[0]))
        print(f"{name}\t{found[-1][1]:.0f}\t{found[-1][2]:.0f}", flush=True)
    return found


def decisions(reader: Reader, count: int) -> list[float]:
    path, times = reader.next_passage("").removeprefix(reader.root), []
    for n in range(count):
        page, _ = reader.get(path)
        _, following, spent = reader.decide(page.text, "confirm" if n % 3 else "reject")
        times.append(spent)
        path = following.removeprefix(reader.root)
    return times


def crowd(number: int, seconds: float, *, pause: float = 0) -> tuple[list[list[tuple[str, str]]], list[float]]:
    """Let *number* reviewers decide at once, each his own stretch of the queue; return what each was told is saved.

    *pause* is how many seconds each reads before he presses a key.
    """

    def one(place: int) -> tuple[list[tuple[str, str]], list[float]]:
        reader = Reader(f"r{place}")
        path = reader.next_passage(f"?subject=p{place}").removeprefix(reader.root)
        ends, done, times = time.monotonic() + seconds, [], []
        while time.monotonic() < ends:
            page, _ = reader.get(path)
            if 'name="act"' not in page.text:
                break
            time.sleep(pause)
            verdict = "confirm" if len(done) % 2 else "reject"
            finding, following, spent = reader.decide(page.text, verdict)
            done.append((finding, verdict))
            times.append(spent)
            path = following.removeprefix(reader.root)
        return done, times

    with ThreadPoolExecutor(number) as pool:
        results = list(pool.map(one, range(number)))
    return [done for done, _ in results], [spent for _, times in results for spent in times]


def serve(url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, "--serve", url]
    server = subprocess.Popen(command)
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{PORT}/login", trust_env=False)
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return server
    raise RuntimeError("the server does not start")


def run_server(url: str) -> None:
    import uvicorn

    from mingcha.corpora.schemebook import load_scheme
    from mingcha.pipeline.review.application import review_application
    from mingcha.pipeline.review.visit import Office

    store = open_store(url)
    take_statistics(store)
    office = Office(store, load_scheme("deneng"), {}, (f"127.0.0.1:{PORT}",), key=KEY)
    uvicorn.run(review_application(office), host="127.0.0.1", port=PORT, log_level="warning")


def ready(url: str) -> float:
    """Return the seconds after which what pages need is counted, as a server does it in the background."""
    from mingcha.corpora.schemebook import load_scheme
    from mingcha.pipeline.review.readiness import make_ready
    from mingcha.pipeline.review.visit import Office

    store = open_store(url)
    started = time.perf_counter()
    make_ready(Office(store, load_scheme("deneng"), {}, ("x",)))
    store.dispose()
    return time.perf_counter() - started


def check(url: str, told: list[list[tuple[str, str]]], before: int) -> list[str]:
    store = open_store(url)
    kept = load_decisions(store, NAME)[before:]
    expected = sorted((f"r{n}", finding, verdict) for n, done in enumerate(told) for finding, verdict in done)
    found = sorted((one.account or "", one.finding, one.verdict) for one in kept)
    report = verify_chain(store)
    store.dispose()
    lost, doubled = len(set(expected) - set(found)), len(found) - len(set(found))
    return [
        f"{len(told)} 人同时，答复已保存 {len(expected)} 个决定；库中 {len(found)} 个，丢失 {lost} 个，重复 {doubled} 个。",
        f"操作记录 {report.entries} 条逐条相扣，{report.decisions} 个决定与记录一致，问题 {len(report.faults)} 个。",
    ]


def crowded(how: str, times: list[float], seconds: float) -> list[str]:
    middle = sorted(times)[len(times) // 2]
    return [
        f"| 作出一个决定（20 人同时{how}，{seconds:.0f} 秒，共 {len(times)} 个） | {times[0]:.0f} | {middle:.0f} | {p95(times):.0f} |"
    ]


def measure(url: str, label: str, options: argparse.Namespace) -> list[str]:
    if not options.reuse:
        fill(url, options.documents, options.findings // options.documents)
        decided_before(url, ranked(url), options.decided)
    ids = ranked(url)
    counted = ready(url)
    server = serve(url)
    time.sleep(2 * counted + 2)
    try:
        reader = Reader("r1")
        table = pages(reader, ids, options.rounds, options.documents)
        single = decisions(reader, 100)
        store = open_store(url)
        before = len(load_decisions(store, NAME))
        store.dispose()
        told, together = crowd(20, options.seconds)
        calm, thinking = crowd(20, options.seconds, pause=1)
        told = [[*one, *other] for one, other in zip(told, calm, strict=True)]
        lines = check(url, told, before)
    finally:
        server.terminate()
        server.wait()
    rows = "\n".join(f"| {name} | {first:.0f} | {middle:.0f} | {high:.0f} |" for name, middle, high, first in table)
    return [
        f"\n## {label}\n",
        f"{options.findings:,} 条线索、{options.documents:,} 份材料，队列最前面的 {options.decided:,} 条已经决定；平均负载 {os.getloadavg()[0]:.1f}。启动或一次运行之后，服务在后台用 {counted:.1f} 秒数好各页要用的数。\n",
        f"| 页面 | 第一次（毫秒） | 中位数（毫秒） | p95（毫秒） |\n|---|---|---|---|\n{rows}",
        f"| 作出一个决定 | {single[0]:.0f} | {sorted(single)[50]:.0f} | {p95(single):.0f} |",
        *crowded("不停按键", together, options.seconds),
        *crowded("每条读 1 秒再按键", thinking, options.seconds),
        "",
        *lines,
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve")
    parser.add_argument("--findings", type=int, default=200_000)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--decided", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--reuse", help="a store that an earlier call filled")
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    if options.serve:
        run_server(options.serve)
        return
    parts = [
        "# 审阅页面的速度\n",
        f"`python benchmarks/review.py`；{os.cpu_count()} 核（测时平均负载 {os.getloadavg()[1]:.1f}），浏览器一方与服务在同一台机器上，时间从发出请求到收完答复。\n\n20 人同时的两行只算决定本身（按键到答复已保存），不算随后打开下一条；页面一两张一两张地画，决定不排在页面后面。",
    ]
    if options.postgresql:
        RESULTS.write_text(
            RESULTS.read_text(encoding="utf-8") + "\n".join(on_postgresql(options)) + "\n", encoding="utf-8"
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        parts += measure(options.reuse or str(Path(folder) / "a.db"), "SQLite", options)
    RESULTS.write_text("\n".join(parts) + "\n", encoding="utf-8")


def on_postgresql(options: argparse.Namespace) -> list[str]:
    import psycopg

    schema = f"review_{uuid4().hex}"
    with psycopg.connect("postgresql://127.0.0.1/test", autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}")
        try:
            return measure(f"postgresql://127.0.0.1/test?options=-csearch_path%3D{schema}", "PostgreSQL", options)
        finally:
            server.execute(f"DROP SCHEMA {schema} CASCADE")


if __name__ == "__main__":
    main()
