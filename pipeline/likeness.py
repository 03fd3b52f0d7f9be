"""What was said, once for each wording: findings in the same words, and how near two wordings are in matter."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.agreement import Number, agreements, is_telling, numbers_of, on_other_days
from mingcha.pipeline.counted_things import of_two_things
from mingcha.pipeline.quantity import FIGURES
from mingcha.pipeline.scopes import of_two_scopes
from mingcha.pipeline.similarity import Passage, Scale, anchored, name_others, nearness, parted, passage_of, repeats
from mingcha.pipeline.terms import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.quantity import Quantity

_COPY = 0.6  # Jaccard index of 5-grams above which one text repeats another
_MOST = 2  # so many agreeing numbers count
_TELLING, _PLAIN = 0.3, 0.1  # what each adds: 142人 says more than 3年
_ANCHORED = 0.15  # one place or project by name
_ONE_REPORT = 0.35  # a report tells every achievement once
_SIZES = frozenset({"元", "米", "亩", "平方米", "公斤", "%"})  # counting words vary: 18个 and 18项 are one number
_PARTED = 0.3  # other villages, other roads: however alike the words, another matter
_HEARD = re.compile(r"(?:我是?|这事我?)?听(?:到|过)?(?P<from>[一-龥]{2,12}?)(?:讲|说|提起)")
_OFTEN = 5
_DONE = re.compile("到位|已(?![获列报批])|完成|实现|建成|实际")
_BUILT, _MENDED = re.compile("新[建铺增造栽植]"), re.compile("修复|维修|改造|清淤|低改")

_ALL_OF = re.compile("(?:行政|建制|自然)?村|乡镇|镇|社区|街道|县区|部门|单位")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")

Owner = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Findings about one subject in one category and in the same words.

    ``numbers`` are what it counts, ``years`` those written out; ``planned`` tells that all it counts is still to come.
    """

    owner: Owner
    kind: str
    category: str
    active: bool
    passage: Passage
    numbers: frozenset[Number]
    years: frozenset[int]
    planned: bool
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
        numbers = frozenset(number for finding in members for number in numbers_of(_counting(finding)))
        active = one.status in ACTIVE_STATUSES
        said = (passages[one.text], numbers, years_named(one.text), _is_planned(one), tuple(members))
        yield Utterance(owner_of(one), one.kind, one.category, active, *said)


def _counting(finding: Finding) -> Iterator[Quantity]:
    """Yield what a finding counts, but for how many villages there are: every claim about all of them says so."""
    for quantity in finding.quantities:
        place = finding.text.find(quantity.text)
        if place < 0 or quantity.kind != "count" or not _ALL_OF.match(finding.text, place + len(quantity.text)):
            yield quantity


def _is_planned(finding: Finding) -> bool:
    """Tell whether whatever a finding counts is still to come: 拟新建40个."""
    counted = [quantity.plan for quantity in finding.quantities if quantity.kind in FIGURES]
    return bool(counted) and all(counted) and not _DONE.search(finding.text)


def years_named(text: str) -> frozenset[int]:
    """Return the years that a text writes out.

    >>> sorted(years_named("2023年建成的2.6万亩，2024年又建3万亩"))
    [2023, 2024]
    """
    return frozenset(map(int, _YEAR.findall(text)))


def copies(one: Utterance, other: Utterance) -> bool:
    """Tell whether one wording repeats the other: nearly the same text, the same numbers, of no other place."""
    same = one.numbers == other.numbers and repeats(one.passage, other.passage, _COPY)
    return same and not parted(one.passage, other.passage)


def retells(one: Utterance, other: Utterance) -> bool:
    """Tell whether *one* is hearsay from him who speaks in *other*: 听村支书说, and the interview with him.

    Posts are told short: the one named must be in the other's speaker or document, character by character in order.
    """
    heard = _HEARD.match(one.findings[0].text)
    return heard is not None and any(
        _is_short_for(heard["from"], f"{finding.document} {finding.speaker or ''}") for finding in other.findings
    )


