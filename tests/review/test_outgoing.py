"""What had left when a finding is cleared: told at once to who decides, listed for who leads, hidden from the rest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from mingcha.pipeline.outgoing import Sending, SentFile, held_by
from mingcha.pipeline.review.outgoing_page import UNNAMED
from mingcha.pipeline.store.accounts import Permission, grant
from mingcha.pipeline.store.chain import load_record, verify_chain
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.forms import exported_forms, last_decision
from mingcha.pipeline.store.sendings import append_sending, load_sendings

if TYPE_CHECKING:
    from collections.abc import Callable

PURPOSE = "县委组织部"
TOLD = "已随 1 份材料发出"


def send(case: Any, *, purpose: str = PURPOSE, about: str = "") -> None:
    """Let all findings of the case leave as the command line does."""
    with reading(case.store) as connection:
        forms = exported_forms(connection, case.name, "findings", superseded=False)
        last = last_decision(connection, case.name)
    file = SentFile(f"/材料/丁守诚_问题清单{about}.docx", "ab" * 32, 10, held_by(forms))
    sending = Sending("report", "problems", "docx", (file,), about, purpose, decisions=last, by="赵经办")
    append_sending(case.store, case.name, sending)


def test_a_finding_that_left_says_so_and_who_clears_it_is_told_at_once(case: Any, browser: Callable[..., Any]) -> None:
    zhou, (first, second, *_) = browser("zhou"), case.findings
    assert "份材料发出" not in zhou.get(f"{case.root}/passage/{first.id}").text
    send(case)
    shown = zhou.get(f"{case.root}/passage/{first.id}").text
    assert f"这条线索{TOLD}" in shown
    assert PURPOSE in shown
    confirmed = zhou.get(zhou.decide(case, second).json()["go"]).text
    assert "刚才决定的" not in confirmed
    rejected = zhou.get(zhou.decide(case, first, "reject").json()["go"]).text
    assert f"线索 {first.id[:10]}</a> {TOLD}" in rejected
    undone = zhou.get(zhou.post(f"{case.root}/undo").json()["go"]).text
    assert "刚才决定的" not in undone, "as it left, so it is again"


def test_only_what_says_otherwise_is_told_after_a_decision(case: Any, browser: Callable[..., Any]) -> None:
    zhou, first = browser("zhou"), case.findings[0]
    send(case)
    assert zhou.decide(case, first, "reject").status_code == 200
    send(case, purpose="县纪委")  # which says that it was rejected
    told = zhou.get(f"{case.root}/queue?left={first.id}").text
    assert TOLD in told
    assert "县纪委" not in told


@pytest.mark.parametrize("asked", ["", "x", "f" * 20, "%3Cscript%3E", "a" * 3000])
def test_an_address_that_asks_for_what_never_left_shows_nothing(
    case: Any, browser: Callable[..., Any], asked: str
) -> None:
    send(case)
    answer = browser("zhou").get(f"{case.root}/queue?left={asked}")
    assert answer.status_code == 200
    assert "刚才决定的" not in answer.text


def test_taking_a_confirmation_back_is_told_as_well(case: Any, browser: Callable[..., Any]) -> None:
    zhou, first = browser("zhou"), case.findings[0]
    zhou.decide(case, first)
    send(case)
    assert "刚才决定的" in zhou.get(zhou.post(f"{case.root}/undo").json()["go"]).text


def test_who_leads_sees_what_is_to_be_taken_back_until_it_is_sent_anew(case: Any, browser: Callable[..., Any]) -> None:
    wang, first = browser("wang"), case.findings[0]
    send(case)
    assert "须收回或重新发出" not in wang.get(f"{case.root}/").text
    wang.decide(case, first, "reject", reason="本人说明属实")
    assert "1 份已发出的材料含有" in wang.get(f"{case.root}/").text
    page = wang.get(f"{case.root}/outgoing").text
    assert all(word in page for word in (first.id[:10], "已驳回", "王裁", "本人说明属实", PURPOSE, "赵经办"))
    send(case)
    page = wang.get(f"{case.root}/outgoing").text
    assert "须收回或重新发出" not in page
    assert "已重新发出" in page
    assert "份已发出的材料含有" not in wang.get(f"{case.root}/").text


def test_names_of_files_and_of_talks_are_for_who_may_know_them(make: Callable[..., Any], browser: Any) -> None:
    for seeing in ((), ("wang",)):
        case = make(seeing=seeing)
        send(case)
        wang, first = browser("wang"), case.findings[0]
        wang.decide(case, first, "reject")
        pages = [wang.get(f"{case.root}/{path}").text for path in ("outgoing", f"passage/{first.id}", "record.jsonl")]
        assert any("丁守诚_问题清单" in page for page in pages) == bool(seeing)
        assert (UNNAMED in pages[0]) == (not seeing)
        assert "打招呼" not in pages[0], "matters of integrity are on no list"


@pytest.mark.parametrize("login", ["zhou", "he"])
def test_others_see_no_list_and_their_try_is_recorded(case: Any, browser: Callable[..., Any], login: str) -> None:
    send(case)
    other = browser(login)
    answer = other.get(f"{case.root}/outgoing")
    assert answer.status_code == 404
    assert PURPOSE not in answer.text
    assert "/outgoing" not in other.get(f"{case.root}/").text
    (denied,) = [one for one in load_record(case.store, assessment=case.name) if one["action"] == "denied"]
    assert (denied["who"], denied["target"]) == (login, "outgoing")


def test_an_administrator_sees_it_where_he_works(case: Any, browser: Callable[..., Any]) -> None:
    send(case)
    guan = browser("guan")
    assert guan.get(f"{case.root}/outgoing").status_code == 404
    grant(case.store, Permission(case.name, "guan", "readonly"), by="管理员")
    assert PURPOSE in guan.get(f"{case.root}/outgoing").text


def test_a_blind_reviewer_learns_nothing_of_the_other_from_what_left(doubled: Any, browser: Callable[..., Any]) -> None:
    """Whether the first reviewer rejected what left is not to be read off any page of the second."""
    send(doubled)
    first, second = doubled.findings[:2]
    browser("zhou").decide(doubled, first, "reject")
    li = browser("li")
    pages = [li.get(f"{doubled.root}/passage/{one.id}?left={one.id}").text for one in (first, second)]
    notices = [
        page.partition('role="status"')[2].partition("</div>")[0].replace(one.id, "")
        for page, one in zip(pages, (first, second), strict=True)
    ]
    assert notices[0].replace(first.id[:10], "") == notices[1].replace(second.id[:10], "")
    assert li.get(f"{doubled.root}/outgoing").status_code == 404


def test_the_record_that_is_taken_away_is_on_record_with_its_hash(case: Any, browser: Callable[..., Any]) -> None:
    browser("zhou").decide(case, case.findings[0])
    taken = browser("wang").get(f"{case.root}/record.jsonl")
    (sending,) = load_sendings(case.store, case.name)
    assert (sending.kind, sending.by) == ("record", "wang")
    assert sending.files[0].sha256 == hashlib.sha256(taken.content).hexdigest()
    assert [list(ids) for ids in sending.files[0].held.values()] == [[case.findings[0].id]]
    assert json.loads(taken.text.splitlines()[-1])["action"] == "exported"
    assert verify_chain(case.store).faults == ()
