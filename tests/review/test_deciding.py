"""Deciding in the page: one key, taken back without limit, never lost, never doubled, blind where two review."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Answer, Decision
from mingcha.pipeline.scoring.decisions import current_findings
from mingcha.pipeline.scoring.rounds import settle
from mingcha.pipeline.store.accounts import Permission, grant
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.decisions import append_decision, load_decisions
from mingcha.pipeline.store.hearings import append_answer
from mingcha.pipeline.store.people import standings
from mingcha.pipeline.store.queries import load_assessment, load_findings
from mingcha.pipeline.store.queue import Seat, states
from mingcha.pipeline.store.reviewing import Act, Reviewer, decide, load_notes, take_back
from mingcha.pipeline.store.standings import complete_standings

if TYPE_CHECKING:
    from collections.abc import Callable

AT = "2024-03-02T10:00:00+08:00"


def verdicts(case: Any) -> list[tuple[str, str, str]]:
    return [(one.account or "", one.verdict, one.round) for one in load_decisions(case.store, case.name)]


def standing(case: Any, finding: Any) -> str:
    found = states(case.store, Seat(case.name, "wang"), [finding.id])
    return str(found[finding.id]["standing"]) if found else "pending"


def test_a_decision_is_written_with_who_when_before_and_why(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding = browser("zhou"), case.findings[3]
    answer = zhou.decide(case, finding, reason="与台账一致")
    assert answer.json()["go"].startswith(f"{case.root}/passage/")
    (made,) = load_decisions(case.store, case.name)
    assert (made.finding, made.verdict, made.by, made.account) == (finding.id, "confirm", "周审", "zhou")
    assert (made.round, made.reason) == ("first", "与台账一致")
    zhou.decide(case, finding, "reject")
    with case.store.connect() as connection:
        before = connection.execute(text("SELECT before FROM decisions ORDER BY seq DESC LIMIT 1")).scalar()
    assert "confirm" in str(before)
    assert standing(case, finding) == "rejected"
    assert verify_chain(case.store).faults == ()


def test_the_same_press_twice_decides_once(case: Any, browser: Callable[..., Any]) -> None:
    zhou, act = browser("zhou"), uuid4().hex
    answers = [zhou.decide(case, case.findings[0], act=act).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert verdicts(case) == [("zhou", "confirm", "first")]


def test_a_correction_is_confirmed_with_the_same_press_and_taken_back_whole(
    case: Any, browser: Callable[..., Any]
) -> None:
    zhou, finding = browser("zhou"), case.findings[0]
    assert zhou.decide(case, finding, "change").status_code == 400
    assert zhou.decide(case, finding, "change", subject="p9").status_code == 400
    assert zhou.decide(case, finding, "change", subject="p2", status="resolved").status_code == 200
    (reviewed,) = current_findings([finding], load_decisions(case.store, case.name))
    assert (reviewed.finding.subject, reviewed.finding.status, reviewed.verdict) == ("p2", "resolved", "confirm")
    assert zhou.post(f"{case.root}/undo").json()["go"].endswith(f"/passage/{finding.id}?said=undone")
    (reviewed,) = current_findings([finding], load_decisions(case.store, case.name))
    assert (reviewed.finding, reviewed.verdict) == (finding, None)
    assert standing(case, finding) == "pending"


def test_undo_goes_back_to_the_beginning_and_keeps_all_that_was_said(case: Any, browser: Callable[..., Any]) -> None:
    zhou, sun = browser("zhou"), browser("sun")
    for finding in case.findings[:4]:
        zhou.decide(case, finding)
    sun.decide(case, case.findings[4])
    for finding in reversed(case.findings[:4]):
        assert finding.id in zhou.post(f"{case.root}/undo").json()["go"]
    assert "said=nothing" in zhou.post(f"{case.root}/undo").json()["go"]
    assert len(load_decisions(case.store, case.name)) == 9
    assert [standing(case, one) for one in case.findings[:5]] == ["pending"] * 4 + ["confirmed"]
    zhou.decide(case, case.findings[0], "reject")
    assert standing(case, case.findings[0]) == "rejected"
    assert verify_chain(case.store).faults == ()


def test_nobody_takes_back_what_another_decided(case: Any) -> None:
    made = append_decision(case.store, Decision(case.findings[0].id, "confirm", "甲", "属实", AT), assessment=case.name)
    theirs = Decision(made.finding, "withdraw", "乙", "撤销", AT, withdraws=made.number or 0)
    with pytest.raises(DataError, match="不能撤销"):
        append_decision(case.store, theirs, assessment=case.name)
    mine = Decision(made.finding, "withdraw", "甲", "撤销", AT, withdraws=made.number or 0)
    append_decision(case.store, mine, assessment=case.name)
    with pytest.raises(DataError, match="已经撤销"):
        append_decision(case.store, mine, assessment=case.name)


def test_findings_of_one_wording_are_decided_and_taken_back_together(
    case: Any, make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    zhou = browser("zhou")
    finding = case.findings[0]
    same = [one for one in case.findings if one.text == finding.text and one.id != finding.id]
    assert len(same) == 1
    page = zhou.get(f"{case.root}/passage/{finding.id}").text
    assert same[0].id in page
    stranger = make().findings[0]
    zhou.decide(case, finding, twin=same[0].id)
    assert {one.finding for one in load_decisions(case.store, case.name)} == {finding.id, same[0].id}
    assert stranger.id not in {one.finding for one in load_decisions(case.store, case.name)}
    zhou.post(f"{case.root}/undo")
    assert [standing(case, one) for one in (finding, *same)] == ["pending", "pending"]


def test_only_findings_of_one_wording_are_decided_together(case: Any, browser: Callable[..., Any]) -> None:
    browser("zhou").decide(case, case.findings[0], twin=case.findings[1].id)
    assert {one.finding for one in load_decisions(case.store, case.name)} == {case.findings[0].id}


def test_the_second_reviewer_is_blind_until_both_have_decided(doubled: Any, browser: Callable[..., Any]) -> None:
    zhou, li, finding = browser("zhou"), browser("li"), doubled.findings[0]
    path = f"{doubled.root}/passage/{finding.id}"
    zhou.decide(doubled, finding, "confirm", reason="原件第三页写着")
    zhou.post(f"{doubled.root}/annotate", finding=finding.id, kind="note", text="记得问老张")
    zhou.post(f"{doubled.root}/annotate", finding=finding.id, kind="flag")
    for page in (path, f"{doubled.root}/queue?state=any", f"{doubled.root}/", f"{doubled.root}/queue?reviewer=zhou"):
        shown = li.get(page).text
        for secret in ("原件第三页写着", "记得问老张", "已确认</span>", "周审", "有标记</span>"):
            assert secret not in shown, (page, secret)
    assert "待核</span>" in li.get(path).text
    for closed in ("quality", "record", "record.jsonl", "subject/p1"):
        assert li.get(f"{doubled.root}/{closed}").status_code == 400
    li.decide(doubled, finding, "reject", reason="说的是施工方")
    assert "原件第三页写着" in li.get(path).text
    assert "说的是施工方" in zhou.get(path).text


def test_once_both_rounds_are_in_only_the_lead_decides(doubled: Any, browser: Callable[..., Any]) -> None:
    zhou, li, sun, wang = (browser(login) for login in ("zhou", "li", "sun", "wang"))
    finding = doubled.findings[0]
    grant(doubled.store, Permission(doubled.name, "sun", "analyst"), by="管理员")
    zhou.decide(doubled, finding, "confirm")
    zhou.post(f"{doubled.root}/undo")
    zhou.decide(doubled, finding, "reject")  # nobody knows anything yet
    li.decide(doubled, finding, "confirm")
    before = verdicts(doubled)
    for one in (zhou, li):
        answer = one.post(f"{doubled.root}/undo")
        assert (answer.status_code, "请由裁定人处理" in answer.text) == (400, True)
    for one, verdict in ((zhou, "confirm"), (li, "reject"), (sun, "confirm")):
        assert one.decide(doubled, finding, verdict).status_code == 400
    assert verdicts(doubled) == before
    assert wang.decide(doubled, finding, "reject").status_code == 200
    assert wang.post(f"{doubled.root}/undo").status_code == 200
    assert standing(doubled, finding) == "disputed"


@pytest.mark.parametrize("roles", [("analyst", "reviewer"), ("reviewer", "analyst")])
def test_two_rounds_are_two_people(doubled: Any, browser: Callable[..., Any], roles: Any) -> None:
    finding, other = doubled.findings[:2]
    zhou = browser("zhou")
    grant(doubled.store, Permission(doubled.name, "zhou", roles[0]), by="管理员")
    zhou.decide(doubled, finding)
    zhou.post(f"{doubled.root}/undo")  # he has read it all the same
    grant(doubled.store, Permission(doubled.name, "zhou", roles[1]), by="管理员")
    refused = zhou.decide(doubled, finding)
    assert (refused.status_code, "必须由两个人作出" in refused.text) == (400, True)
    assert zhou.decide(doubled, other).status_code == 200
    namesake = Reviewer(doubled.name, "zhou2", "周审", "second" if roles[0] == "analyst" else "first")
    with pytest.raises(DataError, match="必须由两个人作出"):
        decide(doubled.store, namesake, Act(uuid4().hex, (finding.id,), "confirm"))


def test_a_finding_that_no_run_makes_any_more_is_not_decided(case: Any, browser: Callable[..., Any]) -> None:
    finding = case.findings[0]
    with case.store.begin() as connection:
        connection.execute(
            text("UPDATE findings SET superseded_by_run = run WHERE assessment = :name AND id = :id"),
            {"name": case.name, "id": finding.id},
        )
    refused = browser("zhou").decide(case, finding)
    assert (refused.status_code, "不再产生" in refused.text) == (400, True)
    assert load_decisions(case.store, case.name) == ()


def test_the_buttons_name_what_they_decide_on_after_a_correction(doubled: Any, browser: Callable[..., Any]) -> None:
    zhou, wang, finding = browser("zhou"), browser("wang"), doubled.findings[0]
    path = f"{doubled.root}/passage/{finding.id}"
    assert (finding.subject, "这条有过更正" in zhou.get(path).text) == ("p2", False)
    zhou.decide(doubled, finding, "change", subject="p1")
    assert "<b>对象 周启明</b>（软件原判断：何春燕）" in zhou.get(path).text
    assert "<b>周启明</b>（更正后）<br>软件原判断：" in zhou.get(path).text
    assert "<b>对象 何春燕</b>" in wang.get(path).text  # the lead's own word begins with what the software said
    assert "这条有过更正" not in browser("li").get(path).text  # who must not know of it
    zhou.post(f"{doubled.root}/undo")
    assert "这条有过更正" not in zhou.get(path).text


def test_a_disagreement_waits_for_the_lead_and_then_counts_as_he_says(
    doubled: Any, browser: Callable[..., Any]
) -> None:
    zhou, li, wang = (browser(login) for login in ("zhou", "li", "wang"))
    agreed, disputed, single = doubled.findings[:3]
    for one in (agreed, disputed, single):
        zhou.decide(doubled, one)
    li.decide(doubled, agreed)
    li.decide(doubled, disputed, "reject")
    made = load_decisions(doubled.store, doubled.name)
    current = {one.finding.id: one.verdict for one in current_findings((agreed, disputed, single), made)}
    assert current == {agreed.id: "confirm", disputed.id: None, single.id: "confirm"}
    assert [standing(doubled, one) for one in (agreed, disputed, single)] == ["confirmed", "disputed", "confirmed"]
    queue = wang.get(f"{doubled.root}/queue?state=disputed").text
    assert disputed.id in queue
    assert agreed.id not in queue
    wang.decide(doubled, disputed, "change", category="bureaucratism")
    (settled,) = current_findings([disputed], load_decisions(doubled.store, doubled.name))
    assert (settled.finding.category, settled.verdict) == ("bureaucratism", "confirm")
    assert disputed.id not in wang.get(f"{doubled.root}/queue?state=disputed").text
    quality = wang.get(f"{doubled.root}/quality").text
    assert "Cohen" in quality
    assert "50%" in quality  # two decided by both, one of them alike


def test_corrections_that_differ_are_a_disagreement(doubled: Any, browser: Callable[..., Any]) -> None:
    finding = doubled.findings[0]
    browser("zhou").decide(doubled, finding, "change", subject="p2")
    browser("li").decide(doubled, finding, "change", subject="t1")
    assert standing(doubled, finding) == "disputed"


def test_what_the_assessed_said_stands_beside_the_finding_it_is_about(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding, other = browser("zhou"), case.findings[0], case.findings[1]
    subject = load_assessment(case.store, case.name).roster[0]
    append_answer(case.store, case.name, Answer(subject.id, finding.id, "<b>当时</b>在等批文", "王记"))
    page = zhou.get(f"{case.root}/passage/{finding.id}").text
    assert "&lt;b&gt;当时&lt;/b&gt;在等批文" in page
    assert f"{subject.name}陈述，王记记录" in page
    assert "在等批文" not in zhou.get(f"{case.root}/passage/{other.id}").text


def test_a_note_and_a_flag_stay_with_the_finding(case: Any, browser: Callable[..., Any]) -> None:
    zhou, finding = browser("zhou"), case.findings[0]
    assert zhou.post(f"{case.root}/annotate", finding=finding.id, kind="note", text="  ").status_code == 400
    zhou.post(f"{case.root}/annotate", finding=finding.id, kind="note", text="问过本人")
    zhou.post(f"{case.root}/annotate", finding=finding.id, kind="flag")
    assert finding.id in zhou.get(f"{case.root}/queue?state=flagged").text
    zhou.post(f"{case.root}/annotate", finding=finding.id, kind="unflag")
    assert finding.id not in zhou.get(f"{case.root}/queue?state=flagged").text
    assert [one["kind"] for one in load_notes(case.store, case.name, finding.id)] == ["note", "flag", "unflag"]
    assert "问过本人" in zhou.get(f"{case.root}/passage/{finding.id}").text


def test_many_at_once_lose_and_double_nothing(make: Callable[..., Any]) -> None:
    case = make(10)
    people = [Reviewer(case.name, login, login, "first") for login in ("zhou", "sun")]
    acts = [(one, Act(uuid4().hex, (finding.id,), "confirm", "核对")) for one in people for finding in case.findings]

    def press(given: tuple[Reviewer, Act]) -> None:
        decide(case.store, *given)
        decide(case.store, *given)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, acts))
    made = load_decisions(case.store, case.name)
    assert sorted((one.account, one.finding) for one in made) == sorted(
        (who.account, act.findings[0]) for who, act in acts
    )
    report = verify_chain(case.store)
    assert report.faults == ()


def test_what_is_kept_of_each_finding_is_what_its_decisions_amount_to(
    doubled: Any, browser: Callable[..., Any]
) -> None:
    paths = [
        [("zhou", "confirm")],
        [("li", "reject"), ("wang", "confirm")],
        [("zhou", "confirm"), ("zhou", "reject"), ("li", "confirm")],
        [("zhou", "confirm"), ("li", "reject"), ("wang", "confirm")],
        [("li", "confirm"), ("zhou", "confirm"), ("wang", "reject"), ("wang", "confirm")],
    ]
    people = {
        login: Reviewer(doubled.name, login, login, round_)
        for login, round_ in (("zhou", "first"), ("li", "second"), ("wang", "adjudication"))  # type: ignore[arg-type]
    }
    for steps, finding in zip(paths, doubled.findings, strict=False):
        for login, verdict in steps:
            decide(doubled.store, people[login], Act(uuid4().hex, (finding.id,), verdict, "核对"))  # type: ignore[arg-type]
    take_back(doubled.store, people["wang"])
    for finding in doubled.findings[:5]:
        made = [one for one in load_decisions(doubled.store, doubled.name) if one.finding == finding.id]
        assert standing(doubled, finding) == settle(made).standing
    assert browser("wang").get(f"{doubled.root}/").status_code == 200


def test_standings_of_older_decisions_are_made_up_for(case: Any, browser: Callable[..., Any]) -> None:
    browser("zhou").decide(case, case.findings[0])
    with case.store.begin() as connection:
        connection.execute(standings.delete().where(standings.c.assessment == case.name))
    assert complete_standings(case.store) == 1
    assert standing(case, case.findings[0]) == "confirmed"
    assert complete_standings(case.store) == 0
    assert len(load_findings(case.store, case.name)) == len(case.findings)
