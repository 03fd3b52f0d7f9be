"""Decisions: appended, never changed, bound to one finding; the last one counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mingcha.pipeline.assessments import Assessment
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.store.decisions import append_decision, append_decisions, load_decisions
from mingcha.pipeline.store.queries import load_finding
from mingcha.pipeline.store.writing import Entry, save_document, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Run
    from mingcha.pipeline.document import Document
    from mingcha.pipeline.findings import Finding

AT = "2024-03-02T10:00:00+08:00"


@pytest.fixture
def ids(
    engine: Engine, run: Run, document_of: Callable[..., Document], finding_of: Callable[..., Finding]
) -> tuple[str, str]:
    """Two findings of the assessment whose ids begin with the same eight characters."""
    common = uuid4().hex[:8]
    both = (f"{common}aa{uuid4().hex[:10]}", f"{common}bb{uuid4().hex[:10]}")
    document = document_of("a.txt")
    found = [finding_of(document, 4 * n, id=one) for n, one in enumerate(both)]
    save_document(engine, run, Entry(document, None, found))
    return both


def _confirm(finding: str) -> Decision:
    return Decision(finding, "confirm", "王敏", "与台账一致", AT)


def _enroll(engine: Engine, run: Run, *ids: str) -> None:
    roster = tuple(Subject(one, "某人") for one in ids)
    start_run(engine, Assessment(run.assessment, "2024", roster), replace(run, id=uuid4().hex))


def test_all_decisions_are_kept_in_the_order_given(engine: Engine, run: Run, ids: tuple[str, str]) -> None:
    _enroll(engine, run, "p1", "p2")
    first = _confirm(ids[0])
    second = replace(first, verdict="change", changes=(("status", "resolved"), ("subject", "p2")), reason="已整改😀")
    other = replace(first, finding=ids[1], verdict="reject", by="李\x00工")
    for decision in (first, second, other):
        assert append_decision(engine, decision) == decision
    assert load_decisions(engine, run.assessment) == (first, second, other)
    assert set(load_decisions(engine)) >= {first, second, other}


def test_the_beginning_of_an_id_is_enough(engine: Engine, run: Run, ids: tuple[str, str]) -> None:
    assert append_decision(engine, _confirm(ids[0][:10].upper())) == _confirm(ids[0])
    assert load_decisions(engine, run.assessment) == (_confirm(ids[0]),)
    assert load_finding(engine, ids[1][:9]).finding.id == ids[1]


def test_an_ambiguous_beginning_is_refused_with_what_it_may_mean(engine: Engine, ids: tuple[str, str]) -> None:
    with pytest.raises(DataError, match="不止一条线索") as caught:
        append_decision(engine, _confirm(ids[0][:8]))
    assert all(one in str(caught.value) for one in ids)


@pytest.mark.parametrize("given", ["", "ffffff", "没有这个编号", "%%%%%%", "______", "\x00\ud800aaaa"])
def test_an_unknown_finding_is_refused(engine: Engine, run: Run, ids: tuple[str, str], given: str) -> None:
    with pytest.raises(DataError, match="没有编号为"):
        append_decision(engine, _confirm(given), assessment=run.assessment)
    assert load_decisions(engine, run.assessment) == ()
    assert ids


def test_a_short_beginning_is_refused(engine: Engine, ids: tuple[str, str]) -> None:
    with pytest.raises(DataError, match="至少写 6 位"):
        load_finding(engine, ids[0][:5])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verdict": "maybe"}, "不认识的决定"),
        ({"by": " "}, "没有写明由谁作出"),
        ({"verdict": "change"}, "须写明改成什么"),
        ({"changes": (("status", "resolved"),)}, "不能带更正内容"),
        ({"verdict": "change", "changes": (("text", "另一段话"),)}, "不能更正的项目：text"),
    ],
    ids=str,
)
def test_a_decision_that_says_nothing_is_refused(
    engine: Engine, ids: tuple[str, str], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        append_decision(engine, replace(_confirm(ids[0]), **changes))


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ((), "没有名册，不能把线索更正到对象“p9”"),
        (("p1", "p2"), "没有编号为“p9”的对象。已有编号：p1、p2。"),
        (tuple(f"t{n}" for n in range(12)), "t8、t9等12个。"),
    ],
)
def test_a_change_to_someone_not_in_the_roster_is_refused(
    engine: Engine, run: Run, ids: tuple[str, str], known: tuple[str, ...], message: str
) -> None:
    _enroll(engine, run, *known)
    change = replace(_confirm(ids[0]), verdict="change", changes=(("subject", "p9"),))
    with pytest.raises(DataError, match=message):
        append_decision(engine, change)
    with pytest.raises(DataError, match=f"第2条决定有误，全部没有写入：.*{message}"):
        append_decisions(engine, [_confirm(ids[0]), change])
    assert load_decisions(engine, run.assessment) == ()


def test_many_decisions_are_all_written_or_none(engine: Engine, run: Run, ids: tuple[str, str]) -> None:
    decisions = [_confirm(one) for one in ids]
    with pytest.raises(DataError, match=r"第3条决定有误，全部没有写入.*deadbeef"):
        append_decisions(engine, iter([*decisions, _confirm("deadbeef")]))
    assert load_decisions(engine, run.assessment) == ()
    assert append_decisions(engine, iter(decisions)) == tuple(decisions)
    assert load_decisions(engine, run.assessment) == tuple(decisions)


def test_a_finding_of_two_assessments_needs_the_name_of_one(
    engine: Engine,
    run: Run,
    next_run: Callable[[str], Run],
    document_of: Callable[..., Document],
    finding_of: Callable[..., Finding],
) -> None:
    document = document_of("a.txt", f"{run.id}同一份材料")
    finding = finding_of(document)
    other = next_run(f"{run.assessment}二")
    for one in (run, other):
        save_document(engine, one, Entry(document, None, [finding]))
    with pytest.raises(DataError, match="请写完整编号，并指明考核名称"):
        append_decision(engine, _confirm(finding.id))
    append_decision(engine, _confirm(finding.id), assessment=other.assessment)
    assert load_decisions(engine, run.assessment) == ()
    assert load_decisions(engine, other.assessment) == (_confirm(finding.id),)


@pytest.mark.parametrize("statement", ["UPDATE decisions SET reason = '改'", "DELETE FROM decisions"])
def test_the_database_refuses_to_change_a_decision(engine: Engine, ids: tuple[str, str], statement: str) -> None:
    append_decision(engine, _confirm(ids[0]))
    with pytest.raises(DBAPIError, match="only ever appended"), engine.begin() as connection:
        connection.execute(text(statement))
