"""What is no honest request of a page of ours is refused, and the record says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from mingcha.pipeline.review.protection import LARGEST_BODY
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.people import audit
from mingcha.pipeline.store.reviewing import load_missed, load_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
HERE = {"Sec-Fetch-Site": "same-origin"}


def refusals(store: Engine, action: str = "refused") -> list[str]:
    with store.connect() as connection:
        rows = connection.execute(select(audit.c.detail).where(audit.c.action == action).order_by(audit.c.seq))
        return [row.detail for row in rows]


def test_every_answer_bears_the_headers_that_guard_it(case: Any, browser: Callable[..., Any]) -> None:
    for path in ("/login", f"{case.root}/queue", "/没有这一页", "/static/review.css"):
        headers = browser("zhou").get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert ("no-store" in headers["cache-control"]) == (not path.startswith("/static"))


def test_no_page_holds_a_script_or_a_style_of_its_own(case: Any, browser: Callable[..., Any]) -> None:
    page = browser("wang").get(f"{case.root}/passage/{case.findings[0].id}").text
    assert page.count("<script") == 1
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


def test_words_of_documents_and_names_of_files_are_words_only(case: Any, browser: Callable[..., Any]) -> None:
    evil = next(one for one in case.findings if "<script>" in one.text)
    wang = browser("wang")
    wang.post(f"{case.root}/annotate", finding=evil.id, kind="note", text="<script>alert(1)</script>")
    wang.decide(case, evil, "reject", reason="<img src=x onerror=alert(1)>")
    for path in (f"passage/{evil.id}", "queue?state=any", "documents", "record", "queue?text=<script>&state=any"):
        page = wang.get(f"{case.root}/{path}").text
        assert page.count("<script") == 1, path
        assert "<img" not in page, path
    assert "&lt;script&gt;" in wang.get(f"{case.root}/passage/{evil.id}").text


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_is_refused_and_recorded(
    store: Engine, case: Any, browser: Callable[..., Any], headers: dict[str, str]
) -> None:
    one = browser("zhou")
    data = {"csrf": one.csrf(), "finding": case.findings[0].id, "verdict": "confirm", "act": "0" * 32}
    before = len(refusals(store))
    del one.client.headers["Sec-Fetch-Site"]
    answer = one.client.post(f"{case.root}/decide", data=data, headers=headers)
    assert answer.status_code == 403
    assert load_decisions(store, case.name) == ()
    assert len(refusals(store)) == before + 1


@pytest.mark.parametrize("token", ["", "0" * 64, "令牌"])
def test_a_form_without_the_token_of_the_session_is_refused_and_recorded(
    store: Engine, case: Any, browser: Callable[..., Any], token: str
) -> None:
    one, before = browser("zhou"), len(refusals(store, "denied"))
    assert one.decide(case, case.findings[0], csrf=token).status_code == 403
    assert one.decide(case, case.findings[0], csrf=browser("sun").csrf()).status_code == 403
    assert load_decisions(store, case.name) == ()
    assert len(refusals(store, "denied")) == before + 2


def test_a_missed_passage_is_of_somebody_in_the_roster(case: Any, browser: Callable[..., Any]) -> None:
    sample = {"start": "1", "end": "5", "category": "inaction", "status": "asserted"}
    page = browser("zhou").get(f"{case.root}/documents").text
    document = re.findall(r"/document/(\w+)", page)[0]
    answer = browser("zhou").post(f"{case.root}/mark", document=document, subject="NOSUCH", **sample)
    assert (answer.status_code, "没有编号为“NOSUCH”的对象" in answer.text) == (400, True)
    assert load_missed(case.store, case.name) == []
    assert browser("zhou").post(f"{case.root}/mark", document=document, subject="p1", **sample).status_code == 200


def test_a_wrong_host_is_refused(store: Engine, browser: Callable[..., Any]) -> None:
    before = len(refusals(store))
    for host in ("evil.example", "testserver:80", "testserver.evil.example", ""):
        assert browser().client.get("/login", headers={"Host": host}).status_code == 400
    assert len(refusals(store)) == before + 4


def test_a_flood_of_refusals_does_not_fill_the_record(store: Engine, browser: Callable[..., Any]) -> None:
    one, before = browser(), len(refusals(store))
    for _ in range(90):
        assert one.client.get("/login", headers={"Host": "evil.example"}).status_code == 400
    assert len(refusals(store)) - before == 60


def test_an_oversized_body_is_refused_whether_or_not_it_says_so(case: Any, browser: Callable[..., Any]) -> None:
    one = browser("zhou")
    large = "甲" * LARGEST_BODY
    assert one.post(f"{case.root}/annotate", finding=case.findings[0].id, text=large).status_code == 413

    def parts() -> Any:
        for _ in range(20):
            yield b"text=" + b"a" * (LARGEST_BODY // 10)

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert one.client.post(f"{case.root}/annotate", content=parts(), headers=form).status_code == 413
    assert load_notes(case.store, case.name, case.findings[0].id) == []


@pytest.mark.parametrize(
    "path",
    [
        "/static/../words.py",
        "/static/..%2fwords.py",
        "/static/%2e%2e/%2e%2e/words.py",
        "/static//etc/passwd",
        "/static/..\\words.py",
        "/a/../../etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_folder(browser: Callable[..., Any], path: str) -> None:
    answer = browser("zhou").client.get(path)
    assert answer.status_code in (303, 404)
    assert "root:" not in answer.text
    assert "MappingProxyType" not in answer.text


def test_what_belongs_to_another_assessment_is_as_if_it_were_not_there(
    store: Engine, make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    mine, other = make(roles=("analyst",)), make(roles=("lead",))
    zhou, before = browser("zhou"), len(refusals(store, "denied"))
    theirs = other.findings[0]
    document = zhou.get(f"{mine.root}/documents").text.count("/document/")
    assert document > 0
    for page in ("", "/queue", f"/passage/{theirs.id}", "/documents", "/subjects", "/samples", "/record", "/referrals"):
        assert zhou.get(f"{other.root}{page or '/'}").status_code == 404, page
    assert len(refusals(store, "denied")) >= before + 8
    # The other's passage asked for through one's own assessment:
    assert zhou.get(f"{mine.root}/passage/{theirs.id}").status_code == 404
    assert zhou.decide(mine, theirs).status_code == 400
    assert zhou.decide(other, theirs).status_code == 404
    assert zhou.post(f"{mine.root}/annotate", finding=theirs.id, text="看看").status_code == 400
    assert zhou.post(f"{mine.root}/assign", login="zhou", scope="subject", value="p1").status_code == 404
    assert load_decisions(store, other.name) == load_decisions(store, mine.name) == ()


def test_who_only_reads_changes_nothing(case: Any, browser: Callable[..., Any]) -> None:
    he, finding = browser("he"), case.findings[0]
    assert 'name="verdict"' not in he.get(f"{case.root}/passage/{finding.id}").text
    assert he.decide(case, finding).status_code == 404
    for path in ("undo", "annotate", "mark", "unmark", "samples", "assign"):
        assert he.post(f"{case.root}/{path}", finding=finding.id, text="看看", size=5).status_code == 404, path
    assert load_decisions(case.store, case.name) == ()
    assert load_missed(case.store, case.name) == []


def test_accounts_are_for_administrators(browser: Callable[..., Any], case: Any) -> None:
    zhou = browser("zhou")
    assert zhou.get("/people").status_code == 404
    assert zhou.post("/people/right", login="zhou", assessment=case.name, role="lead").status_code == 404
    assert zhou.post("/people/lock", login="wang", locked="1").status_code == 404
    guan = browser("guan")
    assert guan.get("/people").status_code == 200
    assert guan.get(f"{case.root}/queue").status_code == 404  # managing rights shows no material
    assert guan.post("/people/lock", login="guan", locked="1").status_code == 400


def test_a_message_in_an_address_is_not_shown(case: Any, browser: Callable[..., Any]) -> None:
    page = browser("zhou").get(f"{case.root}/queue?said=请把口令发到某处").text
    assert "请把口令发到某处" not in page
