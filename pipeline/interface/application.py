"""The read-only interface for other systems: who may ask, how often, and every answer in JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route

from mingcha.pipeline.errors import StoreError
from mingcha.pipeline.interface.buckets import Buckets, Rate
from mingcha.pipeline.interface.calls import Call
from mingcha.pipeline.interface.description import describe
from mingcha.pipeline.interface.faults import Fault, answer, not_found, too_many, unauthorized
from mingcha.pipeline.interface.parameters import read_parameters
from mingcha.pipeline.interface.recording import Tally
from mingcha.pipeline.interface.table import TABLE
from mingcha.pipeline.interface.tokens import owner_of
from mingcha.pipeline.store.chain import Event
from mingcha.pipeline.store.clients import load_secrets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Engine
    from starlette.requests import Request
    from starlette.responses import Response

    from mingcha.pipeline.interface.table import Resource
    from mingcha.pipeline.store.clients import Client

OF_A_CLIENT, OF_STRANGERS = Rate(60, 10), Rate(20, 0.5)
_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Desk:
    """What calls are answered with: the store, the buckets of clients and of addresses without a token, the tally."""

    store: Engine
    clients: Buckets = field(default_factory=lambda: Buckets(OF_A_CLIENT))
    strangers: Buckets = field(default_factory=lambda: Buckets(OF_STRANGERS))
    tally: Tally = field(default_factory=Tally)


class Answer(JSONResponse):
    """JSON as UTF-8; half a surrogate pair, which UTF-8 has not, becomes U+FFFD, so that places stay where they are."""

    def render(self, content: Any) -> bytes:
        """Return the bytes of an answer."""
        written = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", written).encode()


def interface_application(desk: Desk) -> Starlette:
    """Return the application that answers other systems; it reads no cookie, so that no browser can be made to ask."""
    routes = [Route(one.address, _endpoint(desk, one), methods=["GET"]) for one in TABLE]
    made = Starlette(
        routes=[Route("/openapi.json", _describe, methods=["GET"]), *routes],
        exception_handlers={HTTPException: _refuse, Exception: _fail},
    )
    made.router.redirect_slashes = False
    return made


def _endpoint(desk: Desk, resource: Resource) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_serve, desk, resource, request)

    return endpoint


def _serve(desk: Desk, resource: Resource, request: Request) -> Response:
    try:
        client = _admit(desk, request)
        waiting = desk.clients.take(client.name)
        if waiting:
            raise too_many(waiting)
        return Answer(_answer(desk, resource, client, request))
    except Fault as fault:
        return answer(fault)
    except StoreError:
        return answer(Fault(503, "busy", "数据库暂时不能使用。请稍后再试；若仍不行，请联系管理员。"))


def _admit(desk: Desk, request: Request) -> Client:
    """Return whose call it is; who has no token that holds is written down and slowed."""
    given = request.headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    client = owner_of(token.strip(), load_secrets(desk.store)) if scheme.lower() == "bearer" else None
    if client is not None:
        return client
    address = request.client.host if request.client else ""
    waiting = desk.strangers.take(address)
    if waiting:
        raise too_many(waiting)
    desk.tally.note(desk.store, Event("", "client_refused", address))
    raise unauthorized()


def _answer(desk: Desk, resource: Resource, client: Client, request: Request) -> Any:
    asked = read_parameters(request.query_params.multi_items(), resource.parameters)
    call = Call(desk.store, client, request.path_params, asked)
    try:
        found = resource.answer(call)
    except Fault as fault:
        if fault.status == 404:
            _note(desk, client, "client_missed", resource.path)
        raise
    _note(desk, client, "client_read", resource.path.format(**call.path))
    return found


def _note(desk: Desk, client: Client, action: str, target: str) -> None:
    detail = {"may_see_names": client.may_see_names}
    desk.tally.note(desk.store, Event(client.name, action, target, client.assessment, detail))


async def _describe(request: Request) -> Response:
    return Answer(describe())


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return answer(Fault(405, "method", "只能读取：请用 GET 或 HEAD。", error.headers or {}))
    return answer(not_found())


async def _fail(request: Request, error: Exception) -> Response:
    return answer(
        Fault(500, "internal", "服务出错，没有完成。请稍后再试；若仍不行，请把时间告诉管理员，原因在服务的日志里。")
    )
