"""One call to a second reader: a bounded time, a bounded answer, no redirect, no proxy, only the checked address.

``http.client`` asks the environment for nothing and follows nothing, which is what is wanted here.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.models.reader_address import ReaderAddress

LARGEST_ANSWER = 1 << 20  # bytes; an answer of a few words has some hundred
_SECONDS_CONNECTING = 5.0


class SilenceError(Exception):
    """No answer that can be used came back; the message (Chinese) says why, without a word of the answer."""


def call(address: ReaderAddress, path: str, body: Mapping[str, Any] | None, *, seconds: float) -> Any:
    """Return the JSON that the server at *address* answers to a POST of *body*, or a GET where there is none.

    Raise ``SilenceError`` where that takes longer than *seconds*, or is anything but JSON with status 200.
    """
    sent = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    with _connected(address, seconds) as connection:
        status, told = _answer(connection, address.path + path, sent)
    if status != 200:
        moved = "，要求转到别处，没有照办" if 300 <= status < 400 else ""
        raise SilenceError(f"服务器回答状态 {status}{moved}")
    if len(told) > LARGEST_ANSWER:
        raise SilenceError("回答太长")
    return read_json(told)


def read_json(told: bytes) -> Any:
    """Return the JSON in the body of an answer; raise ``SilenceError`` where it is none."""
    try:
        return json.loads(told)
    except (ValueError, RecursionError) as error:
        raise SilenceError("回答不是 JSON") from error


def _answer(connection: HTTPConnection, path: str, sent: bytes | None) -> tuple[int, bytes]:
    kind = {} if sent is None else {"Content-Type": "application/json; charset=utf-8"}
    headers = {"Accept": "application/json", "Connection": "close", "User-Agent": "mingcha"}
    connection.request("GET" if sent is None else "POST", path, sent, headers | kind)
    response = connection.getresponse()
    return response.status, response.read(LARGEST_ANSWER + 1)


@contextmanager
def _connected(address: ReaderAddress, seconds: float) -> Iterator[HTTPConnection]:
    """Give a connection that is cut when *seconds* are over, however slowly the server goes on speaking."""
    deadline = time.monotonic() + seconds
    try:
        with _opened(address, seconds) as opened, _cut_after(deadline - time.monotonic(), opened):
            if isinstance(opened, ssl.SSLSocket):
                opened.do_handshake()
            connection = HTTPConnection(address.host, address.port)
            connection.sock = opened
            yield connection
    except (OSError, HTTPException, ValueError) as error:
        slow = time.monotonic() >= deadline
        raise SilenceError(f"{seconds:g} 秒内没有答完" if slow else "连不上，或者答到一半断了") from error


@contextmanager
def _cut_after(seconds: float, opened: socket.socket) -> Iterator[None]:
    cut = Timer(max(0.0, seconds), _shut, (opened,))
    cut.daemon = True
    cut.start()
    try:
        yield
    finally:
        cut.cancel()


def _opened(address: ReaderAddress, seconds: float) -> socket.socket:
    """Return a socket to the first of the checked addresses that answers."""
    refused: OSError = ConnectionError("no address")
    for one in address.addresses:
        try:
            opened = socket.create_connection((one, address.port), timeout=min(seconds, _SECONDS_CONNECTING))
        except OSError as error:
            refused = error
        else:
            opened.settimeout(seconds)
            return _wrapped(opened, address)
    raise refused


def _wrapped(plain: socket.socket, address: ReaderAddress) -> socket.socket:
    if not address.secure:
        return plain
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=address.host, do_handshake_on_connect=False)


def _shut(opened: socket.socket) -> None:
    try:
        opened.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
