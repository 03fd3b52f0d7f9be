"""The unsure sentences put to a second reader, where there is one, and all sentences judged with what it said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mingcha.pipeline.analyzed import Consulted
from mingcha.pipeline.hesitation import is_confidential, unsure_sentences
from mingcha.pipeline.inquiries import Inquiry
from mingcha.pipeline.opinions import opinion_of
from mingcha.pipeline.second_judgment import reconsider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.judgment import OperatingPoint, Witness
    from mingcha.pipeline.preparation import Prepared
    from mingcha.pipeline.second_judgment import Reconsidered


class SecondReader(Protocol):
    """Whoever answers inquiries: a reply as it came for each, ``None`` where none came."""

    def __call__(self, inquiries: Sequence[Inquiry], /) -> Sequence[str | None]:
        """Return one reply an inquiry."""
        ...

    def for_another_file(self) -> SecondReader:
        """Return the same with the time for one file still unspent."""
        ...


@dataclass(frozen=True, slots=True)
class Consultation:
    """Every sentence as judged in the end, and the counts."""

    judged: tuple[Reconsidered, ...]
    consulted: Consulted


def consult(
    prepared: Prepared, witnesses: Sequence[Witness], point: OperatingPoint, reader: SecondReader | None
) -> Consultation:
    """Judge every sentence, the unsure ones with the opinion of *reader*."""
    if reader is None:
        return Consultation(tuple(reconsider(witness, point, None) for witness in witnesses), Consulted())
    unsure = unsure_sentences(witnesses, point)
    inquiries = {number: _inquiry(prepared, witnesses, number) for number in unsure.chosen}
    replies = dict(zip(inquiries, reader(tuple(inquiries.values())), strict=True))
    answered = {number: reply for number, reply in replies.items() if reply is not None}
    opinions = {number: opinion_of(reply, inquiries[number].sentence) for number, reply in answered.items()}
    judged = tuple(reconsider(witness, point, opinions.get(number)) for number, witness in enumerate(witnesses))
    asked = Consulted(
        asked=len(inquiries),
        left_out=unsure.left_out,
        unanswered=len(inquiries) - len(answered),
        ungrounded=sum(opinion is None for opinion in opinions.values()),
    )
    return Consultation(judged, asked + _effects(judged))


def _effects(judged: Sequence[Reconsidered]) -> Consulted:
    effects = [one.effect for one in judged]
    return Consulted(
        raised=effects.count("raised"),
        agreed=effects.count("agreed"),
        withheld=effects.count("withheld"),
        doubted=effects.count("doubted"),
    )


def _inquiry(prepared: Prepared, witnesses: Sequence[Witness], number: int) -> Inquiry:
    """Return the inquiry about a sentence; what touches on integrity beside it is left out."""
    marked = prepared.sentences[number].sentence
    return Inquiry.about(
        prepared.sentences[number].text,
        before=_beside(prepared, witnesses, number - 1),
        after=_beside(prepared, witnesses, number + 1),
        genre=prepared.genre.id,
        section=marked.section,
    )


def _beside(prepared: Prepared, witnesses: Sequence[Witness], number: int) -> str:
    if not 0 <= number < len(witnesses) or is_confidential(witnesses[number]):
        return ""
    return prepared.sentences[number].text
