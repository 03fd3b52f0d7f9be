"""The pages and forms of the review page, sent by people who are signed in: an answer below 500."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from asking import Line, Request, filled

from mingcha.pipeline.review.gates import COOKIE, hash_of
from mingcha.pipeline.store.accounts import Permission, grant, lock_account
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.visits import begin_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

LONGEST = 2_000
_NAME = "年度考核"
_LOGINS = (("zhou", "analyst"), ("sun", "reviewer"), ("wang", "lead"), ("guan", ""))
_UNDOING = (
    b"/logout",
    b"/password",
    b"/people",
    b"/login",
)  # after these a person may no longer be signed in or have a right
_PAGES = (
    *("/", "/guide", "/password", "/people", "/login?next=/guide", "/a/{case}/", "/a/{case}/quality"),
    *("/a/{case}/documents", "/a/{case}/document/{document}?at=3", "/a/{case}/samples", "/a/{case}/sample/1"),
    *("/a/{case}/subjects", "/a/{case}/subject/p1", "/a/{case}/what-if/p1?w.lian=30", "/a/{case}/referrals"),
    *("/a/{case}/record?page=2", "/a/{case}/record.jsonl", "/a/{case}/next?kind=risk&order=place"),
    *("/a/{case}/queue?status=asserted&text=迟缓&subject=p1&page=2", "/a/{case}/passage/{finding}?kind=risk"),
    *("/a/{case}/passage/{finding}/page.png", "/static/review.css"),
)
_FORMS = (
    "/a/{case}/decide\nfinding={finding}&verdict=confirm&act={act}&reason=x&queue=kind%3Drisk&twin={finding}",
    "/a/{case}/decide\nfinding={finding}&verdict=change&act={act}&category=delay&status=reported&subject=p2",
    "/a/{case}/split\nfinding={finding}&act={act}&category1=delay&status1=asserted&subject1=p1&category2=inaction",
    "/a/{case}/undo\nact={act}&finding={finding}",
    "/a/{case}/annotate\nfinding={finding}&kind=note&text=x",
    "/a/{case}/mark\ndocument={document}&start=1&end=9&category=inaction&status=asserted&subject=p1&reason=x",
    "/a/{case}/unmark\nnumber=1&document={document}&at=1",
    "/a/{case}/samples\nsize=5&seed=7",
    "/a/{case}/sample/1\nposition=1&verdict=missed&category=delay",
    "/a/{case}/assign\nlogin=zhou&scope=document&value={document}",
    "/people/right\nassessment=x&login=he&role=readonly&integrity=1&names=1",
    "/people/lock\nlogin=he&locked=1",
    "/password\nold=x&new=yyyyyyyyyyyyyyy&again=yyyyyyyyyyyyyyy",
    "/login\nlogin=zhou&password=x&next=/guide",
    "/logout\n",
)


def seeds() -> Iterator[bytes]:
    """Yield every page and every form: the number of who sends it, its address, and on a line of its own its fields."""
    for number, _ in enumerate(_LOGINS):
        yield from (f"{number}{one}".encode() for one in (*_PAGES, *_FORMS))


@dataclass(slots=True)
class _People:
    """The people of an office, signed in; they sign in anew where a request may have put one of them out."""

    store: Engine
    tokens: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Open every account, give it its right in the assessment and a new session."""
        for login, role in _LOGINS:
            self.tokens[login] = secrets.token_urlsafe(32)
            lock_account(self.store, login, by="管理员", locked=False)
            begin_session(self.store, hash_of(self.tokens[login]), login, "10.1.1.1")
            if role:
                grant(self.store, Permission(_NAME, login, role, True, True), by="管理员")  # type: ignore[arg-type]

    def request(self, login: str, data: bytes, client: str) -> Request:
        """Return what *login* sends: a page that is asked for, or with a second line a form of its session."""
        token = self.tokens[login]
        headers = ((b"cookie", f"{COOKIE}={token}".encode()), (b"sec-fetch-site", b"same-origin"))
        address, *rest = data.split(b"\n", 1)
        if not rest:
            return Request("GET", address, headers, client=client)
        csrf = hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()
        coded = (b"content-type", b"application/x-www-form-urlencoded")
        return Request("POST", address, (*headers, coded), f"csrf={csrf}&".encode() + rest[0], client)


def checker(place: Path) -> Callable[[bytes], None]:
    """Return the check of one input; words in braces become what the page itself would have written there."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.review.conftest import application, fill, with_people

    store = with_people(open_store(place / "a.db"))
    case = fill(store, _NAME, 12, roles=("analyst", "reviewer", "lead"), seeing=())
    people, line, numbers = _People(store), Line(application(store)), count()
    people.sign_in()
    words = {"case": case.root.rpartition("/")[2], "document": case.key(case.documents[0])}

    def check(data: bytes) -> None:
        number = next(numbers)
        login, _ = _LOGINS[sum(data[:1]) % len(_LOGINS)]
        named = words | {"finding": case.findings[number % 9].id, "act": f"{number:032x}"}
        sent = filled(data[1:], named)
        # Every request from another address: nobody is slowed down for the wrong passwords of another.
        line.ask(people.request(login, sent, f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"))
        if sent.startswith(_UNDOING):
            people.sign_in()

    return check
