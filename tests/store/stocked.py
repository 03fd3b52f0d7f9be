"""A store with something in every table, fictional and consistent, for tests of what handles whole stores."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import insert

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Block, Box, Document, Failure, Locator, Span
from mingcha.pipeline.findings import Cue, Decision, Fact, Finding, Referral, finding_id
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.rewriting import Repair
from mingcha.pipeline.scoring.registers import Register, RegisterRow
from mingcha.pipeline.store import people, schema
from mingcha.pipeline.store.accounts import Account, add_account
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.registering import keep_registers, typed_rows
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
    return Document(name, sha256, "txt", text, blocks_of(text), encoding="utf-8", notes=("提示",))


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the text in two blocks: the first a paragraph on a page, the rest a cell of a sheet of an odd name."""
    middle = len(text) // 2
    page = Locator(page=2, paragraph=1, box=Box(0.1, 0.2, 300.5, 20.0))
    cell = Locator("sheet", sheet="表\x00一", table=1, row=3, column=2)
    return Block(Span(0, middle), page), Block(Span(middle, len(text)), cell, "cell")


def mended_in(document: Document) -> list[Repair]:
    """Return two repairs that can be made again on the document: one certain, one only guessed."""
    start = document.text.index("事\x00")
    sure = Repair(Span(start, start + 2), Span(start, start + 2), "事\x00", "事", "invisible", "删去看不见的字符")
    guess = Repair(Span(0, 1), Span(0, 1), document.text[:1], "某", "lost_character", "猜测", 0.25, applied=False)
    return [sure, guess]


def structure_of(document: Document) -> list[dict[str, object]]:
    """Return lines of ``structure.jsonl``: a heading, and a row of a ballot with its check."""
    place = {"part": "body", "page": None, "paragraph": 1, "line": None, "sheet": None, "table": None, "row": None}
    locator = place | {"column": None, "item": None, "box": None, "label": "第1段"}
    said = {"document": document.name, "start": 0, "end": 3, "text": document.text[:3], "locator": locator}
    votes = {"name": "option", "label": "优秀", "start": 0, "end": 1, "text": document.text[:1], "value": 12}
    empty = {"kind": None, "group": None, "level": None, "label": None, "fields": [], "holds": None}
    lines = (
        {"record": "part", "kind": "heading", "level": 1},
        {"record": "ballot_row", "group": 1, "label": "李\ud800某", "fields": [votes]},
        {"record": "check", "kind": "ballot.row_sum", "group": 1, "holds": False, "explanation": "不符\x00"},
    )
    return [said | empty | {"explanation": None} | line for line in lines]


def filled_in() -> tuple[Register, ...]:
    """Return a file of figures typed in, and a ballot with a missing count."""
    typed = RegisterRow(2, "p1", "jichu", {"value": Decimal("86.60")})
    cast = {"对象": "李某某", "优秀": Decimal(12), "称职": None}
    counted = {"对象": "text", "优秀": "votes", "称职": "votes"}
    inputs = Register("inputs", "inputs", "手工填写", "填写.csv", "cd" * 32, {"value": "number"}, (typed,))
    ballot = ("测评票", "民主测评票", "票.xlsx", "ef" * 32)
    return inputs, Register("ballot", *ballot, counted, (RegisterRow(4, "p1", None, cast),))  # type: ignore[arg-type]


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
    counted = {"invisible": 1, "lost_character": 1}
    told = (mended_in(document), structure_of(document))
    entry = Entry(document, "inspection", found, [amount], ["反馈"], counted, [_referral(document)], *told)
    save_document(engine, run, entry)
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
    keep_registers(engine, assessment, "base", filled_in(), at=AT)
    typed = typed_rows("base", filled_in()).values()
    lines = [
        {"indicator": "履职", "amount": "-0.50", "findings": ids[:1], "explanation": "一条已确认的线索"},
        {"indicator": "基础", "amount": "86.60", "findings": [], "explanation": "基础分", "sources": list(typed)},
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
