"""One request by one person: who asks, in which assessment, and what the answer may show."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from mingcha.pipeline.review.memory import Memory, Pictures
from mingcha.pipeline.review.veils import words_for
from mingcha.pipeline.store.queue import SEARCHED, Seat
from mingcha.pipeline.store.reviewing import Reviewer
from mingcha.pipeline.store.tallies import latest_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from sqlalchemy import Engine
    from starlette.requests import Request

    from mingcha.pipeline.findings import Round
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.store.accounts import Account, Permission
    from mingcha.pipeline.store.queue import Filter

_Value = TypeVar("_Value")
ROUNDS: Mapping[str, Round] = {"analyst": "first", "reviewer": "second", "lead": "adjudication"}


@dataclass(frozen=True, slots=True)
class Office:
    """What the page is served with: store, scheme and typed figures for scores, reasons of rules, host names.

    ``key`` turns names of documents into what addresses hold; another start of the server has another one.
    """

    store: Engine
    scheme: Scheme
    reasons: Mapping[str, str]
    hosts: tuple[str, ...]
    inputs: Mapping[str, Mapping[str, Decimal | bool | None]] = field(default_factory=dict)
    secure: bool = False
    memory: Memory = field(default_factory=Memory)
    pictures: Pictures = field(default_factory=Pictures)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with its signed-in account; ``permission`` is what the account may do in the assessment asked for.

    ``doubly`` says that the assessment has a second reviewer, so that each of the two decides without the other's word.
    """

    request: Request
    office: Office
    account: Account
    token: str
    permission: Permission | None = None
    doubly: bool = False

    @property
    def store(self) -> Engine:
        """The store."""
        return self.office.store

    @property
    def csrf(self) -> str:
        """What every form of this session must bring back."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest()

    @property
    def right(self) -> Permission:
        """The permission in the assessment asked for."""
        assert self.permission is not None
        return self.permission

    @property
    def assessment(self) -> str:
        """The assessment asked for."""
        return self.right.assessment

    @property
    def round(self) -> Round | None:
        """The round in which the account decides, ``None`` where it only reads."""
        return ROUNDS.get(self.right.role)

    @property
    def blind(self) -> bool:
        """Whether what others decided is kept from the account until both reviewers have decided."""
        return self.doubly and self.right.role in ("analyst", "reviewer")

    @property
    def seat(self) -> Seat:
        """Whose queue is asked for."""
        deciding = self.round if self.right.role in ("analyst", "reviewer") else None
        return Seat(self.assessment, self.account.login, deciding, self.blind)

    @property
    def reviewer(self) -> Reviewer:
        """Who decides, for what is written."""
        assert self.round is not None
        return Reviewer(self.assessment, self.account.login, self.account.name, self.round)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return address_of(self.request)

    def recall(self, make: Callable[..., _Value], *also: bool) -> _Value:
        """Return what *make* says of the store, the assessment and *also*; it is asked once until findings change."""
        return recalled(self.office, self.assessment, make, *also)

    def searched(self, chosen: Filter) -> Filter:
        """Return a filter with what holds its text looked up, among the words that the account may see.

        Where names are hidden, so are those of files: asking for a file by its name would tell whether it is there.
        """
        if chosen.document and not self.right.may_see_names:
            chosen = replace(chosen, document="")
        if not chosen.text:
            return chosen
        return replace(chosen, found=words_for(self).holding(chosen.text, SEARCHED))

    def key(self, document: str) -> str:
        """Return what stands for a document in addresses and forms; nobody can work it out from a guessed name."""
        return hmac.new(self.office.key, document.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:16]

    def link(self, page: str = "", /, **asked: object) -> str:
        """Return the address of a page of the assessment, with what is asked of it."""
        query = urlencode({name: value for name, value in asked.items() if value not in (None, "", False)})
        return f"/a/{key_of(self.assessment)}/{page}{'?' if query else ''}{query}"


def recalled(office: Office, assessment: str, make: Callable[..., _Value], *also: bool) -> _Value:
    """Return what *make* says of an assessment: what was kept since findings last changed, else made now."""
    stamp = latest_run(office.store, assessment)
    if stamp is None:
        return make(office.store, assessment, *also)
    key = (make.__module__, make.__qualname__, assessment, *also)
    return office.memory.recall(key, stamp, lambda: make(office.store, assessment, *also))


def key_of(name: str) -> str:
    """Return what stands for the name of an assessment in addresses."""
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else ""
