"""A store with something in every table, fictional and consistent, for tests of what handles whole stores."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import insert

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Failure, Locator, Span
from mingcha.pipeline.findings import Cue, Decision, Fact, Finding, Referral, finding_id
from mingcha.pipeline.quantities import Quantity
from mingcha.pipeline.store import people, schema
from mingcha.pipeline.store.accounts import Account, add_account
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.schemes import keep_scheme, text_version
from mingcha.pipeline.store.scorecards import save_scorecards
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, save_facts, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from sqlalchemy import Engine

AT = "2024-03-02T10:00:00+08:00"
TEXT = "河湾镇的😀公路项目推进迟缓，窗口长期无人值守。全年投入3.5亿元，为民办实事\x00二十件。"
SECRET_WORDS = "窗口长期无人值守"


def read_document(name: str, text: str = TEXT) -> Document:
    sha256 = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return Document(name, sha256, "txt", text, (), encoding="utf-8", notes=("提示",))


def finding_at(document: Document, words: str, **changes: object) -> Finding:
    start = document.text.index(words)
    span = Span(start, start + len(words))
    about = {"kind": "risk", "category": "inaction", "subclass": "R03", "status": "asserted", "subject": "p1"}
    place = {"document": document.name, "span": span, "text": words, "locator": Locator(paragraph=1)}
    cue = Cue("cue.exists", words[:2], Span(start, start + 2))
    origin = {
        "speaker": "张\ud800某",
        "source_kind": "S-INSP",
        "sources": ("delay.slow",),
        "versions": {"lexicon": "1"},
    }
    weight = {"candidates": (), "quantities": (), "strength": "E2", "confidence": 0.1 + 0.2, "cue": cue}
    values = {"id": finding_id(document.sha256, span, "risk", "inaction")} | about | place | origin | weight
    return Finding(**(values | changes))  # type: ignore[arg-type]


def stock(engine: Engine, assessment: str, *, login: str = "zhao") -> tuple[Finding, ...]:
    """Write something into every table for an assessment and return its findings, the first of them decided."""
    run = Run(f"{assessment}-1", assessment, "材料", "2024-03-01T09:00:00+08:00", {"lexicon": "1"})
    roster = (Subject("p1", "李某某", ("老李",), "河湾镇", "镇长"), Subject("t1", "河湾镇班子", type="team"))
    start_run(engine, Assessment(assessment, "2024", roster), run)
    document = read_document(f"{assessment}/反馈.txt", f"{assessment}：{TEXT}")
    found = (finding_at(document, "项目推进迟缓"), finding_at(document, SECRET_WORDS, subject=None, speaker=None))
    amount = _quantity(document, "3.5亿元")
    save_document(
        engine, run, Entry(document, "inspection", found, [amount], ["反馈"], {"width": 1}, [_referral(document)])
    )
    save_document(engine, run, Entry(Failure("坏.doc", "corrupt", "坏.doc 打不开，请另存后重试。")))
    ids = tuple(one.id for one in found)
    save_facts(
        engine, run, [Fact("f1", "p1", "risk", "inaction", "推进迟缓", ids[:1], ids[1:], (), ("S-INSP",), 1, "E2")]
    )
    finish_run(engine, run, AT)
    append_decisions(engine, [Decision(ids[0], "confirm", "王敏", "与台账一致", AT)], assessment=assessment)
    _score(engine, assessment, ids)
    _people(engine, assessment, login, document)
    return found


def _quantity(document: Document, words: str) -> Quantity:
    start = document.text.index(words)
    return Quantity(Span(start, start + len(words)), words, 350_000_000.0, "元", "money")


def _referral(document: Document) -> Referral:
    words = "为民办实事\x00"
    start = document.text.index(words)
    span = Span(start, start + len(words))
    id_ = finding_id(document.sha256, span, "referral", "integrity")
    place = (document.name, span, words, Locator(line=1))
    return Referral(id_, *place, "integrity", "reported", None, "S-LETTER", ("r14",), {"lexicon": "1"})


def _score(engine: Engine, assessment: str, ids: tuple[str, ...]) -> None:
    text = '{"id":"base"}'
    version = text_version(text)
    keep_scheme(engine, {"id": "base", "version": version, "name": "基本方案", "text": text, "first_used": AT})
    lines = [
        {"indicator": "履职", "amount": "-0.50", "findings": ids[:1], "explanation": "一条已确认的线索"},
        {"indicator": "基础", "amount": "86.60", "findings": [], "explanation": "基础分"},
    ]
    card = {"subject": "p1", "scheme": "base", "scheme_version": version, "total": "86.10", "preview": False, "at": AT}
    save_scorecards(engine, assessment, [card | {"lines": lines}])  # type: ignore[list-item]


def _people(engine: Engine, assessment: str, login: str, document: Document) -> None:
    add_account(engine, Account(login, "赵某"), "argon2id$虚构", by="admin")
    place = {"assessment": assessment, "document": document.name, "sha256": document.sha256, "format": "txt"}
    said = {"by": "赵某", "account": login, "at": AT, "reason": "漏了"}
    passage = {"start": 0, "end": 2, "text": document.text[:2]}
    rows = {
        "permissions": {"assessment": assessment, "login": login, "role": "analyst"},
        "clients": {"name": f"c-{login}", "assessment": assessment, "secret": "虚构", "salt": "虚", "created_at": AT},
        "sessions": {"id": f"s-{login}", "login": login, "created_at": AT, "seen_at": AT},
        "assignments": {
            "assessment": assessment,
            "login": login,
            "scope": "subject",
            "value": "p1",
            "by": "admin",
            "at": AT,
        },
        "notes": {
            "assessment": assessment,
            "finding": "无",
            "kind": "note",
            "text": "再看",
            "by": "赵某",
            "account": login,
            "at": AT,
        },
        "missed_passages": place | passage | said | {"category": "inaction", "status": "asserted"},
        "files": {
            "assessment": assessment,
            "name": document.name,
            "sha256": "ab",
            "method": "cd",
            "contents": [],
            "run": f"{assessment}-1",
        },
    }
    with writing(engine) as connection:
        for table, row in rows.items():
            connection.execute(insert(schema.metadata.tables[table]), row)
        sample = {"assessment": assessment, "seed": 1, "size": 1, "frame": 9, "by": "赵某", "at": AT}
        key = connection.execute(insert(people.elusion_samples), sample).inserted_primary_key
        assert key is not None
        drawn = {name: value for name, value in (place | passage).items() if name != "assessment"}
        connection.execute(insert(people.elusion_sentences), drawn | {"sample": key[0], "position": 0})
        verdict = {"sample": key[0], "position": 0, "verdict": "clean"} | said
        connection.execute(insert(people.elusion_verdicts), verdict)
    rights = {"role": "analyst", "may_see_integrity": False, "may_see_names": False}
    record(engine, Event("admin", "granted", login, assessment, rights))
    record(engine, Event(login, "note", "无", assessment, {"text": "再看", "by": "赵某", "at": AT}))
    record(engine, Event(login, "seen", "反馈.txt", assessment, {"names": True}))
