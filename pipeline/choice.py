"""Which of several references a sentence's findings belong to: the actor of the clause in which the rules fired."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.clauses import clause_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.references import Reference

OUTSIDE = "名册以外"
_HOW = {
    "name": "句中点名",
    "self": "自述材料中的第一人称",
    "person": "代词承前",
    "unit": "单位代称",
    "vague": "泛称，归入单位",
    "post": "职务所指",
    "pair": "前者、后者",
}
_STANDS_FOR_SOMEBODY = ("person", "unit", "vague", "plural", "post", "pair", "spared")
_TIME_CLAUSE = re.compile("[^，。；：]{0,20}(?:以后|之后|后|时|之前|以前|期间|的时候)，")
_JOINED = ("、", "和", "与", "及", "以及", "同")


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a sentence is about: a subject, or candidates, or nobody; ``outside`` are hits of outsiders' acts.

    ``himself`` tells that the speaker speaks of himself. ``antecedent`` is what the sentence lends to the next
    ones, ``None`` where it referred to nobody. ``spoken`` tells that only who says so is known.
    """

    subject: str | None
    candidates: tuple[str, ...]
    reason: str
    antecedent: tuple[str, ...] | None = None
    outside: tuple[Span, ...] = ()
    himself: bool = False
    spoken: bool = False


def choose(text: str, references: Sequence[Reference], targets: Sequence[Span]) -> Choice | None:
    """Return the choice among resolved *references*, or ``None`` where none of them is an actor.

    *targets* are the rule hits; all spans count from the start of *text*.
    """
    speaker = next((one for one in references if one.kind == "speaker" or (one.reporting and one.subjects)), None)
    references = _weighed(references, targets)
    references = _without_kin(references)
    references, met = [one for one in references if one.kind != "met"], [one for one in references if one.kind == "met"]
    inside = [reference for reference in references if reference.subjects]
    strangers = [reference for reference in references if _is_stranger(reference)]
    unclear = [reference for reference in references if reference.kind in _STANDS_FOR_SOMEBODY]
    if not inside and not strangers:
        left = next((one for one in references if one.kind == "left"), None)
        if left is not None:
            return Choice(None, (), f"说的是“{left.words}”留下的事，没有点明现在的对象", ())
        if any(not one.subjects for one in unclear):
            return _unclear(unclear[0])
        return _only_met(met) if met else (_spoken_by(speaker) if speaker is not None else None)
    if any(one.kind == "person" and not one.subjects and not one.governed for one in unclear):
        return _beside_unknown(inside, unclear)
    if not strangers and len({reference.subjects for reference in inside}) == 1:
        return _chosen(inside[:1])
    return _by_clause(text, [one for one in references if one.subjects or _is_stranger(one)], targets)


def _weighed(references: Sequence[Reference], targets: Sequence[Span]) -> list[Reference]:
    """Leave out who only reports, 有的部门 beside a name, and whom one's own words name after oneself."""
    kept = [one for one in references if not one.reporting or (one.kind == "self")]
    if any(one.subjects and one.kind != "vague" for one in kept):
        kept = [one for one in kept if one.kind != "vague"]
    own = [one for one in kept if one.kind == "self" and one.subjects and not one.governed]
    first = next((one for one in kept if not one.governed), None)
    mine = first is not None and own and (first.subjects == own[0].subjects or any(one.admitting for one in own))
    return own if mine and not targets else kept


def _without_kin(references: Sequence[Reference]) -> list[Reference]:
    """Leave out whose driver or brother is spoken of where he is named for himself, too."""
    named = {reference.subjects for reference in references if reference.kind != "kin"}
    return [reference for reference in references if reference.kind != "kin" or reference.subjects not in named]


def _is_stranger(reference: Reference) -> bool:
    return reference.kind == "outside" and not reference.governed


def _by_clause(text: str, references: Sequence[Reference], targets: Sequence[Span]) -> Choice:
    active = _in_main_clause(text, [reference for reference in references if not reference.governed] or references)
    if not targets:
        first = active[0]
        sure = first.kind in ("self", "outside") or all(one.subjects in (first.subjects, ()) for one in active)
        return _chosen(active[:1] if sure else active)
    actors = [(target, _actors(text, active, target)) for target in targets]
    outside = tuple(target for target, found in actors if not any(actor.subjects for actor in found))
    insiders = [actor for _, found in actors for actor in found if actor.subjects]
    return _chosen(insiders, outside) if insiders else _chosen([actor for _, found in actors for actor in found][:1])


def _in_main_clause(text: str, references: Sequence[Reference]) -> list[Reference]:
    """Leave out who acts in a clause of time where somebody acts in another: 镇里报警后，该局一小时才到."""
    main = [one for one in references if not _TIME_CLAUSE.match(text, one.span.end)]
    return main or list(references)


def _actors(text: str, references: Sequence[Reference], target: Span) -> list[Reference]:
    """Return who acts in the clause of *target*: the nearest before it, else in the clauses before, else after."""
    before = [reference for reference in references if reference.span.start <= target.start]
    if not before:
        return list(references[:1])
    nearest = [before[-1]]
    for earlier in reversed(before[:-1]):
        if text[earlier.span.end : nearest[0].span.start].strip() not in _JOINED:
            break
        nearest.insert(0, earlier)
    start, _ = clause_around(text, target.start)
    if nearest[-1].span.start >= start:
        return nearest
    left, _ = clause_around(text, nearest[-1].span.start)
    return [reference for reference in before if reference.span.start >= left]


def _chosen(actors: Sequence[Reference], outside: tuple[Span, ...] = ()) -> Choice:
    candidates = tuple(dict.fromkeys(subject for actor in actors for subject in actor.subjects))
    words = _words(actors)
    if not candidates:
        return Choice(None, (), f"{OUTSIDE}：{words}", ())
    if any(actor.kind == "kin" for actor in actors):
        return Choice(None, candidates, f"说的是{words}身边的人，不能认定是本人，请人工判断", (), outside)
    if len(candidates) == 1:
        how = _HOW.get(actors[0].kind, _HOW["name"])
        return Choice(candidates[0], (), f"{how}：{words}", candidates, outside)
    return Choice(None, candidates, f"{words}可能指{len(candidates)}个对象，请人工判断", candidates, outside)


def _beside_unknown(inside: Sequence[Reference], unclear: Sequence[Reference]) -> Choice:
    """Leave it open where 他 acts and nobody knows who that is, though others are named."""
    candidates = tuple(dict.fromkeys(subject for one in inside for subject in one.subjects))
    pronouns = _words(one for one in unclear if not one.subjects)
    return Choice(None, candidates, f"{pronouns}所指不明，不能认定就是句中点名的对象，请人工判断", candidates)


def _only_met(met: Sequence[Reference]) -> Choice:
    candidates = tuple(dict.fromkeys(subject for one in met for subject in one.subjects))
    reason = f"{_words(met)}不在分句的主语位置，不能认定是本人所为，请人工判断"
    return Choice(None, candidates, reason, candidates)


def _spoken_by(speaker: Reference) -> Choice:
    reason = f"“{speaker.words}”是发言人，没有点明说的是谁，不能认定是本人，请人工判断"
    return Choice(None, speaker.subjects, reason, spoken=True)


def _unclear(reference: Reference) -> Choice:
    lost = () if reference.kind in ("person", "pair", "post", "plural") else None
    return Choice(None, (), f"“{reference.words}”所指不明，请人工判断", lost)


def _words(actors: Iterable[Reference]) -> str:
    return "".join(dict.fromkeys(f"“{actor.words}”" for actor in actors))
