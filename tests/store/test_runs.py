"""What is known of runs: the one that was broken off, and the files the last complete one did not meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.rules import Glossary
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.queries import load_glossary, missing_documents, unfinished_run
from mingcha.pipeline.store.schema import runs
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from mingcha.pipeline.document import Document

EARLY, LATE, LAST = "2024-03-01T09:00:00+08:00", "2024-03-01T02:00:00+00:00", "2024-03-01T11:00:00+08:00"


@pytest.fixture
def met(engine: Engine, name: str, document_of: Callable[..., Document]) -> Callable[..., None]:
    """A run that starts, saves these documents, and ends unless it is broken off."""

    def carry_out(started: str, *documents: str, finished: bool = True) -> None:
        run = Run(f"{name} {started}", name, "材料", started, {})
        start_run(engine, Assessment(name), run)
        for one in documents:
            save_document(engine, run, Entry(document_of(one)))
        if finished:
            finish_run(engine, run, started, met=documents)

    return carry_out


def test_an_assessment_without_runs_misses_nothing(engine: Engine, name: str) -> None:
    assert (unfinished_run(engine, name), missing_documents(engine, name)) == (None, ())


def test_the_latest_run_counts_whatever_its_zone(engine: Engine, name: str, met: Callable[..., None]) -> None:
    met(EARLY, finished=False)
    assert unfinished_run(engine, name) == EARLY
    met(LATE)
    assert unfinished_run(engine, name) is None
    met(LAST, finished=False)
    assert unfinished_run(engine, name) == LAST
    assert unfinished_run(engine, "另一个") is None


def test_documents_the_last_complete_run_did_not_meet_are_named(
    engine: Engine, name: str, met: Callable[..., None]
) -> None:
    met(EARLY, "b.txt", "a.txt", "c.txt")
    assert missing_documents(engine, name) == ()
    met(LATE, "c.txt")
    assert missing_documents(engine, name) == ("a.txt", "b.txt")
    met(LAST, "a.txt", "d.txt", finished=False)
    assert missing_documents(engine, name) == ("b.txt",)


def test_a_first_run_that_was_broken_off_misses_nothing(engine: Engine, name: str, met: Callable[..., None]) -> None:
    met(EARLY, "a.txt", finished=False)
    met(LATE, "b.txt", finished=False)
    assert missing_documents(engine, name) == ()


def test_the_words_of_own_rules_outlive_their_file_and_the_latest_run_is_right(engine: Engine, name: str) -> None:
    later = Glossary({"own.a": "新的理由"}, {"own_x": "调解不力"})
    earlier = Glossary({"own.a": "旧的理由", "own.b": "“引号”与\n换行"}, {})
    for started, glossary in ((LAST, later), (EARLY, earlier), (LATE, Glossary())):
        start_run(engine, Assessment(name), Run(f"{name} {started}", name, "材料", started, {}, glossary))
    found = load_glossary(engine, name)
    assert found == Glossary({"own.a": "新的理由", "own.b": "“引号”与\n换行"}, {"own_x": "调解不力"})


def test_runs_without_own_rules_and_runs_of_older_versions_have_no_words(engine: Engine, name: str) -> None:
    start_run(engine, Assessment(name), Run(f"{name} 0", name, "材料", EARLY, {}))
    assert load_glossary(engine, name) == Glossary()
    with writing(engine) as connection:
        connection.execute(update(runs).where(runs.c.assessment == name).values(glossary=None))
    assert load_glossary(engine, name) == load_glossary(engine, f"{name}没有") == Glossary()
