"""Signing in: argon2id, sessions that the server ends, and what happens to who guesses."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.review import entrance
from mingcha.pipeline.review.gates import COOKIE, hash_of
from mingcha.pipeline.review.passwords import fits, hash_password
from mingcha.pipeline.store.accounts import Account, add_account, change_secret, load_account, lock_account
from mingcha.pipeline.store.people import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine


pytestmark = pytest.mark.parametrize(
    "store", ["sqlite"], indirect=True
)  # argon2 is slow on purpose; SQL is no matter here


def events(store: Engine, action: str, **wanted: str) -> list[dict[str, Any]]:
    query = select(audit).where(audit.c.action == action).order_by(audit.c.seq)
    with store.connect() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


@pytest.fixture
def stranger(store: Engine, secret: str) -> str:
    """An account that no other test uses."""
    login = f"u{uuid4().hex[:10]}"
    add_account(store, Account(login, "某人"), secret, by="管理员")
    return login


def test_the_store_keeps_argon2id_and_no_password(store: Engine, password: str) -> None:
    _, secret = load_account(store, "zhou") or (None, "")
    assert secret.startswith("$argon2id$")
    assert password not in secret
    assert fits(password, secret)
    assert not fits(password + "。", secret)
    assert not fits(password, None)
    assert not fits(password, "这不是散列值")


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa"])
def test_a_poor_password_is_refused(store: Engine, password: str) -> None:
    assert store is not None
    with pytest.raises(DataError, match="口令太"):
        hash_password(password)


def test_a_page_without_a_session_leads_to_the_entrance(browser: Callable[..., Any]) -> None:
    answer = browser().get("/guide")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/guide")


def test_the_cookie_is_for_the_server_alone(browser: Callable[..., Any], stranger: str) -> None:
    cookie = browser().sign_in(stranger).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_nobody_is_sent_to_another_site_by_signing_in(
    browser: Callable[..., Any], stranger: str, password: str
) -> None:
    for address in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        form = {"login": stranger, "password": password, "next": address}
        assert browser().client.post("/login", data=form).headers["location"] == "/"


def test_signing_out_ends_the_session_wherever_its_token_is_kept(browser: Callable[..., Any], stranger: str) -> None:
    one = browser(stranger)
    token = one.client.cookies[COOKIE]
    assert one.get("/guide").status_code == 200
    assert one.post("/logout").status_code == 303
    copied = browser()
    copied.client.cookies.set(COOKIE, token)
    assert copied.get("/guide").status_code == 303


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "' OR 1=1 --", "0" * 64])
def test_a_forged_session_is_none(browser: Callable[..., Any], token: str) -> None:
    forged = browser()
    forged.client.cookies.set(COOKIE, token)
    assert forged.get("/guide").status_code == 303


def test_the_hash_that_the_store_keeps_is_no_session(browser: Callable[..., Any], stranger: str) -> None:
    token = browser(stranger).client.cookies[COOKIE]
    forged = browser()
    forged.client.cookies.set(COOKIE, hash_of(token))
    assert forged.get("/guide").status_code == 303


def test_a_session_grows_old(store: Engine, browser: Callable[..., Any], stranger: str) -> None:
    for column in ("seen_at", "created_at"):
        one = browser(stranger)
        with store.begin() as connection:
            connection.execute(text(f"UPDATE sessions SET {column} = '2024-01-01T00:00:00.000000+00:00'"))
        assert one.get("/guide").status_code == 303


def test_locking_an_account_or_changing_its_password_signs_it_out(
    store: Engine, browser: Callable[..., Any], stranger: str
) -> None:
    one = browser(stranger)
    change_secret(store, stranger, hash_password("另外一句足够长的口令"), by="管理员")
    assert one.get("/guide").status_code == 303
    other = browser()
    assert other.sign_in(stranger).status_code == 403
    assert other.sign_in(stranger, "另外一句足够长的口令").status_code == 303
    lock_account(store, stranger, by="管理员")
    assert other.get("/guide").status_code == 303
    assert other.sign_in(stranger, "另外一句足够长的口令").status_code == 403


def test_one_changes_ones_own_password(browser: Callable[..., Any], stranger: str, password: str) -> None:
    one, new = browser(stranger), "一句新的、足够长的话"
    wrong = {"old": "这不是原来的那个口令", "new": new, "again": new}
    assert "原口令不对" in one.post("/password", **wrong).text
    assert "不一样" in one.post("/password", old=password, new=new, again=new + "吗").text
    assert one.post("/password", old=password, new=new, again=new).status_code == 303
    assert browser().sign_in(stranger, new).status_code == 303


def test_five_wrong_passwords_bar_an_account_even_with_the_right_one(
    store: Engine, browser: Callable[..., Any], stranger: str
) -> None:
    one = browser(address="10.2.0.1")
    for _ in range(5):
        assert one.sign_in(stranger, "随便猜一个口令试试看").status_code == 403
    barred = one.sign_in(stranger)
    assert barred.status_code == 429
    assert "暂停登录15分钟" in barred.text
    assert len(events(store, "login_failed", who=stranger)) == 5
    assert len(events(store, "login_barred", who=stranger, target="10.2.0.1")) == 1


def test_forty_wrong_passwords_at_once_are_no_more_than_five(
    store: Engine, browser: Callable[..., Any], stranger: str
) -> None:
    def guess(number: int) -> int:
        return int(browser(address=f"10.2.1.{number}").sign_in(stranger, "随便猜一个口令试试看").status_code)

    with ThreadPoolExecutor(40) as pool:
        codes = list(pool.map(guess, range(40)))
    assert (codes.count(403), codes.count(429)) == (5, 35)
    assert len(events(store, "login_failed", who=stranger)) == 5


def test_who_is_barred_and_goes_on_does_not_fill_the_record(
    store: Engine, browser: Callable[..., Any], stranger: str
) -> None:
    one = browser(address="10.2.0.6")
    codes = [one.sign_in(stranger, "随便猜一个口令试试看").status_code for _ in range(12)]
    assert codes == [403] * 5 + [429] * 7
    assert len(events(store, "login_barred", who=stranger)) == 1


def test_spraying_one_password_over_many_names_slows_the_address_and_bars_nobody_else(
    store: Engine, browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, stranger: str
) -> None:
    monkeypatch.setattr(entrance, "MOST_FROM_ADDRESS", 8)  # 30 in truth: each takes its time
    one = browser(address="10.2.0.2")
    waits = one.client.app.app.state.waits
    waits.pause = 0.3
    codes = [one.sign_in(f"没有这个人{n}", "Spring2024!Spring").status_code for n in range(8)]
    begun = time.monotonic()
    codes += [one.sign_in(f"没有这个人{n}", "Spring2024!Spring").status_code for n in range(8, 10)]
    assert codes == [403] * 10
    assert time.monotonic() - begun >= 0.6
    assert one.sign_in("没有这个人1", "Spring2024!Spring").status_code == 429  # who failed already is barred
    assert one.sign_in(stranger).status_code == 303  # who did not is only slowed down
    waits.longest = 0.1
    assert one.sign_in("zhou").status_code == 429
    assert browser(address="10.2.0.3").sign_in("zhou").status_code == 303
    assert len(events(store, "login_failed", target="10.2.0.2")) == 10


def test_signing_in_ends_the_session_that_the_browser_had(browser: Callable[..., Any], stranger: str) -> None:
    one = browser(stranger)
    former = one.client.cookies[COOKIE]
    assert one.sign_in(stranger).status_code == 303
    assert one.get("/guide").status_code == 200
    copied = browser()
    copied.client.cookies.set(COOKIE, former)
    assert copied.get("/guide").status_code == 303


def test_the_old_password_is_guessed_no_oftener_than_at_the_entrance(
    store: Engine, browser: Callable[..., Any], stranger: str, password: str
) -> None:
    one, new = browser(stranger, address="10.2.0.9"), "一句新的、足够长的话"
    for _ in range(6):  # what is wrong with the new one costs no guess
        assert one.post("/password", old=password, new=new, again=new + "吗").status_code == 400
    guesses = [one.post("/password", old="随便猜一个口令", new=new, again=new).status_code for _ in range(5)]
    assert guesses == [400] * 5
    barred = one.post("/password", old=password, new=new, again=new)
    assert (barred.status_code, "15分钟内不能再改" in barred.text) == (429, True)
    assert len(events(store, "login_failed", who=stranger)) == 5


def test_the_answer_does_not_tell_whether_a_name_exists(browser: Callable[..., Any], stranger: str) -> None:
    answers = [
        browser(address="10.2.0.4").sign_in(login, "随便猜一个口令试试看").text for login in (stranger, "无此人无此人")
    ]
    assert answers[0].replace(stranger, "") == answers[1].replace("无此人无此人", "")
