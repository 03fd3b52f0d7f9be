"""Signing in and out, and changing one's password. Failures are slow, counted and recorded."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.review.gates import COOKIE, hash_of, token_of
from mingcha.pipeline.review.passwords import fits, hash_password
from mingcha.pipeline.review.rendering import show, show_alone
from mingcha.pipeline.review.visit import address_of
from mingcha.pipeline.store.accounts import change_secret, load_account
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.visits import (
    LONGEST,
    Guesses,
    begin_attempt,
    begin_session,
    end_session,
    load_session,
    recent_guesses,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.protection import Waits
    from mingcha.pipeline.review.visit import Office, Visit

MOST_FAILURES, MOST_FROM_ADDRESS = 5, 30
_LONGEST_FIELD = 200
_WRONG = "登录名或口令不对。连续错5次，账号会暂停15分钟。"
_BARRED = "失败次数过多，已暂停登录15分钟。请稍后再试，或请管理员协助。"
_BUSY = "这台电脑或这个网络上登录失败太多，正在逐个放慢处理。请过半分钟再试。"
_BARRED_HERE = "口令错误次数过多，15分钟内不能再改。请稍后再试，或请管理员协助。"


async def show_entrance(request: Request) -> Response:
    """Show the form to sign in with."""
    said = "口令已改，请用新口令登录。" if request.query_params.get("said") == "password" else ""
    return show_alone("entrance", next=_inner(request.query_params.get("next", "")), fault="", said=said, login="")


async def enter(request: Request) -> Response:
    """Sign in. From an address with many failures every attempt waits its turn; waiting holds up nobody else."""
    form = await request.form(max_files=0, max_fields=20)
    login, password, following = (str(form.get(name, ""))[:_LONGEST_FIELD] for name in ("login", "password", "next"))
    wait = await run_in_threadpool(_turn, request, login)
    if wait is None:
        return _again(following, login, _BUSY, 429)
    await anyio.sleep(wait)
    return await run_in_threadpool(_enter, request, login, password, following)


def _turn(request: Request, login: str) -> float | None:
    """Return how long an attempt waits, ``None`` where too many wait already."""
    office: Office = request.app.state.office
    waits: Waits = request.app.state.waits
    guesses = recent_guesses(office.store, login, address_of(request))
    if guesses.from_address < MOST_FROM_ADDRESS or _bars(guesses):
        return 0
    return waits.reserve(address_of(request))


def _bars(guesses: Guesses) -> bool:
    """Tell whether nothing more may be tried: an account that failed itself loses its patience sooner in a flood."""
    return guesses.of_login >= (1 if guesses.from_address >= MOST_FROM_ADDRESS else MOST_FAILURES)


def _enter(request: Request, login: str, password: str, following: str) -> Response:
    office: Office = request.app.state.office
    address = address_of(request)
    if begin_attempt(office.store, login, address, bars=_bars) is None:
        return _again(following, login, _BARRED, 429)
    known = load_account(office.store, login)
    right = fits(password, known[1] if known else None)
    if known is None or not right or known[0].locked:
        record(office.store, Event(login, "login_failed", address))
        return _again(following, login, _WRONG, 403)
    _end_former(office, request)
    token = secrets.token_urlsafe(32)
    begin_session(office.store, hash_of(token), login, address)
    response = RedirectResponse(_inner(following), 303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=office.secure,
    )
    return response


def _end_former(office: Office, request: Request) -> None:
    """End the session that this browser had: nobody would ever sign out of it."""
    former = hash_of(token_of(request))
    account = load_session(office.store, former)
    if account is not None:
        end_session(office.store, former, account.login)


def leave(visit: Visit, form: Form) -> Response:
    """Sign out: the session ends in the store, so that the token is worth nothing wherever it may be kept."""
    end_session(visit.store, hash_of(token_of(visit.request)), visit.account.login)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


def show_password(visit: Visit) -> Response:
    """Show the form to change one's password with."""
    return show(visit, "password", fault="")


def change_password(visit: Visit, form: Form) -> Response:
    """Change one's password, which ends every session of the account.

    The old password is guessed no more often than at the entrance; what is wrong with the new one costs no guess.
    """
    login = visit.account.login
    try:
        if form.get("new", "") != form.get("again", ""):
            raise DataError("两次输入的新口令不一样。")
        secret = hash_password(form.get("new", ""))
        if begin_attempt(visit.store, login, visit.address, bars=_bars) is None:
            return show(visit, "password", status=429, fault=_BARRED_HERE)
        known = load_account(visit.store, login)
        if known is None or not fits(form.get("old", ""), known[1]):
            record(visit.store, Event(login, "login_failed", visit.address, None, {"page": "password"}))
            raise DataError("原口令不对。")
        change_secret(visit.store, login, secret, by=login)
    except DataError as error:
        return show(visit, "password", status=400, fault=str(error))
    return RedirectResponse("/login?said=password", 303)


def _again(following: str, login: str, fault: str, code: int) -> Response:
    return show_alone("entrance", status=code, next=_inner(following), fault=fault, said="", login=login)


def _inner(address: str) -> str:
    """Return an address of our own pages, the first page for any other: nobody is sent elsewhere by signing in."""
    inner = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address if inner and "login" not in address else "/"
