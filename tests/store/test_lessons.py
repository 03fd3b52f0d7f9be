"""What the store gives to learn from: decisions in force, each once, with who stands behind them; nothing set apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Decision, Referral, finding_id
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.lessons import load_lessons
from mingcha.pipeline.store.model_events import record_training, trained_as
from mingcha.pipeline.store.queries import load_findings
from mingcha.pipeline.store.reviewing import Mark, Reviewer, load_missed, mark_missed, unmark_missed
from mingcha.pipeline.store.samples import draw, judge
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from mingcha.pipeline.document import Document
    from mingcha.pipeline.findings import Finding

TEXT = "该局推进项目迟缓，窗口长期无人值守。群众的报告交上去没有回音。另有人反映他收受礼金。全年完成投资三亿元。"
AT = "2024-03-02T10:00:00+08:00"
ROSTER = (Subject("p1", "李某某", ("老李",)), Subject("t1", "河湾镇班子", type="team"))


class Case:
    """An assessment with one document and three findings, which the tests decide on."""

    def __init__(self, store: Engine, name: str, document: Document, findings: tuple[Finding, ...]) -> None:
        self.store, self.name, self.document, self.findings = store, name, document, findings

    def save(self, *findings: Finding) -> None:
        """Run once more; what is not among *findings* is superseded."""
        run = Run(uuid4().hex, self.name, "材料", "2024-03-01T09:00:00+08:00", {"lexicon": "1"})
        start_run(self.store, Assessment(self.name, "2024", ROSTER), run)
        start = TEXT.index("收受礼金")
        span = Span(start, start + 4)
        key = finding_id(self.document.sha256, span, "referral", "integrity")
        told: tuple[Any, ...] = (self.document.name, span, span.of(TEXT), Locator(paragraph=1), "integrity", "reported")
        apart = Referral(key, *told, None, "S-SUB", ("r14",), {"lexicon": "1"})
        save_document(self.store, run, Entry(self.document, "inspection", findings, referrals=[apart]))
        finish_run(self.store, run, AT, met={self.document.name: self.document.sha256})

    def decide(self, number: int, verdict: str, **more: Any) -> None:
        values: dict[str, Any] = {"changes": ()} | more
        made = Decision(self.findings[number].id, verdict, values.pop("by", "王敏"), "核", AT, **values)  # type: ignore[arg-type]
        append_decisions(self.store, [made], assessment=self.name)

    def lessons(self) -> list[tuple[str, str | None, str, str]]:
        return [
            (one.sort, one.found, one.category, one.hands)
            for taught in load_lessons(self.store, self.name)
            for one in taught.lessons
        ]


@pytest.fixture
def case(engine: Engine, name: str, document_of: Callable[..., Document], finding_of: Callable[..., Finding]) -> Case:
    document = document_of("反馈.txt", TEXT + name)
    speaker = {"speaker": "丁守诚"}
    found = (finding_of(document), finding_of(document, 9, **speaker), finding_of(document, 18, subject=None))
    made = Case(engine, name, document, found)
    made.save(*found)
    return made


def test_nothing_is_learned_where_nobody_decided(case: Case) -> None:
    assert case.lessons() == []


def test_each_verdict_is_a_lesson_and_what_is_undecided_is_none(case: Case) -> None:
    case.decide(0, "confirm")
    case.decide(1, "reject")
    assert case.lessons() == [
        ("confirmed", "inaction", "inaction", "single"),
        ("rejected", "inaction", "inaction", "single"),
    ]
    (taught,) = load_lessons(case.store, case.name, names_in=lambda _: ["周某"])
    assert taught.undecided == (case.findings[2].span,)
    assert taught.names == {"李某某", "老李", "丁守诚", "周某"}
    assert [one.of(TEXT) for one in taught.apart] == ["收受礼金"]


def test_a_correction_teaches_once_it_is_confirmed(case: Case) -> None:
    case.decide(0, "change", changes=(("category", "formalism"),))
    assert case.lessons() == []
    case.decide(0, "confirm")
    assert case.lessons() == [("corrected", "inaction", "formalism", "single")]


def test_what_was_withdrawn_or_is_disputed_teaches_nothing(case: Case) -> None:
    case.decide(0, "confirm", account="a", round="first")
    case.decide(0, "reject", account="b", round="second", by="李核")
    assert case.lessons() == []
    case.decide(1, "confirm")
    (number,) = (one.number for one in append_seen(case, 1))
    case.decide(1, "withdraw", withdraws=number)
    assert case.lessons() == []


def append_seen(case: Case, number: int) -> list[Decision]:
    from mingcha.pipeline.store.decisions import load_decisions

    return [one for one in load_decisions(case.store, case.name) if one.finding == case.findings[number].id]


def test_two_who_agree_and_one_who_settles_are_told_apart(case: Case) -> None:
    for number, second in ((0, "confirm"), (1, "reject")):
        case.decide(number, "confirm", account="a", round="first")
        case.decide(number, second, account="b", round="second", by="李核")
    case.decide(1, "reject", account="c", round="adjudication", by="王裁")
    assert [(sort, hands) for sort, _, _, hands in case.lessons()] == [
        ("confirmed", "agreed"),
        ("rejected", "adjudicated"),
    ]


def test_a_decision_on_what_a_finding_no_longer_says_teaches_nothing(
    case: Case, finding_of: Callable[..., Finding]
) -> None:
    case.decide(0, "confirm")
    case.save(finding_of(case.document, subject="t1"), *case.findings[1:])
    assert case.lessons() == []


def test_a_finding_that_no_run_makes_any_more_teaches_as_it_last_was(case: Case) -> None:
    case.decide(0, "reject")
    case.save(*case.findings[1:])
    assert case.lessons() == [("rejected", "inaction", "inaction", "single")]


def test_marks_and_samples_teach_until_they_are_taken_back(case: Case) -> None:
    reviewer = Reviewer(case.name, "a", "王敏", "first")
    place = (case.document.name, case.document.sha256, "txt", 18, 31, TEXT[18:31])
    mark_missed(case.store, reviewer, Mark(*place, "inaction", "reported", None, "漏了"))
    mark_missed(case.store, reviewer, Mark(*place, "team_conflict", "asserted", None, "另列"))
    assert case.lessons() == [("missed", None, "inaction", "single")]
    sample = draw(case.store, reviewer, size=1, seed=1)
    judge(case.store, reviewer, (sample, 0), "clean")
    assert ("clean", None, "", "single") in case.lessons()
    judge(case.store, reviewer, (sample, 0), "missed", "achievement")
    assert [row[:3] for row in case.lessons()] == [("missed", None, "inaction"), ("missed", None, "achievement")]


def test_a_mark_that_was_taken_back_is_gone(case: Case) -> None:
    reviewer = Reviewer(case.name, "a", "王敏", "first")
    place = (case.document.name, case.document.sha256, "txt", 18, 31, TEXT[18:31])
    mark_missed(case.store, reviewer, Mark(*place, "inaction", "reported", None, "漏了"))
    unmark_missed(case.store, reviewer, load_missed(case.store, case.name)[0]["seq"])
    assert case.lessons() == []


def test_a_mark_that_was_decided_on_like_a_finding_teaches_what_was_decided(case: Case) -> None:
    reviewer = Reviewer(case.name, "a", "王敏", "first")
    place = (case.document.name, case.document.sha256, "txt", 41, 51, TEXT[41:51])
    mark_missed(case.store, reviewer, Mark(*place, "achievement", "asserted", None, "漏了"))
    known = {one.id for one in case.findings}
    (marked,) = (one for one in load_findings(case.store, case.name) if one.id not in known)
    assert case.lessons() == [("missed", None, "achievement", "single")]
    append_decisions(case.store, [Decision(marked.id, "reject", "李核", "不是", AT)], assessment=case.name)
    assert case.lessons() == []
    append_decisions(case.store, [Decision(marked.id, "confirm", "李核", "确是", AT)], assessment=case.name)
    assert case.lessons() == [("missed", None, "achievement", "single")]


def test_identical_files_are_learned_once(case: Case, document_of: Callable[..., Document]) -> None:
    from dataclasses import replace

    case.decide(0, "confirm")
    run = Run(uuid4().hex, case.name, "材料", "2024-03-01T09:00:00+08:00", {"lexicon": "1"})
    start_run(case.store, Assessment(case.name, "2024", ROSTER), run)
    copy = replace(case.document, name="副本.txt")
    save_document(
        case.store, run, Entry(copy, "inspection", [replace(one, document=copy.name) for one in case.findings])
    )
    assert len(case.lessons()) == 1


def test_the_record_knows_what_was_trained(case: Case) -> None:
    assert trained_as(case.store, case.name) is None
    record_training(case.store, case.name, {"weights": "a", "card": "b"}, by="王某")
    record_training(case.store, case.name, {"weights": "c", "card": "d"}, by="王某")
    assert trained_as(case.store, case.name) == {"weights": "c", "card": "d"}
