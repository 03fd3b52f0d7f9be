"""The names that a pseudonymized edition hides: gathered from the whole store, so that they are found everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.metadata import read_metadata
from mingcha.pipeline.reporting.papers.masking import Mask, details_of, pseudonym
from mingcha.pipeline.reporting.papers.personal_details import shadow
from mingcha.pipeline.reporting.papers.personal_names import is_name, names_to_keep
from mingcha.pipeline.reporting.papers.told import callers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.reporting.papers.case import Case
    from mingcha.pipeline.reporting.papers.stored_texts import StoredText
    from mingcha.pipeline.reporting.papers.told import Reading
    from mingcha.pipeline.subjects import Subject

PERSON, SUBJECT, UNIT = "人员", "对象", "单位"
_CODE = re.compile(r"[A-Z]{1,3}-?\d{1,4}", re.ASCII)
_PARTING = re.compile(r"[、，,；;/\s]+")
_BRACKETS = re.compile(r"[（(].*")


@dataclass(frozen=True, slots=True)
class Secrecy:
    """How an edition is masked: the office's key, and whether the names of the assessed go as well."""

    key: bytes
    subjects: bool = False


def mask_for(case: Case, texts: Sequence[StoredText], reading: Reading, secrecy: Secrecy) -> Mask:
    """Return the mask for a case: who was talked to, who talked, called, wrote, decided; the assessed on request."""
    roster = case.assessment.roster
    own = {shadow(name) for subject in roster for name in subject.names}
    names = dict.fromkeys(map(shadow, _others(case, texts, reading)), PERSON)
    kept = {name: sort for name, sort in names.items() if name not in own}
    assessed = dict(_assessed(roster)) if secrecy.subjects else {}
    return Mask(secrecy.key, {**kept, **assessed}, frozenset() if secrecy.subjects else frozenset(own))


def _others(case: Case, texts: Sequence[StoredText], reading: Reading) -> Iterator[str]:
    """Yield the names of all whose words or work stand in the store."""
    for stored in texts:
        yield from _in_text(shadow(stored.text))
    yield from (name for words in callers_of(texts, reading) for name in _persons(words))
    yield from (decision.by for decision in case.decisions)
    yield from (name for planned in case.extras.planned or () for name in _persons(planned.interviewee))


def _in_text(text: str) -> Iterator[str]:
    told = read_metadata(text)
    for words in (told.interviewee, told.interviewer, told.recorder):
        yield from _persons(words or "")
    yield from names_to_keep(text)


def _persons(words: str) -> Iterator[str]:
    """Yield the names in what a form keeps: 考核二组 郑海、冯兰 names two people, 编号B-03（镇干部）one by his code.

    >>> list(_persons("考核二组 郑海、冯兰")), list(_persons("编号B-03（镇干部，女）"))
    (['郑海', '冯兰'], ['B-03'])
    """
    if codes := _CODE.findall(words):
        yield from codes
        return
    for part in _PARTING.split(_BRACKETS.sub("", words)):
        if is_name(part):
            yield part


def _assessed(roster: Iterable[Subject]) -> Iterator[tuple[str, str]]:
    for subject in roster:
        if subject.unit:
            yield shadow(subject.unit), UNIT
    for subject in roster:
        yield from ((shadow(name), UNIT if subject.type == "team" else SUBJECT) for name in subject.names)


def originals(tokens: Iterable[str], texts: Iterable[str], mask: Mask) -> dict[str, str]:
    """Return what each pseudonym stands for: found by masking everything again with the same key."""
    wanted = set(tokens)
    found: dict[str, str] = {}
    for text in texts:
        for detail in details_of(text, mask):
            token = pseudonym(mask.key, detail.sort, detail.value)
            if token in wanted:
                found[token] = detail.value
    return found
