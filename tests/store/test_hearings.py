"""Statements of the assessed: kept in order, sealed in the record, in the reports that follow, gone with a purge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mingcha.corpora.labelbook import load_labels
from mingcha.models.characters import load_normalizer
from mingcha.pipeline.assessments import Assessment
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Answer
from mingcha.pipeline.reporting.papers.case import indexed
from mingcha.pipeline.reporting.papers.kinds import compose
from mingcha.pipeline.reporting.papers.loading import Sources, load_case, with_texts
from mingcha.pipeline.reporting.papers.told import Reading
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.hearings import append_answer, load_answers
from mingcha.pipeline.store.retention import purge_assessment
from mingcha.pipeline.store.writing import Entry, save_document, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Run
    from mingcha.pipeline.document import Document
    from mingcha.pipeline.findings import Finding

WHOLE = Answer("P1", "", "方案已于9月批复，\n当时在等省厅批文。", "王记")


@pytest.fixture
def finding(engine: Engine, run: Run, document_of: Callable[..., Document], finding_of: Callable[..., Finding]) -> str:
    roster = (Subject("P1", "陆建明"), Subject("P2", "何春燕"))
    start_run(engine, Assessment(run.assessment, "2024", roster), replace(run, id=uuid4().hex))
    document, known = document_of("a.txt"), uuid4().hex[:20]
    save_document(engine, run, Entry(document, None, [finding_of(document, 4, id=known)]))
    return known


def test_statements_are_kept_in_their_order_with_the_whole_id(engine: Engine, run: Run, finding: str) -> None:
    append_answer(engine, run.assessment, WHOLE)
    kept = append_answer(engine, run.assessment, replace(WHOLE, finding=finding[:10], text="不是我分管"))
    first, second = load_answers(engine, run.assessment)
    assert (first.text, first.finding, first.by) == (WHOLE.text, "", "王记")
    assert second == kept
    assert (second.finding, second.subject) == (finding, "P1")
    assert first.at < second.at


def test_a_statement_is_sealed_and_cannot_be_changed(engine: Engine, run: Run, finding: str) -> None:
    append_answer(engine, run.assessment, replace(WHOLE, finding=finding))
    assert verify_chain(engine).faults == ()
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text("UPDATE audit SET detail = '{}' WHERE action = 'stated'"))


@pytest.mark.parametrize("wrong", [{"text": " "}, {"by": " "}, {"subject": "P9"}, {"finding": "ffffffffffff"}], ids=str)
def test_what_is_empty_or_about_nothing_is_refused(
    engine: Engine, run: Run, finding: str, wrong: dict[str, str]
) -> None:
    assert finding
    with pytest.raises(DataError):
        append_answer(engine, run.assessment, replace(WHOLE, **wrong))
    assert load_answers(engine, run.assessment) == ()


@pytest.mark.parametrize("kind", ["explanation", "profile"])
def test_later_reports_show_a_statement_to_its_subject_alone(engine: Engine, run: Run, finding: str, kind: str) -> None:
    append_answer(engine, run.assessment, replace(WHOLE, finding=finding))
    reader = Reading(load_normalizer(), load_labels())
    case = load_case(engine, run.assessment, Sources(reader, {}), made_at="2025-01-16 09:30")
    index = indexed(with_texts(case, kind, engine, reader))
    own, other = (compose(kind, index, subject) for subject in index.roster)
    assert [row[1:] for table in own.tables if "本人陈述" in table.caption for row in table.rows] == [
        (finding[:10], WHOLE.text)
    ]
    assert not any("已记录的本人陈述" in table.caption for table in other.tables)


def test_a_purge_takes_the_words_and_leaves_the_chain(engine: Engine, run: Run, finding: str) -> None:
    assert finding
    append_answer(engine, run.assessment, WHOLE)
    purge_assessment(engine, run.assessment, by="李清", reason="期满")
    assert load_answers(engine, run.assessment) == ()
    assert verify_chain(engine).faults == ()
