"""One call by one client, and what is hidden from it: who speaks, unless granted; matters of integrity, always."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.review.interviewees import load_interviewees
from mingcha.pipeline.review.veils import Veil
from mingcha.pipeline.store.material import set_apart, speakers_in
from mingcha.pipeline.store.pages import Part, in_parts
from mingcha.pipeline.store.queries import load_roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Engine

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.store.clients import Client

_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was admitted: the store, whose call it is, the words of its path, the values of its parameters."""

    store: Engine
    client: Client
    path: Mapping[str, Any]
    asked: Mapping[str, Any]

    @property
    def assessment(self) -> str:
        """The one assessment that the client may read."""
        return self.client.assessment

    def part(self, *names: str, **wanted: Any) -> Part:
        """Return which rows are asked for: one more than the page takes, to see whether there are more."""
        values = {name: self.asked[name] for name in names}
        return Part(self.assessment, values | wanted, self.asked["limit"] + 1)

    def names(self) -> dict[str, str]:
        """Return the names of the subjects by id."""
        return {subject.id: subject.name for subject in load_roster(self.store, self.assessment)}

    def key(self, document: str) -> str:
        """Return what stands for a document in all that this client gets; no guessed name of a file leads to it."""
        salted = hmac.new(self.client.salt.encode(), document.encode(errors="surrogatepass"), hashlib.sha256)
        return salted.hexdigest()[:16]

    def veil(self, documents: Iterable[str]) -> Veil:
        """Return what to hide from the client in these documents."""
        spoken: dict[str, set[str]] = {}
        apart: dict[str, list[Span]] = {}
        for some in in_parts(sorted(set(documents))):
            apart |= set_apart(self.store, self.assessment, some)
            if not self.client.may_see_names:
                spoken |= speakers_in(self.store, self.assessment, some)
                for name, people in load_interviewees(self.store, self.assessment, some).items():
                    spoken[name] = {*spoken.get(name, ()), *people}
        names = {name: frozenset(one for one in told if len(one) >= _SHORTEST_NAME) for name, told in spoken.items()}
        places = {name: tuple(spans) for name, spans in apart.items()}
        return Veil(names, places, hides_names=not self.client.may_see_names)
