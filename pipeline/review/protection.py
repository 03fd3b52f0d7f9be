"""What every request must be and every answer says, before any page is asked: host, size, origin, headers."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from mingcha.pipeline.store.chain import Event, record

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 256 * 1024
_SAFE = frozenset({"GET", "HEAD"})
_RECORDED = 60  # refusals a minute that the record keeps: who floods the server must not fill the disk
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(slots=True)
class Refusals:
    """What was refused of late, so that the record keeps only so many a minute."""

    store: Engine
    times: deque[float] = field(default_factory=deque)

    def note(self, address: str, reason: str, path: str) -> None:
        """Write a refusal into the record."""
        now = time.monotonic()
        while self.times and self.times[0] < now - 60:
            self.times.popleft()
        if len(self.times) < _RECORDED:
            self.times.append(now)
            detail = {"reason": reason, "path": path[:200]}
            record(self.store, Event("", "refused", address, None, detail))


@dataclass(slots=True)
class Waits:
    """The turns of addresses from which many passwords were wrong: one attempt after the other, with a pause."""

    pause: float = 3.0  # seconds: 300 guesses a quarter of an hour, from one address over all names
    longest: float = 30.0
    turns: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, address: str) -> float | None:
        """Return how many seconds an attempt from *address* has to wait, ``None`` where too many wait already."""
        now = time.monotonic()
        with self.lock:
            self.turns = {one: turn for one, turn in self.turns.items() if turn > now}
            turn = self.turns.get(address, now) + self.pause
            if turn - now > self.longest:
                return None
            self.turns[address] = turn
            return turn - now


class Protection:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...], refusals: Refusals) -> None:
        self.app, self.hosts, self.refusals = app, frozenset(hosts), refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is no honest request of a page of ours; give headers to every answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._fault(scope)
        if refused:
            await self._refuse(scope, receive, _with_headers(scope, send), *refused)
            return
        body = b"" if scope["method"] in _SAFE else await _body(receive)
        if body is None:
            await self._refuse(scope, receive, _with_headers(scope, send), 413, "内容过大")
            return
        await self.app(scope, _replaying(body, receive), _with_headers(scope, send))

    def _fault(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if host not in self.hosts:
            return 400, "主机名不对"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return 413, "内容过大"
        if scope["method"] not in _SAFE and not _same_origin(headers, scope["scheme"], host):
            return 403, "请求来自别的网站"
        return None

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, code: int, reason: str) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        await run_sync(self.refusals.note, address, reason, scope["path"])
        await PlainTextResponse(f"已拒绝：{reason}。", status_code=code)(scope, receive, send)


def _same_origin(headers: Headers, scheme: str, host: str) -> bool:
    """Tell whether a page of ours sent the request; a browser always says, so silence counts as no."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is not None:
        return origin.lower() == f"{scheme}://{host}"
    return site is not None


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body of a request, ``None`` for one that is too large, whatever length it claims."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return body


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body that was read already, then whatever comes after it."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replaying() -> Message:
        return parts.pop() if parts else await receive()

    return replaying


def _with_headers(scope: Scope, send: Send) -> Send:
    static = scope["path"].startswith("/static/")

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS)
            headers["Cache-Control"] = "private, max-age=3600" if static else "no-store"
        await send(message)

    return sending
