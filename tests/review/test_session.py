"""Whole sessions in a real browser: keys only, undo across a reload, two reviewers blind, a third who settles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mingcha.pipeline.handwork import part_id
from mingcha.pipeline.outgoing import Sending, SentFile, held_by
from mingcha.pipeline.scoring.rounds import in_effect
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.decisions import load_decisions
from mingcha.pipeline.store.forms import exported_forms
from mingcha.pipeline.store.queue import Filter, Seat, queue_ids
from mingcha.pipeline.store.reviewing import Act, Reviewer, decide, load_missed
from mingcha.pipeline.store.sendings import append_sending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium")
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield made
        made.close()


@pytest.fixture
def signed_in(chromium: Any, site: str, password: str) -> Iterator[Callable[..., Any]]:
    """Open a window of somebody's own, signed in by keys; complaints of the browser fail the test."""
    complaints: list[str] = []
    windows = []

    def open_window(login: str, *, width: int = 1366) -> Any:
        window = chromium.new_context(viewport={"width": width, "height": 768})
        windows.append(window)
        view = window.new_page()
        view.set_default_timeout(10_000)
        view.on("console", lambda message: complaints.append(message.text))
        view.on("pageerror", lambda error: complaints.append(str(error)))
        view.goto(site)
        view.wait_for_function("document.activeElement.name === 'login'")
        view.keyboard.type(login)
        view.keyboard.press("Tab")
        view.keyboard.type(password)
        view.keyboard.press("Enter")
        view.wait_for_url(lambda address: "login" not in address)
        view.complaints = complaints
        return view

    yield open_window
    for window in windows:
        window.close()
    assert [one for one in complaints if "ERR_FAILED" not in one] == []


def press(view: Any, key: str) -> None:
    """Press a key that leads to another page and wait for it."""
    before = view.url
    view.keyboard.press(key)
    view.wait_for_url(lambda address: address != before)


def begin(view: Any, site: str, case: Any) -> None:
    """Open the assessment and go to the first passage of its queue."""
    view.goto(f"{site}{case.root}/")
    press(view, "Enter")


def finding_of(view: Any) -> str:
    return str(re.search(r"/passage/(\w+)", view.url)[1])  # type: ignore[index]


def held(case: Any, login: str) -> dict[str, str]:
    """Return the verdicts of an account that nobody took back."""
    made = load_decisions(case.store, case.name)
    return {one.finding: one.verdict for one in in_effect(made) if one.account == login}


def total(view: Any, site: str, case: Any) -> float:
    view.goto(f"{site}{case.root}/subject/p2")
    return float(view.locator(".figures dd").first.inner_text().split()[0])


def test_fifty_passages_by_keys_alone_then_blind_then_settled(
    make: Callable[..., Any], site: str, signed_in: Callable[..., Any]
) -> None:
    case = make(30, roles=("analyst", "reviewer", "lead"))
    zhou, li, wang = (signed_in(login) for login in ("zhou", "li", "wang"))
    begin(zhou, site, case)
    expected = decide_fifty(zhou, case)
    assert held(case, "zhou") == expected
    counted = next(one.id for one in case.findings if one.category == "initiative")
    zhou.goto(f"{site}{case.root}/passage/{counted}")
    press(zhou, "a")
    li.goto(f"{site}{case.root}/passage/{counted}")
    assert "周审" not in li.content()
    assert "还没有决定" in li.content()
    press(li, "x")
    disputed = total(wang, site, case)
    settle_by_key(wang, site, case, counted)
    assert total(wang, site, case) > disputed
    wang.goto(f"{site}{case.root}/passage/{counted}")
    press(wang, "u")
    assert total(wang, site, case) == disputed
    wang.goto(f"{site}{case.root}/record?verify=1")
    assert "核验无误" in wang.content()
    assert verify_chain(case.store).faults == ()


