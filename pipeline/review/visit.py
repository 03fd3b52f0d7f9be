"""One request by one person: who asks, in which assessment, and what the answer may show."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from mingcha.pipeline.review.memory import Memory
from mingcha.pipeline.review.searching import gather
from mingcha.pipeline.store.material import all_speakers
from mingcha.pipeline.store.queue import SEARCHED, Seat, load_words
from mingcha.pipeline.store.reviewing import Reviewer
from mingcha.pipeline.store.tallies import latest_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from sqlalchemy import Engine
    from starlette.requests import Request

    from mingcha.pipeline.findings import Round
    from mingcha.pipeline.review.searching import Words
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.store.accounts import Account, Permission
    from mingcha.pipeline.store.queue import Filter

_Value = TypeVar("_Value")
ROUNDS: Mapping[str, Round] = {"analyst": "first", "reviewer": "second", "lead": "adjudication"}


@dataclass(frozen=True, slots=True)
class Office:
    """What the page is served with: store, scheme and typed figures for scores, reasons of rules, host names."""

    store: Engine
    scheme: Scheme
    reasons: Mapping[str, str]
    hosts: tuple[str, ...]
    inputs: Mapping[str, Mapping[str, Decimal | bool | None]] = field(default_factory=dict)
    secure: bool = False
    memory: Memory = field(default_factory=Memory)


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

    def recall(self, make: Callable[[Engine, str], _Value]) -> _Value:
        """Return what *make* says of the store and the assessment; between two runs it is asked once."""
        stamp = latest_run(self.store, self.assessment)
        if stamp is None:
            return make(self.store, self.assessment)
        key = (make.__module__, make.__qualname__, self.assessment, stamp)
        return self.office.memory.recall(key, lambda: make(self.store, self.assessment))

    def hides(self, words: str) -> bool:
        """Tell whether words that somebody searches for are a name, or part of one, that he may not see."""
        if self.right.may_see_names:
            return False
        return any(words in speaker or speaker in words for speaker in self.recall(all_speakers))

    def searched(self, chosen: Filter) -> Filter:
        """Return a filter with what holds its text looked up; a hidden name is not to be found out by searching."""
        if chosen.text and self.hides(chosen.text):
            return replace(chosen, found=())
        if not chosen.text or latest_run(self.store, self.assessment) is None:
            return chosen
        return replace(chosen, found=self.recall(_words).holding(chosen.text, SEARCHED))

    def link(self, page: str = "", /, **asked: object) -> str:
        """Return the address of a page of the assessment, with what is asked of it."""
        query = urlencode({name: value for name, value in asked.items() if value not in (None, "", False)})
        return f"/a/{key_of(self.assessment)}/{page}{'?' if query else ''}{query}"


def _words(store: Engine, assessment: str) -> Words:
    return gather(load_words(store, assessment))


def key_of(name: str) -> str:
    """Return what stands for a name in addresses: names of people in file names belong in no browser's history."""
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else ""
