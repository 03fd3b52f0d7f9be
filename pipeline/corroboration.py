"""From findings to facts: what several sources say about one matter, what only repeats it, what speaks against it.

Only findings on one subject and in one category go together. Copies count as one source; kinds of source that do
not corroborate (press, unknown, ritual phrases) count as none; a fact's own strength never exceeds its best member's
but for E3, which two independent kinds of source give to a concrete act.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from itertools import chain, combinations, groupby
from math import log2
from typing import TYPE_CHECKING

from mingcha.pipeline.agreement import marks_of
from mingcha.pipeline.clusters import agreed, chained
from mingcha.pipeline.contradictions import find_contradictions, opposed_in
from mingcha.pipeline.figures import disagree
from mingcha.pipeline.findings import Fact
from mingcha.pipeline.likeness import Utterance, copies, dated, excluded, likeness, retells, utterances_of
from mingcha.pipeline.similarity import Scale, candidate_pairs, scale_of
from mingcha.pipeline.terms import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.opposition import SenseReader
    from mingcha.pipeline.terms import Strength

_SAME_MATTER = 0.26
_FEW, _DOUBLED = 10, 0.05  # what each doubling above so many utterances adds
_NO_WITNESS = frozenset({"S-UNKNOWN", "S-MEDIA"})
# Which kind stands for words that several kinds of source repeat: the more reliable first (facts D1).
_KINDS = ("S-DISC", "S-AUDIT", "S-INSP", "S-STAT", "S-FILE", "S-12345", "S-BALLOT")
_VOICES = ("S-SUP", "S-PEER", "S-SUB", "S-SERV", "S-SELF", "S-PETI", "S-ANON")
_RANK = {kind: rank for rank, kind in enumerate((*_KINDS, *_VOICES))}


def corroborate(findings: Sequence[Finding], read: SenseReader, names: Sequence[str] = ()) -> tuple[Fact, ...]:
    """Return the facts that *findings* of one assessment add up to, ordered by id.

    Every active finding is in exactly one fact, among its ``supports`` or its ``copies``; the order of *findings*
    does not matter. *read* tells what texts speak of; *names* are those of the roster's subjects: they tell whom a
    passage is about, not what it is about. Categories that stand apart make facts of their own and never touch those
    of the codebook.
    """
    known = {finding.id: finding for finding in sorted(findings, key=lambda one: (one.id, one.document), reverse=True)}
    judged = [finding for finding in known.values() if finding.kind != "check"]
    counted = [finding for finding in judged if finding.category in CATEGORIES]
    apart = [finding for finding in judged if finding.category not in CATEGORIES]
    facts = chain.from_iterable(_facts_among(some, names, read) for some in (counted, apart))
    return tuple(sorted(facts, key=lambda fact: fact.id))


def _facts_among(findings: Iterable[Finding], names: Sequence[str], read: SenseReader) -> Iterator[Fact]:
    spoken = dated(sorted(utterances_of(findings, names), key=lambda one: one.key))
    scale = scale_of(one.passage for one in spoken)
    for _, group in groupby(spoken, key=lambda one: one.owner):
        yield from _facts_of(list(group), scale, read)


def _facts_of(spoken: Sequence[Utterance], scale: Scale, read: SenseReader) -> Iterator[Fact]:
    """Yield the facts of what was said about one subject."""
    pairs = list(compared(spoken, scale))
    repeated = [(i, j) for i, j, near in pairs if _alike(spoken[i], spoken[j]) and _repeats(spoken[i], spoken[j], near)]
    first = chained(len(spoken), repeated)
    links: dict[tuple[int, int], float] = {}
    least = {category: _least(count) for category, count in Counter(one.category for one in spoken).items()}
    barred = set()
    for i, j, similarity in pairs:
        pair = (min(first[i], first[j]), max(first[i], first[j]))
        if _alike(spoken[i], spoken[j]) and pair[0] != pair[1]:
            if excluded(spoken[i], spoken[j]) or disagree(spoken[i], spoken[j]):
                barred.add(pair)
            elif similarity >= least[spoken[i].category]:
                links[pair] = max(similarity, links.get(pair, 0.0))
    classes: dict[int, list[int]] = defaultdict(list)
    for place, head in enumerate(first):
        classes[head].append(place)
    groups = [
        [classes[head] for head in group]
        for group in agreed((head for head in sorted(classes) if spoken[head].active), links, barred)
    ]
    against = opposed_in(
        [list(chain.from_iterable(places)) for places in groups],
        spoken,
        find_contradictions(spoken, pairs, read, scale),
    )
    for places, opposed in zip(groups, against, strict=True):
        yield _fact([[one for place in members for one in spoken[place].findings] for members in places], opposed)


def compared(spoken: Sequence[Utterance], scale: Scale) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of *spoken* (by place) that may be of one matter, each with its likeness."""
    for i, j in candidate_pairs([one.passage for one in spoken], scale, [marks_of(one.numbers) for one in spoken]):
        yield i, j, likeness(spoken[i], spoken[j], scale)


