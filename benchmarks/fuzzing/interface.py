"""The read-only interface: whatever the path, the query and the headers, an answer below 500."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from asking import Line, Request, filled

from mingcha.pipeline.interface.application import Desk, interface_application
from mingcha.pipeline.interface.buckets import Buckets, Rate
from mingcha.pipeline.interface.calls import Call
from mingcha.pipeline.interface.table import TABLE
from mingcha.pipeline.interface.tokens import hash_of, new_token
from mingcha.pipeline.store.clients import Client, add_client, load_clients
from mingcha.pipeline.store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 1_000
_NAME, _CLIENT, _UNBOUNDED = "年度考核", "试", Rate(10**9, 10**9)
_METHODS = ("GET", "GET", "GET", "HEAD", "POST", "OPTIONS")


def seeds() -> Iterator[bytes]:
    """Yield a request of every address with each of its parameters: number of the method, address, headers by line."""
    for one in TABLE:
        path = one.path
        yield f"0{path}".encode()
        for parameter in one.parameters:
            values = parameter.choices or (str(parameter.default or 1), "x" * 9)
            yield from (f"0{path}?{parameter.name}={value}".encode() for value in values)
    yield b"0/documents/{document}/text?start=0&end=9"
    yield b"0/findings?kind=risk&limit=2\naccept: application/json\nauthorization: Bearer mc_x"


def checker(place: Path) -> Callable[[bytes], None]:
    """Return the check of one input; ``{finding}`` and ``{document}`` in it become what answers have named."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.store.stocked import stock

    store = open_store(place / "a.db")
    finding = stock(store, _NAME)[0]
    token = new_token()
    add_client(store, Client(_CLIENT, _NAME, may_see_names=False), hash_of(token), by="管理员")
    line = Line(interface_application(Desk(store, Buckets(_UNBOUNDED), Buckets(_UNBOUNDED))))
    holder = (b"authorization", f"Bearer {token}".encode())
    client = next(one for one in load_clients(store) if one.name == _CLIENT)
    document = Call(store, client, {}, {}).key(finding.document)
    words = {"finding": finding.id, "document": document, "fact": "f1", "number": "1"}

    def check(data: bytes) -> None:
        first, *rest = filled(data, words).split(b"\n")
        pairs = (row.partition(b":") for row in rest)
        headers = tuple((name.strip(), value.strip()) for name, _, value in pairs)
        held = () if any(name.lower() == b"authorization" for name, _ in headers) else (holder,)
        line.ask(Request(_METHODS[sum(first[:1]) % len(_METHODS)], first[1:], (*headers, *held)))

    return check
