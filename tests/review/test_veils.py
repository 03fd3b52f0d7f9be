"""Interviewees' names and matters of integrity are shown to nobody without the right, and each look is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from mingcha.pipeline.document import Span
from mingcha.pipeline.review import record_pages
from mingcha.pipeline.review.excerpts import HIDDEN, Highlight, excerpt, places_of, veil
from mingcha.pipeline.store.people import audit

if TYPE_CHECKING:
    from collections.abc import Callable

SPEAKER, INTEGRITY = "丁守诚", "熟人打招呼"


def looks(case: Any, action: str) -> int:
    with case.store.connect() as connection:
        query = select(audit.c.seq).where(audit.c.action == action, audit.c.assessment == case.name)
        return len(connection.execute(query).all())


def pages(case: Any) -> list[str]:
    document = case.documents[0]
    told = next(one for one in case.findings if one.speaker)
    paths = (
        "queue?state=any&status=any",
        "documents",
        f"document/{case.key(document)}",
        f"passage/{told.id}",
        "samples",
    )
    return [f"{case.root}/{path}" for path in paths]


def test_names_and_integrity_are_hidden_on_every_page(case: Any, browser: Callable[..., Any]) -> None:
    zhou = browser("zhou")
    for page in pages(case):
        shown = zhou.get(page).text
        assert SPEAKER not in shown, page
        assert INTEGRITY not in shown, page
    assert HIDDEN in zhou.get(pages(case)[2]).text
    assert zhou.get(f"{case.root}/referrals").status_code == 404
    assert looks(case, "see_names") == looks(case, "see_integrity") == 0
    assert looks(case, "denied") == 1


def test_who_may_sees_them_and_each_look_is_recorded(make: Callable[..., Any], browser: Callable[..., Any]) -> None:
    case = make(seeing=("wang",))
    wang = browser("wang")
    assert SPEAKER in wang.get(pages(case)[3]).text
    assert looks(case, "see_names") == 1
    assert INTEGRITY in wang.get(pages(case)[2]).text
    assert looks(case, "see_names") == 2
    shown = wang.get(f"{case.root}/referrals").text
    assert INTEGRITY in shown
    assert SPEAKER in shown
    assert looks(case, "see_integrity") == 1


def test_what_is_hidden_is_not_found_by_searching(
    case: Any, make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    zhou = browser("zhou")
    for words in (SPEAKER, SPEAKER[:2], INTEGRITY):
        assert "没有含这些字词的材料" in zhou.get(f"{case.root}/documents?text={words}").text, words
    assert "这个队列里没有线索" in zhou.get(f"{case.root}/queue?state=any&text={SPEAKER}").text
    assert zhou.get(f"{case.root}/documents?text=断头路").text.count("/document/") >= 2
    other = make(seeing=("wang",))
    for words in (SPEAKER, INTEGRITY):
        assert browser("wang").get(f"{other.root}/documents?text={words}").text.count("/document/") >= 2


def test_a_scored_subject_is_shown_with_its_tree(case: Any, browser: Callable[..., Any]) -> None:
    shown = browser("he").get(f"{case.root}/subject/p1").text
    assert "计分明细" in shown
    assert "/passage/" in shown
    assert browser("he").get(f"{case.root}/subject/p9").status_code == 404


TEXT = st.text("甲乙丙丁\n ", max_size=40)


@st.composite
def spans(draw: Any) -> Span:
    start, end = sorted((draw(st.integers(0, 40)), draw(st.integers(0, 40))))
    return Span(start, end)


@given(TEXT, spans(), st.lists(spans(), max_size=5))
def test_the_pieces_of_an_excerpt_are_the_text_of_its_window(text: str, window: Span, marks: list[Span]) -> None:
    cut = excerpt(text, window, [Highlight(mark, "here") for mark in marks])
    assert "".join(piece.text for piece in cut.pieces) == cut.window.of(text)
    for piece in cut.pieces:
        assert text[piece.start : piece.start + len(piece.text)] == piece.text
        inside = [
            any(mark.start <= place < mark.end for mark in marks)
            for place in range(piece.start, piece.start + len(piece.text))
        ]
        assert inside == [bool(piece.kinds)] * len(piece.text)


@given(TEXT, st.lists(spans(), max_size=5))
def test_a_veil_hides_all_of_what_it_is_to_hide_and_moves_nothing(text: str, hidden: list[Span]) -> None:
    shown = veil(text, hidden, Span(0, len(text)))
    assert len(shown) == len(text)
    for place, (before, after) in enumerate(zip(text, shown, strict=True)):
        covered = any(span.start <= place < span.end for span in hidden) and not before.isspace()
        assert after == (HIDDEN if covered else before)


@given(TEXT, st.sampled_from(["甲", "甲乙", "丙丁"]))
def test_no_name_is_left_where_names_are_hidden(text: str, name: str) -> None:
    shown = veil(text, places_of([name], text), Span(0, len(text)))
    assert name not in shown


def test_a_sampled_sentence_hides_them_too(case: Any, browser: Callable[..., Any]) -> None:
    wang = browser("wang")
    first = wang.post(f"{case.root}/samples", size=50, seed=3).json()["go"].partition("?")[0]
    shown = [wang.get(f"{first}?position={position}") for position in range(2)]
    assert {answer.status_code for answer in shown} == {200}
    assert not any(secret in answer.text for answer in shown for secret in (INTEGRITY, SPEAKER))


def test_the_record_is_for_who_may_know_all_and_outlives_a_purge(case: Any, browser: Callable[..., Any]) -> None:
    browser("zhou").decide(case, case.findings[0])
    wang = browser("wang")
    assert "初核" in wang.get(f"{case.root}/record").text
    assert browser("zhou").get(f"{case.root}/record").status_code == 400
    exported = wang.get(f"{case.root}/record.jsonl")
    assert exported.headers["content-disposition"].startswith("attachment")
    assert '"action": "decision"' in exported.text
    purged = {"detail": f"purged:{'0' * 64}", "action": "decision"}
    assert record_pages._shown(purged)["told"] == {"reason": "（详情已随考核清除）"}
