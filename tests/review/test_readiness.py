"""What was counted is there before somebody asks, is counted anew when findings change, and is made once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mingcha.corpora.schemebook import load_scheme
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.review.memory import Memory
from mingcha.pipeline.review.readiness import keeping_ready, make_ready
from mingcha.pipeline.review.visit import Office
from mingcha.pipeline.store.queue import Seat
from mingcha.pipeline.store.reviewing import Act, Reviewer, decide, take_back
from mingcha.pipeline.store.tallies import active_counts, progress, settled_now
from mingcha.pipeline.store.writing import finish_run, start_run

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = (("zhou", "first"), ("li", "second"), ("wang", None))


def counted(case: Any, known: Any) -> list[list[tuple[str, int, int]]]:
    """Return progress as each sees it, from *known* and from nothing, after checking that the two agree."""
    counts = active_counts(case.store, case.name)
    seats = [Seat(case.name, login, round_) for login, round_ in ROUNDS]  # type: ignore[arg-type]
    shown = [progress(case.store, seat, counts, known) for seat in seats]
    assert shown == [progress(case.store, seat, counts) for seat in seats]
    return [[(one.category, one.total, one.decided) for one in rows] for rows in shown]


def test_progress_follows_every_decision(doubled: Any) -> None:
    people = {
        login: Reviewer(doubled.name, login, login, round_ or "adjudication")  # type: ignore[arg-type]
        for login, round_ in ROUNDS
    }
    known = settled_now(doubled.store, doubled.name)
    assert all(decided == 0 for rows in counted(doubled, known) for *_, decided in rows)
    for login, verdict, place in (
        ("zhou", "confirm", 0),
        ("zhou", "reject", 1),
        ("li", "reject", 0),
        ("wang", "confirm", 0),
    ):
        act = Act(uuid4().hex, (doubled.findings[place].id,), verdict, "核对")  # type: ignore[arg-type]
        decide(doubled.store, people[login], act)
        counted(doubled, known)
    assert [sum(decided for *_, decided in rows) for rows in counted(doubled, known)] == [2, 1, 2]
    take_back(doubled.store, people["wang"])
    assert [sum(decided for *_, decided in rows) for rows in counted(doubled, known)] == [2, 1, 1]


def test_decisions_in_another_assessment_do_not_count(make: Callable[..., Any]) -> None:
    case, other = make(), make()
    known = settled_now(case.store, case.name)
    before = counted(case, known)
    for one in (case, other):
        decide(
            one.store, Reviewer(one.name, "zhou", "周审", "first"), Act(uuid4().hex, (one.findings[0].id,), "confirm")
        )
    after = counted(case, known)
    assert sum(decided for *_, decided in after[0]) == sum(decided for *_, decided in before[0]) + 1


def test_everything_is_counted_beforehand_and_again_after_a_run(case: Any) -> None:
    office = Office(case.store, load_scheme("deneng"), {}, ("x",))
    make_ready(office)
    kept = {key[1] for key in office.memory.kept if key[2] == case.name}
    assert {"active_counts", "settled_now", "gather_words", "load_documents", "subject_counts"} <= kept
    stamps = {stamp for key, (stamp, _) in office.memory.kept.items() if key[2] == case.name}
    run = Run(uuid4().hex, case.name, "材料", datetime.now(UTC).isoformat(), {})
    start_run(case.store, Assessment(case.name, "2024"), run)
    make_ready(office)  # while a run is under way nothing is kept
    finish_run(case.store, run, datetime.now(UTC).isoformat())
    with keeping_ready(office):
        until = time.monotonic() + 10
        while time.monotonic() < until and stamps & {
            stamp for key, (stamp, _) in office.memory.kept.items() if key[2] == case.name
        }:
            time.sleep(0.05)
    assert not stamps & {stamp for key, (stamp, _) in office.memory.kept.items() if key[2] == case.name}


@pytest.mark.parametrize("stamps", [("a",), ("a", "b")])
def test_many_who_ask_at_once_have_it_made_once(stamps: tuple[str, ...]) -> None:
    memory, made = Memory(), list[str]()

    def make(stamp: str) -> str:
        time.sleep(0.02)
        made.append(stamp)
        return stamp

    with ThreadPoolExecutor(8) as pool:
        for stamp in stamps:
            asked = [stamp] * 16
            assert list(pool.map(lambda one: memory.recall("key", one, lambda: make(one)), asked)) == asked
    assert made == list(stamps)
    assert len(memory.kept) == 1
