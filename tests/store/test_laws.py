"""Every value comes out of the store as it went in, whatever characters it has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Block, Box, Document, Locator, Span
from mingcha.pipeline.findings import Cue, Decision, Fact, Finding
from mingcha.pipeline.quantity import Measure, Quantity
from mingcha.pipeline.rewriting import Repair, RepairKind
from mingcha.pipeline.store import queries
from mingcha.pipeline.store.decisions import append_decisions, load_decisions
from mingcha.pipeline.store.escapes import MARK, dumps, escape, loads, unescape
from mingcha.pipeline.store.writing import Entry, save_document, save_facts, start_run
from mingcha.pipeline.subjects import Subject
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, RISK_CATEGORIES, Kind, Status, Strength

if TYPE_CHECKING:
    from sqlalchemy import Engine

AT = "2024-03-02T10:00:00+08:00"

characters = st.characters() | st.sampled_from(f"\x00\ud800\udfff{MARK}\n\r\\\"'0u😀𠮷甲")
words = st.text(characters, max_size=12)
some_words = st.none() | words
lists = st.lists(words, max_size=3).map(tuple)
versions = st.dictionaries(words, words, max_size=2)
numbers = st.floats(allow_nan=False, allow_infinity=False)
spans = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(lambda ends: Span(min(ends), max(ends)))
places = st.none() | st.integers(1, 10**6)

boxes = st.builds(Box, numbers, numbers, numbers, numbers)
locators = st.builds(
    Locator,
    part=words,
    page=places,
    paragraph=places,
    line=places,
    sheet=some_words,
    table=places,
    row=places,
    column=places,
    item=some_words,
    box=st.none() | boxes,
)
blocks = st.builds(Block, spans, locators, st.sampled_from(["paragraph", "line", "cell", "heading"]))
repairs = st.builds(
    lambda start, before, **told: Repair(place=Span(start, start + len(before)), before=before, **told),
    st.integers(0, 10**6),
    words,
    span=spans,
    after=words,
    kind=st.sampled_from(get_args(RepairKind)),
    reason=words,
    confidence=st.floats(0, 1),
    applied=st.booleans(),
)

quantities = st.builds(
    Quantity,
    span=spans,
    text=words,
    value=numbers,
    unit=words,
    kind=st.sampled_from(get_args(Measure)),
    value_max=st.none() | numbers,
    approximator=some_words,
    direction=st.sampled_from(["up", "down", "none"]),
    baseline=some_words,
    target=some_words,
    period=some_words,
    measure=some_words,
)
findings = st.builds(
    Finding,
    id=words,
    document=st.just("a.txt"),
    span=spans,
    text=words,
    locator=locators,
    kind=st.sampled_from(get_args(Kind)),
    category=words,
    subclass=some_words,
    status=st.sampled_from(get_args(Status)),
    cue=st.none() | st.builds(Cue, words, words, st.none() | spans),
    subject=some_words,
    candidates=lists,
    speaker=some_words,
    source_kind=words,
    quantities=st.lists(quantities, max_size=2).map(tuple),
    strength=st.sampled_from(get_args(Strength)),
    confidence=st.floats(0, 1),
    sources=lists,
    versions=versions,
)
facts = st.builds(
    Fact,
    id=words,
    subject=some_words,
    kind=st.sampled_from(get_args(Kind)),
    category=words,
    text=words,
    supports=lists,
    contradicts=lists,
    copies=lists,
    source_kinds=lists,
    independent=st.integers(0, 1000),
    strength=st.sampled_from(get_args(Strength)),
)
subjects = st.builds(
    Subject,
    id=words,
    name=words,
    aliases=lists,
    unit=words,
    post=words,
    type=st.sampled_from(["person", "team"]),
    category=words,
)
people = words.filter(lambda name: bool(name.strip()))
plain_decisions = st.builds(
    Decision, st.just(""), st.sampled_from(["confirm", "reject"]), by=people, reason=words, at=words
)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("category"), st.sampled_from([*RISK_CATEGORIES, *EVIDENCE_CATEGORIES])),
        st.tuples(st.just("status"), st.sampled_from(get_args(Status))),
        st.tuples(st.just("subject"), words),
    ),
    min_size=1,
    max_size=3,
)
corrections = st.builds(
    Decision, st.just(""), st.just("change"), by=people, reason=words, at=words, changes=changes.map(tuple)
)

document = Document("a.txt", "ab", "txt", "甲", ())
# The engine is shared by the examples: each starts an assessment of its own.
shared_engine = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
names = iter(range(10**9))


def _run(engine: Engine, *roster: Subject) -> Run:
    name = f"law {next(names)}"
    run = Run(name, name, "", AT, {})
    start_run(engine, Assessment(name, "", roster), run)
    return run


@given(words)
def test_escaping_leaves_nothing_a_database_refuses_and_loses_nothing(text: str) -> None:
    written = escape(text)
    assert "\x00" not in written
    assert written.encode().decode() == written
    assert unescape(written) == text


@given(st.recursive(st.none() | words | st.integers() | st.booleans(), lambda inner: st.dictionaries(words, inner)))
def test_json_leaves_nothing_a_database_refuses_and_loses_nothing(value: object) -> None:
    written = dumps(value)
    assert "\\u0000" not in written.replace("\\\\", "")
    assert loads(written.encode()) == value


@given(found=st.lists(findings, max_size=3, unique_by=lambda finding: finding.id))
@shared_engine
def test_findings_come_back_exactly(engine: Engine, found: list[Finding]) -> None:
    run = _run(engine)
    save_document(engine, run, Entry(document, None, found))
    stored = queries.load_findings(engine, run.assessment)
    assert sorted(stored, key=lambda finding: finding.id) == sorted(found, key=lambda finding: finding.id)
    for finding in found:
        assert queries.load_finding(engine, finding.id, assessment=run.assessment).finding == finding


@given(found=st.lists(quantities, max_size=3))
@shared_engine
def test_quantities_come_back_exactly(engine: Engine, found: list[Quantity]) -> None:
    run = _run(engine)
    save_document(engine, run, Entry(document, None, (), found))
    assert queries.load_quantities(engine, run.assessment, document.name) == tuple(found)


@given(found=st.lists(blocks, max_size=4), mended=st.lists(repairs, max_size=4))
@shared_engine
def test_blocks_and_repairs_come_back_exactly(engine: Engine, found: list[Block], mended: list[Repair]) -> None:
    run = _run(engine)
    read = replace(document, blocks=tuple(found))
    save_document(engine, run, Entry(read, mended=mended))
    assert queries.load_blocks(engine, run.assessment, document.name) == tuple(found)
    assert queries.load_repairs(engine, run.assessment, document.name) == tuple(mended)


@given(found=st.lists(facts, max_size=3, unique_by=lambda fact: fact.id))
@shared_engine
def test_facts_come_back_exactly(engine: Engine, found: list[Fact]) -> None:
    run = _run(engine)
    save_facts(engine, run, found)
    stored = queries.load_facts(engine, run.assessment)
    assert sorted(stored, key=lambda fact: fact.id) == sorted(found, key=lambda fact: fact.id)


@given(roster=st.lists(subjects, max_size=3, unique_by=lambda subject: subject.id))
@shared_engine
def test_rosters_come_back_exactly(engine: Engine, roster: list[Subject]) -> None:
    run = _run(engine, *roster)
    assert queries.load_roster(engine, run.assessment) == tuple(roster)


@given(finding=findings, decided=st.lists(plain_decisions | corrections, max_size=4))
@shared_engine
def test_decisions_come_back_exactly(engine: Engine, finding: Finding, decided: list[Decision]) -> None:
    named = {value for one in decided for field, value in one.changes if field == "subject"}
    run = _run(engine, *(Subject(one, "某人") for one in named))
    save_document(engine, run, Entry(document, None, [finding]))
    bound = [Decision(finding.id, one.verdict, one.by, one.reason, one.at, one.changes) for one in decided]
    append_decisions(engine, bound, assessment=run.assessment)
    assert load_decisions(engine, run.assessment) == tuple(bound)
