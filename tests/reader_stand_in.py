"""A small real server that stands in for an office's language model: /v1/models and /v1/chat/completions over HTTP.

It answers from the sentence by plain rules, and can be told to misbehave in the ways in which servers do.
"""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODEL = "qingyan-7b"
_RISK = re.compile("两边推|无人接听|没有回音|拖着不办|停在方案上")
_MENTION = re.compile("没有弄虚作假|不得拖延|没有推诿")


def careful(asked: dict[str, str]) -> str:
    """Answer as a careful reader would, within these few words."""
    sentence = asked["sentence"]
    if found := _MENTION.search(sentence):
        return reply("negated", ["formalism"], found.group())
    if found := _RISK.search(sentence):
        return reply("asserted", ["inaction"], found.group())
    return reply("none", [], sentence[:6])


def reply(claim: str, categories: list[str], quotation: str) -> str:
    return json.dumps({"claim": claim, "categories": categories, "quotation": quotation}, ensure_ascii=False)


class StandIn(ThreadingHTTPServer):
    """The server. ``mode`` says how it behaves, ``script`` what it answers; ``requests`` are those it was sent."""

    daemon_threads = True

    def __init__(
        self, script: Callable[[dict[str, str]], str] = careful, mode: str = "ok", models: tuple[str, ...] = (MODEL,)
    ):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script, self.mode, self.models = script, mode, models
        self.elsewhere = ""
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def sentences(self) -> list[str]:
        """The sentences it was asked about."""
        return [material(request)["sentence"] for request in self.requests]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where the other side hung up."""


def material(request: dict[str, Any]) -> dict[str, str]:
    """Return the material in a chat request."""
    return json.loads(request["messages"][1]["content"])


@contextmanager
def standing_in(script: Callable[[dict[str, str]], str] = careful, **options: Any) -> Iterator[StandIn]:
    with StandIn(script, **options) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keep still."""

    def do_GET(self) -> None:
        if self.path != "/v1/models":
            self._send(404, b"{}")
            return
        self._misbehave_or({"object": "list", "data": [{"id": one, "object": "model"} for one in self.server.models]})

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        if self.path != "/v1/chat/completions":
            self._send(404, b"{}")
            return
        words = self.server.script(material(request))
        self._misbehave_or({"choices": [{"index": 0, "message": {"role": "assistant", "content": words}}]})

    def _misbehave_or(self, answer: dict[str, Any]) -> None:
        whole = json.dumps(answer, ensure_ascii=False).encode()
        mode = self.server.mode if self.command == "POST" or self.server.mode.endswith("!") else "ok"
        getattr(self, f"_{mode.rstrip('!')}")(whole)

    def _ok(self, whole: bytes) -> None:
        self._send(200, whole)

    def _error(self, whole: bytes) -> None:
        self._send(500, b"out of memory")

    def _garbage(self, whole: bytes) -> None:
        self._send(200, b"<html>welcome</html>")

    def _alien(self, whole: bytes) -> None:
        self._send(200, b'{"response": "ok"}')

    def _nonsense(self, whole: bytes) -> None:
        self.wfile.write(b"\x00\x01 no http at all\r\n\r\n")

    def _huge(self, whole: bytes) -> None:
        self._send(200, b'{"choices": "' + b"a" * (3 << 20) + b'"}')

    def _redirect(self, whole: bytes) -> None:
        self._send(307, b"", Location=self.server.elsewhere + "/chat/completions")

    def _slow(self, whole: bytes) -> None:
        time.sleep(1.5)
        self._send(200, whole)

    def _trickle(self, whole: bytes) -> None:
        """Speak a byte at a time, so that no single wait is long."""
        self.send_response(200)
        self.end_headers()
        for _ in range(60):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def _send(self, status: int, whole: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole)