def decide_fifty(zhou: Any, case: Any) -> dict[str, str]:
    """Decide fifty passages by keys, take three back across reloads, decide one anew; return what holds."""
    order = [
        id_
        for page in (1, 2)
        for _, id_ in queue_ids(case.store, Seat(case.name, "zhou", "first"), Filter(), page=page)[0]
    ]
    for number in range(50):
        assert finding_of(zhou) == order[number]
        press(zhou, "a" if number % 3 else "x")
    expected = {id_: "confirm" if number % 3 else "reject" for number, id_ in enumerate(order[:50])}
    assert held(case, "zhou") == expected

    zhou.reload()
    for number in (49, 48, 47):
        press(zhou, "u")
        assert finding_of(zhou) == order[number]
        zhou.reload()
    assert held(case, "zhou") == {id_: expected[id_] for id_ in order[:47]}
    press(zhou, "x")
    assert held(case, "zhou")[order[47]] == "reject"
    return held(case, "zhou")


def settle_by_key(wang: Any, site: str, case: Any, finding: str) -> None:
    wang.goto(f"{site}{case.root}/queue?state=disputed")
    press(wang, "Enter")
    assert finding_of(wang) == finding
    assert "周审" in wang.content()
    assert "李核" in wang.content()
    press(wang, "a")


def test_keys_belong_to_who_is_typing(case: Any, site: str, signed_in: Callable[..., Any]) -> None:
    zhou = signed_in("zhou")
    begin(zhou, site, case)
    address = zhou.url
    zhou.evaluate(
        """() => { for (const how of [{ isComposing: true }, { keyCode: 229 }, { ctrlKey: true }])
        for (const key of ["a", "x", "u"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...how })) }"""
    )
    zhou.keyboard.press("r")
    zhou.keyboard.type("a x u c j k")
    zhou.wait_for_timeout(300)
    assert zhou.url == address
    assert held(case, "zhou") == {}
    zhou.keyboard.press("Escape")
    press(zhou, "a")
    (made,) = load_decisions(case.store, case.name)
    assert made.reason == "a x u c j k"


def test_what_was_not_saved_is_said_and_kept(case: Any, site: str, signed_in: Callable[..., Any]) -> None:
    zhou = signed_in("zhou")
    begin(zhou, site, case)
    zhou.route("**/decide", lambda route: route.abort())
    zhou.fill("[name=reason]", "写了半天的理由")
    zhou.keyboard.press("Escape")
    zhou.keyboard.press("a")
    zhou.wait_for_selector(".alarm:not([hidden])")
    assert "没有保存" in zhou.inner_text(".alarm")
    assert zhou.input_value("[name=reason]") == "写了半天的理由"
    assert load_decisions(case.store, case.name) == ()
    zhou.unroute("**/decide")
    press(zhou, "a")
    (made,) = load_decisions(case.store, case.name)
    assert made.reason == "写了半天的理由"


def test_correcting_flagging_noting_and_leaving_by_keys(case: Any, site: str, signed_in: Callable[..., Any]) -> None:
    zhou = signed_in("zhou")
    begin(zhou, site, case)
    finding = finding_of(zhou)
    press(zhou, "f")
    assert finding_of(zhou) == finding
    zhou.keyboard.press("n")
    zhou.keyboard.type("向本人核实")
    zhou.keyboard.press("Tab")
    press(zhou, "Enter")
    assert "向本人核实" in zhou.content()
    zhou.keyboard.press("?")
    assert zhou.locator("dialog").is_visible()
    zhou.keyboard.press("Escape")
    zhou.keyboard.press("c")
    zhou.select_option("[name=status]", "resolved")
    zhou.locator("button[value=change]").focus()
    press(zhou, "Enter")
    assert held(case, "zhou") == {finding: "confirm"}
    press(zhou, " ")
    press(zhou, "k")
    press(zhou, "q")
    assert "/queue" in zhou.url


