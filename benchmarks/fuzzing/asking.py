"""Requests to an application, handed over as a server would: the status of the answer, never 500, is what counts."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message

HOST = "testserver"
# What uvicorn's parser lets through, as [RFC 9110] has it: visible ASCII in an address, no blank in a header's name.
_INVISIBLE = re.compile(rb"[^\x21-\x7e]")
_NAME, _VALUE = re.compile(rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+"), re.compile(rb"(?:[^\x00\s](?:[ \t]*[^\x00\s])*)?")


def filled(data: bytes, words: Mapping[str, str]) -> bytes:
    """Return an input with the *words* that stand in braces filled in: a fuzzer does not guess an id."""
    for name, word in words.items():
        data = data.replace(b"{" + name.encode() + b"}", word.encode())
    return data


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands on the line: method, address with its query, headers, body."""

    method: str
    address: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    client: str = "10.1.1.1"

    def scope(self) -> dict[str, Any]:
        """Return what uvicorn makes of it."""
        line = _INVISIBLE.sub(lambda found: quote_from_bytes(found[0]).encode(), self.address)
        raw, _, query = line.partition(b"?")
        path = unquote(raw.decode())
        given = [pair for pair in self.headers if _NAME.fullmatch(pair[0]) and _VALUE.fullmatch(pair[1])]
        named = [(b"host", HOST.encode()), (b"content-length", str(len(self.body)).encode()), *given]
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": path,
            "raw_path": raw,
            "root_path": "",
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in named],
            "client": (self.client, 50000),
            "server": (HOST, 80),
            "state": {},
        }


@dataclass(slots=True)
class Line:
    """A line to an application; it stays open from one request to the next."""

    app: ASGIApp
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def ask(self, request: Request) -> int:
        """Return the status of the answer; an exception of the application comes through."""
        answers: list[Message] = []
        bodies: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]

        async def receive() -> Message:
            return bodies.pop() if bodies else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            answers.append(message)

        self.loop.run_until_complete(self.app(request.scope(), receive, send))
        status: int = answers[0]["status"]
        assert status < 500, f"status {status}"
        return status
