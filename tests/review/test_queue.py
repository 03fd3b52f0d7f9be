"""The queue: every finding once, in its order, narrowed by what the address says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.review.filters import read_filter, written
from mingcha.pipeline.review.protection import Waits
from mingcha.pipeline.review.searching import gather
from mingcha.pipeline.store.assignments import assign
from mingcha.pipeline.store.queue import COUNTED, PAGE, Filter, Seat, neighbor, queue_count, queue_ids, queue_page
from mingcha.pipeline.store.reviewing import Act, Reviewer, decide
from mingcha.pipeline.store.statistics import take_statistics
from mingcha.pipeline.store.visits import Guesses, recent_guesses

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

ORDERS = ("priority", "doubt", "document")


def everything(case: Any, seat: Seat, chosen: Filter) -> list[str]:
    found, page, more = [], 1, True
    while more:
        places, more = queue_ids(case.store, seat, chosen, page=page)
        found += [id_ for _, id_ in places]
        page += 1
    return found


@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_every_finding_once_and_in_order(make: Callable[..., Any], order: Any) -> None:
    case = make(PAGE + 5)
    seat, chosen = Seat(case.name, "zhou", "first"), Filter(order=order, status="")
    found = everything(case, seat, chosen)
    assert sorted(found) == sorted(one.id for one in case.findings)
    assert queue_count(case.store, seat, chosen) == len(found)
    by_id = {one.id: one for one in case.findings}
    keys = {
        "priority": lambda one: (one.kind, one.strength, one.confidence, one.id),
        "doubt": lambda one: (abs(one.confidence - 0.5), one.id),
        "document": lambda one: (one.document, one.span.start, one.id),
    }
    assert found == sorted(found, key=lambda id_: keys[order](by_id[id_]), reverse=order == "priority")


@pytest.mark.parametrize("order", ORDERS)
def test_going_on_and_back_visits_the_queue_in_its_order(case: Any, order: Any) -> None:
    seat, chosen = Seat(case.name, "zhou", "first"), Filter(order=order)
    found = everything(case, seat, chosen)
    walked = [found[0]]
    while (following := neighbor(case.store, seat, chosen, walked[-1])) is not None:
        walked.append(following)
    assert walked == found
    assert [neighbor(case.store, seat, chosen, one, back=True) for one in found] == [None, *found[:-1]]
    take_statistics(case.store)
    assert everything(case, seat, chosen) == found


def test_what_is_decided_leaves_the_queue_and_the_way_on_stays(case: Any) -> None:
    seat, chosen = Seat(case.name, "zhou", "first"), Filter()
    found = everything(case, seat, chosen)
    decide(case.store, Reviewer(case.name, "zhou", "周审", "first"), Act(uuid4().hex, (found[2],), "reject", "不是"))
    assert everything(case, seat, chosen) == [*found[:2], *found[3:]]
    assert neighbor(case.store, seat, chosen, found[2]) == found[3]
    assert neighbor(case.store, seat, chosen, found[1]) == found[3]
    assert neighbor(case.store, seat, chosen, found[3], back=True) == found[2]
    for state, expected in (("decided", 1), ("rejected", 1), ("confirmed", 0), ("any", len(found)), ("disputed", 0)):
        assert len(everything(case, seat, Filter(state=state))) == expected  # type: ignore[arg-type]
    assert len(everything(case, Seat(case.name, "li", "second"), chosen)) == len(found)
    assert len(everything(case, Seat(case.name, "wang"), chosen)) == len(found) - 1


NARROWED = [
    (Filter(kind="evidence"), lambda one: one.kind == "evidence"),
    (Filter(category="inaction"), lambda one: one.category == "inaction"),
    (Filter(status="reported"), lambda one: one.status == "reported"),
    (Filter(subject="p1"), lambda one: one.subject == "p1"),
    (Filter(subject="-"), lambda one: one.subject is None),
    (Filter(source_kind="S-SUB"), lambda one: one.source_kind == "S-SUB"),
    (Filter(strength="E4"), lambda one: one.strength == "E4"),
    (Filter(least=0.5), lambda one: one.confidence >= 0.5),
    (Filter(most=0.5, kind="risk"), lambda one: one.confidence <= 0.5 and one.kind == "risk"),
    (Filter(text="跑了5趟"), lambda one: "跑了5趟" in one.text),
    (Filter(text="100%_没有"), lambda one: False),
    (Filter(text="<script>"), lambda one: "<script>" in one.text),
]


@pytest.mark.parametrize(("chosen", "fits"), NARROWED, ids=map(str, range(len(NARROWED))))
def test_a_filter_keeps_what_fits_and_nothing_else(case: Any, chosen: Filter, fits: Any) -> None:
    seat = Seat(case.name, "zhou", "first")
    assert sorted(everything(case, seat, chosen)) == sorted(one.id for one in case.findings if fits(one))
    assert queue_count(case.store, seat, chosen) == sum(map(fits, case.findings))
    for page in (1, 2, COUNTED // PAGE + 2):
        together = (*queue_ids(case.store, seat, chosen, page=page), queue_count(case.store, seat, chosen))
        assert queue_page(case.store, seat, chosen, page)[: 3 if page < 3 else 2] == together[: 3 if page < 3 else 2]


def test_a_corrected_finding_is_found_under_what_it_was_made(case: Any) -> None:
    finding = next(one for one in case.findings if one.subject == "p1")
    act = Act(uuid4().hex, (finding.id,), "change", "另有其人", (("subject", "t1"),))
    decide(case.store, Reviewer(case.name, "zhou", "周审", "first"), act)
    chosen = Filter(subject="t1", state="any")
    assert everything(case, Seat(case.name, "wang"), chosen) == [finding.id]
    assert everything(case, Seat(case.name, "li", "second", blind=True), chosen) == []


@pytest.mark.parametrize("few", [True, False])
def test_a_corrected_category_is_found_however_many_there_are(case: Any, few: bool, monkeypatch: Any) -> None:
    if not few:
        monkeypatch.setattr("mingcha.pipeline.store.queue._CORRECTED", 0)
    finding = next(one for one in case.findings if one.category == "inaction")
    act = Act(uuid4().hex, (finding.id,), "change", "是做样子", (("category", "formalism"),))
    decide(case.store, Reviewer(case.name, "zhou", "周审", "first"), act)
    said = {one.id for one in case.findings if one.category == "formalism"}
    chosen = Filter(category="formalism", status="", state="any")
    assert set(everything(case, Seat(case.name, "wang"), chosen)) == {*said, finding.id}
    assert set(everything(case, Seat(case.name, "li", "second", blind=True), chosen)) == said


def test_what_is_assigned_narrows_a_queue(case: Any) -> None:
    lead = Reviewer(case.name, "wang", "王裁", "adjudication")
    assign(case.store, lead, "zhou", "subject", "p1")
    seat = Seat(case.name, "zhou", "first")
    assert set(everything(case, seat, Filter(mine=True))) == {one.id for one in case.findings if one.subject == "p1"}
    assign(case.store, lead, "zhou", "document", case.documents[0].name)
    mine = {one.id for one in case.findings if one.subject == "p1" or one.document == case.documents[0].name}
    assert set(everything(case, seat, Filter(mine=True))) == mine
    assert everything(case, Seat(case.name, "sun", "first"), Filter(mine=True)) == []


def test_the_address_keeps_the_filter_from_page_to_page(case: Any, browser: Callable[..., Any]) -> None:
    zhou = browser("zhou")
    query = urlencode({"subject": "p1", "order": "document", "text": "迟缓"})
    first = zhou.get(f"{case.root}/next?{query}").headers["location"]
    assert "subject=p1" in first
    finding = first.split("/passage/")[1].split("?")[0]
    answer = zhou.post(f"{case.root}/decide", queue=query, finding=finding, verdict="confirm", act=uuid4().hex)
    assert "subject=p1" in answer.json()["go"]
    assert "order=document" in answer.json()["go"]


def test_an_empty_queue_says_so(case: Any, browser: Callable[..., Any]) -> None:
    answer = browser("zhou").get(f"{case.root}/next?text=没有这几个字")
    assert "said=end" in answer.headers["location"]
    assert "这个队列里没有线索" in browser("zhou").get(answer.headers["location"]).text


@given(
    st.builds(
        Filter,
        kind=st.sampled_from(["", "risk", "evidence"]),
        status=st.sampled_from(["", "active", "reported"]),
        subject=st.sampled_from(["", "-", "p1"]),
        text=st.text(max_size=20).map(str.strip),
        state=st.sampled_from(["open", "decided", "any"]),
        order=st.sampled_from(ORDERS),
        least=st.none() | st.integers(0, 100).map(lambda share: share / 100),
        mine=st.booleans(),
    )
)
def test_a_filter_survives_the_address(chosen: Filter) -> None:
    assert read_filter(written(chosen)) == chosen


@given(st.dictionaries(st.sampled_from([*Filter.__dataclass_fields__, "page", "x"]), st.text(max_size=30)))
def test_no_address_upsets_a_filter(asked: dict[str, str]) -> None:
    assert read_filter(written(read_filter(asked))) == read_filter(asked)


@given(st.lists(st.text("甲乙丙\n", max_size=6), max_size=8), st.text("甲乙丙", min_size=1, max_size=3))
def test_searching_finds_what_holds_the_characters(texts: list[str], wanted: str) -> None:
    words = gather((str(number), text) for number, text in enumerate(texts))
    assert words.holding(wanted, 99) == tuple(str(number) for number, text in enumerate(texts) if wanted in text)
    assert len(words.holding(wanted, 2)) <= 2


def test_failures_are_counted_by_name_and_by_address(store: Engine, browser: Callable[..., Any]) -> None:
    one = browser(address="10.3.0.1")
    for login in ("甲甲", "甲甲", "乙乙"):
        one.sign_in(login, "随便猜一个口令试试看")
    assert recent_guesses(store, "甲甲", "10.3.0.1") == Guesses(2, 3)
    assert recent_guesses(store, "丙丙", "10.3.0.2") == Guesses(0, 0)


def test_waiting_is_one_after_the_other_and_each_address_has_its_own_turn() -> None:
    waits = Waits(pause=10, longest=25)
    taken = [waits.reserve("10.2.0.7") for _ in range(3)]
    assert [wait is not None and round(wait) for wait in taken] == [10, 20, False]
    assert round(waits.reserve("10.2.0.8") or 0) == 10
