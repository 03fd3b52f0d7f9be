"""What a run saves: one transaction for each document, the same again for the same input, nothing decided lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Failure, Span
from mingcha.pipeline.errors import DataError, StoreError
from mingcha.pipeline.findings import Decision, Fact, Finding
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.scoring.decisions import current_findings, decisions_in_force
from mingcha.pipeline.store import queries
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.decisions import append_decision, load_decisions
from mingcha.pipeline.store.people import standings
from mingcha.pipeline.store.schema import documents, metadata, runs
from mingcha.pipeline.store.scorecards import ScorecardRow, load_scorecards, save_scorecards
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, save_facts, start_run
from mingcha.pipeline.subjects import Subject
from tests.store.stocked import blocks_of, mended_in, read_document, structure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    MakeDocument = Callable[..., Document]
    MakeFinding = Callable[..., Finding]
    NextRun = Callable[[str], Run]

AT = "2024-03-02T10:00:00+08:00"
QUANTITY = Quantity(Span(2, 8), "近3.5亿元", 350_000_000.0, "元", "money", approximator="nearly", direction="up")


def _everything(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {name: sorted(map(str, connection.execute(select(table)))) for name, table in metadata.tables.items()}


def _confirm(finding: Finding) -> Decision:
    return Decision(finding.id, "confirm", "王敏", "与台账一致", AT)


def test_gives_back_what_was_saved(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("述职/一 号😀.docx", format="docx", encoding="gb18030", coverage=0.9, notes=("修订已略去",))
    finding = finding_of(document, quantities=(QUANTITY,))
    save_document(engine, run, Entry(document, "self_report", [finding], [QUANTITY]))
    (stored,) = queries.load_documents(engine, run.assessment)
    assert (stored.name, stored.status, stored.format, stored.genre) == (document.name, "read", "docx", "self_report")
    assert (stored.characters, stored.coverage, stored.encoding) == (len(document.text), 0.9, "gb18030")
    assert (stored.notes, stored.run, stored.failure_kind) == (("修订已略去",), run.id, None)
    assert queries.load_findings(engine, run.assessment) == (finding,)
    assert queries.load_quantities(engine, run.assessment, document.name) == (QUANTITY,)
    origin = queries.load_finding(engine, finding.id, assessment=run.assessment)
    assert (origin.finding, origin.run, origin.superseded_by_run) == (finding, run.id, None)
    assert queries.load_text(engine, origin.sha256, format=origin.format) == document.text


def test_keeps_why_a_file_was_not_read(engine: Engine, run: Run) -> None:
    failure = Failure("扫描件.pdf", "no_text", "扫描件.pdf 没有文字层，请先做文字识别。", "ab", "pdf")
    save_document(engine, run, Entry(failure))
    save_document(engine, run, Entry(Failure("无权限.doc", "unreadable", "无权限.doc 打不开，请检查权限。")))
    scanned, closed = queries.load_documents(engine, run.assessment)
    assert (scanned.status, scanned.failure_kind, scanned.failure_message) == ("failed", "no_text", failure.message)
    assert (scanned.sha256, scanned.format, scanned.characters) == ("ab", "pdf", None)
    assert (closed.sha256, closed.failure_kind) == (None, "unreadable")


def test_saving_twice_changes_nothing(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("a.txt")
    decided, other = finding_of(document, 0), finding_of(document, 4)
    document = replace(document, blocks=blocks_of(document.text))
    made = (mended_in(read_document("a.txt")), structure_of(document))
    entry = Entry(document, "inspection", [decided, other], [QUANTITY, QUANTITY], (), {}, (), *made)
    save_document(engine, run, entry)
    append_decision(engine, _confirm(decided), assessment=run.assessment)
    before = _everything(engine)
    save_document(engine, run, entry)
    assert _everything(engine) == before


def test_a_document_is_saved_whole_or_not_at_all(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("a.txt")
    save_document(engine, run, Entry(document, "inspection", [finding_of(document, 0)], [QUANTITY]))
    before = _everything(engine)
    doubled = [finding_of(document, 4), finding_of(document, 4)]
    with pytest.raises(StoreError, match="重复的编号"):
        save_document(engine, run, Entry(document_of("a.txt", "另一份材料"), "audit", doubled))
    assert _everything(engine) == before


def test_findings_no_longer_made_are_deleted_unless_decided(
    engine: Engine, run: Run, next_run: NextRun, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("a.txt")
    decided, other = finding_of(document, 0), finding_of(document, 4)
    save_document(engine, run, Entry(document, None, [decided, other]))
    append_decision(engine, _confirm(decided), assessment=run.assessment)
    second, third = next_run(run.assessment), next_run(run.assessment)

    for later in (second, third):
        save_document(engine, later, Entry(document))
        assert queries.load_findings(engine, run.assessment) == ()
        kept = queries.load_finding(engine, decided.id, assessment=run.assessment)
        assert (kept.finding, kept.run, kept.superseded_by_run) == (decided, run.id, second.id)

    made_again = replace(decided, confidence=0.5)
    save_document(engine, third, Entry(document, None, [made_again]))
    assert queries.load_findings(engine, run.assessment) == (made_again,)
    assert load_decisions(engine, run.assessment) == (_confirm(decided),)


def test_what_was_confirmed_of_one_person_is_not_confirmed_of_another(
    engine: Engine, run: Run, next_run: NextRun, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("a.txt")
    decided, other = finding_of(document, 0), finding_of(document, 4)
    save_document(engine, run, Entry(document, None, [decided, other]))
    append_decision(engine, _confirm(decided), assessment=run.assessment)
    elsewhere = {"subject": "P99", "candidates": (), "status": "reported", "responsibility": "lead", "confidence": 0.5}
    made_otherwise = [replace(one, **elsewhere) for one in (decided, other)]
    confirmed = current_findings(queries.load_findings(engine, run.assessment), load_decisions(engine, run.assessment))
    assert [one.verdict for one in confirmed] == ["confirm", None]
    assert _standing(engine, run, decided) == "confirmed"
    save_document(engine, next_run(run.assessment), Entry(document, None, made_otherwise))
    now = current_findings(queries.load_findings(engine, run.assessment), load_decisions(engine, run.assessment))
    assert [(one.finding, one.verdict) for one in now] == [(one, None) for one in made_otherwise]
    assert _standing(engine, run, decided) == "pending"
    save_document(engine, next_run(run.assessment), Entry(document, None, [decided, other]))
    assert _standing(engine, run, decided) == "confirmed"


def test_a_confirmation_does_not_reach_a_copy_that_means_another(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    first = document_of("a.txt")
    mine = finding_of(first)
    other = replace(mine, document="b.txt", subject="P99", candidates=())
    save_document(engine, run, Entry(first, None, [mine]))
    save_document(engine, run, Entry(replace(first, name="b.txt"), None, [other]))
    append_decision(engine, _confirm(mine), assessment=run.assessment)
    found, made = queries.load_findings(engine, run.assessment), load_decisions(engine, run.assessment)
    assert [(one.finding.document, one.verdict) for one in current_findings(found, made)] == [
        ("a.txt", "confirm"),
        ("b.txt", None),
    ]
    assert decisions_in_force(made, found) == {}
    assert _standing(engine, run, mine) == "pending"


def test_a_roster_whose_ids_became_others_is_refused_once_there_are_decisions(
    engine: Engine, run: Run, next_run: NextRun, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    one, two = (Subject(f"P{n}", name, (), "水利局", "科长", "person", "") for n, name in ((1, "周明"), (2, "李海")))
    renamed = replace(one, name="周启明", aliases=("周明",))
    swapped = (replace(one, id="P2"), replace(two, id="P1"))
    start_run(engine, Assessment(run.assessment, "", (one, two)), replace(run, id=f"{run.id}r1"))
    start_run(engine, Assessment(run.assessment, "", swapped), replace(run, id=f"{run.id}r2"))
    start_run(engine, Assessment(run.assessment, "", (one, two)), replace(run, id=f"{run.id}r3"))
    document = document_of("a.txt")
    save_document(engine, run, Entry(document, None, [finding_of(document)]))
    append_decision(engine, _confirm(finding_of(document)), assessment=run.assessment)
    start_run(engine, Assessment(run.assessment, "", (renamed, two)), replace(run, id=f"{run.id}r4"))
    with pytest.raises(DataError, match=r"编号换了人.*P1（原为“周启明”，现为“李海”）"):
        start_run(engine, Assessment(run.assessment, "", swapped), replace(run, id=f"{run.id}r5"))


def _standing(engine: Engine, run: Run, finding: Finding) -> str | None:
    columns = standings.c
    query = select(columns.standing).where(columns.assessment == run.assessment, columns.finding == finding.id)
    with reading(engine) as connection:
        return connection.scalar(query)


def test_the_text_of_a_changed_file_goes_unless_something_needs_it(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    old, shared, decided = (document_of(f"{n}.txt", f"{run.id}第{n}份材料的原文。") for n in range(3))
    finding = finding_of(decided)
    entries = (Entry(old), Entry(shared), Entry(replace(shared, name="副本.txt")), Entry(decided, None, [finding]))
    for entry in entries:
        save_document(engine, run, entry)
    append_decision(engine, _confirm(finding), assessment=run.assessment)
    for document in (old, shared, decided):
        save_document(engine, run, Entry(document_of(document.name, f"{run.id}改过的材料。")))
    kept = [queries.load_text(engine, document.sha256) for document in (old, shared, decided)]
    assert kept == [None, shared.text, decided.text]


def test_a_file_that_can_no_longer_be_read_loses_its_findings(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("a.txt")
    document = replace(document, blocks=blocks_of(document.text))
    made = (mended_in(read_document("a.txt")), structure_of(document))
    save_document(engine, run, Entry(document, "audit", [finding_of(document)], [QUANTITY], (), {}, (), *made))
    assert len(queries.load_structure(engine, run.assessment, "a.txt")) == 3
    save_document(engine, run, Entry(Failure("a.txt", "corrupt", "a.txt 已损坏，请重新取得。")))
    (stored,) = queries.load_documents(engine, run.assessment)
    assert (stored.status, stored.genre, stored.characters) == ("failed", None, None)
    assert queries.load_findings(engine, run.assessment) == ()
    assert queries.load_quantities(engine, run.assessment, "a.txt") == ()
    for load in (queries.load_blocks, queries.load_repairs, queries.load_structure):
        assert load(engine, run.assessment, "a.txt") == ()


def test_identical_copies_keep_their_own_findings(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    copies = [document_of(name) for name in ("原件.txt", "副本.txt")]
    entries = [Entry(copy, None, [finding_of(copy)]) for copy in copies]
    for entry in [*entries, entries[0]]:
        save_document(engine, run, entry)
    assert {finding.document for finding in queries.load_findings(engine, run.assessment)} == {"原件.txt", "副本.txt"}
    assert len(queries.load_findings(engine, run.assessment, document="副本.txt")) == 1


def test_assessments_do_not_touch_each_other(
    engine: Engine, run: Run, next_run: NextRun, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("a.txt")
    other = next_run(f"{run.assessment}二")
    save_document(engine, run, Entry(document, None, [finding_of(document)]))
    save_document(engine, other, Entry(document, None, [finding_of(document, subject="p2")]))
    save_document(engine, run, Entry(document))
    assert queries.load_findings(engine, run.assessment) == ()
    assert [finding.subject for finding in queries.load_findings(engine, other.assessment)] == ["p2"]


@pytest.mark.parametrize(
    "text", ["", "甲\x00乙", "坏\ud800字", "\ufdd0", "\ufdd00000", "😀𠮷", "一行\r\n二行\n", "'; DROP TABLE texts; --"]
)
def test_keeps_every_character(engine: Engine, run: Run, document_of: MakeDocument, text: str) -> None:
    document = document_of(f"文件{text}.txt", text, notes=(text,))
    save_document(engine, run, Entry(document))
    (stored,) = queries.load_documents(engine, run.assessment)
    assert (stored.name, stored.notes, stored.characters) == (document.name, (text,), len(text))
    assert queries.load_text(engine, document.sha256) == text


def test_the_same_bytes_read_in_two_ways_keep_both_texts(engine: Engine, run: Run, document_of: MakeDocument) -> None:
    page = document_of("a.html", f"<p>{run.id}</p>", format="html")
    plain = replace(page, name="a.txt", format="txt")
    tagless = replace(page, text=run.id)
    for document in (plain, tagless):
        save_document(engine, run, Entry(document))
    assert queries.load_text(engine, page.sha256, format="txt") == plain.text
    assert queries.load_text(engine, page.sha256, format="html") == tagless.text


def test_the_roster_keeps_its_order_and_an_empty_one_changes_nothing(engine: Engine, name: str) -> None:
    roster = (
        Subject("p2", "赵启明", ("赵局长", "老赵"), "市数据局", "局长", "person", "正职"),
        Subject("t1", "数据局", type="team"),
        Subject("p1", "钱宁"),
    )
    first = Run(f"{name}-1", name, "材料", AT, {})
    start_run(engine, Assessment(name, "2024", roster), first)
    start_run(engine, Assessment(name), replace(first, id=f"{name}-2"))
    assert queries.load_roster(engine, name) == roster
    start_run(engine, Assessment(name, "2025", roster[1:]), replace(first, id=f"{name}-3"))
    assert queries.load_roster(engine, name) == roster[1:]


def test_a_run_that_ended_says_so(engine: Engine, run: Run) -> None:
    finish_run(engine, run, AT)
    with engine.connect() as connection:
        row = connection.execute(select(runs).where(runs.c.id == run.id)).mappings().one()
    assert (row["finished"], row["folder"], row["versions"]) == (AT, "材料", {"lexicon": "1"})


def test_knows_what_a_rerun_may_skip(engine: Engine, run: Run, document_of: MakeDocument) -> None:
    document = document_of("a.txt")
    save_document(engine, run, Entry(document))
    save_document(engine, run, Entry(Failure("b.doc", "unreadable", "b.doc 打不开，请检查权限。")))
    known = queries.known_documents(engine, run.assessment)
    assert known == {"a.txt": (document.sha256, {"lexicon": "1"}), "b.doc": (None, {"lexicon": "1"})}


def test_facts_take_the_place_of_earlier_ones(engine: Engine, run: Run) -> None:
    first = Fact("f1", "p1", "risk", "inaction", "推进迟缓", ("a", "b"), ("c",), (), ("S-INSP", "S-AUDIT"), 2, "E3")
    second = replace(first, id="f2", subject=None, strength="E1")
    save_facts(engine, run, [first])
    save_facts(engine, run, iter([second, replace(first, text="进展迟缓")]))
    assert queries.load_facts(engine, run.assessment) == (replace(first, text="进展迟缓"), second)
    save_facts(engine, run, [])
    assert queries.load_facts(engine, run.assessment) == ()


def _card(**changes: Any) -> ScorecardRow:
    line = {"indicator": "履职成效", "amount": "-0.50", "findings": ["a", "b"], "explanation": "两条已确认的线索"}
    undetermined: dict[str, Any] = {"indicator": "民主测评", "amount": None, "findings": [], "explanation": "没有票数"}
    card = {"subject": "p1", "scheme": "base", "scheme_version": "1", "total": "86.10", "preview": False, "at": AT}
    return card | {"lines": [line, undetermined]} | changes  # type: ignore[return-value]


def test_scorecards_come_back_with_their_ledgers(engine: Engine, run: Run) -> None:
    cards = [_card(), _card(subject="p2", total=None, lines=[])]
    save_scorecards(engine, run.assessment, cards)
    save_scorecards(engine, run.assessment, iter(cards))
    assert load_scorecards(engine, run.assessment) == tuple(cards)


def test_a_preview_gives_way_and_a_scorecard_stays(engine: Engine, run: Run) -> None:
    steps = [_card(preview=True), _card(preview=True, at="2024-03-03"), _card(at="2024-03-04"), _card(at="2024-03-05")]
    other = _card(preview=True, scheme="other")
    for card in [other, *steps]:
        save_scorecards(engine, run.assessment, [card])
    assert load_scorecards(engine, run.assessment) == (other, *steps[2:])


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "guess"},
        {"status": "maybe"},
        {"strength": "E6"},
        {"confidence": 1.5},
        {"span": Span(5, 2)},
        {"source_kind": None},
    ],
    ids=str,
)
def test_the_database_refuses_findings_outside_the_vocabulary(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding, changes: dict[str, Any]
) -> None:
    document = document_of("a.txt")
    with pytest.raises(StoreError, match="拒绝了操作"):
        save_document(engine, run, Entry(document, None, [finding_of(document, **changes)]))
    assert queries.load_documents(engine, run.assessment) == ()


def test_the_database_refuses_a_read_document_without_its_hash(engine: Engine, run: Run) -> None:
    row = {"assessment": run.assessment, "name": "a", "status": "read", "notes": [], "run": run.id}
    with pytest.raises(Exception, match="ck_documents_read"), engine.begin() as connection:
        connection.execute(insert(documents), row)


def test_a_run_that_was_not_started_cannot_save(engine: Engine, document_of: MakeDocument) -> None:
    with pytest.raises(StoreError, match="没有写入"):
        save_document(engine, Run("nobody", "无此考核", "", AT, {}), Entry(document_of("a.txt")))


def test_with_a_connection_the_transaction_is_the_callers(
    engine: Engine, run: Run, document_of: MakeDocument, finding_of: MakeFinding
) -> None:
    document = document_of("a.txt")
    doubled = [finding_of(document), finding_of(document)]
    with engine.connect() as connection:
        save_document(connection, run, Entry(document))
        with pytest.raises(StoreError):
            save_document(connection, run, Entry(document, None, doubled))
        assert len(queries.load_documents(connection, run.assessment)) == 1
        connection.rollback()
    assert queries.load_documents(engine, run.assessment) == ()
