"""What an account may not see is not to be found out either: by searching, by old versions, by addresses or forms."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Document, Failure, Locator, Span
from mingcha.pipeline.findings import Cue, Finding, Referral, finding_id
from mingcha.pipeline.review.excerpts import HIDDEN
from mingcha.pipeline.review.veils import Veil
from mingcha.pipeline.review.visit import key_of
from mingcha.pipeline.store.accounts import Permission, grant
from mingcha.pipeline.store.reviewing import Act, Reviewer, decide
from mingcha.pipeline.store.samples import draw, load_sentences
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROSTER = (Subject("p1", "周启明", (), "县水利局", "局长"), Subject("p2", "孙国强", (), "县水利局", "副局长"))
WHISPERED = "饭桌上听说有人给熟人打过招呼"
ANYTHING = "state=any&status=any"


def document_of(name: str, text: str) -> Document:
    return Document(name, hashlib.sha256((name + text).encode()).hexdigest(), "txt", text, ())


def save(
    case: Any,
    document: Document | Failure,
    quotes: Sequence[str] = (),
    *,
    apart: str = "",
    speaker: str | None = None,
    genre: str = "interview",
) -> list[Finding]:
    """Save a document in a run of its own, with a finding for each quote, and one passage set apart."""
    run = Run(uuid4().hex, case.name, "材料", "2024-03-02T09:00:00+08:00", {"lexicon": "1"})
    start_run(case.store, Assessment(case.name, "2024", ROSTER), run)
    if isinstance(document, Failure):
        save_document(case.store, run, Entry(document))
        found = []
    else:
        found = [finding_of(document, quote, speaker) for quote in quotes]
        referrals = [referral_of(document, apart)] if apart else []
        save_document(case.store, run, Entry(document, genre, found, referrals=referrals))
    finish_run(case.store, run, "2024-03-02T10:00:00+08:00")
    return found


def finding_of(document: Document, quote: str, speaker: str | None) -> Finding:
    start = document.text.index(quote)
    span = Span(start, start + len(quote))
    return Finding(
        id=finding_id(document.sha256, span, "risk", "inaction"),
        document=document.name,
        span=span,
        text=quote,
        locator=Locator(line=1),
        kind="risk",
        category="inaction",
        subclass=None,
        status="asserted",
        cue=None,
        subject="p1",
        candidates=(),
        speaker=speaker,
        source_kind="S-PEER",
        quantities=(),
        strength="E2",
        confidence=0.9,
        sources=("sentence-1",),
        versions={"lexicon": "1"},
    )


def referral_of(document: Document, quote: str) -> Referral:
    start = document.text.index(quote)
    place = (Span(start, start + len(quote)), quote, Locator(line=1))
    judged = ("integrity", "reported", None, "S-PEER", ("R14.x",), {"lexicon": "1"})
    return Referral(uuid4().hex[:20], document.name, *place, *judged)  # type: ignore[arg-type]


def found_in_queue(visitor: Any, case: Any, words: str) -> int:
    return visitor.get(f"{case.root}/queue?{ANYTHING}&text={words}").text.count("data-line>")


def found_in_documents(visitor: Any, case: Any, words: str) -> int:
    return visitor.get(f"{case.root}/documents?text={words}").text.count('<th scope="row">')


TALK = f"谈话对象：赵小兰（工程股股长）\n答：周启明推进迟缓，{WHISPERED}。\n答：问题一拖再拖。\n答：周启明办事公道。"


def test_integrity_is_not_found_in_the_queue_by_who_may_not_see_it(
    make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    case = make(seeing=("wang",))
    save(case, document_of("谈话甲.txt", TALK), [f"周启明推进迟缓，{WHISPERED}", "问题一拖再拖"], apart=WHISPERED)
    zhou, wang = browser("zhou"), browser("wang")
    for words in ("打过招呼", "听说", "迟缓，饭"):
        assert found_in_queue(zhou, case, words) == 0, words
        assert found_in_queue(wang, case, words) == 1, words
    assert found_in_queue(zhou, case, "周启明推进迟缓") == found_in_queue(wang, case, "周启明推进迟缓") == 1


def test_the_letter_that_opens_a_question_is_no_name(case: Any, browser: Callable[..., Any]) -> None:
    save(case, document_of("谈话甲.txt", TALK), ["问题一拖再拖"], speaker="问")
    assert found_in_queue(browser("zhou"), case, "问题") == 1
    assert found_in_documents(browser("zhou"), case, "问题") == 1


def test_who_was_interviewed_is_hidden_where_nothing_was_found(
    make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    case = make(seeing=("wang",))
    talk, other = document_of("谈话记录_赵小兰.txt", TALK), document_of("谈话记录_第7号_赵小兰.txt", "答：没有。")
    save(case, talk)
    save(case, other)
    save(case, Failure("谈话记录_钱大河.docx", "corrupt", "谈话记录_钱大河.docx：打不开。", "ab", "docx"))
    zhou, wang = browser("zhou"), browser("wang")
    paths = ("documents", f"document/{case.key(talk)}", f"document/{case.key(other)}")
    for path in paths:
        shown = zhou.get(f"{case.root}/{path}")
        assert shown.status_code == 200
        assert not re.search("赵小兰|钱大河", shown.text), path
        assert "赵小兰" in wang.get(f"{case.root}/{path}").text
    assert "周启明办事公道" in zhou.get(f"{case.root}/{paths[1]}").text


def test_no_part_of_an_interviewee_is_found_in_her_interview(case: Any, browser: Callable[..., Any]) -> None:
    save(case, document_of("谈话甲.txt", TALK))
    zhou = browser("zhou")
    for words in ("赵小兰", "赵小", "兰", "象：赵", "兰（工"):
        assert found_in_documents(zhou, case, words) == 0, words
    assert found_in_documents(zhou, case, "办事公道") == 1


def test_a_name_of_the_roster_is_found_wherever_it_may_be_seen(case: Any, browser: Callable[..., Any]) -> None:
    """孙国强 speaks in one document and is spoken of in another: searching tells nothing that reading would not."""
    talk = document_of("谈话乙.txt", "谈话对象：孙国强\n孙国强：工期拖延。\n答：进度缓慢。")
    save(case, talk, ["孙国强：工期拖延", "进度缓慢"], speaker="孙国强")
    save(case, document_of("反馈.txt", "孙国强推进不力。"), ["孙国强推进不力"], genre="inspection")
    zhou = browser("zhou")
    assert found_in_queue(zhou, case, "孙国强") == found_in_documents(zhou, case, "孙国强") == 1
    assert found_in_queue(zhou, case, "强推进") == 1
    assert found_in_queue(zhou, case, "强：") == found_in_documents(zhou, case, "国强：") == 0
    assert found_in_queue(zhou, case, "工期拖延") == 1


def test_an_address_does_not_tell_whether_a_guessed_file_is_there(case: Any, browser: Callable[..., Any]) -> None:
    name = "谈话记录_赵小兰.txt"
    save(case, document_of(name, TALK), ["问题一拖再拖"])
    zhou = browser("zhou")
    assert zhou.get(f"{case.root}/document/{key_of(name)}").status_code == 404
    there, nowhere = (zhou.get(f"{case.root}/queue?{ANYTHING}&document={one}").text for one in (name, "没有.txt"))
    assert there.count("data-line>") == nowhere.count("data-line>") > 0


def test_neither_forms_nor_the_record_hold_the_name_of_a_file(
    make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    case = make(seeing=("he",))
    talk = document_of("谈话记录_赵小兰.txt", TALK)
    save(case, talk)
    wang, zhou = browser("wang"), browser("zhou")
    given = {"login": "zhou", "scope": "document", "value": case.key(talk)}
    assert wang.post(f"{case.root}/assign", **given).status_code == 200
    assert wang.post(f"{case.root}/assign", **given | {"value": talk.name}).status_code == 400
    fields = {"document": case.key(talk), "category": "inaction", "status": "asserted"}
    assert zhou.post(f"{case.root}/mark", start=1, end=5, **fields).status_code == 200
    for path in ("", f"document/{case.key(talk)}", "record", "record.jsonl"):
        assert "赵小兰" not in wang.get(f"{case.root}/{path}").text.encode().decode("unicode_escape", "ignore"), path
        assert "赵小兰" not in wang.get(f"{case.root}/{path}").text, path
    told = [json.loads(line) for line in wang.get(f"{case.root}/record.jsonl").text.splitlines()]
    assert {one["action"]: one["masked"] for one in told if "masked" in one} == {
        "assigned": ["detail"],
        "missed": ["target"],
        "sent": ["detail"],
    }
    assert "赵小兰" in browser("he").get(f"{case.root}/record.jsonl").text
    assert wang.post(f"{case.root}/assign", **given | {"away": 1}).status_code == 200
    assert 'name="away"' not in wang.get(f"{case.root}/").text


def test_a_referral_names_nobody_to_who_may_not_see_names(case: Any, browser: Callable[..., Any]) -> None:
    text = f"谈话对象：赵小兰\n赵小兰：{WHISPERED}。"
    save(case, document_of("谈话甲.txt", text), apart=f"赵小兰：{WHISPERED}")
    grant(case.store, Permission(case.name, "wang", "lead", may_see_integrity=True), by="管理员")
    shown = browser("wang").get(f"{case.root}/referrals").text
    assert WHISPERED in shown
    assert "赵小兰" not in shown


def decided_then_changed(case: Any, *, copied: bool) -> tuple[Finding, Document]:
    """A finding of an old version, decided, whose text the new version moves; a copy keeps the old text known."""
    old = document_of("谈话甲.txt", f"答：{WHISPERED}，工程也拖着。\n答：窗口无人。")
    (finding,) = save(case, old, [f"{WHISPERED}，工程也拖着"], apart=WHISPERED)
    decide(case.store, Reviewer(case.name, "zhou", "周审", "first"), Act(uuid4().hex, (finding.id,), "confirm", "属实"))
    if copied:
        save(case, Document("谈话甲副本.txt", old.sha256, "txt", old.text, ()), apart=WHISPERED)
    new = document_of(
        "谈话甲.txt", f"答：首先说明一下整个情况和前因后果，前面说得太多了，现在补充。\n答：{WHISPERED}。"
    )
    save(case, new, apart=WHISPERED)
    return finding, new


@pytest.mark.parametrize("copied", [False, True])
def test_what_outlived_its_text_shows_no_integrity(
    make: Callable[..., Any], browser: Callable[..., Any], copied: bool
) -> None:
    case = make(seeing=("wang",))
    finding, _ = decided_then_changed(case, copied=copied)
    shown = browser("zhou").get(f"{case.root}/passage/{finding.id}?{ANYTHING}").text
    assert "决定仍保留" in shown
    assert not any(part in shown for part in ("打过招呼", "听说", "熟人"))
    assert HIDDEN in shown
    assert ("工程也拖着" in shown) == copied
    assert ("无从查考" in shown) != copied
    full = browser("wang").get(f"{case.root}/passage/{finding.id}?{ANYTHING}").text
    assert f"{WHISPERED}，工程也拖着" in re.sub("<[^>]+>", "", full)


def test_a_sampled_sentence_of_an_old_text_shows_no_integrity(
    make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    case = make(seeing=("wang",))
    old = document_of("谈话甲.txt", f"答：天气好。答：饭也好。答：{WHISPERED}。")
    save(case, old, apart=WHISPERED)
    number = draw(case.store, Reviewer(case.name, "wang", "王裁", "adjudication"), size=50, seed=3)
    save(
        case,
        document_of("谈话甲.txt", f"答：{'前面加了很多别的话。' * 9}\n答：{WHISPERED}。"),
        apart=WHISPERED,
    )
    (place, *_) = (
        one["position"] for one in load_sentences(case.store, case.name, number) if one["document"] == "谈话甲.txt"
    )
    shown = re.sub("<[^>]+>", "", browser("zhou").get(f"{case.root}/sample/{number}?position={place}").text)
    assert HIDDEN in shown
    assert "打过招呼" not in shown
    assert "打过招呼" in re.sub(
        "<[^>]+>", "", browser("wang").get(f"{case.root}/sample/{number}?position={place}").text
    )


def test_a_cue_and_quantities_of_a_hidden_passage_are_hidden_too() -> None:
    document = document_of("谈话甲.txt", TALK)
    finding = replace(finding_of(document, WHISPERED, None))
    place = finding.span.start + WHISPERED.index("听说")
    cued = replace(finding, cue=Cue("cue.heard", "听说", Span(place, place + 2)))
    shown = Veil({}, {document.name: (finding.span,)}, hides_names=True).over(cued)
    assert shown.cue is not None
    assert shown.cue.text == HIDDEN * 2
    assert Veil({}, {}, hides_names=True).over(cued) == cued
