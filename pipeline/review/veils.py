"""What an account may not see: interviewees' names and matters of integrity, hidden wherever a text is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.review.excerpts import places_of, veil
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.material import set_apart, speakers_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.review.visit import Visit

HIDDEN_NAME = "（姓名不显示）"
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Veil:
    """What to hide in each document: the names of who speaks there, and the places set apart."""

    names: Mapping[str, frozenset[str]]
    apart: Mapping[str, tuple[Span, ...]]
    hides_names: bool

    def spans(self, document: str, text: str, offset: int = 0) -> list[Span]:
        """Return what to hide in *text*, which begins at *offset* in the document; places count from its own start."""
        named = places_of(self.names.get(document, ()), text)
        return [*named, *(span.shifted(-offset) for span in self.apart.get(document, ()))]

    def over(self, finding: Finding) -> Finding:
        """Return a finding as it may be shown."""
        span, text = finding.span, finding.text
        hidden = self.spans(finding.document, text, span.start)
        shown = veil(text, hidden, Span(0, len(text)))
        speaker = HIDDEN_NAME if finding.speaker and self.hides_names else finding.speaker
        return replace(finding, text=shown, speaker=speaker)

    def title(self, document: str) -> str:
        """Return the name of a document as it may be shown: file names often name who was interviewed."""
        hidden = places_of(self.names.get(document, ()), document)
        return veil(document, hidden, Span(0, len(document)))


def veil_for(visit: Visit, documents: Collection[str]) -> Veil:
    """Return what to hide from this account in these documents."""
    right, names, apart = visit.right, {}, {}
    if not right.may_see_names:
        spoken = speakers_in(visit.store, visit.assessment, documents)
        names = {document: frozenset(filter(_is_name, told)) for document, told in spoken.items()}
    if not right.may_see_integrity:
        places = set_apart(visit.store, visit.assessment, documents)
        apart = {document: tuple(spans) for document, spans in places.items()}
    return Veil(names, apart, hides_names=not right.may_see_names)


def record_names_seen(visit: Visit, target: str, speakers: Iterable[str | None]) -> None:
    """Write into the record that an account saw who speaks; nothing where it may not, or nobody is named."""
    if visit.right.may_see_names and any(speakers):
        record(visit.store, Event(visit.account.login, "see_names", target, visit.assessment))


def _is_name(speaker: str) -> bool:
    return len(speaker) >= _SHORTEST_NAME
