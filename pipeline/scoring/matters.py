"""What the confirmed findings about one subject come to: matters, each counted once and as strong as its sources."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.terms import ACTIVE_STATUSES, chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.terms import Strength

CORROBORATED: Strength = "E3"
_ANONYMOUS = "S-ANON"
_UNKNOWN = "S-UNKNOWN"
_FIRST_YEAR, _LAST_YEAR = 1949, 2100


@dataclass(frozen=True, slots=True)
class Matter:
    """The countable findings of one fact in one category, or a finding that belongs to no fact.

    ``key`` is what may count only once. ``strength`` rests on these findings alone: a corroboration that was
    rejected or is still pending does not carry. ``disputed`` are findings against it that nobody has rejected.
    ``years`` are those that all its findings together name; empty where one of them names none.
    """

    key: str
    fact: str | None
    category: str
    subclasses: frozenset[str]
    findings: tuple[str, ...]
    strength: Strength
    anonymous: bool
    disputed: tuple[str, ...]
    years: frozenset[int]
    confirmed_by: tuple[str, ...]


def countable(finding: Finding) -> bool:
    """Tell whether a finding can bear points at all: a mention, a resolved or an excused matter cannot."""
    return finding.kind in ("risk", "evidence") and finding.status in ACTIVE_STATUSES


def matters_of(
    subject: str, reviewed: Sequence[Reviewed], facts: Iterable[Fact], *, preview: bool = False
) -> tuple[Matter, ...]:
    """Gather what counts about a subject, ordered by key; a preview takes the undecided as if confirmed."""
    known = {entry.finding.id: entry for entry in reviewed}
    holders = {member: fact for fact in facts for member in (*fact.supports, *fact.copies)}
    groups: dict[tuple[str, str], list[Reviewed]] = defaultdict(list)
    for entry in reviewed:
        finding = entry.finding
        if finding.subject == subject and countable(finding) and _admitted(entry, preview=preview):
            holder = holders.get(finding.id)
            groups[holder.id if holder else finding.id, finding.category].append(entry)
    return tuple(_matter(key, groups[key, category], holders, known) for key, category in sorted(groups))


def refusal(matter: Matter, threshold: Strength, period: frozenset[int] = frozenset()) -> str | None:
    """Return why a matter may not touch the score under a strength threshold (Chinese), or ``None``.

    *period* are the years of the assessment; a matter that names only other years lies outside it.
    """
    if period and matter.years and not matter.years & period:
        named = "、".join(f"{year}年" for year in sorted(matter.years))
        return f"所述时间（{named}）不在考核期间内，仅作背景，不计分"
    if matter.anonymous:
        return "仅有匿名反映，不单独计分"
    if matter.disputed:
        return f"存在相反或可以说明客观原因的材料{len(matter.disputed)}条，核清之前不计分"
    if matter.strength < threshold:
        single = "，属单一来源" if matter.strength < CORROBORATED else ""
        named = f"{matter.strength}（{chinese(matter.strength)}）"
        return f"证据强度{named}{single}，未达到方案要求的{threshold}（{chinese(threshold)}），不计分"
    return None


def _admitted(entry: Reviewed, *, preview: bool) -> bool:
    return entry.verdict == "confirm" or (preview and entry.verdict is None)


def _matter(
    key: str, entries: Sequence[Reviewed], holders: Mapping[str, Fact], known: Mapping[str, Reviewed]
) -> Matter:
    findings = sorted((entry.finding for entry in entries), key=lambda finding: finding.id)
    fact = holders.get(findings[0].id)
    return Matter(
        key=key,
        fact=fact.id if fact else None,
        category=findings[0].category,
        subclasses=frozenset(finding.subclass for finding in findings if finding.subclass),
        findings=tuple(finding.id for finding in findings),
        strength=_strength(findings, fact),
        anonymous=all(finding.source_kind == _ANONYMOUS for finding in findings),
        disputed=_disputed(fact, known) if fact else (),
        years=_years(findings),
        confirmed_by=tuple(sorted({entry.by for entry in entries if entry.verdict == "confirm"})),
    )


def years_of(period: str) -> frozenset[int]:
    """Return the years that an assessment's period names; of two, all from the first to the last.

    >>> sorted(years_of("2023—2025年")), sorted(years_of("任期"))
    ([2023, 2024, 2025], [])
    """
    named = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", period)]
    return frozenset(range(min(named), max(named) + 1)) if named else frozenset()


def _years(findings: Iterable[Finding]) -> frozenset[int]:
    named = [_dated(finding) for finding in findings]
    return frozenset[int]().union(*named) if all(named) else frozenset()


def _dated(finding: Finding) -> frozenset[int]:
    """Return the years in a finding's sentence; dates bear YYYYMMDD, YYYYMM or YYYY, others (MMDD, MM) no year."""
    values = (int(one.value) for one in finding.quantities if one.kind == "date")
    years = (value // 10 ** max(0, len(str(value)) - 4) for value in values)
    return frozenset(year for year in years if _FIRST_YEAR <= year <= _LAST_YEAR)


def _strength(findings: Sequence[Finding], fact: Fact | None) -> Strength:
    own = max(finding.strength for finding in findings)
    if fact is None:
        return own
    if set(fact.supports) <= {finding.id for finding in findings}:
        return fact.strength
    copies = set(fact.copies)
    kinds = {finding.source_kind for finding in findings if finding.id not in copies} - {_ANONYMOUS, _UNKNOWN}
    return min(fact.strength, max(own, CORROBORATED)) if len(kinds) > 1 else min(fact.strength, own)


def _disputed(fact: Fact, known: Mapping[str, Reviewed]) -> tuple[str, ...]:
    """Return what speaks against a fact or excuses it and was not rejected by a person."""
    excusing = [
        member
        for member in (*fact.supports, *fact.copies)
        if member in known and known[member].finding.status == "exculpatory"
    ]
    against = (*fact.contradicts, *excusing)
    return tuple(sorted(member for member in against if member not in known or known[member].verdict != "reject"))