def test_a_missed_passage_is_marked_by_selecting_it(case: Any, site: str, signed_in: Callable[..., Any]) -> None:
    zhou, document = signed_in("zhou"), case.documents[0]
    zhou.goto(f"{site}{case.root}/document/{case.key(document)}")
    zhou.evaluate(
        """() => { const node = [...document.querySelectorAll(".text *")].map(one => one.firstChild)
        .find(one => one.data.includes("窗口")), range = document.createRange(), place = node.data.indexOf("窗口")
        range.setStart(node, place); range.setEnd(node, place + 4); getSelection().removeAllRanges(); getSelection().addRange(range) }"""
    )
    zhou.select_option("aside [name=category]", "inaction")
    before = zhou.url
    zhou.click("text=记为漏检")
    zhou.wait_for_url(lambda address: address != before)
    (mark,) = load_missed(case.store, case.name)
    assert mark["text"] == "窗口长期"
    assert document.text[mark["start"] : mark["end"]] == "窗口长期"


def test_one_key_and_a_short_form_split_a_sentence(case: Any, site: str, signed_in: Callable[..., Any]) -> None:
    zhou = signed_in("zhou")
    begin(zhou, site, case)
    finding, axe = finding_of(zhou), pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    compose = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'd', keyCode: 229, bubbles: true}))"
    zhou.evaluate(compose)
    assert zhou.is_hidden("#split")  # the key belongs to the input method
    zhou.keyboard.press("d")
    assert zhou.evaluate("document.activeElement.name") == "category1"
    assert axe.run(zhou).violations_count == 0
    zhou.select_option("[name=subject1]", "p1")
    zhou.select_option("[name=category2]", "bureaucratism")
    zhou.select_option("[name=subject2]", "p2")
    zhou.focus("#split [name=reason]")
    zhou.keyboard.type("axud")  # letters are words here
    assert zhou.input_value("#split [name=reason]") == "axud"
    zhou.focus("text=拆成两条")
    press(zhou, "Enter")
    assert finding_of(zhou) == part_id(finding, 1)
    press(zhou, "a")
    assert {one.finding for one in load_decisions(case.store, case.name)} == {finding, part_id(finding, 1)}
    for _ in range(2):
        press(zhou, "u")
    assert finding_of(zhou) == finding
    assert in_effect(load_decisions(case.store, case.name)) == ()


def cleared_after_it_left(case: Any) -> None:
    """Let all findings leave with a report, then reject one of them."""
    with reading(case.store) as connection:
        forms = exported_forms(connection, case.name, "findings", superseded=False)
    file = SentFile("/材料/问题清单.docx", "ab" * 32, 10, held_by(forms))
    append_sending(
        case.store, case.name, Sending("report", "problems", "docx", (file,), purpose="县委组织部", by="赵某")
    )
    decide(
        case.store, Reviewer(case.name, "wang", "王裁", "adjudication"), Act("a" * 32, (case.findings[4].id,), "reject")
    )


@pytest.mark.parametrize("width", [1366, 820])
def test_every_page_is_open_to_all_and_fits_the_screen(
    make: Callable[..., Any], site: str, signed_in: Callable[..., Any], width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    case = make(roles=("analyst", "lead"), seeing=("wang",))
    wang = signed_in("wang", width=width)
    passage, document = case.findings[4].id, case.key(case.documents[1])
    cleared_after_it_left(case)
    pages = (
        "",
        "queue",
        f"passage/{passage}?left={passage}",
        "outgoing",
        "documents",
        f"document/{document}",
        "subjects",
        "subject/p1",
        "what-if/p2?w.ji=60&strength=E2",
        "samples",
    )
    for page in (*pages, "quality", "record?verify=1", "referrals", "/guide", "/password", "/login", "queue?text=没有"):
        wang.goto(site + (page if page.startswith("/") else f"{case.root}/{page}"))
        if width > 1000:  # what axe looks at does not depend on the width
            found = axe.run(wang)
            assert found.violations_count == 0, (page, [one["id"] for one in found.response["violations"]])
        assert wang.evaluate("document.documentElement.scrollWidth") <= width, page
        assert wang.title() != "拿下"
    wang.complaints[:] = [one for one in wang.complaints if "username fields" not in one]