def _least(count: int) -> float:
    """Return how near two of *count* utterances must be: the more there are, the less two are likely of one matter."""
    return _SAME_MATTER + _DOUBLED * max(0.0, log2(count / _FEW))


def _repeats(one: Utterance, other: Utterance, near: float) -> bool:
    return copies(one, other) or (near >= _SAME_MATTER and (retells(one, other) or retells(other, one)))


def _alike(one: Utterance, other: Utterance) -> bool:
    return one.active and other.active and one.category == other.category


def _fact(classes: Sequence[Sequence[Finding]], opposed: Iterable[str]) -> Fact:
    """Return the fact of one matter; each of *classes* holds findings that repeat each other."""
    ordered = sorted((sorted(members, key=_standing) for members in classes), key=lambda members: _standing(members[0]))
    speaker = ordered[0][0]
    members = [finding for group in ordered for finding in group]
    kinds = _least_kinds([{_witness(finding) for finding in group} for group in ordered])
    key = min(finding.id for finding in members)
    return Fact(
        id=hashlib.sha256(f"fact\n{key}".encode()).hexdigest()[:20],
        subject=speaker.subject,
        kind=speaker.kind,
        category=speaker.category,
        text=speaker.text,
        supports=tuple(sorted(group[0].id for group in ordered)),
        contradicts=tuple(sorted(set(opposed) - {finding.id for finding in members})),
        copies=tuple(sorted(finding.id for group in ordered for finding in group[1:])),
        source_kinds=kinds or tuple(sorted({group[0].source_kind for group in ordered})),
        independent=max(1, len(kinds)),
        strength=_strength(members, len(kinds)),
    )


def _standing(finding: Finding) -> tuple[int, int, str]:
    """Order what repeats each other: the strongest first, then the most reliable kind, then the smallest id."""
    return -int(finding.strength[1]), _RANK.get(finding.source_kind, len(_RANK)), finding.id


def _witness(finding: Finding) -> str:
    """Return the kind of source that a finding can corroborate as, empty where it cannot."""
    return "" if finding.source_kind in _NO_WITNESS or finding.strength == "E0" else finding.source_kind


def _least_kinds(classes: Sequence[set[str]]) -> tuple[str, ...]:
    """Return the fewest kinds of source that may have spoken first.

    Of words that several kinds repeat only one is a source, and nobody knows which; so the fewest kinds are taken
    that account for all, and a copy can never raise their number.
    """
    needed = {frozenset(kinds) for kinds in classes if "" not in kinds}
    kinds = sorted(frozenset[str]().union(*needed), key=lambda kind: (_RANK.get(kind, len(_RANK)), kind))
    choices = (choice for size in range(len(kinds) + 1) for choice in combinations(kinds, size))
    return next(choice for choice in choices if all(one.intersection(choice) for one in needed))


def _strength(members: Iterable[Finding], independent: int) -> Strength:
    best = max(finding.strength for finding in members)
    return "E3" if best == "E2" and independent > 1 else best
