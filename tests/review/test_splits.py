"""One sentence, two matters: split with a key, taken back, decided, counted and exported as two; marked passages, too."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mingcha.models.senses import load_sense_model
from mingcha.pipeline import corroboration
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.handwork import MARKED, SOURCE_OF_GENRE, SPLIT, part_id
from mingcha.pipeline.publishing import reviewed_findings
from mingcha.pipeline.scoring.matters import matters_of
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.queries import load_facts, load_findings, load_findings_at
from mingcha.pipeline.store.queue import Filter, Seat, queue_ids
from mingcha.pipeline.store.verification import verify_store
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

corroborate = partial(corroboration.corroborate, read=load_sense_model())

TWO = {
    "category1": "inaction",
    "status1": "asserted",
    "subject1": "p1",
    "category2": "bureaucratism",
    "status2": "reported",
    "subject2": "p2",
}


def split(browser: Any, case: Any, chosen: Any, **fields: str) -> Any:
    told = {"finding": chosen.id, "act": uuid4().hex, **TWO, **fields}
    return browser.post(f"{case.root}/split", **told)


def ids(case: Any) -> set[str]:
    return {one.id for one in load_findings(case.store, case.name)}


def halves(finding: Any) -> list[str]:
    return [part_id(finding.id, 1), part_id(finding.id, 2)]


def mark(browser: Any, case: Any, **fields: object) -> Any:
    document = case.documents[1]
    words = "群众跑了3趟"
    start = document.text.index(words)
    told = {"start": start + 1, "end": start + len(words), "category": "overreach", "status": "asserted"}
    return browser.post(f"{case.root}/mark", **{"document": case.key(document), "subject": "p1", **told, **fields})


def marked_in(case: Any) -> list[Any]:
    return [one for one in load_findings(case.store, case.name) if one.sources[0] == MARKED]


def rerun(case: Any, documents: Iterable[Any]) -> None:
    run = Run(uuid4().hex, case.name, "材料", datetime.now(UTC).isoformat(), {"lexicon": "2"})
    start_run(case.store, Assessment(case.name, "2024"), run)
    for document in documents:
        mine = [one for one in case.findings if one.document == document.name]
        save_document(case.store, run, Entry(document, "interview", mine))
    finish_run(case.store, run, datetime.now(UTC).isoformat())


def sound(case: Any) -> list[Any]:
    """Return what a full inspection finds fault with that concerns what people did."""
    about = ("线索的位置与编号", "人工标注与拆分的线索", "审阅状态", "决定所说的线索", "补记的漏报", "事实的成员")
    return [fault for one in verify_store(case.store) if one.about in about for fault in one.faults] + list(
        verify_chain(case.store).faults
    )


def test_two_matters_of_one_sentence_are_two_findings_at_the_same_place(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding = browser("zhou"), case.findings[2]
    answer = split(zhou, case, finding)
    assert answer.json()["go"].startswith(f"{case.root}/passage/{part_id(finding.id, 1)}")
    found = {one.id: one for one in load_findings(case.store, case.name)}
    one, other = (found[id_] for id_ in halves(finding))
    assert finding.id not in found
    assert (one.span, other.span, one.text, other.text) == (finding.span, finding.span, finding.text, finding.text)
    assert (one.category, one.subject, other.category, other.subject) == ("inaction", "p1", "bureaucratism", "p2")
    assert (other.status, other.kind, other.subclass, one.subclass) == ("reported", "risk", None, "R03")
    assert one.sources == (SPLIT, *finding.sources)
    zhou.decide(case, one)
    zhou.decide(case, other, "reject")
    verdicts = {one.finding.id: one.verdict for one in reviewed_findings(case.store, case.name)}
    assert [verdicts[id_] for id_ in halves(finding)] == ["confirm", "reject"]
    page = zhou.get(f"{case.root}/passage/{finding.id}").text
    assert "已拆成两条" in page
    assert 'name="verdict"' not in page
    assert "同一处的其他线索" in zhou.get(f"{case.root}/passage/{one.id}").text
    assert sound(case) == []


def test_a_split_is_taken_back_and_made_again(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding, before = browser("zhou"), case.findings[2], ids(case)
    split(zhou, case, finding)
    assert zhou.post(f"{case.root}/undo").json()["go"].endswith(f"/passage/{finding.id}?said=undone")
    assert ids(case) == before
    assert zhou.decide(case, finding).status_code == 200
    zhou.post(f"{case.root}/undo")
    split(zhou, case, finding)
    assert ids(case) == before - {finding.id} | {*halves(finding)}
    assert [one.verdict for one in load_decisions(case.store, case.name)] == [
        *("change", "withdraw", "confirm", "withdraw", "change")
    ]
    assert sound(case) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"category2": ""}, "没有写全"),
        ({"status1": "x"}, "没有写全"),
        ({"subject2": "p9"}, "名册中没有"),
        ({"category2": "inaction", "subject2": "p1", "status2": "resolved"}, "不用拆分"),
        ({"act": "1"}, "没有编号"),
        ({"finding": "0" * 20}, "没有这条线索"),
    ],
)
def test_what_is_no_split_is_refused(
    case: Any, browser: Callable[..., Any], fields: dict[str, str], message: str
) -> None:
    before = ids(case)
    answer = split(browser("zhou"), case, case.findings[2], **fields)
    assert (answer.status_code, message in answer.text) == (400, True)
    assert (ids(case), load_decisions(case.store, case.name)) == (before, ())


def test_the_same_press_twice_splits_once_and_nobody_splits_what_is_split(
    case: Any, browser: Callable[..., Any]
) -> None:
    zhou, act = browser("zhou"), uuid4().hex
    assert [split(zhou, case, case.findings[2], act=act).status_code for _ in range(2)] == [200, 200]
    assert len(load_decisions(case.store, case.name)) == 1
    assert split(browser("sun"), case, case.findings[2]).status_code == 400


def test_both_reviewers_decide_the_same_parts_and_neither_sees_who_split(
    doubled: Any, browser: Callable[..., Any]
) -> None:
    zhou, li, finding = browser("zhou"), browser("li"), doubled.findings[2]
    split(zhou, doubled, finding, reason="只有周审知道的理由")
    one, other = halves(finding)
    queue = {id_ for _, id_ in queue_ids(doubled.store, Seat(doubled.name, "li", "second", True), Filter())[0]}
    assert {one, other} <= queue
    assert finding.id not in queue
    for path in (one, other, finding.id):
        shown = li.get(f"{doubled.root}/passage/{path}").text
        assert "周审" not in shown
        assert "只有周审知道的理由" not in shown
    assert li.post(f"{doubled.root}/decide", finding=one, verdict="confirm", act=uuid4().hex).status_code == 200
    refused = zhou.post(f"{doubled.root}/undo")
    assert (refused.status_code, "已有别人作出决定" in refused.text) == (400, True)
    assert {one, other} <= ids(doubled)


def test_a_part_may_be_split_again_and_the_later_split_is_taken_back_first(
    case: Any, browser: Callable[..., Any]
) -> None:
    zhou, finding, before = browser("zhou"), case.findings[2], ids(case)
    split(zhou, case, finding)
    found = {one.id: one for one in load_findings(case.store, case.name)}
    inner = found[part_id(finding.id, 2)]
    split(zhou, case, inner, category1="formalism", subject1="t1")
    assert ids(case) == before - {finding.id} | {part_id(finding.id, 1), *halves(inner)}
    assert sound(case) == []
    for _ in range(2):
        zhou.post(f"{case.root}/undo")
    assert ids(case) == before
    assert sound(case) == []


def test_the_part_that_says_the_same_takes_the_place_in_the_fact(case: Any, browser: Callable[..., Any]) -> None:
    zhou = browser("zhou")
    (before,) = load_facts(case.store, case.name)
    finding = next(one for one in case.findings if one.id == before.supports[0])
    assert (finding.subject, finding.category) == ("p1", "inaction")
    split(zhou, case, finding)
    (after,) = load_facts(case.store, case.name)
    assert after.supports == (part_id(finding.id, 1), before.supports[1])
    zhou.post(f"{case.root}/undo")
    assert load_facts(case.store, case.name) == (before,)


def test_parts_count_as_two_matters_only_if_confirmed(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding = browser("zhou"), case.findings[3]
    split(zhou, case, finding, subject2="p1")
    found = {one.id: one for one in load_findings(case.store, case.name)}

    def matters() -> list[tuple[str, ...]]:
        reviewed = reviewed_findings(case.store, case.name)
        here = [
            one for one in reviewed if one.finding.span == finding.span and one.finding.document == finding.document
        ]
        return [one.findings for one in matters_of("p1", here, corroborate([one.finding for one in here]))]

    assert matters() == []
    zhou.decide(case, found[part_id(finding.id, 1)])
    assert matters() == [(part_id(finding.id, 1),)]
    zhou.decide(case, found[part_id(finding.id, 2)])
    assert sorted(matters()) == sorted((one,) for one in halves(finding))


def test_parts_and_marks_outlive_a_run_that_finds_the_same(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding = browser("zhou"), case.findings[2]
    split(zhou, case, finding)
    mark(zhou, case)
    found = {one.id: one for one in load_findings(case.store, case.name)}
    zhou.decide(case, found[part_id(finding.id, 1)])
    before = {one.id: one.verdict for one in (_ids(case))}
    rerun(case, case.documents)
    assert {one.id: one.verdict for one in _ids(case)} == before
    assert sound(case) == []


def _ids(case: Any) -> list[Any]:
    from types import SimpleNamespace

    return [SimpleNamespace(id=one.finding.id, verdict=one.verdict) for one in reviewed_findings(case.store, case.name)]


def test_parts_go_with_a_finding_that_is_no_longer_made(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding = browser("zhou"), case.findings[2]
    split(zhou, case, finding)
    zhou.decide(case, next(one for one in load_findings(case.store, case.name) if one.id == part_id(finding.id, 1)))
    gone = type(case)(case.store, case.name, case.documents, tuple(one for one in case.findings if one is not finding))
    rerun(gone, case.documents)
    assert not {finding.id, *halves(finding)} & ids(case)
    assert "不再产生" in zhou.get(f"{case.root}/passage/{part_id(finding.id, 1)}").text
    assert sound(case) == []
    rerun(case, case.documents)
    assert {*halves(finding)} <= ids(case)
    assert finding.id not in ids(case)


def test_what_stood_at_a_moment_is_found_again(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding = browser("zhou"), case.findings[2]
    start = datetime.now(UTC)
    before = ids(case)
    split(zhou, case, finding)
    mark(zhou, case)
    middle, then = datetime.now(UTC), ids(case)
    zhou.post(f"{case.root}/undo")
    number = marked_number(case)
    zhou.post(f"{case.root}/unmark", number=number, document=case.key(case.documents[1]), at=0)
    assert ids(case) == before
    assert {one.id for one in load_findings_at(case.store, case.name, start)} == before
    assert {one.id for one in load_findings_at(case.store, case.name, middle)} == then


def marked_number(case: Any) -> int:
    from mingcha.pipeline.store.reviewing import load_missed

    (one,) = load_missed(case.store, case.name)
    return int(one["seq"])


def test_a_marked_passage_is_a_finding_like_any_other(case: Any, browser: Callable[..., Any]) -> None:
    zhou = browser("zhou")
    assert mark(zhou, case).status_code == 200
    (made,) = marked_in(case)
    document = case.documents[1]
    assert made.text == made.span.of(document.text) == "群众跑了3趟"
    assert (made.kind, made.category, made.status, made.subject) == ("risk", "overreach", "asserted", "p1")
    assert (made.source_kind, made.quantities[0].text, made.confidence) == ("S-SUB", "3趟", 1.0)
    queue = [id_ for _, id_ in queue_ids(case.store, Seat(case.name, "zhou", "first"), Filter())[0]]
    assert made.id in queue
    assert "人工标注" in zhou.get(f"{case.root}/passage/{made.id}").text
    assert made.id in zhou.get(f"{case.root}/queue?subject=p1&category=overreach").text
    zhou.decide(case, made)
    (reviewed,) = [one for one in reviewed_findings(case.store, case.name) if one.finding.id == made.id]
    assert reviewed.verdict == "confirm"
    refused = mark(zhou, case)
    assert (refused.status_code, "已经是线索" in refused.text) == (400, True)
    assert sound(case) == []


def test_a_mark_is_decided_blind_by_both_and_then_stays(doubled: Any, browser: Callable[..., Any]) -> None:
    zhou, li = browser("zhou"), browser("li")
    mark(zhou, doubled, reason="只有周审知道的理由")
    (made,) = marked_in(doubled)
    page = li.get(f"{doubled.root}/passage/{made.id}").text
    assert "周审" not in page
    assert "周审" not in li.get(f"{doubled.root}/document/{doubled.key(doubled.documents[1])}").text
    li.decide(doubled, made)
    number = marked_number(doubled)
    refused = zhou.post(f"{doubled.root}/unmark", number=number, document="", at=0)
    assert (refused.status_code, "已有别人作出决定" in refused.text) == (400, True)
    assert marked_in(doubled) == [made]


def test_a_mark_taken_back_is_no_finding_any_more(case: Any, browser: Callable[..., Any]) -> None:
    zhou, before = browser("zhou"), ids(case)
    mark(zhou, case)
    (made,) = marked_in(case)
    zhou.decide(case, made)
    number = marked_number(case)
    assert zhou.post(f"{case.root}/unmark", number=number, document="", at=0).status_code == 200
    assert ids(case) == before
    assert "不再产生" in zhou.get(f"{case.root}/passage/{made.id}").text
    assert sound(case) == []


def test_counts_know_at_once_what_people_made(case: Any, browser: Callable[..., Any]) -> None:
    wang = browser("wang")
    assert "乱作为" not in wang.get(f"{case.root}/").text
    mark(browser("zhou"), case)
    assert "乱作为" in wang.get(f"{case.root}/").text


def test_what_was_written_into_a_part_is_noticed(case: Any, browser: Callable[..., Any]) -> None:
    from sqlalchemy import text

    finding = case.findings[2]
    split(browser("zhou"), case, finding)
    with case.store.begin() as connection:
        connection.execute(text("UPDATE findings SET subject = 't1' WHERE id = :id"), {"id": part_id(finding.id, 1)})
    assert any("人工线索" in fault for fault in sound(case))


def test_every_genre_has_its_kind_of_source() -> None:
    from mingcha.corpora.genrebook import load_genres

    told = {rule.id: rule.source for rule in load_genres().rules}
    assert {genre: told[genre] for genre in SOURCE_OF_GENRE} == dict(SOURCE_OF_GENRE)


def test_decisions_of_the_command_line_do_not_split_by_accident(case: Any) -> None:
    from mingcha.pipeline.findings import Decision
    from mingcha.pipeline.store.decisions import append_decision

    at = datetime.now(UTC).isoformat()
    half = Decision(case.findings[0].id, "change", "甲", "", at, changes=(("part1.category", "inaction"),))
    with pytest.raises(DataError, match="没有写全"):
        append_decision(case.store, half, assessment=case.name)
    assert load_decisions(case.store, case.name) == ()
