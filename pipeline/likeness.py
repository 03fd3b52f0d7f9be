"""What was said, once for each wording: findings in the same words, and how near two wordings are in matter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.similarity import Passage, Scale, anchored, contained, overlap, parted, passage_of, repeats
from mingcha.pipeline.terms import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.findings import Finding

_COPY = 0.6  # Jaccard index of 5-grams above which one text repeats another
_AGREEMENT = 0.1  # what each number that agrees adds to the overlap
_MOST_AGREEMENT = 0.2

_PARTED = 0.2  # other villages, other roads: however alike the words, another matter
_ANCHORED = 0.3  # one place or project by name, and some of the words
_SOME, _MOST = 0.05, 0.15  # shares of the lighter matter that the other holds

Owner = tuple[str, tuple[str, ...]]
Number = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Findings about one subject in one category and in the same words; ``numbers`` are (unit, value, upper value)."""

    owner: Owner
    kind: str
    category: str
    active: bool
    passage: Passage
    numbers: frozenset[Number]
    findings: tuple[Finding, ...]

    @property
    def key(self) -> tuple[Owner, str, str, str, bool, str]:
        """What orders utterances, whatever order the documents were read in."""
        return self.owner, self.passage.plain, self.kind, self.category, self.active, self.findings[0].id


def owner_of(finding: Finding) -> Owner:
    """Return whom a finding is about: its subject, else those that it may mean."""
    return finding.subject or "", () if finding.subject else tuple(sorted(finding.candidates))


def utterances_of(findings: Iterable[Finding], names: Sequence[str] = ()) -> Iterator[Utterance]:
    """Yield the findings gathered by subject, category and wording; *names* are the subjects' own."""
    gathered: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    passages: dict[str, Passage] = {}
    for finding in findings:
        passage = passages.get(finding.text) or passage_of(finding.text, names)
        passages[finding.text] = passage
        active = finding.status in ACTIVE_STATUSES
        gathered[owner_of(finding), finding.kind, finding.category, active, passage.plain].append(finding)
    for members in gathered.values():
        members.sort(key=lambda finding: finding.id)
        one = members[0]
        numbers = frozenset(number for finding in members for number in _numbers(finding))
        active = one.status in ACTIVE_STATUSES
        yield Utterance(owner_of(one), one.kind, one.category, active, passages[one.text], numbers, tuple(members))


def _numbers(finding: Finding) -> Iterator[Number]:
    for quantity in finding.quantities:
        upper = quantity.value if quantity.value_max is None else quantity.value_max
        if quantity.kind != "count" or quantity.value > 3:  # 一项 and 两个 agree everywhere
            yield quantity.unit, quantity.value, upper


def _near(one: Passage, other: Passage, scale: Scale) -> float:
    """Weigh the words that two matters share, and the place or project that both name or that parts them."""
    near = overlap(one, other, scale)
    if parted(one, other):
        return min(near, _PARTED)
    held = contained(one, other, scale)
    if anchored(one, other) and held >= _SOME:
        return max(near, _ANCHORED)
    return max(near, _ANCHORED) if held >= _MOST else near


def copies(one: Utterance, other: Utterance) -> bool:
    """Tell whether one wording repeats the other: nearly the same text, and the same numbers."""
    return one.numbers == other.numbers and repeats(one.passage, other.passage, _COPY)


def likeness(one: Utterance, other: Utterance, scale: Scale) -> float:
    """Return how near two utterances are in matter: the overlap of words, more where numbers agree.

    The same words with other numbers are another matter: last year's figure, another village's.
    """
    near = _near(one.passage, other.passage, scale)
    agreeing = len(one.numbers & other.numbers)
    if one.numbers and other.numbers and not agreeing and repeats(one.passage, other.passage, _COPY):
        return 0.0
    if near and any(_telling(number) for number in one.numbers & other.numbers):
        near = max(near, _ANCHORED)
    return near + min(_AGREEMENT * agreeing, _MOST_AGREEMENT) if near else 0.0


def _telling(number: Number) -> bool:
    """Tell a number that hardly agrees by chance (18.6万元, 213辆) from a round or a small one."""
    digits = f"{number[1]:.12g}".replace(".", "").strip("0")
    return len(digits) > 1 and number[1] == number[2]