def _is_short_for(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def likeness(one: Utterance, other: Utterance, scale: Scale) -> float:
    """Return how near two utterances are in matter: their words, the numbers and places that agree or part them.

    The same words with other numbers are another matter: last year's figure, another village's.
    """
    agreeing = agreements(one.numbers, other.numbers) if one.numbers and other.numbers else []
    if one.numbers and other.numbers and not agreeing and repeats(one.passage, other.passage, _COPY):
        return 0.0
    telling = sum(map(is_telling, agreeing))
    numbers = _TELLING * min(telling, _MOST) + _PLAIN * min(len(agreeing) - telling, _MOST)
    places = _ANCHORED * anchored(one.passage, other.passage) - _PARTED * parted(one.passage, other.passage)
    apart = _ONE_REPORT * (one.kind == other.kind == "evidence" and not agreeing and of_one_author(one, other))
    return max(0.0, nearness(one.passage, other.passage, scale) + numbers + places - apart)


def of_one_author(one: Utterance, other: Utterance) -> bool:
    """Tell whether one author said both in one document: he who gives two figures there speaks of two things."""
    said = (*one.findings, *other.findings)
    return len({(finding.document, finding.speaker, finding.source_kind) for finding in said}) == 1


def is_charge(one: Utterance) -> bool:
    """Tell a risk or a shortfall that somebody asserts or reports."""
    return one.active and (one.kind == "risk" or one.category == "shortfall")


def of_other_years(one: Utterance, other: Utterance) -> bool:
    """Tell whether both name years and none in common."""
    return bool(one.years and other.years and not one.years & other.years)


def excluded(one: Utterance, other: Utterance) -> bool:
    """Tell two matters that the work done, the scope, the year or the day keeps apart, whatever the words."""
    return (
        of_other_years(one, other)
        or of_two_places(one, other)
        or (name_others(one.passage, other.passage) and not _agree(one, other))
        or _claim_two_things(one, other)
        or on_other_days(one.numbers, other.numbers)
        or _count_two_scopes(one, other)
        or of_two_works(one.passage.plain, other.passage.plain)
    )


def of_two_places(one: Utterance, other: Utterance) -> bool:
    """Tell whether two name different villages, roads or projects of one kind, and no telling number that both give."""
    return parted(one.passage, other.passage) and not _agree(one, other)


def _agree(one: Utterance, other: Utterance) -> bool:
    return any(map(is_telling, agreements(one.numbers, other.numbers)))


def _claim_two_things(one: Utterance, other: Utterance) -> bool:
    if not one.kind == other.kind == "evidence":
        return False
    return one.planned != other.planned or _count_two_things(one, other)


def _count_two_things(one: Utterance, other: Utterance) -> bool:
    """Tell that no number agrees, and both stand in one report, are of two sorts, or count things of other names."""
    if not one.numbers or not other.numbers or agreements(one.numbers, other.numbers):
        return False
    first, second = _sorts(one), _sorts(other)
    other_sorts = first and second and not first & second
    return bool(other_sorts) or of_one_author(one, other) or of_two_things(one.findings[0], other.findings[0])


def _sorts(one: Utterance) -> set[str]:
    return {number.unit if number.unit in _SIZES else "" for number in one.numbers if number.unit != "日期"}


def _count_two_scopes(one: Utterance, other: Utterance) -> bool:
    counted = one.kind == other.kind == "evidence" and bool(one.numbers and other.numbers)
    return counted and of_two_scopes(one.passage.plain, other.passage.plain)


def of_two_works(one: str, other: str) -> bool:
    """Tell 新建24公里 from 修复6公里: both can be true of one network."""
    return any(_BUILT.search(left) and _MENDED.search(right) for left, right in ((one, other), (other, one)))


def dated(spoken: Sequence[Utterance]) -> list[Utterance]:
    """Return *spoken* with the years that an assessment is about where an utterance writes none: the last one named,
    and the one that most name.
    """
    named = Counter(year for one in spoken for year in one.years)
    usual = frozenset(year for year, count in named.items() if year == max(named) or _is_usual(count, named.total()))
    return [one if one.years or not usual else replace(one, years=usual) for one in spoken]


def _is_usual(count: int, total: int) -> bool:
    return count >= _OFTEN and 2 * count > total
