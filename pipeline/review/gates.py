"""The gate before every page: signed in, permitted, and for a form, sent by a page of this session."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse

from mingcha.pipeline.errors import DataError, MingchaError, StoreError
from mingcha.pipeline.review.rendering import show, show_alone
from mingcha.pipeline.review.visit import Visit, address_of, key_of
from mingcha.pipeline.store.accounts import load_permissions
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.visits import load_session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mingcha.pipeline.review.visit import Office

    Form: TypeAlias = Mapping[str, str]
    Page: TypeAlias = Callable[[Visit], Response]
    Action: TypeAlias = Callable[[Visit, Form], Response]

COOKIE = "mingcha"
Need = Literal["account", "assessment", "decider", "lead", "administrator"]


def page(handler: Page, need: Need = "assessment", *, aside: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that shows a page to who may see it.

    Pages are drawn one or two at a time, so that decisions, which are short, do not wait behind them; what takes long
    stands *aside* and does not hold up other pages.
    """

    async def endpoint(request: Request) -> Response:
        lane = None if aside else request.app.state.lane
        return await run_sync(_serve, request, need, None, handler, limiter=lane)

    return endpoint


def action(handler: Action, need: Need = "decider") -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that does what a form asks for who may ask it."""

    async def endpoint(request: Request) -> Response:
        sent = await request.form(max_files=0, max_fields=400)
        form = {name: value for name, value in sent.items() if isinstance(value, str)}
        form["findings"] = "\n".join(str(value) for value in sent.getlist("twin"))
        return await run_in_threadpool(_serve, request, need, form, lambda visit: handler(visit, form))

    return endpoint


def token_of(request: Request) -> str:
    """Return the token of the session that the browser keeps, empty where it has none."""
    return request.cookies.get(COOKIE, "")


def hash_of(token: str) -> str:
    """Return what the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _serve(request: Request, need: Need, form: Form | None, handler: Page) -> Response:
    office: Office = request.app.state.office
    token = token_of(request)
    account = load_session(office.store, hash_of(token)) if token else None
    if account is None:
        return _unknown(request)
    visit = Visit(request, office, account, token)
    if form is not None and not _is_ours(form, visit):
        return _deny(visit, "表单不是本次登录的页面发出的", 403)
    if need not in ("account", "administrator"):
        visit = _admitted(visit)
    if not _may(visit, need):
        return _deny(visit, "没有这项权限，或没有这个页面", 404)
    try:
        return handler(visit)
    except MingchaError as error:
        code = 400 if isinstance(error, DataError) else 503 if isinstance(error, StoreError) else 400
        return answer_fault(visit, str(error), code)


def _is_ours(form: Form, visit: Visit) -> bool:
    """Tell whether a page of this session sent the form; what was sent may hold any characters."""
    sent = form.get("csrf", "").encode(errors="surrogatepass")
    return hmac.compare_digest(sent, visit.csrf.encode())


def _admitted(visit: Visit) -> Visit:
    """Add what the account may do in the assessment that the address names."""
    key = visit.request.path_params["assessment"]
    permissions = load_permissions(visit.store)
    name = next((one.assessment for one in permissions if key_of(one.assessment) == key), None)
    here = [one for one in permissions if one.assessment == name]
    mine = next((one for one in here if one.login == visit.account.login), None)
    return replace(visit, permission=mine, doubly=any(one.role == "reviewer" for one in here))


def _may(visit: Visit, need: Need) -> bool:
    if need == "account":
        return True
    if need == "administrator":
        return visit.account.administrator
    right = visit.permission
    if right is None or need == "assessment":
        return right is not None
    return right.role == "lead" if need == "lead" else right.role != "readonly"


def _unknown(request: Request) -> Response:
    if wants_json(request):
        return JSONResponse(
            {"fault": "登录已过期。请在另一个窗口重新登录，再回到这里重试；这一页上写的内容还在。"}, 401
        )
    return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)


def _deny(visit: Visit, reason: str, code: int) -> Response:
    detail = {"path": visit.request.url.path[:200], "reason": reason, "address": address_of(visit.request)}
    record(visit.store, Event(visit.account.login, "denied", "", None, detail))
    return answer_fault(replace(visit, permission=None), f"{reason}。", code)


def answer_fault(visit: Visit, message: str, code: int) -> Response:
    """Answer that something was not done, in words."""
    if wants_json(visit.request):
        return JSONResponse({"fault": message}, code)
    return show(visit, "fault", status=code, message=message)


def wants_json(request: Request) -> bool:
    """Tell whether our script asks, which shows the answer in the page."""
    return request.headers.get("accept", "") == "application/json"


def go(visit: Visit, address: str, said: str = "") -> Response:
    """Answer a form that was done: where to go next, and what to say there (a key of ``words.SAID``)."""
    if said:
        address += f"{'&' if '?' in address else '?'}said={said}"
    return JSONResponse({"go": address}) if wants_json(visit.request) else RedirectResponse(address, 303)


def show_fault(message: str, code: int) -> Response:
    """Answer somebody of whom nothing is known."""
    return show_alone("stranger", status=code, message=message)
