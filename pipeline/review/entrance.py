"""Signing in and out, and changing one's password. Failures are slow, counted and recorded."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.review.gates import COOKIE, hash_of, token_of
from mingcha.pipeline.review.passwords import fits, hash_password
from mingcha.pipeline.review.rendering import show, show_alone
from mingcha.pipeline.review.visit import address_of
from mingcha.pipeline.store.accounts import change_secret, load_account
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.visits import LONGEST, begin_session, end_session, recent_failures

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.visit import Office, Visit

MOST_FAILURES, MOST_FROM_ADDRESS = 5, 30
_LONGEST_FIELD = 200
_WRONG = "登录名或口令不对。连续错5次，账号会暂停15分钟。"
_BARRED = "失败次数过多，已暂停登录15分钟。请稍后再试，或请管理员协助。"


async def show_entrance(request: Request) -> Response:
    """Show the form to sign in with."""
    said = "口令已改，请用新口令登录。" if request.query_params.get("said") == "password" else ""
    return show_alone("entrance", next=_inner(request.query_params.get("next", "")), fault="", said=said, login="")


async def enter(request: Request) -> Response:
    """Sign in."""
    form = await request.form(max_files=0, max_fields=20)
    given = [str(form.get(name, ""))[:_LONGEST_FIELD] for name in ("login", "password", "next")]
    return await run_in_threadpool(_enter, request, *given)


def _enter(request: Request, login: str, password: str, following: str) -> Response:
    office: Office = request.app.state.office
    address = address_of(request)
    of_login, from_address = recent_failures(office.store, login, address)
    if of_login >= MOST_FAILURES or from_address >= MOST_FROM_ADDRESS:
        record(office.store, Event(login, "login_barred", address))
        return _again(following, login, _BARRED, 429)
    known = load_account(office.store, login)
    right = fits(password, known[1] if known else None)
    if known is None or not right or known[0].locked:
        record(office.store, Event(login, "login_failed", address))
        return _again(following, login, _WRONG, 403)
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
    """Change one's password, which ends every session of the account."""
    login = visit.account.login
    known = load_account(visit.store, login)
    try:
        if known is None or not fits(form.get("old", ""), known[1]):
            raise DataError("原口令不对。")
        if form.get("new", "") != form.get("again", ""):
            raise DataError("两次输入的新口令不一样。")
        change_secret(visit.store, login, hash_password(form.get("new", "")), by=login)
    except DataError as error:
        return show(visit, "password", status=400, fault=str(error))
    return RedirectResponse("/login?said=password", 303)


def _again(following: str, login: str, fault: str, code: int) -> Response:
    return show_alone("entrance", status=code, next=_inner(following), fault=fault, said="", login=login)


def _inner(address: str) -> str:
    """Return an address of our own pages, the first page for any other: nobody is sent elsewhere by signing in."""
    inner = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address if inner and "login" not in address else "/"
