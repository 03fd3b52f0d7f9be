"""What an account may not see: interviewees' names and matters of integrity, hidden wherever a text is shown."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.review.excerpts import places_of, veil
from mingcha.pipeline.review.interviewees import load_interviewees, names_within
from mingcha.pipeline.review.searching import gather
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.material import set_apart, set_apart_in, speakers_in
from mingcha.pipeline.store.pages import in_parts
from mingcha.pipeline.store.queue import load_words
from mingcha.pipeline.store.tallies import latest_run

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Engine

    from mingcha.pipeline.findings import Cue, Finding
    from mingcha.pipeline.review.searching import Words
    from mingcha.pipeline.review.visit import Visit

HIDDEN_NAME = "（姓名不显示）"
ALL = (Span(0, sys.maxsize),)


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

    def words(self, document: str, text: str, offset: int = 0) -> str:
        """Return *text*, which begins at *offset* in the document, as it may be shown."""
        if document not in self.names and document not in self.apart:
            return text
        return veil(text, self.spans(document, text, offset), Span(0, len(text)))

    def over(self, finding: Finding) -> Finding:
        """Return a finding as it may be shown; sheets, too, are named after people."""
        document, sheet = finding.document, finding.locator.sheet
        return replace(
            finding,
            text=self.words(document, finding.text, finding.span.start),
            speaker=HIDDEN_NAME if finding.speaker and self.hides_names else finding.speaker,
            locator=replace(finding.locator, sheet=sheet and self.named(document, sheet)),
            cue=finding.cue and self._cue(document, finding.cue, finding.span),
            quantities=tuple(
                one for one in finding.quantities if self.words(document, one.text, one.span.start) == one.text
            ),
        )

    def _cue(self, document: str, cue: Cue, place: Span) -> Cue:
        return replace(cue, text=self.words(document, cue.text, (cue.span or place).start))

    def title(self, document: str) -> str:
        """Return the name of a document as it may be shown: file names often name who was interviewed."""
        return self.named(document, document)

    def named(self, document: str, told: str) -> str:
        """Return what is told of a document, as its name or why it was not read, without the names to hide."""
        return veil(told, places_of(self.names.get(document, ()), told), Span(0, len(told)))


def veil_for(visit: Visit, documents: Collection[str]) -> Veil:
    """Return what to hide from this account in these documents."""
    right, names, apart = visit.right, {}, {}
    if not right.may_see_names:
        names = names_in(visit, documents)
    if not right.may_see_integrity:
        apart = _apart_in(visit.store, visit.assessment, documents)
    return Veil(names, apart, hides_names=not right.may_see_names)


def veil_in(visit: Visit, document: str, content: tuple[str, str]) -> Veil:
    """Return what to hide in a text (sha256 and format) that a document has, or once had.

    Where nobody knows any more what is set apart in the text, all of it is hidden from who may not see matters of
    integrity.
    """
    veil = veil_for(visit, {document})
    if visit.right.may_see_integrity:
        return veil
    known = set_apart_in(visit.store, visit.assessment, content)
    return replace(veil, apart={document: ALL if known is None else tuple(known)})


def names_in(visit: Visit, documents: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the names to hide in each of these documents: who speaks there, and whom an interview was held with."""
    return _names_in(visit.store, visit.assessment, documents, _interviewees(visit, documents))


def words_for(visit: Visit) -> Words:
    """Return the words of all findings as this account may see them, ready to be searched.

    Raw words would tell by what they hold what is hidden, character by character.
    """
    return visit.recall(gather_words, visit.right.may_see_names, visit.right.may_see_integrity)


def record_names_seen(visit: Visit, target: str, speakers: Iterable[str | None]) -> None:
    """Write into the record that an account saw who speaks; nothing where it may not, or nobody is named."""
    if visit.right.may_see_names and any(speakers):
        record(visit.store, Event(visit.account.login, "see_names", target, visit.assessment))


def _interviewees(visit: Visit, documents: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return whom interviews were held with: all are read once after a run, while one is under way those asked for."""
    if latest_run(visit.store, visit.assessment) is None:
        return load_interviewees(visit.store, visit.assessment, documents)
    return visit.recall(load_interviewees)


def _names_in(
    store: Engine, assessment: str, documents: Collection[str], met: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    names = {document: met[document] for document in documents if document in met}
    for some in in_parts(sorted(documents)):
        for document, told in speakers_in(store, assessment, some).items():
            spoken = (names_within(speaker) for speaker in told)
            names[document] = names.get(document, frozenset()).union(*spoken)
    return names


def _apart_in(store: Engine, assessment: str, documents: Collection[str]) -> dict[str, tuple[Span, ...]]:
    parts = (set_apart(store, assessment, some) for some in in_parts(sorted(documents)))
    return {document: tuple(spans) for part in parts for document, spans in part.items()}


def gather_words(store: Engine, assessment: str, sees_names: bool, sees_integrity: bool) -> Words:  # noqa: FBT001 - a key
    """Return the words of all findings as who has these rights may see them."""
    found = load_words(store, assessment)
    documents = {document for _, document, _, _ in found}
    names = {} if sees_names else _names_in(store, assessment, documents, load_interviewees(store, assessment))
    apart = {} if sees_integrity else _apart_in(store, assessment, documents)
    veil_ = Veil(names, apart, hides_names=not sees_names)
    return gather((id_, veil_.words(document, text, start)) for id_, document, start, text in found)
